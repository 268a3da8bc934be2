"""The table of actions: planned with the decision, carried out once, with Odoo's receipt."""

from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    select,
    update,
)

from agent.actions.model import Action, AnyAction, Outcome
from agent.errors import NotFound
from agent.kit.canonical import short_digest
from agent.kit.db import Moment, SealedText, insert_once, metadata
from agent.kit.ids import new_id
from agent.kit.seal import Vault
from agent.kit.values import Value

action = Table(
    "action",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("decision_id", String(36), nullable=False),
    Column("case_id", String(36), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("key", String(64), nullable=False, unique=True),
    Column("document", SealedText, nullable=False),
    Column("state", String(12), nullable=False),
    Column("outcome", String(12)),
    Column("record_id", BigInteger),
    Column("last_error", Text, nullable=False),
    Column("planned_at", Moment, nullable=False),
    Column("done_at", Moment),
    Index("ix_action_decision_id_ordinal", "decision_id", "ordinal", unique=True),
    Index("ix_action_case_id", "case_id"),
)
_ACTION: TypeAdapter[AnyAction] = TypeAdapter(Action)


class ActionState(StrEnum):
    """Where an action stands; `attempted` without an end is reconciled with Odoo by its key."""

    PLANNED = "planned"
    ATTEMPTED = "attempted"
    DONE = "done"
    REFUSED = "refused"


class StoredAction(Value):
    """An action with its key and what became of it."""

    id: str
    decision_id: str
    case_id: str
    ordinal: int
    key: str
    action: AnyAction
    state: ActionState
    outcome: Outcome | None = None
    record_id: int | None = None
    last_error: str = ""
    done_at: datetime | None = None


def action_key(decision_id: str, ordinal: int) -> str:
    """The key under which Odoo carries an action out once: from the decision and the action's place in it."""
    return f"gh-{short_digest(f'{decision_id}:{ordinal}', 40)}"


class ActionStore:
    """Plans actions and records what became of them."""

    def __init__(self, db: Connection, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    def plan(self, decision_id: str, case_id: str, thread: str, wanted: tuple[AnyAction, ...], now: datetime) -> None:
        """Store the actions of a decision, each once."""
        for ordinal, item in enumerate(wanted, start=1):
            values = {
                "id": new_id(), "decision_id": decision_id, "case_id": case_id, "ordinal": ordinal, "kind": item.kind,
                "key": action_key(decision_id, ordinal), "document": self._vault.seal(thread, item.model_dump_json()),
                "state": ActionState.PLANNED, "last_error": "", "planned_at": now,
            }  # fmt: skip
            insert_once(self._db, action, values, key=["decision_id", "ordinal"])

    def of_decision(self, decision_id: str) -> list[StoredAction]:
        """The decision's actions, in order."""
        return self._read(action.c.decision_id == decision_id)

    def of_case(self, case_id: str) -> list[StoredAction]:
        """The case's actions, in order of planning."""
        return self._read(action.c.case_id == case_id)

    def refused(self, limit: int = 200) -> list[StoredAction]:
        """What Odoo refused, oldest first."""
        return self._read(action.c.state == ActionState.REFUSED)[:limit]

    def get(self, action_id: str) -> StoredAction:
        """By id. Raises NotFound."""
        found = self._read(action.c.id == action_id)
        if not found:
            raise NotFound(f"There is no action {action_id}.")
        return found[0]

    def mark(
        self,
        action_id: str,
        state: ActionState,
        *,
        outcome: Outcome | None = None,
        record_id: int | None = None,
        error: str = "",
        done_at: datetime | None = None,
    ) -> None:
        """Record what became of an action."""
        values = {"state": state, "outcome": outcome, "record_id": record_id, "last_error": error, "done_at": done_at}
        self._db.execute(update(action).where(action.c.id == action_id).values(**values))

    def _read(self, condition: ColumnElement[bool]) -> list[StoredAction]:
        rows = self._db.execute(select(action).where(condition).order_by(action.c.id)).all()
        texts = self._vault.open_many(row.document for row in rows)
        return [
            StoredAction(
                id=row.id,
                decision_id=row.decision_id,
                case_id=row.case_id,
                ordinal=row.ordinal,
                key=row.key,
                action=_ACTION.validate_json(text),
                state=row.state,
                outcome=row.outcome,
                record_id=row.record_id,
                last_error=row.last_error,
                done_at=row.done_at,
            )
            for row, text in zip(rows, texts, strict=True)
        ]
