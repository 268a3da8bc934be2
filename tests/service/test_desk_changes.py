"""Changes in Odoo at the desk: ticked, undone, taken back; approvals answered; what became of it all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from httpx2 import Response
from starlette.testclient import TestClient

from agent import commands
from agent.access.model import Person, Role
from agent.approvals.model import ApprovalState, Consent
from agent.cases.model import Case, Status, move
from agent.reviews.model import ReviewState
from tests.builders import a_person
from tests.builders_consent import FINN, GRACE, LENA, MARA, PIA, ROOT, Everything, at_the_desk
from tests.builders_desk import TestDesk, a_credit_case, empty_database
from tests.service.test_desk_decide import form_of

ELSE = a_person(Role.FINANCE, Role.PLANNER, login="else", companies=("Else",))
DATE, QUANTITY = "set_purchase_line_date", "set_purchase_line_quantity"


@pytest.fixture
def all_(tmp_path: Path) -> Iterator[Everything]:
    path = tmp_path / "gatehouse.db"
    path.write_bytes(empty_database())
    made = Everything(f"sqlite:///{path}", tmp_path, grace=GRACE)
    yield made
    made.app.db.close()


@pytest.fixture
def desk(all_: Everything) -> TestDesk:
    return at_the_desk(all_)


def soup(client: TestClient, path: str) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def text_of(found: Tag) -> str:
    return " ".join(found.get_text(" ", strip=True).split())


def ticks(page: BeautifulSoup) -> dict[str, str]:
    """What can be ticked: the field's name by its words."""
    return {text_of(label): label.input["name"] for label in page.select(".changes .change")}


def decide(client: TestClient, case: Case, **given: str) -> Response:
    form = form_of(client.get(f"/cases/{case.number}").text)
    return client.post(f"/cases/{case.number}/decision", data={**form, **given})


def waited_out(all_: Everything) -> None:
    all_.clock.passes(seconds=10)
    all_.work_off()


# --- ticking --------------------------------------------------------------------------------------
def test_the_page_offers_each_change_from_now_to_then_and_says_that_only_ticks_are_written(
    all_: Everything, desk: TestDesk
):
    case = all_.add()

    page = soup(desk.client(PIA), f"/cases/{case.number}")

    assert list(ticks(page)) == [
        "Planned date P00012 line 1: BRG-6204 Nov 23, 2026 → to Dec 12, 2026",
        "Ordered quantity P00012 line 1: BRG-6204 100 Units → to 80 Units",
    ]
    assert "Only what you tick is written." in page.text
    assert not page.select(".changes input[checked]")


def test_ticked_changes_and_only_those_are_carried_out(all_: Everything, desk: TestDesk):
    case, client = all_.add(), desk.client(PIA)
    (date, _) = ticks(soup(client, f"/cases/{case.number}")).values()

    decide(client, case, verb="accept", **{date: "1"})
    waited_out(all_)

    assert all_.done() == [DATE, "post_note", "open_activity"]


def test_who_rejects_writes_nothing_whatever_is_ticked(all_: Everything, desk: TestDesk):
    case, client = all_.add(), desk.client(PIA)
    fields = dict.fromkeys(ticks(soup(client, f"/cases/{case.number}")).values(), "1")

    assert decide(client, case, verb="reject", reason_reject="duplicate", **fields).status_code == 303
    waited_out(all_)

    assert all_.done() == []


def test_a_tick_for_another_value_than_the_edited_one_is_refused_and_the_new_change_is_offered(
    all_: Everything, desk: TestDesk
):
    case, client = all_.add(), desk.client(PIA)
    (date, _) = ticks(soup(client, f"/cases/{case.number}")).values()
    edit = {"verb": "edit", "reason_edit": "wrong_value", "fact-0": "2026-12-15", "note": "Phoned."}

    answer = decide(client, case, **edit, **{date: "1"})

    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert "not what would be written to Odoo any more" in page.text
    offered = ticks(page)
    assert "Dec 15, 2026" in next(iter(offered))
    assert form_of(answer.text)["note"] == "Phoned."
    again = decide(client, case, **edit, **{next(iter(offered.values())): "1"})
    assert again.status_code == 303


