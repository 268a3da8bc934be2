"""Deciding a review."""

from agent.access.model import Person
from agent.actions.proposals import documents, must_not_collide
from agent.audit.model import (
    DecisionRefused,
    ReviewOpened,
)
from agent.cases.model import Status, move
from agent.errors import InputError, NotAllowed
from agent.kit.ids import new_id
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.reviews.model import Decision, Level, Review, ReviewState, Verb, Verdict
from agent.reviews.service import decide as decide_review
from agent.reviews.store import Fate
from agent.steps.planning import owe_decision_row
from agent.work import Work


def decide(app: App, review_id: str, verdict: Verdict, by: Person) -> Decision:
    """Record a person's verdict, once; what follows from it is owed, in the same transaction, for when grace is over.

    Raises NotFound, NotAllowed, AlreadyDecided, InputError; a refusal is audited.
    """
    try:
        decision = _decide(app, review_id, verdict, by)
    except (NotAllowed, InputError) as refused:
        with app.work() as work:
            event = DecisionRefused(actor=by.login, review_id=review_id, why=refused.headline)
            work.audit.append([event], work.now)
        raise
    app.poke()
    return decision


def _decide(app: App, review_id: str, verdict: Verdict, by: Person) -> Decision:
    with app.work() as work:
        case = work.cases.get(work.reviews.get(review_id).case_id, hold=True)
        review = work.reviews.get(review_id)
        suggestion = work.suggestions.get(review.suggestion_id)
        found = work.evidence.get(suggestion.evidence_id)
        claims = app.approvals.allocation
        decision, event = decide_review(
            review, case, suggestion, verdict, by, work.now, offered=lambda final: documents(found, final, claims)
        )
        must_not_collide(found, decision.final, claims)
        work.reviews.decide(decision, case.thread)
        work.cases.add_terms(case.id, [decision.final.label])
        work.audit.append([event], work.now)
        if verdict.verb is Verb.ESCALATE:
            work.reviews.settle(decision.id, Fate.BEGUN, by.login, work.now)
            owe_decision_row(work, case, decision)
            _escalate(work, review)
        else:
            work.cases.save(move(case, Status.DECIDED, work.now))
            work.outbox.owe(WorkKind.CARRY_OUT, decision.id, work.now, due_at=work.now + app.grace)
    return decision


def _escalate(work: Work, review: Review) -> None:
    higher = Review(
        id=new_id(),
        case_id=review.case_id,
        suggestion_id=review.suggestion_id,
        level=Level.MANAGER,
        state=ReviewState.OPEN,
        blind=False,
        opened_at=work.now,
    )
    work.reviews.open(higher)
    opened = ReviewOpened(case_id=review.case_id, review_id=higher.id, role=higher.level, blind=False)
    work.audit.append([opened], work.now)
