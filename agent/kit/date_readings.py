"""The days that a date's written parts can mean, best first."""

from collections.abc import Callable
from datetime import date, timedelta

from agent.kit import date_relative as relative
from agent.kit.calendar_days import LAST_MONTH, SATURDAY, month_span
from agent.kit.date_sense import (
    DAYS_AHEAD,
    FRIDAY,
    Hit,
    Readings,
    Sense,
    day_in,
    is_range,
    month_of,
    quarter_span,
    within,
    year_in,
    yearless,
)
from agent.kit.date_words import (
    AFTER_NEXT,
    MONTH_WORDS,
    MONTHS,
    NTH,
    QUARTER_WORDS,
    SHORT_WEEKDAYS,
    SPELLED_DAYS,
    THIS,
    WEEKDAYS,
    YEAR_WORDS,
)

_MIDDLE = 15
_PAST = 45  # days behind the writer's own day after which a reading is the less likely one


def readings_of(handler: str, hit: Hit, sense: Sense, weekday: str = "") -> Readings:
    """What this hit can mean, best first; empty when it is no date. `weekday` is the one named beside it."""
    found = tuple(dict.fromkeys(_HANDLERS[handler](hit, sense)))
    return _checked(weekday.lower(), found) if weekday else found


def _checked(named: str, readings: Readings) -> Readings:
    """Readings that fall on the weekday named beside them, when any does."""
    if not readings:
        return readings
    weekday = WEEKDAYS.get(named, SHORT_WEEKDAYS.get(named, 0))
    fitting = tuple(day for day in readings if day.weekday() == weekday)
    if fitting or named in SHORT_WEEKDAYS:
        return fitting or readings
    shifts = [readings[0] + timedelta(days=shift) for shift in range(-3, 4)]
    return (*readings, *(day for day in shifts if day.weekday() == weekday))


def _ymd(hit: Hit, sense: Sense) -> Readings:
    groups = hit.groupdict()
    month = int(groups["m"]) if groups["m"].isdigit() else MONTHS[groups["m"].lower()]
    year = year_in(groups)
    days = [(SPELLED_DAYS[groups["spelled"].lower()] if groups.get("spelled") else int(groups["d"]), month)]
    if is_range(hit):
        days.append((int(groups["d0"]), int(groups["m0"]) if groups.get("m0") else month))
    if groups.get("d1") and int(groups["d1"]) > days[0][0]:
        days.insert(0, (int(groups["d1"]), month))
    found = [day_in(year, of, day) if year else yearless(of, day, sense.base) for day, of in days]
    return tuple(day for readings in found for day in readings) if found[0] else ()


def _slashed(hit: Hit, sense: Sense) -> Readings:
    first, second, year = int(hit["a"]), int(hit["b"]), year_in(hit.groupdict())

    def read(day: int, month: int) -> Readings:
        if not (1 <= month <= LAST_MONTH):
            return ()
        return day_in(year, month, day) if year else yearless(month, day, sense.base)

    by_day, by_month = read(first, second), read(second, first)
    if sense.day_first is not None:
        return (by_day or by_month) if sense.day_first else (by_month or by_day)
    if by_day and by_month and sense.base and _far(by_day[0], sense.base) and not _far(by_month[0], sense.base):
        return by_month + by_day
    return by_day + by_month


def _far(day: date, base: date) -> bool:
    return not -_PAST <= (day - base).days <= DAYS_AHEAD


def _week(hit: Hit, sense: Sense) -> Readings:
    groups = hit.groupdict()
    week, second, year = int(groups["w"]), groups.get("w2"), year_in(groups)
    if second and sense.base and int(second) != week + 1:
        if 2000 + int(second) in (sense.base.year, sense.base.year + 1):
            year, second = 2000 + int(second), None
        elif int(second) < week and year is None:
            second = None
    mondays = [_monday(number, year, sense.base) for number in (week, *([int(second)] if second else []))]
    days = [day for day in mondays if day is not None]
    if len(days) < len(mondays):
        return ()
    if named := (groups.get("wd") or groups.get("wd2") or "").lower():
        return (days[0] + timedelta(days=WEEKDAYS.get(named, SHORT_WEEKDAYS.get(named, 0))),)
    return within(days[0], days[-1] + timedelta(days=FRIDAY), groups.get("part") or groups.get("part2"))


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


