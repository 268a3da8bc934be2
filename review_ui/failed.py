"""Failed work: what was given up, what Odoo's log refused, what could not be read; each can be tried again."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from agent import commands
from agent.access.model import Right
from agent.errors import InputError, NotFound
from agent.outbox.model import WorkState
from review_ui.auth import Keeper, Posted, Redriver, Visit
from review_ui.desk import desk_of, page
from review_ui.queue import standing

router = APIRouter()
MOST = 200
OK = 200


@router.get("/failed", response_class=HTMLResponse)
def show_failed(request: Request, visit: Keeper) -> HTMLResponse:
    """Everything that a person must look at, and what still waits."""
    return _shown(request, visit)


@router.post("/failed/redrive", response_class=HTMLResponse)
def redrive(request: Request, visit: Redriver, form: Posted) -> HTMLResponse:
    """Try one thing again and say what became of it."""
    try:
        answer = commands.redrive(desk_of(request).app, form.get("name", ""), visit.person)
    except (NotFound, InputError) as error:
        return _shown(request, visit, status=409, answer=f"{error} {error.next_step}")
    return _shown(request, visit, answer=answer)


def _shown(request: Request, visit: Visit, *, status: int = OK, answer: str = "") -> HTMLResponse:
    with desk_of(request).app.look() as work:
        values: dict[str, Any] = {
            "dead": work.outbox.listed(WorkState.DEAD, MOST),
            "waiting": [item for item in work.outbox.listed(WorkState.DUE, MOST) if item.last_error],
            "refused_rows": work.outbox.dead_log(MOST),
            "inputs": work.intake.rejected(MOST),
            **standing(work, visit.person, desk_of(request).app.approvals),
        }
    values |= {"answer": answer, "answered": status == OK, "may_redrive": visit.person.may(Right.REDRIVE)}
    return page(request, "failed/page.html", status=status, **values)
