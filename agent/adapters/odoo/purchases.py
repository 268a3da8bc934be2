"""Purchase orders as typed values."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from agent.adapters.odoo import products, taxes, transfers
from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import (
    by_link,
    decimal,
    ids_of,
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
from agent.adapters.odoo.parties import Parties, parties_of
from agent.evidence.records import Model, PurchaseLine, PurchaseOrder, RecordRef

NEWEST = 20
CONFIRMED = ("purchase", "done")
FIELDS = (
    "name", "partner_ref", "partner_id", "state", "date_order", "date_approve", "date_planned", "amount_total",
    "currency_id", "company_id", "picking_type_id", "currency_rate",
)  # fmt: skip
LINE_FIELDS = (
    "order_id", "product_id", "name", "sequence", "product_qty", "qty_received", "qty_invoiced", "product_uom",
    "price_unit", "discount", "date_planned", *taxes.ON_ORDER,
)  # fmt: skip


EXPECTED = (("stock.move", "purchase_line_id", "receipts are not kept (Purchase with Inventory)"),)


class _Known(NamedTuple):
    """What the orders of one answer share."""

    tables: Tables
    goods: dict[int, Row]
    suppliers: dict[int, Parties]
    codes: dict[tuple[int, int, int], str]
    moved: transfers.Moved
    rates: dict[int, Row]
    unread: tuple[str, ...]


def by_refs(look: Lookup, refs: Sequence[str]) -> tuple[PurchaseOrder, ...]:
    """By our name or the supplier's reference, whatever the case; in the order asked. Six calls and one a company."""
    asked = wanted(refs)
    if not asked:
        return ()
    found = orders(look, look.matching("purchase.order", ["name", "partner_ref"], asked, FIELDS))
    place = {ref.casefold(): index for index, ref in enumerate(asked)}
    last = len(place)
    rank = {
        order.ref.id: min(place.get(order.ref.name.casefold(), last), place.get(order.supplier_ref.casefold(), last))
        for order in found
    }
    return tuple(sorted(found, key=lambda order: (rank[order.ref.id], -order.ref.id)))


def open_of(look: Lookup, supplier: int) -> tuple[PurchaseOrder, ...]:
    """Confirmed orders with something still to receive, of this supplier and its contacts; newest 20."""
    domain: list[Any] = [("partner_id.commercial_partner_id", "=", supplier), ("state", "in", CONFIRMED)]
    if look.stored("purchase.order", "receipt_status"):
        domain.append(("receipt_status", "!=", "full"))
    rows = look.rows("purchase.order", domain, FIELDS, newest="date_approve desc, id desc", limit=3 * NEWEST)
    waiting = [order for order in orders(look, rows) if any(line.received < line.ordered for line in order.lines)]
    return tuple(waiting[:NEWEST])


def orders(look: Lookup, rows: Sequence[Row]) -> tuple[PurchaseOrder, ...]:
    """The orders of these rows with lines, products and suppliers, in the same order."""
    if not rows:
        return ()
    domain = [("order_id", "in", [row["id"] for row in rows]), ("display_type", "=", False)]
    lines = look.rows("purchase.order.line", domain, LINE_FIELDS)
    goods = products.of_lines(look, lines)
    suppliers = parties_of(look, rows)
    codes = _supplier_codes(look, ids_of(goods.values(), "product_tmpl_id"), rows, suppliers)
    lines.sort(key=lambda line: (line["sequence"] or 0, line["id"]))
    moved = transfers.of_lines(look, "purchase_line_id", lines)
    rates = taxes.of_lines(look, (lines, taxes.ON_ORDER))
    known = _Known(look.tables(), goods, suppliers, codes, moved, rates, look.lacking(EXPECTED))
    of_order = by_link(lines, "order_id")
    return tuple(_order(look, known, row, of_order[row["id"]]) for row in rows)


def _supplier_codes(
    look: Lookup, templates: Sequence[int], rows: Sequence[Row], suppliers: dict[int, Parties]
) -> dict[tuple[int, int, int], str]:
    """The suppliers' own product codes under (party, template, product or 0)."""
    head_of = {
        partner: suppliers[link_id(row["company_id"])][partner].id
        for row in rows
        if (partner := link_id(row["partner_id"]))
    }
    partners = sorted({*head_of, *head_of.values()})
    domain = [("product_tmpl_id", "in", list(templates)), ("partner_id", "in", partners), ("product_code", "!=", False)]
    names = ("partner_id", "product_tmpl_id", "product_id", "product_code")
    found = look.rows("product.supplierinfo", domain, names) if templates and partners else []
    return {
        (
            head_of.get(link_id(row["partner_id"]), link_id(row["partner_id"])),
            link_id(row["product_tmpl_id"]),
            link_id(row["product_id"]),
        ): text(row["product_code"])
        for row in reversed(found)
    }


def _order(look: Lookup, known: _Known, row: Row, lines: Sequence[Row]) -> PurchaseOrder:
    with about(f"purchase order {text(row['name'])}"):
        return _filled(look, known, row, lines)


def _filled(look: Lookup, known: _Known, row: Row, lines: Sequence[Row]) -> PurchaseOrder:
    tables, goods, suppliers, codes, moved, rates, unread = known
    currency, own = iso_currency(link_name(row["currency_id"])), tables.currency(row)
    total = money(row["amount_total"], currency)
    zone = tables.zone(link_id(row["company_id"]), tables.warehouse_of.get(link_id(row["picking_type_id"]), 0))
    supplier = suppliers[link_id(row["company_id"])][link_id(row["partner_id"])]
    return PurchaseOrder(
        ref=RecordRef(model=Model.PURCHASE_ORDER, id=row["id"], name=text(row["name"])),
        company=tables.company(row),
        state=text(row["state"]),
        supplier=supplier,
        supplier_ref=text(row["partner_ref"]),
        ordered_at=moment(row["date_approve"] or row["date_order"]),
        planned=site_date(row["date_planned"], zone),
        total=total,
        lines=tuple(
            PurchaseLine(
                id=line["id"],
                position=position,
                product_code=products.code(product) if product else "",
                supplier_code=_code(codes, supplier.id, product) if product else "",
                product_name=text(product["name"]) if product else text(line["name"]),
                ordered=decimal(line["product_qty"]),
                received=decimal(line["qty_received"]),
                invoiced=decimal(line["qty_invoiced"]),
                unit=link_name(line["product_uom"]) or "Units",
                unit_price=net_price(line),
                planned=site_date(line["date_planned"], zone),
                tax_percent=taxes.percent(look, line, taxes.ON_ORDER, rates),
                units=tables.others(link_id(line["product_uom"])),
            )
            for position, line in enumerate(lines, start=1)
            for product in [goods.get(link_id(line["product_id"]))]
        ),
        in_company=rated(total.amount, row["currency_rate"], currency, own),
        transfers=transfers.transfers(look, moved, lines, zone),
        unread=unread,
    )


def _code(codes: dict[tuple[int, int, int], str], supplier: int, product: Row) -> str:
    """The supplier's code for this variant, else for all variants."""
    template = link_id(product["product_tmpl_id"])
    return codes.get((supplier, template, product["id"])) or codes.get((supplier, template, 0), "")
