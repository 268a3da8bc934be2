"""Read models of cases: one row of the queue, and everything about one case. Same for desk, command line and API."""

from collections.abc import Sequence
from typing import Protocol

from agent.access.model import Person, Right
from agent.actions.store import ActionStore, StoredAction
from agent.audit.model import StoredEvent
from agent.audit.store import AuditStore
from agent.cases.model import Case, CaseKind, Status
from agent.cases.store import CaseStore
from agent.confidence.model import Confidence
from agent.errors import NotFound
from agent.evidence.model import Evidence
from agent.evidence.store import EvidenceStore
from agent.intake.model import Event, Mail
from agent.intake.store import IntakeStore
from agent.kit.values import Value
from agent.reviews.model import Decision, Review
from agent.reviews.store import ReviewStore
from agent.routing.model import Route
from agent.routing.store import RoutingStore
from agent.suggestions.model import Suggestion
from agent.suggestions.store import SuggestionStore

TELLING = frozenset({"suggestion:made", "suggestion:routed"})  # what would give a blind item's label away


class Stores(Protocol):
    """The stores a view reads from: a look at one moment (`work.Work` is one)."""

    @property
    def audit(self) -> AuditStore: ...
    @property
    def intake(self) -> IntakeStore: ...
    @property
    def cases(self) -> CaseStore: ...
    @property
    def evidence(self) -> EvidenceStore: ...
    @property
    def suggestions(self) -> SuggestionStore: ...
    @property
    def routing(self) -> RoutingStore: ...
    @property
    def reviews(self) -> ReviewStore: ...
    @property
    def actions(self) -> ActionStore: ...


class QueueRow(Value):
    """One line of the queue. A blind item that is not labelled yet brings no suggestion, route or confidence."""

    case: Case
    review: Review | None = None
    suggestion: Suggestion | None = None
    route: Route | None = None
    confidence: Confidence | None = None


class CaseView(Value):
    """Everything about one case, as far as the person may see it now."""

    case: Case
    events: tuple[Event, ...]
    mails: tuple[Mail, ...]
    evidence: Evidence | None
    suggestion: Suggestion | None
    route: Route | None
    confidence: Confidence | None
    review: Review | None
    decisions: tuple[Decision, ...]
    actions: tuple[StoredAction, ...]
    timeline: tuple[StoredEvent, ...]


def queue(
    work: Stores,
    *,
    companies: Sequence[str],
    statuses: Sequence[Status] = (Status.IN_REVIEW,),
    kind: CaseKind | None = None,
    term: str = "",
    after: tuple[int, str] | None = None,
    limit: int = 50,
) -> list[QueueRow]:
    """A page of cases with what is known of each: four queries, however long the page."""
    cases = work.cases.page(statuses=statuses, kind=kind, term=term, companies=companies, after=after, limit=limit)
    ids = [case.id for case in cases]
    reviews = work.reviews.open_of(ids)
    suggestions = work.suggestions.newest_of(ids)
    routes = work.routing.of([made.id for made in suggestions.values()])
    rows = []
    for case in cases:
        review, made = reviews.get(case.id), suggestions.get(case.id)
        if made is None or _hidden(case, review):
            rows.append(QueueRow(case=case, review=review))
            continue
        route, confidence = routes.get(made.id, (None, None))
        rows.append(QueueRow(case=case, review=review, suggestion=made, route=route, confidence=confidence))
    return rows


def _hidden(case: Case, review: Review | None) -> bool:
    """Whether a gold sample's suggestion must not be seen yet: until its review is open and labelled."""
    return case.gold and case.status is Status.OPEN if review is None else not review.reveals


def case_view(work: Stores, case_id: str, viewer: Person | None) -> CaseView:
    """By id or number. `viewer` None is the command line of the machine's own operator.

    Raises NotFound also for a case of a company that the viewer may not see, so that nothing leaks.
    """
    case = work.cases.get(case_id)
    if viewer is not None:
        viewer.must(Right.SEE_CASES)
        if not viewer.sees(case.company):
            raise NotFound(f"There is no case {case_id}.")
    events, mails = work.intake.of_case(case.id)
    review = work.reviews.open_of([case.id]).get(case.id)
    evidence_id = work.evidence.id_of(case.id, case.round)
    made = work.suggestions.newest_of([case.id]).get(case.id)
    hidden = made is None or _hidden(case, review)
    route, confidence = (
        (None, None) if hidden or made is None else work.routing.of([made.id]).get(made.id, (None, None))
    )
    return CaseView(
        case=case,
        events=events,
        mails=mails,
        evidence=work.evidence.get(evidence_id) if evidence_id else None,
        suggestion=None if hidden else made,
        route=route,
        confidence=confidence,
        review=review,
        decisions=tuple(work.reviews.decisions_of(case.id)),
        actions=tuple(work.actions.of_case(case.id)),
        timeline=tuple(event for event in work.audit.of_case(case.id) if not (hidden and event.name in TELLING)),
    )
