"""Keeping answers to approvals, and taking in those that were given on the form in Odoo."""

from agent.access.model import Role
from agent.approvals import service as approval_service
from agent.approvals.model import (
    APPROVER_ROLES,
    WAITING,
    Answer,
    Approval,
    ApprovalState,
    Consent,
    Figure,
    Scenario,
    Via,
)
from agent.approvals.store import thread_of
from agent.audit.model import ApprovalDenied
from agent.errors import AlreadyDecided
from agent.evidence.records import Model, RecordRef
from agent.intake.changes import OdooAnswer
from agent.kit.ids import new_id
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.steps.consent import ask_for
from agent.work import Work

NOTE_LENGTH = 2000
CODE_LENGTH = 40


def held(work: Work, approval_id: str) -> Approval:
    """The approval, its case held first, as every step holds them."""
    found = work.approvals.get(approval_id)
    if found.case_id:
        work.cases.get(found.case_id, hold=True)
    return work.approvals.get(approval_id, hold=True)


def keep_answer(work: Work, approval: Approval, given: Answer) -> Approval:
    """Keep one more answer of an approval that is held; what follows from its end is owed. Raises AlreadyDecided."""
    after, told = approval_service.answered(approval, given)
    thread = work.cases.get(approval.case_id).thread if approval.case_id else thread_of(approval)
    work.approvals.answer(approval.id, given, thread)
    work.audit.append(told, work.now)
    if after.state not in WAITING:
        if not work.approvals.move(approval.id, after.state, after.ended_at):
            raise AlreadyDecided("It was answered at the same moment.")
        work.outbox.owe(WorkKind.CARRY_OUT, approval.id, work.now)
    return after


def take_odoo_answer(app: App, answer: OdooAnswer) -> Approval | None:
    """Take in what somebody asked, consented to or refused on the form in Odoo, once by its id.

    It joins the approval that waits for this record and scenario with these figures, else it is kept as one that no
    case has asked for. Nothing is written to Odoo for it. Answers the approval; None when it was taken in before, is
    of no scenario of ours, or does not count: its giver had an earlier part in the matter, or has answered already.
    """
    if answer.scenario not in set(Scenario) or answer.model not in set(Model):
        return None
    with app.work() as work:
        if not work.approvals.take(answer.id, work.now):
            return None
        record = RecordRef(model=Model(answer.model), id=answer.record_id, name=answer.record_name)
        scenario = Scenario(answer.scenario)
        fitting = [
            item
            for item in work.approvals.waiting_for(record, scenario)
            if approval_service.same_figures(item.figures, answer.figures)
        ]
        approval = held(work, fitting[0].id) if fitting else _asked_in_odoo(app, work, answer, record, scenario)
        if answer.consent not in set(Consent):
            return approval
        kept = _join(work, approval, answer)
    app.poke()
    return kept


def _asked_in_odoo(app: App, work: Work, answer: OdooAnswer, record: RecordRef, scenario: Scenario) -> Approval:
    asks = answer.consent not in set(Consent)
    approval = Approval(
        id=new_id(),
        case_id=None,
        scenario=scenario,
        company=answer.company,
        record=record,
        figures=tuple(Figure(field=field, value=value) for field, value in answer.figures),
        why=f"{record.name}: {scenario.replace('_', ' ')}",
        asked_by=answer.login if asks else "",
        barred=(answer.login,) if asks else (),
        roles=APPROVER_ROLES[scenario],
        state=ApprovalState.ASKED,
        asked_at=answer.at,
        due_at=work.now + app.approvals.wait(scenario),
    )
    ask_for(app, work, approval, None)
    return approval


def _join(work: Work, approval: Approval, answer: OdooAnswer) -> Approval | None:
    """The answer as one of the approval's. Odoo has checked the role; who had an earlier part is barred here too."""
    known = any(item.by.casefold() == answer.login.casefold() for item in approval.answers)
    consent = Consent(answer.consent)
    named = [Role(name) for name in answer.role.split() if name in set(Role)]
    awaited = [role for role in approval_service.open_roles(approval) if role in named]
    why = ""
    if known or approval_service.is_barred(approval, answer.login):
        why = "earlier part in it, or answered before"
    elif consent is Consent.APPROVE and not awaited:
        why = "in no role that is awaited"
    if why:
        denied = ApprovalDenied(
            actor=answer.login, case_id=approval.case_id, approval_id=approval.id, why=f"{why} (in Odoo)"
        )
        work.audit.append([denied], work.now)
        return None
    given = Answer(
        consent=consent, role=(awaited or named or list(approval.roles))[0], by=answer.login,
        reason_code=answer.reason_code[:CODE_LENGTH], note=answer.note[:NOTE_LENGTH], via=Via.ODOO, at=answer.at,
    )  # fmt: skip
    return keep_answer(work, approval, given)
