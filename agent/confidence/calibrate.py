"""Fitting the combiner and the calibration on labels of earlier epochs: deterministic, and kept as plain values."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from agent.confidence.model import Labelled
from agent.confidence.score import MISSING, NAMES, Platt, Scoring, Weights, known, logit, scaled, score_of

FEWEST_LABELS, FEWEST_WRONG = 300, 30
C = 1.0  # inverse strength of the ridge, as in scikit-learn's LogisticRegression(C=1.0)
PLACES = 6  # coefficients are kept to so many decimals, so that rounding of sums does not make another version
POOLED = "*"
Floats = NDArray[np.float64]


def fit(labelled: Sequence[Labelled], before: datetime) -> Scoring:
    """Weights and calibration from the labels of items that came in before `before` (section 2.1).

    Weights stay the frozen hand weights below 300 labels or 30 errors; the calibration is fitted per label and, for
    labels with too few, for all together under `*`. Certify only on items that came in later: `propose` sees to it.
    """
    earlier = sorted((item for item in labelled if item.drawn_at < before), key=lambda item: item.item_id)
    weights = fit_weights(earlier)
    groups = {POOLED: earlier} | {
        label: [item for item in earlier if item.predicted == label] for label in {item.predicted for item in earlier}
    }
    fitted = {label: fit_platt(items, weights) for label, items in sorted(groups.items())}
    return Scoring(weights=weights, platt={label: platt for label, platt in fitted.items() if platt.enough})


def fit_weights(labelled: Sequence[Labelled]) -> Weights:
    """Logistic regression with C = 1 over f1-f8 and their missing flags; the hand weights where labels are too few.

    Slopes are kept from going below zero: a feature that speaks for a suggestion may be ignored, never held against
    it. Whole mails, which have several parts, do not count: their fields and labels do. Where no slope would be
    negative it equals scikit-learn's LogisticRegression(C=1.0).
    """
    single = [item for item in labelled if len(item.parts) == 1]
    wrong = np.array([item.wrong for item in single], dtype=np.bool_)
    if len(single) < FEWEST_LABELS or int(wrong.sum()) < FEWEST_WRONG:
        return Weights()
    rows = [known(item.parts[0]) for item in single]
    values = np.array([[_value(name, row[name]) for name in NAMES] for row in rows])
    flags = np.array([[float(row[name] is None) for name in NAMES] for row in rows])
    found = logistic(np.hstack([values, flags]), ~wrong, least=[0.0] * len(NAMES) + [-np.inf] * len(NAMES))
    return Weights(
        kind="fitted",
        slopes=dict(zip(NAMES, found[: len(NAMES)], strict=True)),
        missing=dict(zip(NAMES, found[len(NAMES) : -1], strict=True)),
        intercept=found[-1],
        n=len(single),
        errors=int(wrong.sum()),
        fitted_until=max(item.drawn_at for item in single),
    )


def _value(name: str, value: float | None) -> float:
    return MISSING if value is None else scaled(name, value)


def fit_platt(labelled: Sequence[Labelled], weights: Weights | None = None) -> Platt:
    """Platt's calibration of the score (C = 1, slope at least 0). With `weights`, scores are made anew from the parts.

    It may rest on too few labels: `enough` says whether its probability may be shown.
    """
    wrong = np.array([item.wrong for item in labelled], dtype=np.bool_)
    errors = int(wrong.sum())
    until = max((item.drawn_at for item in labelled), default=None)
    if errors in {0, len(labelled)}:
        return Platt(slope=0.0, intercept=0.0, n=len(labelled), errors=errors, fitted_until=until)
    scores = [_score(item, weights) for item in labelled]
    column = np.array([[logit(score)] for score in scores])
    slope, intercept = logistic(column, ~wrong, least=[0.0])
    return Platt(slope=slope, intercept=intercept, n=len(labelled), errors=errors, fitted_until=until)


def _score(item: Labelled, weights: Weights | None) -> float:
    if weights is None or not item.parts:
        return item.score
    return min(score_of(part, weights, gated=item.gated) for part in item.parts)


def logistic(rows: Floats, right: NDArray[np.bool_], least: Sequence[float], c: float = C) -> list[float]:
    """Ridge logistic regression with lower bounds on the slopes; the intercept, last, is free and not penalised."""
    from scipy.optimize import minimize

    signs = np.where(right, 1.0, -1.0)
    padded = np.hstack([rows, np.ones((len(rows), 1))])

    def loss(at: Floats) -> tuple[float, Floats]:
        margins = signs * (padded @ at)
        pull = -signs * np.exp(-np.logaddexp(0.0, margins))  # -sign / (1 + exp(margin))
        slope = c * (padded.T @ pull)
        slope[:-1] += at[:-1]
        return float(c * np.logaddexp(0.0, -margins).sum() + 0.5 * at[:-1] @ at[:-1]), slope

    bounds = [(low if np.isfinite(low) else None, None) for low in least] + [(None, None)]
    options = {"maxiter": 5_000, "ftol": 1e-15, "gtol": 1e-9}
    found = minimize(loss, np.zeros(padded.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return [round(float(value), PLACES) + 0.0 for value in found.x]
