"""Single records of the sandbox: finding them, their parties, and what follows when an order's lines change."""
# ruff: noqa: S608 - table and column names are constants of this module; values are parameters

import sqlite3
from decimal import Decimal

from agent.adapters import guards
from agent.adapters.sandbox.change import Change
from agent.errors import ActionRefused
from agent.evidence.records import Model, RecordRef
from agent.kit.values import from_micro_units, to_micro_units

TABLES: dict[Model, str] = {
    Model.PARTNER: "partner",
    Model.SALE_ORDER: "sale_order",
    Model.PURCHASE_ORDER: "purchase_order",
    Model.PICKING: "picking",
    Model.BILL: "bill",
    Model.PRODUCT: "product",
}
LINES = {Model.SALE_ORDER: "sale_line", Model.PURCHASE_ORDER: "purchase_line"}
HUNDRED = Decimal(100)


def row_of(db: sqlite3.Connection, record: RecordRef, *models: Model) -> sqlite3.Row:
    """The record's row. Raises ActionRefused when there is none, or it is of another model than these."""
    guards.must_be_of(record, models)
    found = db.execute(f"SELECT * FROM {TABLES[record.model]} WHERE id = ?", (record.id,)).fetchone()
    if found is None:
        raise guards.gone(record)
    return found


def named(db: sqlite3.Connection, model: Model, name: str) -> sqlite3.Row:
    """The record of this name. Raises ActionRefused when there is none."""
    found = db.execute(f"SELECT * FROM {TABLES[model]} WHERE name = ? ORDER BY id LIMIT 1", (name,)).fetchone()
    if found is None:
        raise ActionRefused(f"There is no {model} called {name}.")
    return found


def ref_of(model: Model, row: sqlite3.Row) -> RecordRef:
    """A row as the record that it is."""
    return RecordRef(model=model, id=row["id"], name=row["name"])


def line_of(db: sqlite3.Connection, record: RecordRef, line: int) -> sqlite3.Row:
    """The line of an order, with its product's code. Raises ActionRefused when the order has no such line."""
    found = db.execute(
        f"""SELECT l.*, p.code FROM {LINES[record.model]} l JOIN product p ON p.id = l.product_id
            WHERE l.order_id = ? AND l.id = ?""",
        (record.id, line),
    ).fetchone()
    if found is None:
        raise guards.no_line(record, line)
    return found


def partner_of(db: sqlite3.Connection, record: RecordRef) -> int | None:
    """The customer or supplier whom a record is about; a contact counts for its head."""
    row = row_of(db, record)
    match record.model:
        case Model.PARTNER:
            return int(row["parent_id"] or row["id"])
        case Model.PICKING:
            asked = "SELECT partner_id FROM {} WHERE name = ?"
            for table in ("sale_order", "purchase_order"):
                found = db.execute(asked.format(table), (row["origin"],)).fetchone()
                if found:
                    return int(found["partner_id"])
            return None
        case Model.PRODUCT:
            return None
        case _:
            return int(row["partner_id"])


def company_of(db: sqlite3.Connection, record: RecordRef) -> str:
    """The name of the company that a record belongs to; empty for what all share."""
    row = row_of(db, record)
    if "company_id" not in row.keys():  # noqa: SIM118 - a row is no mapping: `in` looks among the values
        return ""
    return str(db.execute("SELECT name FROM company WHERE id = ?", (row["company_id"],)).fetchone()["name"])


def refit_purchase(change: Change, order: int) -> None:
    """Total, planned date, receipt and its moves follow the lines."""
    lines = change.db.execute("SELECT * FROM purchase_line WHERE order_id = ? ORDER BY id", (order,)).fetchall()
    planned = min((line["planned"] for line in lines if line["planned"]), default=None)
    change.put("purchase_order", order, total=_worth(lines), planned=planned)
    picking = _picking(change.db, "purchase_order", order)
    if picking is not None:
        change.put("picking", picking, scheduled=planned)
        for line in lines:
            _refit_move(change, picking, line, line["received"], purchase_line_id=line["id"])


def refit_sale(change: Change, order: int) -> None:
    """Total, margins, delivery and its moves follow the lines."""
    lines = change.db.execute(
        "SELECT l.*, p.cost FROM sale_line l JOIN product p ON p.id = l.product_id WHERE l.order_id = ? ORDER BY l.id",
        (order,),
    ).fetchall()
    worth = _worth(lines)
    costs = sum((_product(line["ordered"], line["cost"]) for line in lines), Decimal())
    change.put("sale_order", order, total=worth, margin_percent=_percent(from_micro_units(worth) - costs, worth))
    picking = _picking(change.db, "sale_order", order)
    for line in lines:
        margin = _percent(from_micro_units(line["unit_price"] - line["cost"]), line["unit_price"])
        change.put("sale_line", line["id"], margin_percent=margin)
        if picking is not None:
            _refit_move(change, picking, line, line["delivered"], sale_line_id=line["id"])


def _refit_move(change: Change, picking: int, line: sqlite3.Row, done: int, **link: int) -> None:
    """The move of what is still open demands the rest; what was reserved beyond that is given back."""
    ((column, number),) = link.items()
    asked = f"""SELECT * FROM move WHERE {column} = ? AND picking_id = ? AND state NOT IN ('done', 'cancel')
        ORDER BY id LIMIT 1"""
    move = change.db.execute(asked, (number, picking)).fetchone()
    rest = line["ordered"] - done
    if move is None:
        if rest > 0:
            place = {"picking_id": picking, "product_id": line["product_id"], **link}
            change.add("move", **place, demand=rest, quantity=0, state="confirmed")
        return
    held = max(min(move["quantity"], rest), 0)
    state = "cancel" if rest <= 0 else move_state(rest, held)
    if (move["demand"], move["quantity"], move["state"]) != (max(rest, 0), held, state):
        change.put("move", move["id"], demand=max(rest, 0), quantity=held, state=state)


def move_state(demand: int, held: int) -> str:
    """What a move's state is called that wants so much and holds so much."""
    return "assigned" if held >= demand else "partially_available" if held else "confirmed"


def _picking(db: sqlite3.Connection, table: str, order: int) -> int | None:
    """The order's transfer that is still open, and takes nothing back."""
    asked = f"""SELECT k.id FROM picking k JOIN {table} o ON o.name = k.origin
        WHERE o.id = ? AND k.state NOT IN ('done', 'cancel') AND NOT k.returns ORDER BY k.id LIMIT 1"""
    found = db.execute(asked, (order,)).fetchone()
    return int(found["id"]) if found else None


def _worth(lines: list[sqlite3.Row]) -> int:
    return to_micro_units(sum((_product(line["ordered"], line["unit_price"]) for line in lines), Decimal()))


def _product(quantity: int, price: int) -> Decimal:
    return from_micro_units(quantity) * from_micro_units(price)


def _percent(part: Decimal, whole: int) -> int | None:
    return to_micro_units(round(HUNDRED * part / from_micro_units(whole), 2)) if whole else None
