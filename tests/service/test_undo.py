"""Undoing within the grace period, taking back later, and what happens when Odoo changed meanwhile."""

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import commands
from agent.access.model import Role
from agent.actions.store import ActionStore
from agent.cases.model import Status
from agent.cli import start
from agent.errors import AlreadyDecided, InputError, NotAllowed, NotFound, TooLateToUndo
from agent.outbox.model import WorkKind
from agent.reviews.model import FactEdit, Verb, Verdict
from agent.steps import STEPS
from tests.builders import a_person
from tests.builders_consent import GRACE, MARA, PIA, Everything, undo_if_in_time

CHANGES = ("set_purchase_line_date", "set_purchase_line_quantity")


@pytest.fixture
def desk(state_url: str, tmp_path: Path) -> Iterator[Everything]:
    made = Everything(state_url, tmp_path, grace=GRACE)
    yield made
    made.app.db.close()


@pytest.fixture
def now(state_url: str, tmp_path: Path) -> Iterator[Everything]:
    made = Everything(state_url, tmp_path)
    yield made
    made.app.db.close()


# --- consenting to changes ------------------------------------------------------------------------
def test_nothing_is_written_that_was_not_ticked(now: Everything):
    case = now.add()

    now.decided(case)

    assert now.done() == ["post_note", "open_activity"]


def test_what_was_ticked_is_written_with_the_values_seen_before_the_note_that_tells_of_it(now: Everything):
    case = now.add()

    now.decided(case, *CHANGES)

    assert now.done() == [*CHANGES, "post_note", "open_activity"]
    day, quantity, note, _ = now.odoo.done
    assert (day.seen.isoformat(), day.value.isoformat()) == ("2026-11-23", "2026-12-12")
    assert (quantity.seen, quantity.value) == (100, 80)
    assert "Consented: P00012, planned date 2026-11-23 to 2026-12-12" in note.text
    assert now.case(case).status is Status.CLOSED


def test_a_change_computed_from_another_value_than_the_one_decided_is_refused(now: Everything):
    case = now.add()
    shown = tuple(item.digest for item in now.offered(case))
    edited = Verdict(
        verb=Verb.EDIT, reason_code="wrong_value", facts=(FactEdit(index=0, value="2026-12-15"),), changes=shown
    )

    with pytest.raises(InputError, match="not what would be written"):
        commands.decide(now.app, now.review(case).id, edited, PIA)

    fresh = tuple(item.digest for item in now.offered(case, edited) if item.change.kind == CHANGES[0])
    commands.decide(now.app, now.review(case).id, edited.model_copy(update={"changes": fresh}), PIA)
    now.work_off()
    assert now.odoo.done[0].value.isoformat() == "2026-12-15"


def test_who_rejects_changes_nothing_in_odoo():
    with pytest.raises(ValueError, match="changes nothing in Odoo"):
        Verdict(verb=Verb.REJECT, reason_code="duplicate", changes=("0" * 64,))


# --- grace ----------------------------------------------------------------------------------------
def test_within_the_grace_period_odoo_hears_nothing_not_even_in_its_log(desk: Everything):
    case = desk.add()
    desk.accept(case)

    desk.work_off()

    assert desk.case(case).status is Status.DECIDED
    assert desk.odoo.done == []
    assert desk.odoo.counts().final_actions == 0
    desk.clock.passes(seconds=10)
    desk.work_off()
    assert desk.done() == ["post_note", "open_activity"]
    assert desk.odoo.counts().final_actions == 1


def test_an_undone_decision_never_reaches_odoo_and_the_case_is_asked_about_again(desk: Everything):
    case = desk.add()
    made = desk.accept(case, *CHANGES)

    again = commands.undo(desk.app, made.id, PIA)
    desk.clock.passes(minutes=5)
    desk.work_off()

    assert desk.odoo.done == []
    assert desk.odoo.counts().final_actions == 0
    assert desk.case(case).status is Status.IN_REVIEW
    assert desk.review(case).id == again.id != made.review_id
    assert desk.audited("decision:undone") == 1
    with desk.app.look() as look:
        assert look.reviews.decision(made.id).undone_by == "pia"
        assert look.outbox.find(WorkKind.CARRY_OUT, made.id) is None
        assert sum(look.reviews.decided_since(made.decided_at).values()) == 0


