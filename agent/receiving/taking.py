"""Taking in: each event and mail is stored once, opens or joins its case, and owes the work that follows."""

from agent.audit.model import EventReceived, MailReceived, MailSuppressed
from agent.cases.model import Case, CaseKind
from agent.errors import IdTaken, TooLarge
from agent.intake.events import event_digest, parse_events
from agent.intake.mail import parse_mail
from agent.intake.model import Event, EventType, Mail, MailData
from agent.kit.canonical import digest
from agent.kit.values import Value
from agent.pipeline import App
from agent.receiving.opening import Opening, open_or_join
from agent.work import Work

TITLE_LENGTH = 160
Input = Event | Mail


class Taken(Value):
    """What became of one input: its key, its case, and whether it was new. Suppressed mail has no case."""

    key: str
    case_id: str | None
    number: str | None
    new: bool
    suppressed: str = ""


def receive_events(app: App, raw: bytes) -> list[Taken]:
    """Take in one event or a batch, all or none. Raises BadEvent, BadMail, TooLarge; keeping it is `reject`'s job."""
    inputs = read_inputs(app, raw)
    with app.work() as work:
        work.intake.take_turn()
        taken = [
            take_mail(app, work, item) if isinstance(item, Mail) else _take_event(app, work, item) for item in inputs
        ]
    app.poke()
    return taken


def read_inputs(app: App, raw: bytes) -> tuple[Input, ...]:
    """What an event or a batch holds; a mail inside an event as a mail. Raises BadEvent, BadMail, TooLarge."""
    return tuple(
        _read_mail(app, event.data.raw.encode("utf-8", "surrogateescape"))
        if isinstance(event.data, MailData)
        else event
        for event in parse_events(raw, max_bytes=app.event_max_bytes)
    )


def _take_event(app: App, work: Work, event: Event) -> Taken:
    event_hash = event_digest(event)
    if not work.intake.add_event(event, thread_of(event), event_hash, work.now):
        if work.intake.event_digest_of(event.key) != event_hash:
            raise id_taken(event)
        return Taken(key=event.key, case_id=None, number=None, new=False)
    case = open_event(app, work, event, event_hash)
    return Taken(key=event.key, case_id=case.id, number=case.number, new=True)


def open_event(app: App, work: Work, event: Event, event_hash: str) -> Case:
    """The case that a stored event opens or joins."""
    kind = CaseKind.INVOICE if event.type is EventType.INVOICE_DISPUTED else CaseKind.EXCEPTION
    opening = Opening(
        key=event.key, matter=f"{event.type}|{event.data.company or ''}|{event.subject}", thread=thread_of(event),
        kind=kind, subject=event.subject, title=f"{event.subject}: {event.type.replace('.', ' ').replace('_', ' ')}",
        company=event.data.company or "", correlation_id=event.correlationid or event.id,
    )  # fmt: skip
    case = open_or_join(app, work, opening)
    received = EventReceived(case_id=case.id, key=event.key, type=event.type, digest=event_hash)
    work.audit.append([received], work.now)
    return case


def thread_of(event: Event) -> str:
    """The thread under whose key an event is sealed."""
    return f"subject:{event.subject}"


def id_taken(event: Event) -> IdTaken:
    """The event's id was used before by another one."""
    return IdTaken(f"The id {event.id!r} of {event.source} came in before with other content.")


def receive_mail(app: App, raw: bytes) -> Taken:
    """Take in one raw mail. Raises BadMail, TooLarge. Auto-replies and bounces are stored and open nothing."""
    mail = _read_mail(app, raw)
    with app.work() as work:
        work.intake.take_turn()
        taken = take_mail(app, work, mail)
    app.poke()
    return taken


def _read_mail(app: App, raw: bytes) -> Mail:
    try:
        return parse_mail(raw, max_bytes=app.mail_max_bytes)
    except TooLarge as error:
        remedy = "Ask for the mail without its attachments, or raise GATEHOUSE_MAIL_MAX_MB."
        raise TooLarge(error.detail, remedy=remedy) from error


def take_mail(app: App, work: Work, given: Mail) -> Taken:
    """Store a mail once, and open or join its case. The intake's turn is the caller's to take."""
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
    opening = Opening(
        key=mail.key, matter=f"mail|{thread}", thread=thread, kind=CaseKind.SUPPLIER_EMAIL, company="",
        subject=mail.sender[:128] or "unknown sender", title=mail.subject[:TITLE_LENGTH] or "(no subject)",
        correlation_id=mail.content_digest[:32],
    )  # fmt: skip
    case = open_or_join(app, work, opening)
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
