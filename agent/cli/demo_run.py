"""How the demo runs: fill, take in, work off, let a scripted person decide, print what stands in the log."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent.access.model import APPROVERS, Person, Role
from agent.access.store import new_person
from agent.approvals.model import REASONS, Consent
from agent.approvals.service import waits_for
from agent.bootstrap import build, samples
from agent.cases.model import Status
from agent.cli import out, start
from agent.commands import add_person, answer_approval, decide, make_ticket
from agent.errors import StateError
from agent.inline import run_due, seal
from agent.pipeline import App
from agent.receiving import open_risk_summaries, receive_events, receive_mail
from agent.reporting.documents import case_document
from agent.reporting.views import QueueRow, queue
from agent.reviews.model import Verb, Verdict
from agent.settings import Settings
from agent.steps import STEPS
from agent.suggestions.model import Severity
from agent.suggestions.tasks.catalogue import words

PERSON = "ada@demo.example"
APPROVERS_OF_THE_DEMO = {"ben@demo.example": "Ben Demo", "cleo@demo.example": "Cleo Demo"}
MOST_CASES = 1000


@contextmanager
def throw_away(**overrides: Any) -> Generator[Settings]:
    """Settings with a data folder that is gone afterwards, and the sandbox company whatever Odoo is configured."""
    folder = Path(tempfile.mkdtemp(prefix="gatehouse-demo-"))
    blank = {"odoo_url": "", "odoo_db": "", "odoo_user": "", "odoo_password": "", "database_url": ""}
    try:
        yield start.settings(home=folder, **blank, **overrides)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def demo_once(*, as_json: bool) -> None:
    """The main job without a server."""
    with throw_away(grace_seconds=0.0) as settings:
        app = build(settings)
        feed(app, quiet=as_json)
        count = _owed(app)
        with out.bar("Working", count, quiet=as_json) as advance:
            run_due(app, STEPS, progress=lambda _: advance())
        decide_some(app, add_ada(app))
        run_due(app, STEPS)
        consent_to_all(app, add_approvers(app))
        run_due(app, STEPS)
        seal(app)
        report(app, as_json=as_json)
        _must_be_done(app)


def _must_be_done(app: App) -> None:
    """Raises StateError when something of the demo is left undone: then this installation does not work."""
    with app.look() as look:
        left = [item for item in look.outbox.listed() if item.attempts or item.due_at <= app.clock()]
    if left:
        raise StateError(f"{len(left)} pieces of work failed; the first: {left[0].kind} {left[0].last_error}")


def feed(app: App, *, quiet: bool) -> None:
    """Take in the sample mails and events, and open today's risk summaries."""
    mails, events = samples(app.clock())
    with out.bar("Taking in", len(mails) + len(events), quiet=quiet) as advance:
        for document in events:
            receive_events(app, out.dumps(document))
            advance()
        for _, raw in mails:
            receive_mail(app, raw)
            advance()
    open_risk_summaries(app)


def add_ada(app: App) -> Person:
    """The demo's person, who may do everything."""
    ada = new_person(PERSON, "Ada Demo", frozenset({Role.PLANNER, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR}))
    add_person(app, ada, None, "demo")
    return ada


def decide_some(app: App, ada: Person) -> None:
    """The scripted person works on the head of the queue: accepts, corrects, rejects and hands on."""
    with app.look() as look:
        rows = queue(look, companies=("*",), limit=MOST_CASES)
    shown = [row for row in rows if row.review is not None and row.suggestion is not None]
    script = [
        Verdict(verb=Verb.ACCEPT, reason_code="correct"),
        Verdict(verb=Verb.EDIT, reason_code="wrong_priority", severity=Severity.CRITICAL, note="Key account."),
        Verdict(verb=Verb.ACCEPT, reason_code="correct"),
        Verdict(verb=Verb.REJECT, reason_code="settled_already"),
        Verdict(verb=Verb.ESCALATE, reason_code="above_my_limit"),
        Verdict(verb=Verb.ACCEPT, reason_code="correct"),
    ]
    for row, verdict in zip(shown, script, strict=False):
        if row.review is not None:
            decide(app, row.review.id, verdict, ada)


def add_approvers(app: App) -> tuple[Person, ...]:
    """The demo's two approvers, who may answer for every role but decide nothing; four eyes need both."""
    people = tuple(new_person(login, name, APPROVERS) for login, name in APPROVERS_OF_THE_DEMO.items())
    for person in people:
        add_person(app, person, None, "demo")
    return people


