"""The past for patterns: confirmed sales with margins, purchase lines and when they came. Bounded reads."""

from datetime import date
from typing import Any

from agent.adapters.odoo import products
from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import day_start, decimal, ids_of, link_id, link_name, site_date, text
from agent.adapters.odoo.lookup import Lookup
from agent.adapters.odoo.sales import percent
from agent.evidence.history import Arrived, History, Sold

MOST = 10_000
SOLD = (
    "order_id", "product_id", "company_id", "order_partner_id", "salesman_id", "margin_percent", "price_subtotal",
)  # fmt: skip
ORDER = ("name", "date_order", "warehouse_id")
ARRIVED = (
    "order_id", "product_id", "company_id", "partner_id", "product_qty", "qty_received", "date_planned",
)  # fmt: skip
MOVE = ("purchase_line_id", "date")
EXPECTED = (
    ("sale.order.line", "margin_percent", "margins are not kept (module Sales Margin)"),
    ("stock.move", "purchase_line_id", "receipts are not kept (Purchase with Inventory)"),
)


def history(look: Lookup, since: date, until: date) -> History:
    """See `OdooReader.history`. Seven calls, three more for each further thousand records."""
    sold, more_sold = _sold(look, since, until)
    arrived, more_arrived = _arrived(look, since, until)
    return History(
        since=since, until=until, sold=tuple(sold), arrived=tuple(arrived), cut=more_sold or more_arrived,
        unread=look.lacking(EXPECTED),
    )  # fmt: skip


def _sold(look: Lookup, since: date, until: date) -> tuple[list[Sold], bool]:
    if not look.has("sale.order.line", "margin_percent"):
        return [], False
    domain: list[Any] = [
        ("state", "in", ("sale", "done")), ("display_type", "=", False),
        ("order_id.date_order", ">=", day_start(since, plus=-1)),
        ("order_id.date_order", "<", day_start(until, plus=2)),
    ]  # fmt: skip
    lines = look.rows("sale.order.line", domain, SOLD, newest="id desc", limit=MOST)
    orders = look.read_by_ids("sale.order", ids_of(lines, "order_id"), ORDER)
    goods = products.of_lines(look, lines)
    found: list[Sold] = []
    for line in sorted(lines, key=lambda row: row["id"]):
        order = orders.get(link_id(line["order_id"]))
        day = site_date(order["date_order"], _zone(look, line, order)) if order else None
        margin = percent(line["margin_percent"])
        if order is None or day is None or margin is None or not since <= day <= until:
            continue
        product = goods.get(link_id(line["product_id"]))
        found.append(
            Sold(
                day=day, order=text(order["name"]), company=look.tables().company(line),
                customer=link_name(line["order_partner_id"]).split(", ")[0],
                product_code=products.code(product) if product else "",
                salesperson=link_name(line["salesman_id"]), margin_percent=margin,
                value=decimal(line["price_subtotal"]),
            )
        )  # fmt: skip
    return found, len(lines) == MOST


def _zone(look: Lookup, line: Row, order: Row) -> Any:
    return look.tables().zone(link_id(line["company_id"]), link_id(order["warehouse_id"]))


def _arrived(look: Lookup, since: date, until: date) -> tuple[list[Arrived], bool]:
    if not look.has("stock.move", "purchase_line_id"):
        return [], False
    domain: list[Any] = [
        ("purchase_line_id", "!=", False), ("state", "=", "done"),
        ("date", ">=", day_start(since, plus=-1)), ("date", "<", day_start(until, plus=2)),
    ]  # fmt: skip
    moves = look.rows("stock.move", domain, MOVE, newest="id desc", limit=MOST)
    lines = look.read_by_ids("purchase.order.line", ids_of(moves, "purchase_line_id"), ARRIVED)
    goods = products.of_lines(look, lines.values())
    last: dict[int, str] = {}
    for move in moves:
        number = link_id(move["purchase_line_id"])
        last[number] = max(last.get(number, ""), str(move["date"]))
    found = [row for number, line in sorted(lines.items()) if (row := _one(look, line, last[number], goods))]
    return [row for row in found if since <= row.came <= until], len(moves) == MOST


def _one(look: Lookup, line: Row, came: str, goods: dict[int, Row]) -> Arrived | None:
    """A line that came in full; what is still open is no arrival yet."""
    zone = look.tables().zone(link_id(line["company_id"]))
    planned, day = site_date(line["date_planned"], zone), site_date(came, zone)
    if planned is None or day is None or decimal(line["qty_received"]) < decimal(line["product_qty"]):
        return None
    product = goods.get(link_id(line["product_id"]))
    return Arrived(
        purchase=link_name(line["order_id"]).split(" (")[0], company=look.tables().company(line),
        supplier=link_name(line["partner_id"]).split(", ")[0], product_code=products.code(product) if product else "",
        planned=planned, came=day,
    )  # fmt: skip
