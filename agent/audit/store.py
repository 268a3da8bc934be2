"""The audit tables: events are inserted with the state they tell of; one sealer links what is committed."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Index, String, Table, Text, delete, func, insert, select

from agent.audit.chain import GENESIS, event_digest, link_hash
from agent.audit.model import AuditEvent, Link, StoredEvent
from agent.audit.verify import Report, check_chain
from agent.kit.canonical import canonical_json
from agent.kit.db import Moment, as_dict, metadata, take_turn
from agent.kit.ids import new_id

audit_event = Table(
    "audit_event",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("name", String(64), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("case_id", String(36)),
    Column("body", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Index("ix_audit_event_case_id_id", "case_id", "id"),
)
audit_pending = Table("audit_pending", metadata, Column("event_id", String(36), primary_key=True))
audit_link = Table(
    "audit_link",
    metadata,
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", String(36), nullable=False, unique=True),
    Column("event_digest", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("sealed_at", Moment, nullable=False),
)


class AuditStore:
    """Appends and reads; there is no way to change or delete."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def append(self, events: Sequence[AuditEvent], now: datetime) -> None:
        """Store events in this transaction, each with its own digest; the sealer links them after the commit."""
        rows = [_row(event, now) for event in events]
        if rows:
            self._db.execute(insert(audit_event), rows)
            self._db.execute(insert(audit_pending), [{"event_id": row["id"]} for row in rows])

    def seal(self, now: datetime, limit: int = 2000) -> int:
        """Link committed events that are not linked yet, oldest id first; returns how many. One sealer at a time:
        a second one fails on the primary key of the link and nothing of it is saved.
        """
        take_turn(self._db, "seal")
        waiting = self._db.execute(
            select(audit_event.c.id, audit_event.c.digest)
            .join(audit_pending, audit_pending.c.event_id == audit_event.c.id)
            .order_by(audit_event.c.id)
            .limit(limit)
        ).all()
        if not waiting:
            return 0
        n, head = self.head()
        links = []
        for event_id, event_hash in waiting:
            n += 1
            link = {"n": n, "event_id": event_id, "event_digest": event_hash, "previous": head, "sealed_at": now}
            head = link["hash"] = link_hash(n, head, event_hash)
            links.append(link)
        self._db.execute(insert(audit_link), links)
        ids = [link["event_id"] for link in links]
        for start in range(0, len(ids), 500):
            self._db.execute(delete(audit_pending).where(audit_pending.c.event_id.in_(ids[start : start + 500])))
        return len(links)

    def head(self) -> tuple[int, str]:
        """The number and hash of the last link; (0, genesis) when there is none."""
        row = self._db.execute(
            select(audit_link.c.n, audit_link.c.hash).order_by(audit_link.c.n.desc()).limit(1)
        ).first()
        return (row.n, row.hash) if row else (0, GENESIS)

    def verify(self) -> Report:
        """Check the whole log; see `audit.verify`."""
        return check_chain(self._pairs(), self._unsealed())

    def of_case(self, case_id: str) -> list[StoredEvent]:
        """The case's events, oldest first."""
        rows = self._db.execute(select(audit_event).where(audit_event.c.case_id == case_id).order_by(audit_event.c.id))
        return [StoredEvent(**as_dict(row)) for row in rows]

    def cases_between(self, after: int, until: int, names: Sequence[str]) -> list[str]:
        """The cases that events of these names tell of, among the links `after` < n <= `until`."""
        query = (
            select(audit_event.c.case_id)
            .join(audit_link, audit_link.c.event_id == audit_event.c.id)
            .where(audit_link.c.n > after, audit_link.c.n <= until, audit_event.c.name.in_(names))
            .where(audit_event.c.case_id.is_not(None))
            .distinct()
        )
        return list(self._db.execute(query).scalars())

    def counts(self) -> dict[str, int]:
        """How many events of each name there are."""
        rows = self._db.execute(select(audit_event.c.name, func.count()).group_by(audit_event.c.name))
        return {name: count for name, count in rows}  # noqa: C416 - rows are not tuples to the type checker

    def _pairs(self) -> Iterator[tuple[Link, StoredEvent | None]]:
        query = (
            select(audit_link, audit_event)
            .join(audit_event, audit_event.c.id == audit_link.c.event_id, isouter=True)
            .order_by(audit_link.c.n)
            .execution_options(yield_per=1000)
        )
        for row in self._db.execute(query):
            link = Link(n=row[0], event_id=row[1], event_digest=row[2], previous=row[3], hash=row[4], sealed_at=row[5])
            event = None
            if row[6] is not None:
                event = StoredEvent(
                    id=row[6], at=row[7], name=row[8], actor=row[9], case_id=row[10], body=row[11], digest=row[12]
                )
            yield link, event

    def _unsealed(self) -> Iterator[StoredEvent]:
        query = (
            select(audit_event)
            .join(audit_link, audit_link.c.event_id == audit_event.c.id, isouter=True)
            .where(audit_link.c.n.is_(None))
            .execution_options(yield_per=1000)
        )
        for row in self._db.execute(query):
            yield StoredEvent(**as_dict(row))


def _row(event: AuditEvent, now: datetime) -> dict[str, object]:
    body = canonical_json(event.model_dump(mode="json")).decode()
    event_id, name = new_id(), type(event).model_fields["name"].default
    return {
        "id": event_id,
        "at": now,
        "name": name,
        "actor": event.actor,
        "case_id": event.case_id,
        "body": body,
        "digest": event_digest(event_id, now, name, body),
    }
