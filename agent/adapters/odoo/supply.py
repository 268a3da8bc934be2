"""Open purchase lines, open customer commitments and stock of the same products, in the products' own units."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from agent.adapters.odoo import products, purchases
from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import (
    decimal,
    ids_of,
    iso_currency,
    link_id,
    link_name,
    money,
    net_price,
    rated,
    site_date,
    text,
)
from agent.adapters.odoo.faults import about
from agent.adapters.odoo.lookup import Lookup, Tables
from agent.adapters.odoo.parties import Parties, parties_of
from agent.adapters.odoo.sales import percent, promised_on, reserved
from agent.evidence.records import Commitment, LateLine, Model, RecordRef, SupplyPicture
from agent.evidence.supply import assemble
from agent.kit.clock import Clock

ORDER_FIELDS = ("name", "company_id", "partner_id", "picking_type_id")
SALE_FIELDS = (
    "name", "company_id", "partner_id", "currency_id", "warehouse_id", "commitment_date", "expected_date",
    "currency_rate",
)  # fmt: skip
PURCHASE_LINE_FIELDS = ("order_id", "product_id", "product_qty", "qty_received", "product_uom", "date_planned")
SALE_LINE_FIELDS = (
    "order_id", "product_id", "product_uom_qty", "qty_delivered", "product_uom", "price_unit", "discount",
    "margin_percent",
)  # fmt: skip


class _Known(NamedTuple):
    """What the lines of one picture share."""

    tables: Tables
    goods: dict[int, Row]
    bought: dict[int, Row]
    sold: dict[int, Row]
    customers: dict[int, Parties]
    held: dict[int, Decimal]


def picture(look: Lookup, today: date, horizon_days: int, clock: Clock, named: Sequence[str] = ()) -> SupplyPicture:
    """See `OdooReader.supply_picture`. Six calls, two more for each company, one more for each thousand lines; one more
    where products are named.
    """
    read_at = clock()
    only = products.by_codes(look, named) if named else {}
    if named and not only:
        return assemble((), (), (), today=today, horizon_days=horizon_days, read_at=read_at)
    incoming = _open_purchase_lines(look, sorted(only))
    outgoing = _open_sale_lines(look, sorted(only) or ids_of(incoming, "product_id"))
    goods = only or products.of_lines(look, incoming)
    bought = look.read_by_ids("purchase.order", ids_of(incoming, "order_id"), ORDER_FIELDS)
    sold = look.read_by_ids("sale.order", ids_of(outgoing, "order_id"), SALE_FIELDS)
    customers = parties_of(look, sold.values())
    own_units = {row["id"]: link_id(goods.get(link_id(row["product_id"]), {}).get("uom_id")) for row in outgoing}
    held = reserved(look, own_units)
    known = _Known(look.tables(), goods, bought, sold, customers, held)
    lines = [_line(known, line) for line in incoming]
    promises = [_commitment(known, line) for line in outgoing]
    companies = {link_id(row["company_id"]) for row in (*bought.values(), *sold.values())}
    return assemble(
        [line for line in lines if line],
        [promise for promise in promises if promise],
        products.levels(look, sorted(goods), sorted(companies)),
        today=today,
        horizon_days=horizon_days,
        read_at=read_at,
        products=[products.code(row) for row in only.values()],
    )


def _open_purchase_lines(look: Lookup, product_ids: Sequence[int] = ()) -> list[Row]:
    """Lines of confirmed orders for goods that are not fully received; of these products, or of all."""
    domain: list[Any] = [("order_id.state", "in", purchases.CONFIRMED), ("display_type", "=", False), products.GOODS]
    domain += [("product_id", "in", list(product_ids))] if product_ids else []
    if look.stored("purchase.order", "receipt_status"):
        domain.append(("order_id.receipt_status", "!=", "full"))
    rows = look.rows("purchase.order.line", domain, PURCHASE_LINE_FIELDS)
    return [row for row in rows if decimal(row["qty_received"]) < decimal(row["product_qty"])]


def _open_sale_lines(look: Lookup, product_ids: Sequence[int]) -> list[Row]:
    """Lines of confirmed customer orders for these products that are not fully delivered."""
    if not product_ids:
        return []
    domain: list[Any] = [
        ("order_id.state", "in", ("sale", "done")), ("display_type", "=", False),
        ("product_id", "in", list(product_ids)),
    ]  # fmt: skip
    if look.stored("sale.order", "delivery_status"):
        domain.append(("order_id.delivery_status", "!=", "full"))
    rows = look.rows("sale.order.line", domain, SALE_LINE_FIELDS)
    return [row for row in rows if decimal(row["qty_delivered"]) < decimal(row["product_uom_qty"])]


def _in_own_unit(tables: Tables, line: Row, product: Row) -> tuple[Decimal, str]:
    """How many of the product's own unit one of the line's unit is, and that unit's name."""
    own = link_id(product["uom_id"])
    name = tables.units[own].name if own in tables.units else link_name(product["uom_id"]) or "Units"
    return tables.ratio(link_id(line["product_uom"]), own), name


def _line(known: _Known, line: Row) -> LateLine | None:
    """The line as supply; nothing when it has no date, or its order went away meanwhile."""
    tables = known.tables
    order, product = known.bought.get(link_id(line["order_id"])), known.goods.get(link_id(line["product_id"]))
    if not order or not product:
        return None
    zone = tables.zone(link_id(order["company_id"]), tables.warehouse_of.get(link_id(order["picking_type_id"]), 0))
    planned = site_date(line["date_planned"], zone)
    ratio, unit = _in_own_unit(tables, line, product)
    return planned and LateLine(
        purchase=RecordRef(model=Model.PURCHASE_ORDER, id=order["id"], name=text(order["name"])),
        company=tables.company(order),
        supplier=link_name(order["partner_id"]),
        line_id=line["id"],
        product_code=products.code(product),
        product_name=text(product["name"]),
        open_quantity=decimal((decimal(line["product_qty"]) - decimal(line["qty_received"])) * ratio),
        unit=unit,
        planned=planned,
    )


def _commitment(known: _Known, line: Row) -> Commitment | None:
    """The line as a customer commitment; nothing when its order went away meanwhile."""
    tables = known.tables
    order, product = known.sold.get(link_id(line["order_id"])), known.goods.get(link_id(line["product_id"]))
    promised = promised_on(order, tables) if order else None
    if not order or not product or not promised:
        return None
    with about(f"sale order {text(order['name'])}"):
        return _promise(known, line, order, product, promised)


def _promise(known: _Known, line: Row, order: Row, product: Row, promised: date) -> Commitment:
    tables = known.tables
    ratio, unit = _in_own_unit(tables, line, product)
    customer = known.customers[link_id(order["company_id"])][link_id(order["partner_id"])]
    currency = iso_currency(link_name(order["currency_id"]))
    price = money(net_price(line) / ratio, currency)
    return Commitment(
        order=RecordRef(model=Model.SALE_ORDER, id=order["id"], name=text(order["name"])),
        company=tables.company(order),
        customer=customer.name,
        tier=customer.tier,
        line_id=line["id"],
        product_code=products.code(product),
        open_quantity=decimal((decimal(line["product_uom_qty"]) - decimal(line["qty_delivered"])) * ratio),
        unit=unit,
        unit_price=price,
        price_in_company=rated(price.amount, order["currency_rate"], currency, tables.currency(order)),
        promised=promised,
        reserved=known.held.get(line["id"], Decimal(0)),
        margin_percent=percent(line["margin_percent"]),
    )
