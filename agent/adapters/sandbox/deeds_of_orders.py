"""Guarded changes of orders and their lines in the sandbox: the value seen must be the present one."""

from datetime import date
from decimal import Decimal

from agent.actions.model import RecordSubstitution, SetCommitmentDate, SetLineDate, SetLinePrice, SetLineQuantity
from agent.adapters.sandbox.change import Change
from agent.adapters.sandbox.records import line_of, refit_purchase, row_of
from agent.errors import ActionRefused, StaleRecord
from agent.evidence.records import Model, RecordRef
from agent.kit.values import from_micro_units, to_micro_units

SMALLEST_QUANTITY = Decimal("0.01")  # to which an Odoo rounds by default
OVER = frozenset({"cancel", "done"})


def guard(field: str, seen: object, now: object) -> None:
    """Raises StaleRecord unless what was seen is there now."""
    if seen != now:
        raise StaleRecord(
            f"{field} was {seen if seen is not None else 'empty'} and is {now if now is not None else 'empty'} now.",
            differences=((field, _said(seen), _said(now)),),
        )


def set_value(change: Change, action: SetLineDate | SetLineQuantity | SetLinePrice | SetCommitmentDate) -> int:
    """Another date, quantity, price or promise; the id of the line or order changed."""
    if isinstance(action, SetCommitmentDate):
        return _promise(change, action)
    order = row_of(change.db, action.record, Model.PURCHASE_ORDER)
    _still_open(action.record, order["state"])
    line = line_of(change.db, action.record, action.line_id)
    match action:
        case SetLineDate():
            guard("date_planned", action.seen, _day(line["planned"]))
            change.put("purchase_line", line["id"], planned=action.value.isoformat() if action.value else None)
        case SetLineQuantity():
            guard("product_qty", action.seen, from_micro_units(line["ordered"]))
            _may_be_ordered(action, from_micro_units(line["received"]))
            change.put("purchase_line", line["id"], ordered=to_micro_units(action.value))
        case SetLinePrice():
            guard("price_unit", action.seen, from_micro_units(line["unit_price"]))
            change.put("purchase_line", line["id"], unit_price=to_micro_units(action.value))
    refit_purchase(change, action.record.id)
    return int(line["id"])


def substitute(change: Change, action: RecordSubstitution) -> tuple[int, str]:
    """Keep on the line what comes instead; the line's id and what was kept before."""
    order = row_of(change.db, action.record, Model.PURCHASE_ORDER, Model.SALE_ORDER)
    _still_open(action.record, order["state"])
    line = line_of(change.db, action.record, action.line_id)
    guard("product_id", action.seen, line["code"])
    known = change.db.execute("SELECT 1 FROM product WHERE code = ?", (action.value,)).fetchone()
    if action.value and not known:
        raise ActionRefused(f"There is no product {action.value}.", remedy="Name a product by its code in Odoo.")
    table = "sale_line" if action.record.model is Model.SALE_ORDER else "purchase_line"
    change.put(table, line["id"], substitute=action.value)
    return int(line["id"]), str(line["substitute"])


def _promise(change: Change, action: SetCommitmentDate) -> int:
    order = row_of(change.db, action.record, Model.SALE_ORDER)
    _still_open(action.record, order["state"])
    guard("commitment_date", action.seen, _day(order["promised"]))
    promised = action.value.isoformat() if action.value else None
    change.put("sale_order", order["id"], promised=promised)
    asked = "SELECT id FROM picking WHERE origin = ? AND state NOT IN ('done', 'cancel') AND NOT returns"
    for picking in change.db.execute(asked, (order["name"],)).fetchall():
        change.put("picking", picking["id"], scheduled=promised)
    return int(order["id"])


def _may_be_ordered(action: SetLineQuantity, received: Decimal) -> None:
    if action.value < received:
        raise ActionRefused(f"{received:f} of it were received already; {action.value:f} is less than that.")
    if action.value % SMALLEST_QUANTITY:
        raise ActionRefused(f"Odoo would round {action.value:f}.", remedy=f"Order in steps of {SMALLEST_QUANTITY}.")


def _still_open(record: RecordRef, state: str) -> None:
    if state in OVER:
        raise ActionRefused(f"{record.name} is {'cancelled' if state == 'cancel' else 'locked'} in Odoo.")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _said(value: object) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
