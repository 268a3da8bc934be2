"""The figures that a consent is bound to, as the native controls of a real Odoo reckon them, from rows."""

import json
import sqlite3
from collections.abc import Callable, Iterable
from decimal import Decimal

from agent.adapters.sandbox.records import partner_of, row_of
from agent.approvals.model import Scenario
from agent.evidence.records import Model, RecordRef
from agent.kit.values import from_micro_units

Figures = dict[str, str]
CENT = Decimal("0.01")
HUNDRED = Decimal(100)


def figures_of(db: sqlite3.Connection, scenario: Scenario, about: RecordRef) -> Figures:
    """The scenario's figures of a record as they stand; none where the scenario is not about such records."""
    model, count = _COUNTED.get(scenario, ((), None))
    return count(db, about) if count and about.model in model else {}


def shown_figures(db: sqlite3.Connection, scenario: Scenario, about: RecordRef) -> Figures:
    """What is asked for: what a refused attempt would have had, unless the record changed since; else what it has."""
    place = (scenario.value, about.model.value, about.id)
    asked = "SELECT * FROM {} WHERE (scenario, model, record_id) = (?, ?, ?) {} ORDER BY id DESC LIMIT 1"
    attempt = db.execute(asked.format("attempt", ""), place).fetchone()
    counted = about.model in _COUNTED.get(scenario, ((), None))[0]
    if attempt and (not counted or attempt["at"] >= _changed_at(db, about)):
        return json.loads(attempt["figures"])
    if counted:
        return figures_of(db, scenario, about)
    request = db.execute(asked.format("approval", "AND consent = 'request'"), place).fetchone()
    return json.loads(request["figures"]) if request else {}


def _changed_at(db: sqlite3.Connection, about: RecordRef) -> int:
    row = row_of(db, about)
    return int(row["changed_at"]) if "changed_at" in row.keys() else 0  # noqa: SIM118 - `in` a row looks among its values


def plain(value: Decimal) -> str:
    """An amount or quantity to the cent, as text."""
    return f"{value or abs(value):.2f}"


def yes(value: object) -> str:
    """A flag as text."""
    return "yes" if value else "no"


def _discount(db: sqlite3.Connection, about: RecordRef) -> Figures:
    order = row_of(db, about)
    lines = db.execute(
        "SELECT l.unit_price, p.price FROM sale_line l JOIN product p ON p.id = l.product_id WHERE l.order_id = ?",
        (about.id,),
    )
    found = {
        "max_discount": plain(max((_off(line["unit_price"], line["price"]) for line in lines), default=Decimal())),
        "amount": plain(from_micro_units(order["total"])),
    }
    if order["margin_percent"] is not None:
        found["margin_percent"] = plain(from_micro_units(order["margin_percent"]))
    return found


def _off(price: int, listed: int) -> Decimal:
    """By how many percent a price is below the list."""
    return max(HUNDRED - HUNDRED * price / listed, Decimal()) if listed else Decimal()


def _credit(db: sqlite3.Connection, about: RecordRef) -> Figures:
    order = row_of(db, about)
    customer = db.execute("SELECT * FROM partner WHERE id = ?", (order["partner_id"],)).fetchone()
    return {
        "exposure": plain(from_micro_units((customer["credit_used"] or 0) + order["total"])),
        "limit": plain(from_micro_units(customer["credit_limit"] or 0)),
        "held": yes(order["held"]),
    }


def _shipment(db: sqlite3.Connection, about: RecordRef) -> Figures:
    order = row_of(db, about)
    if about.model is Model.PICKING:
        order = db.execute("SELECT * FROM sale_order WHERE name = ?", (order["origin"],)).fetchone()
    freight = from_micro_units(order["freight"] or 0) if order else Decimal()
    return {"freight": plain(freight), "carrier": str(order["carrier"]) if order else ""}


def _purchase(db: sqlite3.Connection, about: RecordRef) -> Figures:
    order = row_of(db, about)
    supplier = db.execute("SELECT name FROM partner WHERE id = ?", (order["partner_id"],)).fetchone()
    return {
        "amount": plain(from_micro_units(order["total"])),
        "supplier": f"{supplier['name']} [{partner_of(db, about)}]",
    }


