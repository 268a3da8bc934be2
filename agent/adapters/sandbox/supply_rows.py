"""From the sandbox's rows to stock and to what is still open; every function runs one statement."""
# ruff: noqa: S608 - the statements are put together from constants of this module and its callers; values are parameters

import sqlite3
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from agent.adapters.sandbox.rows import COMPANY, Row, money, optional
from agent.evidence.records import Commitment, LateLine, Model, Rated, RecordRef, StockLevel
from agent.kit.values import from_micro_units


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
              l.ordered - l.delivered AS open, p.unit, l.unit_price, l.margin_percent, o.currency, o.promised,
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
            unit_price=money(row["unit_price"], row["currency"]),
            promised=date.fromisoformat(row["promised"]),
            reserved=from_micro_units(row["reserved"]),
            price_in_company=Rated(value=money(row["unit_price"], row["currency"]), rate=Decimal(1)),
            margin_percent=optional(row["margin_percent"]),
        )
        for row in found
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
