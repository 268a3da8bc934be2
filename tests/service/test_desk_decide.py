"""Deciding at the desk: every verb, every mistake beside its field, and what happens to whoever is late."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from httpx2 import Response
from starlette.testclient import TestClient

from agent import commands
from agent.access.model import Person, Role
from agent.cases.model import Case, Status, move
from agent.reviews.model import REASONS, Change, Decision, Verb, Verdict
from review_ui.words import VERDICT_REASONS
from tests.builders import a_person
from tests.builders_desk import MANAGER, PLANNER, TestDesk, a_test_desk, an_exception_case

AUDITOR_ONLY = a_person(Role.AUDITOR, login="aude")
GRETA = a_person(Role.PLANNER, login="greta").model_copy(update={"language": "de"})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    made = a_test_desk(tmp_path)
    yield made
    made.close()


def form_of(html: str) -> dict[str, str]:
    """The decision form as a browser would post it untouched."""
    page = BeautifulSoup(html, "html.parser").select_one("#decide")
    fields = {}
    for field in page.select("input, select, textarea"):
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            fields[field["name"]] = chosen["value"]
        elif field.get("type") not in {"radio", "checkbox"} or field.has_attr("checked"):
            fields[field["name"]] = field.text if field.name == "textarea" else field.get("value", "")
    return fields


def decide(
    desk: TestDesk, case: Case, who: Person = PLANNER, client: TestClient | None = None, **given: str
) -> Response:
    client = client or desk.client(who)
    form = form_of(client.get(f"/cases/{case.number}").text)
    return client.post(f"/cases/{case.number}/decision", data={**form, **given})


def only(desk: TestDesk, case: Case) -> Decision:
    (made,) = desk.decisions_of(case)
    return made


def test_accepting_needs_no_more_than_the_verb_and_goes_on_to_the_next_case(desk: TestDesk):
    case, following = desk.add(), desk.add(an_exception_case)
    client = desk.client(PLANNER)

    answer = decide(desk, case, client=client, verb="accept")
    page = client.get(answer.headers["location"])

    assert answer.headers["location"] == f"/cases/{following.number}?done={case.number}"
    assert f"{case.number} accepted." in page.text
    made = only(desk, case)
    assert (made.verb, made.reason_code, made.decided_by, made.changes) == (Verb.ACCEPT, "correct", "pia", ())


def test_after_the_last_case_comes_the_empty_queue(desk: TestDesk):
    case = desk.add()
    client = desk.client(PLANNER)

    answer = decide(desk, case, client=client, verb="reject", reason_reject="duplicate")
    page = client.get(answer.headers["location"]).text

    assert answer.headers["location"] == f"/queue?done={case.number}"
    assert f"{case.number} rejected." in page
    assert "Nothing waits for a person." in page


def test_the_next_case_keeps_to_the_filters_of_the_list(desk: TestDesk):
    case, _, same_kind = desk.add(), desk.add(an_exception_case), desk.add()
    client = desk.client(PLANNER)
    form = form_of(client.get(f"/cases/{case.number}?kind=supplier_email").text)

    answer = client.post(f"/cases/{case.number}/decision?kind=supplier_email", data={**form, "verb": "accept"})

    assert answer.headers["location"] == f"/cases/{same_kind.number}?kind=supplier_email&done={case.number}"


def test_an_edit_changes_drops_and_adds_facts_and_keeps_the_rest(desk: TestDesk):
    case = desk.add()

    answer = decide(
        desk, case, verb="edit", reason_edit="wrong_value", note=" They mean the 13th. ", severity="critical",
        **{"fact-0": "2026-12-13", "drop-1": "1", "new-0-field": "price", "new-0-value": "1,234.50",
           "new-0-unit": "EUR", "new-0-po": "P00012", "new-0-line": "2"},
    )  # fmt: skip

    assert answer.status_code == 303
    made = only(desk, case)
    assert made.note == "They mean the 13th."
    assert made.changes == (
        Change(what="severity", suggested="high", final="critical"),
        Change(what="facts[0].eta", suggested="2026-12-12", final="2026-12-13"),
        Change(what="facts[1].quantity", suggested="80", final=""),
        Change(what="facts[+].price", suggested="", final="1234.5"),
    )
    added = made.final.facts[-1]
    assert (added.value, added.unit, added.po, added.line) == ("1234.5", "EUR", "P00012", 2)
    assert made.final.label == "delay"


def test_a_value_typed_again_as_it_was_is_no_change(desk: TestDesk):
    case = desk.add()

    answer = decide(desk, case, verb="edit", reason_edit="wrong_value", **{"fact-1": " 80.0 "})

    assert answer.status_code == 422
    assert "Nothing is changed yet." in answer.text


def test_numbers_are_read_in_the_customs_of_the_person(desk: TestDesk):
    case = desk.add()

    refused = decide(desk, case, GRETA, verb="edit", reason_edit="wrong_value", **{"fact-1": "1.2345"})
    taken = decide(desk, case, GRETA, verb="edit", reason_edit="wrong_value", **{"fact-1": "1.234,5"})

    assert refused.status_code == 422
    assert taken.status_code == 303
    assert only(desk, case).final.facts[1].value == "1234.5"


@pytest.mark.parametrize("verb", ["accept", "reject", "escalate"])
def test_every_verb_takes_every_reason_of_its_own(desk: TestDesk, verb: str):
    for reason in REASONS[Verb(verb)]:
        case = desk.add()
        assert decide(desk, case, verb=verb, note="because", **{f"reason_{verb}": reason}).status_code == 303
        assert only(desk, case).reason_code == reason


def test_no_class_of_reasons_has_more_than_there_are_digits_and_all_have_words():
    assert all(len(reasons) <= 9 for reasons in REASONS.values())
    assert {text for reasons in REASONS.values() for text in reasons.values()} == set(VERDICT_REASONS)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Choose what to do"),
        ({"verb": "nonsense"}, "Choose what to do"),
        ({"verb": "reject"}, "Choose a reason."),
        ({"verb": "reject", "reason_reject": "correct"}, "Choose a reason."),
        ({"verb": "reject", "reason_reject": "other"}, "Say in the note what the reason is."),
        ({"verb": "reject", "reason_reject": "duplicate", "note": "x" * 4001}, "longer than 4000 characters"),
        ({"verb": "accept", "fact-1": "90"}, "You changed values under Edit."),
        ({"verb": "edit", "reason_edit": "wrong_value", "fact-0": "13.12.2026"}, "Enter the date as year-month-day"),
        ({"verb": "edit", "reason_edit": "wrong_value", "fact-0": " "}, "Enter a value, or drop the fact."),
        ({"verb": "edit", "reason_edit": "wrong_value", "fact-1": "eighty"}, "Enter a number such as 1,234.5."),
        ({"verb": "edit", "reason_edit": "wrong_value", "fact-1": "-5"}, "not negative"),
        ({"verb": "edit", "reason_edit": "wrong_value", "fact-1": "NaN"}, "Enter a number"),
        ({"verb": "edit", "reason_edit": "wrong_value", "fact-1": "Infinity"}, "Enter a number"),
        ({"verb": "edit", "reason_edit": "wrong_label", "label": "stock_shortage"}, "Choose one of the list."),
        ({"verb": "edit", "reason_edit": "wrong_priority", "severity": "mild"}, "Choose one of the list."),
        ({"verb": "edit", "reason_edit": "missing_fact", "new-0-value": "7"}, "Choose what the fact is about."),
        ({"verb": "edit", "reason_edit": "missing_fact", "new-0-field": "eta"}, "Enter a value, or drop the fact."),
        (
            {
                "verb": "edit",
                "reason_edit": "missing_fact",
                "new-0-field": "price",
                "new-0-value": "7",
                "new-0-line": "²",
            },
            "The line is a whole number.",
        ),
    ],
)
def test_every_mistake_is_named_nothing_is_recorded_and_what_was_typed_stays(
    desk: TestDesk, given: dict[str, str], said: str
):
    case = desk.add()
    given = {"note": "Typed with care", **given}
    given |= {"note": ""} if given.get("reason_reject") == "other" else {}

    answer = decide(desk, case, **given)

    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert said in page.select_one("#decide").text
    assert page.select_one("#decide [role=alert]")
    assert desk.decisions_of(case) == []
    kept = form_of(answer.text)
    assert {name: kept[name] for name in given if name in {"note", "fact-0", "fact-1", "new-0-value"}} == {
        name: text for name, text in given.items() if name in {"note", "fact-0", "fact-1", "new-0-value"}
    }


def test_a_fault_is_tied_to_its_field_for_those_who_cannot_see_it(desk: TestDesk):
    case = desk.add()

    page = BeautifulSoup(decide(desk, case, verb="edit", **{"fact-1": "x"}).text, "html.parser")

    field = page.select_one("#fact-1")
    assert field["aria-invalid"] == "true"
    assert page.find(id=field["aria-describedby"]).text == "Enter a number such as 1,234.5."


# --- late, twice, changed meanwhile ---------------------------------------------------------------
def test_deciding_twice_says_who_was_first_and_keeps_what_was_typed(desk: TestDesk):
    case = desk.add()
    late = desk.client(a_person(Role.PLANNER, login="late"))
    form = form_of(late.get(f"/cases/{case.number}").text)
    decide(desk, case, verb="accept")

    answer = late.post(
        f"/cases/{case.number}/decision",
        data={**form, "verb": "reject", "reason_reject": "other", "note": "No <i>way</i>"},
    )

    assert answer.status_code == 409
    assert "This was decided already: accepted by pia" in answer.text
    assert "No &lt;i&gt;way&lt;/i&gt;" in answer.text
    assert only(desk, case).verb is Verb.ACCEPT


def test_a_case_that_got_something_new_meanwhile_is_shown_as_it_stands_with_the_note_kept(desk: TestDesk):
    case = desk.add()
    client = desk.client(PLANNER)
    form = form_of(client.get(f"/cases/{case.number}").text)
    with desk.app.work() as work:
        work.reviews.supersede(case.id)
        work.cases.save(move(work.cases.get(case.id), Status.OPEN, work.now))

    answer = client.post(f"/cases/{case.number}/decision", data={**form, "verb": "accept", "note": "Half a thought"})

    assert answer.status_code == 409
    assert "Something new joined this case" in answer.text
    assert "Half a thought" in answer.text
    assert desk.decisions_of(case) == []


def test_a_review_of_another_case_cannot_be_slipped_in(desk: TestDesk):
    case, other = desk.add(), desk.add()

    answer = decide(desk, case, verb="accept", review=desk.review_of(other).id)

    assert answer.status_code == 409
    assert desk.decisions_of(case) == desk.decisions_of(other) == []


# --- who decides ----------------------------------------------------------------------------------
def test_an_escalated_case_is_for_managers_who_cannot_escalate_it_again(desk: TestDesk):
    case = desk.add()
    decide(desk, case, verb="escalate", reason_escalate="above_my_limit")
    planner, manager = desk.client(PLANNER), desk.client(MANAGER)

    assert "a manager decides it" in planner.get(f"/cases/{case.number}").text
    page = manager.get(f"/cases/{case.number}").text
    assert 'value="escalate"' not in page
    assert "escalated" in manager.get("/queue").text
    forged = planner.post(
        f"/cases/{case.number}/decision", data={**form_of(page), "csrf": form_csrf(planner), "verb": "accept"}
    )
    assert forged.status_code == 403
    assert decide(desk, case, MANAGER, verb="accept").status_code == 303
    assert [made.verb for made in desk.decisions_of(case)] == [Verb.ESCALATE, Verb.ACCEPT]


def form_csrf(client: TestClient) -> str:
    return BeautifulSoup(client.get("/queue").text, "html.parser").select_one("[name=csrf]")["value"]


def test_who_may_only_read_sees_no_form(desk: TestDesk):
    case = desk.add()

    page = desk.client(AUDITOR_ONLY).get(f"/cases/{case.number}").text

    assert 'id="decide"' not in page
    assert "needs the role of a planner or manager" in page


# --- blind ----------------------------------------------------------------------------------------
def test_a_blind_case_is_labelled_first_then_revealed_then_decided(desk: TestDesk):
    case = desk.add(blind=True)
    client = desk.client(PLANNER)
    review = desk.review_of(case).id

    early = client.post(
        f"/cases/{case.number}/decision", data={"csrf": form_csrf(client), "review": review, "verb": "accept"}
    )
    unknown = desk.post(client, "/queue", f"/cases/{case.number}/label", review=review, label="stock_shortage")
    labelled = desk.post(client, "/queue", f"/cases/{case.number}/label", review=review, label="quantity_change")
    page = client.get(labelled.headers["location"]).text

    assert early.status_code == 409
    assert unknown.status_code == 422
    assert "You said: Quantity change." in page
    assert "The suggestion differs." in page
    assert "Kugel GmbH delays" in page
    assert desk.review_of(case).blind_label == "quantity_change"
    assert decide(desk, case, verb="accept").status_code == 303


def test_a_second_blind_label_is_refused(desk: TestDesk):
    case = desk.add(blind=True)
    client = desk.client(PLANNER)
    review = desk.review_of(case).id
    desk.post(client, "/queue", f"/cases/{case.number}/label", review=review, label="delay")

    again = desk.post(client, "/queue", f"/cases/{case.number}/label", review=review, label="invoice")

    assert again.status_code == 403
    assert desk.review_of(case).blind_label == "delay"


def test_an_earlier_decision_is_shown_with_its_note_and_changes(desk: TestDesk):
    case = desk.add()
    verdict = Verdict(verb=Verb.REJECT, reason_code="duplicate", note="See <C-2026-000001>")
    client = desk.client(PLANNER)
    commands.decide(desk.app, desk.review_of(case).id, verdict, PLANNER)

    page = client.get(f"/cases/{case.number}").text

    assert "<b>Rejected</b> by pia" in page
    assert "Same matter as another case" in page
    assert "See &lt;C-2026-000001&gt;" in page
