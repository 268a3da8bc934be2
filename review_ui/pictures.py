"""A pattern as a small picture: its observations over time, the level of each window, and the line not to cross."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from agent.evidence.pattern_model import Pattern
from agent.kit.values import Value

WIDTH, HEIGHT, EDGE = 560, 150, 8


class Dot(Value):
    """One observation in pixels."""

    x: float
    y: float
    recent: bool


class Level(Value):
    """A horizontal stretch in pixels: a window's value, or the minimum."""

    x1: float
    x2: float
    y: float
    name: str


class Picture(Value):
    """All that is drawn."""

    width: int = WIDTH
    height: int = HEIGHT
    dots: tuple[Dot, ...]
    levels: tuple[Level, ...]


def picture(pattern: Pattern) -> Picture | None:
    """The picture; None when there is nothing to draw."""
    if not pattern.points:
        return None
    first, last = pattern.points[0].day, pattern.points[-1].day
    if pattern.baseline:
        first, last = min(first, pattern.baseline.since), max(last, pattern.recent.until)
    across = _Scale(first.toordinal(), last.toordinal(), EDGE, WIDTH - EDGE)
    values = [point.value for point in pattern.points] + [value for value, *_ in _stretches(pattern, first, last)]
    up = _Scale(float(min(values)), float(max(values)), HEIGHT - EDGE, EDGE)
    return Picture(
        dots=tuple(
            Dot(x=across(point.day.toordinal()), y=up(float(point.value)), recent=point.day >= pattern.recent.since)
            for point in pattern.points
        ),
        levels=tuple(
            Level(x1=across(since.toordinal()), x2=across(until.toordinal()), y=up(float(value)), name=name)
            for value, since, until, name in _stretches(pattern, first, last)
        ),
    )


def _stretches(pattern: Pattern, first: date, last: date) -> Iterator[tuple[Decimal, date, date, str]]:
    if pattern.baseline and pattern.unit != "a month":  # counts a week have no level of the same scale
        yield pattern.baseline.value, pattern.baseline.since, pattern.baseline.until, "before"
        yield pattern.recent.value, pattern.recent.since, pattern.recent.until, "now"
    if pattern.threshold is not None:
        yield pattern.threshold, first, last, "least"


class _Scale:
    """A linear scale; a range without width lies in the middle."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self._low, self._span, self._start, self._end = low, high - low, start, end

    def __call__(self, value: float) -> float:
        share = (value - self._low) / self._span if self._span else 0.5
        return round(self._start + share * (self._end - self._start), 1)
