"""Suppliers' bills as typed values."""

from collections.abc import Sequence

from agent.adapters.odoo import products
from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import (
    decimal,
    iso_currency,
    link_id,
    link_name,
    money,
    net_price,
    site_date,
    text,
    wanted,
)
from agent.adapters.odoo.lookup import Lookup, Tables
from agent.adapters.odoo.parties import Parties, parties_of
from agent.evidence.records import Bill, BillLine, Model, RecordRef

KINDS = ("in_invoice", "in_refund")
FIELDS = (
    "name", "ref", "partner_id", "state", "invoice_date", "amount_total", "currency_id", "company_id", "invoice_origin",
)  # fmt: skip
LINE_FIELDS = ("move_id", "product_id", "name", "quantity", "price_unit", "discount", "sequence", "purchase_order_id")


def by_refs(look: Lookup, refs: Sequence[str]) -> tuple[Bill, ...]:
    """By our name or the supplier's invoice number, whatever the case; in the order asked. Four calls."""
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
    goods = products.of_lines(look, lines)
    suppliers = parties_of(look, rows)
    return tuple(
        _bill(
            look.tables(), row, [line for line in lines if link_id(line["move_id"]) == row["id"]],
            goods, suppliers[link_id(row["company_id"])],
        )
        for row in rows
    )  # fmt: skip


def _bill(tables: Tables, row: Row, lines: Sequence[Row], goods: dict[int, Row], suppliers: Parties) -> Bill:
    name = text(row["name"])
    ordered = [link_name(line["purchase_order_id"]).split(" (")[0] for line in lines]
    origin = [part.strip() for part in text(row["invoice_origin"]).split(",")]
    return Bill(
        ref=RecordRef(model=Model.BILL, id=row["id"], name=name if name.strip("/ ") else f"draft bill {row['id']}"),
        company=tables.company(row),
        state=text(row["state"]),
        supplier=suppliers[link_id(row["partner_id"])],
        supplier_invoice=text(row["ref"]),
        billed=site_date(row["invoice_date"], tables.zone(link_id(row["company_id"]))),
        total=money(row["amount_total"], iso_currency(link_name(row["currency_id"]))),
        purchase_refs=tuple(dict.fromkeys(ref for ref in (*ordered, *origin) if ref)),
        lines=tuple(
            BillLine(
                product_code=products.code(product) if product else "",
                quantity=decimal(line["quantity"]),
                unit_price=net_price(line),
                purchase_ref=ref,
            )
            for line, ref in zip(lines, ordered, strict=True)
            for product in [goods.get(link_id(line["product_id"]))]
        ),
    )
