"""Watching the past for patterns: one case for each finding, once for its window, and none while one still waits."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from agent.approvals.model import Scenario
from agent.audit.model import EvidenceCollected
from agent.cases.model import Case, CaseKind
from agent.evidence.history import Happened, Matter
from agent.evidence.model import Evidence
from agent.evidence.pattern_model import Pattern
from agent.intake.model import Event, EventType
from agent.kit.canonical import digest
from agent.kit.ids import new_id
from agent.kit.values import Value
from agent.pipeline import App
from agent.receiving.opening import Opening, open_or_join
from agent.reviews.model import Verb
from agent.suggestions.model import ExceptionLabel, Intent
from agent.work import Work

LOOKED_BACK = timedelta(days=320)  # the windows and the days since they ended
MOST_EVENTS = 20_000
MOST_MAILS = 500
MOST_OF_A_KIND = 10  # new cases of one kind in one run; the rest waits for the next
BY_TYPE = {
    EventType.ALLOCATION_MOVED: Matter.ALLOCATION,
    EventType.SHIPMENT_COST_EXCEEDED: Matter.FREIGHT,
    EventType.SUPPLIER_ETA_CHANGED: Matter.SLIP,
    EventType.PURCHASE_DELAYED: Matter.SLIP,
}
BY_LABEL: dict[str, Matter] = {
    ExceptionLabel.ALLOCATION_CONFLICT: Matter.ALLOCATION,
    ExceptionLabel.SHIPMENT_CHANGE_OR_FREIGHT: Matter.FREIGHT,
    ExceptionLabel.SUPPLIER_DELAY: Matter.SLIP,
}
Labels = Mapping[str, tuple[Verb, str]]


class Found(Value):
    """A pattern, and the case that was opened for it; no number where one is open or was in this window."""

    pattern: Pattern
    number: str = ""


def watch_patterns(app: App) -> list[Found]:
    """Look for patterns and open a case for each new one. Raises OdooUnavailable or OdooDenied, before anything."""
    found = find_patterns(app)
    opened: Counter[str] = Counter()
    told: list[Found] = []
    with app.work() as work:
        work.intake.take_turn()
        for pattern in found:
            number = ""
            if opened[pattern.kind] < MOST_OF_A_KIND and _is_new(work, pattern):
                number = _open(app, work, pattern).number
                opened[pattern.kind] += 1
            told.append(Found(pattern=pattern, number=number))
    app.poke()
    return told


def find_patterns(app: App) -> tuple[Pattern, ...]:
    """What the past and the forecast hold now; opens nothing."""
    from agent.evidence.patterns import patterns, windows

    today = app.site_now().date()
    span = windows(today)
    history = app.odoo.history(span.baseline_since, span.recent_until)
    stock = app.odoo.replenishment()
    with app.look() as look:
        events = [*_of_events(look), *_of_mails(look)]
    return patterns(history, events, stock, today)


def _of_events(look: Work) -> Iterator[Happened]:
    """Stored events that count. What a person decided about a matter goes before what the event calls itself."""
    since = look.now - LOOKED_BACK
    labels = look.reviews.labels_since(since)
    causes = look.approvals.reasons_since(Scenario.SHIPMENT_UPGRADE, since)
    for event, case_id in look.intake.events_since(since, MOST_EVENTS):
        matter = _matter(event, labels.get(case_id))
        subject = _subject(event, matter, causes) if matter else ""
        if matter and subject:
            yield _happened(matter, subject, event.data.company or "", event.time, event.subject)


def _of_mails(look: Work) -> Iterator[Happened]:
    """Mails that a person has found to announce a delay, by the supplier who wrote them."""
    labels = look.reviews.labels_since(look.now - LOOKED_BACK)
    late = [case_id for case_id, (verb, label) in labels.items() if label == Intent.DELAY and verb is not Verb.REJECT]
    for case_id in late[-MOST_MAILS:]:
        case = look.cases.get(case_id)
        evidence_id = look.evidence.id_of(case.id, case.round)
        found = look.evidence.get(evidence_id) if evidence_id else None
        if case.kind is CaseKind.SUPPLIER_EMAIL and found and found.sender.supplier:
            yield _happened(Matter.SLIP, found.sender.supplier.name, case.company, case.opened_at, case.number)


def _matter(event: Event, decided: tuple[Verb, str] | None) -> Matter | None:
    by_type = BY_TYPE.get(event.type)
    if decided is None:
        return by_type
    verb, label = decided
    if verb is Verb.REJECT:
        return None
    matter = BY_LABEL.get(label)
    return None if matter is Matter.FREIGHT and by_type is not Matter.FREIGHT else matter


def _subject(event: Event, matter: Matter, causes: Mapping[str, str]) -> str:
    """The product fought over; why freight was upgraded (who consented said it), else by whom; the supplier."""
    data = event.data
    match matter:
        case Matter.ALLOCATION:
            first = data.lines[0].product if data.lines else ""
            return str(getattr(data, "product", None) or first)
        case Matter.FREIGHT:
            return causes.get(event.subject) or str(getattr(data, "carrier", None) or "")
        case Matter.SLIP:
            return str(getattr(data, "supplier", None) or "")


def _happened(matter: Matter, subject: str, company: str, at: datetime, record: str) -> Happened:
    return Happened(matter=matter, subject=subject, company=company, day=at.date(), record=record)


def _is_new(work: Work, pattern: Pattern) -> bool:
    """Whether nothing was opened for it in its window, and no earlier case about the same still waits."""
    return work.cases.of_matter(pattern.key) is None and not work.cases.waiting_about([_term(pattern)])


def _open(app: App, work: Work, pattern: Pattern) -> Case:
    """The case with its evidence, which is the pattern as it was found."""
    opening = Opening(
        key=pattern.key, matter=pattern.key, thread=pattern.key[:300], kind=CaseKind.PATTERN,
        company=pattern.company, subject=pattern.subject[:128], title=f"{pattern.subject}: a pattern"[:160],
        correlation_id=digest(pattern.key.encode())[:32],
    )  # fmt: skip
    case = open_or_join(app, work, opening)
    found = Evidence(
        id=new_id(), case_id=case.id, round=case.round, read_at=app.site_now(), pattern=pattern
    )  # fmt: skip
    document = work.evidence.add(found, case.thread)
    work.cases.add_terms(case.id, [_term(pattern), pattern.subject, *pattern.records])
    work.audit.append([EvidenceCollected(case_id=case.id, evidence_id=found.id, digest=document, missing=0)], work.now)
    return case


def _term(pattern: Pattern) -> str:
    """What a case about this kind and subject is found by, whatever its window."""
    return f"{pattern.kind} {digest(f'{pattern.company}|{pattern.dimension}|{pattern.subject}'.encode())[:16]}"
