"""Scoring a suggestion and deciding who acts next: a review is opened, or what is certified settles itself."""

from agent.audit.model import AuditEvent, ReviewOpened, SettledAutomatically, SuggestionRouted
from agent.cases.model import Case, Status, move
from agent.confidence.judged import NO_CONTEXT, Context, Neighbour
from agent.confidence.model import Confidence
from agent.confidence.records import Issued, Scored, scored
from agent.confidence.score import confidence as confidence_of
from agent.confidence.service import grounds, watch_score
from agent.confidence.version import version_of
from agent.errors import StateError
from agent.evidence.model import Evidence
from agent.kit.canonical import digest
from agent.kit.ids import new_id
from agent.kit.values import Value
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.reviews.model import MACHINE, Decision, Level, Review, ReviewState, Verb, final_as_suggested
from agent.routing.model import Lane, Policy, Route, RouteQuestion
from agent.routing.policy import decide
from agent.suggestions.model import Severity, Suggestion, Task
from agent.suggestions.tasks.catalogue import words
from agent.suggestions.tasks.compare import differs
from agent.suggestions.tasks.read_supplier_email import VALUED
from agent.work import Work

PRIORITY = {Severity.CRITICAL: 10, Severity.HIGH: 30, Severity.MEDIUM: 50, Severity.LOW: 70}
CERTIFIED = "certified"  # the reason code of an automatic decision


class Weighed(Value):
    """A suggestion with its confidence and route, the version that made it, and the certificate that was asked."""

    confidence: Confidence
    route: Route
    version_hash: str
    issued: Issued | None


def route(app: App, suggestion_id: str) -> list[str]:
    """Score, decide who acts next, and open the review or settle it. An overtaken suggestion is routed no more."""
    with app.work() as work:
        made = work.suggestions.get(suggestion_id)
        case = work.cases.get(made.case_id, hold=True)
        if case.round != made.round or case.status is not Status.OPEN:
            return []
        weighed = weigh(work, app.policy, case, made, context_of(work.evidence.get(made.evidence_id)))
        work.routing.add(made.id, case.thread, weighed.route, weighed.confidence, work.now)
        shifts = watch_score(work.trust, made.task, weighed.confidence.score, work.now)
        automatic = weighed.route.to is Lane.AUTO
        work.trust.items.add([_scored(case, made, weighed)])
        work.audit.append([_routed(case, made, weighed), *shifts], work.now)
        told = settle_alone(app, work, case, made, weighed) if automatic else _ask(work, case, made)
        work.audit.append(told, work.now)
    if automatic:
        app.poke()
    return []


def context_of(found: Evidence) -> Context:
    """What the suggestion cannot know by itself: the decided cases like it. What is not there counts as missing."""
    near = tuple(Neighbour(one.precedent.label, one.similarity) for one in found.precedents)
    return Context(nearest=near) if near else NO_CONTEXT


def weigh(work: Work, policy: Policy, case: Case, made: Suggestion, context: Context = NO_CONTEXT) -> Weighed:
    """The confidence in a suggestion and its route, on the certificate that holds for its label and version now."""
    scoring = work.trust.epoch(made.task).scoring
    confidence = confidence_of(made, context, scoring)
    version = version_of(made, scoring).hash
    subject = policy.subject_of(made.task, made.label)
    basis = grounds(work.trust, subject, version, {made.provenance.model_id}, work.now) if subject else None
    issued = basis.issued if basis and basis.issued else None
    question = RouteQuestion(
        task=made.task,
        label=made.label,
        confidence=confidence,
        findings=made.findings,
        proposes_floor_change=proposes_floor_change(made),
        gold=case.gold,
        halted=work.routing.halted() is not None,
        version_hash=version,
        certificate=issued.certificate if issued else None,
        fallbacks=tuple(reason.detail for reason in basis.standing.reasons) if basis and issued else (),
        now=work.now,
    )
    return Weighed(confidence=confidence, route=decide(question, policy), version_hash=version, issued=issued)


