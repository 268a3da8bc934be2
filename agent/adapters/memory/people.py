"""The port `OdooPeople` in memory, for tests: passwords are kept as they are, which only a stand-in may do."""

import threading
from datetime import datetime, timedelta

from agent.access.model import OdooPerson
from agent.errors import NoRoleHere, OdooUnavailable
from agent.kit.clock import Clock, utc_now
from agent.kit.ids import new_id

TICKET_LIVES = timedelta(seconds=60)


class MemoryPeople:
    """People of an Odoo in memory; every call raises OdooUnavailable between `break_down` and `recover`."""

    def __init__(self, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._down = False
        self._people: dict[str, tuple[OdooPerson, str]] = {}
        self._tickets: dict[str, tuple[str, datetime]] = {}

    def authenticate(self, login: str, password: str) -> OdooPerson | None:
        self._must_be_up()
        person, right = self._people.get(login.strip(), (None, ""))
        if person is None or not password or password != right:
            return None
        if _somebody(person) is None:
            raise NoRoleHere
        return person

    def ticket_holder(self, ticket: str) -> OdooPerson | None:
        self._must_be_up()
        login, asked_at = self._tickets.get(ticket, ("", None))
        if asked_at is None or not timedelta() <= self._clock() - asked_at < TICKET_LIVES:
            return None
        return _somebody(self._people.get(login, (None, ""))[0])

    def by_number(self, number: int) -> OdooPerson | None:
        self._must_be_up()
        return next((_somebody(person) for person, _ in self._people.values() if person.number == number), None)

    # --- for tests ------------------------------------------------------------------------------
    def add(self, person: OdooPerson, password: str) -> OdooPerson:
        """Let somebody work in this Odoo, or change what is known of them; answers them with their number."""
        with self._lock:
            known = self._people.get(person.login)
            number = person.number or (known[0].number if known else len(self._people) + 1)
            kept = person.model_copy(update={"number": number})
            self._people[person.login] = (kept, password)
            return kept

    def remove(self, login: str) -> None:
        """Let somebody work here no more."""
        with self._lock:
            self._people.pop(login, None)

    def ticket_for(self, login: str) -> str:
        """What the menu in Odoo would give this person."""
        with self._lock:
            ticket = new_id()
            self._tickets[ticket] = (login, self._clock())
            return ticket

    def break_down(self) -> None:
        """From now on every call raises OdooUnavailable."""
        self._down = True

    def recover(self) -> None:
        """Answer again."""
        self._down = False

    def _must_be_up(self) -> None:
        if self._down:
            raise OdooUnavailable("The Odoo in memory was told to break down.")


def _somebody(person: OdooPerson | None) -> OdooPerson | None:
    """Nobody without a role of ours and a company."""
    return person if person is not None and person.roles and person.companies else None
