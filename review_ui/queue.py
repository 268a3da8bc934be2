"""The queue: cases most urgent first, filtered, searched and paged by key; the counts beside it stay live."""

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from agent.access.model import Person, Right
from agent.approvals.model import Approval
from agent.approvals.policy import ApprovalPolicy
from agent.approvals.service import waits_for
from agent.cases.model import Case, CaseKind, Status
from agent.errors import NotFound
from agent.kit.values import Value
from agent.outbox.model import WorkKind, WorkState
from agent.reporting.views import QueueRow, queue
from agent.reviews.model import Decision, Level
from agent.routing.model import ReasonCode, Route
from agent.suggestions.model import FactField, Suggestion
from agent.work import Work
from review_ui.auth import QuietReader, Reader
from review_ui.desk import desk_of, is_fragment, page

router = APIRouter()
PAGE_SIZE = 50
TERM_LENGTH = 128
_KEY = re.compile(r"([0-9]{1,3})\.([0-9a-f-]{36})")


class Filters(Value):
    """What the list shows. Unknown values in an address fall back to the default."""

    status: Status | None = Status.IN_REVIEW
    kind: CaseKind | None = None
    term: str = ""

    @property
    def query(self) -> str:
        """As an address carries it; empty for the default list."""
        values = {"status": self.status or "all"} if self.status is not Status.IN_REVIEW else {}
        values |= {"kind": self.kind.value} if self.kind else {}
        values |= {"q": self.term} if self.term else {}
        return urlencode(values)

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The statuses shown; none named means all."""
        return (self.status,) if self.status else ()


def filters_of(request: Request) -> Filters:
    """The filters that the address names."""
    given = request.query_params
    status, kind = given.get("status", Status.IN_REVIEW), given.get("kind")
    return Filters(
        status=None if status == "all" else Status(status) if status in set(Status) else Status.IN_REVIEW,
        kind=CaseKind(kind) if kind in set(CaseKind) else None,
        term=given.get("q", "").strip()[:TERM_LENGTH],
    )


@router.get("/", response_class=HTMLResponse)
def start(_: Reader) -> RedirectResponse:
    """The queue is where a day begins."""
    return RedirectResponse("/queue", status_code=303)


@router.get("/queue", response_class=HTMLResponse)
def show_queue(request: Request, visit: Reader) -> HTMLResponse:
    """The list, or for HTMX the part of it that changed."""
    desk, filters, after = desk_of(request), filters_of(request), _after(request)
    with desk.app.look() as work:
        found = queue(
            work,
            companies=visit.person.companies,
            statuses=filters.statuses,
            kind=filters.kind,
            term=filters.term,
            after=after,
            limit=PAGE_SIZE + 1,
        )
        values: dict[str, Any] = {
            "filters": filters,
            "kinds": list(CaseKind),
            "all_statuses": list(Status),
            **standing(work, visit.person, desk_of(request).app.approvals),
        }
        values |= {"done": just_decided(work, visit.person, request.query_params.get("done", ""))}
    rows, more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    values |= {
        "rows": [_line(row) for row in rows],
        "next_page": _next_page(filters, rows[-1].case) if more else "",
        "first_page": after is None,
    }
    part = request.headers.get("hx-target", "") if is_fragment(request) else ""
    template = {"more": "queue/_rows.html", "list": "queue/_list.html"}.get(part, "queue/page.html")
    return page(request, template, **values)


@router.get("/live", response_class=HTMLResponse)
def live(request: Request, visit: QuietReader) -> HTMLResponse:
    """The counts and the halted banner, asked for every few seconds. Does not keep a session awake."""
    with desk_of(request).app.look() as work:
        values = standing(work, visit.person, desk_of(request).app.approvals)
    return page(request, "queue/_live.html", filters=filters_of(request), all_statuses=list(Status), **values)


def standing(work: Work, person: Person, policy: ApprovalPolicy) -> dict[str, Any]:
    """How many cases stand where, whether all is halted, what waits for this person's consent, and whether work has
    died (for those who may see it).
    """
    owed = work.outbox.counts() if person.may(Right.SEE_FAILED_WORK) else {}
    return {
        "for_me": len(waiting_for(work, person, policy)) if person.may(Right.ANSWER_APPROVALS) else 0,
        "counts": work.cases.counts(person.companies),
        "halted": work.routing.halted(),
        "failed": owed.get(WorkState.DEAD, 0) + owed.get("log_dead", 0),
    }


def waiting_for(work: Work, person: Person, policy: ApprovalPolicy) -> list[Approval]:
    """The approvals that this person can answer now, the most pressing first."""
    waiting = work.approvals.waiting(person.companies)
    return [item for item in waiting if waits_for(item, person, policy, work.now)]


def next_case(work: Work, person: Person, filters: Filters, decided: Case) -> Case | None:
    """The case to decide next: the first after this one in the same list, else the first of the list."""
    for after in ((decided.priority, decided.id), None):
        rows = queue(
            work,
            companies=person.companies,
            statuses=(Status.IN_REVIEW,),
            kind=filters.kind,
            term=filters.term,
            after=after,
            limit=PAGE_SIZE,
        )
        for row in rows:
            if row.case.id != decided.id and row.review and person.may(right_for(row.review.level)):
                return row.case
    return None


def right_for(level: Level) -> Right:
    """The right that deciding at this level needs."""
    return Right.DECIDE_ESCALATED if level is Level.MANAGER else Right.DECIDE


class Done(Value):
    """What the person has just decided, to confirm it; and until when it can be undone."""

    number: str
    title: str
    decision: Decision
    undo_until: datetime | None = None


def just_decided(work: Work, person: Person, number: str) -> Done | None:
    """The person's own newest decision on the case of this number; None when there is none."""
    if not number:
        return None
    try:
        case = work.cases.get(number)
    except NotFound:
        return None
    mine = [
        made for made in work.reviews.decisions_of(case.id) if made.decided_by == person.login and not made.undone_by
    ]
    if not mine or not person.sees(case.company):
        return None
    until = undo_until(work, mine[-1], person)
    return Done(number=case.number, title=case.title, decision=mine[-1], undo_until=until)


