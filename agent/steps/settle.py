"""Settling a case: read all it needs, ask the readers, route."""

from datetime import datetime

from agent.actions import service as action_service
from agent.audit.model import (
    EvidenceCollected,
    ReaderFellBack,
    ReviewOpened,
    SuggestionMade,
    SuggestionRouted,
)
from agent.cases.model import Case, CaseKind, Status, move
from agent.confidence.score import confidence as confidence_of
from agent.errors import StateError
from agent.evidence.collect import collect as collect_evidence
from agent.evidence.impact import impact
from agent.evidence.match_policy import PREFIX as TOLERANCES
from agent.evidence.model import Evidence
from agent.kit.canonical import digest
from agent.kit.ids import new_id
from agent.kit.values import Money
from agent.pipeline import App
from agent.reviews.model import Level, Review, ReviewState
from agent.routing.model import Lane, RouteQuestion
from agent.routing.policy import decide
from agent.suggestions.model import Severity, Suggestion, Task
from agent.suggestions.service import suggest as make_suggestion
from agent.suggestions.tasks.catalogue import words
from agent.suggestions.tasks.compare import differs
from agent.suggestions.tasks.read_supplier_email import VALUED

PRIORITY = {Severity.CRITICAL: 10, Severity.HIGH: 30, Severity.MEDIUM: 50, Severity.LOW: 70}


def collect(app: App, case_id: str) -> list[str]:
    """Read all that the case needs and freeze it. Answers the evidence's id."""
    with app.look() as look:
        case = look.cases.get(case_id)
        if known := look.evidence.id_of(case.id, case.round):
            return [known]
        events, mails = look.intake.of_case(case.id)
    found = collect_evidence(case, events, mails, app.odoo, app.site_now())
    if case.kind is CaseKind.INVOICE and app.changes is not None:
        set_there = {key: text for key, text in app.changes.parameters().items() if key.startswith(TOLERANCES)}
        found = found.model_copy(update={"parameters": set_there})
    with app.work() as work:
        if known := work.evidence.id_of(case.id, case.round):
            return [known]
        document = work.evidence.add(found, case.thread)
        fresh = work.cases.get(case_id, hold=True)
        if fresh.round == found.round:
            work.cases.save(fresh.model_copy(update=_learnt(fresh, found)))
        work.cases.add_terms(case.id, _terms(found))
        event = EvidenceCollected(case_id=case.id, evidence_id=found.id, digest=document, missing=len(found.missing))
        work.audit.append([event], work.now)
    return [found.id]


def _learnt(case: Case, found: Evidence) -> dict[str, object]:
    """What the evidence tells about the case itself: its company, and what is at stake."""
    companies = [record.company for record in (*found.sales, *found.purchases, *found.bills) if record.company]
    guessed = found.mail is not None and not found.sender.matches_purchase  # no order of theirs is named
    purchases = [] if guessed else [order.total for order in found.purchases[:1]]
    totals = [record.total for record in (found.sales or found.bills)[:1]] or purchases
    if found.supply is not None:
        at_stake = impact(found.supply, found.read_at.date())
        totals = list((at_stake.in_company or at_stake.totals)[:1])
    risk: Money | None = totals[0] if totals else None
    return {"company": case.company or (companies[0] if companies else ""), "value_at_risk": risk}


def _terms(found: Evidence) -> list[str]:
    orders = [*found.sales, *found.purchases, *found.bills]
    parties = [order.customer.name for order in found.sales] + [order.supplier.name for order in found.purchases]
    references = [order.supplier_ref for order in found.purchases] + [bill.supplier_invoice for bill in found.bills]
    return [*(order.ref.name for order in orders), *parties, *references]


