"""Orders as values in memory: their lines, parties and figures, and what follows from a changed line."""

from decimal import Decimal
from typing import Any

from agent.adapters import guards
from agent.adapters.memory.kept import Kept, place_of
from agent.approvals.model import Scenario
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


def figures_of(kept: Kept, scenario: Scenario, record: RecordRef) -> dict[str, str]:
    """The figures that a consent of this scenario is bound to, as far as values in memory tell them."""
    order = kept.orders.get(place_of(record))
    amount = order.total.amount if order else Decimal()
    held = "yes" if place_of(record) in kept.held else "no"
    match scenario, order:
        case Scenario.DISCOUNT_EXCEPTION, SaleOrder(margin_percent=margin):
            return {"amount": _plain(amount)} | ({"margin_percent": _plain(margin)} if margin is not None else {})
        case Scenario.CREDIT_RELEASE, SaleOrder(customer=customer):
            used, limit = (
                money.amount if money else Decimal() for money in (customer.credit_used, customer.credit_limit)
            )
            return {"exposure": _plain(used + amount), "limit": _plain(limit), "held": held}
        case Scenario.SHIPMENT_UPGRADE, SaleOrder(freight=freight, carrier=carrier):
            return {"freight": _plain(freight.amount if freight else Decimal()), "carrier": carrier}
        case Scenario.EMERGENCY_PROCUREMENT, PurchaseOrder(supplier=supplier):
            return {"amount": _plain(amount), "supplier": f"{supplier.name} [{supplier.id}]"}
        case Scenario.INVOICE_DISCREPANCY, Bill():
            return {"amount": _plain(amount), "disputed": held}
        case _:
            return {}


def _plain(value: Decimal) -> str:
    return f"{value:.2f}"
