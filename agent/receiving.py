"""Receiving: what comes in is stored once, opens or joins a case, and owes the work that follows."""

from agent.audit.model import (
    CaseJoined,
    CaseOpened,
    EventReceived,
    InputRejected,
    MailReceived,
    MailSuppressed,
    ReviewSuperseded,
)
from agent.cases.model import Case, CaseKind, Status
from agent.errors import BadEvent, GatehouseError, TooLarge
from agent.intake.events import event_digest, parse_events
from agent.intake.gold import is_gold
from agent.intake.mail import parse_mail
from agent.intake.model import Event, EventType, Mail, MailData
from agent.intake.store import Rejected
from agent.kit.canonical import digest
from agent.kit.ids import new_id
from agent.kit.text import clean
from agent.kit.values import Value
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.work import Work

KEPT_BYTES = 64 * 1024 * 1024
TITLE_LENGTH = 160
NEW_STATUS = frozenset({Status.OPEN, Status.IN_REVIEW, Status.DECIDED})


class Taken(Value):
    """What became of one input: its key, its case, and whether it was new. Suppressed mail has no case."""

    key: str
    case_id: str | None
    number: str | None
    new: bool
    suppressed: str = ""


def receive_events(app: App, raw: bytes) -> list[Taken]:
    """Take in one event or a batch, all or none. Raises BadEvent, BadMail, TooLarge; keeping it is `reject`'s job."""
    parsed = [
        _read_mail(app, event.data.raw.encode("utf-8", "surrogateescape"))
        if isinstance(event.data, MailData)
        else event
        for event in parse_events(raw, max_bytes=app.event_max_bytes)
    ]
    with app.work() as work:
        work.intake.take_turn()
        taken = [
            _take_mail(app, work, item) if isinstance(item, Mail) else _take_event(app, work, item) for item in parsed
        ]
    app.poke()
    return taken


def _take_event(app: App, work: Work, event: Event) -> Taken:
    matter = f"{event.type}|{event.data.company or ''}|{event.subject}"
    thread = f"subject:{event.subject}"
    event_hash = event_digest(event)
    if not work.intake.add_event(event, thread, event_hash, work.now):
        if work.intake.event_digest_of(event.key) != event_hash:
            raise BadEvent(
                f"The id {event.id!r} of {event.source} came in before with other content.",
                remedy="Give every event an id of its own; an event never changes.",
            )
        return Taken(key=event.key, case_id=None, number=None, new=False)
    received = EventReceived(key=event.key, type=event.type, digest=event_hash)
    title = f"{event.subject}: {event.type.replace('.', ' ').replace('_', ' ')}"
    kind = CaseKind.INVOICE if event.type is EventType.INVOICE_DISPUTED else CaseKind.EXCEPTION
    opening = _Opening(
        key=event.key, matter=matter, thread=thread, kind=kind, subject=event.subject, title=title,
        company=event.data.company or "", correlation_id=event.correlationid or event.id,
    )  # fmt: skip
    case = _open_or_join(app, work, opening)
    work.audit.append([received.model_copy(update={"case_id": case.id})], work.now)
    return Taken(key=event.key, case_id=case.id, number=case.number, new=True)


def receive_mail(app: App, raw: bytes) -> Taken:
    """Take in one raw mail. Raises BadMail, TooLarge. Auto-replies and bounces are stored and open nothing."""
    mail = _read_mail(app, raw)
    with app.work() as work:
        work.intake.take_turn()
        taken = _take_mail(app, work, mail)
    app.poke()
    return taken


def _read_mail(app: App, raw: bytes) -> Mail:
    try:
        return parse_mail(raw, max_bytes=app.mail_max_bytes)
    except TooLarge as error:
        remedy = "Ask for the mail without its attachments, or raise GATEHOUSE_MAIL_MAX_MB."
        raise TooLarge(error.detail, remedy=remedy) from error


