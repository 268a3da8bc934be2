"""The ports `OdooWriter` and `OdooLog` on a real Odoo: each call is one server action, one transaction in Odoo."""

import json
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from agent.actions.log import ContentKind, ContentRow, DecisionRow, LogCounts
from agent.actions.model import AnyAction, Outcome, Receipt
from agent.adapters.odoo.connection import Connection
from agent.adapters.odoo.convert import moment
from agent.adapters.odoo.names import APPEND, APPLY, CONTENT, DECISION, GATE
from agent.errors import ActionRefused, OdooDenied

NOT_SET_UP = "Run `gatehouse odoo setup`."
NOT_OF_THE_SERVICE = "Put the user of GATEHOUSE_ODOO_USER into the group Gatehouse service in Odoo."


class Writer:
    """Writes through one connection. After OdooUnavailable it is unknown what happened; the same key is safe again."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._actions: dict[str, int] = {}
        self._lock = threading.Lock()

    def apply(self, action: AnyAction, *, key: str) -> Receipt:
        """See `OdooWriter.apply`."""
        wanted = action.model_dump(mode="json", exclude={"record"})
        wanted |= {"key": key, "model": str(action.record.model), "id": action.record.id}
        found = self._run(APPLY, "gatehouse_action", _clean(wanted))
        return Receipt(
            key=key,
            outcome=Outcome(found["outcome"]),
            record_id=found["record_id"] or None,
            at=moment(found["at"]) or datetime.now(UTC),
        )

    def append(self, rows: Sequence[DecisionRow | ContentRow]) -> int:
        """See `OdooLog.append`. The whole batch is one transaction: some hundred rows at a time are best."""
        if not rows:
            return 0
        batches = {
            DECISION: [_decision(row) for row in rows if isinstance(row, DecisionRow)],
            CONTENT: [_content(row) for row in rows if isinstance(row, ContentRow)],
        }
        return int(self._run(APPEND, "gatehouse_rows", _clean(batches))["added"])

    def counts(self) -> LogCounts:
        """See `OdooLog.counts`. Three calls."""
        return LogCounts(
            prompts=self._count(CONTENT, [("x_content", "=", str(ContentKind.PROMPT))]),
            outputs=self._count(CONTENT, [("x_content", "=", str(ContentKind.OUTPUT))]),
            final_actions=self._count(DECISION, []),
        )

    def forget(self) -> None:
        """Drop the ids kept, after a set-up."""
        with self._lock:
            self._actions.clear()

    def _count(self, model: str, domain: list[Any]) -> int:
        self._action(APPEND)
        return int(self.connection.call(model, "search_count", kwargs={"domain": domain}))

    def _run(self, name: str, argument: str, value: Any) -> Any:
        context = {argument: json.dumps(value)}
        try:
            return self.connection.call("ir.actions.server", "run", [self._action(name)], context=context)
        except ActionRefused as error:
            with self._lock:
                self._actions.pop(name, None)  # it may have been deleted: look again next time
            incomplete = "gatehouse odoo setup" in error.detail or "ir.actions.server(" in error.detail
            raise (_not_set_up(error.detail) if incomplete else error) from error

    def _action(self, name: str) -> int:
        """The id of a server action of ours. Raises ActionRefused when Odoo has not been set up."""
        if name not in self._actions:
            asked = {"domain": [("x_name", "=", name)], "fields": ["x_action"], "limit": 1}
            missing = f"The database {self.connection.database!r} has no Gatehouse log yet."
            try:
                rows = self.connection.call(GATE, "search_read", kwargs=asked)
            except ActionRefused as error:  # "Object … doesn't exist"
                raise _not_set_up(missing) from error
            except OdooDenied as error:
                raise OdooDenied(error.detail, remedy=NOT_OF_THE_SERVICE) from error
            if not rows:
                raise _not_set_up(missing)
            with self._lock:
                self._actions[name] = rows[0]["x_action"]
        return self._actions[name]


def _not_set_up(detail: str) -> ActionRefused:
    return ActionRefused(detail, remedy=NOT_SET_UP)


def _clean(value: Any) -> Any:
    """PostgreSQL stores neither NUL nor half of a surrogate pair: shown as a sign, so that a row is never lost."""
    if isinstance(value, str):
        return value.replace("\x00", "\u2400").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {name: _clean(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value


def _odoo_time(when: datetime) -> str:
    """Odoo keeps naive UTC to the second over RPC."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _decision(row: DecisionRow) -> dict[str, Any]:
    same = row.model_dump(
        mode="json", exclude={"kind", "case_number", "record", "route_reasons", "decided_at", "correlation_id"}
    )
    return {f"x_{name}": value for name, value in same.items()} | {
        "x_name": row.case_number,
        "x_correlation_id": row.correlation_id,
        "x_record": f"{row.record.model},{row.record.id}" if row.record else False,
        "x_record_name": row.record.name if row.record else False,
        "x_route_reasons": "\n".join(row.route_reasons),
        "x_decided_at": _odoo_time(row.decided_at),
    }


def _content(row: ContentRow) -> dict[str, Any]:
    return {
        "x_name": f"{row.case_number} {row.content}",
        "x_key": row.key,
        "x_case_number": row.case_number,
        "x_content": str(row.content),
        "x_text": row.text,
        "x_digest": row.digest,
        "x_written_at": _odoo_time(row.written_at),
    }
