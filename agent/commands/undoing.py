"""Undoing a decision before Odoo hears of it, and taking back afterwards what was done."""

from agent.access.model import Person, Right
from agent.actions.compensation import take_back as compensation_of
from agent.actions.model import AnyAction, DisputeBill, HoldOrder
from agent.actions.store import ActionState, Planned, StoredAction
from agent.approvals.model import ApprovalState, Scenario
from agent.audit.model import ActionTakenBack, DecisionUndone, ReviewOpened
from agent.cases.model import Status, move
from agent.errors import AlreadyDecided, InputError, NotAllowed, NotFound, TooLateToUndo
from agent.kit.ids import new_id
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.reviews.model import Decision, Review, ReviewState
from agent.reviews.store import Fate
from agent.steps.consent import withdraw_approvals
from agent.work import Work


def undo(app: App, decision_id: str, by: Person) -> Review | None:
    """Undo a decision within the grace period: Odoo never hears of it, and the case is asked about again.

    Answers the review that is open again; None when a newer event has opened the case meanwhile. Raises NotFound,
    NotAllowed for anybody but who decided or a manager, TooLateToUndo once it is carried out.
    """
    with app.work() as work:
        made = work.reviews.decision(decision_id)
        case = work.cases.get(made.case_id, hold=True)
        _must_be_theirs(made, case.company, by)
        in_time = work.now < made.decided_at + app.grace
        if not in_time or not work.reviews.settle(made.id, Fate.UNDONE, by.login, work.now):
            if work.reviews.fate(made.id) is Fate.UNDONE:
                raise AlreadyDecided(f"Case {case.number}: the decision was undone already.")
            raise TooLateToUndo(f"Case {case.number}.")
        work.outbox.withdraw(WorkKind.CARRY_OUT, made.id)
        work.audit.append([DecisionUndone(actor=by.login, case_id=case.id, decision_id=made.id)], work.now)
        if case.status is not Status.DECIDED:
            return None
        again = _asked_again(work, made)
        work.reviews.open(again)
        opened = ReviewOpened(case_id=case.id, review_id=again.id, role=again.level, blind=again.blind)
        work.audit.append([opened], work.now)
        work.cases.save(move(case, Status.IN_REVIEW, work.now))
    return again


def _asked_again(work: Work, made: Decision) -> Review:
    """The same question once more, as a review of its own; a blind label that was given stays given."""
    before = work.reviews.get(made.review_id)
    fresh = {
        "id": new_id(),
        "state": ReviewState.OPEN,
        "nth": before.nth + 1,
        "opened_at": work.now,
        "decided_at": None,
    }
    return before.model_copy(update=fresh)


def take_back(app: App, action_id: str, by: Person) -> str:
    """Have Odoo undo what an action did, by a compensating action under a key of its own; answers that action's id.

    An action that Odoo was not asked for yet is withdrawn instead: then its own id is answered. Raises NotFound,
    NotAllowed, AlreadyDecided when it was taken back before, InputError for what cannot be taken back.
    """
    with app.work() as work:
        item = work.actions.get(action_id)
        if not item.case_id:
            raise InputError("It was asked in Odoo.", remedy="Take it back there: refuse it on the form.")
        case = work.cases.get(item.case_id, hold=True)
        made = work.reviews.decision(item.decision_id)
        _must_be_theirs(made, case.company, by)
        if work.actions.taken_back(item.id):
            raise AlreadyDecided(f"{item.action.kind} on {item.action.record.name} was taken back already.")
        if work.actions.withdraw(item.id):
            by_id = item.id
            _withdraw_what_nothing_waits_for(work, item)
        else:
            item = work.actions.get(action_id)
            _must_not_release(work, item.action, case.id)
            receipt = item.receipt
            against = compensation_of(item.action, receipt, work.now) if receipt and not item.takes_back else None
            if against is None:
                raise InputError(
                    f"{item.action.kind} on {item.action.record.name} cannot be taken back ({_state(item.state)}).",
                    remedy="Change it in Odoo.",
                )
            wanted = [Planned(action=against, takes_back=item.id)]
            (by_id,) = work.actions.plan(item.decision_id, case.id, case.thread, wanted, work.now, person=by.login)
        told = ActionTakenBack(actor=by.login, case_id=case.id, action_id=item.id, by_action_id=by_id)
        work.audit.append([told], work.now)
        work.outbox.owe(WorkKind.CARRY_OUT, item.decision_id, work.now)
    app.poke()
    return by_id


def _withdraw_what_nothing_waits_for(work: Work, item: StoredAction) -> None:
    """The approval that an action waited for, when nothing else waits for it."""
    if item.state is ActionState.WAITING and item.approval_id:
        others = work.actions.of_approval(item.approval_id)
        if not any(other.state is ActionState.WAITING for other in others):
            withdraw_approvals(work, [work.approvals.get(item.approval_id, hold=True)])


def _must_not_release(work: Work, action: AnyAction, case_id: str) -> None:
    """A hold that consent was asked for ends by that consent alone. Raises NotAllowed."""
    match action:
        case HoldOrder():
            scenario = Scenario.CREDIT_RELEASE
        case DisputeBill():
            scenario = Scenario.INVOICE_DISCREPANCY
        case _:
            return
    asked = [*work.approvals.of_case(case_id), *work.approvals.waiting_for(action.record, scenario)]
    if any(item.scenario is scenario and item.state is not ApprovalState.WITHDRAWN for item in asked):
        raise NotAllowed(
            f"{action.record.name} is held until policy's consent is given.", remedy="Approve or refuse its release."
        )


def _state(state: ActionState) -> str:
    return "it was done, but not in a way that can be undone" if state is ActionState.DONE else f"it is {state}"


def _must_be_theirs(made: Decision, company: str, by: Person) -> None:
    """Raises NotFound for another company's case, NotAllowed for anybody but who decided or a manager."""
    if not by.sees(company):
        raise NotFound(f"There is no decision {made.id}.")
    by.must(Right.DECIDE)
    if made.decided_by != by.login and not by.may(Right.DECIDE_ESCALATED):
        raise NotAllowed(f"{made.decided_by} decided it.", remedy="Ask who decided, or a manager.")