def test_the_offers_of_a_blind_item_do_not_give_its_suggestion_away(all_: Everything, desk: TestDesk):
    case = all_.add(blind=True)

    page = soup(desk.client(PIA), f"/cases/{case.number}")

    assert ticks(page) == {}
    assert "Dec 12" not in page.select_one(".left").text


def test_the_page_says_whose_consent_policy_asks_for(all_: Everything, desk: TestDesk):
    page = soup(desk.client(PIA), f"/cases/{all_.add(a_credit_case).number}")

    assert "Policy asks for consent: Credit release: finance" in page.text


# --- undoing and taking back ----------------------------------------------------------------------
def test_after_deciding_the_next_page_offers_to_undo_until_the_grace_period_is_over(all_: Everything, desk: TestDesk):
    case, client = all_.add(), desk.client(PIA)
    there = decide(client, case, verb="accept").headers["location"]

    page = soup(client, there)
    assert "until 12:00:10" in page.select_one(".undo").text
    assert soup(desk.client(a_person(Role.PLANNER, login="paul")), f"/cases/{case.number}").select(".undo") == []
    answer = desk.post(
        client, there, f"/cases/{case.number}/undo", decision=page.select_one("[name=decision]")["value"]
    )

    back = soup(client, answer.headers["location"])
    assert "Odoo never heard of it." in back.text
    assert back.select_one("#decide")
    assert "undone by pia" in back.text
    waited_out(all_)
    assert all_.done() == []


def test_too_late_says_so_and_names_the_other_way(all_: Everything, desk: TestDesk):
    case, client = all_.add(), desk.client(PIA)
    made = all_.accept(case)
    waited_out(all_)

    assert soup(client, f"/cases/{case.number}").select(".undo") == []
    answer = desk.post(client, "/queue", f"/cases/{case.number}/undo", decision=made.id)

    assert answer.status_code == 409
    assert "take-back" in answer.text


def test_what_was_done_is_listed_with_its_state_and_can_be_taken_back_by_who_decided(all_: Everything, desk: TestDesk):
    case, client = all_.add(), desk.client(PIA)
    all_.accept(case, DATE)
    waited_out(all_)
    page = soup(client, f"/cases/{case.number}")
    field = page.select_one("form[action$=take-back] [name=action]")

    answer = desk.post(client, f"/cases/{case.number}", f"/cases/{case.number}/take-back", action=field["value"])
    all_.work_off()

    assert answer.status_code == 303
    assert all_.odoo.done[-1].value.isoformat() == "2026-11-23"
    assert "takes back" in soup(client, f"/cases/{case.number}").text
    stranger = desk.client(a_person(Role.PLANNER, login="paul"))
    assert soup(stranger, f"/cases/{case.number}").select("form[action$=take-back]") == []


def test_actions_and_decisions_of_another_case_are_not_found(all_: Everything, desk: TestDesk):
    case, other, client = all_.add(), all_.add(), desk.client(PIA)
    made = all_.accept(other)

    assert desk.post(client, "/queue", f"/cases/{case.number}/undo", decision=made.id).status_code == 404
    assert desk.post(client, "/queue", f"/cases/{case.number}/take-back", action="x").status_code == 404


def test_what_odoo_changed_meanwhile_is_shown_in_two_lines_beside_the_new_question(all_: Everything, desk: TestDesk):
    case = all_.add()
    all_.writer.stale[QUANTITY] = (("ordered", "100", "90"),)
    all_.accept(case, QUANTITY)
    waited_out(all_)
    with all_.app.work() as work:
        held = work.cases.get(case.id, hold=True)
        before = work.reviews.get(work.reviews.decisions_of(case.id)[0].review_id)
        work.reviews.open(before.model_copy(update={"id": "r2", "state": ReviewState.OPEN, "nth": 2}))
        work.cases.save(move(held, Status.IN_REVIEW, work.now))

    page = soup(desk.client(PIA), f"/cases/{case.number}")

    assert [text_of(line) for line in page.select(".seen dd")] == ["You saw: 100", "Odoo now has: 90"]
    assert "not done: Odoo had other values" in page.text


