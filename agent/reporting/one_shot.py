"""One mail or one note, read, grounded and routed here and now: no case, no service, nothing kept."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from agent.cases.model import Case, CaseKind, Status
from agent.confidence.score import confidence
from agent.confidence.version import version_of
from agent.evidence.collect import collect
from agent.evidence.model import Evidence, OdooReader
from agent.intake.model import Event, Mail
from agent.kit.ids import new_id
from agent.kit.values import Value
from agent.reporting.documents import fact_document
from agent.routing.model import Policy, Route, RouteQuestion
from agent.routing.policy import decide
from agent.suggestions.ahead import ahead
from agent.suggestions.model import Fact, FactField, Suggestion, Task
from agent.suggestions.reader import ExceptionInput
from agent.suggestions.service import Readers, classify_text, suggest
from agent.suggestions.tasks.classify_exception import exception_input
from agent.suggestions.tasks.compare import differs
from agent.suggestions.tasks.read_supplier_email import VALUED

AMOUNTS = frozenset({FactField.QUANTITY, FactField.PRICE})


def read_mail(mail: Mail, readers: Readers, odoo: OdooReader | None, policy: Policy, now: datetime) -> dict[str, Any]:
    """What one mail says, as a document. Without an Odoo nothing of it can be compared, and its gates say so.

    Raises OdooUnavailable or OdooDenied; a model that fails is replaced by the embedded reader, with a gate.
    """
    case = _case(CaseKind.SUPPLIER_EMAIL, mail.subject, now)
    found = collect(case, [], [mail], odoo, now) if odoo else _bare(case, now).model_copy(update={"mail": mail})
    made = suggest(case, found, readers, now).suggestion
    return {
        "text": mail.body,
        "intents": list(made.intents),
        "facts": [_fact(fact) for fact in made.facts],
        **_outcome(made, policy, now),
        "subject": mail.subject,
        "from": mail.sender,
        "sent_at": mail.sent_at.isoformat() if mail.sent_at else None,
        "auto_reply": mail.auto_reply,
    }


class Asked(Value):
    """An exception as it will be asked about: an event with what Odoo says of it, or free text alone."""

    case: Case
    found: Evidence
    asked: ExceptionInput


def of_event(event: Event, odoo: OdooReader | None, now: datetime) -> Asked:
    """An event, with what the given Odoo says of it. Raises OdooUnavailable or OdooDenied."""
    case = _case(CaseKind.EXCEPTION, event.subject, now)
    found = collect(case, [event], [], odoo, now) if odoo else _bare(case, now).model_copy(update={"events": (event,)})
    return Asked(case=case, found=found, asked=exception_input(found, now.date()))


def of_words(asked: ExceptionInput, now: datetime) -> Asked:
    """Free text: a mail, a chat, a note."""
    case = _case(CaseKind.EXCEPTION, "", now)
    return Asked(case=case, found=_bare(case, now), asked=asked)


def classify(items: Sequence[Asked], readers: Readers, policy: Policy, now: datetime) -> Iterator[dict[str, Any]]:
    """What kind of exception each reports, as documents in their order; the embedded reader reads all in one go."""
    readers = ahead(readers, [item.asked for item in items])
    for item in items:
        if item.found.events:
            made = suggest(item.case, item.found, readers, now)
        else:
            made = classify_text(item.case, item.asked, item.found, readers, now)
        yield _classified(made.suggestion, policy, now)


def _classified(made: Suggestion, policy: Policy, now: datetime) -> dict[str, Any]:
    return {
        "label": made.label,
        "scores": [{"label": one.label, "probability": round(one.probability, 4)} for one in made.scores],
        "severity": made.severity,
        "team": made.team,
        "next_step": made.next_step,
        **_outcome(made, policy, now),
    }


def _outcome(made: Suggestion, policy: Policy, now: datetime) -> dict[str, Any]:
    route = _route(made, policy, now)
    return {
        "summary": made.summary,
        "gates": list(dict.fromkeys(finding.gate for finding in made.findings)),
        "route": route.to,
        "reasons": [str(reason) for reason in route.reasons],
        "policy_version": route.policy_version,
        "reader": made.provenance.reader,
        "model_id": made.provenance.model_id,
        "prompt_version": made.provenance.prompt_version,
    }


def _route(made: Suggestion, policy: Policy, now: datetime) -> Route:
    """As the service routes, but that no certificate is at hand."""
    changes = any(fact.field in VALUED and (differs(fact) or not fact.now_in_odoo) for fact in made.facts)
    question = RouteQuestion(
        task=made.task,
        label=made.label,
        confidence=confidence(made),
        findings=made.findings,
        proposes_floor_change=made.task is Task.READ_SUPPLIER_EMAIL and changes,
        gold=False,
        halted=False,
        version_hash=version_of(made).hash,
        certificate=None,
        now=now,
    )
    return decide(question, policy)


def _fact(fact: Fact) -> dict[str, Any]:
    """The fact: a number with its unit or currency as one value, and apart; where no order of ours was matched,
    the reference as the mail wrote it.
    """
    value = f"{fact.value} {fact.unit}" if fact.unit and fact.field in AMOUNTS else fact.value
    number = fact.value if fact.field in AMOUNTS else None
    return fact_document(fact) | {"value": value, "number": number, "po": fact.po or fact.stated_ref or None}


def _bare(case: Case, now: datetime) -> Evidence:
    return Evidence(id=new_id(), case_id=case.id, round=case.round, read_at=now)


def _case(kind: CaseKind, subject: str, now: datetime) -> Case:
    """A case that lives for one answer."""
    return Case(
        id=new_id(),
        number="",
        kind=kind,
        status=Status.OPEN,
        company="",
        subject=subject,
        title=subject,
        thread="",
        correlation_id="",
        gold=False,
        opened_at=now,
        changed_at=now,
    )
