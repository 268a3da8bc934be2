"""Reading what changed in Odoo: a page is saved whole (how far, what was seen, what it means) or not at all."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from agent.actions.ours import CHANGING, as_we_left_it
from agent.audit.model import ControlTriggered, SourceCaughtUp
from agent.errors import BadMail, GatehouseError, TooLarge
from agent.intake.attempts import REQUEST, as_attempt, event_of
from agent.intake.changes import Attempt, Cursor, OdooChanges, OdooMail, Snapshot, Watched
from agent.intake.mail import parse_mail
from agent.intake.model import Event, Mail
from agent.intake.progress import DEEP_EVERY, DEEP_OVERLAP, OVERLAP, Part, Progress, begin, onward
from agent.intake.reservations import moved_between, shifts_of
from agent.intake.watch import digest_of, events_of
from agent.intake.watch_policy import WatchPolicy
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.receiving import INBOX, ODOO, open_stored, reject
from agent.receiving.taking import take_mail, thread_of
from agent.steps.answers import take_odoo_answer
from agent.steps.settled import Pair, mark_settled
from agent.work import Work

LOG = logging.getLogger("gatehouse.watching")

PAGE = 200
MAILS = 20
PAGES_A_STEP = 20  # pages in which nothing is new cost no step of their own
SOON = timedelta(minutes=2)  # the risk of orders is reckoned anew for a burst of changes, not for each
LATEST = timedelta(minutes=10)
KEPT = DEEP_EVERY + DEEP_OVERLAP + OVERLAP

Saving = Callable[[Work], None]


@dataclass(frozen=True)
class _Reading:
    """What the pages of one step share."""

    app: App
    changes: OdooChanges
    policy: WatchPolicy
    source: str
    was: str | None  # the stored progress that this step goes on from


def read_odoo(app: App) -> list[str]:
    """Read on where the last step ended. Answers something as long as there is more.

    Raises OdooUnavailable or OdooDenied; what was saved until then stays, and the next run goes on there.
    """
    if app.changes is None:
        return []
    with app.look() as look:
        was = look.sources.state(ODOO)
    now = Progress.model_validate_json(was) if was else None
    if now is None or now.ended:
        now = _begin(app, app.changes, now)
        if now.first:
            _start(app, now, was)
            return [ODOO]
    policy = app.watch.with_parameters(app.changes.parameters())
    reading = _Reading(app, app.changes, policy, f"odoo:{now.database}", was)
    for _ in range(PAGES_A_STEP):
        now, saving = _page(reading, now)
        if saving is not None or now.ended:
            _save(reading, now, saving)
            return [] if now.ended else [ODOO]
    _save(reading, now, None)
    return [ODOO]


def _begin(app: App, changes: OdooChanges, last: Progress | None) -> Progress:
    """A new pass. What waits is opened first, so that a settled matter meets its case."""
    try:
        while open_stored(app):
            pass
    except GatehouseError as error:
        LOG.warning("what waits could not all be opened, and Odoo is read all the same: %s", error)
    return begin(last, app.odoo.info().database, changes.now(), changes.heads())


def _start(app: App, now: Progress, was: str | None) -> None:
    """The first pass on a database: whatever was seen of another one is forgotten."""
    with app.work() as work:
        if work.sources.put_state(ODOO, now.model_dump_json(), was=was, now=work.now):
            work.sources.forget_records()


def _save(reading: _Reading, now: Progress, saving: Saving | None) -> None:
    """All of the page in one transaction, unless somebody else has gone on meanwhile: then this reading is void."""
    app = reading.app
    with app.work() as work:
        if now.part is Part.MAILS:
            work.intake.take_turn()
        if not work.sources.put_state(ODOO, now.model_dump_json(), was=reading.was, now=work.now):
            return
        if saving is not None:
            saving(work)
        if now.ended:
            _end(work, now)
    app.poke()


def _end(work: Work, now: Progress) -> None:
    work.sources.forget_old(now.began - KEPT)
    if now.gap:
        work.audit.append([SourceCaughtUp(source=ODOO, records=now.changed)], work.now)
    if now.changed:
        work.outbox.ask(WorkKind.INDICATE, ODOO, work.now, wait=SOON, most=LATEST)


def _page(reading: _Reading, now: Progress) -> tuple[Progress, Saving | None]:
    match now.part:
        case Part.MAILS:
            return _mails(reading, now)
        case Part.ATTEMPTS:
            return _attempts(reading, now)
        case Part.ANSWERS:
            return _answers(reading, now)
        case _:
            return _records(reading, now, Watched(now.part.value))


# --- records ----------------------------------------------------------------------------------------
def _records(reading: _Reading, now: Progress, model: Watched) -> tuple[Progress, Saving | None]:
    read_at = reading.app.clock()
    page = reading.changes.changed(model, Cursor(at=now.since, id=now.after), PAGE)
    with reading.app.look() as look:
        known = look.sources.digests(model, [record.id for record in page.records])
    fresh = [record for record in page.records if known.get(record.id) != digest_of(record)]
    after = onward(now, page.cursor.id, more=page.more, changed=len(fresh))
    if not fresh:
        return after, None

    def save(work: Work) -> None:
        if not now.first:
            _tell(reading, work, now, fresh)
        work.sources.keep(fresh, read_at)

    return after, save


def _tell(reading: _Reading, work: Work, now: Progress, fresh: Sequence[Snapshot]) -> None:
    """What the changes settle, and the events that they are."""
    pairs = _pairs(work, now, fresh)
    mark_settled(work, pairs, reading.policy)
    told = [event for pair in pairs for event in events_of(*pair, reading.policy, reading.source)]
    shifts = [shift for pair in pairs for shift in shifts_of(*pair)]
    if shifts:
        window = reading.policy.reallocation_window
        times = [shift.at for shift in shifts]
        near = work.sources.shifts({shift.product for shift in shifts}, min(times) - window, max(times) + window)
        told += moved_between(shifts, near, window, reading.source)
        work.sources.add_shifts(shifts)
    _take(work, told)


def _pairs(work: Work, now: Progress, fresh: Sequence[Snapshot]) -> list[Pair]:
    """Each changed record with what it was, our own changes left out; without those whose history is not known."""
    seen = work.sources.seen(fresh[0].model, [record.id for record in fresh])
    since = min((seen_at for _, seen_at in seen.values()), default=work.now)
    ours = work.actions.done_since(since, CHANGING)
    pairs: list[Pair] = []
    for record in fresh:
        if record.id in seen:
            before, seen_at = seen[record.id]
            done = [item.action for item in ours if item.done_at and item.done_at >= seen_at]
            pairs.append((as_we_left_it(before, done), record))
        elif record.made_at is not None and record.made_at >= now.watched_since:
            pairs.append((None, record))
    return pairs


def _take(work: Work, told: Sequence[Event]) -> None:
    """Store the events that are new; their cases are opened by the work that is owed."""
    by_key = {event.key: event for event in told}
    known = work.intake.digests(by_key)
    new = [(event, thread_of(event), event.model_dump_json()) for key, event in by_key.items() if key not in known]
    if new:
        work.intake.add_events(new, work.now)
        work.outbox.owe(WorkKind.CATCH_UP, INBOX, work.now)


# --- mails, attempts, answers -------------------------------------------------------------------------
def _mails(reading: _Reading, now: Progress) -> tuple[Progress, Saving | None]:
    found = reading.changes.mails(now.after, MAILS)
    mails = [mail for item in found if (mail := _parsed(reading.app, item))]
    after = onward(now, found[-1].id if found else 0, more=len(found) == MAILS)
    with reading.app.look() as look:
        new = [mail for mail in mails if look.intake.mail_of(mail.key) is None]

    def save(work: Work) -> None:
        for mail in mails:
            take_mail(reading.app, work, mail)

    return after, save if new else None


def _parsed(app: App, item: OdooMail) -> Mail | None:
    """The mail; what cannot be read lies among the rejected, with its reason, once."""
    try:
        return parse_mail(item.raw, max_bytes=app.mail_max_bytes)
    except (BadMail, TooLarge) as error:
        reject(app, item.raw, name=f"mail {item.id} on {item.purchase}", kind="mail", error=error)
        return None


def _attempts(reading: _Reading, now: Progress) -> tuple[Progress, Saving | None]:
    found = reading.changes.attempts(now.after, PAGE)
    after = onward(now, found[-1][0] if found else 0, more=len(found) == PAGE)
    return after, _saving_attempts(reading, [attempt for _, attempt in found])


def _answers(reading: _Reading, now: Progress) -> tuple[Progress, Saving | None]:
    found = reading.changes.answers(now.after, PAGE)
    after = onward(now, found[-1].id if found else 0, more=len(found) == PAGE)
    for answer in found:
        take_odoo_answer(reading.app, answer)
    return after, _saving_attempts(
        reading, [as_attempt(item) for item in found if item.consent == REQUEST and item.warned]
    )


def _saving_attempts(reading: _Reading, attempts: Sequence[Attempt]) -> Saving | None:
    def save(work: Work) -> None:
        new = [item for item in attempts if work.sources.first_time("attempt", item.id, item.at)]
        work.audit.append(
            [
                ControlTriggered(actor=item.login, attempt=item.id, scenario=item.scenario, mode=item.mode)
                for item in new
            ],
            work.now,
        )
        _take(work, [event for item in new if (event := event_of(item, reading.source))])

    return save if attempts else None
