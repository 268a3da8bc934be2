"""Dates as people write them, in six languages, relative to a given day: every mention with all its readings."""

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from agent.kit.date_patterns import WEEKDAY_BEFORE, Shape, hits
from agent.kit.date_readings import readings_of
from agent.kit.date_sense import DAYS_AHEAD, Readings, Sense, is_range

__all__ = ["DAYS_AHEAD", "DateMention", "find_dates", "slashed_order"]

MAX_TEXT = 200_000  # characters that are searched
MAX_GAP = 5  # characters between the two dates of a range
MAX_RANGE = 21  # days that a range of two full dates may span
_FRIDAY, _LAST_MONTH, _LAST_DAY = 4, 12, 31
_VAGUE = {"week", "month", "span", "part", "feast"}
_RELATED = {
    "day_only",
    "in_units",
    "anchored_units",
    "anchored_weekday",
    "next_day",
    "next_week",
    "same",
    "transit",
}
MAX_REACH = 300  # characters over which a date is counted from the one before it
_ON_WEEKDAYS = {"ymd", "named", "slashed"}  # a weekday may be named before them
MAX_WEEKDAY = 32  # characters before a date in which its weekday stands
_DAYS = {"full", "yearless", "slashed", "named"}
_SLASHED = re.compile(r"(?<![\d/.-])(\d{1,2})([/-])(\d{1,2})(?:\2(?:20)?\d\d)?(?![\d/-])")
_SENTENCE_END = re.compile(r"[.!?]\s|\n\s*\n|\x00")
_GAP = re.compile(r"\s?[-\u2013]\s?")
_AND = re.compile(r"\s(?:and|und|et|y|e|en)\s(?:the\s|dem\s|le\s|el\s|il\s)?")
_NEXT_DAY = re.compile(r"(?:next|following|volgende) (?!week)", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:between|zwischen|entre|tra|fra|tussen)\s(?:the\s|dem\s|le\s|el\s|il\s)?$", re.IGNORECASE)
_WEEK_OF = re.compile(
    r"(?<!\w)(?:(?P<last>week ending|w/e)|(?:week|wk)\s(?:commencing|beginning|starting|from|of|van)|w/?c\.?"
    r"|woche (?:vom|ab|ab dem)|semaine du|semana del|settimana del|week van)(?:\s(?:on|the|dem|le|el))?\s$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class DateMention:
    """A date in a text. `readings` are its possible values, best first; `vague` marks a span read as one day.

    `kind`: full, yearless, slashed, named, week, weekday, part, month, span, relative, feast, anchored (counted from
    the date before it in the text) or range.
    """

    start: int
    end: int
    readings: Readings
    kind: str
    rivals: bool = False

    @property
    def vague(self) -> bool:
        """A week or month is named, not a day."""
        return self.kind in _VAGUE

    @property
    def ambiguous(self) -> bool:
        """Whether a careful reader could take it for either of two days; not so for a span's first and last day."""
        return self.rivals and len(self.readings) > 1


def find_dates(text: str, base: date | None, *, day_first: bool | None = None) -> list[DateMention]:
    """Every date in the text in order. `base` is the writer's own day; without it only full dates are read."""
    text = text[:MAX_TEXT]
    sense = Sense(base, day_first)
    found: list[DateMention] = []
    related: list[tuple[Shape, re.Match[str]]] = []
    for shape, hit in hits(text):
        if shape.handler in _RELATED:
            related.append((shape, hit))
        elif mention := _mention(shape, hit, sense):
            found.append(mention)
    found = _longest(found)
    if related:
        found = _with_related(found, related, sense)
    return _joined(found, text)


def _mention(shape: Shape, hit: re.Match[str], sense: Sense) -> DateMention | None:
    groups = hit.groupdict()
    start = hit.start() + len(groups.get("lead") or "") if shape.handler == "ymd" else hit.start()
    if groups.get("d0") and not is_range(hit):
        start = hit.start("d")
    named, before = "", None
    if shape.handler in _ON_WEEKDAYS:
        before = _weekday_before().search(hit.string, max(0, start - MAX_WEEKDAY), start)
        named = before["wd"] if before else groups.get("wd") or ""
    try:
        readings = readings_of(shape.handler, hit, sense, named)
    except (OverflowError, ValueError):  # a day outside the calendar
        return None
    if not readings:
        return None
    end = hit.start() + len(hit[0].rstrip(" ,-/\n"))
    month = groups.get("m") or ""
    if hit[0].endswith(".") and len(month) > 4 and hit.end("m") == hit.end() - 1:  # noqa: PLR2004 - no abbreviation
        end -= 1
    rivals = shape.kind == "slashed" or (bool(named) and not is_range(hit)) or _NEXT_DAY.match(hit[0])
    start = before.start() + before[0].startswith("(") if before else start
    return DateMention(start, max(end, start + 1), readings, shape.kind, rivals=bool(rivals))


@cache
def _weekday_before() -> re.Pattern[str]:
    return re.compile(WEEKDAY_BEFORE, re.IGNORECASE)


def _with_related(
    found: list[DateMention], related: list[tuple[Shape, re.Match[str]]], sense: Sense
) -> list[DateMention]:
    """With the dates that are counted from the date before them: "two days later", "the 20th"."""
    kept = [*found]
    for shape, hit in sorted(related, key=lambda one: (one[1].start(), -one[1].end())):
        place = bisect_left(kept, hit.start(), key=lambda one: one.start)
        before = kept[place - 1] if place and kept[place - 1].end <= hit.start() else None
        follows = kept[place] if before is None and place < len(kept) else None
        anchor = before or (follows if shape.handler == "anchored_units" else None)
        near = anchor is not None and abs(hit.start() - anchor.end) < MAX_REACH
        if anchor is not None and (shape.handler == "in_units" or (shape.handler == "day_only" and anchor.vague)):
            near = _SENTENCE_END.search(hit.string, anchor.end, hit.start()) is None and near
        if mention := _mention(shape, hit, replace(sense, before=anchor.readings[0] if anchor and near else None)):
            kept.insert(place, mention)
    return _longest(kept)


def slashed_order(text: str) -> bool | None:
    """Whether slashed dates of this text put the day first, as far as one can only be read one way; else None."""
    seen = set[bool]()
    for hit in _SLASHED.finditer(text[:MAX_TEXT]):
        first, second = int(hit[1]), int(hit[3])
        if (first > _LAST_MONTH) != (second > _LAST_MONTH) and max(first, second) <= _LAST_DAY:
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


def _joined(found: list[DateMention], text: str) -> list[DateMention]:
    """Two dates that are the ends of a range as one, and days that name their week as that week."""
    joined: list[DateMention] = []
    for one in found:
        mention = _week_of(one, text)
        last = joined[-1] if joined else None
        if last and last.kind in _DAYS and mention.kind in _DAYS and _is_range(last, mention, text):
            readings = (mention.readings[0], last.readings[0])
            joined[-1] = DateMention(last.start, mention.end, readings, "range")
        else:
            joined.append(mention)
    return joined


def _is_range(first: DateMention, second: DateMention, text: str) -> bool:
    days = (second.readings[0] - first.readings[0]).days
    if second.start - first.end > 2 * MAX_GAP or not 0 < days <= MAX_RANGE:
        return False
    gap = text[first.end : second.start]
    return bool(
        _GAP.fullmatch(gap) or (_AND.fullmatch(gap) and _BETWEEN.search(text[max(0, first.start - 20) : first.start]))
    )


def _week_of(one: DateMention, text: str) -> DateMention:
    """That week's Friday for "the week of 12 January" and "w/c 12 Jan"; "week ending" names the day itself."""
    if one.kind not in _DAYS:
        return one
    hit = _WEEK_OF.search(text[max(0, one.start - 32) : one.start])
    if hit is None:
        return one
    day = one.readings[0]
    friday = day - timedelta(days=day.weekday()) + timedelta(days=_FRIDAY)
    readings = (day,) if hit["last"] else tuple(dict.fromkeys((friday, *one.readings)))
    return DateMention(one.start - len(hit[0]), one.end, readings, "week")
