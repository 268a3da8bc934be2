"""Dates as people write them, in six languages, relative to a given day: every mention with all its readings."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from agent.kit.calendar_days import later, month_span
from agent.kit.date_patterns import patterns_for
from agent.kit.date_words import (
    DAYS_FROM_NOW,
    ENDS,
    MIDDLES,
    MONTH_WORDS,
    MONTHS,
    STARTS,
    THIS,
    UNITS,
    WEEKDAYS,
    YEAR_WORDS,
)
from agent.kit.numbers import SPELLED

DAYS_AHEAD = 245  # a date without year lies at most this many days ahead, else it is past
MAX_TEXT = 200_000  # characters that are searched
_FRIDAY, _SATURDAY, _LAST_MONTH = 4, 5, 12
_VAGUE = {"week", "month", "span", "part"}
_SLASHED = re.compile(r"(?<![\d/.-])(\d{1,2})([/-])(\d{1,2})(?:\2(?:20)?\d\d)?(?![\d/-])")

Readings = tuple[date, ...]


@dataclass(frozen=True)
class DateMention:
    """A date in a text. `readings` are its possible values, best first; `vague` marks a span read as one day."""

    start: int
    end: int
    readings: Readings
    kind: str

    @property
    def vague(self) -> bool:
        """A week or month is named, not a day."""
        return self.kind in _VAGUE

    @property
    def ambiguous(self) -> bool:
        """Whether more than one reading is possible."""
        return len(self.readings) > 1


@dataclass(frozen=True)
class _Sense:
    """What relative and short dates are read against."""

    base: date | None
    day_first: bool | None


def find_dates(text: str, base: date | None, *, day_first: bool | None = None) -> list[DateMention]:
    """Every date in the text in order. `base` is the writer's own day; without it only full dates are read."""
    sense = _Sense(base, day_first)
    found: list[DateMention] = []
    for kind, handler, pattern in patterns_for(text[:MAX_TEXT]):
        for hit in pattern.finditer(text[:MAX_TEXT]):
            readings = _checked(hit, tuple(dict.fromkeys(_HANDLERS[handler](hit, sense))))
            if readings:
                found.append(DateMention(_start(hit), hit.start() + len(hit[0].rstrip(" ,-/")), readings, kind))
    return _longest(found)


def _start(hit: re.Match[str]) -> int:
    """Where the mention starts; "12th and 5 January" is no range, so it starts at the second day."""
    groups = hit.groupdict()
    backwards = groups.get("d0") and int(groups["d0"]) >= int(groups["d"])
    return hit.start("d") if backwards else hit.start()


def slashed_order(text: str) -> bool | None:
    """Whether slashed dates of this text put the day first, as far as one can only be read one way; else None."""
    seen = set[bool]()
    for hit in _SLASHED.finditer(text[:MAX_TEXT]):
        first, second = int(hit[1]), int(hit[3])
        if (first > _LAST_MONTH) != (second > _LAST_MONTH) and max(first, second) <= 31:  # noqa: PLR2004 - a day
            seen.add(first > _LAST_MONTH)
    return seen.pop() if len(seen) == 1 else None


def _longest(found: list[DateMention]) -> list[DateMention]:
    """Mentions that do not overlap, the longest first choice."""
    kept: list[DateMention] = []
    taken = bytearray(max((one.end for one in found), default=0))
    for one in sorted(found, key=lambda one: (one.start - one.end, one.vague)):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\x01" * (one.end - one.start)
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _checked(hit: re.Match[str], readings: Readings) -> Readings:
    """Readings that fall on the weekday named beside them, when one is named and any does."""
    named = hit.groupdict().get("wd")
    if not named or not readings:
        return readings
    fitting = tuple(day for day in readings if day.weekday() == WEEKDAYS[named.lower()])
    return fitting or (*readings, *_nearest_weekday(readings[0], WEEKDAYS[named.lower()]))


def _nearest_weekday(day: date, weekday: int) -> Readings:
    """A named weekday that does not fit the date: the nearest such day is the other reading."""
    ahead = (weekday - day.weekday()) % 7
    return (day + timedelta(days=ahead if ahead <= 3 else ahead - 7),)  # noqa: PLR2004 - half a week


def _day(year: int, month: int, day: int) -> Readings:
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()


def _yearless(month: int, day: int, base: date | None) -> Readings:
    """The year that puts it nearest, rather ahead of the writer's day than behind."""
    if base is None:
        return ()
    days = [found for year in (base.year - 1, base.year, base.year + 1) for found in _day(year, month, day)]
    fitting = [day for day in days if (day - base).days <= DAYS_AHEAD]
    return (max(fitting),) if fitting else ()


def _year(written: str | None) -> int | None:
    if not written:
        return None
    digits = written.strip("'")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)  # noqa: PLR2004 - a year in full


def _ymd(hit: re.Match[str], sense: _Sense) -> Readings:
    groups = hit.groupdict()
    month = int(groups["m"]) if groups["m"].isdigit() else MONTHS[groups["m"].lower()]
    year = _year(groups.get("y"))
    days = [int(groups["d"]), *([int(groups["d0"])] if _start(hit) != hit.start("d") and groups.get("d0") else [])]
    found = [_day(year, month, day) if year else _yearless(month, day, sense.base) for day in days]
    return tuple(day for readings in found for day in readings)


def _slashed(hit: re.Match[str], sense: _Sense) -> Readings:
    first, second, year = int(hit["a"]), int(hit["b"]), _year(hit.groupdict().get("y"))

    def read(day: int, month: int) -> Readings:
        if not (1 <= month <= _LAST_MONTH):
            return ()
        return _day(year, month, day) if year else _yearless(month, day, sense.base)

    by_day, by_month = read(first, second), read(second, first)
    if sense.day_first is None:
        return by_day + by_month
    return (by_day or by_month) if sense.day_first else (by_month or by_day)


