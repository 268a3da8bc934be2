"""The approval matrix: what a decision needs consent for, of which roles, bound to which figures. Pure, by policy."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from pydantic import Field

from agent.access.model import Role
from agent.approvals.model import APPROVER_ROLES, Figure, Scenario
from agent.approvals.policy import ApprovalPolicy
from agent.evidence.allocation import propose
from agent.evidence.model import Evidence
from agent.evidence.records import Bill, PurchaseOrder, RecordRef, SaleOrder
from agent.intake.model import EventType, MarginData, ReturnData, ShipmentData, StockData
from agent.kit.values import Money, Value
from agent.suggestions.model import ExceptionLabel, InvoiceLabel, NextStep

ENDED = frozenset({"done", "cancel"})
NOTHING_TO_CONSENT_TO: frozenset[str] = frozenset(
    {
        ExceptionLabel.NO_EXCEPTION,
        ExceptionLabel.DUPLICATE_OR_DATA_ERROR,
        InvoiceLabel.DUPLICATE,
        InvoiceLabel.MATCHES,
    }
)
Data = TypeVar("Data")
L, E, S = ExceptionLabel, EventType, Scenario
BY_LABEL: dict[str, Scenario] = {
    L.CREDIT_HOLD: S.CREDIT_RELEASE,
    L.ALLOCATION_CONFLICT: S.INVENTORY_REALLOCATION,
    L.SHIPMENT_CHANGE_OR_FREIGHT: S.SHIPMENT_UPGRADE,
    L.RETURN_OR_DAMAGE: S.RETURN_AUTHORIZATION,
    L.PRICE_OR_MARGIN_VARIANCE: S.DISCOUNT_EXCEPTION,
    L.INVOICE_DISCREPANCY: S.INVOICE_DISCREPANCY,
}
BY_EVENT: dict[EventType, Scenario] = {
    E.ORDER_BLOCKED_ON_CREDIT: S.CREDIT_RELEASE,
    E.ALLOCATION_MOVED: S.INVENTORY_REALLOCATION,
    E.SHIPMENT_COST_EXCEEDED: S.SHIPMENT_UPGRADE,
    E.RETURN_REQUESTED: S.RETURN_AUTHORIZATION,
    E.MARGIN_BELOW_THRESHOLD: S.DISCOUNT_EXCEPTION,
    E.PURCHASE_REQUESTED_URGENT: S.EMERGENCY_PROCUREMENT,
    E.INVOICE_DISPUTED: S.INVOICE_DISCREPANCY,
}
SECOND_ROLE: dict[Scenario, Role] = {
    S.CREDIT_RELEASE: Role.SALES_MANAGER,
    S.EMERGENCY_PROCUREMENT: Role.FINANCE,
    S.INVENTORY_REALLOCATION: Role.SALES_MANAGER,
    S.SHIPMENT_UPGRADE: Role.FINANCE,
    S.RETURN_AUTHORIZATION: Role.FINANCE,
}
"""Who must consent besides, above the limit for one pair of eyes."""


class PriceChange(Value):
    """A change of a purchase price to which the planner consented."""

    order: RecordRef
    line_id: int
    before: Decimal
    after: Decimal


class Matter(Value):
    """All that the matrix may look at."""

    label: str
    next_step: NextStep
    found: Evidence
    price_changes: tuple[PriceChange, ...] = ()
    today: date


class Need(Value):
    """A consent that policy demands."""

    scenario: Scenario
    record: RecordRef
    company: str
    figures: tuple[Figure, ...]
    amount: Money | None
    roles: tuple[Role, ...]
    why: str
    lines: tuple[int, ...] = Field(default=(), description="purchase lines whose changes wait for it")


def needs(matter: Matter, policy: ApprovalPolicy) -> tuple[Need, ...]:
    """Every consent that carrying out the decision needs; none when there is nothing to do, or no record to approve."""
    found = list(_sensitive(matter, policy))
    if matter.label in NOTHING_TO_CONSENT_TO or matter.next_step is NextStep.NONE_NEEDED:
        return tuple(found)
    wanted = dict.fromkeys([BY_EVENT[event.type] for event in matter.found.events if event.type in BY_EVENT])
    if matter.label in BY_LABEL:
        wanted[BY_LABEL[matter.label]] = None
    for scenario in wanted:
        given = tuple(_gifts(matter, policy)) if scenario is S.INVENTORY_REALLOCATION else ()
        found += [_with_second(need, policy) for need in given or (_FIND[scenario](matter, policy),) if need]
    return tuple(found)


def _with_second(need: Need, policy: ApprovalPolicy) -> Need:
    second = SECOND_ROLE.get(need.scenario)
    above = need.amount is not None and need.amount.amount > policy.four_eyes_above
    if second is None or not above or second in need.roles:
        return need
    return need.model_copy(update={"roles": (*need.roles, second)})


def _sensitive(matter: Matter, policy: ApprovalPolicy) -> Iterator[Need]:
    """For each order: purchase prices that move further than policy lets a planner move them alone."""
    beyond = [change for change in matter.price_changes if _moved(change) > policy.price_change_percent]
    for record in dict.fromkeys(change.order for change in beyond):
        order = next((item for item in matter.found.purchases if item.ref.id == record.id), None)
        mine = [change for change in beyond if change.order == record]
        currency = order.total.currency if order else ""
        yield Need(
            scenario=S.SENSITIVE_CHANGE,
            record=record,
            company=order.company if order else "",
            figures=(Figure(field="change", value="; ".join(_told(change, currency) for change in mine)),),
            amount=_value(order) if order else None,
            roles=APPROVER_ROLES[S.SENSITIVE_CHANGE],
            why=f"{record.name}: purchase price moves by {max(map(_moved, mine)):.1f} %",
            lines=tuple(change.line_id for change in mine),
        )


def _told(change: PriceChange, currency: str) -> str:
    return f"line {change.line_id}: unit price {change.before:f} to {change.after:f} {currency}".strip()


def _moved(change: PriceChange) -> Decimal:
    """By how many percent; from nothing, without bounds."""
    if change.before == 0:
        return Decimal("Infinity") if change.after else Decimal(0)
    return abs(change.after - change.before) / change.before * 100


def _credit(matter: Matter, _: ApprovalPolicy) -> Need | None:
    for order in matter.found.sales[:1]:
        limit, used = order.customer.credit_limit, order.customer.credit_used
        standing = f" (owes {used}{f' of {limit}' if limit else ''})" if used else ""
        why = f"{order.ref.name}: release {order.total} for {order.customer.name}{standing}"
        return _of_sale(S.CREDIT_RELEASE, order, [_money("limit", limit)] if limit else [], why)
    return None


def _gifts(matter: Matter, policy: ApprovalPolicy) -> Iterator[Need]:
    """For each order that shall give goods by the proposal: what, how much, to whom, in the control's figures."""
    claims = matter.found.claims
    for made in propose(claims, matter.found.read_at.date(), policy.allocation) if claims else ():
        for gift in made.gifts:
            quantity = Figure(field="quantity", value=_plain(gift.quantity), unit=made.unit)
            yield Need(
                scenario=S.INVENTORY_REALLOCATION, record=gift.giver, company=made.company,
                figures=(Figure(field="products", value=made.product_code), quantity, _money("value", gift.value)),
                amount=gift.value, roles=APPROVER_ROLES[S.INVENTORY_REALLOCATION], why=gift.why,
            )  # fmt: skip


