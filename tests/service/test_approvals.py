"""Approvals over real stores and steps: asked, answered, refused, parked, given in Odoo; nobody answers their own."""

import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, get_args

import pytest

from agent import commands
from agent.access.model import Role
from agent.actions.model import (
    MAY_BE_AUTOMATIC,
    AddTag,
    AnyAction,
    CloseActivity,
    DisputeBill,
    HoldOrder,
    OpenActivity,
    PostNote,
    RecordApproval,
    RecordSubstitution,
    RemoveTag,
    SendReply,
    SetCommitmentDate,
    SetLineDate,
    SetLinePrice,
    SetLineQuantity,
)
from agent.actions.store import Planned
from agent.approvals.model import ApprovalState, Consent
from agent.approvals.service import may_answer
from agent.cases.model import Case, Status
from agent.errors import AlreadyDecided, Conflict, InputError, NotAllowed, NotFound, StateError
from agent.evidence.records import Model, RecordRef
from agent.intake.changes import OdooAnswer
from agent.outbox.model import WorkKind
from agent.reviews.model import NewFact, ReviewState, Verb, Verdict
from agent.suggestions.model import FactField
from tests.architecture.sources import ROOT as REPOSITORY
from tests.builders import NOON, a_person
from tests.builders_consent import FINN, LENA, MARA, PIA, ROOT, SAM, Everything
from tests.builders_desk import a_credit_case

APPROVE, REFUSE = Consent.APPROVE, Consent.REFUSE


@pytest.fixture
def desk(state_url: str, tmp_path: Path) -> Iterator[Everything]:
    made = Everything(state_url, tmp_path)
    yield made
    made.app.db.close()


def asked(desk: Everything, *ticked: str):
    """A credit release that waits for finance."""
    case = desk.add(a_credit_case)
    desk.decided(case, *ticked)
    return case, desk.approval(case)


def priced(desk: Everything, value: str):
    """A planner consents to another price of a purchase line."""
    case = desk.add()
    new = NewFact(field=FactField.PRICE, value=value, unit="EUR", po="P00012", line=1)
    verdict = Verdict(verb=Verb.EDIT, reason_code="missing_fact", new_facts=(new,))
    found = [item.digest for item in desk.offered(case, verdict) if item.change.kind == "set_purchase_line_price"]
    commands.decide(desk.app, desk.review(case).id, verdict.model_copy(update={"changes": tuple(found)}), PIA)
    desk.work_off()
    return case


def reopen(desk: Everything, case: Case) -> None:
    """As if something new had joined the case."""
    with desk.app.work() as work:
        held = work.cases.get(case.id, hold=True)
        work.cases.save(held.model_copy(update={"status": Status.IN_REVIEW}))
        review = work.reviews.get(work.reviews.decisions_of(case.id)[0].review_id)
        again = {"id": f"again-{case.number}", "state": ReviewState.OPEN, "nth": 2, "decided_at": None}
        work.reviews.open(review.model_copy(update=again))


PRICE = {"scenario": "sensitive_change", "model": "purchase.order", "record_id": 12}


def in_odoo(**given: Any) -> OdooAnswer:
    values = {
        "id": 7, "scenario": "credit_release", "model": "sale.order", "record_id": 1, "record_name": "S00001",
        "company": "Acme", "consent": "approve", "role": "finance", "login": "finn", "reason_code": "guarantee",
        "at": NOON,
    }  # fmt: skip
    return OdooAnswer(**{**values, **given})


# --- asking ---------------------------------------------------------------------------------------
def test_a_decision_that_needs_consent_asks_for_it_tells_whom_and_keeps_the_case_open(desk: Everything):
    case, approval = asked(desk)

    assert approval.state is ApprovalState.ASKED
    assert approval.roles == (Role.FINANCE,)
    assert "S00001: release 1,200.50 EUR for Nordwind AG" in approval.why
    assert desk.case(case).status is Status.DECIDED
    assert desk.odoo.done[-1].login == "finn"
    assert f"http://desk/approvals/{approval.id}" in desk.odoo.done[-1].note
    assert desk.audited("approval:asked") == 1


def test_the_hold_that_a_planner_consents_to_does_not_wait_for_the_release(desk: Everything):
    asked(desk, "hold_order")

    assert desk.done() == ["hold_order", "post_note", "open_activity", "open_activity"]


def test_a_hold_ends_by_the_consent_that_was_asked_for_and_not_by_taking_it_back(desk: Everything):
    case, _ = asked(desk, "hold_order")
    (held,) = [item for item in desk.stored(case) if item.action.kind == "hold_order"]

    with pytest.raises(NotAllowed, match="held until"):
        commands.take_back(desk.app, held.id, PIA)


