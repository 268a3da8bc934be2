"""Numbers as a generated sentence may write them: value, sign, scale, and what they count. Pure."""

import re
from dataclasses import dataclass
from decimal import Decimal

from agent.kit.money import CURRENCIES
from agent.suggestions.spelled import spelled_numbers

_NUMBER = re.compile(
    r"(?<![^\W_])(?<!\d[.,])(?P<n>\d{1,3}(?:([.,'\u2019])\d{3})(?:\2\d{3})*(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?|(?<!\d)[.,]\d+)"
)
_SPACED = re.compile(r"(?<![\w.,])\d{1,3}(?: \d{3})+(?:[.,]\d+)?(?![\d])(?![.,]\d)")
_ORDINAL = re.compile(r"(?:st|nd|rd|th|er|º|ª)(?!\w)")
_SCALES = (
    (re.compile(r"\s?(?:k|thousand|tsd\.?|tausend|mila|mille|duizend)(?!\w)", re.IGNORECASE), 3),
    (re.compile(r"\s?(?:m|mn|mio\.?|millions?|millionen|millones|miljoen|milioni)(?!\w)", re.IGNORECASE), 6),
    (re.compile(r"\s?(?:bn|billions?|milliarden|milliards?|miljard|miliardi)(?!\w)", re.IGNORECASE), 9),
)
_PERCENT = re.compile(
    r"\s?-?(?:%|per ?cent(?!\w)|pct\.?(?!\w)|prozent|pour cent|por ciento|procent|per cento)", re.IGNORECASE
)
_MONEY_WORDS = "|".join(sorted(map(re.escape, CURRENCIES), key=len, reverse=True))
_BEHIND = re.compile(rf"\s?-?(?P<c>{_MONEY_WORDS})(?!\w)", re.IGNORECASE)
_BEFORE = re.compile(rf"(?<![^\W\d_])(?P<c>{_MONEY_WORDS})\s?$", re.IGNORECASE)
_UNIT_WORDS = {
    "day": "day days tag tage tagen jour jours día días dag dagen giorno giorni",
    "week": "week weeks woche wochen semaine semaines semana semanas weken settimana settimane fortnight",
    "month": "month months monat monate monaten mois mes meses maand maanden mese mesi",
    "year": "year years jahr jahre jahren an ans année années año años jaar anno anni",
    "hour": "hour hours stunde stunden heure heures hora horas uur uren ora ore minute minutes",
}
_COUNTED = {
    "order": "order orders", "line": "line lines position positions", "customer": "customer customers account accounts",
    "supplier": "supplier suppliers vendor vendors", "purchase": "purchase purchases", "case": "case cases",
    "commitment": "commitment commitments promise promises", "shipment": "shipment shipments delivery deliveries",
}  # fmt: skip
KINDS = {word: kind for table in (_UNIT_WORDS, _COUNTED) for kind, words in table.items() for word in words.split()}
WORKING = re.compile(r"working|business|work|werk|arbeits|ouvr|h\u00e1bil|labor|lavor", re.IGNORECASE)
_WORD = re.compile(r"[\s-]{0,2}([^\W\d_]+)")
_A_DAY = re.compile(r"(?<!\w)a (?:single |full |whole )?day(?![\w-])", re.IGNORECASE)
FEW_WORDS = 3


@dataclass(frozen=True)
class SaidNumber:
    """A number in a sentence. `kind` is what it counts: a currency, %, day, order, a unit; empty when not told."""

    start: int
    end: int
    readings: tuple[Decimal, ...]
    step: Decimal  # the value of the last digit shown
    kind: str = ""
    negative: bool = False
    about: bool = False


_ABOUT = re.compile(
    r"(?<!\w)(?:about|around|roughly|approximately|approx\.?|nearly|almost|some"
    r"|over|more than|ca\.?|rund|etwa|fast|environ)\s\W?$",
    re.IGNORECASE,
)


