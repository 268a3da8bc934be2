"""Consents: asking for them, what their end brings about in Odoo, and parking what nobody answers in time."""

from collections.abc import Iterable

from agent.actions import service as action_service
from agent.actions.model import APPROVAL_KINDS, PostNote, RecordApproval
from agent.actions.store import Planned, StoredAction
from agent.approvals import service as approval_service
from agent.approvals.model import WAITING, Answer, Approval, ApprovalState, Consent
from agent.approvals.store import thread_of
from agent.audit.model import ApprovalAsked, ApprovalParked
from agent.cases.model import Case
from agent.kit.canonical import digest
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.work import Work

KIND_OF = {scenario: kind for kind, scenario in APPROVAL_KINDS.items()}


def ask_for(app: App, work: Work, approval: Approval, case: Case | None) -> None:
    """Ask for a consent: a row that waits, a to-do in Odoo for whoever must answer, and a look at it when it is due."""
    work.approvals.add(approval, case.thread if case else thread_of(approval))
    figures = "\n".join(f"{figure.field}={figure.value} {figure.unit}" for figure in approval.figures)
    asked = ApprovalAsked(
        actor=approval.asked_by or "gatehouse",
        case_id=approval.case_id,
        approval_id=approval.id,
        scenario=approval.scenario,
        roles=approval.roles,
        figures_digest=digest(figures.encode()),
    )
    work.audit.append([asked], work.now)
    _tell_approvers(app, work, approval, case)
    work.outbox.owe(WorkKind.CARRY_OUT, approval.id, work.now, due_at=approval.due_at)


def _tell_approvers(app: App, work: Work, approval: Approval, case: Case | None) -> None:
    if case is None:
        return  # it was asked in Odoo, where it stands before their eyes
    wanted = action_service.ask_activities(
        approval, work.access.people(), app.approvals, case.number, app.desk_url, work.now
    )
    _plan(work, approval, case, wanted)


def withdraw_approvals(work: Work, approvals: Iterable[Approval]) -> None:
    """Nobody needs these consents any more; what waited for them is never done."""
    for approval in approvals:
        if approval.state in WAITING and work.approvals.move(approval.id, ApprovalState.WITHDRAWN, work.now):
            _, told = approval_service.withdrawn(approval, work.now)
            work.actions.withdraw_waiting(approval.id)
            work.outbox.withdraw(WorkKind.CARRY_OUT, approval.id)
            work.audit.append(told, work.now)


def follow_approval(app: App, work: Work, seen: Approval) -> list[StoredAction]:
    """What the state of an approval brings about, once: parked when overdue, recorded in Odoo when it has ended.

    Answers its actions, the record of the consent before what waited for it.
    """
    case = work.cases.get(seen.case_id, hold=True) if seen.case_id else None
    approval = work.approvals.get(seen.id, hold=True)
    match approval.state:
        case ApprovalState.ASKED if work.now >= approval.due_at:
            _park(app, work, approval, case)
        case ApprovalState.APPROVED:
            work.actions.release(approval.id)
            _record_once(work, approval, case, Consent.APPROVE)
        case ApprovalState.REFUSED:
            work.actions.withdraw_waiting(approval.id)
            _record_once(work, approval, case, Consent.REFUSE)
        case _:
            pass
    mine = work.actions.of_approval(approval.id)
    return sorted(mine, key=lambda item: (item.action.kind not in APPROVAL_KINDS, item.ordinal))


def _park(app: App, work: Work, approval: Approval, case: Case | None) -> None:
    """Time never approves: deputies are asked besides."""
    if work.approvals.move(approval.id, ApprovalState.PARKED):
        parked = approval.model_copy(update={"state": ApprovalState.PARKED})
        work.audit.append([ApprovalParked(case_id=approval.case_id, approval_id=approval.id)], work.now)
        _tell_approvers(app, work, parked, case)


def _record_once(work: Work, approval: Approval, case: Case | None, consent: Consent) -> None:
    """The row of the consent or refusal in Odoo, for the answers that Odoo does not have; and a note of a refusal."""
    known = {item.action.kind for item in work.actions.of_approval(approval.id)}
    if KIND_OF[approval.scenario] in known:
        return
    given = tuple(item for item in approval_service.desk_answers(approval) if item.consent is consent)
    if not given:
        return
    record = RecordApproval.model_validate(
        {
            "kind": KIND_OF[approval.scenario],
            "record": approval.record,
            "consent": consent,
            "seen": approval.figures,
            "answers": given,
            "asked_by": approval.asked_by,
        }
    )
    wanted = [Planned(action=record, approval_id=approval.id)]
    if consent is Consent.REFUSE and case is not None:
        wanted.append(Planned(action=_note(approval, given[-1], case), approval_id=approval.id))
    _plan(work, approval, case, wanted)


def _note(approval: Approval, given: Answer, case: Case) -> PostNote:
    said = f": {given.note}" if given.note else ""
    reason = given.reason_code.replace("_", " ")
    text = f"Gatehouse {case.number}: refused by {given.by} ({reason}){said}\n{approval.why}"
    return PostNote(record=approval.record, text=text[: action_service.NOTE_LENGTH])


def _plan(work: Work, approval: Approval, case: Case | None, wanted: Iterable[Planned]) -> None:
    """Under the decision that asks for the consent; one asked in Odoo stands for itself."""
    decision_id = approval.decision_id or approval.id
    thread = case.thread if case else thread_of(approval)
    person = approval.answers[-1].by if approval.answers else approval.asked_by
    work.actions.plan(decision_id, approval.case_id or "", thread, list(wanted), work.now, person=person)
