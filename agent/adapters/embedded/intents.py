"""What a mail wants to tell: a learned model over its sentences, words and facts; fraud is told by code alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.adapters.embedded import intent_features as rows
from agent.adapters.embedded import minilm
from agent.adapters.embedded.intent_features import INTENTS
from agent.adapters.embedded.intent_rules import fraud_signs
from agent.adapters.embedded.minilm import Embedder
from agent.errors import ConfigurationError
from agent.suggestions.model import Intent, LabelScore
from agent.suggestions.reader import RawFact

__all__ = ["IntentModel", "fraud_signs", "load", "top_intents"]

Floats = NDArray[np.float64]

WEIGHTS = Path(__file__).parent / "data" / "intents.npz"
WEIGHTS_SHA256 = "43b59a03196a300b274c9b96f2ee588de30c1876225ac0a6dc55e161c81a1c8d"
MAX_INTENTS, SHOWN = 4, 3
FORCED = 0.9  # share of `suspicious` where signs of fraud stand in the mail
CHOOSER_SHARE = 0.7  # weight of the chooser of the first intent against the single intents' own models


@dataclass(frozen=True)
class Weights:
    """The trained model: what a sentence says, which intent comes first, and which ones there are.

    `threshold` is the probability from which a further intent is named.
    """

    sentence: NDArray[np.float32]
    first: NDArray[np.float32]
    each: NDArray[np.float32]
    first_temperature: float
    each_temperature: float
    threshold: float
    neural: bool
    sha256: str


@dataclass(frozen=True)
class Shares:
    """For every intent, in the order of INTENTS: how likely it is the first one, and that it is there at all."""

    first: Floats
    each: Floats


class IntentModel:
    """Intents of mails. Thread-safe and deterministic."""

    def __init__(self, weights: Weights, embedder: Embedder | None) -> None:
        self.weights = weights
        self._embedder = embedder if weights.neural else None

    def row(self, subject: str, text: str, facts: Sequence[RawFact]) -> NDArray[np.float32]:
        """The mail in numbers."""
        told = rows.sentences(subject, text, self._embedder)
        return rows.row(told, said(told.rows, self.weights.sentence), subject, text, facts)

    def shares(self, subject: str, text: str, facts: Sequence[RawFact]) -> Shares:
        """Probabilities of all intents."""
        return answer(self.weights, self.row(subject, text, facts))


def said(sentences: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """What each sentence says: shares over the intents and "nothing". The last row of the weights is the bias."""
    return softmax((sentences @ weights[:-1] + weights[-1]).astype(np.float64) * 1.5).astype(np.float32)


def answer(weights: Weights, row: NDArray[np.float32]) -> Shares:
    """Probabilities from a mail's row."""
    chooser = softmax((row @ weights.first[:-1] + weights.first[-1])[None].astype(np.float64))[0]
    each = sigmoid((row @ weights.each[:-1] + weights.each[-1]).astype(np.float64))
    mixed = mix(chooser, each) ** (1 / weights.first_temperature)
    odds = (each / (1 - each)) ** (1 / weights.each_temperature)
    return Shares(mixed / mixed.sum(), odds / (1 + odds))


def mix(chooser: Floats, each: Floats) -> Floats:
    """How likely each intent is the first: by the chooser, and by how likely it is there at all."""
    mixed: Floats = CHOOSER_SHARE * chooser + (1 - CHOOSER_SHARE) * each / each.sum()
    return mixed


def top_intents(
    text: str, subject: str, facts: Sequence[RawFact], *, neural: bool
) -> tuple[tuple[Intent, ...], tuple[LabelScore, ...]]:
    """The intents of a mail, and the probabilities of these and of the likeliest three, best first."""
    model = shipped(neural=neural)
    found = model.shares(subject, text, facts)
    if fraud_signs(f"{subject}\n{text}"):
        alarm = np.array([float(intent is Intent.SUSPICIOUS) for intent in INTENTS])
        found = Shares(FORCED * alarm + (1 - FORCED) * found.first, np.maximum(found.each, alarm))
    named = chosen(found, model.weights.threshold)
    order = [int(index) for index in np.argsort(-found.first, kind="stable")]
    shown = [index for index in order if index in named or index in order[:SHOWN]]
    scores = (LabelScore(label=INTENTS[index], probability=round(float(found.first[index]), 4)) for index in shown)
    return tuple(INTENTS[index] for index in named), tuple(scores)


def chosen(found: Shares, threshold: float) -> list[int]:
    """Indexes of the intents to name, likeliest first one first; what says nothing says nothing beside it."""
    order = [int(index) for index in np.argsort(-found.first, kind="stable")]
    further = [index for index in order[1:] if found.each[index] >= threshold and INTENTS[index] is not Intent.OTHER]
    return order[:1] if INTENTS[order[0]] is Intent.OTHER else [order[0], *further][:MAX_INTENTS]


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
        settings = [float(value) for value in arrays[f"{kind}_settings"]]
        return Weights(
            sentence=arrays[f"{kind}_sentence"].astype(np.float32),
            first=arrays[f"{kind}_first"].astype(np.float32),
            each=arrays[f"{kind}_each"].astype(np.float32),
            first_temperature=settings[0],
            each_temperature=settings[1],
            threshold=settings[2],
            neural=neural,
            sha256=found,
        )


@lru_cache(maxsize=2)
def shipped(*, neural: bool) -> IntentModel:
    """The shipped model, loaded once: with the neural embedder, or lexical alone."""
    return IntentModel(load(neural=neural), minilm.shared() if neural else None)


def softmax(scores: Floats) -> Floats:
    """Probabilities a row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def sigmoid(scores: Floats) -> Floats:
    """Probabilities of yes, never quite 0 or 1."""
    shares: Floats = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
    return shares
