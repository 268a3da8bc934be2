"""The commands that the outside may call: take something in, decide, halt, re-drive, sign in. One transaction each."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from agent.access.model import Person, Right, Session
from agent.actions import service as action_service
from agent.audit.model import (
    CaseJoined,
    CaseOpened,
    DecisionRefused,
    EventReceived,
    InputRedriven,
    InputRejected,
    MailReceived,
    MailSuppressed,
    PersonAdded,
    PersonSignedIn,
    ReviewOpened,
    ReviewSuperseded,
    SignInRefused,
    SystemHalted,
    SystemResumed,
    WorkRedriven,
)
from agent.cases.model import Case, CaseKind, Status, move
from agent.errors import GatehouseError, InputError, NotAllowed, NotFound, NotSignedIn, TooLarge
from agent.intake.events import event_digest, parse_events
from agent.intake.gold import is_gold
from agent.intake.mail import parse_mail
from agent.intake.model import Event, EventType, Mail, MailData
from agent.intake.store import Rejected
from agent.kit.canonical import digest
from agent.kit.ids import new_id
from agent.kit.values import Value
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.reviews.model import Decision, Level, Review, ReviewState, Verb, Verdict
from agent.reviews.service import decide as decide_review
from agent.reviews.service import may_decide
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


# --- intake ---------------------------------------------------------------------------------------
def receive_events(app: App, raw: bytes) -> list[Taken]:
    """Take in one event or a batch, all or none. Raises BadEvent, TooLarge; keeping it is `reject`'s job."""
    parsed = parse_events(raw, max_bytes=app.event_max_bytes)
    taken = [
        receive_mail(app, event.data.raw.encode("utf-8", "surrogateescape"))
        for event in parsed
        if isinstance(event.data, MailData)
    ]
    with app.work() as work:
        taken += [_take_event(app, work, event) for event in parsed if not isinstance(event.data, MailData)]
    app.poke()
    return taken


def _take_event(app: App, work: Work, event: Event) -> Taken:
    matter = f"{event.type}|{event.data.company or ''}|{event.subject}"
    thread = f"subject:{event.subject}"
    event_hash = event_digest(event)
    if not work.intake.add_event(event, thread, event_hash, work.now):
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
    try:
        mail = parse_mail(raw, max_bytes=app.mail_max_bytes)
    except TooLarge as error:
        remedy = "Ask for the mail without its attachments, or raise GATEHOUSE_MAIL_MAX_MB."
        raise TooLarge(error.detail, remedy=remedy) from error
    with app.work() as work:
        taken = _take_mail(app, work, mail)
    app.poke()
    return taken


def _take_mail(app: App, work: Work, mail: Mail) -> Taken:
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


def open_risk_summaries(app: App) -> list[str]:
    """Open today's risk summary of every company, once a day. Answers the cases' numbers."""
    companies = app.odoo.info().companies
    day = app.clock().astimezone(ZoneInfo(app.zone)).date()
    numbers = []
    with app.work() as work:
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
    known = work.cases.of_matter(opening.matter)
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
        digest=digest(raw), name=name, kind=kind, why=str(error), next_step=error.next_step,
        kept=len(raw) <= KEPT_BYTES, received_at=now,
    )  # fmt: skip
    with app.work() as work:
        if work.intake.reject(item, raw if item.kept else None):
            work.audit.append([InputRejected(digest=item.digest, why=error.headline)], work.now)
    return item


# --- deciding -------------------------------------------------------------------------------------
def decide(app: App, review_id: str, verdict: Verdict, by: Person) -> Decision:
    """Record a person's verdict, once; what follows from it is owed in the same transaction.

    Raises NotFound, NotAllowed, AlreadyDecided, InputError; a refusal is audited.
    """
    try:
        decision = _decide(app, review_id, verdict, by)
    except (NotAllowed, InputError) as refused:
        with app.work() as work:
            event = DecisionRefused(actor=by.login, review_id=review_id, why=refused.headline)
            work.audit.append([event], work.now)
        raise
    app.poke()
    return decision


def _decide(app: App, review_id: str, verdict: Verdict, by: Person) -> Decision:
    with app.work() as work:
        review = work.reviews.get(review_id)
        case = work.cases.get(review.case_id)
        suggestion = work.suggestions.get(review.suggestion_id)
        decision, event = decide_review(review, case, suggestion, verdict, by, work.now)
        work.reviews.decide(decision, case.thread)
        found = work.evidence.get(suggestion.evidence_id)
        route, confidence = work.routing.get(suggestion.id)
        row = action_service.decision_row(case, found, suggestion, decision, route, confidence)
        work.outbox.owe_log([(row.key, case.id, case.thread, row.model_dump_json())], work.now)
        work.cases.add_terms(case.id, [decision.final.label])
        work.audit.append([event], work.now)
        if verdict.verb is Verb.ESCALATE:
            _escalate(work, review)
        else:
            work.cases.save(move(case, Status.DECIDED, work.now))
            work.outbox.owe(WorkKind.CARRY_OUT, decision.id, work.now)
    return decision


