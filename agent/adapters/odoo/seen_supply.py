"""Watched transfers and suppliers' bills as snapshots: few calls a page, whatever it holds."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from agent.adapters.odoo import products
from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import (
    decimal,
    ids_of,
    iso_currency,
    link_id,
    link_name,
    money,
    net_price,
    site_date,
    text,
)
from agent.adapters.odoo.lookup import Lookup, Tables
from agent.adapters.odoo.parties import parties_of
from agent.adapters.odoo.seen import HEAD, STAMPS, Reading, by, common, logins, stamp
from agent.adapters.odoo.seen_orders import carrier_prices, product_code
from agent.intake.changes import SeenLine, Snapshot, Watched
from agent.kit.values import Money

KINDS = ("in_invoice", "in_refund")
PICKING_FIELDS = (
    *HEAD, "origin", "picking_type_code", "picking_type_id", "location_id", "scheduled_date", "date_deadline",
    "carrier_id", "carrier_price", "sale_id", "purchase_id",
)  # fmt: skip
MOVE_FIELDS = ("picking_id", "product_id", "product_uom_qty", "quantity", "picked", "state", "location_usage", *STAMPS)
BILL_FIELDS = (*HEAD, "ref", "move_type", "invoice_origin", "invoice_date", "amount_total", "currency_id")
BILL_LINE_FIELDS = (
    "move_id", "product_id", "product_uom_id", "quantity", "price_unit", "discount", "purchase_line_id", *STAMPS,
)  # fmt: skip
BOUGHT_FIELDS = (
    "order_id", "product_qty", "qty_received", "qty_invoiced", "product_uom", "product_uom_id",
    "price_unit", "discount", "currency_id",
)  # fmt: skip


def _pickings(look: Lookup, rows: Sequence[Row]) -> tuple[Snapshot, ...]:
    moves = look.rows("stock.move", [("picking_id", "in", [row["id"] for row in rows])], MOVE_FIELDS)
    goods = products.of_lines(look, moves)
    who = logins(look, (*rows, *moves))
    priced = [row for row in rows if row["carrier_id"] and decimal(row["carrier_price"])]
    parties = parties_of(look, priced)
    prices = carrier_prices(look, {name for found in parties.values() for name in found.carriers.values() if name})
    of_picking = by(moves, "picking_id")
    found: list[Snapshot] = []
    for row in rows:
        mine = of_picking[row["id"]]
        values = common(Watched.PICKING, look, row, stamp(row, *mine), who) | _picking_values(look, row, mine)
        if row in priced:
            company = look.tables().companies.get(link_id(row["company_id"]))
            usual = prices.get(parties[link_id(row["company_id"])].carriers.get(link_id(row["partner_id"]), ""))
            currency = company.currency if company else "XXX"
            values["freight"] = money(row["carrier_price"], currency)
            values["standard_freight"] = Money(amount=usual, currency=currency) if usual is not None else None
        values["lines"] = tuple(_move(move, goods) for move in mine)
        found.append(Snapshot.model_validate(values))
    return tuple(found)


def _picking_values(look: Lookup, row: Row, moves: Sequence[Row]) -> dict[str, Any]:
    tables = look.tables()
    zone = tables.zone(link_id(row["company_id"]), tables.warehouse_of.get(link_id(row["picking_type_id"]), 0))
    kind = text(row["picking_type_code"])
    returns = any(move["location_usage"] == "customer" for move in moves)
    order = link_name(row["sale_id"]) or link_name(row["purchase_id"])
    crosses = kind in {"incoming", "outgoing"}  # a step inside a warehouse promises nothing to anybody
    return {
        "origin": order or text(row["origin"]),
        "incoming": kind != "outgoing" and not returns,
        "returns": returns,
        "day": site_date(row["scheduled_date"], zone) if crosses else None,
        "deadline": site_date(row["date_deadline"], zone) if crosses else None,
        "carrier": link_name(row["carrier_id"]),
    }


def _move(move: Row, goods: dict[int, Row]) -> SeenLine:
    moved, done = decimal(move["quantity"]), move["state"] == "done"
    return SeenLine(
        id=move["id"],
        product=product_code(move, goods),
        quantity=decimal(move["product_uom_qty"]),
        done=moved if done else Decimal(0),
        reserved=Decimal(0) if done or move["state"] in {"cancel", "draft"} else moved,
        picked=bool(move["picked"]) and not done,
    )


def _bills(look: Lookup, rows: Sequence[Row]) -> tuple[Snapshot, ...]:
    domain = [("move_id", "in", [row["id"] for row in rows]), ("display_type", "=", "product")]
    lines = look.rows("account.move.line", domain, BILL_LINE_FIELDS)
    bought = look.read_by_ids("purchase.order.line", ids_of(lines, "purchase_line_id"), BOUGHT_FIELDS)
    goods = products.of_lines(look, lines, ("purchase_method",))
    who = logins(look, (*rows, *lines))
    earlier = _earlier(look, rows)
    of_bill = by(lines, "move_id")
    found: list[Snapshot] = []
    for row in rows:
        mine = of_bill[row["id"]]
        orders = [link_name(bought[link_id(line["purchase_line_id"])]["order_id"]).split(" (")[0]
                  for line in mine if link_id(line["purchase_line_id"]) in bought]  # fmt: skip
        zone = look.tables().zone(link_id(row["company_id"]))
        values = common(Watched.BILL, look, row, stamp(row, *mine), who) | {
            "name": bill_name(row),
            "origin": ", ".join(dict.fromkeys(name for name in (*orders, text(row["invoice_origin"])) if name)),
            "reference": text(row["ref"]),
            "duplicate_of": earlier.get(row["id"], ""),
            "day": site_date(row["invoice_date"], zone),
            "amount": money(row["amount_total"], iso_currency(link_name(row["currency_id"]))),
            "lines": tuple(_bill_line(look, row, line, bought, goods) for line in mine),
        }
        found.append(Snapshot.model_validate(values))
    return tuple(found)


def bill_name(row: Row) -> str:
    """The bill's number; before it has one the supplier's, so that it can be found again."""
    name = text(row["name"])
    return name if name.strip("/ ") else text(row["ref"]) or f"draft bill {row['id']}"


def _earlier(look: Lookup, rows: Sequence[Row]) -> dict[int, str]:
    """For each bill the first one of the same supplier with the same number, when it came before; one call."""
    stated = {text(row["ref"]) for row in rows if row["move_type"] == "in_invoice" and text(row["ref"])}
    if not stated:
        return {}
    domain = [("ref", "in", sorted(stated)), ("move_type", "=", "in_invoice"), ("state", "!=", "cancel")]
    first: dict[tuple[str, int, int], Row] = {}
    known = look.rows("account.move", domain, ("name", "ref", "commercial_partner_id", "company_id"))
    place = {
        row["id"]: (text(row["ref"]), link_id(row["commercial_partner_id"]), link_id(row["company_id"]))
        for row in known
    }
    for row in known:
        first.setdefault(place[row["id"]], row)
    return {number: bill_name(first[where]) for number, where in place.items() if first[where]["id"] < number}


def _bill_line(look: Lookup, bill: Row, line: Row, bought: dict[int, Row], goods: dict[int, Row]) -> SeenLine:
    """A line beside what its order lets expect, in the billed unit where Odoo can turn one unit into the other."""
    order = bought.get(link_id(line["purchase_line_id"])) if bill["move_type"] == "in_invoice" else None
    billed = decimal(line["quantity"])
    ratio = _ratio(look.tables(), line, order) if order is not None else None
    same_money = order is not None and link_id(order["currency_id"]) == link_id(bill["currency_id"])
    expected = None
    if order is not None and ratio:
        product = goods.get(link_id(line["product_id"]), {})
        due = order["product_qty"] if text(product.get("purchase_method")) == "purchase" else order["qty_received"]
        counted = billed * ratio if bill["state"] != "cancel" else Decimal(0)  # Odoo counts drafts as billed, this too
        expected = max(decimal((decimal(due) - decimal(order["qty_invoiced"]) + counted) / ratio), Decimal(0))
    return SeenLine(
        id=line["id"],
        product=product_code(line, goods),
        quantity=billed,
        price=decimal(net_price(line)),
        expected_quantity=expected,
        expected_price=decimal(net_price(order) * ratio) if order is not None and ratio and same_money else None,
        unlike=_unlike(bill, line, order, ratio, same_money=same_money) if order is not None else "",
    )


def _ratio(tables: Tables, line: Row, order: Row) -> Decimal | None:
    """How many of the order's units one billed unit is; None where Odoo cannot tell."""
    mine, theirs = link_id(line["product_uom_id"]), link_id(_unit(order))
    if mine in {0, theirs}:
        return Decimal(1)
    one, other = tables.units.get(mine), tables.units.get(theirs)
    if one is None or other is None or not (one.factor and other.factor) or not one.category == other.category > 0:
        return None
    return tables.ratio(mine, theirs)


def _unlike(bill: Row, line: Row, order: Row, ratio: Decimal | None, *, same_money: bool) -> str:
    """In what the line and its order differ so that they cannot be compared, with what both say; empty when nothing."""
    said = []
    if ratio is None:
        mine, theirs = f"{decimal(line['quantity']):f} {link_name(line['product_uom_id'])}", link_name(_unit(order))
        said.append(f"{mine} billed, {decimal(order['product_qty']):f} {theirs} ordered")
    if not same_money:
        mine, theirs = (iso_currency(link_name(row["currency_id"])) for row in (bill, order))
        said.append(f"{decimal(net_price(line)):f} {mine} billed, {decimal(net_price(order)):f} {theirs} ordered")
    return "; ".join(said)


def _unit(order: Row) -> Any:
    """The unit of an order line; Odoo 19 calls the field as the bill does."""
    return order["product_uom"] or order["product_uom_id"]


pickings = Reading(PICKING_FIELDS, _pickings)
bills = Reading(BILL_FIELDS, _bills)