def test_who_asked_on_the_command_line_does_not_consent_at_the_desk(desk: Everything):
    _, approval = asked(desk)
    finn = a_person(Role.FINANCE, login="finn")

    by_finn = approval.model_copy(update={"asked_by": "cli:finn", "barred": ()})

    with pytest.raises(NotAllowed, match="You asked for it"):
        may_answer(by_finn, finn, desk.app.approvals, NOON)


def test_an_order_that_grew_after_the_consent_is_asked_about_again(desk: Everything):
    _, approval = asked(desk)
    order = desk.odoo.sale_orders(["S00001"])[0]
    dearer = order.total.model_copy(update={"amount": order.total.amount * 10})
    desk.odoo.put(order.model_copy(update={"total": dearer}), "sam")

    commands.answer_approval(desk.app, approval.id, Consent.APPROVE, "guarantee", FINN)
    desk.work_off()

    assert "release_order" not in desk.done()
    assert desk.audited("action:stale") == 1


def test_a_price_within_tolerance_is_written_at_once_and_one_beyond_waits(desk: Everything):
    near = priced(desk, "2.54")
    assert desk.actions(near)["set_purchase_line_price"] == "done"

    far = priced(desk, "3.10")

    assert desk.actions(far)["set_purchase_line_price"] == "waiting"
    assert desk.approval(far).roles == (Role.FINANCE, Role.PROCUREMENT_LEAD)
    assert desk.case(near).status is Status.CLOSED


def test_deciding_anew_withdraws_the_older_approval_of_the_same_thing(desk: Everything):
    case, first = asked(desk)
    reopen(desk, case)

    desk.decided(case)

    with desk.app.look() as look:
        assert [item.state for item in look.approvals.of_case(case.id)] == ["withdrawn", "asked"]
        assert look.outbox.find(WorkKind.CARRY_OUT, first.id) is None


def test_a_newer_decision_withdraws_what_waits_of_the_earlier_one_whatever_it_says(desk: Everything):
    case = priced(desk, "3.10")
    reopen(desk, case)
    verdict = Verdict(verb=Verb.REJECT, reason_code="settled_already")

    commands.decide(desk.app, desk.review(case).id, verdict, PIA)
    desk.work_off()

    assert desk.approval(case).state is ApprovalState.WITHDRAWN
    assert desk.actions(case)["set_purchase_line_price"] == "withdrawn"
    assert desk.case(case).status is Status.CLOSED


# --- the floor ------------------------------------------------------------------------------------
P, DAY = RecordRef(model=Model.PURCHASE_ORDER, id=12, name="P00012"), NOON.date()
EVERY_ACTION: tuple[AnyAction, ...] = (
    PostNote(record=P, text="x"),
    OpenActivity(record=P, summary="x", due=DAY),
    AddTag(record=P, tag="x"),
    RemoveTag(record=P, tag="x"),
    CloseActivity(record=P, activity_id=1),
    SetLineDate(record=P, line_id=1, seen=None, value=DAY),
    SetLineQuantity(record=P, line_id=1, seen=1, value=2),
    SetLinePrice(record=P, line_id=1, seen=1, value=2),
    SetCommitmentDate(record=P, seen=None, value=DAY),
    RecordSubstitution(record=P, line_id=1, seen="A", value="B"),
    SendReply(record=P, to="a@kugel.example", subject="x", text="x"),
    HoldOrder(record=P),
    DisputeBill(record=P),
    RecordApproval(kind="release_order", record=P, seen=(), answers=(), asked_by="pia"),
)


def test_no_kind_of_action_is_left_out_here():
    assert {type(action) for action in EVERY_ACTION} == set(get_args(AnyAction))


@pytest.mark.parametrize("action", EVERY_ACTION, ids=lambda action: action.kind)
def test_what_always_needs_a_person_is_planned_for_a_person_only(desk: Everything, action: AnyAction):
    automatic = type(action) in MAY_BE_AUTOMATIC
    with desk.app.work() as work, nullcontext() if automatic else pytest.raises(StateError, match="needs a person"):
        work.actions.plan("d", "c", "t", [Planned(action=action)], NOON, person="")
    with desk.app.work() as work:
        assert work.actions.plan("d", "c", "t", [Planned(action=action)], NOON, person="pia")


def test_actions_come_into_their_table_by_that_one_door():
    paths = (REPOSITORY / "agent").rglob("*.py")
    written = [path for path in paths if "insert(action)" in path.read_text(encoding="utf-8")]

    assert [path.relative_to(REPOSITORY).as_posix() for path in written] == ["agent/actions/store.py"]


