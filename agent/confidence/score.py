"""Features of a suggestion and the frozen hand-weighted score. Until labels exist nothing is calibrated."""

from agent.confidence.model import Confidence, ConfidenceState, Features
from agent.suggestions.model import FactField, Gate, Suggestion

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
UNSUPPORTED = frozenset({Gate.QUOTE_ABSENT, Gate.VALUE_NOT_IN_QUOTE})
SOFT_CHECKS = (
    Gate.PURCHASE_UNKNOWN,
    Gate.RECORD_UNKNOWN,
    Gate.SENDER_NOT_SUPPLIER,
    Gate.AMBIGUOUS_DATE,
    Gate.CONTRADICTION,
    Gate.DEFECTIVE_MAIL,
)
VALUED = (FactField.ETA, FactField.SHIP_DATE, FactField.QUANTITY, FactField.PRICE)


def features(made: Suggestion) -> Features:
    """What can be had now: f1, f2, f4, f7 and f8; samples and precedents are missing, and say so."""
    stated = next((score.probability for score in made.scores if score.label == made.label), None)
    rival = max((score.probability for score in made.scores if score.label != made.label), default=0.0)
    found = {finding.gate for finding in made.findings}
    second = None if made.second_opinion is None else float(made.second_opinion == made.label)
    return Features(
        stated=None if stated is None else min(max(stated, 0.02), 0.98),
        margin=None if stated is None else max(0.0, stated - rival),
        second_reader=second,
        validators=1 - len(found.intersection(SOFT_CHECKS)) / len(SOFT_CHECKS),
        evidence=_evidence_share(made),
    )


def _evidence_share(made: Suggestion) -> float | None:
    """Share of valued facts that are matched to a line and not unsupported; None when there is no such fact."""
    valued = [fact for fact in made.facts if fact.field in VALUED]
    if not valued:
        return None
    unsupported = sum(finding.gate in UNSUPPORTED for finding in made.findings)
    return max(0.0, 1 - unsupported / len(valued))


def confidence(made: Suggestion) -> Confidence:
    """The score now; the state is "not calibrated" for as long as no calibration is given."""
    found = features(made)
    values = found.model_dump()
    score = sum(weight * (MISSING if values[name] is None else values[name]) for name, weight in WEIGHTS.items())
    return Confidence(state=ConfidenceState.NOT_CALIBRATED, score=min(max(score, 0.0), 1.0), features=found)
