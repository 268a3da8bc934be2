"""Carrying a decision out: plan its actions, ask for the consents it needs, have Odoo do each once, close the case."""

from agent.actions.model import Receipt
from agent.actions.store import GOES_ON, STANDING, ActionState, StoredAction
from agent.approvals.model import WAITING
from agent.audit.model import (
    ActionApplied,
    ActionAttempted,
    ActionRefusedByOdoo,
    ActionStale,
    CaseClosed,
)
from agent.cases.model import Status, move
from agent.errors import ActionRefused, Halted, StaleRecord
from agent.kit.canonical import digest
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.reviews.model import Verb
from agent.reviews.store import Fate
from agent.steps.consent import follow_approval, withdraw_approvals
from agent.steps.labels import keep_shown
from agent.steps.planning import plan_decision
from agent.work import Work

ENDED = frozenset({ActionState.DONE, ActionState.REFUSED, ActionState.STALE, ActionState.WITHDRAWN})


def approved_actions(app: App, key: str) -> list[str]:
    """Plan what a decision, or the end of an approval, brings about in Odoo. Answers the actions' ids, in order.

    From here on a decision can be undone no more; one that was undone before brings nothing about.
    """
    with app.work() as work:
        if (approval := work.approvals.find(key)) is not None:
            planned = follow_approval(app, work, approval)
        else:
            planned = _of_decision(app, work, key)
    return [item.id for item in planned if item.state in GOES_ON]


def _of_decision(app: App, work: Work, decision_id: str) -> list[StoredAction]:
    made = work.reviews.decision(decision_id)
    case = work.cases.get(made.case_id, hold=True)
    if work.reviews.settle(decision_id, Fate.BEGUN, "gatehouse", work.now):
        plan_decision(app, work, case, made)
        keep_shown(work, made)
    elif work.reviews.fate(decision_id) is Fate.UNDONE:
        return []
    return work.actions.of_decision(decision_id)


def act_in_odoo(app: App, action_id: str) -> list[str]:
    """Write ahead, have Odoo do it once, keep the receipt. A refusal is kept too, and the story goes on."""
    with app.work() as work:
        if work.routing.halted():
            raise Halted
        item = work.actions.get(action_id)
        if item.state in ENDED or item.state is ActionState.WAITING:
            return []
        if not work.actions.begin(action_id):
            return []
        work.audit.append([_attempt(item)], work.now)
    try:
        receipt = app.writer.apply(item.action, key=item.key)
    except StaleRecord as stale:
        _keep_stale(app, item, stale)
        return []
    except ActionRefused as refused:
        with app.work() as work:
            work.actions.mark(action_id, ActionState.REFUSED, error=str(refused), done_at=work.now)
            event = ActionRefusedByOdoo(case_id=item.case_id or None, action_id=action_id, why=refused.headline)
            work.audit.append([event], work.now)
        return []
    _keep_receipt(app, item, receipt)
    return []


def _attempt(item: StoredAction) -> ActionAttempted:
    text = item.action.model_dump_json()
    return ActionAttempted(
        case_id=item.case_id or None,
        action_id=item.id,
        kind=item.action.kind,
        key=item.key,
        digest=digest(text.encode()),
    )


def _keep_receipt(app: App, item: StoredAction, receipt: Receipt) -> None:
    with app.work() as work:
        if work.actions.get(item.id).state is ActionState.DONE:
            return
        work.actions.mark(
            item.id, ActionState.DONE, outcome=receipt.outcome, record_id=receipt.record_id, done_at=work.now
        )
        event = ActionApplied(
            case_id=item.case_id or None, action_id=item.id, outcome=receipt.outcome, record_id=receipt.record_id
        )
        work.audit.append([event], work.now)


def _keep_stale(app: App, item: StoredAction, stale: StaleRecord) -> None:
    """Odoo holds other values than the person saw: the rest of the decision is withdrawn, and all is asked anew."""
    with app.work() as work:
        case = work.cases.get(item.case_id, hold=True) if item.case_id else None
        if work.actions.get(item.id).state in ENDED:
            return
        thread = case.thread if case else f"action:{item.id}"
        work.actions.mark_stale(item.id, thread, stale.differences, str(stale), work.now)
        fields = tuple(field for field, _, _ in stale.differences)
        work.audit.append([ActionStale(case_id=item.case_id or None, action_id=item.id, fields=fields)], work.now)
        if case is None or item.takes_back:
            return  # nothing else rests on it
        work.actions.withdraw_rest(item.decision_id)
        withdraw_approvals(work, work.approvals.of_decision(item.decision_id))
        made = work.reviews.decision(item.decision_id)
        round_ = work.suggestions.get(made.suggestion_id).round
        if case.round == round_ and case.status in {Status.DECIDED, Status.CLOSED}:
            again = {"round": case.round + 1, "status": Status.OPEN, "changed_at": work.now}
            work.cases.save(case.model_copy(update=again))
            work.outbox.owe(WorkKind.SETTLE, case.id, work.now)
    app.poke()


def close(app: App, key: str) -> list[str]:
    """Close the case when nothing of its decision is left to do, unless a newer event has opened it again."""
    with app.work() as work:
        approval = work.approvals.find(key)
        decision_id = approval.decision_id if approval else key
        if decision_id is None or work.reviews.fate(decision_id) is Fate.UNDONE:
            return []
        made = work.reviews.decision(decision_id)
        case = work.cases.get(made.case_id, hold=True)
        round_ = work.suggestions.get(made.suggestion_id).round
        if case.status is not Status.DECIDED or case.round != round_ or made.verb is Verb.ESCALATE:
            return []
        if not _something_is_left(work, decision_id):
            work.cases.save(move(case, Status.CLOSED, work.now))
            work.audit.append([CaseClosed(case_id=case.id)], work.now)
    return []


def _something_is_left(work: Work, decision_id: str) -> bool:
    """Consent that is awaited, or an action that another story has under its hands."""
    awaited = any(item.state in WAITING for item in work.approvals.of_decision(decision_id))
    return awaited or any(item.state in STANDING for item in work.actions.of_decision(decision_id))
