"""Settling a case: read all it needs, and ask the readers; who acts next is `route`'s."""

from agent.actions import service as action_service
from agent.audit.model import (
    EvidenceCollected,
    ReaderFellBack,
    SuggestionMade,
)
from agent.cases.model import Case, CaseKind
from agent.evidence.collect import collect as collect_evidence
from agent.evidence.impact import impact
from agent.evidence.match_policy import PREFIX as TOLERANCES
from agent.evidence.model import Evidence
from agent.kit.canonical import digest
from agent.kit.values import Money
from agent.pipeline import App
from agent.steps.remember import recalled
from agent.suggestions.model import Suggestion
from agent.suggestions.service import suggest as make_suggestion


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
    found = found.model_copy(update={"precedents": recalled(app, case, _company(case, found), found)})
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
    guessed = found.mail is not None and not found.sender.matches_purchase  # no order of theirs is named
    purchases = [] if guessed else [order.total for order in found.purchases[:1]]
    totals = [record.total for record in (found.sales or found.bills)[:1]] or purchases
    if found.supply is not None:
        at_stake = impact(found.supply, found.read_at.date())
        totals = list((at_stake.in_company or at_stake.totals)[:1])
    risk: Money | None = totals[0] if totals else None
    return {"company": _company(case, found), "value_at_risk": risk}


def _company(case: Case, found: Evidence) -> str:
    """The case's company, else that of the first record found."""
    companies = (record.company for record in (*found.sales, *found.purchases, *found.bills) if record.company)
    return case.company or next(companies, "")


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
    made = make_suggestion(
        case, found, app.readers, app.site_now(), app.matching, app.approvals.allocation, app.mail_relay
    )
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