def consent_to_all(app: App, approvers: tuple[Person, ...]) -> None:
    """The scripted approvers consent in turn to whatever waits for each, for the first reason that there is."""
    for person in approvers:
        with app.look() as look:
            waiting = [item for item in look.approvals.waiting() if waits_for(item, person, app.approvals, look.now)]
        for item in waiting:
            answer_approval(app, item.id, Consent.APPROVE, REASONS[item.scenario][0], person)


def report(app: App, *, as_json: bool) -> None:
    """What stands now: every case, and what Odoo's log holds."""
    rows, counts = _all_rows(app), app.log.counts()
    with app.look() as look:
        whole = look.audit.verify()
        left = look.outbox.counts()
        asked = [*look.approvals.waiting(), *look.approvals.ended()]
    if as_json:
        cases = [case_document(row.case, row.suggestion, row.route, row.confidence) for row in rows]
        audit = {"stored": whole.stored, "sealed": whole.sealed, "whole": whole.whole}
        out.say({"cases": cases, "odoo_log": counts.model_dump(), "audit": audit, "owed": left})
        return
    cells = [
        (
            row.case.number, row.case.kind, words(row.suggestion.label) if row.suggestion else "-",
            "not calibrated yet",
            row.route.to if row.route else "-", _reasons(row), _facts(row), row.case.status,
        )
        for row in rows
    ]  # fmt: skip
    out.table("Cases", ("Number", "Kind", "Label", "Confidence", "Route", "Why a person", "Facts", "Status"), cells)
    states = ", ".join(f"{number} {state}" for state, number in sorted(Counter(a.state for a in asked).items()))
    out.line(f"Approvals that policy asked for: {states or 'none'}.")
    out.line(
        f"In Odoo's log: {counts.prompts} prompts, {counts.outputs} outputs, {counts.final_actions} final actions. "
        f"Audit: {whole.stored} events, {whole.sealed} sealed, {'no damage' if whole.whole else 'DAMAGED'}."
    )
    out.line("Next: `make desk` (or `gatehouse demo`) shows the same in the browser.")


def _all_rows(app: App) -> list[QueueRow]:
    """Every case with its suggestion; the operator of the machine sees gold items too."""
    with app.look() as look:
        cases = look.cases.page(statuses=tuple(Status), limit=MOST_CASES)
        made = look.suggestions.newest_of([case.id for case in cases])
        routes = look.routing.of([item.id for item in made.values()])
    rows = []
    for case in sorted(cases, key=lambda item: item.number):
        suggestion = made.get(case.id)
        route, confidence = routes.get(suggestion.id, (None, None)) if suggestion else (None, None)
        rows.append(QueueRow(case=case, suggestion=suggestion, route=route, confidence=confidence))
    return rows


def _reasons(row: QueueRow) -> str:
    return "; ".join(dict.fromkeys(reason.code for reason in row.route.reasons)) if row.route else ""


def _facts(row: QueueRow) -> str:
    facts = row.suggestion.facts if row.suggestion else ()
    return "; ".join(f"{fact.field} {fact.value}{f' {fact.unit}' if fact.unit else ''}" for fact in facts)


def _owed(app: App) -> int:
    with app.look() as look:
        return look.outbox.counts()["due"]


def demo_serve(port: int) -> None:
    """The desk and a worker on the throw-away company, until Ctrl-C."""
    from datetime import timedelta

    from agent.cli.service import run_service

    with throw_away(port=port, environment="development") as settings:
        app = build(settings)
        feed(app, quiet=False)
        add_ada(app)
        approvers = add_approvers(app)
        hour = timedelta(hours=1)
        people = (PERSON, *(person.login for person in approvers))
        links = [f"{settings.desk_url}/sign-in/ticket/{make_ticket(app, who, hour)}" for who in people]
        app.db.close()
        out.line(f"Desk: {settings.desk_url}")
        out.line(f"Sign in as Ada, who decides (once, within the hour): {links[0]}")
        out.line(f"Sign in as Ben, who approves, in another browser: {links[1]}")
        out.line(f"Sign in as Cleo, for what two people must approve: {links[2]}")
        out.line("Stop with Ctrl-C; the data folder is thrown away.")
        run_service(settings, web=True, worker=True)