def _return(db: sqlite3.Connection, about: RecordRef) -> Figures:
    """What comes back is worth its selling price; it was delivered on the day of the oldest delivery behind it."""
    moves = db.execute(
        """SELECT m.demand, m.quantity, m.state, l.unit_price, l.order_id FROM move m
           JOIN picking k ON k.id = m.picking_id JOIN sale_line l ON l.id = m.sale_line_id
           WHERE m.picking_id = ? AND k.returns AND m.state <> 'cancel'""",
        (about.id,),
    ).fetchall()
    value = sum(
        (
            from_micro_units(max(move["quantity"], 0 if move["state"] == "done" else move["demand"]))
            * from_micro_units(move["unit_price"])
            for move in moves
        ),
        Decimal(),
    )
    asked = """SELECT coalesce(min(k.done_on), min(o.delivered_on)) AS day FROM sale_order o
        LEFT JOIN picking k ON k.origin = o.name AND k.kind = 'outgoing' AND k.state = 'done' WHERE o.id = ?"""
    days = [db.execute(asked, (move["order_id"],)).fetchone()["day"] for move in moves]
    known = [day for day in days if day]
    oldest = min(known) if known and len(known) == len(days) else "unknown"
    return {"value": plain(value), "delivered": oldest, "credit_due": "no"}


BILLED = """
SELECT l.quantity, l.unit_price, b.unit_price AS ordered_price, b.ordered, b.received, b.invoiced
FROM bill_line l LEFT JOIN purchase_line b ON b.id = (SELECT min(x.id) FROM purchase_line x
    JOIN purchase_order y ON y.id = x.order_id WHERE y.name = l.purchase_ref AND x.product_id = l.product_id)
WHERE l.bill_id = ?
"""


def _bill(db: sqlite3.Connection, about: RecordRef) -> Figures:
    bill = row_of(db, about)
    lines = db.execute(BILLED, (about.id,)).fetchall()
    known = [line for line in lines if line["ordered"] is not None]
    alone = [line for line in lines if line["ordered"] is None]
    same = """SELECT 1 FROM bill WHERE partner_id = ? AND id <> ? AND state = 'posted' AND ref <> ''
        AND fold(ref) = fold(?)"""
    return {
        "amount": plain(from_micro_units(bill["total"])),
        "price_off_percent": plain(_most(_price_off(line["unit_price"], line["ordered_price"]) for line in known)),
        "quantity_over": plain(_most(from_micro_units(line["invoiced"] - line["received"]) for line in known)),
        "unordered": plain(sum((_worth(line) for line in alone), Decimal())),
        "repeated": yes(db.execute(same, (bill["partner_id"], bill["id"], bill["ref"])).fetchone()),
        "disputed": yes(bill["disputed"]),
    }


def _worth(line: sqlite3.Row) -> Decimal:
    return from_micro_units(line["quantity"]) * from_micro_units(line["unit_price"])


def _price_off(billed: int, ordered: int) -> Decimal:
    if not ordered:
        return HUNDRED if billed else Decimal()
    return HUNDRED * abs(Decimal(billed - ordered)) / ordered


def _most(values: Iterable[Decimal]) -> Decimal:
    return max((Decimal(), *values))


_COUNTED: dict[Scenario, tuple[tuple[Model, ...], Callable[[sqlite3.Connection, RecordRef], Figures]]] = {
    Scenario.DISCOUNT_EXCEPTION: ((Model.SALE_ORDER,), _discount),
    Scenario.CREDIT_RELEASE: ((Model.SALE_ORDER,), _credit),
    Scenario.SHIPMENT_UPGRADE: ((Model.SALE_ORDER, Model.PICKING), _shipment),
    Scenario.EMERGENCY_PROCUREMENT: ((Model.PURCHASE_ORDER,), _purchase),
    Scenario.RETURN_AUTHORIZATION: ((Model.PICKING,), _return),
    Scenario.INVOICE_DISCREPANCY: ((Model.BILL,), _bill),
}
