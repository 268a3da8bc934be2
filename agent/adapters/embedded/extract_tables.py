"""Tables (tabs, bars, aligned columns) and label-value lines, read by what their headings mean."""

import re
from dataclasses import dataclass

COLUMNS: tuple[tuple[str, str], ...] = (  # first match wins; "skip" is known and not a fact
    (
        "skip",
        (
            r"total|amount|betrag|gesamt|montant|importe|line value|wert|discount|rabatt|order(?:ed)? (?:date|on)"
            r"|po date|invoice|bestelldatum|auftragsdatum"
            r"|date (?:de )?commande|fecha (?:de(?:l)? )?pedido|req(?:uested|\.)? (?:date|delivery|ship)|requested"
            r"|wunschtermin|customer|vat|tax|mwst|weight|gewicht"
            r"|vendor|supplier|ship[- ]?to|sent|from|to|subject|phone|tel|e-?mail|payment|zahlung|valid|hs code|origin"
            r"|freight"
        ),
    ),
    (
        "old",
        (
            r"old|original|previous|former|was\b|alter|bisher|urspr|ancien|initial|anterior|oude?\b|oorspr|precedente|"
            r"(?:prior|current(?:ly)?) (?:date|eta|promise)"
        ),
    ),
    ("comment", r"remark|comment|note|bemerkung|opmerking|commentaire|observaci|annotazion"),
    ("reason", r"reason|grund|begründung|cause|motif|motivo|raison|reden|causa"),
    ("tracking", r"track|sendungs|waybill|awb|suivi|seguimiento|zending|spedizione n|container|consignment"),
    (
        "eta",
        (
            r"eta\b|deliver|arriv|new date|revised|confirmed date|promise|due|expected|liefer|termin|ankunft|livrais"
            r"|entrega|llegada|lever|aankomst|consegna|eintreffen|available"
        ),
    ),
    (
        "ship_date",
        (
            r"(?:est(?:imated|\.)? )?(?:ship|dispatch|despatch)(?:ping|ment)?(?: date| on)?$|ship(?:ping)? date|etd"
            r"|ex[- ]?works|versand(?:datum|termin)?$|exp[ée]dition|env[ií]o|verzend|spedizione|ready"
        ),
    ),
    ("price", r"p\.\s?u\b|prices?\b|unit price|\w*preis|prix|precio|prijs|prezzo|unit cost|e-?preis|\u20ac/|eur/|usd/"),
    (
        "quantity",
        (
            r"(?:confirmed|shipped|shipping|ship|available|delivered|open|backorder(?:ed)?|remaining|balance|new) "
            r"(?:qty"
            r"|quantity)|(?:qty|quantity|menge) (?:confirmed|shipped|available|open|to ship|bestätigt|offen)"
            r"|^(?:shipping|shipped|confirmed|available|open|outstanding|backordered|balance|liefermenge|offen)$"
            r"|bestätigte menge"
            r"|restmenge"
        ),
    ),
    (
        "ordered",
        (
            r"qty|quantity|menge|anzahl|quantit|cantidad|cant\b|aantal|hoeveelheid|ordered|pcs|st(?:ü|ue)ck|stk|uds"
            r"|besteld|qté|q\.t"
        ),
    ),
    ("status", r"status|state|zustand|statut|estado|stato"),
    (
        "product",
        (
            r"product|item(?: code| no| number|\b)(?!s)|artikel|part|sku|material|code|article|art[íi]culo"
            r"|r[ée]f[ée]rence|referencia|mpn|model|articolo|prodotto"
        ),
    ),
    ("po", r"p\.?o\.?\b|purchase order|order|bestell|auftrag|commande|pedido|ordine|your ref|ihre ref"),
    ("line", r"line|pos|lfd|^#$|^no\.?$|^nr\.?$|ligne|l[íi]nea|regel|riga|item no"),
    ("description", r"desc|bezeichnung|d[ée]signation|omschrijving|name|description|descripci"),
    ("unit", r"unit$|uom|einheit|me$|u/m"),
)
_PATTERNS = tuple((role, re.compile(rf"(?<!\w)(?:{pattern})", re.IGNORECASE)) for role, pattern in COLUMNS)
_EXACT: dict[str, str] = {
    **dict.fromkeys(["new", "neu", "nouveau", "nuevo", "nieuw", "after", "now", "nachher", "après", "después"], "eta"),
    **dict.fromkeys(["before", "vorher", "avant", "antes", "was"], "skip"),
}
MAX_ROW, MAX_ROWS = 1_000, 300  # characters of a row, rows of a table that are read
_COUNT = re.compile(r"\d{1,3}(?:[.,' ]?\d{3})*(?:\s?[a-zA-Z]{1,6}\.?)?")
_RULE_LINE = re.compile(r"[\s|+=:_-]+")
_LABEL = re.compile(r"^(\s*[-*\u2022]?\s*)([^\W\d_][^:\n\t]{0,40}?)\s*(?::|\s=\s|\s\u2013\s)\s*(?=\S)")


@dataclass(frozen=True)
class Cell:
    """A table cell or a label's value: its text and where it starts in the piece."""

    start: int
    text: str


