"""Storing: what many senders bring at once is stored in one transaction; its cases are opened afterwards."""

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta

from agent.errors import GatehouseError, IdTaken, StorageError
from agent.intake.model import Event, Mail
from agent.kit.canonical import digest
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.receiving.taking import Input, Taken, id_taken, open_event, take_mail, thread_of
from agent.work import Work

LOG = logging.getLogger("gatehouse.receiving")
INBOX = "inbox"  # the source under which stored events are caught up with
ODOO = "odoo"
IMAP = "imap"
PORTION = 10  # events whose cases are opened in one short transaction
PORTIONS = 20  # of them in one step
LET_IN = 0.002  # seconds between two of them, so that whoever stores is not kept waiting
HINT_WAIT = timedelta(seconds=2)  # Odoo tells before its transaction ends
HINT_MOST = timedelta(seconds=10)

Parcel = tuple[Input, ...]


def store(app: App, parcels: Sequence[Parcel]) -> list[tuple[Taken, ...] | GatehouseError]:
    """Store what many senders brought, all or nothing of each parcel. For each: what became of it, or IdTaken.

    It is durable then. The cases of its events are opened by `open_stored`, which is owed.
    """
    with app.work() as work:
        outcomes = _store(app, work, parcels)
    app.poke()
    return outcomes


def _store(app: App, work: Work, parcels: Sequence[Parcel]) -> list[tuple[Taken, ...] | GatehouseError]:
    if any(isinstance(item, Mail) for parcel in parcels for item in parcel):
        work.intake.take_turn()
    known = work.intake.digests({item.key for parcel in parcels for item in parcel if isinstance(item, Event)})
    fresh: list[tuple[Event, str, str]] = []
    outcomes: list[tuple[Taken, ...] | GatehouseError] = []
    for parcel in parcels:
        try:
            new = _new_of(parcel, known)
        except IdTaken as error:
            outcomes.append(error)
            continue
        fresh += [(event, thread_of(event), text) for event, text, _ in new.values()]
        known |= {key: event_hash for key, (_, _, event_hash) in new.items()}
        outcomes.append(tuple(_told(app, work, item, new) for item in parcel))
    if fresh:
        work.intake.add_events(fresh, work.now)
        work.outbox.owe(WorkKind.CATCH_UP, INBOX, work.now)
    return outcomes


_New = dict[str, tuple[Event, str, str]]


def _new_of(parcel: Parcel, known: Mapping[str, str]) -> _New:
    """The parcel's events that did not come in before, by key, each with its JSON and digest. Raises IdTaken."""
    new: _New = {}
    for event in parcel:
        if isinstance(event, Event):
            text = event.model_dump_json()
            event_hash = digest(text.encode())
            before = new[event.key][2] if event.key in new else known.get(event.key, event_hash)
            if before != event_hash:
                raise id_taken(event)
            if event.key not in known:
                new.setdefault(event.key, (event, text, event_hash))
    return new


def _told(app: App, work: Work, item: Input, new: _New) -> Taken:
    if isinstance(item, Mail):
        return take_mail(app, work, item)
    first = item.key in new and new[item.key][0] is item
    return Taken(key=item.key, case_id=None, number=None, new=first)


def open_stored(app: App) -> list[str]:
    """Open or join the cases of stored events, the oldest first. Answers their keys; none when nothing waits.

    An event that cannot be opened keeps no other from it: its error is raised when the others are through.
    """
    opened: list[str] = []
    failed: list[Exception] = []
    for _ in range(PORTIONS):
        keys = _open_portion(app, failed)
        opened += keys
        if not keys:
            break
        time.sleep(LET_IN)
    if failed:
        raise failed[0]
    return opened


def _open_portion(app: App, failed: list[Exception]) -> list[str]:
    """Open a portion together, or each by itself when one of them fails; those that failed are passed over."""
    with app.look() as look:
        if not look.intake.waiting(1 + len(failed))[len(failed) :]:
            return []
    try:
        return _open(app, PORTION, len(failed))
    except StorageError:
        raise
    except Exception as error:  # noqa: BLE001 - each is tried by itself, and raises again
        LOG.warning("stored events are opened one by one: %s", error)
    opened: list[str] = []
    for _ in range(PORTION):
        try:
            opened += _open(app, 1, len(failed))
        except StorageError:
            raise
        except Exception as error:
            LOG.exception("a stored event cannot be opened")
            failed.append(error)
    return opened


def _open(app: App, most: int, skip: int) -> list[str]:
    with app.work() as work:
        work.intake.take_turn()
        waiting = work.intake.waiting(most + skip)[skip:]
        for event, event_hash in waiting:
            open_event(app, work, event, event_hash)
    app.poke()
    return [event.key for event, _ in waiting]


def take_hint(app: App) -> None:
    """Odoo says that something changes: it is asked soon, once for a burst of hints. Durable when it returns."""
    with app.work() as work:
        work.outbox.ask(WorkKind.CATCH_UP, ODOO, work.now, wait=HINT_WAIT, most=HINT_MOST)
