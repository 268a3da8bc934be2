"""Robust statistics for patterns: shift of medians, ratio of rates, false discovery rate; scipy computes. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST = 600  # observations of one side that are weighed pairwise, the newest
NORMAL_95 = 1.959963984540054


class Effect(NamedTuple):
    """An estimate with its 95 % interval and the one-sided p-value of no effect in the direction asked for."""

    value: float
    low: float
    high: float
    p_value: float


def shift(recent: Sequence[float], before: Sequence[float], *, up: bool) -> Effect:
    """By how much the recent values lie above those before: Hodges and Lehmann's estimate, Mann and Whitney's test.

    The interval is Moses' (of the ordered pairwise differences), with the normal approximation for its ranks.
    """
    from scipy.stats import mannwhitneyu

    new, old = np.asarray(recent[-MOST:], dtype=np.float64), np.asarray(before[-MOST:], dtype=np.float64)
    pairs: NDArray[np.float64] = np.sort(np.subtract.outer(new, old).ravel())
    size, both = len(pairs), len(new) + len(old)
    rank = int(max(0.0, np.floor(size / 2 - NORMAL_95 * np.sqrt(size * (both + 1) / 12))))
    tested = mannwhitneyu(new, old, alternative="greater" if up else "less", method="auto")
    p_value = float(tested.pvalue)
    return Effect(float(np.median(pairs)), float(pairs[rank]), float(pairs[size - 1 - rank]), p_value)


def rate_ratio(recent: int, recent_days: int, before: int, before_days: int) -> Effect:
    """How many times as often it happens now: the exact conditional test of two Poisson rates, one-sided upwards.

    Where it never happened before, the estimate takes half a case for none; the interval is open upwards then.
    """
    from scipy.stats import binomtest

    share = recent_days / (recent_days + before_days)
    tested = binomtest(recent, recent + before, share, alternative="greater")
    both = binomtest(recent, recent + before, share).proportion_ci(0.95, method="exact")
    odds = [end / (1 - end) if end < 1 else float("inf") for end in (float(both.low), float(both.high))]
    scale = before_days / recent_days
    estimate = recent / max(before, 0.5) * scale
    return Effect(estimate, odds[0] * scale, odds[1] * scale, float(tested.pvalue))


def false_discovery_rates(p_values: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's adjusted p-values, in the order given."""
    from scipy.stats import false_discovery_control

    return [float(value) for value in false_discovery_control(list(p_values))] if p_values else []
