"""An in-memory twin of the precedents, for tests and for an app that keeps nothing."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from agent.evidence.precedents import NEAREST, Precedent, Recalled

Vectors = NDArray[np.float32]
BUCKETS = 512


class MemoryPrecedents:
    """Precedents in a dictionary, compared by counted words unless another embedder is given."""

    def __init__(self, embed: Callable[[Sequence[str]], Vectors] | None = None) -> None:
        self._embed = embed or by_words
        self._items: dict[str, Precedent] = {}
        self._until = 0

    def put(self, items: Sequence[Precedent]) -> None:
        newest = {item.case_id: item for item in items}
        self.forget(list(newest))
        self._items |= {item.decision_id: item for item in newest.values()}

    def forget(self, case_ids: Sequence[str]) -> None:
        self._items = {id_: item for id_, item in self._items.items() if item.case_id not in case_ids}

    def get(self, decision_ids: Sequence[str]) -> tuple[Precedent, ...]:
        return tuple(self._items[id_] for id_ in dict.fromkeys(decision_ids) if id_ in self._items)

    def nearest(self, text: str, *, company: str, kind: str, limit: int = NEAREST) -> tuple[Recalled, ...]:
        theirs = [item for item in self._items.values() if (item.company, item.kind) == (company, kind)]
        if not theirs:
            return ()
        rows = self._embed([text, *(item.compared for item in theirs)])
        found = [
            Recalled(precedent=item, similarity=float(np.clip(row @ rows[0], -1, 1)))
            for item, row in zip(theirs, rows[1:], strict=True)
        ]
        return tuple(sorted(found, key=lambda one: -one.similarity)[:limit])

    def read_until(self) -> int:
        return self._until

    def note_read(self, until: int) -> None:
        self._until = until

    def count(self) -> int:
        return len(self._items)

    def clear(self) -> None:
        self._items, self._until = {}, 0

    def where(self) -> str:
        return "memory of this process"

    def trouble(self) -> str:
        return ""

    def close(self) -> None:
        pass


def by_words(texts: Sequence[str]) -> Vectors:
    """Rows of unit length that count words; equal texts have a cosine of 1."""
    from zlib import crc32

    rows = np.zeros((len(texts), BUCKETS), dtype=np.float32)
    for number, text in enumerate(texts):
        for word in text.lower().split() or [""]:
            rows[number, crc32(word.encode()) % BUCKETS] += 1
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows
