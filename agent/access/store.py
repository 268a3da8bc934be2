"""The tables of people, sessions and sign-in tickets. Of tokens only digests are stored."""

import secrets
import threading
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import Field
from sqlalchemy import Connection, Row, Table, and_, delete, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from agent.access.model import OdooPerson, Person, Role, Session
from agent.access.tables import person, session, stranger, ticket, used_ticket
from agent.errors import ConfigurationError, NotFound, NotSignedIn
from agent.kit.canonical import digest
from agent.kit.db import as_dict, insert_once
from agent.kit.ids import new_id
from agent.kit.values import Value

IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
FREE_TRIES = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(minutes=5)  # so that a stranger cannot keep a person out for hours
SHORTEST_PASSWORD = 12
LONGEST_LOGIN = 200
FORGOTTEN = timedelta(days=1)
_HASHING = threading.BoundedSemaphore(2)  # each takes 64 MiB: many sign-ins at once wait instead of filling memory


class Credentials(Value):
    """What a password is checked against; neither id nor hash when there is no such person who may sign in."""

    login: str
    person_id: str | None
    password_hash: str | None = Field(repr=False)
    local: bool = False  # our own table vouches for the person, and nobody else

    def fit(self, password: str) -> bool:
        """Whether the password is right. Takes some 50 ms of a processor, the same for a person there is not."""
        try:
            with _HASHING:
                good = PasswordHasher().verify(self.password_hash or _DUMMY_HASH, password)
        except (VerificationError, InvalidHashError):
            return False
        return good and self.password_hash is not None


