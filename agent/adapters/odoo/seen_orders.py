"""Watched sale and purchase orders as snapshots: few calls a page, whatever it holds."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from agent.adapters.odoo import products
from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import decimal, iso_currency, link_id, link_name, money, net_price, site_date
from agent.adapters.odoo.lookup import Lookup, Tables
from agent.adapters.odoo.parties import Parties, parties_of
from agent.adapters.odoo.sales import percent
from agent.adapters.odoo.seen import HEAD, STAMPS, Reading, by, common, logins, stamp
from agent.intake.changes import SeenLine, Snapshot, Watched
from agent.kit.values import Money

HELD = ("assigned", "partially_available")
SALE_FIELDS = (
    *HEAD, "commitment_date", "warehouse_id", "amount_total", "currency_id", "margin_percent", "carrier_id",
)  # fmt: skip
SALE_LINE_FIELDS = (
    "order_id", "product_id", "product_uom_qty", "qty_delivered", "product_uom", "price_unit", "discount",
    "is_delivery", "price_subtotal", *STAMPS,
)  # fmt: skip
PURCHASE_FIELDS = (*HEAD, "date_planned", "picking_type_id", "amount_total", "currency_id", "priority")
PURCHASE_LINE_FIELDS = (
    "order_id", "product_id", "product_qty", "qty_received", "price_unit", "discount", "date_planned", *STAMPS,
)  # fmt: skip
MOVE_FIELDS = ("quantity", "product_uom", "state", "picked", "location_usage", *STAMPS)
URGENT = "1"


def _lines(look: Lookup, model: str, rows: Sequence[Row], fields: Sequence[str]) -> list[Row]:
    domain = [("order_id", "in", [row["id"] for row in rows]), ("display_type", "=", False)]
    return look.rows(model, domain, fields)


def _moves(look: Lookup, field: str, lines: Sequence[Row]) -> list[Row]:
    if not lines or not look.has("stock.move", field):
        return []
    return look.rows("stock.move", [(field, "in", [line["id"] for line in lines])], (field, *MOVE_FIELDS))


def _sales(look: Lookup, rows: Sequence[Row]) -> tuple[Snapshot, ...]:
    lines = _lines(look, "sale.order.line", rows, SALE_LINE_FIELDS)
    moves = _moves(look, "sale_line_id", lines)
    goods = products.of_lines(look, lines)
    who = logins(look, (*rows, *lines, *moves))
    parties = parties_of(look, rows)
    prices = carrier_prices(look, {name for found in parties.values() for name in found.carriers.values() if name})
    of_order, of_line = by(lines, "order_id"), by(moves, "sale_line_id")
    found: list[Snapshot] = []
    for row in rows:
        mine = of_order[row["id"]]
        moved = [move for line in mine for move in of_line[line["id"]]]
        values = common(Watched.SALE_ORDER, look, row, stamp(row, *mine, *moved), who)
        values |= _sale_values(look.tables(), row, mine)
        values |= _about_customer(look.tables(), row, parties[link_id(row["company_id"])], prices)
        seen = [_sale_line(look.tables(), line, of_line[line["id"]], goods) for line in mine if not line["is_delivery"]]
        found.append(Snapshot.model_validate({**values, "lines": tuple(seen)}))
    return tuple(found)


def _sale_values(tables: Tables, row: Row, lines: Sequence[Row]) -> dict[str, Any]:
    currency = iso_currency(link_name(row["currency_id"]))
    freight = [decimal(line["price_subtotal"]) for line in lines if line["is_delivery"]]
    return {
        "day": site_date(row["commitment_date"], tables.zone(link_id(row["company_id"]), link_id(row["warehouse_id"]))),
        "amount": money(row["amount_total"], currency),
        "margin_percent": percent(row["margin_percent"]),
        "carrier": link_name(row["carrier_id"]),
        "freight": Money(amount=sum(freight, Decimal(0)), currency=currency) if freight else None,
    }


def _about_customer(tables: Tables, row: Row, parties: Parties, prices: dict[str, Decimal]) -> dict[str, Any]:
    """Credit, and what the customer's usual delivery method costs, in the company's currency."""
    partner = link_id(row["partner_id"])
    party, company = parties[partner], tables.companies.get(link_id(row["company_id"]))
    usual = prices.get(parties.carriers.get(partner, ""))
    used, ordered = party.credit_used, party.credit_ordered
    if used and ordered and used.currency == ordered.currency:
        used = Money(amount=used.amount + ordered.amount, currency=used.currency)
    standard = Money(amount=usual, currency=company.currency) if usual is not None and company else None
    return {"credit_used": used, "credit_limit": party.credit_limit, "standard_freight": standard}


def carrier_prices(look: Lookup, names: set[str]) -> dict[str, Decimal]:
    """What delivery methods with a fixed price cost, by name; one call, none without names."""
    if not names or not look.has("delivery.carrier"):
        return {}
    domain = [("name", "in", sorted(names)), ("delivery_type", "=", "fixed")]
    return {
        str(row["name"]): decimal(row["fixed_price"])
        for row in look.rows("delivery.carrier", domain, ("name", "fixed_price"))
    }


def _sale_line(tables: Tables, line: Row, moves: Sequence[Row], goods: dict[int, Row]) -> SeenLine:
    held = [move for move in moves if move["state"] in HELD and move["location_usage"] != "customer"]
    own = link_id(line["product_uom"])
    reserved = sum(
        (decimal(move["quantity"]) * tables.ratio(link_id(move["product_uom"]), own) for move in held), Decimal(0)
    )
    return SeenLine(
        id=line["id"],
        product=product_code(line, goods),
        quantity=decimal(line["product_uom_qty"]),
        done=decimal(line["qty_delivered"]),
        reserved=decimal(reserved),
        picked=any(move["picked"] for move in held),
        price=decimal(net_price(line)),
    )


def _purchases(look: Lookup, rows: Sequence[Row]) -> tuple[Snapshot, ...]:
    lines = _lines(look, "purchase.order.line", rows, PURCHASE_LINE_FIELDS)
    moves = _moves(look, "purchase_line_id", lines)
    goods = products.of_lines(look, lines)
    who = logins(look, (*rows, *lines, *moves))
    of_order, of_line = by(lines, "order_id"), by(moves, "purchase_line_id")
    found: list[Snapshot] = []
    for row in rows:
        mine = of_order[row["id"]]
        moved = [move for line in mine for move in of_line[line["id"]]]
        tables = look.tables()
        zone = tables.zone(link_id(row["company_id"]), tables.warehouse_of.get(link_id(row["picking_type_id"]), 0))
        values = common(Watched.PURCHASE_ORDER, look, row, stamp(row, *mine, *moved), who) | {
            "day": site_date(row["date_planned"], zone),
            "amount": money(row["amount_total"], iso_currency(link_name(row["currency_id"]))),
            "urgent": row["priority"] == URGENT,
            "lines": tuple(
                SeenLine(
                    id=line["id"],
                    product=product_code(line, goods),
                    quantity=decimal(line["product_qty"]),
                    done=decimal(line["qty_received"]),
                    price=decimal(net_price(line)),
                    day=site_date(line["date_planned"], zone),
                )
                for line in mine
            ),
        }
        found.append(Snapshot.model_validate(values))
    return tuple(found)


def product_code(line: Row, goods: dict[int, Row]) -> str:
    """The code that people use for a line's product; empty where there is none."""
    product = goods.get(link_id(line["product_id"]))
    return products.code(product) if product else ""


sales = Reading(SALE_FIELDS, _sales)
purchases = Reading(PURCHASE_FIELDS, _purchases)
