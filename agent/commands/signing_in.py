"""Signing in: by password, by a ticket of ours, or by Odoo, whose groups give the roles and take them again."""

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta

from agent.access.model import OdooPeople, OdooPerson, Person, Session
from agent.access.store import Credentials
from agent.audit.model import PersonAdded, PersonChanged, PersonSignedIn, SignInRefused
from agent.errors import NoRoleHere, NotSignedIn, OdooError
from agent.kit.canonical import digest
from agent.pipeline import App
from agent.work import Work

LOG = logging.getLogger("gatehouse.access")
ASK_ODOO_EVERY = timedelta(minutes=15)
AT_ONCE = 4  # sign-ins that may wait for Odoo at the same time: the desk stays free for everybody else
PATIENCE = 2.0  # seconds to wait for a place among them
_ASKING = threading.BoundedSemaphore(AT_ONCE)
WRONG = "Login or password is wrong."
CHECK = "Check both and try again."
CHECK_ODOO = "Check both and try again; with two-factor authentication, open Gatehouse from its menu in Odoo."
USED = "This sign-in link was used or has expired."


def sign_in(app: App, login: str, password: str) -> tuple[str, Session]:
    """A session for login and password: the browser's token, and the session. Raises NotSignedIn.

    A person of our own is asked of our table alone; any other login of Odoo. Who has the right password there, but no
    role here, is told so (NoRoleHere); nobody else learns that the login exists. The slow part, comparing the
    password, happens between two transactions.
    """
    with app.look() as look:
        found = look.access.credentials(login, look.now)
    if found.local or app.people is None:
        return _by_own_password(app, found, password)
    try:
        with _odoo_asked(app, login):
            person = app.people.authenticate(login, password)
    except NoRoleHere:
        _note_refusal(app, login, "no role")
        raise
    if person is None:
        raise _refused(app, found, CHECK_ODOO)
    return _start(app, person, "odoo")


def sign_in_by_ticket(app: App, ticket: str) -> tuple[str, Session]:
    """A session for a single-use ticket, which is used up. Raises NotSignedIn."""
    with app.work() as work:
        who = work.access.use_ticket(ticket, work.now)
        if who is not None:
            work.audit.append([PersonSignedIn(actor=who.login, method="ticket")], work.now)
            return work.access.start_session(who, work.now)
    raise NotSignedIn(USED, remedy="Ask for a new one.")


def sign_in_by_odoo_ticket(app: App, ticket: str) -> tuple[str, Session]:
    """A session for a ticket that Odoo gave out at most a minute ago; it is used up. Raises NotSignedIn."""
    with _odoo_asked(app, ""):
        person = _odoo(app).ticket_holder(ticket)
    if person is None:
        raise NotSignedIn(USED, remedy="Open Gatehouse from its menu in Odoo again.")
    return _start(app, person, "odoo_ticket", ticket)


def visitor(app: App, token: str) -> tuple[Person, Session] | None:
    """Who a browser's token stands for. Somebody of Odoo is asked for there again once in a quarter of an hour.

    While Odoo does not answer, a session that lives goes on.
    """
    with app.look() as look:
        found = look.access.session_of(token, look.now)
        due = found is not None and look.access.due_for_odoo(found[0], look.now, ASK_ODOO_EVERY)
    if found is None or not due:
        return found
    with app.work() as work:
        number = work.access.claim_check(found[0], work.now, ASK_ODOO_EVERY)
    if number is None:
        return found
    try:
        person = app.people.by_number(number) if app.people else None
    except OdooError as error:
        LOG.warning("Odoo could not be asked about %s: %s", found[0].login, error)
        return found
    with app.work() as work:
        if person is not None:
            return _known(work, person), found[1]
        work.access.dismiss(found[0])
        work.audit.append([PersonChanged(actor="odoo", login=found[0].login, roles=())], work.now)
    return None


def _by_own_password(app: App, found: Credentials, password: str) -> tuple[str, Session]:
    good = found.fit(password)
    if not good:
        raise _refused(app, found, CHECK)
    with app.work() as work:
        who = work.access.record_attempt(found, good=True, now=work.now)
        assert who is not None, "a password that fits is somebody's"
        work.audit.append([PersonSignedIn(actor=who.login, method="password")], work.now)
        return work.access.start_session(who, work.now)


def _refused(app: App, found: Credentials, remedy: str) -> NotSignedIn:
    """Count the failure, and say no more than that it failed."""
    with app.work() as work:
        work.access.record_attempt(found, good=False, now=work.now)
        event = SignInRefused(actor="unknown", login_digest=digest(found.login.encode()), why="wrong password")
        work.audit.append([event], work.now)
    return NotSignedIn(WRONG, remedy=remedy)


def _note_refusal(app: App, login: str, why: str) -> None:
    with app.work() as work:
        name = digest(login.strip().lower().encode())
        work.audit.append([SignInRefused(actor="unknown", login_digest=name, why=why)], work.now)


def _start(app: App, person: OdooPerson, method: str, ticket: str = "") -> tuple[str, Session]:
    """A session for somebody whom Odoo vouches for; roles and companies are those of this moment."""
    with app.work() as work:
        if ticket and not work.access.use_once(ticket, work.now):
            raise NotSignedIn(USED, remedy="Open Gatehouse from its menu in Odoo again.")
        who = _known(work, person)
        work.audit.append([PersonSignedIn(actor=who.login, method=method)], work.now)
        return work.access.start_session(who, work.now)


def _known(work: Work, person: OdooPerson) -> Person:
    """Our person for one of Odoo's, made or brought up to date."""
    who, added, changed = work.access.welcome_from_odoo(person, work.now)
    if added or changed:
        event = PersonAdded if added else PersonChanged
        work.audit.append([event(actor="odoo", login=who.login, roles=tuple(sorted(who.roles)))], work.now)
    return who


def _odoo(app: App) -> OdooPeople:
    if app.people is None:
        raise NotSignedIn("Nobody signs in by Odoo here.", remedy="Sign in with login and password.")
    return app.people


@contextmanager
def _odoo_asked(app: App, login: str) -> Generator[None]:
    """A place among those who ask Odoo. Raises NotSignedIn in words that help when Odoo cannot tell."""
    if not _ASKING.acquire(timeout=PATIENCE):
        raise NotSignedIn("Many people are signing in just now.", remedy="Try again in a few seconds.")
    try:
        yield
    except OdooError as error:
        LOG.warning("Nobody can sign in by Odoo: %s", error)
        _note_refusal(app, login, "odoo failed")
        raise NotSignedIn(
            "Odoo cannot be asked just now, so its logins cannot be checked.",
            remedy="Try again later. People with a password of this desk can sign in; administrators find the cause"
            " with `gatehouse odoo check`.",
        ) from error
    finally:
        _ASKING.release()
