"""The days that words counted from now, or from the date before them, can mean."""

import re
from datetime import date, timedelta

from agent.kit.calendar_days import later, month_span
from agent.kit.date_sense import FRIDAY, Hit, Readings, Sense, day_in, within, yearless
from agent.kit.date_words import AFTER_NEXT, DAYS_FROM_NOW, FEASTS, LAST, SHORT_WEEKDAYS, THIS, UNITS, WEEKDAYS
from agent.kit.numbers import SPELLED

_GERMAN = re.compile(r"\b(?:wir|der|die|das|und|ist|sie|nicht|ihre?n?)\b", re.IGNORECASE)
_DONE = re.compile(
    r"(?<!\w)(?<!be )(?<!get )"
    r"(?:shipped|sent|dispatched|despatched|collected|left|loaded|flew|picked up|handed over|went"
    r"|posted|delivered|verschickt|versandt|versendet|abgeholt|rausgegangen|expédiée?s?|partie?s?|livrée?s?|enviad\w+"
    r"|salió|salieron|verzonden|verstuurd|vertrokken|spedit\w|partit\w)\b[^.;\n]{0,30}$",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"(?<!\w)(?:will|to be|be|going to|shall|should|can|may|wird|werden|sera|seront|serán?|sarà|saranno|zal|zullen"
    r"|wordt"
    r"|worden)\b",
    re.IGNORECASE,
)
_NO_DAY_BEFORE = re.compile(r"(?:guten|goede|schönen|por la|de la|a la|en la|(?<![\d.] )(?<!\d)\bam)\s$", re.IGNORECASE)


def weekday(hit: Hit, sense: Sense) -> Readings:
    """A weekday: the coming one, of this, the next or the last week; the past one behind a word of what is done."""
    if sense.base is None:
        return ()
    groups = hit.groupdict()
    weekday = WEEKDAYS[groups["w"].lower()]
    near, far = (groups.get("near") or "").lower(), (groups.get("far") or "").lower()
    if len(groups["w"]) <= 3 and not (near or far or groups["w"][0].isupper()):  # noqa: PLR2004 - "mar", "sat", "sun" are words
        return ()
    this_week = sense.base + timedelta(days=weekday - sense.base.weekday())
    coming = this_week if this_week > sense.base else this_week + timedelta(days=7)
    if far:
        first = far.split()[0]
        weeks = 0 if first in THIS.split() else 2 if first in AFTER_NEXT.split() else 1
        return (this_week + timedelta(days=7 * weeks),)
    if more := (groups.get("more") or "").lower():
        weeks = 2 if more in ("en quinze", "in zwei wochen", "in two weeks", "in 14 tagen") else 1
        return (coming + timedelta(days=7 * weeks),)
    return _near_weekday(near or (groups.get("after") or "").lower(), this_week, coming, sense.base, hit)


def _near_weekday(near: str, this_week: date, coming: date, base: date, hit: Hit) -> Readings:
    """By the word beside the weekday: this, next, last; without one by whether things are done or to come."""
    week = timedelta(days=7)
    if near in LAST.split():
        return (coming - week,)
    if near in THIS.split():
        return (this_week if this_week >= base else coming,)
    if not near:
        return (coming - week, coming) if _is_done(hit) else (coming, coming - week)
    if near in AFTER_NEXT.split():
        return (coming + week, this_week + 2 * week)
    strict = near in ("next", "following", "folgenden", "volgende")
    return (this_week + week, coming) if strict else (coming, this_week + week)


def _is_done(hit: Hit) -> bool:
    """Whether the words before tell what has happened: "went out Friday"."""
    before = hit.string[max(0, hit.start() - 60) : hit.start()]
    return bool(_DONE.search(before)) and not _TO_COME.search(before)


def short_weekday(hit: Hit, sense: Sense) -> Readings:
    """Mo, Di, vr: the coming one."""
    if sense.base is None:
        return ()
    ahead = (SHORT_WEEKDAYS[hit["w"].lower()] - sense.base.weekday() - 1) % 7 + 1
    return (sense.base + timedelta(days=ahead),)


def weekday_day(hit: Hit, sense: Sense) -> Readings:
    """Tuesday 8: the first such day in sight that is a Tuesday; none when there is none within four months."""
    if sense.base is None:
        return ()
    weekday, day = WEEKDAYS[hit["wd"].lower()], int(hit["d"])
    for more in (0, 1, 2, 3, -1):
        first, _ = month_span(
            sense.base.year + (sense.base.month - 1 + more) // 12, (sense.base.month - 1 + more) % 12 + 1
        )
        fitting = [found for found in day_in(first.year, first.month, day) if found >= sense.base or more < 0]
        if fitting and fitting[0].weekday() == weekday:
            return (fitting[0],)
    if more := [found for found in day_in(sense.base.year, sense.base.month, day) if found.weekday() == weekday]:
        return tuple(more)
    return ()


