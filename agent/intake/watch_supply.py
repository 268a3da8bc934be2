"""What a changed purchase, transfer or bill means. Pure."""

from collections.abc import Iterator
from decimal import Decimal

from agent.intake.changes import SeenLine, Snapshot
from agent.intake.model import EventType, InvoiceData, LineChange, PurchaseData, ReturnData, ShipmentData
from agent.intake.watch_policy import (
    CONFIRMED,
    MOST_LINES,
    ZERO,
    WatchPolicy,
    common,
    complaint,
    complaints,
    freight_over,
    line_change,
    reference,
    worth,
)
from agent.intake.watch_sales import Told, freight_data
from agent.kit.values import Money

ENDED = frozenset({"done", "cancel"})


def purchase_events(before: Snapshot | None, after: Snapshot, policy: WatchPolicy) -> Iterator[Told]:
    """A planned date that moved later, and an urgent purchase."""
    name = reference(after.name, str(after.id))
    base = {**common(after), "purchase": name, "supplier": reference(after.partner) or None, "amount": after.amount}
    later = _later_lines(before, after) if before and after.state in CONFIRMED else ()
    if later:
        worst = max(later, key=_days)
        dates = {"date_before": worst.date_before, "date_after": worst.date_after, "product": worst.product}
        kind = EventType.PURCHASE_DELAYED if _days(worst) >= policy.delay_days else EventType.SUPPLIER_ETA_CHANGED
        yield kind, name, PurchaseData.model_validate({**base, **dates, "lines": later})
    total = after.amount.amount if after.amount else ZERO
    if after.urgent and not (before and before.urgent) and total >= policy.urgent_from:
        yield EventType.PURCHASE_REQUESTED_URGENT, name, PurchaseData.model_validate(base)


def _later_lines(before: Snapshot, after: Snapshot) -> tuple[LineChange, ...]:
    known = {line.id: line for line in before.lines}
    pairs = [(known[line.id], line) for line in after.lines if line.id in known and line.done < line.quantity]
    moved = [(old, new) for old, new in pairs if old.day and new.day and new.day > old.day]
    return tuple(line_change(old, new) for old, new in moved[:MOST_LINES])


def _days(line: LineChange) -> int:
    return (line.date_after - line.date_before).days if line.date_after and line.date_before else 0


def picking_events(before: Snapshot | None, after: Snapshot, policy: WatchPolicy) -> Iterator[Told]:
    """A return, a delivery that will be late or costs too much."""
    if after.changed_by in policy.own_logins:
        return  # what follows in the warehouse from a change of ours
    name = reference(after.name, str(after.id))
    order = reference(after.origin, name)
    if after.returns and not (before and before.returns):
        first = after.lines[0] if after.lines else None
        goods = {"product": reference(first.product) or None, "quantity": first.quantity} if first else {}
        data = {**common(after), "order": order, "customer": reference(after.partner) or None, **goods}
        yield EventType.RETURN_REQUESTED, order, ReturnData.model_validate(data)
    if after.incoming or after.returns or after.state in ENDED:
        return
    if before and before.day and after.day and after.day > before.day and after.day > (after.deadline or before.day):
        dates = {"date_before": before.day, "date_after": after.day, "carrier": after.carrier[:200] or None}
        data = {**common(after), "order": order, "shipment": name, **dates}
        yield EventType.SHIPMENT_DELAYED, order, ShipmentData.model_validate(data)
    if freight_over(after, policy) and not (before and freight_over(before, policy)):
        yield EventType.SHIPMENT_COST_EXCEEDED, order, freight_data(after, order, name)


def bill_events(before: Snapshot | None, after: Snapshot, policy: WatchPolicy) -> Iterator[Told]:
    """A bill that differs from what was ordered and received, or repeats another."""
    found = complaints(after, policy)
    if not found or (before and complaints(before, policy) == found):
        return
    name = reference(after.name, str(after.id))
    currency = after.amount.currency if after.amount else None
    billed = sum((worth(line) for line in after.lines), ZERO)
    expected = sum((_expected(line) for line in after.lines), ZERO)
    data = {
        **common(after), "bill": name, "purchase": reference(after.origin.split(",")[0]) or None,
        "supplier": reference(after.partner) or None, "note": " ".join(found.values()),
        "amount": currency and Money(amount=billed, currency=currency),
        "expected": currency and Money(amount=expected, currency=currency),
        "lines": tuple(_bill_line(line) for line in after.lines[:MOST_LINES] if complaint(line, policy) or line.unlike),
    }  # fmt: skip
    yield EventType.INVOICE_DISPUTED, name, InvoiceData.model_validate(data)


def _expected(line: SeenLine) -> Decimal:
    quantity = line.quantity if line.expected_quantity is None else min(line.quantity, line.expected_quantity)
    price = line.price if line.expected_price is None else line.expected_price
    return quantity * (price or ZERO)


def _bill_line(line: SeenLine) -> LineChange:
    """What was expected as before, what is billed as after."""
    return LineChange.model_validate(
        {
            "product": reference(line.product, f"line {line.id}"),
            "quantity_before": line.expected_quantity, "quantity_after": line.quantity,
            "price_before": line.expected_price, "price_after": line.price,
        }
    )  # fmt: skip