class AccessStore:
    """People, their sessions and single-use tickets."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def add_person(self, new: Person, password: str | None) -> None:
        """Store a person. Raises ConfigurationError for a login that is taken or a password that is too short."""
        values = _stored(new) | {"password_hash": None, **_hashed(password), "failures": 0}
        if not insert_once(self._db, person, values, key=["login"]):
            raise ConfigurationError(f"There is a person {new.login} already.", remedy="Choose another login.")

    def change_person(self, changed: Person, password: str | None = None) -> None:
        """Store a person of our own as they are now; whoever gets a new password or leaves is signed out everywhere.

        Raises ConfigurationError for a password that is too short.
        """
        values = _stored(changed) | _hashed(password)
        if password is not None:
            values |= {"failures": 0, "locked_until": None}
        self._db.execute(update(person).where(person.c.id == changed.id).values(**values))
        if password is not None or not changed.active:
            self._db.execute(delete(session).where(session.c.person_id == changed.id))
            self._db.execute(delete(ticket).where(ticket.c.person_id == changed.id))

    def people(self) -> list[Person]:
        """Everybody, by login."""
        return [_person(row) for row in self._db.execute(select(person).order_by(person.c.login))]

    def by_login(self, login: str) -> Person:
        """Raises NotFound."""
        row = self._db.execute(select(person).where(person.c.login == login.strip().lower())).first()
        if row is None:
            raise NotFound(f"There is no person {login}.", remedy="`gatehouse user list` shows who there is.")
        return _person(row)

    def credentials(self, login: str, now: datetime) -> "Credentials":
        """What a password is checked against. Raises NotSignedIn while the login is locked, known or not."""
        login = login.strip().lower()
        row = self._db.execute(select(person).where(person.c.login == login)).first()
        unknown = row or self._db.execute(select(stranger).where(stranger.c.id == digest(login.encode()))).first()
        if unknown is not None and unknown.locked_until is not None and unknown.locked_until > now:
            wait = int((unknown.locked_until - now).total_seconds()) + 1
            raise NotSignedIn(
                f"Too many failed attempts: try again in {wait} seconds.", remedy="Wait, then sign in again."
            )
        if row is None:
            return Credentials(login=login, person_id=None, password_hash=None)
        return Credentials(
            login=login,
            person_id=row.id,
            password_hash=row.password_hash if row.active else None,
            local=row.source == "local",
        )

    def record_attempt(self, checked: "Credentials", *, good: bool, now: datetime) -> Person | None:
        """Count a failure, and lock the login for longer each time after FREE_TRIES; a success clears the count.

        Answers the person when the password was good.
        """
        if checked.person_id is None:
            if not good:
                self._count_stranger(checked.login, now)
            return None
        mine = person.c.id == checked.person_id
        self._count(person, mine, good=good, now=now)
        row = self._db.execute(select(person).where(mine)).one()
        return _person(row) if good else None

    def _count_stranger(self, login: str, now: datetime) -> None:
        name = digest(login.encode())
        self._db.execute(delete(stranger).where(stranger.c.tried_at < now - FORGOTTEN))
        insert_once(self._db, stranger, {"id": name, "failures": 0, "tried_at": now}, key=["id"])
        self._count(stranger, stranger.c.id == name, good=False, now=now)
        self._db.execute(update(stranger).where(stranger.c.id == name).values(tried_at=now))

    def _count(self, table: Table, mine: ColumnElement[bool], *, good: bool, now: datetime) -> None:
        failed = 0 if good else table.c.failures + 1
        count = update(table).where(mine).values(failures=failed).returning(table.c.failures)
        failures = self._db.execute(count).scalar_one()
        wait = min(FIRST_LOCK * 2 ** min(max(failures - FREE_TRIES, 0), 10), LONGEST_LOCK)
        locked = None if failures < FREE_TRIES else now + wait
        self._db.execute(update(table).where(mine).values(locked_until=locked))

    def welcome_from_odoo(self, found: OdooPerson, now: datetime) -> tuple[Person, bool, bool]:
        """The person as Odoo has them now, whether we had none before, and whether they changed.

        Raises NotSignedIn when somebody of our own has the login: Odoo never vouches for them.
        """
        login = found.login.strip().lower()[:LONGEST_LOGIN]
        self._free(login, found.number)
        known = person.c.odoo_number == found.number
        before = self._db.execute(select(person).where(known)).first()
        values = {
            "login": login,
            "name": found.name,
            "roles": ",".join(sorted(found.roles)),
            "companies": "\n".join(found.companies),
            "active": True,
            "language": found.language,
            "zone": found.zone,
            "failures": 0,
            "locked_until": None,
            "checked_at": now,
        }
        if before is None:
            fresh = {"id": new_id(), "source": "odoo", "odoo_number": found.number, "password_hash": None}
            insert_once(self._db, person, values | fresh, key=["odoo_number"])
        self._db.execute(update(person).where(known).values(**values))
        after = _person(self._db.execute(select(person).where(known)).one())
        return after, before is None, before is not None and _person(before) != after

    def _free(self, login: str, number: int) -> None:
        """Take the login from another user of Odoo who had it before; they get theirs back when they sign in."""
        row = self._db.execute(select(person).where(person.c.login == login)).first()
        if row is None or row.odoo_number == number:
            return
        if row.source == "local":
            raise NotSignedIn(
                f"{login} is a person of this desk, who has a password here.",
                remedy="Sign in with that password, or let an administrator give one of the two another login.",
            )
        other = {"login": f"{login[: LONGEST_LOGIN - 20]}#{row.odoo_number}", "active": False}
        self._db.execute(update(person).where(person.c.id == row.id).values(**other))

    def due_for_odoo(self, who: Person, now: datetime, every: timedelta) -> bool:
        """Whether Odoo was not asked about this person of its own for that long."""
        query = select(person.c.id).where(_unchecked(who, now, every))
        return who.source == "odoo" and self._db.execute(query).first() is not None

    def claim_check(self, who: Person, now: datetime, every: timedelta) -> int | None:
        """Odoo's number of the person, for the one who is to ask Odoo now; nothing when another does already."""
        claim = update(person).where(_unchecked(who, now, every)).values(checked_at=now)
        return self._db.execute(claim.returning(person.c.odoo_number)).scalar_one_or_none()

    def dismiss(self, who: Person) -> None:
        """The person may sign in no more, and every session of theirs ends."""
        self._db.execute(update(person).where(person.c.id == who.id).values(active=False))
        self._db.execute(delete(session).where(session.c.person_id == who.id))

    def use_once(self, token: str, now: datetime) -> bool:
        """Whether this ticket of Odoo was not used before; it is now."""
        self._db.execute(delete(used_ticket).where(used_ticket.c.used_at < now - FORGOTTEN))
        return insert_once(self._db, used_ticket, {"id": digest(token.encode()), "used_at": now}, key=["id"])

    def start_session(self, who: Person, now: datetime) -> tuple[str, Session]:
        """A new session: the token for the browser, and the session."""
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        made = Session(
            id=digest(token.encode()),
            person_id=who.id,
            csrf=csrf,
            started_at=now,
            seen_at=now,
            expires_at=now + ABSOLUTE,
        )
        self._db.execute(insert(session).values(**made.model_dump()))
        self._db.execute(delete(session).where(session.c.expires_at < now))
        return token, made

    def session_of(self, token: str, now: datetime) -> tuple[Person, Session] | None:
        """The person and session of a browser's token, unless it ended or was idle for too long."""
        query = select(session).where(session.c.id == digest(token.encode()))
        row = self._db.execute(query).first()
        if row is None or row.expires_at <= now or row.seen_at + IDLE <= now:
            return None
        found = self._db.execute(select(person).where(person.c.id == row.person_id, person.c.active.is_(True))).first()
        return (_person(found), Session(**as_dict(row))) if found else None

    def seen(self, session_id: str, now: datetime) -> None:
        """The session was used."""
        self._db.execute(update(session).where(session.c.id == session_id).values(seen_at=now))

    def end_session(self, session_id: str) -> None:
        """Sign out."""
        self._db.execute(delete(session).where(session.c.id == session_id))

    def make_ticket(self, login: str, now: datetime, lasts: timedelta) -> str:
        """A single-use sign-in ticket for this person. Expired tickets of anybody are thrown away."""
        self._db.execute(delete(ticket).where(ticket.c.expires_at <= now))
        who = self.by_login(login)
        token = secrets.token_urlsafe(32)
        self._db.execute(insert(ticket).values(id=digest(token.encode()), person_id=who.id, expires_at=now + lasts))
        return token

    def use_ticket(self, token: str, now: datetime) -> Person | None:
        """The person of a ticket that was not used and has not expired; it is used up."""
        mine = and_(ticket.c.id == digest(token.encode()), ticket.c.expires_at > now)
        row = self._db.execute(delete(ticket).where(mine).returning(ticket.c.person_id)).first()
        if row is None:
            return None
        found = self._db.execute(select(person).where(person.c.id == row.person_id, person.c.active.is_(True))).first()
        return _person(found) if found else None