def test_what_was_undone_can_be_decided_again_and_undone_again(desk: Everything):
    case = desk.add()
    for _ in range(3):
        commands.undo(desk.app, desk.accept(case).id, PIA)

    desk.accept(case)
    desk.clock.passes(minutes=1)
    desk.work_off()

    assert desk.done() == ["post_note", "open_activity"]
    assert desk.case(case).status is Status.CLOSED


def test_the_blind_label_of_a_gold_sample_outlives_the_undoing(desk: Everything):
    case = desk.add(blind=True)
    commands.label_blind(desk.app, desk.review(case).id, "delay", PIA)

    again = commands.undo(desk.app, desk.accept(case).id, PIA)

    assert (again.blind, again.blind_label) == (True, "delay")


def test_after_the_grace_period_it_is_too_late(desk: Everything):
    made = desk.accept(desk.add())
    desk.clock.passes(seconds=10)

    with pytest.raises(TooLateToUndo, match="grace period is over"):
        commands.undo(desk.app, made.id, PIA)


def test_undoing_twice_is_refused(desk: Everything):
    made = desk.accept(desk.add())
    commands.undo(desk.app, made.id, PIA)

    with pytest.raises(AlreadyDecided, match="undone already"):
        commands.undo(desk.app, made.id, PIA)


def test_only_who_decided_or_a_manager_of_the_company_may_undo(desk: Everything):
    made = desk.accept(desk.add())

    with pytest.raises(NotAllowed, match="pia decided it"):
        commands.undo(desk.app, made.id, a_person(Role.PLANNER, login="paul"))
    with pytest.raises(NotAllowed):
        commands.undo(desk.app, made.id, a_person(Role.ADMINISTRATOR, login="adam"))
    with pytest.raises(NotFound):
        commands.undo(desk.app, made.id, a_person(Role.MANAGER, login="else", companies=("Else",)))
    commands.undo(desk.app, made.id, MARA)


def test_an_escalation_cannot_be_undone(desk: Everything):
    case = desk.add()
    verdict = Verdict(verb=Verb.ESCALATE, reason_code="above_my_limit")
    made = commands.decide(desk.app, desk.review(case).id, verdict, PIA)

    with pytest.raises(TooLateToUndo):
        commands.undo(desk.app, made.id, PIA)
    desk.work_off()
    assert desk.odoo.counts().final_actions == 1


def test_a_newer_event_between_decision_and_undoing_keeps_its_own_review(desk: Everything):
    case = desk.add()
    made = desk.accept(case)
    with desk.app.work() as work:
        held = work.cases.get(case.id, hold=True)
        work.cases.save(held.model_copy(update={"round": 2, "status": Status.OPEN}))

    assert commands.undo(desk.app, made.id, PIA) is None
    assert desk.case(case).status is Status.OPEN


