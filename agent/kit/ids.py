"""Identifiers: UUIDv7 (sortable by creation time) as lower-case text."""

from uuid_utils import uuid7


def new_id() -> str:
    """A new UUIDv7, 36 characters."""
    return str(uuid7())
