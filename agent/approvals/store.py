"""The tables of approvals and their answers; what was answered in Odoo is taken in once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
    update,
)

from agent.approvals.model import WAITING, Answer, Approval, ApprovalState, Consent, Figure, Scenario
from agent.errors import Conflict, NotFound
from agent.evidence.records import RecordRef
from agent.kit.db import Micro, Moment, SealedText, insert_once, metadata
from agent.kit.ids import new_id
from agent.kit.seal import Vault
from agent.kit.values import Money

approval = Table(
    "approval",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_id", String(36)),
    Column("decision_id", String(36)),
    Column("scenario", String(32), nullable=False),
    Column("company", String(128), nullable=False),
    Column("record_model", String(64), nullable=False),
    Column("record_id", BigInteger, nullable=False),
    Column("record_name", String(200), nullable=False),
    Column("figures", Text, nullable=False),
    Column("amount", Micro),
    Column("currency", String(3)),
    Column("why", SealedText, nullable=False),
    Column("asked_by", String(200), nullable=False),
    Column("barred", Text, nullable=False),
    Column("roles", String(400), nullable=False),
    Column("state", String(12), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("ix_approval_state_due_at", "state", "due_at"),
    Index("ix_approval_case_id", "case_id"),
    Index("ix_approval_decision_id", "decision_id"),
    Index("ix_approval_record_id_scenario", "record_id", "scenario"),
)
approval_answer = Table(
    "approval_answer",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("approval_id", String(36), nullable=False),
    Column("consent", String(8), nullable=False),
    Column("role", String(32), nullable=False),
    Column("by_whom", String(200), nullable=False),
    Column("reason_code", String(40), nullable=False),
    Column("note", SealedText, nullable=False),
    Column("via", String(8), nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("approval_id", "by_whom"),
)
odoo_answer = Table(
    "odoo_answer",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("taken_at", Moment, nullable=False),
)
_FIGURES = TypeAdapter(tuple[Figure, ...])
_NAMES = TypeAdapter(tuple[str, ...])


def thread_of(item: Approval) -> str:
    """The key thread of an approval that no case has asked for."""
    return f"approval:{item.record.model}:{item.record.id}"


class ApprovalStore:
    """Asks, keeps answers (one a person), ends."""

    def __init__(self, db: Connection, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    def add(self, new: Approval, thread: str) -> None:
        """Store a new approval, with the answers that it has already."""
        values = new.model_dump(include={"id", "case_id", "decision_id", "scenario", "company", "asked_by", "state"})
        values |= new.model_dump(include={"asked_at", "due_at", "ended_at"}) | {
            "record_model": new.record.model,
            "record_id": new.record.id,
            "record_name": new.record.name[:200],
            "figures": _FIGURES.dump_json(new.figures).decode(),
            "amount": new.amount.amount if new.amount else None,
            "currency": new.amount.currency if new.amount else None,
            "why": self._vault.seal(thread, new.why),
            "barred": _NAMES.dump_json(new.barred).decode(),
            "roles": " ".join(new.roles),
        }
        self._db.execute(insert(approval).values(**values))
        for given in new.answers:
            self.answer(new.id, given, thread)

    def answer(self, approval_id: str, given: Answer, thread: str) -> None:
        """Keep an answer. Raises Conflict when this person has answered before."""
        values = given.model_dump(exclude={"by", "note"}) | {
            "id": new_id(),
            "approval_id": approval_id,
            "by_whom": given.by,
            "note": self._vault.seal(thread, given.note),
        }
        if not insert_once(self._db, approval_answer, values, key=["approval_id", "by_whom"]):
            raise Conflict(f"{given.by} has answered approval {approval_id} before.")

    def move(self, approval_id: str, state: ApprovalState, ended_at: datetime | None = None) -> bool:
        """Set the state of an approval that still waits. False when it waits no more."""
        free = (approval.c.id == approval_id, approval.c.state.in_(sorted(WAITING)))
        changed = update(approval).where(*free).values(state=state, ended_at=ended_at)
        return self._db.execute(changed).rowcount == 1

    def take(self, odoo_id: int, now: datetime) -> bool:
        """An answer given in Odoo is taken in; False when it was before."""
        return insert_once(self._db, odoo_answer, {"id": odoo_id, "taken_at": now}, key=["id"])

    def reasons_since(self, scenario: Scenario, since: datetime) -> dict[str, str]:
        """By the name of the record, the reason code of the newest consent to this scenario since then."""
        asked = select(approval.c.record_name, approval_answer.c.reason_code).join(
            approval_answer, approval_answer.c.approval_id == approval.c.id
        )
        given = (approval.c.scenario == scenario, approval_answer.c.consent == Consent.APPROVE)
        rows = self._db.execute(asked.where(*given, approval_answer.c.at >= since).order_by(approval_answer.c.at))
        return {row.record_name: row.reason_code for row in rows}

    def get(self, approval_id: str, *, hold: bool = False) -> Approval:
        """By id; `hold` makes every other writer of it wait for this transaction. Raises NotFound."""
        found = self.find(approval_id, hold=hold)
        if found is None:
            raise NotFound(f"There is no approval {approval_id}.", remedy="`gatehouse approval list` shows what waits.")
        return found

    def find(self, approval_id: str, *, hold: bool = False) -> Approval | None:
        """By id, when there is one."""
        if hold:
            self._db.execute(select(approval.c.id).where(approval.c.id == approval_id).with_for_update())
        return next(iter(self._read(approval.c.id == approval_id)), None)

    def of_case(self, case_id: str) -> list[Approval]:
        """All approvals of a case, in the order in which they were asked."""
        return self._read(approval.c.case_id == case_id)

    def of_decision(self, decision_id: str) -> list[Approval]:
        """All approvals that a decision asked for."""
        return self._read(approval.c.decision_id == decision_id)

    def waiting_for(self, record: RecordRef, scenario: Scenario) -> list[Approval]:
        """What waits for consent on this record in this scenario, oldest first."""
        mine = (approval.c.record_id == record.id) & (approval.c.record_model == record.model)
        return self._read(mine & (approval.c.scenario == scenario) & approval.c.state.in_(sorted(WAITING)))

    def waiting(self, companies: Sequence[str] = ("*",), limit: int = 200) -> list[Approval]:
        """What waits for consent, the most pressing first."""
        mine = approval.c.state.in_(sorted(WAITING))
        if "*" not in companies:
            mine &= approval.c.company.in_(companies)
        return sorted(self._read(mine, limit), key=lambda item: (item.due_at, item.id))

    def ended(self, companies: Sequence[str] = ("*",), limit: int = 50) -> list[Approval]:
        """What came to an end, the newest first."""
        mine = approval.c.state.not_in(sorted(WAITING))
        if "*" not in companies:
            mine &= approval.c.company.in_(companies)
        return self._read(mine, limit, newest=True)

    def _read(self, condition: ColumnElement[bool], limit: int = 1000, *, newest: bool = False) -> list[Approval]:
        order = approval.c.ended_at.desc() if newest else approval.c.id
        rows = self._db.execute(select(approval).where(condition).order_by(order).limit(limit)).all()
        answers = self._answers([row.id for row in rows])
        reasons = self._vault.open_many(row.why for row in rows)
        return [_approval(row, why, answers.get(row.id, ())) for row, why in zip(rows, reasons, strict=True)]

    def _answers(self, ids: Sequence[str]) -> dict[str, tuple[Answer, ...]]:
        if not ids:
            return {}
        query = select(approval_answer).where(approval_answer.c.approval_id.in_(ids)).order_by(approval_answer.c.id)
        rows = self._db.execute(query).all()
        found: dict[str, tuple[Answer, ...]] = {}
        for row, note in zip(rows, self._vault.open_many(row.note for row in rows), strict=True):
            given = Answer(
                consent=row.consent, role=row.role, by=row.by_whom, reason_code=row.reason_code, note=note,
                via=row.via, at=row.at,
            )  # fmt: skip
            found[row.approval_id] = (*found.get(row.approval_id, ()), given)
        return found


def _approval(row: Row[Any], why: str, answers: tuple[Answer, ...]) -> Approval:
    return Approval(
        id=row.id,
        case_id=row.case_id,
        decision_id=row.decision_id,
        scenario=row.scenario,
        company=row.company,
        record=RecordRef(model=row.record_model, id=row.record_id, name=row.record_name),
        figures=_FIGURES.validate_json(row.figures),
        amount=Money(amount=row.amount, currency=row.currency) if row.amount is not None else None,
        why=why,
        asked_by=row.asked_by,
        barred=_NAMES.validate_json(row.barred),
        roles=tuple(row.roles.split()),
        state=row.state,
        answers=answers,
        asked_at=row.asked_at,
        due_at=row.due_at,
        ended_at=row.ended_at,
    )
