"""What stands around a mention as vectors: MiniLM over its clause with a plain word in its place."""

from collections.abc import Sequence

import numpy as np

from agent.adapters.embedded.mail.features import View
from agent.adapters.embedded.mail.model import Kind
from agent.adapters.embedded.minilm import DIMENSIONS, Embedder, Vectors

WIDTH = 2 * DIMENSIONS  # the mention's own pieces, and those near it
BEFORE, AFTER, NEAR = 160, 110, 40  # characters that are looked at, and that are near
MAX_VECTORS = 120  # mentions of one mail; further ones are told by words alone
WEIGHT = np.float32(2.0)  # against the names of what is seen, each of which counts 1; chosen by cross-validation
_PLAIN = {Kind.DATE: "Monday", Kind.NUMBER: "40", Kind.MONEY: "$5", Kind.CODE: "X1"}


def vectors(view: View, numbers: Sequence[int], embedder: Embedder | None) -> Vectors:
    """One row for each of these mentions; zeros without an embedder and beyond MAX_VECTORS."""
    found = np.zeros((len(numbers), WIDTH), dtype=np.float32)
    if embedder is not None and numbers:
        shown = [_clause(view, number) for number in numbers[:MAX_VECTORS]]
        parts = [([(start, end)], [(max(0, start - NEAR), end + NEAR)]) for _, start, end in shown]
        rows = embedder.views([text for text, _, _ in shown], parts)
        found[: len(shown)] = rows[:, 1:].reshape(len(shown), WIDTH) * WEIGHT
    return found


def _clause(view: View, number: int) -> tuple[str, int, int]:
    """The words around the mention with those of its heading, and where the mention's plain word stands in them."""
    mention = view.survey.mentions[number]
    segment = view.survey.segments[mention.segment]
    text = view.survey.texts[segment.source]
    heads = " ".join(cell.head for cell in segment.cells if cell.start <= mention.start < cell.end)
    before = " ".join(part for part in (segment.heading, f"{heads}:" if heads else "") if part)
    left = text[max(segment.start, mention.start - BEFORE) : mention.start]
    right = text[mention.end : min(segment.end, mention.end + AFTER)]
    lead = f"{before} {left} " if before else f"{left} "
    plain = _PLAIN[mention.kind]
    return f"{lead}{plain} {right}", len(lead), len(lead) + len(plain)
