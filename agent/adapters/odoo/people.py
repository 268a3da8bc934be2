"""The port `OdooPeople` on a real Odoo: one's own password for the sign-in, groups by external id for the roles."""

import json
from hashlib import sha256
from typing import Any

from agent.access.model import OdooPerson, Role
from agent.adapters.odoo.connection import Connection
from agent.adapters.odoo.faults import BadLogin, reading
from agent.adapters.odoo.names import GATE
from agent.adapters.odoo.tickets import PERSON
from agent.errors import ActionRefused, NoRoleHere, OdooDenied, OdooUnavailable

NOT_SET_UP = "Run `gatehouse odoo setup`: the roles of people come from the groups that it makes in Odoo."
LANGUAGE_LETTERS = 8  # as many as we keep


class People:
    """Signs people in. Passwords are used for one call to Odoo, and neither kept nor logged.

    Raises OdooUnavailable; OdooDenied when the reading user may not ask, or Odoo was not set up.
    """

    connection: Connection
    _person_action: int = 0

    def authenticate(self, login: str, password: str) -> OdooPerson | None:
        """See `OdooPeople.authenticate`. An API key stands for a password; four calls."""
        if not login.strip() or not password:
            return None
        try:
            number = self.connection.signed_in_as(login.strip(), password).user_id()
        except BadLogin:
            return None
        if (person := self.by_number(number)) is None:
            raise NoRoleHere
        return person

    def ticket_holder(self, ticket: str) -> OdooPerson | None:
        """See `OdooPeople.ticket_holder`. Odoo gets the ticket's digest, never the ticket; one call."""
        return self._who({"digest": sha256(ticket.encode()).hexdigest()}) if ticket else None

    def by_number(self, number: int) -> OdooPerson | None:
        """See `OdooPeople.by_number`. One call."""
        return self._who({"user": number}) if number else None

    @reading
    def _who(self, asked: dict[str, Any]) -> OdooPerson | None:
        action = self._person_action or self._find_action()
        context = {"gatehouse_person": json.dumps(asked)}
        try:
            found = self.connection.call("ir.actions.server", "run", [action], context=context)
        except ActionRefused:
            self._person_action = 0  # it may have been made anew: look again next time
            raise
        return _person(found) if found else None

    def _find_action(self) -> int:
        asked = {"domain": [("x_name", "=", PERSON)], "fields": ["x_action"], "limit": 1}
        try:
            rows = self.connection.call(GATE, "search_read", kwargs=asked)
        except (ActionRefused, OdooDenied) as error:
            raise OdooDenied(f"People cannot sign in by Odoo: {error.detail}", remedy=NOT_SET_UP) from error
        if not rows:
            raise OdooDenied("People cannot sign in by Odoo: it was not set up for that.", remedy=NOT_SET_UP)
        self._person_action = int(rows[0]["x_action"])
        return self._person_action


def _person(found: dict[str, Any]) -> OdooPerson | None:
    """Who Odoo says it is; nobody without a role of ours and a company."""
    roles = frozenset(Role(role) for role in found["roles"] if role in set(Role))
    if not roles or not found["companies"]:
        return None
    try:
        return OdooPerson(
            number=int(found["number"]),
            login=str(found["login"]),
            name=str(found["name"] or found["login"])[:200],
            roles=roles,
            companies=tuple(sorted(str(name) for name in found["companies"])),
            language=str(found["language"] or "en")[:LANGUAGE_LETTERS],
            zone=str(found["zone"] or "UTC"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise OdooUnavailable("Odoo does not say who somebody is as it should.", remedy=NOT_SET_UP) from error