def in_units(hit: Hit, sense: Sense) -> Readings:
    """Counted from the writer's day; "arrives in 3 days" behind another date may count from that one."""
    return (*_counted(hit, sense.base), *_counted(hit, sense.before))


def anchored_units(hit: Hit, sense: Sense) -> Readings:
    """Two weeks later than the date before."""
    return _counted(hit, sense.before or sense.base)


def _counted(hit: Hit, base: date | None) -> Readings:
    groups = hit.groupdict()
    if base is None or (hit[0][:4].lower() == "over" and groups["unit"].lower() in ("days", "day", "weeks", "months")):
        return ()
    unit = UNITS[groups["unit"].lower()]
    if unit == "day" and (
        groups.get("working2") or (groups.get("working") or "calendar").strip().lower() != "calendar"
    ):
        unit = "working"
    times, unit = (2, "week") if unit == "fortnight" else (1, unit)
    counts = [groups["n"], *([groups["n0"]] if groups.get("n0") else [])]
    return tuple(later(base, times * _count(written.lower()), unit) for written in counts)


def _count(written: str) -> int:
    return int(written) if written.isdigit() else {**SPELLED, "due": 2}.get(written, 1)


def anchored_weekday(hit: Hit, sense: Sense) -> Readings:
    """The Tuesday after the date before."""
    base = sense.before or sense.base
    return (base + timedelta(days=(WEEKDAYS[hit["w"].lower()] - base.weekday() - 1) % 7 + 1),) if base else ()


def same(hit: Hit, sense: Sense) -> Readings:  # noqa: ARG001 - handlers share their signature
    """The very date before."""
    return (sense.before,) if sense.before else ()


def next_week(hit: Hit, sense: Sense) -> Readings:  # noqa: ARG001 - handlers share their signature
    """The week after the date before."""
    base = sense.before or sense.base
    if base is None:
        return ()
    monday = base - timedelta(days=base.weekday()) + timedelta(days=7)
    return within(monday, monday + timedelta(days=FRIDAY), None)


def transit(hit: Hit, sense: Sense) -> Readings:
    """So many days on the way from the date before."""
    return _counted(hit, sense.before)


def next_day(hit: Hit, sense: Sense) -> Readings:
    """The day after the date before."""
    base = sense.before or sense.base
    return (base + timedelta(days=1),) if base and not (hit[0].lower() == "next day" and not sense.before) else ()


def from_now(hit: Hit, sense: Sense) -> Readings:
    """Today, tomorrow, yesterday."""
    word = hit["word"].lower()
    if sense.base is None or _NO_DAY_BEFORE.search(hit.string, max(0, hit.start() - 12), hit.start()):
        return ()
    if word == "hier" and _GERMAN.search(hit.string):
        return ()
    return (sense.base + timedelta(days=DAYS_FROM_NOW[word]),)


def feast(hit: Hit, sense: Sense) -> Readings:
    """Christmas, New Year: their eve; after them, four days on."""
    month, day = FEASTS[hit["name"].lower()]
    after = 4 if hit["after"] else 0
    return tuple(found + timedelta(days=after) for found in yearless(month, day, sense.base))


def week_after(hit: Hit, sense: Sense) -> Readings:  # noqa: ARG001 - handlers share their signature
    """The week after next."""
    if sense.base is None:
        return ()
    monday = sense.base - timedelta(days=sense.base.weekday()) + timedelta(days=14)
    return within(monday, monday + timedelta(days=FRIDAY), None)


def day_only(hit: Hit, sense: Sense) -> Readings:
    """The 28th: the first such day not before the writer's; after a date of a later month, of that month."""
    groups = hit.groupdict()
    day = int(groups["d"] or groups.get("d2") or groups.get("d3") or 0)
    if sense.base is None:
        return ()
    plain = _first_from(sense.base, day)
    month_before = sense.before.replace(day=1) if sense.before else None
    if month_before and month_before > sense.base:
        return tuple(dict.fromkeys((*_first_from(month_before, day), *plain)))
    return plain


def _first_from(start: date, day: int) -> Readings:
    spans = [month_span(start.year, start.month + more) for more in (0, 1)]
    days = [found for first, _ in spans for found in day_in(first.year, first.month, day) if found >= start]
    return (days[0],) if days else ()
