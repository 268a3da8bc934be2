"""Rebuilds the classifier's weights from the dataset, bit-equal on the same kind of machine: `make train`.

Multinomial logistic regression with a fixed number of accelerated bound-optimisation steps on one thread (Böhning's
bound: the curvature of the softmax is at most one half). Then the confidence is fitted to parts of the train split
left out in turn: a temperature (the more cautious one of all items and of those whose type misleads), and how often
the surest answers are wrong all the same.
"""

import io
import json
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.adapters.embedded import features, figures, minilm
from agent.adapters.embedded.classify import WEIGHTS, softmax
from agent.adapters.embedded.minilm import Embedder
from agent.errors import ConfigurationError
from agent.intake.model import EventType
from agent.kit.values import Value
from agent.suggestions.model import ExceptionLabel, Severity
from agent.suggestions.reader import ExceptionInput

Floats = NDArray[np.float64]

DATASET = Path(__file__).parents[3] / "evals" / "datasets" / "exceptions"
LABELS = tuple(ExceptionLabel)
RIDGE = 0.7
STEPS = 120
COPY_SHARE = 0.5  # weight of the copy of each worded item among idle figures
ENOUGH_WORDS = 4
PROTOTYPES = 256
FOLDS = 3
IDLE: tuple[tuple[dict[str, str], set[ExceptionLabel]], ...] = (
    ({"order_state": "sale", "customer_tier": "3"}, set()),
    ({"margin_percent": "24", "threshold_percent": "15"}, {ExceptionLabel.PRICE_OR_MARGIN_VARIANCE}),
    ({"exposure": "4000", "credit_limit": "25000"}, {ExceptionLabel.CREDIT_HOLD}),
    ({"days_late": "0"}, {ExceptionLabel.SUPPLIER_DELAY, ExceptionLabel.SHIPMENT_CHANGE_OR_FREIGHT}),
    (
        {"quantity_ordered": "20", "quantity_available": "80"},
        {ExceptionLabel.STOCK_SHORTAGE, ExceptionLabel.ALLOCATION_CONFLICT, ExceptionLabel.QUANTITY_MISMATCH},
    ),
    ({"freight_percent": "4"}, {ExceptionLabel.SHIPMENT_CHANGE_OR_FREIGHT}),
    ({"quantity_received": "0", "purchase_state": "purchase"}, {ExceptionLabel.NO_EXCEPTION}),
)
USUAL: dict[EventType, set[ExceptionLabel]] = {
    EventType.ORDER_CONFIRMED: {ExceptionLabel.NO_EXCEPTION},
    EventType.ORDER_CHANGED: {ExceptionLabel.ORDER_CHANGE_AFTER_RESERVATION},
    EventType.ORDER_BLOCKED_ON_CREDIT: {ExceptionLabel.CREDIT_HOLD},
    EventType.STOCK_SHORTAGE_DETECTED: {ExceptionLabel.STOCK_SHORTAGE},
    EventType.ALLOCATION_MOVED: {ExceptionLabel.ALLOCATION_CONFLICT},
    EventType.PURCHASE_DELAYED: {ExceptionLabel.SUPPLIER_DELAY},
    EventType.PURCHASE_REQUESTED_URGENT: {ExceptionLabel.STOCK_SHORTAGE},
    EventType.SUPPLIER_ETA_CHANGED: {ExceptionLabel.SUPPLIER_DELAY},
    EventType.SHIPMENT_DELAYED: {ExceptionLabel.SHIPMENT_CHANGE_OR_FREIGHT},
    EventType.SHIPMENT_COST_EXCEEDED: {ExceptionLabel.SHIPMENT_CHANGE_OR_FREIGHT},
    EventType.INVOICE_DISPUTED: {ExceptionLabel.INVOICE_DISCREPANCY},
    EventType.MARGIN_BELOW_THRESHOLD: {ExceptionLabel.PRICE_OR_MARGIN_VARIANCE},
    EventType.RETURN_REQUESTED: {ExceptionLabel.RETURN_OR_DAMAGE},
}
TYPE_STEP = 5  # prime to the number of types: strides through all of them
SURE_SHARE = 4  # the surest one in so many answers on items not seen says how sure one may be
TEMPERATURES = np.exp(np.linspace(np.log(0.3), np.log(4.0), 241))