# --- answering ------------------------------------------------------------------------------------
def test_the_last_consent_is_recorded_in_odoo_with_who_and_why_and_closes_the_case(desk: Everything):
    case, approval = asked(desk)

    commands.answer_approval(desk.app, approval.id, APPROVE, "guarantee", FINN, note="Bank guarantee is here.")
    desk.work_off()

    record = desk.odoo.done[-1]
    assert (record.kind, record.consent, record.asked_by) == ("release_order", APPROVE, "pia")
    assert [(item.by, item.role, item.reason_code) for item in record.answers] == [("finn", "finance", "guarantee")]
    assert record.seen == approval.figures
    assert desk.case(case).status is Status.CLOSED
    assert (desk.audited("approval:given"), desk.audited("approval:settled")) == (1, 1)


def test_a_price_that_waited_is_written_after_both_have_consented_and_the_consent_before_it(desk: Everything):
    case = priced(desk, "3.10")
    approval = desk.approval(case)

    commands.answer_approval(desk.app, approval.id, APPROVE, "contract", FINN)
    desk.work_off()
    assert desk.actions(case)["set_purchase_line_price"] == "waiting"
    assert desk.case(case).status is Status.DECIDED
    commands.answer_approval(desk.app, approval.id, APPROVE, "contract", LENA)
    desk.work_off()

    assert desk.done()[-2:] == ["approve_sensitive_change", "set_purchase_line_price"]
    assert {item.by for item in desk.odoo.done[-2].answers} == {"finn", "lena"}
    assert desk.case(case).status is Status.CLOSED


def test_a_refusal_ends_it_withdraws_what_waited_and_tells_why(desk: Everything):
    case = priced(desk, "3.10")

    commands.answer_approval(desk.app, desk.approval(case).id, REFUSE, "other", LENA, note="Use the old contract.")
    desk.work_off()

    assert desk.actions(case)["set_purchase_line_price"] == "withdrawn"
    record, note = desk.odoo.done[-2:]
    assert (record.kind, record.consent) == ("approve_sensitive_change", REFUSE)
    assert "refused by lena (other): Use the old contract." in note.text
    assert desk.case(case).status is Status.CLOSED
    with pytest.raises(AlreadyDecided):
        commands.answer_approval(desk.app, desk.approval(case).id, APPROVE, "contract", FINN)


def test_nobody_consents_to_what_they_asked_for_administrators_included(desk: Everything):
    case = desk.add(a_credit_case)
    desk.accept(case, by=ROOT)
    desk.work_off()

    with pytest.raises(NotAllowed, match="earlier part"):
        commands.answer_approval(desk.app, desk.approval(case).id, APPROVE, "guarantee", ROOT)
    assert desk.audited("approval:denied") == 1
    assert desk.audited("approval:given") == 0


def test_whoever_escalated_or_decided_the_case_before_is_barred_too(desk: Everything):
    case = desk.add(a_credit_case)
    commands.decide(desk.app, desk.review(case).id, Verdict(verb=Verb.ESCALATE, reason_code="needs_expert"), ROOT)
    desk.accept(case, by=MARA)
    desk.work_off()

    for person in (ROOT, MARA):
        with pytest.raises(NotAllowed):
            commands.answer_approval(desk.app, desk.approval(case).id, APPROVE, "guarantee", person)


def test_one_person_with_both_roles_answers_once(desk: Everything):
    case = priced(desk, "3.10")
    approval = desk.approval(case)

    commands.answer_approval(desk.app, approval.id, APPROVE, "contract", ROOT)

    with pytest.raises(NotAllowed, match="answered already"):
        commands.answer_approval(desk.app, approval.id, APPROVE, "contract", ROOT)


def test_no_role_no_company_no_reason_no_answer(desk: Everything):
    _, approval = asked(desk)
    stranger = a_person(Role.FINANCE, login="else", companies=("Else",))

    with pytest.raises(NotAllowed, match="needs the consent of: finance"):
        commands.answer_approval(desk.app, approval.id, APPROVE, "guarantee", SAM)
    with pytest.raises(NotFound):
        commands.answer_approval(desk.app, approval.id, APPROVE, "guarantee", stranger)
    with pytest.raises(InputError, match="is no reason to approve"):
        commands.answer_approval(desk.app, approval.id, APPROVE, "because", FINN)
    with pytest.raises(InputError, match="needs a note"):
        commands.answer_approval(desk.app, approval.id, REFUSE, "other", FINN)
    with pytest.raises(NotAllowed, match="answer as sales manager"):
        commands.answer_approval(desk.app, approval.id, APPROVE, "guarantee", FINN, role=Role.SALES_MANAGER)


def test_two_people_who_answer_for_the_same_role_at_once_make_one_answer(desk: Everything):
    for _ in range(4):
        _, approval = asked(desk)
        failed, start = [], threading.Barrier(2)

        def answer(who, approval=approval, failed=failed, start=start):
            start.wait()
            try:
                commands.answer_approval(desk.app, approval.id, APPROVE, "guarantee", who)
            except (AlreadyDecided, Conflict) as late:
                failed.append(late)

        others = (FINN, a_person(Role.FINANCE, login="fay"))
        threads = [threading.Thread(target=answer, args=(who,)) for who in others]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        desk.work_off()

        assert len(failed) == 1
        with desk.app.look() as look:
            assert len(look.approvals.get(approval.id).answers) == 1
    assert desk.done().count("release_order") == 4


