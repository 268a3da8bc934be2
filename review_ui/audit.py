"""The log of one case as it is stored: every event with its time, its digest and its body."""

import json

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from agent.reporting.views import case_view
from review_ui.auth import Auditor
from review_ui.desk import desk_of, page
from review_ui.happened import TELLS_TOO_MUCH
from review_ui.queue import standing

router = APIRouter()


@router.get("/cases/{number}/audit", response_class=HTMLResponse)
def show_audit(request: Request, number: str, visit: Auditor) -> HTMLResponse:
    """Every event of the case; a blind item's suggestion stays unseen here too."""
    with desk_of(request).app.look() as work:
        view = case_view(work, number, visit.person)
        around = standing(work, visit.person, desk_of(request).app.approvals)
    blind = view.review is not None and not view.review.reveals
    events = [event for event in view.timeline if not (blind and event.name in TELLS_TOO_MUCH)]
    bodies = [json.dumps(json.loads(event.body), indent=1, ensure_ascii=False) for event in events]
    values = {
        "case": view.case,
        "events": list(zip(events, bodies, strict=True)),
        "withheld": len(view.timeline) - len(events),
    }
    return page(request, "audit/page.html", **values, **around)
