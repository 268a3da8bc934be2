"""The embedded reader: the Reader port answered on this machine, without key, network or chance."""

import time
from collections.abc import Sequence
from typing import TypeVar

from agent.adapters.embedded import minilm, words
from agent.adapters.embedded.classify import Classifier, shipped
from agent.kit.canonical import canonical_json, short_digest
from agent.kit.values import Value
from agent.suggestions.model import Provenance, Usage
from agent.suggestions.reader import (
    Answered,
    Classification,
    Draft,
    ExceptionInput,
    MailInput,
    MailReading,
    SummaryInput,
)

Said = TypeVar("Said", bound=Value)

RULES = "2026-11b"  # raise it when extraction, templates or severity rules change their answers
SHORT = 10


class EmbeddedReader:
    """Classifies by MiniLM, words and figures; extracts by rules; words by templates.

    Equal inputs give equal answers. Thread-safe; loads its weights at first use. Raises ConfigurationError only,
    and only when a shipped file is damaged.
    """

    def __init__(self, *, language: str = "en", neural: bool | None = None) -> None:
        self._language = language
        self._neural = neural

    def classify(self, asked: ExceptionInput) -> Answered[Classification]:
        """Label, probabilities and severity of one exception."""
        return self.classify_many([asked])[0]

    def classify_many(self, asked: Sequence[ExceptionInput]) -> list[Answered[Classification]]:
        """As `classify`, for many at once: faster, with the same answers."""
        started = time.monotonic_ns()
        classifier = self._classifier()
        found = classifier(asked)
        spent = _milliseconds(started) // max(len(found), 1)
        provenance = self._provenance("classify_exception", "multinomial logistic regression")
        return [_answered(item, answer, provenance, spent) for item, answer in zip(asked, found, strict=True)]

    def read_mail(self, asked: MailInput) -> Answered[MailReading]:
        """Intents and facts of one mail, by learned roles of its dates and figures."""
        from agent.adapters.embedded.mail.reading import read_mail

        started = time.monotonic_ns()
        self._classifier()  # settles whether the embedder is used
        found = read_mail(asked, neural=self._neural)
        return _answered(
            asked,
            found,
            self._provenance("read_supplier_email", "logistic regression over a survey"),
            _milliseconds(started),
        )

    def summarise(self, asked: SummaryInput) -> Answered[Draft]:
        """Sentences about typed facts, by templates."""
        started = time.monotonic_ns()
        found = words.summarise(asked, self._language)
        return _answered(asked, found, self._provenance("summarise", "templates"), _milliseconds(started))

    def notices(self, text: str) -> tuple[str, ...]:
        """The names of the concepts that a text touches on, from the closed list; none of its own words."""
        from agent.adapters.embedded.concepts import concepts

        return tuple(sorted(concepts(text)))

    def state(self) -> str:
        """One line for `gatehouse doctor`: what the reader reads with."""
        return minilm.state()

    def _classifier(self) -> Classifier:
        if self._neural is None:
            self._neural = minilm.usable()
        return shipped(neural=self._neural)

    def _provenance(self, task: str, method: str) -> Provenance:
        weights = self._classifier().weights
        lexical = "" if weights.neural else "-lexical"
        return Provenance(
            reader="embedded",
            model_id=f"embedded@{weights.sha256[:SHORT]}{lexical}",
            prompt_version=f"embedded@{short_digest(f'{task}:{RULES}')}",
            method=method,
        )


def _answered(asked: Value, answer: Said, provenance: Provenance, milliseconds: int) -> Answered[Said]:
    """The answer with its input and output in canonical JSON, so that both can be replayed and compared."""
    return Answered(
        answer=answer,
        provenance=provenance,
        usage=Usage(milliseconds=milliseconds),
        prompt=canonical_json(asked.model_dump(mode="json")).decode(),
        output=canonical_json(answer.model_dump(mode="json")).decode(),
    )


def _milliseconds(since: int) -> int:
    return (time.monotonic_ns() - since) // 1_000_000
