"""A reader that answers at once and always the same: faults are about what happens around it."""

from agent.kit.values import Value
from agent.suggestions.model import ExceptionLabel, Intent, LabelScore, Provenance, Severity
from agent.suggestions.reader import (
    Answered,
    Classification,
    Draft,
    ExceptionInput,
    MailInput,
    MailReading,
    SummaryInput,
)
from agent.suggestions.service import Readers

PROVENANCE = Provenance(reader="embedded", model_id="plain", prompt_version="plain@1")


class PlainReader:
    """Serves the reader port."""

    def classify(self, asked: ExceptionInput) -> Answered[Classification]:
        delay = LabelScore(label=ExceptionLabel.SUPPLIER_DELAY, probability=0.9)
        return _answered(asked, Classification(scores=(delay,), severity=Severity.MEDIUM))

    def read_mail(self, asked: MailInput) -> Answered[MailReading]:
        return _answered(asked, MailReading(intents=(Intent.DELAY,)))

    def summarise(self, asked: SummaryInput) -> Answered[Draft]:
        return _answered(asked, Draft(sentences=()))


def readers() -> Readers:
    """Only the plain one."""
    return Readers(embedded=PlainReader())


def _answered(asked: Value, answer: Value) -> Answered:
    return Answered(
        answer=answer, provenance=PROVENANCE, prompt=asked.model_dump_json(), output=answer.model_dump_json()
    )
