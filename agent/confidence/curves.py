"""What pictures show of labels: error against coverage, and agreement against score, with exact intervals. Pure."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from agent.confidence.bounds import DELTA, upper_bound
from agent.confidence.model import Labelled

MOST_BINS, FEWEST_IN_BIN = 10, 10
TWO_SIDED = 0.025  # each side of a 95 % interval


class Point(NamedTuple):
    """Everything at or above a threshold: its share of all, its error, and the error's upper bound."""

    threshold: float
    coverage: float
    accepted: int
    errors: int
    error: float
    bound: float


class Bin(NamedTuple):
    """Items of neighbouring scores: their mean score, how many people agreed, and its exact 95 % interval."""

    score: float
    n: int
    agreed: int
    share: float
    low: float
    high: float


def risk_coverage(labelled: Sequence[Labelled], delta: float = DELTA) -> tuple[Point, ...]:
    """Error and bound as the threshold falls, strict to lenient; equal scores are one block (section 5)."""
    found = sorted((item for item in labelled if not item.gated), key=lambda item: -item.score)
    points: list[Point] = []
    errors = 0
    for place, item in enumerate(found, start=1):
        errors += item.wrong
        if place == len(found) or found[place].score != item.score:
            bound = upper_bound(errors, place, delta)
            points.append(Point(item.score, place / len(found), place, errors, errors / place, bound))
    return tuple(points)


def reliability(labelled: Sequence[Labelled]) -> tuple[Bin, ...]:
    """Equal-mass bins of the score, at most ten and of ten items or more, with Clopper-Pearson bars (section 5)."""
    found = sorted((item for item in labelled if not item.gated), key=lambda item: item.score)
    count = min(MOST_BINS, len(found) // FEWEST_IN_BIN)
    if not count:
        return ()
    edges = [round(number * len(found) / count) for number in range(count + 1)]
    return tuple(_bin(found[start:end]) for start, end in pairwise(edges))


def _bin(items: Sequence[Labelled]) -> Bin:
    n, wrong = len(items), sum(item.wrong for item in items)
    agreed = n - wrong
    high = upper_bound(agreed, n, TWO_SIDED)
    low = 1 - upper_bound(wrong, n, TWO_SIDED)
    return Bin(sum(item.score for item in items) / n, n, agreed, agreed / n, low, high)