def suggest(app: App, evidence_id: str) -> list[str]:
    """Ask the readers and keep what they propose; owe prompt and output to Odoo's log. Answers the suggestion's id."""
    with app.look() as look:
        found = look.evidence.get(evidence_id)
        case = look.cases.get(found.case_id)
        if known := look.suggestions.of_round(case.id, found.round):
            return [known.id]
    made = make_suggestion(case, found, app.readers, app.site_now(), app.matching, app.approvals.allocation)
    suggestion = made.suggestion
    with app.work() as work:
        if known := work.suggestions.of_round(case.id, found.round):
            return [known.id]
        work.suggestions.add(suggestion, case.thread)
        rows = action_service.content_rows(case, suggestion)
        work.outbox.owe_log([(row.key, case.id, case.thread, row.model_dump_json()) for row in rows], work.now)
        fell_back = (
            [ReaderFellBack(case_id=case.id, task=suggestion.task, why=made.fell_back)] if made.fell_back else []
        )
        work.audit.append([*fell_back, _made_event(suggestion)], work.now)
    app.poke()
    return [suggestion.id]


def _made_event(made: Suggestion) -> SuggestionMade:
    return SuggestionMade(
        case_id=made.case_id,
        suggestion_id=made.id,
        task=made.task,
        label=made.label,
        reader=made.provenance.reader,
        model_id=made.provenance.model_id,
        prompt_version=made.provenance.prompt_version,
        prompt_digest=digest(made.prompt.encode()),
        output_digest=digest(made.output.encode()),
        tokens_in=made.usage.tokens_in,
        tokens_out=made.usage.tokens_out,
        dropped_sentences=made.dropped_sentences,
    )


def route(app: App, suggestion_id: str) -> list[str]:
    """Decide who acts next and open the review. An overtaken suggestion is routed no more."""
    with app.work() as work:
        made = work.suggestions.get(suggestion_id)
        case = work.cases.get(made.case_id, hold=True)
        if case.round != made.round or case.status is not Status.OPEN:
            return []
        confidence = confidence_of(made)
        chosen = decide(
            _question(made, case, confidence_halted=work.routing.halted() is not None, now=work.now), app.policy
        )
        if chosen.to is not Lane.REVIEW:
            raise StateError("An automatic route needs a certificate, and none has been issued.")
        work.routing.add(made.id, case.thread, chosen, confidence, work.now)
        review = Review(
            id=new_id(),
            case_id=case.id,
            suggestion_id=made.id,
            level=Level.PLANNER,
            state=ReviewState.OPEN,
            blind=case.gold,
            opened_at=work.now,
        )
        work.reviews.open(review)
        work.cases.save(move(case, Status.IN_REVIEW, work.now).model_copy(update=_headline(case, made)))
        work.cases.add_terms(case.id, [] if case.gold else [made.label, words(made.label)])
        routed = SuggestionRouted(
            case_id=case.id,
            suggestion_id=made.id,
            to=chosen.to,
            would=chosen.would,
            reasons=tuple(reason.code for reason in chosen.reasons),
            policy_version=chosen.policy_version,
            confidence_state=confidence.state,
        )
        opened = ReviewOpened(case_id=case.id, review_id=review.id, role=review.level, blind=review.blind)
        work.audit.append([routed, opened], work.now)
    return []


def _question(made: Suggestion, case: Case, *, confidence_halted: bool, now: datetime) -> RouteQuestion:
    proposed = made.task is Task.READ_SUPPLIER_EMAIL and any(
        fact.field in VALUED and differs(fact) for fact in made.facts
    )
    return RouteQuestion(
        task=made.task,
        label=made.label,
        confidence=confidence_of(made),
        findings=made.findings,
        proposes_floor_change=proposed,
        gold=case.gold,
        halted=confidence_halted,
        certificate=None,  # none can be issued yet: everything goes to a person
        now=now,
    )


def _headline(case: Case, made: Suggestion) -> dict[str, object]:
    """A blind case keeps the neutral priority and title, so that neither gives the label away."""
    return {} if case.gold else {"priority": PRIORITY[made.severity]}