def test_taking_back_the_only_change_that_waits_withdraws_the_approval(desk: Everything):
    case = priced(desk, "3.10")

    commands.take_back(desk.app, desk.stored(case)[0].id, PIA)
    desk.work_off()

    assert desk.approval(case).state is ApprovalState.WITHDRAWN
    assert desk.case(case).status is Status.CLOSED


# --- time and change ------------------------------------------------------------------------------
def test_what_nobody_answers_in_time_is_parked_asks_deputies_and_is_never_approved(desk: Everything):
    case, approval = asked(desk)
    with pytest.raises(NotAllowed):
        commands.answer_approval(desk.app, approval.id, APPROVE, "guarantee", MARA)

    desk.clock.passes(hours=24)
    desk.work_off()

    assert desk.approval(case).state is ApprovalState.PARKED
    assert desk.odoo.done[-1].login == "mara"
    assert desk.audited("approval:parked") == 1
    assert "release_order" not in desk.done()
    commands.answer_approval(desk.app, approval.id, APPROVE, "guarantee", MARA)
    desk.work_off()
    assert desk.odoo.done[-1].answers[0].role is Role.FINANCE


def test_consent_to_figures_that_odoo_no_longer_holds_sends_the_case_back(desk: Everything):
    case, approval = asked(desk)
    desk.writer.stale["release_order"] = (("limit", "5000.00", "1000.00"),)

    commands.answer_approval(desk.app, approval.id, APPROVE, "guarantee", FINN)
    desk.work_off()

    assert desk.actions(case)["release_order"] == "stale"
    assert desk.case(case).round == 2


# --- given in Odoo --------------------------------------------------------------------------------
def test_consent_given_in_odoo_ends_the_approval_without_a_second_write(desk: Everything):
    case, _ = asked(desk)

    commands.take_odoo_answer(desk.app, in_odoo())
    desk.work_off()

    assert desk.approval(case).state is ApprovalState.APPROVED
    assert "release_order" not in desk.done()
    assert desk.case(case).status is Status.CLOSED


def test_the_same_answer_from_odoo_counts_once(desk: Everything):
    asked(desk)
    assert commands.take_odoo_answer(desk.app, in_odoo()) is not None

    assert commands.take_odoo_answer(desk.app, in_odoo()) is None
    assert desk.audited("approval:given") == 1


def test_of_answers_from_both_sides_only_those_of_the_desk_are_written_to_odoo(desk: Everything):
    case = priced(desk, "3.10")
    commands.answer_approval(desk.app, desk.approval(case).id, APPROVE, "contract", FINN)

    commands.take_odoo_answer(desk.app, in_odoo(**PRICE, role="procurement_lead", login="lena"))
    desk.work_off()

    record = next(item for item in desk.odoo.done if item.kind == "approve_sensitive_change")
    assert [item.by for item in record.answers] == ["finn"]
    assert desk.actions(case)["set_purchase_line_price"] == "done"


def test_the_requester_does_not_consent_by_way_of_odoo_either(desk: Everything):
    case, _ = asked(desk)

    assert commands.take_odoo_answer(desk.app, in_odoo(login="PIA")) is None

    assert desk.approval(case).state is ApprovalState.ASKED
    assert desk.audited("approval:denied") == 1


def test_consent_in_odoo_to_other_figures_does_not_count_for_ours(desk: Everything):
    case = priced(desk, "3.10")
    ours = desk.approval(case)

    taken = commands.take_odoo_answer(desk.app, in_odoo(**PRICE, figures=(("change", "another price"),)))

    assert taken.id != ours.id
    assert desk.approval(case).answers == ()


def test_what_was_asked_in_odoo_is_answered_at_the_desk_without_a_case(desk: Everything):
    wanted = commands.take_odoo_answer(desk.app, in_odoo(consent="request", role="", login="sid", reason_code=""))
    assert (wanted.case_id, wanted.state) == (None, ApprovalState.ASKED)

    commands.answer_approval(desk.app, wanted.id, APPROVE, "guarantee", FINN)
    desk.work_off()

    record = desk.odoo.done[-1]
    assert (record.kind, record.asked_by) == ("release_order", "sid")
    with desk.app.look() as look:
        assert look.outbox.listed() == []


def test_answers_of_no_scenario_or_record_of_ours_are_passed_over(desk: Everything):
    assert commands.take_odoo_answer(desk.app, in_odoo(scenario="coffee")) is None
    assert commands.take_odoo_answer(desk.app, in_odoo(model="res.users")) is None