def undo_until(work: Work, made: Decision, person: Person) -> datetime | None:
    """Until when this person can undo the decision; None when it is too late, or not theirs to undo."""
    theirs = made.decided_by == person.login or person.may(Right.DECIDE_ESCALATED)
    if not theirs or not person.may(Right.DECIDE) or made.undone_by or work.reviews.fate(made.id) is not None:
        return None
    owed = work.outbox.find(WorkKind.CARRY_OUT, made.id)
    return owed.due_at if owed is not None and owed.due_at > work.now and not owed.attempts else None


class Line(Value):
    """A row of the list with what is worked out from it."""

    row: QueueRow
    hidden: bool
    days_late: int | None
    first_reason: str


def _line(row: QueueRow) -> Line:
    hidden = row.review is not None and not row.review.reveals
    return Line(
        row=row,
        hidden=hidden,
        days_late=_days_late(row.suggestion) if row.suggestion else None,
        first_reason=_first_reason(row.route) if row.route else "",
    )


def _first_reason(route: Route) -> str:
    """The first reason that sets this case apart: a missing certificate is no news while every label lacks one."""
    codes = [reason.code for reason in route.reasons]
    return next((code for code in codes if code is not ReasonCode.NO_CERTIFICATE), codes[0] if codes else "")


def _days_late(made: Suggestion) -> int | None:
    """The worst delay among the dates that the facts would change; None when no two dates are known."""
    delays = [
        (date.fromisoformat(fact.value) - date.fromisoformat(fact.now_in_odoo)).days
        for fact in made.facts
        if fact.field is FactField.ETA and _is_day(fact.value) and _is_day(fact.now_in_odoo)
    ]
    return max(delays) if delays and max(delays) > 0 else None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _after(request: Request) -> tuple[int, str] | None:
    found = _KEY.fullmatch(request.query_params.get("after", ""))
    return (int(found.group(1)), found.group(2)) if found else None


def _next_page(filters: Filters, last: Case) -> str:
    return address("/queue", filters.query, f"after={last.priority}.{last.id}")


def address(path: str, *queries: str) -> str:
    """A path with its queries, empty ones left out."""
    given = "&".join(query for query in queries if query)
    return f"{path}?{given}" if given else path
