"""Classifies an exception: label probabilities from words, figures and event type, and its severity."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.adapters.embedded import features, figures, minilm
from agent.adapters.embedded.minilm import Embedder
from agent.adapters.embedded.severity import severity
from agent.errors import ConfigurationError
from agent.suggestions.model import ExceptionLabel, LabelScore
from agent.suggestions.reader import Classification, ExceptionInput

Floats = NDArray[np.float64]

WEIGHTS = Path(__file__).parent / "data" / "classifier.npz"
WEIGHTS_SHA256 = "22cd045a5a588b01d2be4c000dec2b0701b273280cf02c6b4ce8722866330fff"
SHOWN = 3
EASY, STRANGE = 0.45, 0.15  # similarity to the nearest known note: at least EASY is in scope, at most STRANGE is not
UNSURE_OTHER = 0.45  # probability of "other" for a note that is wholly out of scope

_WORDS = {
    ExceptionLabel.ORDER_CHANGE_AFTER_RESERVATION: "the order changed after goods were set aside",
    ExceptionLabel.STOCK_SHORTAGE: "the stock does not cover what is needed",
    ExceptionLabel.SUPPLIER_DELAY: "the supplier delivers later than agreed",
    ExceptionLabel.PRICE_OR_MARGIN_VARIANCE: "a price, cost or margin is off what was agreed",
    ExceptionLabel.QUANTITY_MISMATCH: "what was counted differs from the papers",
    ExceptionLabel.CREDIT_HOLD: "the customer's credit or payment holds the order",
    ExceptionLabel.SHIPMENT_CHANGE_OR_FREIGHT: "the transport or its cost changes",
    ExceptionLabel.ALLOCATION_CONFLICT: "several orders claim the same goods",
    ExceptionLabel.INVOICE_DISCREPANCY: "the bill does not match order or receipt",
    ExceptionLabel.RETURN_OR_DAMAGE: "goods are damaged, faulty or coming back",
    ExceptionLabel.SUBSTITUTION: "another product is offered in place of the ordered one",
    ExceptionLabel.DUPLICATE_OR_DATA_ERROR: "it looks like a duplicate or a data error",
    ExceptionLabel.NO_EXCEPTION: "nothing is left to do",
    ExceptionLabel.OTHER: "it fits none of the kinds we know",
}


@dataclass(frozen=True)
class Weights:
    """The trained classifier. `sha256` names the file it came from.

    `lapse` is how often even its surest answers are wrong on items it has not seen; `disputed_lapse` the same
    where the figures speak against the answer. No probability exceeds 1 less the lapse (plus a label's share of it).
    """

    labels: tuple[ExceptionLabel, ...]
    weights: NDArray[np.float32]
    temperature: float
    lapse: float
    disputed_lapse: float
    prototypes: NDArray[np.float32]
    sha256: str
    neural: bool


class Classifier:
    """Classifies exceptions, one or many, with equal answers either way. Thread-safe and deterministic."""

    def __init__(self, weights: Weights, embedder: Embedder | None) -> None:
        self.weights = weights
        self._embedder = embedder

    def __call__(self, asked: Sequence[ExceptionInput]) -> list[Classification]:
        """The best three labels each, with the classifier's own probabilities, and the severity."""
        return [self._answer(item, row) for item, row in zip(asked, self.probabilities(asked), strict=True)]

    def probabilities(self, asked: Sequence[ExceptionInput]) -> Floats:
        """One row an exception, one column a label in the order of `weights.labels`."""
        if not asked:
            return np.zeros((0, len(self.weights.labels)))
        rows = features.matrix(asked, self._embedder)
        # One product a row: a matrix product may add in another order for another number of rows.
        scores = np.stack([row @ self.weights.weights for row in rows]).astype(np.float64)
        shares = self._calibrated(asked, scores)
        doubts = np.array([self._doubt(item, row) for item, row in zip(asked, rows, strict=True)])
        return (1 - doubts)[:, None] * shares + doubts[:, None] * self._no_idea()

    def _calibrated(self, asked: Sequence[ExceptionInput], scores: Floats) -> Floats:
        shares = softmax(scores / self.weights.temperature)
        best = [self.weights.labels[index] for index in shares.argmax(axis=1)]
        disputes = [figures.disputed(label, item.figures) for label, item in zip(best, asked, strict=True)]
        lapses = np.where(disputes, self.weights.disputed_lapse, self.weights.lapse)[:, None]
        return (1 - lapses) * shares + lapses / len(self.weights.labels)

    def _doubt(self, item: ExceptionInput, row: NDArray[np.float32]) -> float:
        """0 for a note like those we know, 1 for one unlike all of them; halved where a figure speaks or a type."""
        if not self.weights.neural or not item.note.strip():
            return 0.0
        unit = row[: minilm.DIMENSIONS] / np.float32(features.EMBEDDING_WEIGHT)
        nearest = max(float(unit @ known) for known in self.weights.prototypes)
        doubt = min(max((EASY - nearest) / (EASY - STRANGE), 0.0), 1.0)
        return doubt * (0.3 if item.event_type is not None or figures.signs(item.figures) else 1.0)

    def _no_idea(self) -> Floats:
        rest = (1 - UNSURE_OTHER) / (len(self.weights.labels) - 1)
        return np.array([UNSURE_OTHER if label is ExceptionLabel.OTHER else rest for label in self.weights.labels])

    def _answer(self, item: ExceptionInput, shares: Floats) -> Classification:
        best = np.argsort(-shares, kind="stable")[:SHOWN]
        labels = [self.weights.labels[index] for index in best]
        return Classification(
            scores=tuple(
                LabelScore(label=label.value, probability=round(float(shares[index]), 4))
                for label, index in zip(labels, best, strict=True)
            ),
            severity=severity(labels[0], item.figures, item.note[: features.LONGEST_NOTE]),
            reason=_WORDS[labels[0]],
        )


def load(path: Path = WEIGHTS, *, neural: bool) -> Weights:
    """Read the weights. Raises ConfigurationError when the file is absent or not the shipped one."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{path.name} cannot be read: {error.strerror}.", remedy="Run `make train`."
        ) from error
    found = sha256(data).hexdigest()
    if path == WEIGHTS and found != WEIGHTS_SHA256:
        detail = f"{path.name} has the hash {found[:8]}…, expected {WEIGHTS_SHA256[:8]}…."
        raise ConfigurationError(detail, remedy="Restore the file, or enter the new hash after `make train`.")
    kind = "full" if neural else "lexical"
    with np.load(BytesIO(data), allow_pickle=False) as arrays:
        return Weights(
            labels=tuple(ExceptionLabel(str(label)) for label in arrays["labels"]),
            weights=arrays[f"{kind}_weights"].astype(np.float32),
            temperature=float(arrays[f"{kind}_temperature"]),
            lapse=float(arrays[f"{kind}_lapses"][0]),
            disputed_lapse=float(arrays[f"{kind}_lapses"][1]),
            prototypes=arrays["prototypes"].astype(np.float32),
            sha256=found,
            neural=neural,
        )


@lru_cache(maxsize=2)
def shipped(*, neural: bool) -> Classifier:
    """The shipped classifier, loaded once: with the neural embedder, or lexical alone."""
    return Classifier(load(neural=neural), minilm.shared() if neural else None)


def softmax(scores: Floats) -> Floats:
    """Probabilities a row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares
