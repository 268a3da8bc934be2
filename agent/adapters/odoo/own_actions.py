"""Runs the server actions that set-up made: found by name in the gate model, one transaction a call."""

import json
import threading
from typing import Any

from agent.adapters.odoo.connection import Connection
from agent.adapters.odoo.names import GATE
from agent.errors import ActionRefused, OdooDenied

NOT_SET_UP = "Run `gatehouse odoo setup`."


class OwnActions:
    """The server actions that this connection's user may run; `group` is the group that allows it, for messages."""

    def __init__(self, connection: Connection, group: str) -> None:
        self.connection = connection
        self._group = group
        self._ids: dict[str, int] = {}
        self._lock = threading.Lock()

    def run(self, name: str, argument: str, value: Any) -> Any:
        """What the action answers. Raises ActionRefused with the set-up as remedy when Odoo has no such action."""
        context = {argument: json.dumps(clean(value))}
        try:
            return self.connection.call("ir.actions.server", "run", [self.number(name)], context=context)
        except ActionRefused as error:
            with self._lock:
                self._ids.pop(name, None)  # it may have been deleted: look again next time
            incomplete = "gatehouse odoo setup" in error.detail or "ir.actions.server(" in error.detail
            if incomplete:
                raise ActionRefused(error.detail, remedy=NOT_SET_UP) from error
            raise
        except OdooDenied as error:
            raise self._denied(error) from error

    def number(self, name: str) -> int:
        """The id of a server action of ours. Raises ActionRefused when Odoo has not been set up."""
        if name not in self._ids:
            asked = {"domain": [("x_name", "=", name)], "fields": ["x_action"], "limit": 1}
            missing = f"The database {self.connection.database!r} has no Gatehouse log yet, or an older one."
            try:
                rows = self.connection.call(GATE, "search_read", kwargs=asked)
            except ActionRefused as error:  # "Object … doesn't exist"
                raise ActionRefused(missing, remedy=NOT_SET_UP) from error
            except OdooDenied as error:
                raise self._denied(error) from error
            if not rows or not rows[0]["x_action"]:
                raise ActionRefused(missing, remedy=NOT_SET_UP)
            with self._lock:
                self._ids[name] = rows[0]["x_action"]
        return self._ids[name]

    def forget(self) -> None:
        """Drop the ids kept, after a set-up."""
        with self._lock:
            self._ids.clear()

    def _denied(self, error: OdooDenied) -> OdooDenied:
        remedy = (
            f"Run `gatehouse odoo setup`, or put the user {self.connection.user!r} into the group"
            f" “Gatehouse / {self._group}” in Odoo."
        )
        return OdooDenied(error.detail, remedy=remedy)


def clean(value: Any) -> Any:
    """PostgreSQL stores neither NUL nor half of a surrogate pair: shown as a sign, so that a row is never lost."""
    if isinstance(value, str):
        return value.replace("\x00", "\u2400").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {name: clean(item) for name, item in value.items()}
    if isinstance(value, list):
        return [clean(item) for item in value]
    return value
