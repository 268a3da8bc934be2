"""From the sandbox's rows to typed values: every function runs a fixed number of statements, whatever the size."""
# ruff: noqa: S608 - the statements are put together from constants of this module and its callers; values are parameters

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from agent.evidence.bill_numbers import alike_of
from agent.evidence.records import (
    Bill,
    BillLine,
    Model,
    Party,
    PurchaseLine,
    PurchaseOrder,
    Rated,
    RecordRef,
    SaleLine,
    SaleOrder,
    Transfer,
)
from agent.kit.clock import from_micros
from agent.kit.values import Money, from_micro_units

Row = sqlite3.Row
COMPANY = "(SELECT name FROM company WHERE id = o.company_id) AS company"
IN_LIST = "IN (SELECT value FROM json_each(:list))"
ORDERED = """(SELECT min(x.id) FROM purchase_line x JOIN purchase_order y ON y.id = x.order_id
    WHERE y.name = l.purchase_ref AND x.product_id = l.product_id)"""
"""The purchase line that a bill line is for."""


def as_list(values: Iterable[object]) -> dict[str, str]:
    """The parameters of a statement with `IN_LIST`."""
    return {"list": json.dumps(list(values))}


def folded(refs: Iterable[str]) -> dict[str, str]:
    """References as they are compared: without case and surrounding blanks; empty ones dropped."""
    return as_list(sorted({ref.strip().casefold() for ref in refs} - {""}))


def parties(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, Party]:
    """Parties by id, with the addresses of their contacts; one statement."""
    found = db.execute(
        f"""SELECT o.*, (SELECT group_concat(email, char(10)) FROM
              (SELECT email FROM partner c WHERE (c.id = o.id OR c.parent_id = o.id) AND email <> '' ORDER BY c.id)
            ) AS emails FROM partner o WHERE o.id {IN_LIST}""",
        as_list(sorted(set(ids))),
    )
    return {row["id"]: _party(row) for row in found}


def purchases(db: sqlite3.Connection, where: str, given: Mapping[str, object]) -> tuple[PurchaseOrder, ...]:
    """Purchase orders with lines and supplier, in the order of their ids; four statements."""
    orders = db.execute(f"SELECT o.*, {COMPANY} FROM purchase_order o WHERE {where} ORDER BY o.id", given).fetchall()
    lines = _lines(db, "purchase_line", [row["id"] for row in orders], "l.position, l.id")
    suppliers = parties(db, [row["partner_id"] for row in orders])
    moved = _transfers(db, [row["name"] for row in orders])
    return tuple(
        PurchaseOrder(
            ref=RecordRef(model=Model.PURCHASE_ORDER, id=row["id"], name=row["name"]),
            company=row["company"],
            state=row["state"],
            supplier=suppliers[row["partner_id"]],
            supplier_ref=row["partner_ref"],
            ordered_at=from_micros(row["ordered_at"]) if row["ordered_at"] is not None else None,
            planned=day(row["planned"]),
            total=money(row["total"], row["currency"]),
            lines=tuple(_purchase_line(line) for line in lines[row["id"]]),
            in_company=_rated(row),
            transfers=tuple(moved[row["name"]]),
        )
        for row in orders
    )


