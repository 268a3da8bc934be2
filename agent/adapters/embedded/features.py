"""Turns an exception into numbers: sentence embedding, hashed words, concepts, signs of the figures, event type.

The event type is deliberately weak: the words and the figures must be able to win when they disagree with it.
"""

import re
import unicodedata
import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from agent.adapters.embedded import concepts, figures
from agent.adapters.embedded.bare import bare
from agent.adapters.embedded.minilm import DIMENSIONS, Embedder
from agent.intake.model import EventType
from agent.suggestions.reader import ExceptionInput

Matrix = NDArray[np.float32]

HASHED = 4096
TYPES = tuple(EventType)
FEW_WORDS = 3
LONGEST_NOTE = 4000  # characters read of a note; what follows is not looked at

# How much each block may say. Chosen by cross-validation on the train split.
EMBEDDING_WEIGHT = 4.0
HASHED_WEIGHT = 3.0
CONCEPT_WEIGHT = 2.0
SIGN_WEIGHT = 1.5
TYPE_WEIGHT = 0.6
WORDLESS_WEIGHT = 2.0  # signs and type where there are hardly any words

_GRAM_WEIGHT = {"w": 1.0, "b": 0.7, "c": 0.4}
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_WORD = re.compile(r"[^\W_]+")


def width() -> int:
    """Columns of the matrix."""
    return DIMENSIONS + HASHED + len(concepts.names()) + 2 * len(figures.SIGNS) + 2 * len(TYPES) + 1


def matrix(asked: Sequence[ExceptionInput], embedder: Embedder | None) -> Matrix:
    """One row an exception; without an embedder the first columns are zero."""
    notes = [bare(item.note[:LONGEST_NOTE]).strip() for item in asked]
    rows = np.zeros((len(asked), width()), dtype=np.float32)
    worded = [index for index, note in enumerate(notes) if note]
    if embedder is not None and worded:
        rows[worded, :DIMENSIONS] = EMBEDDING_WEIGHT * embedded([notes[index] for index in worded], embedder)
    for row, item, note in zip(rows, asked, notes, strict=True):
        row[DIMENSIONS:] = np.concatenate([hashed(note), _named(note), _typed(item, note)])
    return rows


def embedded(notes: Sequence[str], embedder: Embedder) -> Matrix:
    """Unit vectors of notes: the whole, what matters in it, and (half as much) its last clause that matters.

    What matters is read apart where something in the note does not, so that nothing of that colours it; the last clause
    is read within what matters.
    """
    read = {note: _views(note) for note in sorted(set(notes))}
    texts = sorted({*read, *(kept for kept, _ in read.values())})
    lasts = dict(read.values())
    found = dict(zip(texts, embedder.views(texts, [(lasts.get(text, ()),) for text in texts]), strict=True))
    parts = [(found[note][0], *found[read[note][0]]) for note in notes]
    return np.stack([_unit(whole + kept + np.float32(0.5) * last) for whole, kept, last in parts])


def _views(note: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """What matters in a note (the note itself where all of it does), and where in that the last clause stands."""
    clauses = concepts.clauses(note)
    told = [part for part, dismissed in clauses if not dismissed]
    kept = note if len(told) == len(clauses) or sum(len(part.split()) for part in told) < FEW_WORDS else ". ".join(told)
    last = next((part for part in reversed(told) if len(part.split()) > 1), "")
    at = kept.rfind(last) if last else -1
    return kept, (((at, at + len(last)),) if at >= 0 else ())


def grams(text: str) -> list[str]:
    """Words, pairs of words and runs of 3 to 5 letters inside words; every number reads as 0."""
    plain = _NUMBER.sub("0", unicodedata.normalize("NFKC", text).lower())
    words = _WORD.findall(plain)
    found = [f"w:{word}" for word in words]
    found += [f"b:{first} {second}" for first, second in pairwise(words)]
    for word in words:
        edged = f"<{word}>"
        if word != "0":
            found += [f"c:{edged[at : at + n]}" for n in (3, 4, 5) for at in range(len(edged) - n + 1)]
    return found


def _told(note: str) -> list[str]:
    """The grams of what matters, and those of clauses that only say what is fine as grams of another kind."""
    parts = concepts.clauses(unicodedata.normalize("NFKC", note))
    kept = " ".join(part for part, dismissed in parts if not dismissed)
    rest = [part for part, dismissed in parts if dismissed]
    return grams(kept) + [f"{gram}~" for part in rest for gram in grams(part)]


def hashed(note: str) -> Matrix:
    """The grams of a note hashed into a fixed row of unit length (times the block's weight)."""
    row = np.zeros(HASHED, dtype=np.float32)
    for gram in _told(note):
        code = zlib.crc32(gram.encode())
        row[code % HASHED] += _GRAM_WEIGHT[gram[0]] * (1.0 if code & 0x80000000 else -1.0)
    row = np.sign(row) * np.sqrt(np.abs(row))
    return _unit(row) * np.float32(HASHED_WEIGHT)


def _named(note: str) -> Matrix:
    found = concepts.concepts(note)
    row = np.array([name in found for name in concepts.names()], dtype=np.float32)
    return _unit(row) * np.float32(CONCEPT_WEIGHT * 1.7)


def _typed(item: ExceptionInput, note: str) -> Matrix:
    """Signs and type, and both once more when there are hardly any words to go by."""
    wordless = len(note.split()) < FEW_WORDS
    held = figures.signs(item.figures)
    signs = np.array([name in held for name in figures.SIGNS], dtype=np.float32)
    kind = np.array([kind == item.event_type for kind in TYPES], dtype=np.float32)
    once_more = np.float32(WORDLESS_WEIGHT if wordless else 0.0)
    empty = np.array([wordless], dtype=np.float32)
    weak, strong = np.float32(TYPE_WEIGHT), np.float32(SIGN_WEIGHT)
    return np.concatenate([signs * strong, signs * once_more, kind * weak, kind * once_more, empty])


def _unit(row: Matrix) -> Matrix:
    length = float(np.sqrt(np.square(row, dtype=np.float64).sum()))
    return row / np.float32(length) if length else row
