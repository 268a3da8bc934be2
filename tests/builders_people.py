"""People of a real Odoo, made and unmade as the stand-ins make theirs."""

from typing import Any

from agent.access.model import OdooPerson, Role
from agent.adapters.odoo.names import MODULE, ROLE_GROUPS
from agent.errors import OdooError
from agent.kit.ids import new_id
from tests.builders_ground import administrator

LINK, UNLINK = 4, 3


class RealPeople:
    """Users of the real Odoo under test; each login of a test has a login of its own there."""

    def __init__(self, odoo: Any) -> None:
        self._odoo = odoo
        self._known: dict[str, tuple[int, str]] = {}
        self._mark = new_id()[-10:]

    def authenticate(self, login: str, password: str) -> OdooPerson | None:
        return self._odoo.authenticate(self._there(login), password)

    def ticket_holder(self, ticket: str) -> OdooPerson | None:
        return self._odoo.ticket_holder(ticket)

    def by_number(self, number: int) -> OdooPerson | None:
        return self._odoo.by_number(number)

    def add(self, person: OdooPerson, password: str) -> OdooPerson:
        """Make a user in the roles' groups, or set the groups of a known one; in the administrator's company."""
        odoo, login = administrator(), self._there(person.login)
        groups = [(LINK if role in person.roles else UNLINK, _group(role)) for role in Role]
        if person.login in self._known:
            number, _ = self._known[person.login]
            odoo.call("res.users", "write", [number], kwargs={"vals": {"groups_id": groups}})
        else:
            values = {"login": login, "name": person.name, "password": password, "tz": person.zone}
            kept = [group for group in groups if group[0] == LINK]
            found = odoo.call("res.users", "create", kwargs={"vals_list": [values | {"groups_id": kept}]})
            number = found[0] if isinstance(found, list) else found
        self._known[person.login] = (number, password)
        return person.model_copy(update={"number": number, "login": login})

    def remove(self, login: str) -> None:
        """Archive the user."""
        number, _ = self._known[login]
        administrator().call("res.users", "write", [number], kwargs={"vals": {"active": False}})

    def ticket_for(self, login: str) -> str:
        """What the menu gives this user; nothing for somebody whom Odoo gives none."""
        there = administrator().signed_in_as(self._there(login), self._known[login][1])
        action = _named("ir.actions.server", "action_open_desk")
        try:
            url = there.call("ir.actions.server", "run", [action])["url"]
        except OdooError:
            return ""
        return str(url).rpartition("ticket=")[2]

    def close(self) -> None:
        """Archive everybody."""
        for login in self._known:
            self.remove(login)

    def _there(self, login: str) -> str:
        return f"{login.strip()}-{self._mark}" if login.strip() else login


def _group(role: Role) -> int:
    return _named("res.groups", ROLE_GROUPS[role])


def _named(model: str, name: str) -> int:
    asked = {"domain": [("module", "=", MODULE), ("name", "=", name), ("model", "=", model)], "fields": ["res_id"]}
    (row,) = administrator().call("ir.model.data", "search_read", kwargs=asked)
    return int(row["res_id"])


def first_company() -> str:
    """The company that new users belong to."""
    (row,) = administrator().call("res.users", "read", [administrator().user_id()], kwargs={"fields": ["company_id"]})
    return str(row["company_id"][1])
