"""From a decision to actions, approvals and log rows: what is written to Odoo, and under which keys. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from pydantic import TypeAdapter

from agent.access.model import Person
from agent.actions.log import ContentKind, ContentRow, DecisionRow
from agent.actions.model import (
    Action,
    AnyAction,
    OpenActivity,
    PostNote,
    RecordSubstitution,
    SetCommitmentDate,
    SetLineDate,
    SetLinePrice,
    SetLineQuantity,
)
from agent.actions.store import Planned
from agent.approvals import service as approval_service
from agent.approvals.matrix import Matter, PriceChange, needs
from agent.approvals.model import Approval, Scenario
from agent.approvals.policy import ApprovalPolicy
from agent.cases.model import Case
from agent.confidence.model import Confidence
from agent.evidence.model import Evidence
from agent.kit.canonical import digest
from agent.kit.values import Value
from agent.reviews.model import CONSENTS, Decision, Final, FinalFact
from agent.routing.model import Route
from agent.suggestions.model import NextStep, Suggestion
from agent.suggestions.tasks.catalogue import words

NOTE_LENGTH = 4000
SUMMARY_LENGTH = 200
_CHANGE: TypeAdapter[AnyAction] = TypeAdapter(Action)


class Plan(Value):
    """What follows from a decision: actions at once, actions that wait for consent, and the approvals asked for."""

    actions: tuple[Planned, ...]
    approvals: tuple[Approval, ...] = ()


def plan_of(
    case: Case, found: Evidence, made: Decision, barred: Sequence[str], policy: ApprovalPolicy, desk_url: str,
    today: date, now: datetime,
) -> Plan:  # fmt: skip
    """The actions of a decision, those that need consent behind the approvals that policy asks for."""
    wanted = actions_of(case, found, made, desk_url, today)
    if made.verb not in CONSENTS:
        return Plan(actions=())
    matter = matter_of(made.final, found, wanted, today)
    asked = {
        need: approval_service.ask(need, case.id, made.id, made.decided_by, barred, policy, now)
        for need in needs(matter, policy)
    }
    waits_for = {
        (need.record.id, line): approval.id
        for need, approval in asked.items()
        if need.scenario is Scenario.SENSITIVE_CHANGE
        for line in need.lines
    }
    actions = []
    for item in wanted:
        price = waits_for.get((item.record.id, item.line_id)) if isinstance(item, SetLinePrice) else None
        actions.append(Planned(action=item, approval_id=price, waits=price is not None))
    return Plan(actions=tuple(actions), approvals=tuple(asked.values()))


def matter_of(final: Final, found: Evidence, changes: Sequence[AnyAction], today: date) -> Matter:
    """What the approval matrix looks at, when these changes are consented to."""
    prices = (item for item in changes if isinstance(item, SetLinePrice))
    return Matter(
        label=final.label,
        next_step=final.next_step,
        found=found,
        today=today,
        price_changes=tuple(
            PriceChange(order=item.record, line_id=item.line_id, before=item.seen, after=item.value) for item in prices
        ),
    )


def ask_activities(
    approval: Approval, people: Sequence[Person], policy: ApprovalPolicy, number: str, desk_url: str, now: datetime
) -> tuple[Planned, ...]:
    """A to-do for whoever must consent, on the record: one for each role that is awaited."""
    return tuple(
        Planned(
            action=OpenActivity(
                record=approval.record,
                summary=f"{words(approval.scenario)}: {words(role).lower()} ({number})"[:SUMMARY_LENGTH],
                note=f"{approval.why}. {desk_url}/approvals/{approval.id}"[:NOTE_LENGTH],
                due=max(approval.due_at, now).date(),
                login=approval_service.whom_to_ask(approval, role, people, policy, now),
                role=role,
                barred=tuple(login for login in (approval.asked_by, *approval.barred) if login),
            ),
            approval_id=approval.id,
        )
        for role in approval_service.open_roles(approval)
    )


def actions_of(case: Case, found: Evidence, made: Decision, desk_url: str, today: date) -> tuple[AnyAction, ...]:
    """What a decision brings about in Odoo: the changes that the person consented to, a note on the record it is
    about, and a to-do when a step is next. Nothing for a rejected or escalated case; no note when no record is known.
    """
    if made.verb not in CONSENTS:
        return ()
    changes = tuple(_CHANGE.validate_json(item.document) for item in made.final.consented)
    record = found.source_record
    if record is None:
        return changes
    note = PostNote(record=record, text=_note(case, made, changes, desk_url)[:NOTE_LENGTH])
    if made.final.next_step is NextStep.NONE_NEEDED:
        return (*changes, note)
    step = words(made.final.next_step)
    return (
        *changes,
        note,
        OpenActivity(
            record=record,
            summary=f"{step} ({case.number})"[:SUMMARY_LENGTH],
            note=f"{words(made.final.label)}. {desk_url}/cases/{case.number}",
            due=today + timedelta(days=1),
        ),
    )


def _note(case: Case, made: Decision, changes: Sequence[AnyAction], desk_url: str) -> str:
    lines = [
        f"Gatehouse {case.number}: {words(made.final.label)}",
        *(f"- {_fact(fact)}" for fact in made.final.facts),
        *(f"Consented: {told(change)}" for change in changes),
        f"Next step: {words(made.final.next_step)}",
        f"Decided by {made.decided_by} ({made.verb}, {made.reason_code.replace('_', ' ')})",
        f"{desk_url}/cases/{case.number}",
    ]
    return "\n".join(lines)


def told(change: AnyAction) -> str:
    """A change in one line of plain words, for notes: what, on which record, from what to what."""
    match change:
        case SetLineDate():
            text = f"planned date {change.seen or 'none'} to {change.value or 'none'}"
        case SetLineQuantity():
            text = f"quantity {change.seen} to {change.value}"
        case SetLinePrice():
            text = f"unit price {change.seen} to {change.value}"
        case SetCommitmentDate():
            text = f"promise {change.seen or 'none'} to {change.value or 'none'}"
        case RecordSubstitution():
            text = f"{change.value or 'no substitute'} instead of {change.seen}"
        case _:
            text = words(change.kind).lower()
    return f"{change.record.name}, {text}"


def _fact(fact: FinalFact) -> str:
    where = f" ({fact.po}{f' line {fact.line}' if fact.line is not None else ''})" if fact.po else ""
    return f"{words(fact.field)}: {fact.value}{f' {fact.unit}' if fact.unit else ''}{where}"


def content_rows(case: Case, made: Suggestion) -> tuple[ContentRow, ContentRow]:
    """The prompt and the output of a suggestion, for the log in Odoo."""
    return (
        _content(case, made, ContentKind.PROMPT, made.prompt),
        _content(case, made, ContentKind.OUTPUT, made.output),
    )


def _content(case: Case, made: Suggestion, kind: ContentKind, text: str) -> ContentRow:
    return ContentRow(
        key=f"{made.id}:{kind}",
        case_number=case.number,
        content=kind,
        text=text,
        digest=digest(text.encode()),
        written_at=made.made_at,
    )


def decision_row(
    case: Case, found: Evidence, suggested: Suggestion, made: Decision, route: Route, confidence: Confidence
) -> DecisionRow:
    """The final action on a suggestion, for the log in Odoo: codes and digests, no words of anybody."""
    return DecisionRow(
        key=made.id,
        case_number=case.number,
        correlation_id=case.correlation_id,
        record=found.source_record,
        task=suggested.task,
        label=suggested.label,
        final_label=made.final.label,
        final_action=made.verb,
        reason_code=made.reason_code,
        reviewer=made.decided_by,
        prompt_version=suggested.provenance.prompt_version,
        model_id=suggested.provenance.model_id,
        confidence_state=confidence.state,
        confidence_value="" if confidence.value is None else f"{confidence.value:.4f}",
        route=route.to,
        route_reasons=tuple(reason.code for reason in route.reasons),
        policy_version=route.policy_version,
        decided_at=made.decided_at,
        prompt_digest=digest(suggested.prompt.encode()),
        output_digest=digest(suggested.output.encode()),
        final_digest=digest(made.final.model_dump_json().encode()),
    )
