"""Late supply, open customer commitments and stock of the products concerned, all in the products' own units."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

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
    site_date,
    text,
)
from agent.adapters.odoo.lookup import Lookup, Tables
from agent.adapters.odoo.parties import Parties, parties_of
from agent.adapters.odoo.sales import promised_on
from agent.evidence.records import Commitment, LateLine, Model, RecordRef, SupplyPicture
from agent.kit.clock import Clock

ORDER_FIELDS = ("name", "company_id", "partner_id", "picking_type_id")
SALE_FIELDS = ("name", "company_id", "partner_id", "currency_id", "warehouse_id", "commitment_date", "expected_date")
PURCHASE_LINE_FIELDS = ("order_id", "product_id", "product_qty", "qty_received", "product_uom", "date_planned")
SALE_LINE_FIELDS = (
    "order_id", "product_id", "product_uom_qty", "qty_delivered", "product_uom", "price_unit", "discount",
)  # fmt: skip


def picture(look: Lookup, today: date, horizon_days: int, clock: Clock) -> SupplyPicture:
    """See `OdooReader.supply_picture`. Seven calls and one more for each thousand lines."""
    read_at = clock()
    incoming = _open_purchase_lines(look)
    outgoing = _open_sale_lines(look, ids_of(incoming, "product_id"))
    goods = products.of_lines(look, incoming, products.QUANTITIES)
    bought = look.read_by_ids("purchase.order", ids_of(incoming, "order_id"), ORDER_FIELDS)
    sold = look.read_by_ids("sale.order", ids_of(outgoing, "order_id"), SALE_FIELDS)
    customers = parties_of(look, sold.values())
    tables = look.tables()
    until = today + timedelta(days=horizon_days)
    lines = [(line, _late(tables, line, bought, goods)) for line in incoming]
    wanted = [(line, _commitment(tables, line, sold, goods, customers)) for line in outgoing]
    due = [(link_id(line["product_id"]), found) for line, found in wanted if found and found.promised <= until]
    first: dict[int, date] = {}
    for product, found in due:
        first[product] = min(first.get(product, found.promised), found.promised)
    late = [
        (link_id(line["product_id"]), found)
        for line, found in lines
        if found and (found.planned < today or first.get(link_id(line["product_id"]), date.max) < found.planned)
    ]
    concerned = sorted({product for product, _ in late})
    return SupplyPicture(
        read_at=read_at,
        late=tuple(sorted((found for _, found in late), key=lambda item: (item.planned, item.line_id))),
        commitments=tuple(
            sorted((found for product, found in due if product in concerned), key=lambda c: (c.promised, c.line_id))
        ),
        stock=products.levels(look, [goods[product] for product in concerned if product in goods]),
    )


def _open_purchase_lines(look: Lookup) -> list[Row]:
    """Lines of confirmed orders for goods that are not fully received."""
    domain: list[Any] = [("order_id.state", "in", purchases.CONFIRMED), ("display_type", "=", False), products.GOODS]
    if look.stored("purchase.order", "receipt_status"):
        domain.append(("order_id.receipt_status", "!=", "full"))
    rows = look.rows("purchase.order.line", domain, PURCHASE_LINE_FIELDS)
    return [row for row in rows if decimal(row["qty_received"]) < decimal(row["product_qty"])]


def _open_sale_lines(look: Lookup, product_ids: Sequence[int]) -> list[Row]:
    """Lines of confirmed customer orders for these products that are not fully delivered."""
    if not product_ids:
        return []
    domain: list[Any] = [
        ("order_id.state", "in", ("sale", "done")), ("display_type", "=", False), ("product_id", "in", list(product_ids)),
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


def _late(tables: Tables, line: Row, bought: dict[int, Row], goods: dict[int, Row]) -> LateLine | None:
    """The line as late supply; nothing when it has no date, or its order went away meanwhile."""
    order, product = bought.get(link_id(line["order_id"])), goods.get(link_id(line["product_id"]))
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


def _commitment(
    tables: Tables, line: Row, sold: dict[int, Row], goods: dict[int, Row], customers: dict[int, Parties]
) -> Commitment | None:
    """The line as a customer commitment; nothing when its order went away meanwhile."""
    order, product = sold.get(link_id(line["order_id"])), goods.get(link_id(line["product_id"]))
    promised = promised_on(order, tables) if order else None
    if not order or not product or not promised:
        return None
    ratio, unit = _in_own_unit(tables, line, product)
    customer = customers[link_id(order["company_id"])][link_id(order["partner_id"])]
    return Commitment(
        order=RecordRef(model=Model.SALE_ORDER, id=order["id"], name=text(order["name"])),
        company=tables.company(order),
        customer=customer.name,
        tier=customer.tier,
        line_id=line["id"],
        product_code=products.code(product),
        open_quantity=decimal((decimal(line["product_uom_qty"]) - decimal(line["qty_delivered"])) * ratio),
        unit=unit,
        unit_price=money(net_price(line) / ratio, iso_currency(link_name(order["currency_id"]))),
        promised=promised,
    )


