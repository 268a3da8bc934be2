"""Sentence embeddings by an OpenAI-compatible endpoint, checked before they are used."""

from collections.abc import Callable, Sequence
from time import sleep
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.adapters.llm.chat import Chat
from agent.adapters.llm.endpoint import Endpoint
from agent.adapters.llm.trouble import Trouble
from agent.errors import ModelUnavailable

Vectors = NDArray[np.float32]
BATCH = 64
REMEDY = "Check GATEHOUSE_EMBEDDING_BASE_URL and GATEHOUSE_EMBEDDING_MODEL and that the server runs."


class EndpointEmbedding:
    """Texts to rows of unit length. Raises ModelUnavailable, or ConfigurationError for a wrong key or address."""

    def __init__(self, endpoint: Endpoint, wait: Callable[[float], None] = sleep) -> None:
        self._endpoint = endpoint
        self._chat = Chat(endpoint, wait)

    @property
    def identity(self) -> str:
        """Model and address: rows of another one are never compared with these."""
        return f"{self._endpoint.model} at {self._endpoint.address}"

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """A row a text, in their order."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        parts = [self._rows(list(texts[start : start + BATCH])) for start in range(0, len(texts), BATCH)]
        if len({part.shape[1] for part in parts}) > 1:
            raise ModelUnavailable("its rows differ in length", remedy=REMEDY)
        return np.concatenate(parts)

    def close(self) -> None:
        """Close the connections."""
        self._chat.close()

    def _rows(self, texts: list[str]) -> Vectors:
        try:
            found = self._chat.embeddings(texts)
        except Trouble as trouble:
            said = f"{trouble.words} (HTTP {trouble.status})" if trouble.status else trouble.words
            raise ModelUnavailable(f"embeddings: {said}", remedy=REMEDY) from None
        return _unit(found, len(texts))


def _unit(found: Sequence[Any], wanted: int) -> Vectors:
    """The rows brought to unit length. Raises ModelUnavailable when they are no such rows."""
    try:
        rows = np.asarray(found, dtype=np.float32)
    except (TypeError, ValueError):
        rows = np.zeros(0, dtype=np.float32)
    if rows.ndim != 2 or len(rows) != wanted or not rows.size or not np.isfinite(rows).all():  # noqa: PLR2004 - a matrix
        raise ModelUnavailable(f"embeddings: it sent no {wanted} rows of numbers", remedy=REMEDY)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not lengths.all():
        raise ModelUnavailable("embeddings: it sent an empty row", remedy=REMEDY)
    unit: Vectors = rows / lengths
    return unit