class Item(Value):
    """One labelled exception of the dataset."""

    id: str
    event_type: EventType | None
    note: str
    figures: dict[str, str]
    label: ExceptionLabel
    severity: Severity
    language: str
    split: str

    @property
    def asked(self) -> ExceptionInput:
        return ExceptionInput(event_type=self.event_type, note=self.note, figures=self.figures)

    @property
    def misleads(self) -> bool:
        """Whether the type usually means another label."""
        usual = USUAL.get(self.event_type, set[ExceptionLabel]()) if self.event_type else set[ExceptionLabel]()
        return bool(usual) and self.label not in usual


def read(folder: Path, split: str) -> list[Item]:
    """The items of a split, in the order of the files' names. Raises ConfigurationError when there are none."""
    lines = (line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines())
    items = [item for item in map(Item.model_validate, map(json.loads, lines)) if item.split == split]
    if not items:
        raise ConfigurationError(f"No {split} items in {folder}.", remedy="Run this from a checkout with its datasets.")
    return items


def build(train: Sequence[Item], embedder: Embedder | None, *, steps: int = STEPS) -> bytes:
    """The npz of both classifiers: with the embedder, and (for machines without it) lexical alone."""
    arrays: dict[str, NDArray[Any]] = {"labels": np.array([label.value for label in LABELS])}
    for name, used in {"full": embedder, "lexical": None}.items():
        weights = fit(*_examples(train, used), steps=steps).astype(np.float16)
        arrays[f"{name}_weights"] = weights
        items, scores = _unseen(train, used, steps)
        temperature = _temperature(items, scores)
        arrays[f"{name}_temperature"] = np.array(temperature, dtype=np.float32)
        arrays[f"{name}_lapses"] = np.array(_lapses(items, softmax(scores / temperature)), dtype=np.float32)
    arrays["prototypes"] = _prototypes(train, embedder)
    return npz(arrays)


def fit(rows: Floats, wanted: Floats, importance: Floats, *, steps: int, ridge: float = RIDGE) -> Floats:
    """Weights (columns x labels) of the ridge-penalised multinomial logistic regression."""
    kernel = rows @ rows.T
    preconditioner = np.linalg.inv(0.5 * importance[:, None] * kernel + ridge * np.eye(len(rows)))
    dual = np.zeros_like(wanted)
    ahead, momentum = dual, 1.0
    for _ in range(steps):
        gradient = importance[:, None] * (softmax(kernel @ ahead) - wanted) + ridge * ahead
        step = ahead - preconditioner @ gradient
        faster = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = step + (momentum - 1) / faster * (step - dual)
        dual, momentum = step, faster
    weights: Floats = rows.T @ dual
    return weights


def _examples(items: Sequence[Item], embedder: Embedder | None) -> tuple[Floats, Floats, Floats]:
    """Rows, one-hot labels and importance; every worded item once more among figures that say nothing."""
    again = [item for item in items if len(item.note.split()) >= ENOUGH_WORDS]
    copies = [_among_idle_figures(item, number) for number, item in enumerate(again)]
    importance = np.concatenate([np.ones(len(items)), np.full(len(copies), COPY_SHARE)])
    rows = features.matrix([item.asked for item in items] + copies, embedder).astype(np.float64)
    return rows, _one_hot([*items, *again]), importance


def _among_idle_figures(item: Item, number: int) -> ExceptionInput:
    """The item as the pipeline sends it, with what else Odoo knows of a sound order.

    Every second is without its type, the others have any type at all: the label is the note's. The figures that the
    label itself is about are left alone.
    """
    idle = [group for index, (group, about) in enumerate(IDLE) if item.label not in about and (number >> index) & 1]
    figures = {name: value for group in idle for name, value in group.items() if not group.keys() & item.figures.keys()}
    kind = features.TYPES[number * TYPE_STEP % len(features.TYPES)] if number % 2 else None
    return ExceptionInput(event_type=kind, note=item.note, figures={**figures, **item.figures})


def _one_hot(items: Sequence[Item]) -> Floats:
    return np.array([[float(label == item.label) for label in LABELS] for item in items])


def _unseen(items: Sequence[Item], embedder: Embedder | None, steps: int) -> tuple[list[Item], Floats]:
    """All items, each with the scores of weights that have not seen it."""
    order: list[Item] = []
    scores: list[Floats] = []
    for first in range(FOLDS):
        part = list(items[first::FOLDS])
        rest = [item for number, item in enumerate(items) if number % FOLDS != first]
        weights = fit(*_examples(rest, embedder), steps=steps)
        scores.append(features.matrix([item.asked for item in part], embedder).astype(np.float64) @ weights)
        order += part
    return order, np.vstack(scores)


def _temperature(items: Sequence[Item], scores: Floats) -> float:
    """The temperature with the least log loss: the higher one of all items and of those whose type misleads."""
    wanted = _one_hot(items).astype(bool)
    found: list[float] = []
    for chosen in (np.ones(len(items), dtype=bool), np.array([item.misleads for item in items])):
        if chosen.any():
            losses = [-np.log(softmax(scores[chosen] / t)[wanted[chosen]]).mean() for t in TEMPERATURES]
            found.append(float(TEMPERATURES[int(np.argmin(losses))]))
    return max(found)


def _lapses(items: Sequence[Item], shares: Floats) -> tuple[float, float]:
    """The share of wrong answers among the surest, and among those that the figures speak against."""
    best = shares.argmax(axis=1)
    wrong = np.array([LABELS[index] != item.label for index, item in zip(best, items, strict=True)])
    against = np.array([figures.disputed(LABELS[index], item.figures) for index, item in zip(best, items, strict=True)])
    order = np.argsort(-np.where(against, 0.0, shares.max(axis=1)), kind="stable")
    surest = wrong[order[: max(len(items) // SURE_SHARE, 1)]]
    return _share(surest), _share(wrong[against])


def _share(wrong: NDArray[np.bool_]) -> float:
    """The share of wrong ones, never quite 0 (Laplace's rule)."""
    return float((wrong.sum() + 1) / (len(wrong) + 2))


def _prototypes(items: Sequence[Item], embedder: Embedder | None) -> NDArray[np.float16]:
    """Spread-out embeddings of notes about real exceptions (farthest first): what is far from all is out of scope."""
    notes = [item.note for item in items if item.note and item.label is not ExceptionLabel.OTHER]
    if embedder is None or not notes:
        return np.zeros((0, minilm.DIMENSIONS), dtype=np.float16)
    vectors = features.embedded(notes, embedder)
    chosen = [0]
    nearest = vectors @ vectors[0]
    while len(chosen) < min(PROTOTYPES, len(notes)):
        chosen.append(int(np.argmin(nearest)))
        nearest = np.maximum(nearest, vectors @ vectors[chosen[-1]])
    return vectors[chosen].astype(np.float16)


def npz(arrays: dict[str, NDArray[Any]]) -> bytes:
    """Uncompressed npz: its zip members carry a fixed date, so equal arrays give equal bytes."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # pyright: ignore[reportArgumentType]  # the stub mistakes arrays for allow_pickle
    return buffer.getvalue()


def main() -> int:
    """Train on the shipped datasets and replace the shipped weights."""
    from threadpoolctl import threadpool_limits

    from agent.adapters.embedded import intent_train, intents
    from agent.adapters.embedded.mail import roles, training

    if not minilm.usable():
        raise ConfigurationError(minilm.state(), remedy=minilm.REMEDY)
    with threadpool_limits(1):
        embedder = minilm.MiniLM(threads=1)
        _replace(WEIGHTS, build(read(DATASET, "train"), embedder))
        told, bare = training.told(embedder), training.told(None)
        full = training.trained(told, embedder)
        _replace(roles.FILE, npz(training.packed(full) | training.packed(training.trained(bare, None))))
        mails = intent_train.examples(training.left_out(told, embedder))
        made = intent_train.build(intent_train.sentences(), mails, embedder)
        _replace(intents.WEIGHTS, made)
    return 0


def _replace(path: Path, made: bytes) -> None:
    same = path.exists() and path.read_bytes() == made
    path.write_bytes(made)
    sys.stdout.write(f"{path.name} {sha256(made).hexdigest()} {len(made)} bytes{' (unchanged)' if same else ''}\n")


if __name__ == "__main__":
    sys.exit(main())
