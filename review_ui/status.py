"""The state of the service on one page, the check of the log, and the kill switch."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from agent import commands
from agent.access.model import Right
from agent.audit.verify import Report
from agent.reporting.trust import certified
from review_ui.auth import Auditor, Halter, Posted, Reader, Visit
from review_ui.desk import desk_of, page
from review_ui.queue import standing

router = APIRouter()
REASON_LENGTH = 500


@router.get("/status", response_class=HTMLResponse)
def show_status(request: Request, visit: Reader) -> HTMLResponse:
    """What runs, what waits, what is wrong."""
    return _shown(request, visit)


@router.post("/status/verify", response_class=HTMLResponse)
def verify(request: Request, visit: Auditor) -> HTMLResponse:
    """Check every event and link of the log now; it changes nothing."""
    with desk_of(request).app.look() as work:
        report = work.audit.verify()
    return _shown(request, visit, report=report)


@router.post("/status/halt", response_class=HTMLResponse)
def halt(request: Request, visit: Halter, form: Posted) -> Response:
    """Set the kill switch; a reason is needed."""
    reason = form.get("reason", "").strip()[:REASON_LENGTH]
    if not reason:
        return _shown(request, visit, status=422, fault=desk_of(request).speech(visit.person).gettext("Say why."))
    commands.halt(desk_of(request).app, reason, visit.person)
    return RedirectResponse("/status", status_code=303)


@router.post("/status/resume", response_class=HTMLResponse)
def resume(request: Request, visit: Halter) -> Response:
    """Release the kill switch."""
    commands.resume(desk_of(request).app, visit.person)
    return RedirectResponse("/status", status_code=303)


def _shown(
    request: Request, visit: Visit, *, status: int = 200, report: Report | None = None, fault: str = ""
) -> HTMLResponse:
    desk = desk_of(request)
    with desk.app.look() as work:
        sealed, head = work.audit.head()
        values: dict[str, Any] = {
            "owed": work.outbox.counts(),
            "next_due": work.outbox.next_due(),
            "sealed": sealed,
            "head": head,
            "lanes": certified(work, desk.app.policy),
            **standing(work, visit.person, desk_of(request).app.approvals),
        }
    values |= {
        "troubles": desk.healthy(),
        "model_reader": desk.app.readers.model is not None,
        "policy": desk.app.policy,
        "report": report,
        "fault": fault,
        "may_halt": visit.person.may(Right.HALT),
        "may_verify": visit.person.may(Right.SEE_AUDIT),
    }
    return page(request, "status/page.html", status=status, **values)
