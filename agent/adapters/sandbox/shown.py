"""What Gatehouse's actions brought about, as a person would see it on the records: for tests and the demo."""
# ruff: noqa: S608 - table names are constants of this package; values are parameters

import json
import sqlite3
from datetime import date, datetime

from agent.adapters.sandbox.deeds_of_consent import held
from agent.adapters.sandbox.part import Part
from agent.adapters.sandbox.records import line_of, row_of
from agent.evidence.records import RecordRef
from agent.kit.clock import from_micros
from agent.kit.values import Value


class Note(Value):
    """A note on a record."""

    id: int
    text: str
    key: str
    at: datetime


class Activity(Value):
    """An open to-do on a record."""

    id: int
    summary: str
    note: str
    due: date
    login: str
    key: str
    at: datetime


class Reply(Value):
    """A reply that was sent from a record."""

    id: int
    to: str
    subject: str
    text: str
    in_reply_to: str
    key: str
    at: datetime


class ConsentRow(Value):
    """One row of consent on a record: asked for, given or refused; `roles` and `login` are separated by blanks."""

    id: int
    scenario: str
    consent: str
    roles: str
    login: str
    asked_by: str
    reason_code: str
    note: str
    figures: dict[str, str]
    via: str
    at: datetime


class Shown(Part):
    """Shows what stands on a record, oldest first."""

    def notes(self, record: RecordRef) -> tuple[Note, ...]:
        """The notes on a record."""
        return tuple(
            Note(id=row["id"], text=row["body"], key=row["action_key"], at=from_micros(row["at"]))
            for row in self._of("note", record)
        )

    def activities(self, record: RecordRef) -> tuple[Activity, ...]:
        """The open to-dos on a record."""
        return tuple(
            Activity(
                id=row["id"],
                summary=row["summary"],
                note=row["note"],
                due=date.fromisoformat(row["due"]),
                login=row["login"],
                key=row["action_key"],
                at=from_micros(row["at"]),
            )
            for row in self._of("activity", record)
            if row["closed_at"] is None
        )

    def replies(self, record: RecordRef) -> tuple[Reply, ...]:
        """The replies sent from a record."""
        return tuple(
            Reply(
                id=row["id"],
                to=row["recipient"],
                subject=row["subject"],
                text=row["body"],
                in_reply_to=row["in_reply_to"],
                key=row["action_key"],
                at=from_micros(row["at"]),
            )
            for row in self._of("outgoing", record)
        )

    def approvals(self, record: RecordRef) -> tuple[ConsentRow, ...]:
        """Who consented to what on a record, and who refused; what was only asked for is left out."""
        return tuple(consent_row(row) for row in self._of("approval", record) if row["consent"] != "request")

    def tags(self, record: RecordRef) -> tuple[str, ...]:
        """The tags of a record, by name."""
        asked = """SELECT t.name FROM record_tag r JOIN tag t ON t.id = r.tag_id
            WHERE r.model = ? AND r.record_id = ? ORDER BY t.name"""
        with self._db.reading() as db:
            return tuple(row["name"] for row in db.execute(asked, (record.model.value, record.id)))

    def held(self, record: RecordRef) -> bool:
        """Whether an order is held, or a bill disputed."""
        with self._db.reading() as db:
            return bool(held(row_of(db, record)))

    def substitute(self, record: RecordRef, line_id: int) -> str:
        """The code of the product that comes instead of a line's; empty when none does."""
        with self._db.reading() as db:
            return str(line_of(db, record, line_id)["substitute"])

    def _of(self, table: str, record: RecordRef) -> list[sqlite3.Row]:
        asked = f"SELECT * FROM {table} WHERE model = ? AND record_id = ? ORDER BY id"
        with self._db.reading() as db:
            return db.execute(asked, (record.model.value, record.id)).fetchall()


def consent_row(row: sqlite3.Row) -> ConsentRow:
    """A row of the approval table as a value."""
    names = ("id", "scenario", "consent", "roles", "login", "asked_by", "reason_code", "note", "via")
    return ConsentRow(
        figures=json.loads(row["figures"]), at=from_micros(row["at"]), **{name: row[name] for name in names}
    )