def new_person(login: str, name: str, roles: frozenset[Role], companies: tuple[str, ...] = ("*",)) -> Person:
    """A person with a fresh id."""
    return Person(id=new_id(), login=login.strip().lower(), name=name, roles=roles, companies=companies)


_DUMMY_HASH = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$Sn2lQ4yVZpXLNVPKnP0Jm7XwkRAVXHDaV5Z6jFxr4sA"


def _stored(who: Person) -> dict[str, Any]:
    return who.model_dump(exclude={"roles", "companies"}) | {
        "login": who.login.strip().lower(),
        "roles": ",".join(sorted(who.roles)),
        "companies": "\n".join(who.companies),
    }


def _hashed(password: str | None) -> dict[str, str]:
    if password is None:
        return {}
    if len(password) < SHORTEST_PASSWORD:
        raise ConfigurationError(
            f"The password is shorter than {SHORTEST_PASSWORD} characters.", remedy="Choose a longer one."
        )
    return {"password_hash": PasswordHasher().hash(password)}


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        login=row.login,
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles.split(",") if role),
        companies=tuple(row.companies.split("\n")),
        active=row.active,
        language=row.language,
        zone=row.zone,
        source=row.source,
    )


def _unchecked(who: Person, now: datetime, every: timedelta) -> ColumnElement[bool]:
    long_ago = or_(person.c.checked_at.is_(None), person.c.checked_at <= now - every)
    return and_(person.c.id == who.id, person.c.source == "odoo", long_ago)