def proposes_floor_change(made: Suggestion) -> bool:
    """Whether dates, quantities or prices would change: a person decides that, whatever is certified."""
    return made.task is Task.READ_SUPPLIER_EMAIL and any(fact.field in VALUED and differs(fact) for fact in made.facts)


def _scored(case: Case, made: Suggestion, weighed: Weighed) -> Scored:
    return scored(
        made,
        weighed.confidence,
        company=case.company,
        thread=case.thread,
        gold=case.gold,
        drawn_at=case.opened_at,
        version_hash=weighed.version_hash,
        audited=weighed.route.audited,
        automatic=weighed.route.to is Lane.AUTO,
        certificate_id=weighed.issued.id if weighed.issued else None,
    )


def _routed(case: Case, made: Suggestion, weighed: Weighed) -> SuggestionRouted:
    chosen = weighed.route
    return SuggestionRouted(
        case_id=case.id,
        suggestion_id=made.id,
        to=chosen.to,
        would=chosen.would,
        reasons=tuple(reason.code for reason in chosen.reasons),
        policy_version=chosen.policy_version,
        confidence_state=weighed.confidence.state,
        version_hash=weighed.version_hash,
        certificate_id=weighed.issued.id if weighed.issued else None,
    )


def _ask(work: Work, case: Case, made: Suggestion) -> list[AuditEvent]:
    """Open the review. A blind case keeps the neutral priority and words, so that neither gives the label away."""
    review = _review(work, case, made, ReviewState.OPEN)
    work.reviews.open(review)
    headline = {} if case.gold else {"priority": PRIORITY[made.severity]}
    work.cases.save(move(case, Status.IN_REVIEW, work.now).model_copy(update=headline))
    work.cases.add_terms(case.id, [] if case.gold else [made.label, words(made.label)])
    return [ReviewOpened(case_id=case.id, review_id=review.id, role=review.level, blind=review.blind)]


def settle_alone(app: App, work: Work, case: Case, made: Suggestion, weighed: Weighed) -> list[AuditEvent]:
    """The one place where something is decided without a person. Nothing of Odoo is changed by it: a note and a to-do
    for the team, and what needs nobody is closed. Raises StateError unless a valid certificate covers it right now.
    """
    issued = _must_be_certified(work, case, made, weighed)
    review = _review(work, case, made, ReviewState.OPEN)
    work.reviews.open(review)
    decision = Decision(
        id=new_id(),
        review_id=review.id,
        case_id=case.id,
        suggestion_id=made.id,
        verb=Verb.ACCEPT,
        reason_code=CERTIFIED,
        note="",
        final=final_as_suggested(made),
        changes=(),
        decided_by=MACHINE,
        decided_at=work.now,
    )
    work.reviews.decide(decision, case.thread)
    update = {"priority": PRIORITY[made.severity]}
    work.cases.save(move(case, Status.DECIDED, work.now).model_copy(update=update))
    work.cases.add_terms(case.id, [made.label, words(made.label)])
    work.outbox.owe(WorkKind.CARRY_OUT, decision.id, work.now, due_at=work.now + app.grace)
    return [
        SettledAutomatically(
            case_id=case.id,
            suggestion_id=made.id,
            review_id=review.id,
            decision_id=decision.id,
            certificate_id=issued.id,
            label=made.label,
            final_digest=digest(decision.final.model_dump_json().encode()),
        )
    ]


def _must_be_certified(work: Work, case: Case, made: Suggestion, weighed: Weighed) -> Issued:
    issued = weighed.issued
    if (
        weighed.route.to is not Lane.AUTO
        or weighed.route.reasons
        or issued is None
        or not issued.certificate.valid(weighed.version_hash, work.now)
        or not issued.certificate.covers(made.task, made.label)
        or not weighed.confidence.score >= issued.certificate.threshold
        or proposes_floor_change(made)
    ):
        raise StateError(f"Case {case.number}: nothing is automatic without a valid certificate that covers it.")
    return issued


def _review(work: Work, case: Case, made: Suggestion, state: ReviewState) -> Review:
    return Review(
        id=new_id(),
        case_id=case.id,
        suggestion_id=made.id,
        level=Level.PLANNER,
        state=state,
        blind=case.gold,
        opened_at=work.now,
    )
