"""Canonical JSON (RFC 8785) and its digest: equal values, equal bytes, equal digest."""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785


def canonical_json(document: Mapping[str, Any]) -> bytes:
    """RFC 8785 bytes of a JSON document (numbers must fit a double; send decimals as strings)."""
    return rfc8785.dumps(dict(document))


def digest(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal, 64 characters."""
    return hashlib.sha256(data).hexdigest()


def short_digest(text: str, length: int = 10) -> str:
    """The first characters of the SHA-256 of a text, for version names."""
    return digest(text.encode())[:length]
