"""One case on a terminal."""

from agent.cli import out
from agent.evidence.allocation import AllocationProposal
from agent.reporting.views import CaseView
from agent.suggestions.tasks.catalogue import words


def print_case(view: CaseView) -> None:
    """Everything about a case, top down: what is proposed, why it is where it is, what happened."""
    case, made = view.case, view.suggestion
    out.line(f"{case.number}  {case.title}")
    out.line(f"  {case.kind}, {case.status}, about {case.subject}, company {case.company or 'unassigned'}")
    if made is None:
        hidden = view.review is not None and not view.review.reveals
        out.line("  Gold sample: label it blind first." if hidden else "  No suggestion yet.")
    else:
        out.line(f"  {words(made.label)}: {made.severity}, {made.team}; next: {words(made.next_step)}")
        out.line(f"  {made.summary}")
        out.line(f"  by {made.provenance.reader} {made.provenance.model_id}, prompt {made.provenance.prompt_version}")
    if view.confidence is not None:
        value = view.confidence.value
        out.line(f"  Confidence: {'not calibrated yet' if value is None else f'{value:.3f}'}")
    if made is not None and made.facts:
        rows = [
            (fact.field, fact.value, fact.unit, fact.po or "", fact.line or "", fact.now_in_odoo, fact.quote.text)
            for fact in made.facts
        ]
        out.table("Facts", ("Field", "Value", "Unit", "PO", "Line", "Now in Odoo", "Quote"), rows)
    for item in made.allocations if made is not None else ():
        _print_allocation(item)
    if view.route is not None:
        out.line(f"Route: {view.route.to} (would be {view.route.would} if certified; {view.route.policy_version})")
        for reason in view.route.reasons:
            out.line(f"  - {reason}")
    for item in view.decisions:
        out.line(f"Decision: {item.verb} by {item.decided_by} at {item.decided_at:%Y-%m-%d %H:%M} ({item.reason_code})")
        if item.undone_by:
            out.line(f"  undone by {item.undone_by}")
    for item in view.actions:
        out.line(f"Action: {item.action.kind} on {item.action.record.name}: {item.state} {item.last_error}")
    out.table(
        "Timeline",
        ("When (UTC)", "What", "Who"),
        [(f"{e.at:%Y-%m-%d %H:%M:%S}", e.name, e.actor) for e in view.timeline],
    )


def _print_allocation(item: AllocationProposal) -> None:
    """Who shall get what, and what it does to every order."""
    rows = [
        (
            claim.rank, claim.order.name, claim.customer, claim.promised, f"{claim.open_quantity:f}",
            f"{claim.before.held:f} -> {claim.after.held:f}", f"{claim.before.days_late} -> {claim.after.days_late}",
            f"{claim.before.value_at_risk} -> {claim.after.value_at_risk}",
        )
        for claim in item.claims
    ]  # fmt: skip
    head = ("Rank", "Order", "Customer", "Promised", "Wants", "Held", "Days late", "At risk")
    out.table(f"Who gets {item.product_code} ({item.version})", head, rows)
    for move in item.moves:
        out.line(f"  Give {move.quantity:f} {item.unit} of {move.from_order.name} to {move.to_order.name}")
