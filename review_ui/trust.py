"""How far the automation can be trusted: labels, certificates, what is missing, what settled itself, second labels."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from agent import commands
from agent.access.model import Person, Right
from agent.cases.model import Case, Status
from agent.commands.labelling import wants_second
from agent.confidence.bounds import DELTA
from agent.confidence.looking import SIGN_WITHIN
from agent.errors import InputError, NotFound
from agent.kit.values import Value
from agent.reporting.trust import MONTH, pictures, task_view
from agent.reporting.views import CaseView, case_view
from agent.suggestions.labels import labels_of
from agent.suggestions.model import Task
from agent.work import Work
from review_ui.auth import CertificateSigner, Decider, Posted, Proposer, Reader, Visit
from review_ui.desk import desk_of, page
from review_ui.exhibits import MOST_ROWS, exhibits
from review_ui.queue import standing
from review_ui.speech import Speech
from review_ui.trust_pictures import reliability_picture, risk_picture

router = APIRouter()
MOST_LISTED = 20


@router.get("/trust", response_class=HTMLResponse)
def show_trust(request: Request, visit: Reader) -> HTMLResponse:
    """Every task and label: certified or not, why not, and what is missing."""
    return _shown(request, visit)


@router.post("/trust/propose", response_class=HTMLResponse)
def propose(request: Request, visit: Proposer, form: Posted) -> HTMLResponse:
    """Look at the labels of a task; each look spends its part of delta."""
    looks = commands.propose_certificates(desk_of(request).app, visit.person, form.get("task") or None)
    return _shown(request, visit, looked=tuple(looks), asked=True)


@router.post("/trust/sign", response_class=HTMLResponse)
def sign(request: Request, visit: CertificateSigner, form: Posted) -> Response:
    """Sign a proposal that passed."""
    commands.sign_certificate(desk_of(request).app, form.get("look", ""), visit.person)
    return RedirectResponse("/trust", status_code=303)


@router.post("/trust/reopen", response_class=HTMLResponse)
def reopen(request: Request, visit: Decider, form: Posted) -> Response:
    """Have a person decide what settled itself."""
    app = desk_of(request).app
    again = commands.reopen(app, form.get("decision", ""), visit.person)
    with app.look() as work:
        number = work.cases.get(again.case_id).number
    return RedirectResponse(f"/cases/{number}", status_code=303)


@router.get("/trust/second/{number}", response_class=HTMLResponse)
def show_second(request: Request, number: str, visit: Decider) -> HTMLResponse:
    """A case that a second person labels: its evidence, and nothing of what was suggested or decided."""
    return _second(request, number, visit)


@router.post("/trust/second/{number}", response_class=HTMLResponse)
def label_second(request: Request, number: str, visit: Decider, form: Posted) -> Response:
    """Keep the second label."""
    try:
        commands.label_second(desk_of(request).app, number, form.get("label", ""), visit.person)
    except InputError:
        text = desk_of(request).speech(visit.person).gettext("Choose the label that fits best.")
        return _second(request, number, visit, status=422, faults={"label": text})
    return RedirectResponse("/trust#second", status_code=303)


@router.get("/trust/{task}/{label}", response_class=HTMLResponse)
def show_label(request: Request, task: str, label: str, visit: Reader) -> HTMLResponse:
    """The pictures of one label, of labels that a look has been at."""
    desk = desk_of(request)
    if task not in set(Task):
        raise NotFound(f"There is no task {task}.")
    with desk.app.look() as work:
        found = pictures(work, desk.app.policy, Task(task), label)
        around = standing(work, visit.person, desk.app.approvals)
    if found is None:
        raise NotFound(f"There is no label {label} that can be certified.")
    values: dict[str, Any] = {
        "found": found,
        "share": share_in(desk.speech(visit.person)),
        "risk": risk_picture(found),
        "agreed": reliability_picture(found.bins),
    }
    return page(request, "trust/label.html", confidence=1 - DELTA, **values, **around)


def _shown(request: Request, visit: Visit, *, looked: tuple[Any, ...] = (), asked: bool = False) -> HTMLResponse:
    desk, person = desk_of(request), visit.person
    with desk.app.look() as work:
        unsigned = work.trust.unsigned(work.now - SIGN_WITHIN)
        values: dict[str, Any] = {
            "tasks": [task_view(work, desk.app.policy, task) for task in Task],
            "unsigned": [one for one in unsigned if _newest(work, one.task, one.label) == one.id],
            "alone": _settled_alone(work, person),
            "seconds": _wanted(work, person),
            **standing(work, person, desk.app.approvals),
        }
    rights = {
        "share": share_in(desk.speech(person)),
        "may_propose": person.may(Right.PROPOSE_CERTIFICATES),
        "may_sign": person.may(Right.SIGN_CERTIFICATES),
        "may_decide": person.may(Right.DECIDE),
    }
    return page(
        request, "trust/page.html", looked=looked, asked=asked, never=desk.app.policy.never_auto, **rights, **values
    )


def share_in(say: Speech) -> Callable[[float], str]:
    """Shares with one decimal: a bound of 4.6 % is no 5 %."""
    return lambda share: f"{say.number(share * 100, 1)} %"


def _newest(work: Work, task: Task, label: str) -> str:
    last = work.trust.last_look(task, label)
    return last.id if last else ""


class Alone(Value):
    """A case that settled itself, and whether it can be opened again."""

    case: Case
    label: str
    decision_id: str
    open_again: bool


def _settled_alone(work: Work, person: Person) -> list[Alone]:
    found: list[Alone] = []
    for row in work.trust.items.automatic_since(work.now - MONTH, person.companies, MOST_LISTED):
        case, made = work.cases.get(row.case_id), work.reviews.decisions_of(row.case_id)
        mine = next((one for one in made if one.suggestion_id == row.suggestion_id), None)
        if mine is not None:
            again = made[-1].id != mine.id or case.status not in {Status.DECIDED, Status.CLOSED}
            found.append(Alone(case=case, label=row.predicted, decision_id=mine.id, open_again=again))
    return found


def _wanted(work: Work, person: Person) -> list[Case]:
    """Cases that this person may label as the second one."""
    if not person.may(Right.DECIDE):
        return []
    cases = [work.cases.get(one.case_id) for one in work.trust.items.draws(work.now - MONTH, work.now) if one.double]
    theirs = [case for case in cases if person.sees(case.company)]
    return [case for case in theirs if wants_second(work, case, person) is not None][:MOST_LISTED]


def _second(
    request: Request, number: str, visit: Visit, *, status: int = 200, faults: dict[str, str] | None = None
) -> HTMLResponse:
    desk = desk_of(request)
    say = desk.speech(visit.person)
    with desk.app.look() as work:
        case = work.cases.get(number)
        if wants_second(work, case, visit.person) is None:
            raise NotFound(f"Case {number} wants no second label of yours.", remedy="Go back to the list.")
        view = _bare(case_view(work, number, visit.person))
        around = standing(work, visit.person, desk.app.approvals)
    shown = {
        "view": view,
        "case": case,
        "made": None,
        "hidden": True,
        "shown": exhibits(view, say),
        "most_rows": MOST_ROWS,
    }
    labels = {"labels": labels_of(case.kind), "faults": faults or {}}
    return page(request, "trust/second.html", status=status, **shown, **labels, **around)


def _bare(view: CaseView) -> CaseView:
    """The case with its evidence and nothing that anybody, or the AI, said of it."""
    nothing = {"suggestion": None, "route": None, "confidence": None, "decisions": (), "actions": (), "timeline": ()}
    return view.model_copy(update=nothing)
