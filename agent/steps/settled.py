"""Closing what somebody settled in Odoo meanwhile: the case is marked, its review ends, and it leaves the queue."""

from collections.abc import Sequence
from datetime import date

from agent.audit.model import CaseClosed, CaseSettledInOdoo, ReviewSuperseded
from agent.cases.model import Case, Status, move
from agent.cases.settled import WAITING, Matter, Settlement, settled_by
from agent.intake.changes import Snapshot
from agent.intake.watch_policy import WatchPolicy
from agent.steps.consent import withdraw_approvals
from agent.suggestions.model import FactField
from agent.work import Work

HOW_LENGTH = 300
BY_LENGTH = 200
Pair = tuple[Snapshot | None, Snapshot]


def mark_settled(work: Work, pairs: Sequence[Pair], policy: WatchPolicy) -> list[str]:
    """Close every waiting case whose matter one of these changes settled. Answers the cases' numbers."""
    names = {name for _, record in pairs for name in (record.name, record.origin, record.reference) if name}
    closed: list[str] = []
    for case in work.cases.waiting_about(names):
        matter = _matter(work, case)
        found = next((how for pair in pairs if (how := settled_by(matter, *pair, policy))), None)
        if found and _close(work, case, found):
            closed.append(case.number)
    return closed


def _matter(work: Work, case: Case) -> Matter:
    evidence_id = work.evidence.id_of(case.id, case.round)
    if evidence_id is None:
        events, _ = work.intake.of_case(case.id)
        return Matter(case=case, event=events[-1] if events else None)
    found = work.evidence.get(evidence_id)
    suggestion = work.suggestions.of_round(case.id, case.round)
    facts = suggestion.facts if suggestion else ()
    days = [day for fact in facts if fact.field is FactField.ETA and (day := _day(fact.value))]
    return Matter(
        case=case,
        event=found.events[-1] if found.events else None,
        purchases=tuple(order.ref.name for order in found.purchases),
        proposed=tuple(sorted(set(days))),
    )


def _close(work: Work, seen: Case, how: Settlement) -> bool:
    case = work.cases.get(seen.id, hold=True)
    if case.status not in WAITING or case.round != seen.round:
        return False
    gone = [ReviewSuperseded(case_id=case.id, review_id=review_id) for review_id in work.reviews.supersede(case.id)]
    withdraw_approvals(work, work.approvals.of_case(case.id))
    marks = {"settled": how.how[:HOW_LENGTH], "settled_by": how.by[:BY_LENGTH], "settled_at": how.at}
    work.cases.save(move(case, Status.CLOSED, work.now).model_copy(update=marks))
    told = CaseSettledInOdoo(case_id=case.id, how=how.how[:HOW_LENGTH], by=how.by[:BY_LENGTH])
    work.audit.append([*gone, told, CaseClosed(case_id=case.id)], work.now)
    return True


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
