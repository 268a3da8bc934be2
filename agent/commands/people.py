"""People of our own: adding them, and giving them single-use tickets."""

from datetime import timedelta

from agent.access.model import Person
from agent.audit.model import PersonAdded, PersonChanged
from agent.errors import ConfigurationError
from agent.pipeline import App


def add_person(app: App, new: Person, password: str | None, by: str) -> None:
    """Let somebody sign in. Raises ConfigurationError."""
    with app.work() as work:
        work.access.add_person(new, password)
        event = PersonAdded(actor=by, login=new.login, roles=tuple(sorted(new.roles)))
        work.audit.append([event], work.now)


def change_person(app: App, login: str, by: str, password: str | None = None, **changes: object) -> Person:
    """Change a person of our own: fields of `Person` by name, and the password; answers them as they are now.

    Raises NotFound, and ConfigurationError for somebody whom Odoo vouches for or a password that is too short.
    """
    with app.work() as work:
        before = work.access.by_login(login)
        if before.source != "local":
            raise ConfigurationError(
                f"{before.login} signs in with Odoo, which says what they may do.",
                remedy="Change the user's Gatehouse groups or password in Odoo.",
            )
        after = Person.model_validate({**before.model_dump(), **changes})
        work.access.change_person(after, password)
        event = PersonChanged(
            actor=by, login=after.login, roles=tuple(sorted(after.roles)), companies=after.companies,
            active=after.active, password=password is not None,
        )  # fmt: skip
        work.audit.append([event], work.now)
    return after


def make_ticket(app: App, login: str, lasts: timedelta) -> str:
    """A single-use sign-in ticket. Raises NotFound."""
    with app.work() as work:
        return work.access.make_ticket(login, work.now, lasts)
