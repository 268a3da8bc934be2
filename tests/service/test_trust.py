"""From cold start to an automatic label and back: labels, certificates, routing, monitors, fall-backs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import commands
from agent.cases.model import Status
from agent.confidence.fallback import Why
from agent.errors import AlreadyDecided, Conflict, InputError, NotAllowed, NotFound
from agent.inline import run_due
from agent.reviews.model import ReviewState
from agent.routing.model import Lane, ReasonCode
from agent.steps import STEPS
from agent.steps.tend import standings, tend
from agent.suggestions.model import Task
from tests.builders import NOON
from tests.builders_desk import empty_database
from tests.builders_trust import AUDE, EVA, FAMILY, LABEL, MARA, OTHER, PIA, TASK, Place, a_worked_place, place_over


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Place]:
    """A service after nine days of ten cases each."""
    made = a_worked_place(tmp_path)
    yield made
    made.app.db.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Place]:
    """A service on its first day."""
    made = place_over(tmp_path, empty_database())
    yield made
    made.app.db.close()


def automatic(place: Place, tries: int = 40):
    """The next case that is not drawn for blind review."""
    for _ in range(tries):
        found = place.comes_in()
        if not found.case.gold:
            return found
        place.decided(found)
    raise AssertionError("every case is gold")


def test_from_cold_start_to_an_automatic_label_and_back_after_errors(quick: Place):
    place = quick
    with place.app.look() as look:
        routes = look.routing.of(
            [row.suggestion_id for row in look.trust.items.of_task(Task.CLASSIFY_EXCEPTION, look.now)]
        )
    assert {route.to for route, _ in routes.values()} == {Lane.REVIEW}
    codes = {reason.code for route, _ in routes.values() for reason in route.reasons}
    assert codes == {ReasonCode.NO_CERTIFICATE, ReasonCode.GOLD_SAMPLE}

    issued = place.certified()
    assert issued.certificate.errors == 0
    assert issued.certificate.bound <= 0.05

    found = automatic(place)
    assert found.route is not None
    assert found.route.to is Lane.AUTO
    assert found.review is None
    assert found.case.status is Status.CLOSED
    assert [(made.decided_by, made.reason_code) for made in found.decisions] == [("gatehouse", "certified")]

    place.days(4, 10, wrong=lambda n: n % 2 == 0)  # the world has changed: every other answer is wrong
    assert place.told("monitor:alarmed") >= 1
    assert place.told("label:fell_back") >= 1
    after = automatic(place)
    assert after.route is not None
    assert after.route.to is Lane.REVIEW
    assert ReasonCode.FALLEN_BACK in {reason.code for reason in after.route.reasons}


def test_only_blind_labels_certify(quick: Place):
    (family,) = [one for one in commands.prospects(quick.app, TASK) if one.subject.label == FAMILY]

    with quick.app.look() as look:
        gold = len(look.trust.items.draws(NOON, quick.now))
    assert 59 < family.have == gold < 90
    assert family.reference == 90 - gold


def test_counting_labels_spends_nothing_and_looking_does(quick: Place):

    commands.prospects(quick.app)
    first = commands.propose_certificates(quick.app, EVA, TASK)
    again = commands.propose_certificates(quick.app, EVA, TASK)

    assert [one.proposal.terms.attempt for one in (*first, *again)] == [1]  # the second could not pass any more
    quick.days(5, 10)
    (third,) = commands.propose_certificates(quick.app, EVA, TASK)
    assert third.proposal.terms.attempt == 2
    assert third.proposal.terms.delta_used == pytest.approx(0.1 / 6)


def test_who_may_propose_cannot_sign_and_nobody_else_can_do_either(quick: Place):
    (look,) = commands.propose_certificates(quick.app, EVA, TASK)

    for person in (EVA, PIA, AUDE):
        with pytest.raises(NotAllowed):
            commands.sign_certificate(quick.app, look.id, person)
    for person in (PIA, AUDE):
        with pytest.raises(NotAllowed):
            commands.propose_certificates(quick.app, person)
    assert commands.sign_certificate(quick.app, look.id, MARA).certificate.signed_by == "mara"


def test_a_proposal_is_signed_once_and_not_when_it_is_old(quick: Place):
    (look,) = commands.propose_certificates(quick.app, EVA, TASK)
    commands.sign_certificate(quick.app, look.id, MARA)
    with pytest.raises(AlreadyDecided):
        commands.sign_certificate(quick.app, look.id, MARA)
    with pytest.raises(NotFound):
        commands.sign_certificate(quick.app, "nothing", MARA)


def test_a_proposal_of_three_weeks_ago_is_not_signed(quick: Place):
    (look,) = commands.propose_certificates(quick.app, EVA, TASK)
    quick.passes(days=21)

    with pytest.raises(Conflict, match="older"):
        commands.sign_certificate(quick.app, look.id, MARA)


def test_another_model_ends_the_certificate(quick: Place):
    quick.certified()
    quick.reader._model_id = "another"

    found = automatic(quick)

    assert found.route is not None
    assert found.route.to is Lane.REVIEW
    assert ReasonCode.NO_CERTIFICATE in {reason.code for reason in found.route.reasons}


def test_the_same_labels_certify_another_model_by_replay_at_a_smaller_delta(quick: Place):
    from agent.steps.replay import replay

    quick.days(4, 10)
    before = quick.certified()
    quick.reader._model_id = "another"

    again = replay(quick.app, Task.CLASSIFY_EXCEPTION)
    assert again is not None
    assert again.labelled > 80
    (look,) = commands.propose_certificates(quick.app, EVA, TASK, again)
    issued = commands.sign_certificate(quick.app, look.id, MARA)

    assert issued.certificate.version_hash != before.certificate.version_hash
    assert issued.certificate.delta_used < before.certificate.delta_used
    assert automatic(quick).route.to is Lane.AUTO  # type: ignore[union-attr]


def test_the_halt_and_an_unsure_answer_stop_the_automatic_lane_at_once(quick: Place):
    quick.certified()
    assert automatic(quick).route.to is Lane.AUTO  # type: ignore[union-attr]

    commands.halt(quick.app, "strike", MARA)
    halted = automatic(quick)
    commands.resume(quick.app, MARA)
    quick.reader.probability = 0.3
    unsure = automatic(quick)

    assert {reason.code for reason in halted.route.reasons} == {ReasonCode.HALTED}  # type: ignore[union-attr]
    assert {reason.code for reason in unsure.route.reasons} == {ReasonCode.LOW_CONFIDENCE}  # type: ignore[union-attr]


def test_a_label_that_is_never_automatic_is_not_even_tested(quick: Place):
    assert "credit_hold" not in {label for one in commands.prospects(quick.app) for label in one.subject.labels}


def test_when_no_labels_come_any_more_the_certificate_sleeps(quick: Place):
    quick.certified()
    quick.passes(days=50)

    assert tend(quick.app) >= 1

    with quick.app.look() as look:
        (family,) = [one for one in standings(quick.app, look, Task.CLASSIFY_EXCEPTION) if one.issued]
    assert {reason.code for reason in family.standing.reasons} >= {Why.STALE, Why.TOO_FEW_FRESH}
    assert automatic(quick).route.to is Lane.REVIEW  # type: ignore[union-attr]


def test_gold_items_that_nobody_labels_suspend_the_label(quick: Place):
    quick.certified()
    for _ in range(50):
        quick.comes_in()  # what is gold lies unlabelled
    quick.passes(days=3)

    found = automatic(quick)

    assert any("no label" in reason.detail for reason in found.route.reasons)  # type: ignore[union-attr]


def test_what_settled_itself_can_be_opened_again_and_decided_otherwise(quick: Place):
    quick.certified()
    found = automatic(quick)

    again = commands.reopen(quick.app, found.decisions[0].id, PIA)

    view = quick.view(found.case.id)
    assert (view.case.status, again.state) == (Status.IN_REVIEW, ReviewState.OPEN)
    quick.decided(view, label=OTHER)
    assert quick.view(found.case.id).decisions[-1].final.label == OTHER
    with pytest.raises(AlreadyDecided):
        commands.reopen(quick.app, found.decisions[0].id, PIA)
    with pytest.raises(NotAllowed):
        commands.reopen(quick.app, quick.view(found.case.id).decisions[-1].id, PIA)


def test_an_automatic_decision_changes_nothing_in_odoo_but_a_note_and_a_to_do(quick: Place):
    quick.certified()

    found = automatic(quick)
    run_due(quick.app, STEPS)

    assert {item.action.kind for item in quick.view(found.case.id).actions} <= {"post_note", "open_activity"}


def test_an_epoch_fits_the_confidence_and_its_labels_certify_no_more(quick: Place):
    quick.days(3, 10, wrong=lambda n: n % 4 == 0)

    begun = commands.begin_epoch(quick.app, TASK, MARA)

    assert begun.number == 1
    assert begun.scoring.calibration_of(LABEL) is not None
    (family,) = [one for one in commands.prospects(quick.app, TASK) if one.subject.label == FAMILY]
    assert family.have == 0
    found = quick.comes_in()
    assert found.confidence is None or found.confidence.value is not None
    with pytest.raises(NotAllowed):
        commands.begin_epoch(quick.app, TASK, EVA)


def test_a_sprint_draws_more_and_ends(fresh: Place):
    quick = fresh
    quick.with_policy(gold_share=0.05)
    commands.set_sprint(quick.app, 10, EVA)
    with quick.app.look() as look:
        share = look.trust.share(Task.CLASSIFY_EXCEPTION)
    assert share is not None
    assert (share.rho, share.why) == (0.30, "sprint")

    quick.passes(days=11)
    tend(quick.app)

    with quick.app.look() as look:
        share = look.trust.share(Task.CLASSIFY_EXCEPTION)
    assert share is not None
    assert share.rho == 0.05
    with pytest.raises(InputError):
        commands.set_sprint(quick.app, 400, EVA)


def test_scores_that_shift_raise_the_share_and_stop_nothing(quick: Place):
    quick.with_policy(gold_share=0.05)
    quick.reader.probability = 0.05
    for _ in range(70):
        quick.comes_in()
    tend(quick.app)

    assert quick.told("scores:shifted") >= 1
    with quick.app.look() as look:
        share = look.trust.share(Task.CLASSIFY_EXCEPTION)
    assert share is not None
    assert (share.rho, share.why) == (0.30, "drift")


def test_the_log_holds_the_certificate_and_is_whole(quick: Place):
    from agent.inline import seal

    quick.certified()
    seal(quick.app)

    assert quick.told("labels:looked_at") == quick.told("certificate:signed") == quick.told("label:automatic") == 1
    with quick.app.look() as look:
        assert look.audit.verify().whole