def test_a_case_settled_in_odoo_says_how_and_by_whom(all_: Everything, desk: TestDesk):
    case = all_.add()
    with all_.app.work() as work:
        work.reviews.supersede(case.id)
        marks = {"settled": "P00012 was received in full", "settled_by": "warehouse", "settled_at": work.now}
        work.cases.save(move(work.cases.get(case.id), Status.CLOSED, work.now).model_copy(update=marks))

    page = soup(desk.client(PIA), f"/cases/{case.number}")

    assert "Settled in Odoo by warehouse: P00012 was received in full." in text_of(page)


# --- approvals ------------------------------------------------------------------------------------
def asked(all_: Everything) -> str:
    case = all_.add(a_credit_case)
    all_.accept(case)
    waited_out(all_)
    return all_.approval(case).id


def test_the_approver_sees_how_many_wait_and_answers_with_a_reason(all_: Everything, desk: TestDesk):
    approval, client = asked(all_), desk.client(FINN)

    queue = soup(client, "/queue")
    assert "Approvals 1 waits for you" in text_of(queue.select_one(".top nav"))
    page = soup(client, "/approvals")
    assert page.select_one(f"a[href='/approvals/{approval}']")
    answer = desk.post(
        client, "/approvals", f"/approvals/{approval}/answer", consent="approve", reason_approve="guarantee"
    )

    after = soup(client, answer.headers["location"])
    assert "Your answer is recorded." in after.text
    assert "Nothing waits for your consent." in after.text
    all_.work_off()
    assert all_.done()[-1] == "release_order"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Choose whether you approve or refuse."),
        ({"consent": "approve"}, "Choose a reason."),
        ({"consent": "refuse", "reason_refuse": "other"}, "Say in the note what the reason is."),
        ({"consent": "refuse", "reason_refuse": "too_high", "note": "x" * 2001}, "longer than 2000 characters"),
        ({"consent": "approve", "reason_approve": "because", "note": "Kept."}, "is no reason to approve"),
    ],
)
def test_an_answer_that_lacks_something_says_what_and_keeps_the_rest(
    all_: Everything, desk: TestDesk, form: dict[str, str], said: str
):
    approval = asked(all_)

    answer = desk.post(desk.client(FINN), f"/approvals/{approval}", f"/approvals/{approval}/answer", **form)

    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert said in text_of(page)
    assert page.select_one("#note").text.strip() == form.get("note", "")
    with all_.app.look() as look:
        assert look.approvals.get(approval).state is ApprovalState.ASKED


@pytest.mark.parametrize("person", [PIA, LENA, MARA])
def test_who_may_not_answer_sees_it_without_a_form(all_: Everything, desk: TestDesk, person: Person):
    approval = asked(all_)

    page = soup(desk.client(person), f"/approvals/{approval}")

    assert page.select("#answer") == []
    assert "S00001: release" in page.text


def test_nobody_answers_by_hand_what_the_page_does_not_offer(all_: Everything, desk: TestDesk):
    case = all_.add(a_credit_case)
    all_.accept(case, by=ROOT)
    waited_out(all_)
    approval = all_.approval(case).id
    form = {"consent": "approve", "reason_approve": "guarantee"}

    for person, status in ((ROOT, 403), (LENA, 403), (ELSE, 404), (PIA, 403)):
        assert desk.post(desk.client(person), "/queue", f"/approvals/{approval}/answer", **form).status_code == status

    assert all_.approval(case).answers == ()
    assert desk.client(ELSE).get(f"/approvals/{approval}").status_code == 404
    assert approval not in desk.client(ELSE).get("/approvals").text


def test_the_second_reviewer_does_not_see_what_the_first_one_said(all_: Everything, desk: TestDesk):
    case = all_.add(a_credit_case)
    all_.accept(case)
    waited_out(all_)
    approval = all_.approval(case)
    with all_.app.db.write() as connection:
        connection.exec_driver_sql("UPDATE approval SET roles = 'finance procurement_lead'")
    commands.answer_approval(all_.app, approval.id, Consent.APPROVE, "guarantee", FINN, note="Trust them.")

    page = soup(desk.client(LENA), f"/approvals/{approval.id}")

    assert "Trust them." not in page.text
    assert "finance (given)" in text_of(page)