def _take_mail(app: App, work: Work, given: Mail) -> Taken:
    known = work.intake.mail_of(given.key)
    if known is not None and _said(known) == _said(given):
        return Taken(key=given.key, case_id=None, number=None, new=False)
    mail = given if known is None else _under_its_content(given)
    thread = work.intake.thread_of(mail)
    if not work.intake.add_mail(mail, thread, work.now):
        return Taken(key=mail.key, case_id=None, number=None, new=False)
    if mail.auto_reply:
        event = MailSuppressed(key=digest(mail.key.encode()), digest=mail.content_digest, why=mail.auto_reply)
        work.audit.append([event], work.now)
        return Taken(key=mail.key, case_id=None, number=None, new=True, suppressed=mail.auto_reply)
    opening = _Opening(
        key=mail.key, matter=f"mail|{thread}", thread=thread, kind=CaseKind.SUPPLIER_EMAIL, company="",
        subject=mail.sender[:128] or "unknown sender", title=mail.subject[:TITLE_LENGTH] or "(no subject)",
        correlation_id=mail.content_digest[:32],
    )  # fmt: skip
    case = _open_or_join(app, work, opening)
    received = MailReceived(case_id=case.id, key=digest(mail.key.encode()), digest=mail.content_digest)
    work.audit.append([received], work.now)
    return Taken(key=mail.key, case_id=case.id, number=case.number, new=True)


def _said(mail: Mail) -> tuple[object, ...]:
    """What a mail says, without what carried it: the same mail over two ways says the same."""
    return mail.sender, mail.subject, mail.body, tuple(part.digest for part in mail.attachments)


def _under_its_content(mail: Mail) -> Mail:
    """A mail under the id of another one is known by its content, and says so: nobody can hide it by taking its id."""
    words = "its Message-ID was used before by another mail"
    return mail.model_copy(update={"has_own_id": False, "defects": (*mail.defects, words)})


def open_risk_summaries(app: App) -> list[str]:
    """Open today's risk summary of every company, once a day. Answers the cases' numbers."""
    companies = app.odoo.info().companies
    day = app.site_now().date()
    numbers = []
    with app.work() as work:
        work.intake.take_turn()
        for company in companies:
            key = f"risk:{company}:{day}"
            if work.cases.of_matter(key):
                continue
            opening = _Opening(
                key=key, matter=key, thread=key, kind=CaseKind.RISK_SUMMARY, company=company,
                subject=company[:128], title=f"Supply risk on {day}", correlation_id=key,
            )  # fmt: skip
            numbers.append(_open_or_join(app, work, opening).number)
    app.poke()
    return numbers


class _Opening(Value):
    """What is needed to open a case."""

    key: str
    matter: str
    thread: str
    kind: CaseKind
    subject: str
    title: str
    company: str
    correlation_id: str


def _open_or_join(app: App, work: Work, opening: _Opening) -> Case:
    """Later events on a matter that is not closed join its case; the open review is superseded."""
    known = work.cases.hold_matter(opening.matter)
    case = _join(work, known, opening) if known and known.status in NEW_STATUS else _open(app, work, opening)
    work.intake.assign(opening.key, case.id)
    work.outbox.owe(WorkKind.SETTLE, case.id, work.now)
    return case


def _open(app: App, work: Work, opening: _Opening) -> Case:
    case = Case(
        id=new_id(),
        number=work.cases.next_number(work.now),
        kind=opening.kind,
        status=Status.OPEN,
        company=opening.company,
        subject=opening.subject,
        title=opening.title,
        thread=opening.thread,
        correlation_id=opening.correlation_id,
        gold=is_gold(app.master, opening.key, app.policy.gold_share),
        opened_at=work.now,
        changed_at=work.now,
    )
    work.cases.add(case, opening.matter, [case.subject, case.number])
    event = CaseOpened(
        case_id=case.id, number=case.number, kind=case.kind, correlation_id=case.correlation_id, gold=case.gold
    )
    work.audit.append([event], work.now)
    return case


def _join(work: Work, case: Case, opening: _Opening) -> Case:
    gone = [ReviewSuperseded(case_id=case.id, review_id=review_id) for review_id in work.reviews.supersede(case.id)]
    changes = {"round": case.round + 1, "title": opening.title, "status": Status.OPEN, "changed_at": work.now}
    joined = work.cases.save(case.model_copy(update=changes))
    work.audit.append(
        [*gone, CaseJoined(case_id=case.id, round=joined.round, key=digest(opening.key.encode()))], work.now
    )
    return joined


def reject(app: App, raw: bytes, *, name: str, kind: str, error: GatehouseError) -> Rejected:
    """Keep an input that could not be used in the dead-letter list, with its reason."""
    now = app.clock()
    item = Rejected(
        digest=digest(raw), name=clean(name)[0], kind=kind, why=clean(str(error))[0],
        next_step=clean(error.next_step)[0],
        kept=len(raw) <= KEPT_BYTES, received_at=now,
    )  # fmt: skip
    with app.work() as work:
        if work.intake.reject(item, raw if item.kept else None):
            work.audit.append([InputRejected(digest=item.digest, why=error.headline)], work.now)
    return item
