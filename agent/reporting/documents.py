"""Cases as plain JSON documents: what every `--json` and the API print. Pure."""

from typing import Any

from agent.cases.model import Case
from agent.confidence.model import Confidence, ConfidenceState
from agent.evidence.allocation import AllocationProposal
from agent.reporting.views import CaseView
from agent.routing.model import Route
from agent.suggestions.model import Fact, Suggestion


def case_document(
    case: Case, made: Suggestion | None, route: Route | None, confidence: Confidence | None
) -> dict[str, Any]:
    """One case with its suggestion; what is not there yet is null or empty."""
    return {
        "id": case.number,
        "case_id": case.id,
        "kind": case.kind,
        "status": case.status,
        "title": case.title,
        "subject": case.subject,
        "company": case.company,
        "correlation_id": case.correlation_id,
        "gold": case.gold,
        "label": made.label if made else None,
        "scores": [{"label": s.label, "probability": round(s.probability, 4)} for s in made.scores] if made else [],
        "severity": made.severity if made else None,
        "team": made.team if made else None,
        "next_step": made.next_step if made else None,
        "summary": made.summary if made else "",
        "confidence": _confidence(confidence),
        "route": route.to if route else None,
        "would_route": route.would if route else None,
        "reasons": [str(reason) for reason in route.reasons] if route else [],
        "policy_version": route.policy_version if route else None,
        "facts": [fact_document(fact) for fact in made.facts] if made else [],
        "reader": made.provenance.reader if made else None,
        "model_id": made.provenance.model_id if made else None,
        "prompt_version": made.provenance.prompt_version if made else None,
        "value_at_risk": case.value_at_risk.model_dump(mode="json") if case.value_at_risk else None,
        "opened_at": case.opened_at.isoformat(),
    }


def _confidence(found: Confidence | None) -> dict[str, Any]:
    if found is None:
        return {"state": ConfidenceState.NOT_CALIBRATED, "value": None, "provisional_score": None}
    return {"state": found.state, "value": found.value, "provisional_score": round(found.score, 4)}


def fact_document(fact: Fact) -> dict[str, Any]:
    """A fact with its quote and span."""
    return {
        "field": fact.field,
        "value": fact.value,
        "unit": fact.unit,
        "quote": fact.quote.text,
        "source": fact.quote.source,
        "span": [fact.quote.start, fact.quote.end],
        "ambiguous": fact.ambiguous,
        "alternatives": list(fact.alternatives),
        "po": fact.po,
        "line": fact.line,
        "now_in_odoo": fact.now_in_odoo,
    }


def allocation_document(made: AllocationProposal) -> dict[str, Any]:
    """Who shall get what of one product, with the effect on every order."""
    return made.model_dump(mode="json") | {"touched": [claim.order.name for claim in made.touched]}


def view_document(view: CaseView) -> dict[str, Any]:
    """Everything about one case."""
    return case_document(view.case, view.suggestion, view.route, view.confidence) | {
        "events": [event.model_dump(mode="json") for event in view.events],
        "mails": [mail.model_dump(mode="json") for mail in view.mails],
        "missing": list(view.evidence.missing) if view.evidence else [],
        "allocations": [allocation_document(item) for item in view.suggestion.allocations] if view.suggestion else [],
        "review": view.review.model_dump(mode="json") if view.review else None,
        "decisions": [item.model_dump(mode="json") for item in view.decisions],
        "actions": [item.model_dump(mode="json") for item in view.actions],
        "timeline": [{"at": e.at.isoformat(), "name": e.name, "actor": e.actor} for e in view.timeline],
    }
