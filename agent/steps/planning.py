"""Planning a decision: its row for Odoo's log, its actions, and the approvals that policy asks for first."""

from zoneinfo import ZoneInfo

from agent.actions import service as action_service
from agent.cases.model import Case
from agent.intake.model import Event
from agent.pipeline import App
from agent.reviews.model import Decision
from agent.steps.consent import ask_for, withdraw_approvals
from agent.work import Work


def plan_decision(app: App, work: Work, case: Case, made: Decision) -> None:
    """Plan what a person decided, once. What needs consent waits for it; nothing else of the decision does.

    What still waits of earlier decisions of the case is withdrawn: this one was made knowing more.
    """
    suggestion = work.suggestions.get(made.suggestion_id)
    found = work.evidence.get(suggestion.evidence_id)
    owe_decision_row(work, case, made)
    if work.actions.of_decision(made.id):
        return  # planned by an earlier version, which kept no fate of decisions
    day = made.decided_at.astimezone(ZoneInfo(app.zone)).date()
    withdraw_approvals(work, [item for item in work.approvals.of_case(case.id) if item.decision_id != made.id])
    earlier = [other.decided_by for other in work.reviews.decisions_of(case.id)]
    barred = [*earlier, *_requesters(found.events)]
    plan = action_service.plan_of(case, found, made, barred, app.approvals, app.desk_url, day, work.now)
    work.actions.plan(made.id, case.id, case.thread, plan.actions, work.now, person=made.decided_by)
    for approval in plan.approvals:
        ask_for(app, work, approval, case)


def owe_decision_row(work: Work, case: Case, made: Decision) -> None:
    """The decision's row for the AI log in Odoo."""
    suggestion = work.suggestions.get(made.suggestion_id)
    found = work.evidence.get(suggestion.evidence_id)
    route, confidence = work.routing.get(suggestion.id)
    row = action_service.decision_row(case, found, suggestion, made, route, confidence)
    work.outbox.owe_log([(row.key, case.id, case.thread, row.model_dump_json())], work.now)


def _requesters(events: tuple[Event, ...]) -> list[str]:
    """Who reported what the case is about: nobody approves what they asked for."""
    return [event.data.reported_by for event in events if event.data.reported_by]
