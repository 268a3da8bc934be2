"""The version that a certificate is for: model, prompt, answer schema, feature code and weights, as one hash."""

from functools import cache

from agent.confidence.judged import FEATURES_VERSION
from agent.confidence.score import HAND, Scoring
from agent.kit.canonical import canonical_json, digest
from agent.kit.values import Value
from agent.suggestions.model import Suggestion, Task
from agent.suggestions.reader import Classification, Draft, MailReading

ANSWERS: dict[Task, type[Value]] = {
    Task.CLASSIFY_EXCEPTION: Classification,
    Task.READ_SUPPLIER_EMAIL: MailReading,
    Task.RISK_SUMMARY: Draft,
    Task.INVOICE_DISCREPANCY: Draft,
    Task.PATTERN_WATCH: Draft,
}


class Version(Value):
    """All that a certificate depends on; a change of any part ends it (section 2)."""

    task: Task
    reader: str
    model_id: str
    prompt_version: str
    schema_digest: str
    features: str
    weights: str

    @property
    def hash(self) -> str:
        """Sixteen hexadecimal characters of its SHA-256."""
        return digest(canonical_json(self.model_dump(mode="json")))[:16]


@cache
def schema_digest(task: Task) -> str:
    """SHA-256 of the JSON schema that the task's answer must fit."""
    return digest(canonical_json(ANSWERS[task].model_json_schema()))


def version_of(made: Suggestion, scoring: Scoring = HAND) -> Version:
    """The version that made this suggestion and scores it. Thresholds are the certificate's own and not in it; nor is
    the calibration, which keeps the order of scores.
    """
    return Version(
        task=made.task,
        reader=made.provenance.reader,
        model_id=made.provenance.model_id,
        prompt_version=made.provenance.prompt_version,
        schema_digest=schema_digest(made.task),
        features=FEATURES_VERSION,
        weights=scoring.weights.version,
    )