def _nth_week(hit: Hit, sense: Sense) -> Readings:
    """The week of a month as calendars count: the first one has its Thursday in the month."""
    month = month_of(MONTHS[hit["m"].lower()], year_in(hit.groupdict()), sense.base)
    if month is None:
        return ()
    first, last = month
    if (nth := NTH[hit["nth"].lower()]) < 0:
        friday = last - timedelta(days=(last.weekday() - FRIDAY) % 7)
    else:
        thursday = first + timedelta(days=(FRIDAY - 1 - first.weekday()) % 7)
        friday = thursday + timedelta(days=1 + 7 * (nth - 1))
    return (friday, friday - timedelta(days=FRIDAY))


def _part(hit: Hit, sense: Sense) -> Readings:
    """End of (this, next) week, month, quarter, year; next week and next month as a whole."""
    if sense.base is None:
        return ()
    groups = hit.groupdict()
    unit = (groups.get("unit") or groups.get("unit2") or "").lower()
    part = groups.get("part") or groups.get("part2")
    near = (groups.get("near") or "").lower()
    later = 0 if not near or near in THIS.split() else 2 if near in AFTER_NEXT.split() else 1
    later += bool(groups.get("after")) + bool(groups.get("after2"))
    base = sense.base
    if unit.startswith("monat") or unit in MONTH_WORDS.split():
        return within(*month_span(base.year, base.month + later), part)
    if unit.startswith("jahr") or unit in YEAR_WORDS.split():
        return within(date(base.year + later, 1, 1), date(base.year + later, 12, 31), part)
    if unit.startswith("quartal") or unit in QUARTER_WORDS.split():
        return within(*quarter_span(base.year, (base.month - 1) // 3 + later), part)
    monday = base - timedelta(days=base.weekday()) + timedelta(days=7 * later)
    if not later and base.weekday() >= SATURDAY:
        monday += timedelta(days=7)
    return within(monday, monday + timedelta(days=FRIDAY), part)


def _quarter(hit: Hit, sense: Sense) -> Readings:
    groups = hit.groupdict()
    nth = (groups.get("nth") or "").lower()
    quarter = int(groups["q"]) if groups.get("q") else int(nth[0]) if nth[:1].isdigit() else NTH[nth]
    year = year_in(groups)
    if quarter < 1 or (year is None and sense.base is None):
        return ()
    if year is None and sense.base is not None:
        year = sense.base.year + (quarter < (sense.base.month - 1) // 3 + 1)
    return within(*quarter_span(year or 0, quarter - 1), groups.get("part"))


def _month(hit: Hit, sense: Sense) -> Readings:
    groups = hit.groupdict()
    span = month_of(MONTHS[(groups["m"] or groups["m2"]).lower()], year_in(groups), sense.base)
    if span is None:
        return ()
    half = (groups.get("half") or groups.get("half2") or "").lower()
    if half:
        return (span[0].replace(day=_MIDDLE),) if NTH[half] == 1 else (span[1], span[0].replace(day=_MIDDLE))
    return within(*span, groups.get("part"))


def _numbered_month(hit: Hit, _: Sense) -> Readings:
    return within(*month_span(int(hit["y"]), int(hit["m"])), None)


_HANDLERS: dict[str, Callable[[Hit, Sense], Readings]] = {
    "ymd": _ymd,
    "named": _ymd,
    "day_only": relative.day_only,
    "weekday_day": relative.weekday_day,
    "slashed": _slashed,
    "week": _week,
    "nth_week": _nth_week,
    "week_after": relative.week_after,
    "weekday": relative.weekday,
    "short_weekday": relative.short_weekday,
    "part": _part,
    "month": _month,
    "numbered_month": _numbered_month,
    "quarter": _quarter,
    "in_units": relative.in_units,
    "anchored_units": relative.anchored_units,
    "anchored_weekday": relative.anchored_weekday,
    "next_day": relative.next_day,
    "next_week": relative.next_week,
    "same": relative.same,
    "transit": relative.transit,
    "from_now": relative.from_now,
    "feast": relative.feast,
}
