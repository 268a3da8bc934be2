"""The manager's digest as a preview: the same content that is mailed, and nothing is sent."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from agent.reporting.digest import build_digest
from review_ui.auth import DigestReader
from review_ui.desk import desk_of, page
from review_ui.queue import standing

router = APIRouter()


@router.get("/digest", response_class=HTMLResponse)
def show_digest(request: Request, visit: DigestReader) -> HTMLResponse:
    """Today's digest, for those who see every company: its figures are the whole installation's."""
    desk = desk_of(request)
    digest = None
    with desk.app.look() as work:
        if "*" in visit.person.companies:
            digest = build_digest(work, work.now, desk.app.desk_url, desk.app.policy)
        around = standing(work, visit.person, desk_of(request).app.approvals)
    return page(request, "digest/page.html", digest=digest, **around)
