"""The tables of routing: the route of each suggestion with its confidence, and the kill switch."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Column, Connection, Float, String, Table, Text, delete, select

from agent.confidence.model import Confidence
from agent.errors import NotFound
from agent.kit.db import Moment, SealedText, as_dict, insert_once, metadata
from agent.kit.seal import Vault
from agent.kit.values import Value
from agent.routing.model import Route

routing = Table(
    "routing",
    metadata,
    Column("suggestion_id", String(36), primary_key=True),
    Column("lane", String(8), nullable=False),
    Column("score", Float, nullable=False),
    Column("route", SealedText, nullable=False),
    Column("confidence", Text, nullable=False),
    Column("routed_at", Moment, nullable=False),
)
halt = Table(
    "halt",
    metadata,
    Column("scope", String(40), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("by_whom", String(200), nullable=False),
    Column("since", Moment, nullable=False),
)
_CONFIDENCE = TypeAdapter(Confidence)


class Halt(Value):
    """The kill switch as it is set."""

    scope: str
    reason: str
    by_whom: str
    since: datetime


class RoutingStore:
    """Routes are added and read, never changed; the kill switch is set and released."""

    def __init__(self, db: Connection, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    def add(self, suggestion_id: str, thread: str, route: Route, confidence: Confidence, now: datetime) -> bool:
        """Store the route of a suggestion; False when it has one already."""
        values = {
            "suggestion_id": suggestion_id, "lane": route.to, "score": confidence.score,
            "route": self._vault.seal(thread, route.model_dump_json()),
            "confidence": confidence.model_dump_json(), "routed_at": now,
        }  # fmt: skip
        return insert_once(self._db, routing, values, key=["suggestion_id"])

    def get(self, suggestion_id: str) -> tuple[Route, Confidence]:
        """The route and confidence of a suggestion. Raises NotFound."""
        found = self.of([suggestion_id])
        if suggestion_id not in found:
            raise NotFound(f"Suggestion {suggestion_id} has not been routed.")
        return found[suggestion_id]

    def of(self, suggestion_ids: Sequence[str]) -> dict[str, tuple[Route, Confidence]]:
        """Routes and confidences of many suggestions, in one query."""
        query = select(routing.c.suggestion_id, routing.c.route, routing.c.confidence)
        rows = self._db.execute(query.where(routing.c.suggestion_id.in_(suggestion_ids))).all()
        routes = self._vault.open_many(row.route for row in rows)
        return {
            row.suggestion_id: (Route.model_validate_json(text), _CONFIDENCE.validate_json(row.confidence))
            for row, text in zip(rows, routes, strict=True)
        }

    def halt(self, reason: str, by_whom: str, now: datetime) -> bool:
        """Set the kill switch for everything; False when it is set already."""
        values = {"scope": "all", "reason": reason, "by_whom": by_whom, "since": now}
        return insert_once(self._db, halt, values, key=["scope"])

    def resume(self) -> bool:
        """Release the kill switch; False when it was not set."""
        return self._db.execute(delete(halt).where(halt.c.scope == "all")).rowcount == 1

    def halted(self) -> Halt | None:
        """The kill switch, when it is set."""
        row = self._db.execute(select(halt).where(halt.c.scope == "all")).first()
        return Halt(**as_dict(row)) if row else None
