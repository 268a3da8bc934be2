"""The port `OdooPeople` on rows of the sandbox: a stand-in for tests and the demo, never for signing in for real."""

import json
import sqlite3
from datetime import timedelta
from hashlib import sha256

from agent.access.model import OdooPerson, Role
from agent.adapters.sandbox.part import Part
from agent.errors import NoRoleHere
from agent.kit.clock import to_micros
from agent.kit.ids import new_id

TICKET_LIVES = timedelta(seconds=60)


class SandboxPeople(Part):
    """People of the sandbox. Passwords are kept as plain digests, which only a stand-in may do."""

    def authenticate(self, login: str, password: str) -> OdooPerson | None:
        asked = "SELECT * FROM person WHERE login = ? AND password = ?"
        with self._db.reading() as db:
            row = db.execute(asked, (login.strip(), _digest(password))).fetchone() if password else None
        if row is not None and _person(row) is None:
            raise NoRoleHere
        return _person(row)

    def ticket_holder(self, ticket: str) -> OdooPerson | None:
        asked = """SELECT p.* FROM ticket t JOIN person p ON p.login = t.login
            WHERE t.digest = ? AND t.at > ? AND t.at <= ?"""
        now = self._clock()
        with self._db.reading() as db:
            lived = (_digest(ticket), to_micros(now - TICKET_LIVES), to_micros(now))
            return _person(db.execute(asked, lived).fetchone())

    def by_number(self, number: int) -> OdooPerson | None:
        with self._db.reading() as db:
            return _person(db.execute("SELECT * FROM person WHERE id = ?", (number,)).fetchone())

    def add(self, person: OdooPerson, password: str) -> OdooPerson:
        """Let somebody work in the sandbox, or change what is known of them; answers them with their number."""
        values = {
            "login": person.login,
            "name": person.name,
            "password": _digest(password),
            "roles": " ".join(sorted(person.roles)),
            "companies": json.dumps(list(person.companies)),
            "language": person.language,
            "zone": person.zone,
        }
        with self._db.writing() as db:
            db.execute(
                """INSERT INTO person (login, name, password, roles, companies, language, zone)
                   VALUES (:login, :name, :password, :roles, :companies, :language, :zone)
                   ON CONFLICT (login) DO UPDATE SET name = :name, password = :password, roles = :roles,
                     companies = :companies, language = :language, zone = :zone""",
                values,
            )
            number = db.execute("SELECT id FROM person WHERE login = ?", (person.login,)).fetchone()[0]
        return person.model_copy(update={"number": number})

    def remove(self, login: str) -> None:
        """Let somebody work here no more."""
        with self._db.writing() as db:
            db.execute("DELETE FROM ticket WHERE login = ?", (login,))
            db.execute("DELETE FROM person WHERE login = ?", (login,))

    def ticket_for(self, login: str) -> str:
        """What the menu in Odoo would give this person: good for 60 s."""
        ticket = new_id()
        with self._db.writing() as db:
            db.execute("INSERT INTO ticket VALUES (?, ?, ?)", (_digest(ticket), login, to_micros(self._clock())))
        return ticket


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _person(row: sqlite3.Row | None) -> OdooPerson | None:
    """Nobody without a role of ours and a company."""
    if row is None or not row["roles"] or not json.loads(row["companies"]):
        return None
    return OdooPerson(
        number=row["id"],
        login=row["login"],
        name=row["name"],
        roles=frozenset(Role(role) for role in row["roles"].split()),
        companies=tuple(json.loads(row["companies"])),
        language=row["language"],
        zone=row["zone"],
    )
