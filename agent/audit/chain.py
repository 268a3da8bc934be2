"""The hash chain over audit events: how an event's digest and a link's hash are made. Pure."""

from datetime import datetime

from agent.kit.canonical import canonical_json, digest
from agent.kit.clock import to_micros

GENESIS = "0" * 64


def event_digest(event_id: str, at: datetime, name: str, body: str) -> str:
    """SHA-256 over the canonical JSON of id, time (microseconds as text), name and body."""
    return digest(canonical_json({"id": event_id, "at": str(to_micros(at)), "name": name, "body": body}))


def link_hash(n: int, previous: str, event_digest_hex: str) -> str:
    """SHA-256 over the position, the previous link's hash and the event's digest."""
    return digest(canonical_json({"n": str(n), "previous": previous, "event": event_digest_hex}))