def _allocation(matter: Matter, _: ApprovalPolicy) -> Need | None:
    for order in matter.found.sales[:1]:
        data = _newest(matter.found, StockData)
        moved = f"{data.quantity_needed or ''} {data.product} ".lstrip() if data else ""
        to_whom = f" to {data.to_order}" if data and data.to_order else ""
        why = f"{order.ref.name}: give reserved stock {moved}of {order.customer.name}{to_whom}"
        return _of_sale(S.INVENTORY_REALLOCATION, order, [], why)
    return None


def _freight(matter: Matter, policy: ApprovalPolicy) -> Need | None:
    data = _newest(matter.found, ShipmentData)
    for order in matter.found.sales[:1]:
        known = _freight_in_odoo(order)
        cost = known or (data.cost if data else None)
        standard = data.standard_cost if data else None
        usual = standard.amount if standard else order.total.amount * policy.freight_percent / 100
        if cost is None or (cost.amount <= usual and not _says(matter.found, E.SHIPMENT_COST_EXCEEDED)):
            return None
        bound = known is not None and (order.in_company is None or order.in_company.rate == 1)
        figures = [_money("freight", known)] if known and bound else []
        need = _of_sale(S.SHIPMENT_UPGRADE, order, figures, f"{order.ref.name}: freight {cost}")
        return need.model_copy(update={"amount": cost})
    return None


