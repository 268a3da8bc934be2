"""Figures of an order exception, computed by code from event and evidence: what a classifier may weigh. Pure."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from agent.evidence.model import Evidence
from agent.evidence.records import Bill, PurchaseOrder, SaleOrder
from agent.intake.model import (
    CreditData,
    Event,
    EventData,
    InvoiceData,
    MarginData,
    PurchaseData,
    ReturnData,
    ShipmentData,
    StockData,
)

PAIR = tuple[str, object]
NAMES_OF_LINE = (
    "quantity_before",
    "quantity_after",
    "quantity_reserved",
    "quantity_available",
    "price_before",
    "price_after",
)


def figures(found: Evidence, today: date) -> dict[str, str]:
    """Named plain values: decimals, ISO dates, short words. What the event states wins over what Odoo says,
    but for what only Odoo knows (received, state).
    """
    pairs: list[PAIR] = []
    for order in found.purchases[:1]:
        pairs += _of_purchase(order, today)
    for order in found.sales[:1]:
        pairs += _of_sale(order, today)
    if found.bills and found.purchases:
        pairs += _of_bill(found.bills[0], found.purchases)
    pairs += _of_stock(found)
    for event in found.events[-1:]:
        pairs += _of_event(event, today)
    if found.events:
        pairs.append(("product_known", _product_known(found)))
    return {name: _plain(value) for name, value in pairs if value is not None and value != ""}


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _of_event(event: Event, today: date) -> Iterator[PAIR]:
    """What the event states, its first line before its own fields."""
    data = event.data
    for line in data.lines[:1]:
        yield from ((name, getattr(line, name)) for name in NAMES_OF_LINE)
        if line.date_before and line.date_after:
            yield "days_late", (line.date_after - line.date_before).days
    amount = getattr(data, "amount", None)
    yield "amount", amount and amount.amount
    yield from _of_data(data, today)


def _of_data(data: EventData, today: date) -> Iterator[PAIR]:
    """The fields that only some types have."""
    match data:
        case CreditData():
            yield from (
                ("exposure", data.exposure and data.exposure.amount),
                ("credit_limit", data.limit and data.limit.amount),
            )
        case StockData():
            yield from (("quantity_needed", data.quantity_needed), ("quantity_available", data.quantity_available))
        case PurchaseData() if data.date_before and data.date_after:
            yield "days_late", (data.date_after - data.date_before).days
        case ShipmentData():
            if data.date_before and data.date_after:
                yield "days_late", (data.date_after - data.date_before).days
            yield "cost", data.cost and data.cost.amount
            yield "standard_cost", data.standard_cost and data.standard_cost.amount
        case InvoiceData():
            yield "price_ordered", data.expected and data.expected.amount
            yield "price_billed", data.amount and data.amount.amount
        case MarginData():
            yield from (("margin_percent", data.margin_percent), ("threshold_percent", data.threshold_percent))
        case ReturnData() if data.delivered:
            yield "days_since_delivery", (today - data.delivered).days
        case _:
            pass


def _of_sale(order: SaleOrder, today: date) -> Iterator[PAIR]:
    yield "order_state", order.state
    yield "customer_tier", order.customer.tier
    yield "amount", order.total.amount
    yield "margin_percent", order.margin_percent
    if order.promised:
        yield "days_until_promise", (order.promised - today).days
    yield "quantity_ordered", sum((line.ordered for line in order.lines), Decimal(0))
    yield "quantity_reserved", sum((line.reserved for line in order.lines), Decimal(0))
    if order.freight and order.total.amount:
        yield "freight_percent", round(100 * order.freight.amount / order.total.amount, 1)
    if order.customer.credit_limit and order.customer.credit_used:
        yield "credit_limit", order.customer.credit_limit.amount
        yield "exposure", order.customer.credit_used.amount


def _of_purchase(order: PurchaseOrder, today: date) -> Iterator[PAIR]:
    yield "purchase_state", order.state
    yield "quantity_ordered", sum((line.ordered for line in order.lines), Decimal(0))
    yield "quantity_received", sum((line.received for line in order.lines), Decimal(0))
    planned = [line.planned for line in order.lines if line.planned and line.received < line.ordered]
    if planned:
        yield "days_late", max(0, (today - min(planned)).days)


def _of_bill(bill: Bill, purchases: tuple[PurchaseOrder, ...]) -> Iterator[PAIR]:
    """The first billed line that differs from its purchase line, else the first."""
    ordered = {line.product_code: line for order in purchases for line in order.lines}
    pairs = [(line, ordered[line.product_code]) for line in bill.lines if line.product_code in ordered]
    differing = [(b, o) for b, o in pairs if b.unit_price != o.unit_price or b.quantity != o.received]
    for billed, line in (differing or pairs)[:1]:
        yield from (("price_billed", billed.unit_price), ("price_ordered", line.unit_price))
        yield from (("quantity_billed", billed.quantity), ("quantity_received", line.received))


def _of_stock(found: Evidence) -> Iterator[PAIR]:
    wanted = {str(getattr(event.data, "product", "") or "") for event in found.events[-1:]}
    for level in found.stock:
        if level.product_code in wanted:
            yield "quantity_available", level.on_hand - level.reserved


def _product_known(found: Evidence) -> str | None:
    named = [str(getattr(event.data, "product", "") or "") for event in found.events[-1:]]
    if not named or not named[0]:
        return None
    return "yes" if any(level.product_code == named[0] for level in found.stock) else "no"
