"""What a changed sale order means. Pure."""

from collections.abc import Iterator
from decimal import Decimal

from agent.intake.changes import SeenLine, Snapshot
from agent.intake.model import CreditData, EventData, EventType, LineChange, MarginData, OrderData, ShipmentData
from agent.intake.watch_policy import (
    CONFIRMED,
    HUNDRED,
    MOST_LINES,
    ZERO,
    WatchPolicy,
    below_floor,
    common,
    freight_over,
    line_change,
    over_limit,
    reference,
    worth,
)

Told = tuple[EventType, str, EventData]


def sale_events(before: Snapshot | None, after: Snapshot, policy: WatchPolicy) -> Iterator[Told]:
    """Changed after reservation, margin, credit, freight, and a confirmation that cannot be kept."""
    order = reference(after.name, str(after.id))
    base = {**common(after), "order": order, "customer": reference(after.partner) or None, "amount": after.amount}
    changed = changed_lines(before, after) if before else ()
    if before and _matters_while_reserved(before, after, policy):
        note = f"The order was changed while goods are {'picked' if _picked(before) else 'reserved'}."
        data = {**base, "promised": after.day, "reserved": True, "lines": changed, "note": note}
        yield EventType.ORDER_CHANGED, order, OrderData.model_validate(data)
    if below_floor(after, policy) and not (before and below_floor(before, policy) and not _lower(before, after)):
        figures = {"margin_percent": after.margin_percent, "threshold_percent": policy.margin_floor_percent}
        yield EventType.MARGIN_BELOW_THRESHOLD, order, MarginData.model_validate({**base, **figures})
    if over_limit(after, policy) and not (before and over_limit(before, policy)):
        credit = {"exposure": after.credit_used, "limit": after.credit_limit}
        yield EventType.ORDER_BLOCKED_ON_CREDIT, order, CreditData.model_validate({**base, **credit})
    if freight_over(after, policy) and not (before and freight_over(before, policy)):
        yield EventType.SHIPMENT_COST_EXCEEDED, order, freight_data(after, order)
    wrong = _wrong_with(after) if after.state in CONFIRMED and not (before and before.state in CONFIRMED) else ""
    if wrong:
        data = {**base, "promised": after.day, "note": wrong}
        yield EventType.ORDER_CONFIRMED, order, OrderData.model_validate(data)


def changed_lines(before: Snapshot, after: Snapshot) -> tuple[LineChange, ...]:
    """The lines that are not what they were, those gone and those new among them."""
    old = {line.id: line for line in before.lines}
    new = {line.id: line for line in after.lines}
    pairs = [(old.get(line), new.get(line)) for line in [*old, *(line for line in new if line not in old)]]
    return tuple(line_change(*pair) for pair in pairs if pair[0] is None or _differs(pair[0], pair[1]))[:MOST_LINES]


def _matters_while_reserved(before: Snapshot, after: Snapshot, policy: WatchPolicy) -> bool:
    """Whether somebody changed an order that goods are held for, by enough; picked goods make any change matter."""
    held = {line.id: line for line in before.lines if line.reserved > ZERO or line.picked}
    if before.state not in CONFIRMED or after.state not in CONFIRMED or not held:
        return False
    if after.day and before.day and after.day != before.day:
        return True
    now = {line.id: line for line in after.lines}
    differing = [(line, now.get(line.id)) for line in held.values() if _differs(line, now.get(line.id))]
    if any(line.picked for line, _ in differing):
        return True
    share = policy.change_quantity_percent / HUNDRED
    if any(new is None or new.product != old.product or _moved(old, new) > share for old, new in differing):
        return True
    known = {line.id for line in before.lines}
    more = [line for line in after.lines if line.id not in known and line.quantity > ZERO]
    value = sum((worth(new) - worth(old) for old, new in differing if new), ZERO) + sum(map(worth, more), ZERO)
    amount = before.amount.amount if before.amount else ZERO
    return bool(differing or more) and abs(value) > amount * policy.change_value_percent / HUNDRED


def _differs(old: SeenLine, new: SeenLine | None) -> bool:
    return new is None or (old.product, old.quantity, old.price) != (new.product, new.quantity, new.price)


def _moved(old: SeenLine, new: SeenLine) -> Decimal:
    return abs(new.quantity - old.quantity) / old.quantity if old.quantity else Decimal(new.quantity != old.quantity)


def _picked(seen: Snapshot) -> bool:
    return any(line.picked for line in seen.lines)


def _wrong_with(after: Snapshot) -> str:
    if after.day and after.day < after.changed_at.date():
        return f"It was confirmed with a promise of {after.day}, which has passed."
    if any(line.quantity <= ZERO for line in after.lines):
        return "It was confirmed with a line without a quantity."
    return ""


def _lower(before: Snapshot, after: Snapshot) -> bool:
    """The margin fell further, by a point at least, or the order was confirmed with it."""
    assert after.margin_percent is not None
    fell = before.margin_percent is not None and before.margin_percent - after.margin_percent >= 1
    return fell or (after.state in CONFIRMED and before.state not in CONFIRMED)


def freight_data(after: Snapshot, order: str, shipment: str | None = None) -> ShipmentData:
    """What a delivery costs, and what the standard method would."""
    return ShipmentData.model_validate(
        {
            **common(after), "order": order, "shipment": shipment, "carrier": after.carrier[:200] or None,
            "cost": after.freight, "standard_cost": after.standard_freight,
        }
    )  # fmt: skip
