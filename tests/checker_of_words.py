"""An independent checker of worded summaries: own code, and Babel for the names of months; nothing of the backing.

It knows only the raw facts of a case. What it cannot explain by them it reports: a number, a date, or a name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache

from babel.dates import get_day_names, get_month_names

LANGUAGES = ("en", "de", "fr", "es", "nl", "it")
COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
STARTS = (
    "a after all at by commitments delivery it in late more new no odoo price promised quantity shipping stated status "
    "there the this that tracking margin freight exposure"
)
RELATIVE = re.compile(
    r"\b(?:today|tomorrow|yesterday|next|last|fortnight|week|weeks|dozen|half|twice)\b", re.IGNORECASE
)
NUMBER = re.compile(r"\d+(?:[.,' \u00a0\u202f]\d+)*")


@dataclass(frozen=True)
class Truth:
    """The raw facts of one case."""

    numbers: frozenset[Decimal]
    dates: frozenset[date]
    names: tuple[str, ...]
    days: frozenset[int] = frozenset()  # counts of days, where they are told apart from other numbers
    currencies: frozenset[str] = frozenset()


@cache
def months() -> dict[str, int]:
    return {
        name.lower().rstrip("."): number
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=language).items()
    } | {"sept": 9}


@cache
def weekdays() -> dict[str, int]:
    named = (get_day_names("wide", locale=language) for language in LANGUAGES)
    return {name.lower(): number for names in named for number, name in names.items()}


def unexplained(sentence: str, truth: Truth) -> list[str]:
    """What in the sentence the facts do not explain; empty when all is well."""
    rest = sentence.replace(" may ", " might ")  # the verb, no month
    for name in sorted(truth.names, key=len, reverse=True):
        rest = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "~" * 3, rest)
    faults = [f"relative: {hit[0]}" for hit in RELATIVE.finditer(rest)]
    faults += list(_dates(rest, truth))
    rest = _no_dates(rest)
    faults += list(_numbers(rest, truth))
    faults += [
        f"currency: {code}"
        for code in re.findall(r"\b(?:EUR|USD|GBP|CHF|PLN|TRY)\b", rest)
        if code not in truth.currencies
    ]
    return faults + list(_names(rest, truth))


def _date_patterns() -> list[re.Pattern[str]]:
    month = "|".join(sorted(map(re.escape, months()), key=len, reverse=True))
    return [
        re.compile(r"(?P<y>\d{4})-(?P<n>\d\d)-(?P<d>\d\d)"),
        re.compile(r"\b(?P<d>\d\d)[./](?P<n>\d\d)[./](?P<y>\d{4})\b"),
        re.compile(
            rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s(?:de )?(?P<m>{month})\b\.?(?:\s(?:de )?(?P<y>\d{{4}}))?",
            re.IGNORECASE,
        ),
        re.compile(rf"\b(?P<m>{month})\.?\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s(?P<y>\d{{4}}))?", re.IGNORECASE),
    ]  # fmt: skip


def _dates(text: str, truth: Truth) -> Iterator[str]:
    for pattern in _date_patterns():
        for hit in pattern.finditer(text):
            found = hit.groupdict()
            month = int(found["n"]) if found.get("n") else months()[found["m"].lower()]
            fits = [
                day for day in truth.dates
                if (day.month, day.day) == (month, int(found["d"]))
                and (not found.get("y") or int(found["y"]) == day.year)
            ]  # fmt: skip
            before = text[: hit.start()].lower().rstrip(", ").rpartition(" ")[2]
            if not fits or (before in weekdays() and all(day.weekday() != weekdays()[before] for day in fits)):
                yield f"date: {hit[0]}"
        text = pattern.sub("~", text)
    for word in re.findall(r"[^\W\d_]+", text):
        known = weekdays().get(word.lower())
        if known is not None and word[0].isupper() and all(day.weekday() != known for day in truth.dates):
            yield f"weekday: {word}"


def _no_dates(text: str) -> str:
    for pattern in _date_patterns():
        text = pattern.sub("~", text)
    return " ".join("~" if re.sub(r"\W", "", word).lower() in weekdays() else word for word in text.split(" "))


def _numbers(text: str, truth: Truth) -> Iterator[str]:
    for hit in NUMBER.finditer(text):
        after = text[hit.end() :]
        known = (
            {Decimal(value) for value in truth.days}
            if truth.days and re.match(r"[ -]days?\b", after)
            else truth.numbers
        )
        if re.match(r"k\b", after):
            known = {round(value / 1000, 1) for value in truth.numbers}
        if not any(abs(one - value) <= _slack(hit[0], one) for one in _values(hit[0]) for value in known):
            yield f"number: {hit[0]}"
    for place, word in enumerate(COUNTED, start=1):
        if re.search(rf"\b{word}\b", text, re.IGNORECASE) and Decimal(place) not in truth.numbers:
            yield f"number: {word}"


def _slack(written: str, value: Decimal) -> Decimal:
    """Half of the last place shown, where the figure is large enough to be a rounded one."""
    places = len(re.split(r"[.,]", written)[-1]) if re.search(r"[.,]\d{1,2}$", written) else 0
    return Decimal(5).scaleb(-places - 1) if value >= 10 else Decimal(0)


def _values(written: str) -> Iterator[Decimal]:
    """Thousands and decimals either way round."""
    bare = re.sub(r"['\s\u00a0\u202f]", "", written)
    for text in {
        bare.replace(",", ""),
        bare.replace(".", "").replace(",", "."),
        re.sub(r"[.,]", "", bare) if "." not in bare[-3:] and "," not in bare[-3:] else "x",
    }:
        try:
            yield Decimal(text)
        except InvalidOperation:
            continue


def _names(text: str, truth: Truth) -> Iterator[str]:
    """Capitalised words inside a sentence, and codes, that are none of the names."""
    known = {word.lower() for name in truth.names for word in re.findall(r"[^\W\d_]+", name)}
    first = re.match(r"[^\W\d_]+(?=\W)", text)
    if first and first[0].lower() not in known | set(STARTS.split()) and first[0].lower() not in COUNTED:
        yield f"name: {first[0]}"
    for hit in re.finditer(r"(?<=[^.!?:\s~(])\s\(?(?P<w>[^\W\d_]\w+)", text):
        word = hit["w"]
        plain = word.lower() in known or word in truth.currencies or word.lower().rstrip("s") in known
        if word[0].isupper() and not plain:
            yield f"name: {word}"
