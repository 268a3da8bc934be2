"""Answering approvals at the desk. What is answered in Odoo is taken in by `agent.steps.answers`."""

from agent.access.model import Person, Role
from agent.approvals import service as approval_service
from agent.approvals.model import Answer, Approval, Consent, Via
from agent.audit.model import ApprovalDenied
from agent.errors import InputError, NotAllowed
from agent.pipeline import App
from agent.steps.answers import NOTE_LENGTH, held, keep_answer


def answer_approval(
    app: App, approval_id: str, consent: Consent, reason_code: str, by: Person, *, note: str = "",
    role: Role | None = None,
) -> Approval:  # fmt: skip
    """Consent to an approval or refuse it, in one of the person's roles that are awaited.

    Raises NotFound, NotAllowed, AlreadyDecided, InputError; an attempt that is not allowed is audited.
    """
    try:
        approval = _answer(app, approval_id, consent, reason_code, by, note.strip(), role)
    except NotAllowed as refused:
        with app.work() as work:
            denied = ApprovalDenied(actor=by.login, approval_id=approval_id, why=refused.detail or refused.headline)
            work.audit.append([denied], work.now)
        raise
    app.poke()
    return approval


def _answer(
    app: App, approval_id: str, consent: Consent, reason_code: str, by: Person, note: str, role: Role | None
) -> Approval:
    with app.work() as work:
        approval = held(work, approval_id)
        roles = approval_service.may_answer(approval, by, app.approvals, work.now)
        if role is not None and role not in roles:
            raise NotAllowed(f"You cannot answer as {role.replace('_', ' ')}.")
        if len(note) > NOTE_LENGTH:
            raise InputError(f"The note is longer than {NOTE_LENGTH} characters.", remedy="Shorten it.")
        given = Answer(
            consent=consent, role=role or roles[0], by=by.login, reason_code=reason_code, note=note, via=Via.DESK,
            at=work.now,
        )  # fmt: skip
        return keep_answer(work, approval, given)
