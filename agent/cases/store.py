"""The tables of cases: the case itself, its search terms, and the yearly counter of case numbers."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    Row,
    String,
    Table,
    and_,
    func,
    insert,
    or_,
    select,
    update,
)

from agent.cases.model import Case, CaseKind, Status
from agent.errors import Conflict, NotFound
from agent.kit.db import Micro, Moment, SealedText, as_dict, insert_once, metadata
from agent.kit.seal import Vault
from agent.kit.values import Money

case = Table(
    "case_file",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("status", String(12), nullable=False),
    Column("company", String(128), nullable=False),
    Column("matter", String(400), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("title", SealedText, nullable=False),
    Column("thread", String(300), nullable=False),
    Column("correlation_id", String(200), nullable=False),
    Column("gold", Boolean, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("risk_amount", Micro),
    Column("risk_currency", String(3)),
    Column("round", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("settled", String(300), nullable=False, server_default=""),
    Column("settled_by", String(200), nullable=False, server_default=""),
    Column("settled_at", Moment),
    Index("ix_case_file_status_priority_id", "status", "priority", "id"),
    Index("ix_case_file_matter", "matter"),
)
case_term = Table(
    "case_term",
    metadata,
    Column("term", String(128), primary_key=True),
    Column("case_id", String(36), primary_key=True),
    Index("ix_case_term_case_id", "case_id"),
)
counter = Table(
    "counter", metadata, Column("name", String(32), primary_key=True), Column("value", Integer, nullable=False)
)


class CaseStore:
    """Cases with optimistic versions: a late save is refused, never merged silently."""

    def __init__(self, db: Connection, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    def next_number(self, now: datetime) -> str:
        """The next case number of the year, C-2026-000123."""
        name = f"case-{now.year}"
        insert_once(self._db, counter, {"name": name, "value": 0}, key=["name"])
        query = (
            update(counter).where(counter.c.name == name).values(value=counter.c.value + 1).returning(counter.c.value)
        )
        return f"C-{now.year}-{self._db.execute(query).scalar_one():06d}"

    def add(self, new: Case, matter: str, terms: Iterable[str] = ()) -> None:
        """Store a new case of this matter (the key by which later events find it)."""
        self._db.execute(insert(case).values(**self._values(new), matter=matter[:400]))
        self.add_terms(new.id, terms)

    def save(self, changed: Case) -> Case:
        """Store a changed case; returns it with its next version. Raises Conflict when its version moved on."""
        saved = changed.model_copy(update={"version": changed.version + 1})
        mine = and_(case.c.id == changed.id, case.c.version == changed.version)
        if self._db.execute(update(case).where(mine).values(**self._values(saved))).rowcount != 1:
            raise Conflict(f"Case {changed.number}.")
        return saved

    def get(self, case_id: str, *, hold: bool = False) -> Case:
        """By id or number; `hold` makes every other writer of it wait for this transaction. Raises NotFound."""
        query = select(case).where(or_(case.c.id == case_id, case.c.number == case_id.upper()))
        row = self._db.execute(query.with_for_update() if hold else query).first()
        if row is None:
            raise NotFound(f"There is no case {case_id}.")
        return self._case(row, self._vault.open(row.title))

    def hold_matter(self, matter: str) -> Case | None:
        """The case of this matter that was opened last, held as `get` holds."""
        found = self.of_matter(matter)
        return self.get(found.id, hold=True) if found else None

    def of_matter(self, matter: str) -> Case | None:
        """The case of this matter that was opened last."""
        query = select(case).where(case.c.matter == matter[:400]).order_by(case.c.id.desc()).limit(1)
        row = self._db.execute(query).first()
        return self._case(row, self._vault.open(row.title)) if row else None

    def add_terms(self, case_id: str, terms: Iterable[str]) -> None:
        """Words this case can be found by: references, parties, labels; never bodies."""
        for term in sorted({term.strip().lower()[:128] for term in terms if term.strip()}):
            insert_once(self._db, case_term, {"term": term, "case_id": case_id}, key=["term", "case_id"])

    def waiting_about(self, names: Iterable[str]) -> list[Case]:
        """Cases that are found by one of these names and wait for the machine or a person, the oldest first."""
        terms = sorted({name.strip().lower()[:128] for name in names if name.strip()})
        waits = case.c.status.in_([Status.OPEN, Status.IN_REVIEW])
        rows: dict[str, Row[Any]] = {}
        for start in range(0, len(terms), 500):
            about = select(case_term.c.case_id).where(case_term.c.term.in_(terms[start : start + 500]))
            rows |= {row.id: row for row in self._db.execute(select(case).where(waits, case.c.id.in_(about)))}
        found = [rows[case_id] for case_id in sorted(rows)]
        titles = self._vault.open_many(row.title for row in found)
        return [self._case(row, title) for row, title in zip(found, titles, strict=True)]

    def page(
        self,
        *,
        statuses: Sequence[Status] = (),
        kind: CaseKind | None = None,
        term: str = "",
        companies: Sequence[str] = ("*",),
        after: tuple[int, str] | None = None,
        limit: int = 50,
    ) -> list[Case]:
        """Cases most urgent first (priority, then age), by key: `after` is the last one's (priority, id)."""
        query = select(case).order_by(case.c.priority, case.c.id).limit(limit)
        if statuses:
            query = query.where(case.c.status.in_(statuses))
        if kind:
            query = query.where(case.c.kind == kind)
        if "*" not in companies:
            query = query.where(case.c.company.in_(companies))
        if term:
            prefix = term.strip().lower()
            found = select(case_term.c.case_id).where(
                case_term.c.term >= prefix, case_term.c.term < prefix + "\U0010ffff"
            )
            query = query.where(or_(case.c.id.in_(found), case.c.number == term.strip().upper()))
        if after:
            query = query.where(
                or_(case.c.priority > after[0], and_(case.c.priority == after[0], case.c.id > after[1]))
            )
        rows = self._db.execute(query).all()
        titles = self._vault.open_many(row.title for row in rows)
        return [self._case(row, title) for row, title in zip(rows, titles, strict=True)]

    def counts(self, companies: Sequence[str] = ("*",)) -> dict[str, int]:
        """How many cases stand in each status."""
        query = select(case.c.status, func.count()).group_by(case.c.status)
        if "*" not in companies:
            query = query.where(case.c.company.in_(companies))
        return {status.value: 0 for status in Status} | {row[0]: row[1] for row in self._db.execute(query)}

    def newest(self, kind: CaseKind, limit: int) -> list[Case]:
        """The cases of a kind that were opened last, newest first."""
        rows = self._db.execute(select(case).where(case.c.kind == kind).order_by(case.c.id.desc()).limit(limit)).all()
        titles = self._vault.open_many(row.title for row in rows)
        return [self._case(row, title) for row, title in zip(rows, titles, strict=True)]

    def oldest_waiting(self) -> datetime | None:
        """Since when the oldest case waits for a person."""
        waiting = case.c.status == Status.IN_REVIEW
        return self._db.execute(select(func.min(case.c.opened_at)).where(waiting)).scalar()

    def opened_since(self, since: datetime) -> int:
        """How many cases were opened since then."""
        return self._db.execute(select(func.count()).select_from(case).where(case.c.opened_at >= since)).scalar_one()

    def _values(self, item: Case) -> dict[str, Any]:
        values = item.model_dump(exclude={"value_at_risk", "title"})
        risk = item.value_at_risk
        return values | {
            "title": self._vault.seal(item.thread, item.title),
            "risk_amount": risk.amount if risk else None,
            "risk_currency": risk.currency if risk else None,
        }

    @staticmethod
    def _case(row: Row[Any], title: str) -> Case:
        values = as_dict(row)
        amount: Decimal | None = values.pop("risk_amount")
        currency: str | None = values.pop("risk_currency")
        values.pop("matter")
        risk = Money(amount=amount, currency=currency) if amount is not None and currency else None
        return Case.model_validate({**values, "title": title, "value_at_risk": risk})
