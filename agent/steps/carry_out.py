"""Carrying a decision out: plan its actions, have Odoo do each once, close the case."""

from zoneinfo import ZoneInfo

from agent.actions import service as action_service
from agent.actions.model import Receipt
from agent.actions.store import ActionState, StoredAction
from agent.audit.model import (
    ActionApplied,
    ActionAttempted,
    ActionRefusedByOdoo,
    CaseClosed,
)
from agent.cases.model import Status, move
from agent.errors import ActionRefused, Halted
from agent.kit.canonical import digest
from agent.pipeline import App
from agent.reviews.model import Verb


def approved_actions(app: App, decision_id: str) -> list[str]:
    """Plan what the decision brings about in Odoo. Answers the actions' ids, in order."""
    with app.work() as work:
        made = work.reviews.decision(decision_id)
        case = work.cases.get(made.case_id)
        suggestion = work.suggestions.get(made.suggestion_id)
        found = work.evidence.get(suggestion.evidence_id)
        wanted = action_service.actions_of(
            case, found, made, app.desk_url, made.decided_at.astimezone(ZoneInfo(app.zone)).date()
        )
        work.actions.plan(decision_id, case.id, case.thread, wanted, work.now)
        planned = work.actions.of_decision(decision_id)
    return [item.id for item in planned if item.state in {ActionState.PLANNED, ActionState.ATTEMPTED}]


def act_in_odoo(app: App, action_id: str) -> list[str]:
    """Write ahead, have Odoo do it once, keep the receipt. A refusal is kept too, and the story goes on."""
    with app.work() as work:
        if work.routing.halted():
            raise Halted
        item = work.actions.get(action_id)
        if item.state in {ActionState.DONE, ActionState.REFUSED}:
            return []
        work.actions.mark(action_id, ActionState.ATTEMPTED)
        work.audit.append([_attempt(item)], work.now)
    try:
        receipt = app.writer.apply(item.action, key=item.key)
    except ActionRefused as refused:
        with app.work() as work:
            work.actions.mark(action_id, ActionState.REFUSED, error=str(refused), done_at=work.now)
            event = ActionRefusedByOdoo(case_id=item.case_id, action_id=action_id, why=refused.headline)
            work.audit.append([event], work.now)
        return []
    _keep_receipt(app, item, receipt)
    return []


def _attempt(item: StoredAction) -> ActionAttempted:
    text = item.action.model_dump_json()
    return ActionAttempted(
        case_id=item.case_id, action_id=item.id, kind=item.action.kind, key=item.key, digest=digest(text.encode())
    )


def _keep_receipt(app: App, item: StoredAction, receipt: Receipt) -> None:
    with app.work() as work:
        if work.actions.get(item.id).state is ActionState.DONE:
            return
        work.actions.mark(
            item.id, ActionState.DONE, outcome=receipt.outcome, record_id=receipt.record_id, done_at=work.now
        )
        event = ActionApplied(
            case_id=item.case_id, action_id=item.id, outcome=receipt.outcome, record_id=receipt.record_id
        )
        work.audit.append([event], work.now)


def close(app: App, decision_id: str) -> list[str]:
    """Close the case, unless a newer event has opened it again."""
    with app.work() as work:
        made = work.reviews.decision(decision_id)
        case = work.cases.get(made.case_id, hold=True)
        round_ = work.suggestions.get(made.suggestion_id).round
        if case.status is Status.DECIDED and case.round == round_ and made.verb is not Verb.ESCALATE:
            work.cases.save(move(case, Status.CLOSED, work.now))
            work.audit.append([CaseClosed(case_id=case.id)], work.now)
    return []
