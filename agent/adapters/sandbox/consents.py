"""Asking for and giving consent on the form in the sandbox, and whose consent stands: role, four eyes, figures."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from agent.access.model import Role
from agent.adapters.odoo.controls.scenarios import HOLDS, TERMS, parameters
from agent.adapters.sandbox.change import Change
from agent.adapters.sandbox.figures import Figures, shown_figures
from agent.adapters.sandbox.records import company_of, row_of
from agent.approvals.model import APPROVER_ROLES, REASONS, REFUSALS, Consent, Scenario
from agent.errors import ActionRefused
from agent.evidence.records import RecordRef
from agent.kit.clock import from_micros

OTHER = "other"


def ask(change: Change, scenario: Scenario, about: RecordRef, note: str) -> int:
    """Write down that somebody asks for consent; the row's id."""
    return _add(change, scenario, about, "request", note=note, asked_by=change.by)


def answer(change: Change, scenario: Scenario, about: RecordRef, consent: Consent, reason_code: str, note: str) -> int:
    """Consent or refuse as the person of this change; the row's id.

    Raises ActionRefused without the role, for one's own request or record, for the same person twice, for an unknown
    reason, and for `other` without a note.
    """
    known = REASONS[scenario] if consent is Consent.APPROVE else REFUSALS
    if reason_code not in (*known, OTHER):
        raise ActionRefused(f"{reason_code} is no reason for this; known are {', '.join((*known, OTHER))}.")
    if reason_code == OTHER and not note.strip():
        raise ActionRefused("The reason `other` needs a note.")
    roles = _roles_of(change.db, change.by) & set(_needed(change.db, scenario))
    if not roles:
        raise ActionRefused(f"{change.by} has none of the roles that may answer this.")
    requester = _requester(change.db, scenario, about)
    if change.by == requester:
        raise ActionRefused(f"{change.by} asked for it, or made the record: somebody else must answer.")
    if consent is Consent.APPROVE and change.by in _standing(change.db, scenario, about):
        raise ActionRefused(f"{change.by} consented to it already; four eyes are two persons'.")
    return _add(
        change,
        scenario,
        about,
        consent.value,
        note=note,
        asked_by=requester,
        roles=" ".join(sorted(roles)),
        reason_code=reason_code,
    )


def missing_roles(
    db: sqlite3.Connection, scenario: Scenario, about: RecordRef, figures: Figures, now: datetime
) -> list[Role]:
    """The needed roles whose consent does not stand: refused since, given for better figures, or too long ago."""
    valid = float(parameter(db, f"gatehouse.{scenario}.{HOLDS}") or 0)
    needed = _needed(db, scenario)
    given: dict[str, set[Role]] = defaultdict(set)
    for row in _since_refusal(db, scenario, about):
        too_old = valid and from_micros(row["at"]) < now - timedelta(days=valid)
        if row["consent"] != Consent.APPROVE or too_old or worse(scenario, figures, json.loads(row["figures"])):
            continue
        logins, roles = row["login"].splitlines(), [Role(role) for role in row["roles"].split()]
        if row["via"] == "odoo":
            given[row["login"]].update(roles)
        elif len(logins) >= len(roles):  # each role is another person's: Gatehouse saw to that
            for role in roles:
                given[f"desk {role}"].add(role)
    covered: list[Role] = []
    for role in needed:
        if _cover([*covered, role], given):
            covered.append(role)
    return [role for role in needed if role not in covered]


def lacks_justification(db: sqlite3.Connection, scenario: Scenario, about: RecordRef) -> bool:
    """An urgent purchase needs somebody's request that says why, or the desk, where that was seen to."""
    if scenario is not Scenario.EMERGENCY_PROCUREMENT:
        return False
    rows = _since_refusal(db, scenario, about)
    asked = ("request", 0)
    return not any(
        row["via"] == "desk" or ((row["consent"], row["warned"]) == asked and row["note"].strip()) for row in rows
    )


def _needed(db: sqlite3.Connection, scenario: Scenario) -> list[Role]:
    """The scenario's roles, and those that an administrator adds."""
    extra = [Role(name) for name in parameter(db, f"gatehouse.{scenario}.extra_roles").split()]
    return list(dict.fromkeys([*APPROVER_ROLES[scenario], *extra]))


def parameter(db: sqlite3.Connection, key: str) -> str:
    """A system parameter; its first value where nobody set it."""
    found = db.execute("SELECT value FROM parameter WHERE key = ?", (key,)).fetchone()
    return str(found["value"]) if found else parameters().get(key, "")


def worse(scenario: Scenario, now: Figures, then: Figures) -> list[str]:
    """The figures that are worse now than what was consented to."""
    return [
        name
        for name, how in TERMS[scenario].figures.items()
        if name in now and now[name] != then.get(name) and not _still_fine(how, now[name], then.get(name, ""))
    ]


def _still_fine(how: str, now: str, then: str) -> bool:
    match how:
        case "flag":
            return now != "yes"
        case "earlier":
            return bool(then) and "unknown" not in (now, then) and now > then
        case "higher" | "lower":
            try:
                return Decimal(now) <= Decimal(then) if how == "higher" else Decimal(now) >= Decimal(then)
            except InvalidOperation:
                return False
        case _:
            return False


def _cover(needed: list[Role], people: Mapping[str, set[Role]]) -> bool:
    """Whether every role can be another person's."""
    if not needed:
        return True
    return any(
        needed[0] in roles and _cover(needed[1:], {name: own for name, own in people.items() if name != login})
        for login, roles in people.items()
    )


def _since_refusal(db: sqlite3.Connection, scenario: Scenario, about: RecordRef) -> Iterable[sqlite3.Row]:
    """The rows about a record after its last refusal, newest first."""
    asked = "SELECT * FROM approval WHERE (scenario, model, record_id) = (?, ?, ?) ORDER BY id DESC"
    for row in db.execute(asked, (scenario.value, about.model.value, about.id)).fetchall():
        if row["consent"] == Consent.REFUSE:
            return
        yield row


def _standing(db: sqlite3.Connection, scenario: Scenario, about: RecordRef) -> set[str]:
    now = shown_figures(db, scenario, about)
    rows = [row for row in _since_refusal(db, scenario, about) if row["consent"] == Consent.APPROVE]
    fine = [row for row in rows if not worse(scenario, now, json.loads(row["figures"]))]
    return {login for row in fine for login in row["login"].splitlines()}


def _requester(db: sqlite3.Connection, scenario: Scenario, about: RecordRef) -> str:
    """Who asked last; else who made the record."""
    for row in _since_refusal(db, scenario, about):
        if row["consent"] == "request":
            return str(row["asked_by"])
    record = row_of(db, about)
    return str(record["created_by"]) if "created_by" in record.keys() else ""  # noqa: SIM118 - `in` a row looks among its values


def _roles_of(db: sqlite3.Connection, login: str) -> set[Role]:
    found = db.execute("SELECT roles FROM person WHERE login = ?", (login,)).fetchone()
    return {Role(role) for role in found["roles"].split()} if found else set()


def _add(change: Change, scenario: Scenario, about: RecordRef, consent: str, **values: str) -> int:
    return change.add(
        "approval",
        scenario=scenario.value,
        model=about.model.value,
        record_id=about.id,
        record_name=row_of(change.db, about)["name"],
        company=company_of(change.db, about),
        consent=consent,
        login=change.by,
        figures=json.dumps(shown_figures(change.db, scenario, about), sort_keys=True),
        via="odoo",
        at=change.micros,
        **values,
    )
