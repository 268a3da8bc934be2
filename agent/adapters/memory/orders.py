"""Orders as values in memory: their lines, parties and figures, and what follows from a changed line."""

from decimal import Decimal
from typing import Any

from agent.adapters import guards
from agent.adapters.memory.kept import Kept, place_of
from agent.evidence.records import Bill, Model, Party, PurchaseLine, PurchaseOrder, RecordRef, SaleOrder


def line_of(order: PurchaseOrder | SaleOrder, line_id: int) -> Any:
    """The order's line. Raises ActionRefused when there is none."""
    for line in order.lines:
        if line.id == line_id:
            return line
    raise guards.no_line(order.ref, line_id)


def with_line(order: PurchaseOrder, changed: PurchaseLine) -> PurchaseOrder:
    """The order with this line in the place of the old one; total and planned date follow, as in Odoo."""
    lines = tuple(changed if line.id == changed.id else line for line in order.lines)
    worth = sum((line.ordered * line.unit_price for line in lines), Decimal())
    planned = min((line.planned for line in lines if line.planned), default=None)
    total = order.total.model_copy(update={"amount": worth})
    return order.model_copy(update={"lines": lines, "total": total, "planned": planned})


def partner_of(kept: Kept, record: RecordRef) -> Party | None:
    """The customer or supplier whom a record is about."""
    match kept.orders.get(place_of(record)):
        case SaleOrder(customer=customer):
            return customer
        case PurchaseOrder(supplier=supplier) | Bill(supplier=supplier):
            return supplier
        case None if record.model is Model.PARTNER:
            return kept.suppliers.get(record.id)
        case _:
            return None


def figures_of(kept: Kept, record: RecordRef) -> dict[str, str]:
    """The figures of a record that a consent can be bound to, as plain text, by their technical names."""
    order = kept.orders.get(place_of(record))
    if order is None:
        return {}
    found: dict[str, Decimal | None] = {"amount_total": order.total.amount}
    if isinstance(order, SaleOrder):
        used, limit = order.customer.credit_used, order.customer.credit_limit
        found |= {
            "margin_percent": order.margin_percent,
            "freight": order.freight.amount if order.freight else None,
            "credit_used": used.amount if used else None,
            "credit_limit": limit.amount if limit else None,
        }
    return {name: guards.said(value) for name, value in found.items() if value is not None}
