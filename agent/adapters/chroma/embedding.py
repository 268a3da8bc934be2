"""Chroma's embedding function on an embedder of ours: passed everywhere, so that its own never fetches a model."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from agent.kit.canonical import short_digest

Vectors = NDArray[np.float32]


class Embedding(Protocol):
    """Texts to rows of unit length; `identity` names model and form, so that other rows are never mixed in."""

    @property
    def identity(self) -> str: ...

    def __call__(self, texts: Sequence[str]) -> Vectors: ...

    def close(self) -> None:
        """Give back what asking needed; the next text may be asked all the same."""
        ...


class MiniLMEmbedding:
    """The local embedder, loaded at its first use."""

    identity = "minilm-int8"

    def __call__(self, texts: Sequence[str]) -> Vectors:
        from agent.adapters.embedded import minilm

        return minilm.shared()(texts)

    def close(self) -> None:
        """The embedder is the whole process's."""


class OwnFunction:
    """The form in which Chroma wants it."""

    def __init__(self, embedding: Embedding) -> None:
        self._embedding = embedding

    def __call__(self, input: Sequence[str]) -> list[Any]:  # noqa: A002 - Chroma's name for it
        return list(self._embedding(list(input)))

    def embed_query(self, input: Sequence[str]) -> list[Any]:  # noqa: A002 - Chroma's name for it
        return self(input)

    @staticmethod
    def name() -> str:
        return "gatehouse"

    @staticmethod
    def build_from_config(config: dict[str, Any]) -> "OwnFunction":  # noqa: ARG004 - Chroma's signature
        return OwnFunction(MiniLMEmbedding())

    def get_config(self) -> dict[str, Any]:
        return {"identity": self._embedding.identity}

    def validate_config(self, config: dict[str, Any]) -> None:
        """Any will do: the collection's name holds the identity."""

    def validate_config_update(self, old_config: dict[str, Any], new_config: dict[str, Any]) -> None:
        """Any will do: the collection's name holds the identity."""

    def default_space(self) -> str:
        return "cosine"

    def supported_spaces(self) -> list[str]:
        return ["cosine"]

    def is_legacy(self) -> bool:
        return False


def collection_name(identity: str) -> str:
    """The collection of an embedder: another embedder has another one, and starts anew."""
    return f"precedents-{short_digest(identity)}"
