"""What the heads of columns and the labels of values stand for, in six languages."""

import re
from functools import lru_cache

MAX_LABEL = 45  # characters; longer ones are prose

_ROLES: tuple[tuple[str, str], ...] = (
    (
        "old",
        (
            r"old|original|previous|former|was\b|alt(?:e[rsn]?)?\b|bisher|urspr|ancien|initial|anterior|oude?\b"
            r"|oorspr|vecchi|precedente|prior"
        ),
    ),
    (
        "comment",
        (
            r"remark|comment|note|bemerkung|anmerkung|hinweis|opmerking|commentaire|remarque|observaci|annotazion"
            r"|nota\b|notas\b"
        ),
    ),
    ("reason", r"reason|grund|begr\u00fcndung|cause|motif|motivo|raison|reden|causa"),
    (
        "tracking",
        (
            r"track|sendungs|waybill|awb|b/?l\b|suivi|seguimiento|zending|container|consignment|carrier|booking"
            r"|paket|colis"
        ),
    ),
    (
        "date",
        r"eta\b|etd\b|date|datum|fecha|deliver|arriv|promis|due|expect|(?:an|aus|be)?liefer|\w*termin|ankunft|livrais|entrega"
        r"|llegada|lever"
        r"|aankomst|consegna|eintreffen|ship|dispatch|versand|exp\u00e9dition|env[i\u00ed]o|verzend|spedizione"
        r"|ready|week\b|wk\b"
        r"|kw\b|semaine|semana|settimana|ex[- ]?works|d\u00e9lai|plazo|d[i\u00ed]sponib|available|verf\u00fcgbar"
        r"|nouveau|nuevo|neu\b"
        r"|new\b|nieuw|nuova?\b|now\b|after\b|before\b|vorher|avant|antes|prima\b|beschikbaar",
    ),
    (
        "price",
        (
            r"prices?\b|p\.\s?u\b|pu\b|\w*preis|prix|precio|prijs|prezz[oi]|cost|e-?preis|\u20ac|eur\b|usd\b|gbp\b"
            r"|rate\b|tarif|chf\b"
        ),
    ),
    ("amount", r"total|amount|betrag|gesamt|montant|importe|totaal|importo|value|wert|netto|net\b"),
    (
        "quantity",
        r"qty|quantity|quantities|menge|anzahl|quantit|cantidad|cant\b|aantal|hoeveelheid|ordered|confirmed"
        r"|shipped|open\b"
        r"|balance|pcs|pieces|units|st(?:\u00fc|ue)ck|stk|uds|besteld|bestellt|bevestigd|best\u00e4tigt"
        r"|qt[e\u00e9\u00e0]|q\.t|pezzi"
        r"|backorder|outstanding|rest\b|offen|pedid|command\u00e9|confirm|ordinat|remaining|delivered"
        r"|geliefert|livr\u00e9",
    ),
    ("status", r"status|state\b|zustand|statut|estado|stato"),
    (
        "po",
        r"p\.?o\.?\b|purchase order|order|bestell|auftrag|commande|cde\b|pedido|ordine|your ref|ihre? ref|ref\b"
        r"|customer",
    ),
    ("line", r"line|pos|lfd|^#$|^no\.?$|^nr\.?$|^n[\u00b0\u00ba]$|ligne|l[\u00edi]nea|regel|riga|item no|poste"),
    (
        "product",
        r"product|produkt|produit|producto|prodotto|item|artikel|part\b|part no|part number|sku|material|code|article"
        r"|art[\u00edi]cul|articol|r[\u00e9e]f[\u00e9e]rence|referencia|riferimento|mpn|model|desc|bezeichnung"
        r"|d[\u00e9e]signation"
        r"|omschrijving|name\b|denominaz|goods|ware\b|size|gr\u00f6\u00dfe|colou?r|farbe|lot\b|batch|art\b",
    ),
    ("unit", r"unit$|uom|einheit|me$|u/m|unit\u00e9|unidad|eenheid|unit\u00e0"),
    (
        "terms",
        r"incoterm|lieferbeding|terms|currency|w\u00e4hrung|devise|moneda|valuta|origin|hs code|weight|gewicht|poids"
        r"|peso|discount|rabatt|vat\b|tax\b|mwst",
    ),
)
_PATTERNS = tuple((role, re.compile(rf"(?<!\w)(?:{pattern})", re.IGNORECASE)) for role, pattern in _ROLES)
GREETS = re.compile(
    r"(?:dear|hello|hi|hey|sehr geehrte|hallo|hola|ciao|moin|guten|good (?:morning|afternoon|day)|buongiorno|goede|"
    r"bonjour|estimad|buenos|beste|geachte|gentile|spett)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def column_role(heading: str) -> str:
    """What a head or label stands for: po, line, product, quantity, price, date, old, status …; "" when unknown."""
    plain = re.sub(r"[*_()\[\]:]", " ", heading).strip()
    if not plain or len(plain) > MAX_LABEL or len(plain.split()) > 6 or GREETS.match(plain):  # noqa: PLR2004 - prose
        return ""
    return next((role for role, pattern in _PATTERNS if pattern.search(plain)), "")