def _week(hit: re.Match[str], sense: _Sense) -> Readings:
    groups = hit.groupdict()
    week, second, year = int(groups["w"]), groups.get("w2"), _year(groups.get("y"))
    if (
        second
        and sense.base
        and 2000 + int(second) in (sense.base.year, sense.base.year + 1)
        and int(second) != week + 1
    ):
        year, second = 2000 + int(second), None
    mondays = [_monday(number, year, sense.base) for number in (week, *([int(second)] if second else []))]
    if not all(mondays):
        return ()
    first, last = mondays[0], mondays[-1]
    assert first is not None
    assert last is not None
    return _within(first, last + timedelta(days=4), groups.get("part"))


def _monday(week: int, year: int | None, base: date | None) -> date | None:
    years = (year,) if year else (base.year - 1, base.year, base.year + 1) if base else ()
    found: list[date] = []
    for one in years:
        try:
            found.append(date.fromisocalendar(one, week, 1))
        except ValueError:
            continue
    if year or base is None:
        return found[0] if found else None
    return max((day for day in found if (day - base).days <= DAYS_AHEAD), default=None)


def _within(first: date, last: date, part: str | None) -> Readings:
    """One day for a span: its end, or the part of it that is named; its first day is the other reading."""
    word = (part or "").lower()
    days = (last - first).days
    if word in STARTS.split():
        return (first + timedelta(days=(days - 1) // 3), first)
    if word in MIDDLES.split():
        return (first + timedelta(days=(days - 1) // 2 + (days < 7)), last)  # noqa: PLR2004 - of a week: Wednesday
    if word in ENDS.split() and word != "late":
        return (last,)
    return (last, first)


def _weekday(hit: re.Match[str], sense: _Sense) -> Readings:
    if sense.base is None:
        return ()
    groups = hit.groupdict()
    weekday = WEEKDAYS[groups["w"].lower()]
    if len(groups["w"]) <= 3 and not (groups.get("near") or groups.get("far") or groups["w"][0].isupper()):  # noqa: PLR2004 - "mar", "sat", "sun" are words
        return ()
    this_week = sense.base + timedelta(days=weekday - sense.base.weekday())
    next_week = this_week + timedelta(days=7)
    coming = this_week if this_week > sense.base else next_week
    near = (groups.get("near") or "").lower()
    if groups.get("far"):
        return (next_week,)
    if near in ("next", "following", "folgenden", "volgende"):
        return (next_week, coming)
    if near and near not in THIS.split():
        return (coming, next_week)
    return (this_week if near and this_week >= sense.base else coming,)


def _part(hit: re.Match[str], sense: _Sense) -> Readings:
    """End of (this, next) week, month, year; next week and next month as a whole."""
    if sense.base is None:
        return ()
    groups = hit.groupdict()
    unit = (groups.get("unit") or groups.get("unit2") or "").lower()
    later = bool(groups.get("after")) or bool(groups.get("near") and groups["near"].lower() not in THIS.split())
    base = sense.base
    if unit in MONTH_WORDS.split():
        return _within(*month_span(base.year, base.month + later), groups.get("part"))
    if unit in YEAR_WORDS.split():
        return _within(date(base.year + later, 1, 1), date(base.year + later, 12, 31), groups.get("part"))
    monday = base - timedelta(days=base.weekday()) + timedelta(days=7 * later)
    if not later and base.weekday() >= _SATURDAY:
        monday += timedelta(days=7)
    return _within(monday, monday + timedelta(days=_FRIDAY), groups.get("part"))


def _month(hit: re.Match[str], sense: _Sense) -> Readings:
    month, year = MONTHS[hit["m"].lower()], _year(hit.groupdict().get("y"))
    if year is None:
        if sense.base is None:
            return ()
        year = sense.base.year + (month < sense.base.month)
    return _within(*month_span(year, month), hit.groupdict().get("part"))


def _in_units(hit: re.Match[str], sense: _Sense) -> Readings:
    groups, base = hit.groupdict(), sense.base
    if base is None:
        return ()
    unit = UNITS[groups["unit"].lower()]
    if unit == "day" and (
        groups.get("working2") or (groups.get("working") or "calendar").strip().lower() != "calendar"
    ):
        unit = "working"
    written = groups["n"].lower()
    count = int(written) if written.isdigit() else SPELLED.get(written, 1)
    found = [later(base, count, unit)]
    if groups.get("n0"):
        found.append(later(base, int(groups["n0"]), unit))
    return tuple(found)


def _from_now(hit: re.Match[str], sense: _Sense) -> Readings:
    return (sense.base + timedelta(days=DAYS_FROM_NOW[hit["word"].lower()]),) if sense.base else ()


def _day_only(hit: re.Match[str], sense: _Sense) -> Readings:
    """The 28th: the first such day not before the writer's."""
    if sense.base is None:
        return ()
    day = int(hit["d"] or hit["d2"])
    spans = [month_span(sense.base.year, sense.base.month + more) for more in (0, 1)]
    days = [found for first, _ in spans for found in _day(first.year, first.month, day) if found >= sense.base]
    return (days[0],) if days else ()


_HANDLERS = {
    "ymd": _ymd,
    "named": _ymd,
    "day_only": _day_only,
    "slashed": _slashed,
    "week": _week,
    "weekday": _weekday,
    "part": _part,
    "month": _month,
    "in_units": _in_units,
    "from_now": _from_now,
}
