"""From a decision to actions and log rows: what is written to Odoo, and under which keys. Pure."""

from datetime import date, timedelta

from agent.actions.log import ContentKind, ContentRow, DecisionRow
from agent.actions.model import AnyAction, OpenActivity, PostNote
from agent.cases.model import Case
from agent.confidence.model import Confidence
from agent.evidence.model import Evidence
from agent.kit.canonical import digest
from agent.reviews.model import Decision, FinalFact, Verb
from agent.routing.model import Route
from agent.suggestions.model import NextStep, Suggestion
from agent.suggestions.tasks.catalogue import words

CONSENTS = frozenset({Verb.ACCEPT, Verb.EDIT})
NOTE_LENGTH = 4000
SUMMARY_LENGTH = 200


def actions_of(case: Case, found: Evidence, made: Decision, desk_url: str, today: date) -> tuple[AnyAction, ...]:
    """What a decision brings about in Odoo: a note on the record it is about, and a to-do when a step is next.
    Nothing for a rejected or escalated case, and nothing when no record is known.
    """
    record = found.source_record
    if made.verb not in CONSENTS or record is None:
        return ()
    note = PostNote(record=record, text=_note(case, made, desk_url)[:NOTE_LENGTH])
    if made.final.next_step is NextStep.NONE_NEEDED:
        return (note,)
    step = words(made.final.next_step)
    return (
        note,
        OpenActivity(
            record=record,
            summary=f"{step} ({case.number})"[:SUMMARY_LENGTH],
            note=f"{words(made.final.label)}. {desk_url}/cases/{case.number}",
            due=today + timedelta(days=1),
        ),
    )


def _note(case: Case, made: Decision, desk_url: str) -> str:
    lines = [
        f"Gatehouse {case.number}: {words(made.final.label)}",
        *(f"- {_fact(fact)}" for fact in made.final.facts),
        f"Next step: {words(made.final.next_step)}",
        f"Decided by {made.decided_by} ({made.verb}, {made.reason_code.replace('_', ' ')})",
        f"{desk_url}/cases/{case.number}",
    ]
    return "\n".join(lines)


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