@dataclass(frozen=True)
class Row:
    """One row: the cells by the meaning of their column; `heads` are the column headings."""

    cells: dict[str, Cell]
    heads: dict[str, str]
    start: int
    text: str


def column_role(heading: str) -> str:
    """What a heading stands for: po, line, product, quantity, ordered, price, eta, ship_date …; empty when unknown."""
    plain = re.sub(r"[*_()\[\]]", " ", heading).strip()
    if not plain or len(plain) > 45:  # noqa: PLR2004 - prose, not a heading
        return ""
    if exact := _EXACT.get(plain.lower()):
        return exact
    found = [(role, hit.start()) for role, pattern in _PATTERNS if (hit := pattern.search(plain))]
    roles = [role for role, _ in found]
    if "old" in roles and re.search(
        r"date|termin|eta|deliver|liefer|fecha|qty|menge|price|preis|prix|datum", plain, re.IGNORECASE
    ):
        return "skip"
    roles = [role for role in roles if role != "old"]
    if "price" in roles and "skip" in roles and re.search(r"total|gesamt", plain, re.IGNORECASE):
        return "skip"
    if (
        re.search(r"\b(?:line|pos)\b", plain, re.IGNORECASE)
        and "po" not in roles
        and not re.search(r"total|value", plain, re.IGNORECASE)
    ):
        return "line"
    return roles[0] if roles else ""


def table_rows(text: str) -> list[Row] | None:
    """The rows below the heading line of this table; None when it has no heading line that is understood."""
    lines = [
        (start, line[:MAX_ROW])
        for start, line in _lines(text)[:MAX_ROWS]
        if line.strip() and not _RULE_LINE.fullmatch(line)
    ]
    for index, (_, line) in enumerate(lines[:6]):
        heads = [cell.text for cell in _cells(line)]
        roles = [column_role(head) for head in heads]
        telling = {role for role in roles if role}
        if len(telling) >= 2 and len([head for head in heads if re.search(r"\d{2}", head)]) <= len(heads) // 3:  # noqa: PLR2004 - two headings
            return _below(lines[index + 1 :], line, heads, roles)
    return None


def _below(lines: list[tuple[int, str]], head_line: str, heads: list[str], roles: list[str]) -> list[Row]:
    places = [cell.start for cell in _cells(head_line)]
    rows: list[Row] = []
    for start, line in lines:
        cells = _cells(line)
        if len(cells) == 1 and len(heads) > 2:  # noqa: PLR2004 - a stray line
            continue
        if not re.search(r"[\t|;]", line) and len(cells) != len(heads):
            by_index = {
                min(range(len(places)), key=lambda i, at=cell.start: abs(places[i] - at)): cell for cell in cells
            }
        else:
            by_index = dict(enumerate(cells))
        named: dict[str, Cell] = {}
        titles: dict[str, str] = {}
        for index, cell in by_index.items():
            role = roles[index] if index < len(roles) else ""
            if role in ("eta", "ship_date") and _COUNT.fullmatch(cell.text):
                role = "quantity"
            if role and role != "skip" and cell.text and role not in named:
                named[role] = cell
                titles[role] = heads[index]
        if named and not re.match(r"\s*\W*(?:grand |sub)?(?:total|summe|gesamt|totaal|totale)", line, re.IGNORECASE):
            rows.append(Row(named, titles, start, line))
    return rows


def label_value(line: str) -> tuple[str, str, Cell] | None:
    """The meaning, the label and the value of "New delivery date: 12 May"; None for other lines."""
    hit = _LABEL.match(line)
    if not hit:
        return None
    role = column_role(hit[2])
    return (role, hit[2], Cell(hit.end(), line[hit.end() :])) if role else None


def _cells(line: str) -> list[Cell]:
    """Cells of a row; empty cells between tabs or bars count."""
    if "\t" in line:
        parts = re.finditer(r"[^\t]*", line)
        return _stripped([(hit.start(), hit[0]) for hit in parts if hit[0] or _is_empty_cell(line, hit.start())])
    if line.count(";") > 1 and "|" not in line and "; " not in line:
        return _stripped([(hit.start(), hit[0]) for hit in re.finditer(r"(?<![^;])[^;]*(?![^;])", line)])
    if line.count("|") > 1:
        inner = [(hit.start(), hit[0]) for hit in re.finditer(r"(?<=\|)[^|]*|^[^|]+", line)]
        return _stripped(inner[:-1] if line.rstrip().endswith("|") else inner)
    return _stripped([(hit.start(), hit[0]) for hit in re.finditer(r"\S+(?: \S+)*", line)])


def _is_empty_cell(line: str, at: int) -> bool:
    return (at == 0 or line[at - 1] == "\t") and (at == len(line) or line[at] == "\t")


def _stripped(parts: list[tuple[int, str]]) -> list[Cell]:
    return [Cell(start + len(text) - len(text.lstrip()), text.strip()) for start, text in parts]


def _lines(text: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    at = 0
    for line in text.split("\n"):
        found.append((at, line))
        at += len(line) + 1
    return found
