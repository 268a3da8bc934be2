"""Scores of a classifier: accuracy, F1, proper scores, calibration, risk against coverage. Pure numpy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RESAMPLES = 2_000
SEED = 20_261_123
BINS = 10
SMALLEST = 1e-6  # a label that the reader did not name has at least this probability


@dataclass(frozen=True)
class Scored:
    """What was predicted against what is true: class numbers, and a row of probabilities an item."""

    truth: Ints
    predicted: Ints
    probabilities: Floats

    @property
    def classes(self) -> int:
        return self.probabilities.shape[1]

    @property
    def right(self) -> NDArray[np.bool_]:
        return self.truth == self.predicted

    @property
    def confidence(self) -> Floats:
        """The probability of the predicted label."""
        rows: Floats = self.probabilities[np.arange(len(self.predicted)), self.predicted]
        return rows


def confusion(scored: Scored) -> Ints:
    """Counts: rows are the truth, columns the prediction."""
    cells = np.bincount(scored.truth * scored.classes + scored.predicted, minlength=scored.classes**2)
    return cells.reshape(scored.classes, scored.classes).astype(np.int64)


def accuracy(scored: Scored) -> float:
    """Share of items whose label is right."""
    return float(scored.right.mean())


def macro_f1(counts: NDArray[np.float64] | Ints) -> Floats:
    """Mean F1 over the labels that occur in truth or prediction; counts may be a stack of confusions."""
    hits = np.diagonal(counts, axis1=-2, axis2=-1).astype(np.float64)
    named = (counts.sum(axis=-1) + counts.sum(axis=-2)).astype(np.float64)
    f1 = np.divide(2 * hits, named, out=np.zeros_like(hits), where=named > 0)
    means: Floats = f1.sum(axis=-1) / np.maximum((named > 0).sum(axis=-1), 1)
    return means


def macro_f1_interval(scored: Scored, resamples: int = RESAMPLES) -> tuple[float, float]:
    """95 % percentile bootstrap by item, seeded: equal inputs give the equal interval."""
    cell = scored.truth * scored.classes + scored.predicted
    drawn = np.random.default_rng(SEED).integers(0, len(cell), size=(resamples, len(cell)))
    size = scored.classes**2
    flat = np.bincount((cell[drawn] + np.arange(resamples)[:, None] * size).ravel(), minlength=resamples * size)
    means = macro_f1(flat.reshape(resamples, scored.classes, scored.classes))
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def log_loss(scored: Scored) -> float:
    """Mean negative log of the probability of the truth (natural logarithm)."""
    true = scored.probabilities[np.arange(len(scored.truth)), scored.truth]
    return float(-np.log(np.clip(true, SMALLEST, 1)).mean())


def brier(scored: Scored) -> float:
    """Mean squared distance between the probabilities and the truth, summed over labels (0 to 2)."""
    wanted = np.eye(scored.classes)[scored.truth]
    return float(np.square(scored.probabilities - wanted).sum(axis=1).mean())


def bins(scored: Scored, count: int = BINS) -> list[tuple[int, float, float]]:
    """Equal-mass bins of confidence: size, mean confidence, share right."""
    order = np.argsort(scored.confidence, kind="stable")
    parts = [part for part in np.array_split(order, count) if len(part)]
    return [(len(part), float(scored.confidence[part].mean()), float(scored.right[part].mean())) for part in parts]


def calibration_error(scored: Scored, count: int = BINS) -> float:
    """Expected calibration error over equal-mass bins (mean absolute gap, in probability); biased upwards."""
    total = len(scored.truth)
    return float(sum(size / total * abs(right - said) for size, said, right in bins(scored, count)))


def debiased_calibration_error(scored: Scored, count: int = BINS) -> float:
    """Root of the squared gap less what chance alone makes of it in each bin; 0 when chance explains all."""
    total, found = len(scored.truth), 0.0
    for size, said, right in bins(scored, count):
        chance = right * (1 - right) / (size - 1) if size > 1 else 0.0
        found += size / total * ((right - said) ** 2 - chance)
    return float(np.sqrt(max(found, 0.0)))


def risk_coverage(scored: Scored) -> list[tuple[float, float]]:
    """Coverage and error when the most confident are accepted first; equal confidences are accepted together."""
    order = np.argsort(-scored.confidence, kind="stable")
    wrong = np.cumsum(~scored.right[order])
    confidence = scored.confidence[order]
    ends = [at for at in range(len(order)) if at + 1 == len(order) or confidence[at + 1] != confidence[at]]
    return [((at + 1) / len(order), float(wrong[at]) / (at + 1)) for at in ends]


def aurc(scored: Scored) -> float:
    """Area under the risk-coverage steps: mean error over all coverages; 0 is perfect."""
    area, before = 0.0, 0.0
    for coverage, risk in risk_coverage(scored):
        area += (coverage - before) * risk
        before = coverage
    return area


def excess_aurc(scored: Scored) -> float:
    """AURC above that of a perfect order with the same accuracy."""
    error = 1 - accuracy(scored)
    best = error + (1 - error) * float(np.log1p(-error)) if error < 1 else 1.0
    return aurc(scored) - best
