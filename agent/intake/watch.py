"""What a change in Odoo means: events from a record as it was and as it is. Pure; equal changes, equal ids."""

from collections.abc import Callable, Iterator

from agent.intake.changes import Snapshot, Watched
from agent.intake.model import Event
from agent.intake.watch_policy import WatchPolicy, reference
from agent.intake.watch_sales import Told, sale_events
from agent.intake.watch_supply import bill_events, picking_events, purchase_events
from agent.kit.canonical import digest, short_digest

Telling = Callable[[Snapshot | None, Snapshot, WatchPolicy], Iterator[Told]]
TELLING: dict[Watched, Telling] = {
    Watched.SALE_ORDER: sale_events,
    Watched.PURCHASE_ORDER: purchase_events,
    Watched.PICKING: picking_events,
    Watched.BILL: bill_events,
}


def digest_of(seen: Snapshot) -> str:
    """SHA-256 over what the record holds; who changed it when is no part of it."""
    return digest(seen.model_dump_json(exclude={"changed_at", "changed_by", "made_at"}).encode())


def events_of(before: Snapshot | None, after: Snapshot, policy: WatchPolicy, source: str) -> tuple[Event, ...]:
    """The events that a change is; `before` is None for a record that is new. A cancelled record tells nothing."""
    if after.state == "cancel" or (before is not None and digest_of(before) == digest_of(after)):
        return ()
    step = f"{digest_of(before) if before else ''}:{digest_of(after)}:{after.changed_at.isoformat()}"
    return tuple(
        Event(
            id=f"{after.model}:{after.id}:{kind}:{short_digest(step, 24)}",
            source=reference(source, "odoo"),
            type=kind,
            subject=subject,
            time=after.changed_at,
            data=data,
        )
        for kind, subject, data in TELLING[after.model](before, after, policy)
    )
