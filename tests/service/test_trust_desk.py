"""The page of trust, the pictures, signing at the desk, blind mails, second labels, and that nothing leaks."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from agent import commands
from agent.access.model import Person
from agent.cases.model import Status
from agent.confidence.records import LabelKind
from agent.errors import NotFound
from agent.intake.gold import is_double
from agent.kit.ids import new_id
from agent.reporting.documents import case_document, view_document
from agent.reporting.views import case_view, queue
from agent.settings import Settings
from agent.suggestions.model import Task
from review_ui.main import create_app
from tests.builders_desk import TestDesk, Time, a_test_desk, csrf_of
from tests.builders_trust import AUDE, EVA, FAMILY, LABEL, MARA, PAUL, PIA, TASK, Place, a_worked_place

DOUBLE = "the keyed hash of this key says that two people label it"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = a_worked_place(tmp_path)
    yield made
    made.app.db.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    made = a_test_desk(tmp_path)
    yield made
    made.close()


def browser(place: Place, person: Person) -> TestClient:
    web = create_app(place.app, Settings(home=place.app.home, _env_file=None), lambda: ())
    return TestDesk(app=place.app, web=web, time=Time()).client(person)


def text_of(client: TestClient, path: str) -> str:
    return " ".join(BeautifulSoup(client.get(path).text, "html.parser").select_one("main").text.split())  # type: ignore[union-attr]


def test_on_the_first_day_the_page_says_what_is_missing_of_every_task(desk: TestDesk):
    said = text_of(desk.client(PIA), "/trust")

    assert said.count("not certified") == sum(len(desk.app.policy.subjects(task)) for task in Task)
    assert "59 blind labels at least" in said
    assert "149 blind labels at least" in said
    assert "none come in at today's rate" in said


def test_a_label_is_tested_signed_and_shown_with_n_errors_bound_and_date(place: Place):
    evaluator, manager = browser(place, EVA), browser(place, MARA)

    tested = evaluator.post("/trust/propose", data={"csrf": csrf_of(evaluator.get("/trust").text), "task": TASK})
    assert "passed; a person signs it below" in tested.text
    assert "A manager signs it." in tested.text
    form = BeautifulSoup(manager.get("/trust").text, "html.parser").select_one("form[action='/trust/sign']")
    assert form is not None
    fields = {str(field["name"]): str(field["value"]) for field in form.select("input")}
    assert manager.post("/trust/sign", data=fields).status_code == 303

    said = text_of(browser(place, PIA), "/trust")
    with place.app.look() as look:
        issued = look.trust.newest(Task.CLASSIFY_EXCEPTION, FAMILY)
    assert issued is not None
    held = issued.certificate
    assert f"0 of {held.n}" in said
    assert f"{held.bound * 100:.1f} %" in said
    assert "Dec 2, 2026 mara" in said


def test_before_a_test_no_picture_shows_an_error_of_blind_labels_and_afterwards_it_does(place: Place):
    client = browser(place, PIA)
    assert "nothing of them is shown" in text_of(client, f"/trust/{TASK}/{FAMILY}")
    assert "<svg class" not in client.get(f"/trust/{TASK}/{FAMILY}").text.partition("<main")[2]

    commands.propose_certificates(place.app, EVA, TASK)
    page = BeautifulSoup(client.get(f"/trust/{TASK}/{FAMILY}").text, "html.parser")

    assert len(page.select("main svg[role=img] title")) == 2
    assert len(page.select("main table")) == 2
    assert client.get(f"/trust/{TASK}/no_such_label").status_code == 404
    assert client.get("/trust/no_such_task/other").status_code == 404


def test_what_settled_itself_is_listed_and_opened_again(place: Place):
    place.certified()
    while (found := place.comes_in()).case.gold:
        place.decided(found)
    client = browser(place, PIA)
    page = client.get("/trust")
    form = BeautifulSoup(page.text, "html.parser").select_one("form[action='/trust/reopen']")
    assert found.case.number in page.text
    assert form is not None

    answer = client.post("/trust/reopen", data={str(one["name"]): str(one["value"]) for one in form.select("input")})

    assert answer.headers["location"] == f"/cases/{found.case.number}"
    assert place.view(found.case.id).case.status is Status.IN_REVIEW
    assert "opened again" in text_of(client, "/trust")


def test_a_fallen_label_says_why_on_page_in_metrics_and_in_the_digest(place: Place):
    from agent.reporting.digest import build_digest, digest_text

    place.certified()
    place.passes(days=50)

    client = browser(place, MARA)
    assert "the newest blind label is too old" in text_of(client, "/trust")
    with TestClient(client.app, client=("127.0.0.1", 5)) as local:
        metrics = local.get("/metrics").text
    assert f'gatehouse_automatic{{label="{FAMILY}",task="{TASK}"}} 0.0' in metrics
    with place.app.look() as look:
        told = build_digest(look, look.now, "http://desk", place.app.policy)
    assert told.certified == 1
    assert "Suspended: classify_exception, routine" in digest_text(told)


# --- blind ----------------------------------------------------------------------------------------
def test_no_page_document_title_or_search_tells_the_suggestion_of_a_blind_case(desk: TestDesk):
    case = desk.add(blind=True)
    client = desk.client(PIA)
    with desk.app.look() as look:
        view = case_view(look, case.id, PIA)
        rows = queue(look, companies=("*",))
    documents = json.dumps(
        [view_document(view), *(case_document(r.case, r.suggestion, r.route, r.confidence) for r in rows)]
    )

    for found in (
        documents,
        client.get("/trust").text,
        client.get(f"/cases/{case.number}").text,
        client.get("/queue").text,
    ):
        assert "delays line 1 of P00012" not in found
        assert "update_purchase" not in found
    assert view.suggestion is None
    assert json.loads(documents)[0]["label"] is None
    assert case.number not in client.get("/queue?q=delay").text


def test_a_blind_mail_is_labelled_with_its_new_values(desk: TestDesk):
    case = desk.add(blind=True)
    client, path = desk.client(PIA), f"/cases/{case.number}"
    review = desk.review_of(case).id

    wrong = desk.post(client, path, f"{path}/label", review=review, label="delay", **{"field-eta": "soon"})
    assert wrong.status_code == 422
    assert "year-month-day" in wrong.text
    good = desk.post(
        client, path, f"{path}/label", review=review, label="delay",
        **{"field-eta": "2026-12-12", "field-quantity": "80", "field-price": "", "field-ship_date": ""},
    )  # fmt: skip

    assert good.status_code == 303
    with desk.app.look() as look:
        (label,) = look.trust.items.labels(LabelKind.BLIND)
    assert label.fields == {"eta": ("2026-12-12",), "ship_date": (), "quantity": ("80",), "price": ()}


# --- two people -----------------------------------------------------------------------------------
def a_double(place: Place):
    while True:
        found = place.comes_in()
        with place.app.look() as look:
            drawn = look.trust.items.drawn(found.case.id)
        place.decided(found)
        if drawn is not None and drawn.double:
            return found


def test_a_second_person_labels_without_seeing_what_was_said(place: Place):
    found = a_double(place)
    first, second = browser(place, PIA), browser(place, PAUL)
    number = found.case.number

    assert first.get(f"/trust/second/{number}").status_code == 404
    page = second.get(f"/trust/second/{number}")
    assert page.status_code == 200
    shown = BeautifulSoup(page.text, "html.parser")
    for form in shown.select("form"):
        form.decompose()
    assert "Supplier delay" not in shown.text
    answer = second.post(f"/trust/second/{number}", data={"csrf": csrf_of(page.text), "label": LABEL})

    assert answer.status_code == 303
    with place.app.look() as look:
        assert (LABEL, LABEL) in look.trust.items.pairs(Task.CLASSIFY_EXCEPTION)
    with pytest.raises(NotFound):
        commands.label_second(place.app, number, LABEL, PAUL)


def test_two_people_who_disagree_suspend_the_automation(place: Place):
    place.certified()
    with place.app.work() as work:
        rows = work.trust.items.of_version(
            Task.CLASSIFY_EXCEPTION, work.trust.items.newest(Task.CLASSIFY_EXCEPTION).version_hash, ()
        )  # type: ignore[union-attr]
        labels = {one.suggestion_id: one for one in work.trust.items.labels(LabelKind.BLIND)}
        for n, row in enumerate(row for row in rows if row.suggestion_id in labels):
            given = labels[row.suggestion_id]
            label = LABEL if n % 3 else "stock_shortage"
            work.trust.items.add_label(
                given.model_copy(update={"id": new_id(), "kind": LabelKind.SECOND, "label": label}), "t"
            )

    said = text_of(browser(place, AUDE), "/trust")

    assert "two reviewers disagree too often" in said


def test_about_a_tenth_is_drawn_for_two():
    share = sum(is_double(b"k" * 32, f"{DOUBLE} {n}") for n in range(5_000)) / 5_000

    assert 0.08 < share < 0.12


def test_another_company_s_cases_are_not_listed(place: Place):
    place.certified()
    while (found := place.comes_in()).case.gold:
        place.decided(found)
    stranger = PIA.model_copy(update={"login": "stan", "id": new_id(), "companies": ("Byte",)})

    assert found.case.number not in browser(replace(place), stranger).get("/trust").text
