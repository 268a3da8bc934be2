"""Numbers as people write them: 1,250.00, 1.250,00, 1 250, 12.5k, twelve. Every reading a token allows, best first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

DIGITS = r"\d{1,3}(?:[.,'\u2019 \u00a0\u202f]\d{3})+(?:[.,]\d{1,6})?(?!\d)|\d+(?:[.,]\d{1,6})?(?!\d)"
NUMBER = re.compile(rf"(?<![\w.,])(?:{DIGITS})(?![.,]\d)")

# English, German, French, Spanish, Dutch, Italian; one is left out: it is an article in most of them
_SPELLED: dict[int, str] = {
    2: "two zwei deux dos twee",
    3: "three drei trois tres drie tre",
    4: "four vier quatre cuatro quattro",
    5: "five fünf cinq cinco vijf cinque",
    6: "six sechs seis zes",
    7: "seven sieben sept siete zeven sette",
    8: "eight acht huit ocho",
    9: "nine neun neuf nueve negen nove",
    10: "ten zehn dix diez tien dieci",
    11: "eleven elf onze undici",
    12: "twelve zwölf douze doce twaalf dodici dozen dutzend douzaine docena dozijn dozzina",
    13: "thirteen",
    14: "fourteen vierzehn quatorze catorce veertien quattordici",
    15: "fifteen fünfzehn quinze quince vijftien quindici",
    16: "sixteen",
    17: "seventeen",
    18: "eighteen",
    19: "nineteen",
    20: "twenty zwanzig vingt veinte twintig venti",
    24: "twenty-four",
    25: "twenty-five fünfundzwanzig vingt-cinq veinticinco vijfentwintig venticinque",
    30: "thirty dreißig dreissig trente treinta dertig trenta",
    40: "forty vierzig quarante cuarenta veertig quaranta",
    50: "fifty fünfzig cinquante cincuenta vijftig cinquanta",
    60: "sixty sechzig soixante sesenta zestig sessanta",
    70: "seventy siebzig setenta zeventig settanta",
    80: "eighty achtzig ochenta tachtig ottanta",
    90: "ninety neunzig noventa negentig novanta",
    100: "hundred einhundert hundert cien honderd cento",
    200: "zweihundert doscientos tweehonderd duecento",
    500: "fünfhundert quinientos vijfhonderd cinquecento",
    1000: "thousand tausend mille duizend",
}
SPELLED: dict[str, int] = {word: number for number, words in _SPELLED.items() for word in words.split()}
_ENGLISH = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_MULTIPLE = re.compile(
    r"\b(?:(a|one|two|three|four|five|six|seven|eight|nine|\d{1,3}) (hundred|thousand|dozen))\b", re.IGNORECASE
)
_ONE = re.compile(r"\bone\b", re.IGNORECASE)
_WORD = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(SPELLED, key=len, reverse=True))})(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True)
class NumberMention:
    """A number in a text: where it stands and what it may mean, best first."""

    start: int
    end: int
    readings: tuple[Decimal, ...]

    @property
    def ambiguous(self) -> bool:
        """Whether the writing leaves two values open, such as 1,250 or 1.250."""
        return len(self.readings) > 1


def readings(token: str, *, comma_is_decimal: bool | None = None) -> tuple[Decimal, ...]:
    """All values a written number may have, best first; empty when it is none.

    `comma_is_decimal` says how the writer separates decimals; None when unknown: then three digits
    behind a single mark are read as thousands first, as decimals second.
    """
    plain = re.sub(r"['\u2019 \u00a0\u202f]", "", token.strip())
    if not re.fullmatch(r"\d[\d.,]*", plain):
        return ()
    marks = [mark for mark in plain if mark in ".,"]
    if len(set(marks)) == 2:  # noqa: PLR2004 - both marks: the last one separates decimals
        grouping = "," if marks[-1] == "." else "."
        value = plain.replace(grouping, "").replace(",", ".")
        return (Decimal(value),) if value.count(".") == 1 else ()
    mark = marks[0] if marks else ","
    if len(marks) != 1:
        return (Decimal(plain.replace(mark, "")),)
    whole, after = plain.split(mark)
    as_decimal, as_group = Decimal(f"{whole}.{after}"), Decimal(whole + after)
    if len(after) != 3 or whole.startswith("0") or len(whole) > 3:  # noqa: PLR2004 - groups have three digits
        return (as_decimal,)
    if comma_is_decimal is None:
        return (as_group, as_decimal)
    return (as_decimal,) if (mark == ",") == comma_is_decimal else (as_group,)


def find_numbers(text: str, *, comma_is_decimal: bool | None = None, spelled: bool = True) -> list[NumberMention]:
    """Every number in the text in order, in digits and (short ones) in words."""
    found = [
        NumberMention(hit.start(), hit.end(), values)
        for hit in NUMBER.finditer(text)
        if (values := readings(hit[0], comma_is_decimal=comma_is_decimal))
    ]
    if spelled:
        worded = list(_in_words(text))
        found = [one for one in found if not any(word.start <= one.start < word.end for word in worded)] + worded
    return sorted(found, key=lambda one: one.start)


def _in_words(text: str) -> Iterator[NumberMention]:
    covered: list[tuple[int, int]] = []
    for hit in _MULTIPLE.finditer(text):
        count = (
            1
            if hit[1].lower() in ("a", "one")
            else int(hit[1])
            if hit[1].isdigit()
            else _ENGLISH.index(hit[1].lower()) + 1
        )
        covered.append(hit.span())
        yield NumberMention(*hit.span(), (Decimal(count * SPELLED[hit[2].lower()]),))
    for hit in _WORD.finditer(text):
        if not any(a <= hit.start() < b for a, b in covered):
            yield NumberMention(*hit.span(), (Decimal(SPELLED[hit[0].lower()]),))
    for hit in _ONE.finditer(text):
        if not any(a <= hit.start() < b for a, b in covered):
            yield NumberMention(*hit.span(), (Decimal(1),))


def decimal_mark(text: str) -> bool | None:
    """Whether this writer separates decimals by comma, as far as unambiguous numbers in the text tell; else None."""
    comma = len(re.findall(r"(?<![\w.,])\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d)|(?<![\w.,])\d+,\d{1,2}(?![\w.,])", text))
    point = len(re.findall(r"(?<![\w.,])\d{1,3}(?:,\d{3})+\.\d{1,2}(?!\d)|(?<![\w.,/])\d+\.\d{1,2}(?![\w.,/])", text))
    return None if comma == point else comma > point


def plain(value: Decimal) -> str:
    """A decimal without exponent and trailing zeros: 1250, 12.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
