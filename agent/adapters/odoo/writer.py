"""The port `OdooWriter` on a real Odoo: each action is one server action of its kind, one transaction in Odoo."""

from datetime import UTC, datetime
from typing import Any

from agent.actions.model import AnyAction, Outcome, Receipt, RecordApproval
from agent.adapters.odoo.connection import Connection
from agent.adapters.odoo.convert import moment
from agent.adapters.odoo.groups import APPLY_GROUP
from agent.adapters.odoo.guarded import external_id
from agent.adapters.odoo.own_actions import OwnActions


class Writer:
    """Acts with the applying user's connection. After OdooUnavailable nobody knows what happened; again is safe."""

    def __init__(self, connection: Connection) -> None:
        self._guarded = OwnActions(connection, APPLY_GROUP)

    def apply(self, action: AnyAction, *, key: str) -> Receipt:
        """See `OdooWriter.apply`. One call, after the first of each kind."""
        found = self._guarded.run(external_id(action.kind), "gatehouse_action", _wanted(action, key))
        return Receipt(
            key=key,
            outcome=Outcome(found["outcome"]),
            record_id=found["record_id"] or None,
            at=moment(found["at"]) or datetime.now(UTC),
        )

    def forget(self) -> None:
        """Drop the ids kept, after a set-up."""
        self._guarded.forget()


def _wanted(action: AnyAction, key: str) -> dict[str, Any]:
    """The action as its code in Odoo reads it; approvals say when the last of them was given, in Odoo's time."""
    wanted = action.model_dump(mode="json", exclude={"record"})
    wanted |= {"key": key, "model": str(action.record.model), "id": action.record.id}
    if isinstance(action, RecordApproval):
        given = [answer.at for answer in action.answers]
        wanted["decided_at"] = max(given).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if given else ""
    return wanted
