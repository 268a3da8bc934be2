"""Approvals: what waits for this person's consent, what waits for others, and the page on which one is answered."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from agent import commands
from agent.access.model import Right, Role
from agent.approvals.model import Approval, Consent, Via
from agent.approvals.policy import ApprovalPolicy
from agent.approvals.service import may_answer, open_roles, reasons_for
from agent.errors import GatehouseError, InputError, NotFound
from agent.kit.values import Value
from agent.work import Work
from review_ui.auth import Form, Posted, Reader, Visit, needs
from review_ui.desk import desk_of, page
from review_ui.queue import standing, waiting_for
from review_ui.speech import Speech

router = APIRouter()
Approver = Annotated[Visit, Depends(needs(Right.ANSWER_APPROVALS))]
NOTE_LENGTH = 2000
MOST_ENDED = 20


class Line(Value):
    """An approval in a list, with the number of its case."""

    approval: Approval
    number: str


@router.get("/approvals", response_class=HTMLResponse)
def show_approvals(request: Request, visit: Reader) -> HTMLResponse:
    """What waits for me, what waits for others, what came to an end lately."""
    app = desk_of(request).app
    with app.look() as work:
        mine = waiting_for(work, visit.person, app.approvals)
        ids = {item.id for item in mine}
        others = [item for item in work.approvals.waiting(visit.person.companies) if item.id not in ids]
        ended = work.approvals.ended(visit.person.companies, MOST_ENDED)
        values: dict[str, Any] = {
            "mine": _lines(work, mine),
            "others": _lines(work, others),
            "ended": _lines(work, ended),
            **standing(work, visit.person, app.approvals),
        }
        answered = _known(work, request.query_params.get("answered", ""), visit)
    return page(request, "approvals/page.html", answered=answered, **values)


@router.get("/approvals/{approval_id}", response_class=HTMLResponse)
def show_approval(request: Request, approval_id: str, visit: Reader) -> HTMLResponse:
    """One approval: what exactly, why, by whom it was asked, and the form to answer it."""
    return _shown(request, approval_id, visit)


@router.post("/approvals/{approval_id}/answer", response_class=HTMLResponse)
def answer(request: Request, approval_id: str, visit: Approver, form: Posted) -> Response:
    """Consent or refuse; else show the form again with all that was typed."""
    desk = desk_of(request)
    if faults := _faults(form, desk.speech(visit.person)):
        return _shown(request, approval_id, visit, status=422, typed=form, faults=faults)
    consent = Consent(form["consent"])
    reason, role = form.get(f"reason_{consent}", ""), form.get("role", "")
    try:
        approval = commands.answer_approval(
            desk.app,
            approval_id,
            consent,
            reason,
            visit.person,
            note=form.get("note", ""),
            role=Role(role) if role in set(Role) else None,
        )
    except InputError as error:
        return _shown(request, approval_id, visit, status=422, typed=form, faults={"": f"{error} {error.next_step}"})
    return RedirectResponse(f"/approvals?answered={approval.id}", status_code=303)


def _faults(form: Form, say: Speech) -> dict[str, str]:
    """Every mistake beside its field."""
    found: dict[str, str] = {}
    given = form.get("consent", "")
    if given not in set(Consent):
        return {"consent": say.gettext("Choose whether you approve or refuse.")}
    reason, note = form.get(f"reason_{given}", ""), form.get("note", "").strip()
    if not reason:
        found[f"reason_{given}"] = say.gettext("Choose a reason.")
    if reason == "other" and not note:
        found["note"] = say.gettext("Say in the note what the reason is.")
    if len(note) > NOTE_LENGTH:
        found["note"] = say.gettext("The note is longer than %(limit)s characters.") % {"limit": NOTE_LENGTH}
    return found


def _known(work: Work, approval_id: str, visit: Visit) -> Approval | None:
    """The approval that this person has just answered, to confirm it."""
    found = work.approvals.find(approval_id) if approval_id else None
    if found is None or not visit.person.sees(found.company):
        return None
    return found if any(item.by == visit.person.login for item in found.answers) else None


def _lines(work: Work, approvals: list[Approval]) -> list[Line]:
    return [
        Line(approval=item, number=work.cases.get(item.case_id).number if item.case_id else "") for item in approvals
    ]


def _shown(
    request: Request,
    approval_id: str,
    visit: Visit,
    *,
    status: int = 200,
    typed: Form | None = None,
    faults: dict[str, str] | None = None,
) -> HTMLResponse:
    app = desk_of(request).app
    with app.look() as work:
        approval = work.approvals.get(approval_id)
        if not visit.person.sees(approval.company):
            raise NotFound(f"There is no approval {approval_id}.")
        (line,) = _lines(work, [approval])
        around = standing(work, visit.person, app.approvals)
        roles, why_not = _place(approval, visit, app.approvals, work.now)
    values = {
        "item": approval,
        "number": line.number,
        "awaited": open_roles(approval),
        "roles": roles,
        "why_not": why_not,
        "reasons": {consent: reasons_for(approval.scenario, consent) for consent in Consent},
        "consents": list(Consent),
        "in_odoo": Via.ODOO,
        "form": typed or {},
        "faults": faults or {},
    }
    return page(request, "approvals/item.html", status=status, **values, **around)


def _place(
    approval: Approval, visit: Visit, policy: ApprovalPolicy, now: datetime
) -> tuple[tuple[Role, ...], GatehouseError | None]:
    """The roles in which this person may answer; else why not."""
    try:
        return may_answer(approval, visit.person, policy, now), None
    except GatehouseError as error:
        return (), error
