"""People of our own: adding them, and giving them single-use tickets."""

from datetime import timedelta

from agent.access.model import Person
from agent.audit.model import PersonAdded
from agent.pipeline import App


def add_person(app: App, new: Person, password: str | None, by: str) -> None:
    """Let somebody sign in. Raises ConfigurationError."""
    with app.work() as work:
        work.access.add_person(new, password)
        event = PersonAdded(actor=by, login=new.login, roles=tuple(sorted(new.roles)))
        work.audit.append([event], work.now)


def make_ticket(app: App, login: str, lasts: timedelta) -> str:
    """A single-use sign-in ticket. Raises NotFound."""
    with app.work() as work:
        return work.access.make_ticket(login, work.now, lasts)
