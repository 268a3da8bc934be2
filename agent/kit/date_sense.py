"""What short dates are read against, and what their readers share: days, years, spans and their parts."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from agent.kit.calendar_days import month_span
from agent.kit.date_words import ENDS, MIDDLES, STARTS

DAYS_AHEAD = 245  # a date without year lies at most this many days ahead, else it is past
FRIDAY = 4
_MIDDLE, _BEGINNING = 15, 5

Readings = tuple[date, ...]
Hit = re.Match[str]


@dataclass(frozen=True)
class Sense:
    """What short dates are read against: the writer's day, the order of slashed dates, the date spoken of before."""

    base: date | None
    day_first: bool | None
    before: date | None = None


def day_in(year: int, month: int, day: int) -> Readings:
    """The day, when the calendar has it."""
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()


def yearless(month: int, day: int, base: date | None) -> Readings:
    """The year that puts it nearest, rather ahead of the writer's day than behind."""
    if base is None:
        return ()
    days = [found for year in (base.year - 1, base.year, base.year + 1) for found in day_in(year, month, day)]
    fitting = [day for day in days if (day - base).days <= DAYS_AHEAD]
    return (max(fitting),) if fitting else ()


def year_in(groups: dict[str, str | None]) -> int | None:
    """The year that was written, None when none was."""
    written = groups.get("y") or groups.get("y2")
    if not written:
        return None
    digits = written.strip("'\u2019")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)  # noqa: PLR2004 - a year in full


def is_range(hit: Hit) -> bool:
    """Whether the first of two days is a range's start; "12th and 5 January" is none, so it starts at the second."""
    groups = hit.groupdict()
    if not groups.get("d0"):
        return False
    return bool(groups.get("m0")) or int(groups["d0"]) < int(groups["d"])


def within(first: date, last: date, part: str | None) -> Readings:
    """One day for a span: its end, or the part of it that is named; its first day is the other reading."""
    word = (part or "").lower()
    days = (last - first).days
    if word in STARTS.split() or word == "anfang":
        start = first + timedelta(days=1 if days < 7 else _BEGINNING - 1)  # noqa: PLR2004 - of a week: Tuesday
        return (start, first)
    if word in MIDDLES.split():
        if days < 7:  # noqa: PLR2004 - of a week: Wednesday
            return (first + timedelta(days=2), last)
        middle = first if days < 31 else first + timedelta(days=days // 2 - 15)  # noqa: PLR2004 - longer than a month
        return (middle.replace(day=_MIDDLE), last)
    if (word in ENDS.split() or word == "end") and word != "late":
        return (last,)
    return (last, first)


def month_of(month: int, year: int | None, base: date | None) -> tuple[date, date] | None:
    """First and last day of the month meant; without a year the next one that is not over."""
    if year is None and base is None:
        return None
    return month_span(year or (base.year + (month < base.month) if base else 0), month)


def quarter_span(year: int, quarter: int) -> tuple[date, date]:
    """First and last day of a quarter counted from 0; 4 is the first of the next year."""
    year, quarter = year + quarter // 4, quarter % 4
    return date(year, 3 * quarter + 1, 1), month_span(year, 3 * quarter + 3)[1]
