"""Reserved stock that goes from one customer order to another: each part is kept, and parts are paired. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from agent.intake.changes import Snapshot, Watched
from agent.intake.model import Event, EventType, StockData
from agent.intake.watch_policy import CONFIRMED, ZERO, reference
from agent.kit.canonical import short_digest
from agent.kit.values import Value


class Shift(Value):
    """What one order gained (positive) or lost of a product at a moment, besides what was delivered."""

    order: str
    company: str
    product: str
    quantity: Decimal
    short: Decimal = ZERO
    at: datetime

    @property
    def key(self) -> str:
        """The same for the same shift, however often it is read."""
        return short_digest(self.model_dump_json(), 40)


def shifts_of(before: Snapshot | None, after: Snapshot) -> tuple[Shift, ...]:
    """Reserved stock that an open order gained, or lost although it still needs it."""
    if after.model is not Watched.SALE_ORDER or before is None:
        return ()
    if before.state not in CONFIRMED or after.state not in CONFIRMED:
        return ()
    had, has = _held(before), _held(after)
    wanted = _wanted(after)
    found: list[Shift] = []
    for product in sorted({*had, *has}):
        moved = has[product] - had[product]
        short = wanted[product] - has[product]
        if moved > ZERO or (moved < ZERO and short > ZERO):
            found.append(
                Shift(
                    order=reference(after.name, str(after.id)), company=after.company, product=product,
                    quantity=moved, short=max(short, ZERO), at=after.changed_at,
                )
            )  # fmt: skip
    return tuple(found)


def moved_between(fresh: Iterable[Shift], known: Iterable[Shift], window: timedelta, source: str) -> tuple[Event, ...]:
    """An event for each loss and gain of a product within the window, of which one at least is fresh.

    Which pairs there are depends on the shifts alone, not on the order in which they were read.
    """
    new = {shift.key: shift for shift in fresh}
    every = {shift.key: shift for shift in known} | new
    gains = [shift for shift in every.values() if shift.quantity > ZERO]
    losses = [shift for shift in every.values() if shift.quantity < ZERO]
    pairs = [
        (loss, gain)
        for loss in losses
        for gain in gains
        if (loss.key in new or gain.key in new) and _belong(loss, gain, window)
    ]
    return tuple(_event(loss, gain, source) for loss, gain in sorted(pairs, key=lambda p: (p[0].key, p[1].key)))


def _belong(loss: Shift, gain: Shift, window: timedelta) -> bool:
    same = loss.product == gain.product and loss.company == gain.company and loss.order != gain.order
    return same and abs(loss.at - gain.at) <= window


def _event(loss: Shift, gain: Shift, source: str) -> Event:
    quantity = min(-loss.quantity, gain.quantity)
    data = {
        **({"company": reference(loss.company)} if loss.company else {}),
        "product": reference(loss.product, "unknown"), "order": loss.order, "to_order": gain.order,
        "quantity_needed": loss.short,
        "note": f"{quantity.normalize():f} of {loss.product} reserved for {loss.order} went to {gain.order}.",
    }  # fmt: skip
    return Event(
        id=f"allocation:{short_digest(f'{loss.key}:{gain.key}', 32)}", source=reference(source, "odoo"),
        type=EventType.ALLOCATION_MOVED, subject=loss.order, time=max(loss.at, gain.at),
        data=StockData.model_validate(data),
    )  # fmt: skip


def _held(seen: Snapshot) -> dict[str, Decimal]:
    """Reserved or delivered, by product."""
    return _sums((line.product, line.reserved + line.done) for line in seen.lines)


def _wanted(seen: Snapshot) -> dict[str, Decimal]:
    return _sums((line.product, line.quantity) for line in seen.lines)


def _sums(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for name, quantity in pairs:
        sums[name] += quantity
    return sums
