"""Worlds with a known truth for certificates and monitors, and labelled items as the gold stream gives them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.confidence.model import Certificate, Labelled
from agent.suggestions.model import ExceptionLabel, Task
from tests.builders import NOON

Floats = NDArray[np.float64]
LABEL = ExceptionLabel.SUPPLIER_DELAY
BATCH = 20_000


@dataclass(frozen=True)
class World:
    """Scores come from `draw`; `right(score)` is the true probability that an item of that score is right."""

    draw: Callable[[np.random.Generator, int], Floats]
    right: Callable[[Floats], Floats]

    def error_above(self, threshold: float, seed: int = 1) -> float:
        """True error rate of what is accepted at a threshold, from a large sample's probabilities."""
        scores = self.draw(np.random.default_rng(seed), BATCH)
        accepted = scores[scores >= threshold]
        return float((1 - self.right(accepted)).mean()) if len(accepted) else 0.0


def logit_linear(intercept: float, slope: float) -> World:
    """p(right) = sigmoid(intercept + slope z), z standard normal; the score is sigmoid(z)."""

    def right(scores: Floats) -> Floats:
        return 1 / (1 + np.exp(-(intercept + slope * np.log(scores / (1 - scores)))))

    return World(lambda rng, n: 1 / (1 + np.exp(-rng.standard_normal(n))), right)


GOOD = logit_linear(3.183, 1.7558)  # accuracy .90, AUROC .86
WEAK = logit_linear(2.4706, 0.8536)  # accuracy .90, AUROC .72
FLAT = World(lambda rng, n: rng.random(n), lambda scores: np.full(scores.shape, 0.949))  # 5.1 % wrong everywhere
TIED = World(lambda rng, n: np.round(rng.random(n) * 5) / 5, lambda scores: np.full(scores.shape, 0.949))
PERVERSE = World(lambda rng, n: rng.random(n), lambda scores: 0.949 - 0.05 * scores)  # surer is worse
BUMPY = World(lambda rng, n: rng.random(n), lambda scores: 0.93 + 0.019 * np.cos(25 * scores))


def a_label(n: int, **given: Any) -> Labelled:
    """The n-th labelled item, one an hour, each in a thread of its own."""
    at: datetime = given.pop("drawn_at", NOON + timedelta(hours=n))
    values = {
        "item_id": f"item-{n:06d}", "thread": f"thread-{n:06d}", "task": Task.CLASSIFY_EXCEPTION, "predicted": LABEL,
        "score": 0.9, "gated": False, "wrong": False, "drawn_at": at, "labelled_at": at + timedelta(hours=2),
    }  # fmt: skip
    return Labelled(**{**values, **given})


def labels(count: int, errors: int = 0, **given: Any) -> list[Labelled]:
    """So many labels of one score, the first `errors` of them wrong."""
    return [a_label(n, wrong=n < errors, **given) for n in range(count)]


def a_certificate(**given: Any) -> Certificate:
    values = {
        "task": Task.CLASSIFY_EXCEPTION, "label": LABEL, "version_hash": "v1", "threshold": 0.8, "n": 60, "errors": 0,
        "bound": 0.05, "signed_by": "ada", "certified_at": NOON, "valid_until": NOON + timedelta(days=90),
        "labels_from": NOON - timedelta(days=60), "labels_until": NOON, "model_id": "m1",
    }  # fmt: skip
    return Certificate(**{**values, **given})
