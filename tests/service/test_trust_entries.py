"""Whatever door something comes in by, nothing is automatic without a certificate; with one, mails file themselves."""

import json
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import delete
from starlette.testclient import TestClient

from agent import commands
from agent.adapters.memory import MemoryOdoo
from agent.cases.model import Status
from agent.confidence.records import LabelKind
from agent.confidence.store import certificate, look, monitor
from agent.engine import Engine
from agent.engine.service import EnginePlan
from agent.inline import run_due
from agent.kit.db import Database
from agent.receiving import open_risk_summaries, receive_events, receive_mail
from agent.routing.model import Lane
from agent.settings import Settings
from agent.steps import STEPS
from agent.steps.replay import replay
from agent.suggestions.model import Task
from review_ui.main import create_app
from tests.builders import an_event_document
from tests.builders_desk import empty_database
from tests.builders_trust import MARA, PIA, TASK, Place, a_worked_place, place_over


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = place_over(tmp_path, empty_database())
    made.reader.probability = 0.98
    yield made
    made.app.db.close()


@pytest.fixture
def worked(tmp_path: Path) -> Iterator[Place]:
    made = a_worked_place(tmp_path)
    yield made
    made.app.db.close()


def an_event(n: int) -> dict[str, object]:
    return an_event_document(f"entry-{n}") | {"subject": f"matter-{n}"}


def a_mail(n: int) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "sales@kugel.example", "buy@acme.example", f"P00012 confirmed ({n})"
    made["Date"], made["Message-ID"] = "Mon, 23 Nov 2026 09:00:00 +0100", f"<m{n}@kugel.example>"
    made.set_content("Dear all,\n\nwe confirm your order P00012 as it stands.\n\nAnna")
    return made.as_bytes()


def lanes(place: Place) -> set[Lane]:
    with place.app.look() as work:
        cases = work.cases.page(limit=500)
        made = work.suggestions.newest_of([case.id for case in cases])
        routes = work.routing.of([one.id for one in made.values()])
        deciders = {one.decided_by for case in cases for one in work.reviews.decisions_of(case.id)}
    assert made
    assert len(routes) == len(made)
    assert "gatehouse" not in deciders
    return {route.to for route, _ in routes.values()}


def by_events(place: Place) -> None:
    receive_events(place.app, json.dumps([an_event(n) for n in range(20)]).encode())


def by_mail(place: Place) -> None:
    for n in range(6):
        receive_mail(place.app, a_mail(n))


def by_api(place: Place) -> None:
    settings = Settings(home=place.app.home, api_token="x" * 40, _env_file=None)  # type: ignore[arg-type]
    client = TestClient(create_app(place.app, settings, lambda: ()))
    headers = {"Authorization": f"Bearer {'x' * 40}", "Content-Type": "application/cloudevents+json"}
    assert client.post("/events", content=json.dumps(an_event(1)), headers=headers).status_code in {200, 202}


def by_risk(place: Place) -> None:
    open_risk_summaries(place.app)


def by_join(place: Place) -> None:
    for n in range(3):
        receive_events(place.app, json.dumps(an_event(7) | {"id": f"again-{n}"}).encode())
        run_due(place.app, STEPS)


def by_replay(place: Place) -> None:
    by_events(place)
    run_due(place.app, STEPS)
    for case_id in _waiting(place):
        found = place.view(case_id)
        if found.review and found.review.blind:
            commands.label_blind(place.app, found.review.id, "supplier_delay", PIA)
    assert replay(place.app, Task.CLASSIFY_EXCEPTION) is not None


def _waiting(place: Place) -> list[str]:
    with place.app.look() as work:
        return [case.id for case in work.cases.page(statuses=(Status.IN_REVIEW,), limit=100)]


def test_a_proposal_that_nobody_signed_opens_no_door(worked: Place):
    place = worked
    (found,) = commands.propose_certificates(place.app, MARA, TASK)
    assert found.passed
    by_events(place)
    run_due(place.app, STEPS)

    assert lanes(place) == {Lane.REVIEW}


@pytest.mark.parametrize("enter", [by_events, by_mail, by_api, by_risk, by_join, by_replay])
def test_without_a_certificate_every_door_leads_to_a_person(place: Place, enter) -> None:  # type: ignore[no-untyped-def]
    enter(place)
    run_due(place.app, STEPS)

    assert lanes(place) == {Lane.REVIEW}


def test_without_a_certificate_the_worker_too_leads_to_a_person(place: Place, tmp_path: Path):
    by_events(place)
    engine = Engine(place.app, STEPS, EnginePlan(url=f"sqlite:///{tmp_path / 'engine.db'}", home=tmp_path))
    engine.launch()
    try:
        for _ in range(600):
            with place.app.look() as work:
                if not work.outbox.any_due(work.now) and len(_waiting(place)) == 20:
                    break
            time.sleep(0.05)
    finally:
        engine.stop()

    assert lanes(place) == {Lane.REVIEW}


def test_confirmations_file_themselves_once_certified_but_for_one_that_changes_something(tmp_path: Path):
    place = place_over(tmp_path, empty_database(), gold_share=0.8)
    assert isinstance(place.odoo, MemoryOdoo)
    for n in range(80):
        taken = receive_mail(place.app, a_mail(n))
        run_due(place.app, STEPS)
        assert taken.case_id
        review = place.view(taken.case_id).review
        assert review is not None
        if review.blind:
            nothing_changes: dict[str, tuple[str, ...]] = {}
            commands.label_blind(place.app, review.id, "confirmation", PIA, nothing_changes)
        place.passes(hours=1)
    (proposal,) = commands.propose_certificates(place.app, MARA, "read_supplier_email")
    commands.sign_certificate(place.app, proposal.id, MARA)

    alone = []
    for n in range(100, 130):
        taken = receive_mail(place.app, a_mail(n))
        run_due(place.app, STEPS)
        assert taken.case_id
        alone.append(place.view(taken.case_id))
    filed = [one for one in alone if not one.case.gold]

    assert filed
    assert {one.case.status for one in filed} == {Status.CLOSED}
    assert {action.action.kind for one in filed for action in one.actions} <= {"post_note", "open_activity"}
    with place.app.look() as work:
        assert len(work.trust.items.labels(LabelKind.BLIND)) > 59
    place.app.db.close()


def test_certificates_that_were_lost_are_made_anew_and_equal(worked: Place):
    place = worked
    before = place.certified().certificate
    with place.app.db.write() as connection:
        for table in (certificate, look, monitor):
            connection.execute(delete(table))

    assert place.certified().certificate == before


def test_a_certificate_of_another_installation_s_labels_covers_nothing(worked: Place, tmp_path: Path):
    issued = worked.certified()
    other = tmp_path / "other"
    other.mkdir()
    elsewhere = place_over(other, empty_database())
    with elsewhere.app.work() as work:
        work.trust.issue(issued)

    found = elsewhere.comes_in()

    assert found.case.gold or (found.route is not None and found.route.to is Lane.REVIEW)  # its labels are not here
    assert isinstance(elsewhere.app.db, Database)
    elsewhere.app.db.close()