def _freight_in_odoo(order: SaleOrder) -> Money | None:
    """The freight that the customer's order or its deliveries name, whichever is more; None when neither does."""
    out = [item for item in order.transfers if item.kind == "outgoing" and item.state != "cancel" and item.freight]
    shipped = sum((item.freight.amount for item in out if item.freight), Decimal(0))
    charged = order.freight.amount if order.freight else Decimal(0)
    return Money(amount=max(shipped, charged), currency=order.total.currency) if out or order.freight else None


def _return(matter: Matter, policy: ApprovalPolicy) -> Need | None:
    data = _newest(matter.found, ReturnData)
    for order in matter.found.sales[:1]:
        amount = data.amount if data else None
        late = data is None or data.delivered is None or matter.today - data.delivered > timedelta(policy.return_days)
        if not late and amount is not None and amount.amount <= policy.return_value:
            return None
        worth = f", worth {amount}" if amount else ""
        need = _of_sale(
            S.RETURN_AUTHORIZATION, order, [], f"{order.ref.name}: take goods back from {order.customer.name}{worth}"
        )
        back = [item.ref for item in order.transfers if item.kind == "incoming" and item.state not in ENDED]
        need = need.model_copy(update={"record": back[0]}) if back else need
        roles = (*need.roles, Role.FINANCE) if amount and amount.amount > 0 else need.roles  # credit is due
        return need.model_copy(update={"amount": amount, "roles": roles})
    return None


def _discount(matter: Matter, policy: ApprovalPolicy) -> Need | None:
    data = _newest(matter.found, MarginData)
    for order in matter.found.sales[:1]:
        margin = order.margin_percent if order.margin_percent is not None else (data.margin_percent if data else None)
        if margin is None or (margin >= policy.margin_percent and data is None):
            return None
        figures = [Figure(field="margin_percent", value=_plain(margin))]
        return _of_sale(S.DISCOUNT_EXCEPTION, order, figures, f"{order.ref.name}: margin {_plain(margin)} %")
    return None


def _urgent(matter: Matter, _: ApprovalPolicy) -> Need | None:
    for order in matter.found.purchases[:1]:
        return Need(
            scenario=S.EMERGENCY_PROCUREMENT,
            record=order.ref,
            company=order.company,
            figures=(_money("amount", _value(order)),),
            amount=_value(order),
            roles=APPROVER_ROLES[S.EMERGENCY_PROCUREMENT],
            why=f"{order.ref.name}: urgent purchase from {order.supplier.name}",
        )
    return None


def _bill(matter: Matter, _: ApprovalPolicy) -> Need | None:
    for bill in matter.found.bills[:1]:
        return Need(
            scenario=S.INVOICE_DISCREPANCY,
            record=bill.ref,
            company=bill.company,
            figures=(_money("amount", _value(bill)),),
            amount=_value(bill),
            roles=APPROVER_ROLES[S.INVOICE_DISCREPANCY],
            why=f"{bill.ref.name}: pay the bill of {bill.supplier.name} as it stands",
        )
    return None


_FIND = {
    S.CREDIT_RELEASE: _credit,
    S.INVENTORY_REALLOCATION: _allocation,
    S.SHIPMENT_UPGRADE: _freight,
    S.RETURN_AUTHORIZATION: _return,
    S.DISCOUNT_EXCEPTION: _discount,
    S.EMERGENCY_PROCUREMENT: _urgent,
    S.INVOICE_DISCREPANCY: _bill,
}


def _of_sale(scenario: Scenario, order: SaleOrder, figures: list[Figure], why: str) -> Need:
    return Need(
        scenario=scenario,
        record=order.ref,
        company=order.company,
        figures=(*figures, Figure(field="order_total", value=_plain(order.total.amount), unit=order.total.currency)),
        amount=_value(order),
        roles=APPROVER_ROLES[scenario],
        why=why,
    )


def _value(order: SaleOrder | PurchaseOrder | Bill) -> Money:
    """What it is worth, in the company's currency where Odoo states a rate."""
    return order.in_company.value if order.in_company else order.total


def _says(found: Evidence, kind: EventType) -> bool:
    return any(event.type is kind for event in found.events)


def _newest(found: Evidence, wanted: type[Data]) -> Data | None:
    data = (event.data for event in reversed(found.events))
    return next((item for item in data if isinstance(item, wanted)), None)


def _money(field: str, amount: Money) -> Figure:
    return Figure(field=field, value=_plain(amount.amount), unit=amount.currency)


def _plain(value: Decimal) -> str:
    """To the cent, as the native controls in Odoo state their figures."""
    return f"{value:.2f}"
