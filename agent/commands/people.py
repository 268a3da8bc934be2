"""People: adding them, signing in by password or by a single-use ticket."""

from datetime import timedelta

from agent.access.model import Person, Session
from agent.audit.model import (
    PersonAdded,
    PersonSignedIn,
    SignInRefused,
)
from agent.errors import NotSignedIn
from agent.kit.canonical import digest
from agent.pipeline import App


def add_person(app: App, new: Person, password: str | None, by: str) -> None:
    """Let somebody sign in. Raises ConfigurationError."""
    with app.work() as work:
        work.access.add_person(new, password)
        event = PersonAdded(actor=by, login=new.login, roles=tuple(sorted(new.roles)))
        work.audit.append([event], work.now)


def sign_in(app: App, login: str, password: str) -> tuple[str, Session]:
    """A session for login and password: the browser's token, and the session. Raises NotSignedIn.

    The slow comparison of the password happens between two transactions.
    """
    with app.look() as look:
        found = look.access.credentials(login, look.now)
    good = found.fit(password)
    with app.work() as work:
        who = work.access.record_attempt(found, good=good, now=work.now)
        if who is not None:
            work.audit.append([PersonSignedIn(actor=who.login, method="password")], work.now)
            return work.access.start_session(who, work.now)
        event = SignInRefused(actor="unknown", login_digest=digest(login.lower().encode()), why="wrong password")
        work.audit.append([event], work.now)
    raise NotSignedIn("Login or password is wrong.", remedy="Check both and try again.")


def make_ticket(app: App, login: str, lasts: timedelta) -> str:
    """A single-use sign-in ticket. Raises NotFound."""
    with app.work() as work:
        return work.access.make_ticket(login, work.now, lasts)


def sign_in_by_ticket(app: App, ticket: str) -> tuple[str, Session]:
    """A session for a single-use ticket, which is used up. Raises NotSignedIn."""
    with app.work() as work:
        who = work.access.use_ticket(ticket, work.now)
        if who is not None:
            work.audit.append([PersonSignedIn(actor=who.login, method="ticket")], work.now)
            return work.access.start_session(who, work.now)
    raise NotSignedIn("This sign-in link was used or has expired.", remedy="Ask for a new one.")
