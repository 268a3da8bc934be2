"""The tables of people, sessions and sign-in tickets. Of tokens only digests are stored."""

import secrets
import threading
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import Field
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    Row,
    String,
    Table,
    Text,
    and_,
    delete,
    insert,
    select,
    update,
)

from agent.access.model import Person, Role, Session
from agent.errors import ConfigurationError, NotFound, NotSignedIn
from agent.kit.canonical import digest
from agent.kit.db import Moment, as_dict, insert_once, metadata
from agent.kit.ids import new_id
from agent.kit.values import Value

person = Table(
    "person",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("login", String(200), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("roles", Text, nullable=False),
    Column("companies", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("language", String(8), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("password_hash", Text),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
)
session = Table(
    "session",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("person_id", String(36), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
ticket = Table(
    "ticket",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("person_id", String(36), nullable=False),
    Column("expires_at", Moment, nullable=False),
)
IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
FREE_TRIES = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(minutes=5)  # so that a stranger cannot keep a person out for hours
SHORTEST_PASSWORD = 12
_HASHING = threading.BoundedSemaphore(2)  # each takes 64 MiB: many sign-ins at once wait instead of filling memory


class Credentials(Value):
    """What a password is checked against; neither id nor hash when there is no such person who may sign in."""

    person_id: str | None
    password_hash: str | None = Field(repr=False)

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
        if password is not None and len(password) < SHORTEST_PASSWORD:
            raise ConfigurationError(
                f"The password is shorter than {SHORTEST_PASSWORD} characters.", remedy="Choose a longer one."
            )
        values = new.model_dump(exclude={"roles", "companies"}) | {
            "login": new.login.strip().lower(),
            "roles": ",".join(sorted(new.roles)),
            "companies": "\n".join(new.companies),
            "password_hash": PasswordHasher().hash(password) if password is not None else None,
            "failures": 0,
        }
        if not insert_once(self._db, person, values, key=["login"]):
            raise ConfigurationError(f"There is a person {new.login} already.", remedy="Choose another login.")

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
        """What a password is checked against. Raises NotSignedIn while the account is locked."""
        row = self._db.execute(select(person).where(person.c.login == login.strip().lower())).first()
        if row is None:
            return Credentials(person_id=None, password_hash=None)
        if row.locked_until is not None and row.locked_until > now:
            wait = int((row.locked_until - now).total_seconds()) + 1
            raise NotSignedIn(
                f"Too many failed attempts: try again in {wait} seconds.", remedy="Wait, then sign in again."
            )
        return Credentials(person_id=row.id, password_hash=row.password_hash if row.active else None)

    def record_attempt(self, checked: "Credentials", *, good: bool, now: datetime) -> Person | None:
        """Count a failure, and lock the account for longer each time after FREE_TRIES; a success clears the count.

        Answers the person when the password was good.
        """
        if checked.person_id is None:
            return None
        mine = person.c.id == checked.person_id
        count = (
            update(person)
            .where(mine)
            .values(failures=0 if good else person.c.failures + 1)
            .returning(person.c.failures)
        )
        failures = self._db.execute(count).scalar_one()
        wait = min(FIRST_LOCK * 2 ** min(max(failures - FREE_TRIES, 0), 10), LONGEST_LOCK)
        locked = None if failures < FREE_TRIES else now + wait
        row = self._db.execute(update(person).where(mine).values(locked_until=locked).returning(*person.c)).one()
        return _person(row) if good else None

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
    )