def _escalate(work: Work, review: Review) -> None:
    higher = Review(
        id=new_id(),
        case_id=review.case_id,
        suggestion_id=review.suggestion_id,
        level=Level.MANAGER,
        state=ReviewState.OPEN,
        blind=False,
        opened_at=work.now,
    )
    work.reviews.open(higher)
    opened = ReviewOpened(case_id=review.case_id, review_id=higher.id, role=higher.level, blind=False)
    work.audit.append([opened], work.now)


def label_blind(app: App, review_id: str, label: str, by: Person) -> None:
    """Keep the label that a person gives before the suggestion is shown. A second one is refused."""
    with app.work() as work:
        review = work.reviews.get(review_id)
        may_decide(review, work.cases.get(review.case_id), by)
        if not review.blind or not work.reviews.label_blind(review_id, label):
            raise NotAllowed("This item has its blind label already.", remedy="Reload it and decide.")


# --- operating ------------------------------------------------------------------------------------
def halt(app: App, reason: str, by: Person) -> bool:
    """Set the kill switch: nothing is automatic and nothing is changed in Odoo until `resume`. False when it is set."""
    by.must(Right.HALT)
    with app.work() as work:
        done = work.routing.halt(reason, by.login, work.now)
        if done:
            work.audit.append([SystemHalted(actor=by.login, reason=reason)], work.now)
    return done


def resume(app: App, by: Person) -> bool:
    """Release the kill switch. False when it was not set."""
    by.must(Right.HALT)
    with app.work() as work:
        done = work.routing.resume()
        if done:
            work.audit.append([SystemResumed(actor=by.login)], work.now)
    app.poke()
    return done


def redrive(app: App, name: str, by: Person) -> str:
    """Take something from the dead-letter list: `kind:key` of a piece of work, `log` for refused log rows, or the
    digest (or its start) of a rejected input. Answers in words what was done. Raises NotFound.
    """
    by.must(Right.REDRIVE)
    if name == "log":
        with app.work() as work:
            count = work.outbox.redrive_log(work.now)
        app.poke()
        return f"{count} log rows are owed again"
    kind, _, key = name.partition(":")
    if kind in set(WorkKind):
        with app.work() as work:
            if not work.outbox.redrive(WorkKind(kind), key, work.now):
                raise NotFound(f"No dead work {name}.", remedy="`gatehouse jobs list` shows what there is.")
            work.audit.append([WorkRedriven(actor=by.login, kind=kind, key=key)], work.now)
        app.poke()
        return f"{name} is due again"
    return _redrive_input(app, name, by)


def _redrive_input(app: App, start: str, by: Person) -> str:
    with app.look() as look:
        found = [item for item in look.intake.rejected() if item.digest.startswith(start)]
        if len(found) != 1:
            raise NotFound(
                f"{len(found)} rejected inputs begin with {start}.", remedy="Name one: `gatehouse jobs list`."
            )
        raw = look.intake.rejected_raw(found[0].digest)
    if raw is None:
        raise NotFound("It was too large to keep.", remedy=f"Ingest the file {found[0].name} again.")
    take = receive_mail if found[0].kind == "mail" else receive_events
    taken = take(app, raw)
    with app.work() as work:
        work.intake.forget_rejected(found[0].digest)
        work.audit.append([InputRedriven(actor=by.login, digest=found[0].digest)], work.now)
    first = taken if isinstance(taken, Taken) else taken[0]
    return f"taken in as {first.number or first.key}"


# --- people ---------------------------------------------------------------------------------------
def add_person(app: App, new: Person, password: str | None, by: str) -> None:
    """Let somebody sign in. Raises ConfigurationError."""
    with app.work() as work:
        work.access.add_person(new, password)
        event = PersonAdded(actor=by, login=new.login, roles=tuple(sorted(new.roles)))
        work.audit.append([event], work.now)


def sign_in(app: App, login: str, password: str) -> tuple[str, Session]:
    """A session for login and password: the browser's token, and the session. Raises NotSignedIn."""
    with app.work() as work:
        who = work.access.check_password(login, password, work.now)
        if who is None:
            event = SignInRefused(actor="unknown", login_digest=digest(login.lower().encode()), why="wrong password")
            work.audit.append([event], work.now)
        else:
            work.audit.append([PersonSignedIn(actor=who.login, method="password")], work.now)
            return work.access.start_session(who, work.now)
    raise NotSignedIn("Login or password is wrong.", remedy="Check both and try again.")


def make_ticket(app: App, login: str, lasts: timedelta) -> str:
    """A single-use sign-in ticket. Raises NotFound."""
    with app.work() as work:
        return work.access.make_ticket(login, work.now, lasts)


def sign_in_by_ticket(app: App, ticket: str) -> tuple[str, Session]:
    """A session for a single-use ticket, which is used up. Raises NotSignedIn."""
    with app.work() as work:
        who = work.access.use_ticket(ticket, work.now)
        if who is not None:
            work.audit.append([PersonSignedIn(actor=who.login, method="ticket")], work.now)
            return work.access.start_session(who, work.now)
    raise NotSignedIn("This sign-in link was used or has expired.", remedy="Ask for a new one.")
