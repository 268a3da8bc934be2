"""Numbers as people write them: 1,250.00, 1.250,00, 1 250, 12.5k, twelve. Every reading a token allows, best first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from agent.kit.number_words import ALONE, FACTORS, VALUES, spelled_numbers

DIGITS = r"\d{1,3}(?:[.,'\u2019 \u00a0\u202f]\d{3})+(?:[.,]\d{1,6})?(?!\d)|\d+(?:[.,]\d{1,6})?(?!\d)"
NUMBER = re.compile(rf"(?<![\w.,])(?:{DIGITS})(?![.,]\d)")

SPELLED: dict[str, int] = {
    **{word: number for word, number in VALUES.items() if word not in ("due", "once", "sei", "otto") and number > 1},
    **{word: FACTORS[word] for word in (*ALONE, "hundred", "thousand")},
}
_LANGUAGES = {  # in which languages words of doubtful meaning are numbers
    "de": "eins",
    "fr": "onze cent cents sept dix",
    "es": "uno once mil",
    "it": "uno due tre sei otto cento",
    "nl": "",
    "": "tre onze sept dix cent cents",
}
_SCALED = re.compile(
    r"\s?(?:(?P<k>k(?![\w.])|thousand\b|tausend\b|mille\b|duizend\b|mila\b)|(?P<hundred>hundred\b|hundert\b)"
    r"|(?P<million>mio\b\.?|millions?\b|millionen\b|millones\b)"
    r"|(?P<dozen>dz\b\.?|doz\b\.?|dozens?\b|dutzend\b|dtzd\b\.?|douzaines?\b|docenas?\b|dozijn\b|dozzin[ae]\b)"
    r"|(?P<gross>gross\b(?!\sweight|\s?\w*gewicht))|(?P<ton>t\b|to\b\.|tons?\b|tonnes?\b|tonnen\b|toneladas?\b"
    r"|tonnellat[ae]\b|mt\b))",
    re.IGNORECASE,
)
_SCALES = {"k": 1000, "hundred": 100, "million": 1_000_000, "dozen": 12, "gross": 144}


@dataclass(frozen=True)
class NumberMention:
    """A number in a text: where it stands and what it may mean, best first."""

    start: int
    end: int
    readings: tuple[Decimal, ...]
    form: str = ""  # spelled, dozen, gross, k, million, ton (the last reading is in kilograms)

    @property
    def ambiguous(self) -> bool:
        """Whether the writing leaves two values open, such as 1,250 or 1.250."""
        return not self.form and len(self.readings) > 1


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


def find_numbers(
    text: str, *, comma_is_decimal: bool | None = None, spelled: bool = True, language: str = ""
) -> list[NumberMention]:
    """Every number in the text in order, in digits (with "k" or "dozen" behind them) and in words.

    `language` (de, fr, …) admits words that are numbers in that language only.
    """
    found = [
        _scaled(text, hit, values)
        for hit in NUMBER.finditer(text)
        if (values := readings(hit[0], comma_is_decimal=comma_is_decimal))
    ]
    if spelled:
        known = frozenset(_LANGUAGES.get(language, "").split())
        worded = [one for one in _in_words(text, known) if not any(a.start <= one.start < a.end for a in found)]
        found = [*found, *worded]
    return sorted(found, key=lambda one: one.start)


def _scaled(text: str, hit: re.Match[str], values: tuple[Decimal, ...]) -> NumberMention:
    """A number with the word behind it that multiplies it, if any."""
    scale = _SCALED.match(text, hit.end())
    if scale is None:
        return NumberMention(hit.start(), hit.end(), values)
    form = scale.lastgroup or ""
    if form == "ton":
        return NumberMention(hit.start(), hit.end(), (*values, values[0] * 1000), form)
    times = _SCALES[form]
    decimals = [value for value in values if value != value.to_integral_value()] or list(values)
    best = decimals[0] if form in ("k", "million", "hundred") else values[0]
    rest = () if form in ("k", "million", "hundred") else (best,)
    return NumberMention(hit.start(), hit.start() + len(hit[0]) + len(scale[0]), (best * times, *rest), form)


def _in_words(text: str, known: frozenset[str]) -> Iterator[NumberMention]:
    for start, end, value, doubtful in spelled_numbers(text):
        if not doubtful or text[start:end].lower() in known:
            dozen = value if value % 12 == 0 and "do" in text[start:end].lower() else 0
            counted = (Decimal(value // 12),) if dozen > 12 else ()  # noqa: PLR2004 - more than one dozen
            yield NumberMention(start, end, (Decimal(value), *counted), "dozen" if dozen else "spelled")


def decimal_mark(text: str) -> bool | None:
    """Whether this writer separates decimals by comma, as far as unambiguous numbers in the text tell; else None."""
    comma = len(re.findall(r"(?<![\w.,])\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d)|(?<![\w.,])\d+,\d{1,2}(?![\w.,])", text))
    point = len(re.findall(r"(?<![\w.,])\d{1,3}(?:,\d{3})+\.\d{1,2}(?!\d)|(?<![\w.,/])\d+\.\d{1,2}(?![\w.,/])", text))
    return None if comma == point else comma > point


def plain(value: Decimal) -> str:
    """A decimal without exponent and trailing zeros: 1250, 12.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
