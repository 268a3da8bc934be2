"""The tables of what is read again and again: how far, the records as last seen, reserved stock that moved."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    String,
    Table,
    Text,
    and_,
    delete,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from agent.intake.changes import Snapshot, Watched
from agent.intake.reservations import Shift
from agent.intake.watch import digest_of
from agent.kit.db import Moment, SealedText, insert_once, metadata
from agent.kit.seal import Vault

source_cursor = Table(
    "source_cursor",
    metadata,
    Column("source", String(64), primary_key=True),
    Column("state", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
)
seen_record = Table(
    "seen_record",
    metadata,
    Column("model", String(32), primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("document", SealedText, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
source_item = Table(
    "source_item",
    metadata,
    Column("source", String(16), primary_key=True),
    Column("id", String(100), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
)
reservation_shift = Table(
    "reservation_shift",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("product", String(128), nullable=False),
    Column("at", Moment, nullable=False),
    Column("document", Text, nullable=False),
    Index("ix_reservation_shift_product_at", "product", "at"),
)
risk_shown = Table(
    "risk_shown",
    metadata,
    Column("model", String(32), primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
)
MOST_OF_A_PRODUCT = 50


class SourceStore:
    """Keeps how far each source was read, and what was seen there."""

    def __init__(self, db: Connection, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    def state(self, source: str) -> str | None:
        """How far a source was read, as JSON text of whoever reads it; None before the first time."""
        return self._db.execute(select(source_cursor.c.state).where(source_cursor.c.source == source)).scalar()

    def put_state(self, source: str, state: str, *, was: str | None, now: datetime) -> bool:
        """Go on from `was` to `state`; False, and nothing is changed, when somebody else went on meanwhile."""
        values = {"state": state, "changed_at": now}
        if was is None:
            return insert_once(self._db, source_cursor, {"source": source, **values}, key=["source"])
        mine = and_(source_cursor.c.source == source, source_cursor.c.state == was)
        return self._db.execute(update(source_cursor).where(mine).values(**values)).rowcount == 1

    # --- records as last seen -------------------------------------------------------------------
    def digests(self, model: Watched, ids: Sequence[int]) -> dict[int, str]:
        """What these records held when they were last seen."""
        query = select(seen_record.c.id, seen_record.c.digest)
        return {row.id: row.digest for row in self._db.execute(query.where(_these(model, ids)))}

    def seen(self, model: Watched, ids: Sequence[int]) -> dict[int, tuple[Snapshot, datetime]]:
        """These records as they were last seen, and when (our clock, just before they were read)."""
        rows = self._db.execute(select(seen_record).where(_these(model, ids))).all()
        texts = self._vault.open_many(row.document for row in rows)
        found = zip(rows, texts, strict=True)
        return {row.id: (Snapshot.model_validate_json(text), row.seen_at) for row, text in found}

    def keep(self, records: Iterable[Snapshot], seen_at: datetime) -> None:
        """These are the records as last seen from now on."""
        rows = [
            {
                "model": item.model.value, "id": item.id, "digest": digest_of(item),
                "document": self._vault.seal(f"seen:{item.model}", item.model_dump_json(exclude_defaults=True)),
                "seen_at": seen_at,
            }
            for item in records
        ]  # fmt: skip
        if rows:
            self._upsert(seen_record, rows, ("model", "id"))

    def forget_records(self) -> None:
        """Another database is read from now on: nothing of it was seen."""
        for table in (seen_record, reservation_shift, source_item, risk_shown):
            self._db.execute(delete(table))

    def first_time(self, source: str, item: str, at: datetime) -> bool:
        """Whether this item of a source is met for the first time; it is known from now on."""
        return insert_once(self._db, source_item, {"source": source, "id": item[:100], "at": at}, key=["source", "id"])

    # --- reserved stock that moved ---------------------------------------------------------------
    def shifts(self, products: Iterable[str], since: datetime, until: datetime) -> list[Shift]:
        """What was reserved or lost of these products between the two moments; the newest few of each product."""
        found: list[Shift] = []
        for product in sorted(set(products)):
            within = and_(reservation_shift.c.product == product[:128], reservation_shift.c.at.between(since, until))
            query = select(reservation_shift.c.document).where(within).order_by(reservation_shift.c.at.desc())
            texts = self._db.scalars(query.order_by(reservation_shift.c.key).limit(MOST_OF_A_PRODUCT))
            found += [Shift.model_validate_json(text) for text in texts]
        return found

    def add_shifts(self, shifts: Iterable[Shift]) -> None:
        """Keep these, each once."""
        for item in shifts:
            values = {
                "key": item.key, "product": item.product[:128], "at": item.at, "document": item.model_dump_json(),
            }  # fmt: skip
            insert_once(self._db, reservation_shift, values, key=["key"])

    def forget_old(self, before: datetime) -> None:
        """Shifts and items from before that moment are never met again."""
        self._db.execute(delete(reservation_shift).where(reservation_shift.c.at < before))
        self._db.execute(delete(source_item).where(source_item.c.at < before))

    # --- risks shown in Odoo ----------------------------------------------------------------------
    def risks_shown(self) -> dict[tuple[str, int], str]:
        """What Odoo's lists show as endangered, by model and id, each as its JSON."""
        return {(row.model, row.id): row.document for row in self._db.execute(select(risk_shown))}

    def show_risks(self, shown: Iterable[tuple[str, int, str]]) -> None:
        """These records (model, id, JSON) are shown as endangered from now on."""
        rows = [{"model": model, "id": record, "document": document} for model, record, document in shown]
        if rows:
            self._upsert(risk_shown, rows, ("model", "id"))

    def forget_risks(self, gone: Iterable[tuple[str, int]]) -> None:
        """These are shown as endangered no more."""
        for model, record in gone:
            mine = and_(risk_shown.c.model == model, risk_shown.c.id == record)
            self._db.execute(delete(risk_shown).where(mine))

    def _upsert(self, table: Table, rows: Sequence[dict[str, Any]], key: tuple[str, ...]) -> None:
        dialect = sqlite if self._db.dialect.name == "sqlite" else postgresql
        fresh = dialect.insert(table)
        changes = {column.name: fresh.excluded[column.name] for column in table.c if column.name not in key}
        self._db.execute(fresh.on_conflict_do_update(index_elements=list(key), set_=changes), rows)


def _these(model: Watched, ids: Sequence[int]) -> ColumnElement[bool]:
    return and_(seen_record.c.model == model.value, seen_record.c.id.in_(list(ids)))