def sales(db: sqlite3.Connection, where: str, given: Mapping[str, object]) -> tuple[SaleOrder, ...]:
    """Sale orders with lines and customer, in the order of their ids; four statements."""
    usual = "(SELECT standard_carrier FROM partner WHERE id = o.partner_id) AS standard_carrier"
    asked = f"SELECT o.*, {COMPANY}, {usual} FROM sale_order o WHERE {where} ORDER BY o.id"
    orders = db.execute(asked, given).fetchall()
    lines = _lines(db, "sale_line", [row["id"] for row in orders], "l.id")
    customers = parties(db, [row["partner_id"] for row in orders])
    moved = _transfers(db, [row["name"] for row in orders])
    return tuple(
        SaleOrder(
            ref=RecordRef(model=Model.SALE_ORDER, id=row["id"], name=row["name"]),
            company=row["company"],
            state=row["state"],
            held=bool(row["held"]),
            customer=customers[row["partner_id"]],
            ordered_at=from_micros(row["ordered_at"]) if row["ordered_at"] is not None else None,
            promised=day(row["promised"]),
            total=money(row["total"], row["currency"]),
            margin_percent=optional(row["margin_percent"]),
            lines=tuple(_sale_line(line) for line in lines[row["id"]]),
            carrier=row["carrier"],
            freight=money(row["freight"], row["currency"]) if row["freight"] is not None else None,
            standard_carrier=row["standard_carrier"],
            in_company=_rated(row),
            transfers=tuple(moved[row["name"]]),
        )
        for row in orders
    )


def bills(db: sqlite3.Connection, where: str, given: Mapping[str, object]) -> tuple[Bill, ...]:
    """Suppliers' bills with lines, in the order of their ids; seven statements."""
    found = _bills(db, where, given)
    same = f"o.partner_id {IN_LIST} AND o.ref <> ''"
    others = _bills(db, same, as_list(sorted({bill.supplier.id for bill in found}))) if found else ()
    return tuple(bill.model_copy(update={"alike": alike_of(bill, others)}) for bill in found)


def _bills(db: sqlite3.Connection, where: str, given: Mapping[str, object]) -> tuple[Bill, ...]:
    found = db.execute(f"SELECT o.*, {COMPANY} FROM bill o WHERE {where} ORDER BY o.id", given).fetchall()
    lines: dict[int, list[BillLine]] = defaultdict(list)
    for line in db.execute(
        f"""SELECT l.*, coalesce(p.code, '') AS code, coalesce(p.name, '') AS product, coalesce(p.unit, '') AS unit,
              b.id AS line, b.ordered, b.received, b.invoiced, b.unit_price AS ordered_price,
              b.tax_percent AS ordered_tax
            FROM bill_line l LEFT JOIN product p ON p.id = l.product_id LEFT JOIN purchase_line b ON b.id = {ORDERED}
            WHERE l.bill_id {IN_LIST} ORDER BY l.id""",
        as_list(row["id"] for row in found),
    ):
        lines[line["bill_id"]].append(_bill_line(line))
    suppliers = parties(db, [row["partner_id"] for row in found])
    return tuple(
        Bill(
            ref=RecordRef(model=Model.BILL, id=row["id"], name=row["name"]),
            company=row["company"],
            state=row["state"],
            held=bool(row["disputed"]),
            supplier=suppliers[row["partner_id"]],
            supplier_invoice=row["ref"],
            billed=day(row["billed"]),
            total=money(row["total"], row["currency"]),
            purchase_refs=tuple(sorted({line.purchase_ref for line in lines[row["id"]]} - {""})),
            lines=tuple(lines[row["id"]]),
            in_company=_rated(row),
        )
        for row in found
    )


def _lines(db: sqlite3.Connection, table: str, orders: list[int], order_by: str) -> dict[int, list[Row]]:
    held = "FROM move m WHERE m.sale_line_id = l.id AND m.state <> 'done'"
    reserved = f""", (SELECT coalesce(sum(m.quantity), 0) {held}) AS reserved,
        (SELECT coalesce(sum(m.quantity), 0) {held} AND m.picked) AS picked"""
    found = db.execute(
        f"""SELECT l.*, p.code, p.name AS product, p.unit{reserved if table == "sale_line" else ""}
            FROM {table} l JOIN product p ON p.id = l.product_id WHERE l.order_id {IN_LIST} ORDER BY {order_by}""",
        as_list(orders),
    )
    lines: dict[int, list[Row]] = defaultdict(list)
    for row in found:
        lines[row["order_id"]].append(row)
    return lines