def said_numbers(text: str, shown: str, units: frozenset[str]) -> list[SaidNumber]:
    """Every number of `text`; what they count is read from `shown`, the same sentence with nothing blanked out."""
    found: list[SaidNumber] = []
    spelled = spelled_numbers(text)
    rest = text
    found += [SaidNumber(*hit.span(), (Decimal(1),), Decimal(1), "day") for hit in _A_DAY.finditer(text)]
    for word in spelled:
        rest = rest[: word.start] + " " * (word.end - word.start) + rest[word.end :]
    for pattern in (_SPACED, _NUMBER):
        for hit in pattern.finditer(rest):
            found.append(_number(hit, shown, units))
            rest = rest[: hit.start()] + "\x00" * (hit.end() - hit.start()) + rest[hit.end() :]
    for word in spelled:
        value = (Decimal(word.value),)
        found.append(_placed(word.start, word.end, value, Decimal(1), shown, units))
    return sorted(found, key=lambda one: one.start)


def _number(hit: re.Match[str], shown: str, units: frozenset[str]) -> SaidNumber:
    written, end = hit[0], hit.end()
    values, places = readings(written)
    if ordinal := _ORDINAL.match(shown, end):
        end = ordinal.end()
    power = 0
    unit = _WORD.match(shown, end)  # "12 m" is no million where metres are counted
    for pattern, exponent in _SCALES:
        if unit and unit[1].lower() in units:
            break
        if scale := pattern.match(shown, end):
            power, end = exponent, scale.end()
            break
    factor = Decimal(10) ** power
    step = Decimal(1).scaleb(-places) * factor
    return _placed(hit.start(), end, tuple(value * factor for value in values), step, shown, units)


def _placed(
    start: int, end: int, values: tuple[Decimal, ...], step: Decimal, shown: str, units: frozenset[str]
) -> SaidNumber:
    before = shown[:start]
    kind = ""
    if percent := _PERCENT.match(shown, end):
        kind, end = "%", percent.end()
    elif money := _BEHIND.match(shown, end):
        kind, end = CURRENCIES[money["c"].lower()], money.end()
    elif money := _BEFORE.search(before):
        kind, start = CURRENCIES[money["c"].lower()], money.start()
    else:
        kind = _counted(shown[end:], units)
    sign = re.search(r"(?:^|[\s(])[-\u2212]\s?$", shown[:start]) or re.search(r"(?:^|[\s(])[-\u2212]$", before)
    about = bool(_ABOUT.search(shown[:start]))
    return SaidNumber(start, end, values, step, kind, negative=bool(sign), about=about)


def _counted(after: str, units: frozenset[str]) -> str:
    """What the next few words say is counted."""
    at, kind = 0, ""
    for place in range(FEW_WORDS):
        hit = _WORD.match(after, at)
        if hit is None:
            break
        word = hit[1].lower()
        if place == 0 and word in units:
            return word
        if WORKING.match(word) and word not in KINDS:
            return "working day"
        if word not in KINDS and kind:
            break
        kind, at = KINDS.get(word, ""), hit.end()
    return kind


def readings(written: str) -> tuple[tuple[Decimal, ...], int]:
    """The values that a number in digits may have, and how many decimals it shows (of the reading with the fewest)."""
    plain = re.sub(r"[ '\u2019]", "", written)
    marks = [mark for mark in plain if mark in ".,"]
    if not marks:
        return (Decimal(plain),), 0
    last = marks[-1]
    whole, _, after = plain.rpartition(last)
    as_decimal = Decimal((re.sub(r"[.,]", "", whole) or "0") + "." + after)
    as_whole = Decimal(re.sub(r"[.,]", "", plain))
    if len(set(marks)) > 1 or (plain != written and len(marks) == 1 and len(after) != 3):  # noqa: PLR2004 - a group
        return (as_decimal,), len(after)
    if len(marks) > 1:
        return (as_whole,), 0
    if len(after) != 3 or not whole or whole.startswith("0") or len(whole) > 3:  # noqa: PLR2004 - a group
        return (as_decimal,), len(after)
    return (as_whole, as_decimal), 0
