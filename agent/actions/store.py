"""The table of actions: planned with the decision, carried out once, with Odoo's receipt."""

from collections.abc import Sequence
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
    func,
    insert,
    select,
    update,
)

from agent.actions.model import MAY_BE_AUTOMATIC, Action, AnyAction, Outcome, Receipt
from agent.errors import NotFound, StateError
from agent.kit.canonical import short_digest
from agent.kit.db import Moment, SealedText, metadata
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
    Column("approval_id", String(36)),
    Column("takes_back", String(36), unique=True),
    Column("differences", SealedText),
    Index("ix_action_approval_id", "approval_id"),
    Index("ix_action_decision_id_ordinal", "decision_id", "ordinal", unique=True),
    Index("ix_action_case_id", "case_id"),
)
_ACTION: TypeAdapter[AnyAction] = TypeAdapter(Action)
_DIFFERENCES = TypeAdapter(tuple[tuple[str, str, str], ...])


class ActionState(StrEnum):
    """Where an action stands; `attempted` without an end is reconciled with Odoo by its key."""

    WAITING = "waiting"  # for the consent of its approval
    PLANNED = "planned"
    ATTEMPTED = "attempted"
    DONE = "done"
    REFUSED = "refused"
    STALE = "stale"  # Odoo no longer held the values seen: nothing was changed
    WITHDRAWN = "withdrawn"  # never asked of Odoo


STANDING = frozenset({ActionState.WAITING, ActionState.PLANNED, ActionState.ATTEMPTED})
"""Something may still come of it."""
GOES_ON = frozenset({ActionState.PLANNED, ActionState.ATTEMPTED})
"""Odoo is to be asked for it, or was asked and has not answered."""
NOT_ASKED = frozenset({ActionState.WAITING, ActionState.PLANNED})


class Planned(Value):
    """An action to plan: at once or when its approval is given, or to take back what an earlier one did."""

    action: AnyAction
    approval_id: str | None = None
    waits: bool = False
    takes_back: str | None = None


class StoredAction(Value):
    """An action with its key and what became of it. One for an approval asked in Odoo has no case."""

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
    approval_id: str | None = None
    takes_back: str | None = None
    differences: tuple[tuple[str, str, str], ...] = ()  # of a stale one: field, value seen, value now

    @property
    def receipt(self) -> Receipt | None:
        """What Odoo answered; None unless it was done."""
        if self.state is not ActionState.DONE or self.outcome is None or self.done_at is None:
            return None
        return Receipt(key=self.key, outcome=self.outcome, record_id=self.record_id, at=self.done_at)


def action_key(decision_id: str, ordinal: int) -> str:
    """The key under which Odoo carries an action out once: from the decision and the action's place in it."""
    return f"gh-{short_digest(f'{decision_id}:{ordinal}', 40)}"


class ActionStore:
    """Plans actions and records what became of them."""

    def __init__(self, db: Connection, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    def plan(
        self, decision_id: str, case_id: str, thread: str, wanted: Sequence[Planned], now: datetime, *, person: str
    ) -> list[str]:
        """Store further actions of a decision, in order; answers their ids. `person` is who consented to them.

        Raises StateError for an action that always needs a person when there is none ("" is the machine): this is
        the one door to the table, so that floor holds whatever policy says.
        """
        if not person and (floor := [item.action.kind for item in wanted if type(item.action) not in MAY_BE_AUTOMATIC]):
            raise StateError(f"{floor[0]} always needs a person.")
        last = select(func.coalesce(func.max(action.c.ordinal), 0)).where(action.c.decision_id == decision_id)
        first = self._db.execute(last).scalar_one() + 1
        ids = []
        for ordinal, item in enumerate(wanted, start=first):
            values = {
                "id": new_id(), "decision_id": decision_id, "case_id": case_id, "ordinal": ordinal,
                "kind": item.action.kind, "key": action_key(decision_id, ordinal),
                "document": self._vault.seal(thread, item.action.model_dump_json()),
                "state": ActionState.WAITING if item.waits else ActionState.PLANNED, "last_error": "",
                "planned_at": now, "approval_id": item.approval_id, "takes_back": item.takes_back,
            }  # fmt: skip
            self._db.execute(insert(action).values(**values))
            ids.append(str(values["id"]))
        return ids

    def release(self, approval_id: str) -> None:
        """The consent that these actions waited for is there."""
        self._move(action.c.approval_id == approval_id, frozenset({ActionState.WAITING}), ActionState.PLANNED)

    def taken_back(self, action_id: str) -> bool:
        """Whether a later action takes this one back."""
        found = select(action.c.id).where(action.c.takes_back == action_id)
        return self._db.execute(found).first() is not None

    def begin(self, action_id: str) -> bool:
        """From now on Odoo is asked for it. False when it was withdrawn or ended meanwhile: then it is not."""
        return self._move(action.c.id == action_id, GOES_ON, ActionState.ATTEMPTED) == 1

    def withdraw(self, action_id: str) -> bool:
        """Never ask Odoo for this action. False when it was asked already."""
        return self._move(action.c.id == action_id, NOT_ASKED, ActionState.WITHDRAWN) == 1

    def withdraw_rest(self, decision_id: str) -> int:
        """Never ask Odoo for what is left of a decision; returns how many actions that were."""
        return self._move(action.c.decision_id == decision_id, NOT_ASKED, ActionState.WITHDRAWN)

    def withdraw_waiting(self, approval_id: str) -> int:
        """The consent that these actions waited for does not come; returns how many."""
        waiting = frozenset({ActionState.WAITING})
        return self._move(action.c.approval_id == approval_id, waiting, ActionState.WITHDRAWN)

    def _move(self, mine: ColumnElement[bool], before: frozenset[ActionState], to: ActionState) -> int:
        changed = update(action).where(mine, action.c.state.in_(sorted(before))).values(state=to)
        return self._db.execute(changed).rowcount

    def of_decision(self, decision_id: str) -> list[StoredAction]:
        """The decision's actions, in order."""
        return self._read(action.c.decision_id == decision_id)

    def of_case(self, case_id: str) -> list[StoredAction]:
        """The case's actions, in order of planning."""
        return self._read(action.c.case_id == case_id)

    def of_approval(self, approval_id: str) -> list[StoredAction]:
        """What waited for an approval and what followed from it, in order of planning."""
        return self._read(action.c.approval_id == approval_id)

    def refused(self, limit: int = 200) -> list[StoredAction]:
        """What Odoo refused, oldest first."""
        return self._read(action.c.state == ActionState.REFUSED)[:limit]

    def done_since(self, since: datetime, kinds: Sequence[str]) -> list[StoredAction]:
        """What Odoo has done of these kinds since then, in order."""
        return self._read((action.c.state == ActionState.DONE) & (action.c.done_at >= since) & action.c.kind.in_(kinds))

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

    def mark_stale(
        self, action_id: str, thread: str, differences: tuple[tuple[str, str, str], ...], error: str, now: datetime
    ) -> None:
        """Odoo no longer held the values seen: what was seen and what is there now."""
        found = self._vault.seal(thread, _DIFFERENCES.dump_json(differences).decode())
        values = {"state": ActionState.STALE, "last_error": error, "done_at": now, "differences": found}
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
                approval_id=row.approval_id,
                takes_back=row.takes_back,
                differences=_DIFFERENCES.validate_json(self._vault.open(row.differences)) if row.differences else (),
            )
            for row, text in zip(rows, texts, strict=True)
        ]
