"""From the sandbox's rows to typed values: every function runs a fixed number of statements, whatever the size."""
# ruff: noqa: S608 - the statements are put together from constants of this module and its callers; values are parameters

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from agent.evidence.records import (
    Bill,
    BillLine,
    Commitment,
    LateLine,
    Model,
    Party,
    PurchaseLine,
    PurchaseOrder,
    RecordRef,
    SaleLine,
    SaleOrder,
    StockLevel,
)
from agent.kit.clock import from_micros
from agent.kit.values import Money, from_micro_units

Row = sqlite3.Row
COMPANY = "(SELECT name FROM company WHERE id = o.company_id) AS company"
IN_LIST = "IN (SELECT value FROM json_each(:list))"


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
    """Purchase orders with lines and supplier, in the order of their ids; three statements."""
    orders = db.execute(f"SELECT o.*, {COMPANY} FROM purchase_order o WHERE {where} ORDER BY o.id", given).fetchall()
    lines = _lines(db, "purchase_line", [row["id"] for row in orders], "l.position, l.id")
    suppliers = parties(db, [row["partner_id"] for row in orders])
    return tuple(
        PurchaseOrder(
            ref=RecordRef(model=Model.PURCHASE_ORDER, id=row["id"], name=row["name"]),
            company=row["company"],
            state=row["state"],
            supplier=suppliers[row["partner_id"]],
            supplier_ref=row["partner_ref"],
            ordered_at=from_micros(row["ordered_at"]) if row["ordered_at"] is not None else None,
            planned=_day(row["planned"]),
            total=_money(row["total"], row["currency"]),
            lines=tuple(_purchase_line(line) for line in lines[row["id"]]),
        )
        for row in orders
    )


def sales(db: sqlite3.Connection, where: str, given: Mapping[str, object]) -> tuple[SaleOrder, ...]:
    """Sale orders with lines and customer, in the order of their ids; three statements."""
    orders = db.execute(f"SELECT o.*, {COMPANY} FROM sale_order o WHERE {where} ORDER BY o.id", given).fetchall()
    lines = _lines(db, "sale_line", [row["id"] for row in orders], "l.id")
    customers = parties(db, [row["partner_id"] for row in orders])
    return tuple(
        SaleOrder(
            ref=RecordRef(model=Model.SALE_ORDER, id=row["id"], name=row["name"]),
            company=row["company"],
            state=row["state"],
            customer=customers[row["partner_id"]],
            ordered_at=from_micros(row["ordered_at"]) if row["ordered_at"] is not None else None,
            promised=_day(row["promised"]),
            total=_money(row["total"], row["currency"]),
            margin_percent=_optional(row["margin_percent"]),
            lines=tuple(_sale_line(line) for line in lines[row["id"]]),
            carrier=row["carrier"],
            freight=_money(row["freight"], row["currency"]) if row["freight"] is not None else None,
        )
        for row in orders
    )


