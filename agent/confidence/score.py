"""The score: features weighed by frozen hand weights or by fitted ones, and the confidence that a case is shown with.

The reader's own number can only lower: where the second reader disagrees, a quote fails or any gate stands, f1 and f2
count at most as if they were missing.
"""

import math
from datetime import datetime

from pydantic import Field

from agent.confidence.judged import NO_CONTEXT, STATED_HIGH, STATED_LOW, Context, Judged, judge
from agent.confidence.model import Confidence, ConfidenceState, Features, Part
from agent.kit.canonical import canonical_json, digest
from agent.kit.values import Value
from agent.suggestions.model import Suggestion

MISSING = 0.5
WEIGHTS: dict[str, float] = {
    "stated": 0.20,
    "margin": 0.15,
    "samples": 0.10,
    "second_reader": 0.20,
    "precedents": 0.10,
    "familiarity": 0.05,
    "validators": 0.10,
    "evidence": 0.10,
}
WEIGHTS_VERSION = "hand-1"
NAMES = tuple(WEIGHTS)
OWN_NUMBER = ("stated", "margin")
STATED_SPAN = math.log(STATED_HIGH / STATED_LOW)
FEWEST_FIT, FEWEST_ERRORS = 50, 5
EDGE = 0.001  # scores are held off 0 and 1 before their logit is taken


class Weights(Value):
    """A combiner as plain values. Hand weights sum to 1 and give a mean; fitted ones give a logistic (section 2.1)."""

    kind: str = Field(default="hand", pattern="^(hand|fitted)$")
    slopes: dict[str, float] = Field(default_factory=lambda: dict(WEIGHTS), description="per feature, never negative")
    missing: dict[str, float] = Field(default_factory=dict, description="added to slope / 2 where it is missing")
    intercept: float = 0.0
    n: int = Field(default=0, description="labels it was fitted on")
    errors: int = 0
    fitted_until: datetime | None = Field(default=None, description="newest item that it was fitted on")

    @property
    def version(self) -> str:
        """Name of the weights: part of the version that a certificate is for."""
        if self.kind == "hand" and self.slopes == WEIGHTS:
            return WEIGHTS_VERSION
        return f"{self.kind}@{digest(canonical_json(self.model_dump(mode='json')))[:10]}"


class Platt(Value):
    """p = sigmoid(slope logit(score) + intercept), fitted on earlier labels; its slope is never negative, so it keeps
    the order of the scores and no threshold's guarantee depends on it (section 2.1).
    """

    slope: float = Field(ge=0, allow_inf_nan=False)
    intercept: float = Field(allow_inf_nan=False)
    n: int = Field(ge=0)
    errors: int = Field(ge=0)
    fitted_until: datetime | None = None

    @property
    def enough(self) -> bool:
        """Whether a probability may be shown: 50 labels and 5 errors."""
        return self.n >= FEWEST_FIT and self.errors >= FEWEST_ERRORS


class Scoring(Value):
    """All that turns features into a confidence: weights, and a calibration per judged label where there is one."""

    weights: Weights = Weights()
    platt: dict[str, Platt] = Field(default_factory=dict, description="by label; `*` for the rest of the task")

    @property
    def fitted_until(self) -> datetime | None:
        """Newest item that anything here was fitted on: labels up to it certify nothing."""
        found = [self.weights.fitted_until, *(platt.fitted_until for platt in self.platt.values())]
        return max((one for one in found if one is not None), default=None)

    def calibration_of(self, label: str) -> Platt | None:
        """The calibration that holds for a label, if there are labels enough for any."""
        return next((one for name in (label, "*") if (one := self.platt.get(name)) and one.enough), None)


HAND = Scoring()


def features(made: Suggestion, context: Context = NO_CONTEXT) -> Features:
    """The features of the suggestion's own label; what cannot be had is missing, and says so."""
    return judge(made, context)[0].features


def confidence(made: Suggestion, context: Context = NO_CONTEXT, scoring: Scoring = HAND) -> Confidence:
    """The confidence in a suggestion: the score of its weakest part, and a probability where one is calibrated."""
    parts = tuple(_part(one, scoring.weights) for one in judge(made, context))
    weakest = min(parts, key=lambda part: part.score)
    value = probability(weakest.score, scoring.calibration_of(made.label))
    return Confidence(
        state=ConfidenceState.NOT_CALIBRATED if value is None else ConfidenceState.CALIBRATED,
        value=value,
        score=weakest.score,
        features=weakest.features,
        parts=parts,
        gates=tuple(dict.fromkeys(gate for part in parts for gate in part.gates)),
        weights=scoring.weights.version,
    )


def _part(one: Judged, weights: Weights) -> Part:
    score = score_of(one.features, weights, gated=bool(one.gates))
    return Part(name=one.name, predicted=one.predicted, score=score, features=one.features, gates=one.gates)


def score_of(found: Features, weights: Weights | None = None, *, gated: bool = False) -> float:
    """The score of features in [0, 1]: more agreement never lowers it, a gate never lifts it."""
    weights = weights or HAND.weights
    values = known(found)
    second, quoted = values["second_reader"], values["evidence"]
    doubted = gated or (second is not None and second < 1) or (quoted is not None and quoted < 1)
    total = 0.0
    for name, value in values.items():
        share = _share(value, weights, name)
        total += min(share, _share(None, weights, name)) if doubted and name in OWN_NUMBER else share
    if weights.kind == "fitted":
        return sigmoid(total + weights.intercept)
    return min(max(round(total, 12), 0.0), 1.0)


def known(found: Features) -> dict[str, float | None]:
    """Features by name, in fixed order; what is no number is missing."""
    values: dict[str, float | None] = {name: getattr(found, name) for name in NAMES}
    return {name: None if value is None or math.isnan(value) else value for name, value in values.items()}


def _share(value: float | None, weights: Weights, name: str) -> float:
    """What a feature adds; a missing one adds no less than the worst value and no more than the best."""
    slope = max(weights.slopes.get(name, 0.0), 0.0)
    if value is None:
        return min(max(MISSING * slope + weights.missing.get(name, 0.0), 0.0), slope)
    return slope * (scaled(name, value) if weights.kind == "fitted" else value)


def scaled(name: str, value: float) -> float:
    """A feature as the fitted combiner takes it: f1 as its logit, brought from [0.02, 0.98] to [0, 1]."""
    if name != "stated":
        return value
    held = min(max(value, STATED_LOW), STATED_HIGH)
    return 0.5 + math.log(held / (1 - held)) / (2 * STATED_SPAN)


def probability(score: float, platt: Platt | None) -> float | None:
    """The calibrated probability that a person would agree; None means not calibrated yet."""
    if platt is None or not platt.enough or math.isnan(score):
        return None
    return sigmoid(platt.slope * logit(score) + platt.intercept)


def logit(score: float) -> float:
    """Log odds of a score held off 0 and 1."""
    held = min(max(score, EDGE), 1 - EDGE)
    return math.log(held / (1 - held))


def sigmoid(value: float) -> float:
    """1 / (1 + exp(-value)) without overflow."""
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    grown = math.exp(value)
    return grown / (1 + grown)
