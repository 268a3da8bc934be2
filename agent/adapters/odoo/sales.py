"""Sale orders as typed values."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from agent.adapters.odoo import products, transfers
from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import (
    by_link,
    decimal,
    iso_currency,
    link_id,
    link_name,
    moment,
    money,
    net_price,
    rated,
    site_date,
    text,
    wanted,
)
from agent.adapters.odoo.faults import about
from agent.adapters.odoo.lookup import Lookup, Tables
from agent.adapters.odoo.names import HOLD
from agent.adapters.odoo.parties import Parties, parties_of
from agent.evidence.records import Model, RecordRef, SaleLine, SaleOrder

PERCENT = 100
FIELDS = (
    "name", "partner_id", "state", "date_order", "commitment_date", "expected_date", "amount_total", "currency_id",
    "company_id", "warehouse_id", "margin_percent", "carrier_id", "currency_rate", HOLD,
)  # fmt: skip
LINE_FIELDS = (
    "order_id", "product_id", "name", "sequence", "product_uom_qty", "qty_delivered", "product_uom", "price_unit",
    "discount", "margin_percent", "is_delivery", "price_subtotal",
)  # fmt: skip


EXPECTED = (
    ("sale.order", "margin_percent", "margins are not kept (module Sales Margin)"),
    ("sale.order", "carrier_id", "carriers and freight are not kept (module Delivery Costs)"),
    ("stock.move", "sale_line_id", "reservations and transfers are not kept (Sales with Inventory)"),
    ("res.partner", "credit", "customers' credit is not shown to our user"),
)


class _Known(NamedTuple):
    """What the orders of one answer share."""

    tables: Tables
    goods: dict[int, Row]
    customers: dict[int, Parties]
    moved: transfers.Moved
    unread: tuple[str, ...]


def by_refs(look: Lookup, refs: Sequence[str]) -> tuple[SaleOrder, ...]:
    """By our name, whatever the case; in the order asked.

    Four calls and one for each company; one more where a carrier brings the goods.
    """
    asked = wanted(refs)
    rows = look.matching("sale.order", ["name"], asked, FIELDS)
    if not rows:
        return ()
    place = {ref.casefold(): index for index, ref in enumerate(asked)}
    rows.sort(key=lambda row: (place.get(text(row["name"]).casefold(), len(place)), row["id"]))
    lines = look.rows(
        "sale.order.line",
        [("order_id", "in", [row["id"] for row in rows]), ("display_type", "=", False)],
        LINE_FIELDS,
    )
    lines.sort(key=lambda line: (line["sequence"] or 0, line["id"]))
    known = _Known(
        look.tables(),
        products.of_lines(look, lines),
        parties_of(look, rows),
        transfers.of_lines(look, "sale_line_id", lines, freight=any(row["carrier_id"] for row in rows)),
        look.lacking(EXPECTED),
    )
    of_order = by_link(lines, "order_id")
    return tuple(_order(look, known, row, of_order[row["id"]]) for row in rows)


def promised_on(row: Row, tables: Tables) -> date | None:
    """The calendar date promised to the customer; what Odoo expects where nothing was promised."""
    zone = tables.zone(link_id(row["company_id"]), link_id(row["warehouse_id"]))
    return site_date(row["commitment_date"] or row["expected_date"], zone)


def percent(value: object) -> Decimal | None:
    """Odoo's ratio 0.048 as 4.8; absent where margins are not kept."""
    return None if value is False or value is None else decimal(decimal(value) * PERCENT)


def reserved(look: Lookup, unit_of: Mapping[int, int]) -> dict[int, Decimal]:
    """What is reserved for each line, in the unit wanted; goods are reserved at one step of the delivery at a time."""
    if not unit_of or not look.has("stock.move", "sale_line_id"):
        return {}
    domain = [
        ("sale_line_id", "in", list(unit_of)),
        ("state", "in", ("assigned", "partially_available")),
        ("location_id.usage", "!=", "customer"),
    ]
    total: dict[int, Decimal] = defaultdict(Decimal)
    for move in look.rows("stock.move", domain, ("sale_line_id", "quantity", "product_uom")):
        line = link_id(move["sale_line_id"])
        ratio = look.tables().ratio(link_id(move["product_uom"]), unit_of[line])
        total[line] += decimal(decimal(move["quantity"]) * ratio)
    return total


def _order(look: Lookup, known: _Known, row: Row, lines: Sequence[Row]) -> SaleOrder:
    with about(f"sale order {text(row['name'])}"):
        return _filled(look, known, row, lines)


def _filled(look: Lookup, known: _Known, row: Row, lines: Sequence[Row]) -> SaleOrder:
    tables, goods, customers, moved, unread = known
    currency, own = iso_currency(link_name(row["currency_id"])), tables.currency(row)
    customer = customers[link_id(row["company_id"])][link_id(row["partner_id"])]
    zone = tables.zone(link_id(row["company_id"]), link_id(row["warehouse_id"]))
    total = money(row["amount_total"], currency)
    freight = [decimal(line["price_subtotal"]) for line in lines if line["is_delivery"]]
    return SaleOrder(
        ref=RecordRef(model=Model.SALE_ORDER, id=row["id"], name=text(row["name"])),
        company=tables.company(row),
        state=text(row["state"]),
        customer=customer,
        ordered_at=moment(row["date_order"]),
        promised=promised_on(row, tables),
        total=total,
        margin_percent=percent(row["margin_percent"]),
        lines=tuple(
            _sale_line(line, goods.get(link_id(line["product_id"])), moved) for line in lines if not line["is_delivery"]
        ),
        held=bool(row[HOLD]),
        carrier=link_name(row["carrier_id"]),
        freight=money(sum(freight, Decimal(0)), currency) if freight else None,
        standard_carrier=customers[link_id(row["company_id"])].carriers.get(link_id(row["partner_id"]), ""),
        in_company=rated(total.amount, row["currency_rate"], currency, own),
        transfers=transfers.transfers(look, moved, lines, zone, own),
        unread=unread,
    )


def _sale_line(line: Row, product: Row | None, moved: transfers.Moved) -> SaleLine:
    return SaleLine(
        id=line["id"],
        product_code=products.code(product) if product else "",
        product_name=text(product["name"]) if product else text(line["name"]),
        ordered=decimal(line["product_uom_qty"]),
        delivered=decimal(line["qty_delivered"]),
        reserved=moved.held.get(line["id"], Decimal(0)),
        picked=moved.picked.get(line["id"], Decimal(0)),
        unit=link_name(line["product_uom"]) or "Units",
        unit_price=net_price(line),
        margin_percent=percent(line["margin_percent"]),
    )