def bills(db: sqlite3.Connection, where: str, given: Mapping[str, object]) -> tuple[Bill, ...]:
    """Suppliers' bills with lines, in the order of their ids; three statements."""
    found = db.execute(f"SELECT o.*, {COMPANY} FROM bill o WHERE {where} ORDER BY o.id", given).fetchall()
    lines: dict[int, list[BillLine]] = defaultdict(list)
    for line in db.execute(
        f"""SELECT l.*, coalesce(p.code, '') AS code FROM bill_line l LEFT JOIN product p ON p.id = l.product_id
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
            supplier=suppliers[row["partner_id"]],
            supplier_invoice=row["ref"],
            billed=_day(row["billed"]),
            total=_money(row["total"], row["currency"]),
            purchase_refs=tuple(sorted({line.purchase_ref for line in lines[row["id"]]} - {""})),
            lines=tuple(lines[row["id"]]),
        )
        for row in found
    )


def stock(db: sqlite3.Connection, where: str, given: Mapping[str, object]) -> tuple[StockLevel, ...]:
    """Stock per product and company that keeps or moves it; one statement."""
    found = db.execute(
        f"""SELECT p.code, p.name, p.unit, c.name AS company,
              (SELECT coalesce(sum(q.on_hand), 0) FROM quant q
                WHERE q.product_id = p.id AND q.company_id = c.id) AS on_hand,
              (SELECT coalesce(sum(m.quantity), 0) FROM move m JOIN picking k ON k.id = m.picking_id
                WHERE m.product_id = p.id AND k.company_id = c.id AND m.state <> 'done') AS reserved,
              (SELECT coalesce(sum(l.ordered - l.received), 0) FROM purchase_line l JOIN purchase_order o
                ON o.id = l.order_id WHERE l.product_id = p.id AND o.company_id = c.id AND o.state = 'purchase'
                AND l.ordered > l.received) AS incoming,
              (SELECT coalesce(sum(l.ordered - l.delivered), 0) FROM sale_line l JOIN sale_order o
                ON o.id = l.order_id WHERE l.product_id = p.id AND o.company_id = c.id AND o.state = 'sale'
                AND l.ordered > l.delivered) AS outgoing,
              EXISTS (SELECT 1 FROM quant q WHERE q.product_id = p.id AND q.company_id = c.id) AS kept
            FROM product p CROSS JOIN company c WHERE ({where}) AND (kept OR incoming OR outgoing)
            ORDER BY p.code, c.id""",
        given,
    )
    return tuple(_stock_level(row) for row in found)


def open_purchase_lines(db: sqlite3.Connection) -> tuple[LateLine, ...]:
    """All confirmed purchase lines with something still to receive; one statement."""
    found = db.execute(
        f"""SELECT o.id AS order_id, o.name AS order_name, {COMPANY}, s.name AS supplier, l.id, p.code,
              p.name AS product, l.ordered - l.received AS open, p.unit, coalesce(l.planned, o.planned) AS planned
            FROM purchase_line l JOIN purchase_order o ON o.id = l.order_id JOIN partner s ON s.id = o.partner_id
              JOIN product p ON p.id = l.product_id
            WHERE o.state = 'purchase' AND l.ordered > l.received AND coalesce(l.planned, o.planned) IS NOT NULL
            ORDER BY l.id"""
    )
    return tuple(
        LateLine(
            purchase=RecordRef(model=Model.PURCHASE_ORDER, id=row["order_id"], name=row["order_name"]),
            company=row["company"],
            supplier=row["supplier"],
            line_id=row["id"],
            product_code=row["code"],
            product_name=row["product"],
            open_quantity=from_micro_units(row["open"]),
            unit=row["unit"],
            planned=date.fromisoformat(row["planned"]),
        )
        for row in found
    )


def open_sale_lines(db: sqlite3.Connection) -> tuple[Commitment, ...]:
    """All confirmed and promised sale lines with something still to deliver; one statement."""
    found = db.execute(
        f"""SELECT o.id AS order_id, o.name AS order_name, {COMPANY}, c.name AS customer, c.tier, l.id, p.code,
              l.ordered - l.delivered AS open, p.unit, l.unit_price, o.currency, o.promised,
              (SELECT coalesce(sum(m.quantity), 0) FROM move m
                WHERE m.sale_line_id = l.id AND m.state <> 'done') AS reserved
            FROM sale_line l JOIN sale_order o ON o.id = l.order_id JOIN partner c ON c.id = o.partner_id
              JOIN product p ON p.id = l.product_id
            WHERE o.state = 'sale' AND l.ordered > l.delivered AND o.promised IS NOT NULL ORDER BY l.id"""
    )
    return tuple(
        Commitment(
            order=RecordRef(model=Model.SALE_ORDER, id=row["order_id"], name=row["order_name"]),
            company=row["company"],
            customer=row["customer"],
            tier=row["tier"],
            line_id=row["id"],
            product_code=row["code"],
            open_quantity=from_micro_units(row["open"]),
            unit=row["unit"],
            unit_price=_money(row["unit_price"], row["currency"]),
            promised=date.fromisoformat(row["promised"]),
            reserved=from_micro_units(row["reserved"]),
        )
        for row in found
    )


def _lines(db: sqlite3.Connection, table: str, orders: list[int], order_by: str) -> dict[int, list[Row]]:
    reserved = "(SELECT coalesce(sum(m.quantity), 0) FROM move m WHERE m.sale_line_id = l.id AND m.state <> 'done')"
    found = db.execute(
        f"""SELECT l.*, p.code, p.name AS product, p.unit{f", {reserved} AS reserved" if table == "sale_line" else ""}
            FROM {table} l JOIN product p ON p.id = l.product_id WHERE l.order_id {IN_LIST} ORDER BY {order_by}""",
        as_list(orders),
    )
    lines: dict[int, list[Row]] = defaultdict(list)
    for row in found:
        lines[row["order_id"]].append(row)
    return lines


def _party(row: Row) -> Party:
    currency = row["credit_currency"]
    return Party(
        id=row["id"],
        name=row["name"],
        emails=tuple(dict.fromkeys((row["emails"] or "").lower().split())),
        country=row["country"],
        language=row["lang"],
        tier=row["tier"],
        credit_limit=_money(row["credit_limit"], currency) if row["credit_limit"] is not None else None,
        credit_used=_money(row["credit_used"], currency) if row["credit_used"] is not None else None,
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
        planned=_day(row["planned"]),
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
        margin_percent=_optional(row["margin_percent"]),
    )


def _bill_line(row: Row) -> BillLine:
    return BillLine(
        product_code=row["code"],
        quantity=from_micro_units(row["quantity"]),
        unit_price=from_micro_units(row["unit_price"]),
        purchase_ref=row["purchase_ref"],
    )


def _stock_level(row: Row) -> StockLevel:
    return StockLevel(
        product_code=row["code"],
        product_name=row["name"],
        on_hand=from_micro_units(row["on_hand"]),
        reserved=from_micro_units(row["reserved"]),
        incoming=from_micro_units(row["incoming"]),
        outgoing=from_micro_units(row["outgoing"]),
        unit=row["unit"],
        company=row["company"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _optional(stored: int | None) -> Decimal | None:
    return from_micro_units(stored) if stored is not None else None


def _money(stored: int, currency: str) -> Money:
    return Money(amount=from_micro_units(stored), currency=currency)