def _transfers(db: sqlite3.Connection, origins: list[str]) -> dict[str, list[Transfer]]:
    """The transfers of these orders; one statement."""
    found = db.execute(
        f"""SELECT k.*, s.carrier, s.freight, s.currency,
              EXISTS (SELECT 1 FROM move m WHERE m.picking_id = k.id AND m.picked AND m.state <> 'done') AS picked
            FROM picking k LEFT JOIN sale_order s ON s.name = k.origin WHERE k.origin {IN_LIST} ORDER BY k.id""",
        as_list(origins),
    )
    transfers: dict[str, list[Transfer]] = defaultdict(list)
    for row in found:
        priced = row["kind"] == "outgoing" and row["freight"] is not None
        transfer = Transfer(
            ref=RecordRef(model=Model.PICKING, id=row["id"], name=row["name"]),
            kind=row["kind"],
            state=row["state"],
            scheduled=day(row["scheduled"]),
            done=day(row["done_on"]),
            picked=bool(row["picked"]),
            carrier=row["carrier"] or "" if row["kind"] == "outgoing" else "",
            freight=money(row["freight"], row["currency"]) if priced else None,
        )
        transfers[row["origin"]].append(transfer)
    return transfers


def _rated(row: Row) -> Rated:
    """The total in the company's currency, which every order of the sandbox is written in."""
    return Rated(value=money(row["total"], row["currency"]), rate=Decimal(1))


def _party(row: Row) -> Party:
    currency = row["credit_currency"]
    return Party(
        id=row["id"],
        name=row["name"],
        emails=tuple(dict.fromkeys((row["emails"] or "").lower().split())),
        country=row["country"],
        language=row["lang"],
        tier=row["tier"],
        credit_limit=money(row["credit_limit"], currency) if row["credit_limit"] is not None else None,
        credit_used=money(row["credit_used"], currency) if row["credit_used"] is not None else None,
    )


def _purchase_line(row: Row) -> PurchaseLine:
    return PurchaseLine(
        id=row["id"],
        position=row["position"],
        product_code=row["code"],
        supplier_code=row["supplier_code"],
        product_name=row["product"],
        ordered=from_micro_units(row["ordered"]),
        received=from_micro_units(row["received"]),
        invoiced=from_micro_units(row["invoiced"]),
        unit=row["unit"],
        unit_price=from_micro_units(row["unit_price"]),
        planned=day(row["planned"]),
        tax_percent=optional(row["tax_percent"]),
    )


def _sale_line(row: Row) -> SaleLine:
    return SaleLine(
        id=row["id"],
        product_code=row["code"],
        product_name=row["product"],
        ordered=from_micro_units(row["ordered"]),
        delivered=from_micro_units(row["delivered"]),
        reserved=from_micro_units(row["reserved"]),
        unit=row["unit"],
        unit_price=from_micro_units(row["unit_price"]),
        margin_percent=optional(row["margin_percent"]),
        picked=from_micro_units(row["picked"]),
    )


def _bill_line(row: Row) -> BillLine:
    return BillLine(
        product_code=row["code"],
        quantity=from_micro_units(row["quantity"]),
        unit_price=from_micro_units(row["unit_price"]),
        purchase_ref=row["purchase_ref"],
        product_name=row["product"],
        unit=row["unit"],
        purchase_line_id=row["line"] or 0,
        ordered=optional(row["ordered"]),
        received=optional(row["received"]),
        billed=optional(row["invoiced"]),
        ordered_price=optional(row["ordered_price"]),
        tax_percent=optional(row["tax_percent"]),
        ordered_tax_percent=optional(row["ordered_tax"]),
    )


def day(text: str | None) -> date | None:
    """A stored date."""
    return date.fromisoformat(text) if text else None


def optional(stored: int | None) -> Decimal | None:
    """A stored decimal, where there is one."""
    return from_micro_units(stored) if stored is not None else None


def money(stored: int, currency: str) -> Money:
    """A stored amount."""
    return Money(amount=from_micro_units(stored), currency=currency)
