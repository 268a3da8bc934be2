"""Guarded changes of orders and their lines in the sandbox: the value seen must be the present one."""

from datetime import date

from agent.actions.model import RecordSubstitution, SetCommitmentDate, SetLineDate, SetLinePrice, SetLineQuantity
from agent.adapters import guards
from agent.adapters.sandbox.change import Change
from agent.adapters.sandbox.records import line_of, refit_purchase, row_of
from agent.evidence.records import Model
from agent.kit.values import from_micro_units, to_micro_units


def set_value(change: Change, action: SetLineDate | SetLineQuantity | SetLinePrice | SetCommitmentDate) -> int:
    """Another date, quantity, price or promise; the id of the line or order changed."""
    if isinstance(action, SetCommitmentDate):
        return _promise(change, action)
    order = row_of(change.db, action.record, Model.PURCHASE_ORDER)
    guards.must_be_open(action.record, order["state"])
    line = line_of(change.db, action.record, action.line_id)
    match action:
        case SetLineDate():
            guards.must_be_seen("planned", action.seen, _day(line["planned"]))
            change.put("purchase_line", line["id"], planned=action.value.isoformat() if action.value else None)
        case SetLineQuantity():
            guards.must_be_seen("ordered", action.seen, from_micro_units(line["ordered"]))
            guards.must_be_orderable(action.value, from_micro_units(line["received"]))
            change.put("purchase_line", line["id"], ordered=to_micro_units(action.value))
        case SetLinePrice():
            guards.must_be_seen("unit_price", action.seen, from_micro_units(line["unit_price"]))
            change.put("purchase_line", line["id"], unit_price=to_micro_units(action.value))
    refit_purchase(change, action.record.id)
    return int(line["id"])


def substitute(change: Change, action: RecordSubstitution) -> tuple[int, str]:
    """Keep on the line what comes instead; the line's id and what was kept before."""
    order = row_of(change.db, action.record, Model.PURCHASE_ORDER, Model.SALE_ORDER)
    guards.must_be_open(action.record, order["state"])
    line = line_of(change.db, action.record, action.line_id)
    guards.must_be_seen("product_code", action.seen, line["code"])
    known = change.db.execute("SELECT 1 FROM product WHERE code = ?", (action.value,)).fetchone()
    if action.value and not known:
        raise guards.no_product(action.value)
    table = "sale_line" if action.record.model is Model.SALE_ORDER else "purchase_line"
    change.put(table, line["id"], substitute=action.value)
    return int(line["id"]), str(line["substitute"])


def _promise(change: Change, action: SetCommitmentDate) -> int:
    order = row_of(change.db, action.record, Model.SALE_ORDER)
    guards.must_be_open(action.record, order["state"])
    guards.must_be_seen("promised", action.seen, _day(order["promised"]))
    promised = action.value.isoformat() if action.value else None
    change.put("sale_order", order["id"], promised=promised)
    asked = "SELECT id FROM picking WHERE origin = ? AND state NOT IN ('done', 'cancel') AND NOT returns"
    for picking in change.db.execute(asked, (order["name"],)).fetchall():
        change.put("picking", picking["id"], scheduled=promised)
    return int(order["id"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