def test_of_a_worker_that_starts_and_a_person_who_undoes_exactly_one_comes_first(desk: Everything):
    for _ in range(8):
        case = desk.add()
        made = desk.accept(case)
        desk.clock.passes(seconds=9.9)
        before, undone, start = len(desk.odoo.done), [], threading.Barrier(2)

        def person(made=made, undone=undone, start=start):
            start.wait()
            undone.append(undo_if_in_time(desk.app, made.id))

        def worker(made=made, start=start):
            from agent.inline import InlineSteps
            from agent.pipeline import carry_out
            from agent.steps import STEPS

            start.wait()
            carry_out(made.id, InlineSteps(desk.app, STEPS))

        threads = [threading.Thread(target=person), threading.Thread(target=worker)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        desk.clock.passes(minutes=1)
        desk.work_off()

        wrote = len(desk.odoo.done) - before
        assert wrote == (0 if undone == [True] else 2)
        assert desk.case(case).status is (Status.IN_REVIEW if undone == [True] else Status.CLOSED)


# --- stale ----------------------------------------------------------------------------------------
def test_what_odoo_changed_meanwhile_sends_the_case_back_with_the_difference_and_withdraws_the_rest(now: Everything):
    case = now.add()
    now.writer.stale["set_purchase_line_date"] = (("planned", "2026-11-23", "2026-12-01"),)

    now.accept(case, *CHANGES)
    now.work_off()

    assert now.actions(case) == {
        "set_purchase_line_date": "stale", "set_purchase_line_quantity": "withdrawn",
        "post_note": "withdrawn", "open_activity": "withdrawn",
    }  # fmt: skip
    assert now.odoo.done == []
    assert now.stored(case)[0].differences == (("planned", "2026-11-23", "2026-12-01"),)
    assert now.audited("action:stale") == 1
    assert now.case(case).round == 2
    with now.app.look() as look:
        assert [item.kind for item in look.outbox.listed()] == [WorkKind.SETTLE]  # fresh evidence is read


def test_what_was_done_before_the_stale_one_stays_and_is_not_done_again(now: Everything):
    case = now.add()
    now.writer.stale["set_purchase_line_quantity"] = (("ordered", "100", "90"),)

    now.accept(case, *CHANGES)
    now.work_off()
    now.work_off()

    assert now.done() == ["set_purchase_line_date"]
    assert now.actions(case)["set_purchase_line_date"] == "done"


# --- taking back ----------------------------------------------------------------------------------
def test_what_was_done_is_taken_back_once_under_a_key_of_its_own(now: Everything):
    case = now.add()
    now.decided(case, "set_purchase_line_date")
    action = now.stored(case)[0]

    commands.take_back(now.app, action.id, PIA)
    now.work_off()

    back = now.odoo.done[-1]
    assert (back.kind, back.value) == ("set_purchase_line_date", action.action.seen)
    assert now.stored(case)[-1].key != action.key
    assert now.audited("action:taken_back") == 1
    assert now.case(case).status is Status.CLOSED
    with pytest.raises(AlreadyDecided, match="taken back already"):
        commands.take_back(now.app, action.id, PIA)


def test_what_odoo_was_not_asked_for_yet_is_withdrawn_instead(now: Everything):
    case = now.add()
    now.accept(case, "set_purchase_line_date")
    commands.halt(now.app, "stop", MARA)
    now.work_off()

    action = now.stored(case)[1]
    assert commands.take_back(now.app, action.id, PIA) == action.id

    commands.resume(now.app, MARA)
    now.clock.passes(minutes=1)
    now.work_off()
    assert "post_note" not in now.done()


def test_an_action_withdrawn_while_a_worker_was_about_to_begin_it_is_never_asked_for(now: Everything, monkeypatch):
    case = now.add()
    now.accept(case, "set_purchase_line_date")
    with now.app.work() as work:
        decision = work.reviews.decisions_of(case.id)[-1]
    (first, *_) = STEPS["approved_actions"](now.app, decision.id)
    read_before = now.stored(case)[0]
    commands.take_back(now.app, first, PIA)
    # as on PostgreSQL, where the worker's look at the row may be older than the withdrawal
    monkeypatch.setattr(ActionStore, "get", lambda _store, _id: read_before)

    STEPS["act_in_odoo"](now.app, first)

    assert now.odoo.done == []


def test_only_who_decided_or_a_manager_may_take_back(now: Everything):
    case = now.add()
    now.decided(case)

    with pytest.raises(NotAllowed):
        commands.take_back(now.app, now.stored(case)[0].id, a_person(Role.PLANNER, login="paul"))


# --- on the command line --------------------------------------------------------------------------
def test_the_operator_undoes_and_takes_back_by_the_number_of_the_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from agent.cli import main

    def run(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["gatehouse", *words])
        with pytest.raises(SystemExit):
            main()
        return capsys.readouterr().out

    monkeypatch.setenv("GATEHOUSE_HOME", str(tmp_path))
    monkeypatch.setenv("GATEHOUSE_GRACE_SECONDS", "3600")
    event = {
        "specversion": "1.0", "id": "1", "source": "/odoo", "type": "order.changed", "time": "2026-11-23T11:00:00Z",
        "data": {"order": "S00001", "note": "Ten more, please."},
    }  # fmt: skip
    (tmp_path / "in.json").write_text(json.dumps(event))
    run("ingest", str(tmp_path / "in.json"), "--now")
    built = start.app()
    with built.look() as look:
        (case,) = look.cases.page()
        (review,) = look.reviews.open_of([case.id]).values()
    if not review.reveals:
        commands.label_blind(built, review.id, "other", MARA)
    commands.decide(built, review.id, Verdict(verb=Verb.ACCEPT, reason_code="correct"), MARA)

    assert "the decision of mara is undone" in run("case", "undo", case.number)
    assert "undone by cli:" in run("case", "show", case.number)
    assert json.loads(run("case", "take-back", case.number, "--json")) == {"actions": []}
    assert json.loads(run("approval", "list", "--json")) == {"approvals": []}
    assert "NotFound" in run("approval", "answer", "none", "approve", "--reason", "volume", "--json")
    built.db.close()
