"""Suppliers' bills as typed values."""

from collections.abc import Sequence
from typing import NamedTuple

from agent.adapters.odoo import products
from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import (
    by_link,
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
    wanted,
)
from agent.adapters.odoo.faults import about
from agent.adapters.odoo.lookup import Lookup, Tables
from agent.adapters.odoo.names import HOLD
from agent.adapters.odoo.parties import Parties, parties_of
from agent.evidence.records import Bill, BillLine, Model, RecordRef

KINDS = ("in_invoice", "in_refund")
FIELDS = (
    "name", "ref", "partner_id", "state", "invoice_date", "invoice_date_due", "amount_total", "amount_total_signed",
    "currency_id", "company_id", "invoice_origin", "move_type", HOLD,
)  # fmt: skip
LINE_FIELDS = (
    "move_id", "product_id", "name", "quantity", "price_unit", "discount", "sequence", "purchase_order_id",
    "purchase_line_id", "product_uom_id",
)  # fmt: skip
ORDERED_FIELDS = ("product_qty", "qty_received", "qty_invoiced", "price_unit", "discount", "product_uom")
EXPECTED = (("account.move.line", "purchase_line_id", "orders behind bills are not kept (module Purchase)"),)


class _Known(NamedTuple):
    """What the bills of one answer share."""

    tables: Tables
    goods: dict[int, Row]
    suppliers: dict[int, Parties]
    ordered: dict[int, Row]
    unread: tuple[str, ...]


def by_refs(look: Lookup, refs: Sequence[str]) -> tuple[Bill, ...]:
    """By our name or the supplier's invoice number, whatever the case; in the order asked.

    Four calls and one for each company.
    """
    asked = wanted(refs)
    rows = look.matching("account.move", ["name", "ref"], asked, FIELDS, [("move_type", "in", KINDS)])
    if not rows:
        return ()
    place = {ref.casefold(): index for index, ref in enumerate(asked)}
    last = len(place)
    rows.sort(
        key=lambda row: (
            min(place.get(text(row["name"]).casefold(), last), place.get(text(row["ref"]).casefold(), last)),
            -row["id"],
        )
    )
    lines = look.rows(
        "account.move.line",
        [("move_id", "in", [row["id"] for row in rows]), ("display_type", "=", "product")],
        LINE_FIELDS,
    )
    lines.sort(key=lambda line: (line["sequence"] or 0, line["id"]))
    known = _Known(
        look.tables(),
        products.of_lines(look, lines),
        parties_of(look, rows),
        look.read_by_ids("purchase.order.line", ids_of(lines, "purchase_line_id"), ORDERED_FIELDS),
        look.lacking(EXPECTED),
    )
    of_bill = by_link(lines, "move_id")
    return tuple(_bill(known, row, of_bill[row["id"]]) for row in rows)


def _bill(known: _Known, row: Row, lines: Sequence[Row]) -> Bill:
    name = text(row["name"])
    name = name if name.strip("/ ") else f"draft bill {row['id']}"
    with about(f"bill {name}"):
        return _filled(known, row, lines, name)


def _filled(known: _Known, row: Row, lines: Sequence[Row], name: str) -> Bill:
    tables = known.tables
    zone = tables.zone(link_id(row["company_id"]))
    currency, own = iso_currency(link_name(row["currency_id"])), tables.currency(row)
    total = money(row["amount_total"], currency)
    booked = decimal(row["amount_total_signed"])
    ordered = [link_name(line["purchase_order_id"]).split(" (")[0] for line in lines]
    origin = [part.strip() for part in text(row["invoice_origin"]).split(",")]
    return Bill(
        ref=RecordRef(model=Model.BILL, id=row["id"], name=name),
        company=tables.company(row),
        state=text(row["state"]),
        held=bool(row[HOLD]),
        supplier=known.suppliers[link_id(row["company_id"])][link_id(row["partner_id"])],
        supplier_invoice=text(row["ref"]),
        billed=site_date(row["invoice_date"], zone),
        due=site_date(row["invoice_date_due"], zone),
        total=total,
        in_company=rated(total.amount, abs(total.amount / booked) if booked else 0, currency, own),
        purchase_refs=tuple(dict.fromkeys(ref for ref in (*ordered, *origin) if ref)),
        refund=row["move_type"] == "in_refund",
        lines=tuple(_line(known, line, ref) for line, ref in zip(lines, ordered, strict=True)),
        unread=known.unread,
    )


def _line(known: _Known, line: Row, ref: str) -> BillLine:
    product = known.goods.get(link_id(line["product_id"]))
    order = known.ordered.get(link_id(line["purchase_line_id"]))
    return BillLine(
        product_code=products.code(product) if product else "",
        product_name=text(product["name"]) if product else text(line["name"]),
        quantity=decimal(line["quantity"]),
        unit_price=net_price(line),
        unit=link_name(line["product_uom_id"]),
        purchase_ref=ref,
        purchase_line_id=link_id(line["purchase_line_id"]),
        ordered=decimal(order["product_qty"]) if order else None,
        received=decimal(order["qty_received"]) if order else None,
        billed=decimal(order["qty_invoiced"]) if order else None,
        ordered_price=net_price(order) if order else None,
    )
