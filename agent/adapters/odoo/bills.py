"""Suppliers' bills as typed values."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from agent.adapters.odoo import products, taxes
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
from agent.evidence.bill_numbers import plain_key, same_number
from agent.evidence.records import Bill, BillLine, Model, OtherBill, RecordRef

KINDS = ("in_invoice", "in_refund")
FIELDS = (
    "name", "ref", "partner_id", "state", "invoice_date", "invoice_date_due", "amount_total", "amount_total_signed",
    "currency_id", "company_id", "invoice_origin", "move_type", "commercial_partner_id", HOLD,
)  # fmt: skip
LINE_FIELDS = (
    "move_id", "product_id", "name", "quantity", "price_unit", "discount", "sequence", "purchase_order_id",
    "purchase_line_id", "product_uom_id", *taxes.ON_BILL,
)  # fmt: skip
ORDERED_FIELDS = (
    "product_qty", "qty_received", "qty_invoiced", "price_unit", "discount", "product_uom", "product_uom_id",
    *taxes.ON_ORDER,
)  # fmt: skip
OTHER_FIELDS = (
    "name", "ref", "state", "invoice_date", "amount_total", "currency_id", "company_id", "commercial_partner_id",
    "move_type",
)  # fmt: skip
PRODUCT_FIELDS = ("purchase_method", "categ_id")
MOST_ALIKE = 200
EXPECTED = (("account.move.line", "purchase_line_id", "orders behind bills are not kept (module Purchase)"),)


class _Known(NamedTuple):
    """What the bills of one answer share."""

    tables: Tables
    goods: dict[int, Row]
    suppliers: dict[int, Parties]
    ordered: dict[int, Row]
    rates: dict[int, Row]
    alike: dict[int, tuple[OtherBill, ...]]
    look: Lookup
    unread: tuple[str, ...]


def by_refs(look: Lookup, refs: Sequence[str]) -> tuple[Bill, ...]:
    """By our name or the supplier's invoice number, whatever the case; in the order asked.

    Six calls and one for each company.
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
    ordered = look.read_by_ids("purchase.order.line", ids_of(lines, "purchase_line_id"), ORDERED_FIELDS)
    known = _Known(
        look.tables(),
        products.of_lines(look, lines, PRODUCT_FIELDS),
        parties_of(look, rows),
        ordered,
        taxes.of_lines(look, (lines, taxes.ON_BILL), (ordered.values(), taxes.ON_ORDER)),
        _alike(look, rows),
        look,
        look.lacking(EXPECTED),
    )
    of_bill = by_link(lines, "move_id")
    return tuple(_bill(known, row, of_bill[row["id"]]) for row in rows)


def _alike(look: Lookup, rows: Sequence[Row]) -> dict[int, tuple[OtherBill, ...]]:
    """Other bills of the same supplier and number, however it is written; one call, the newest 200 candidates."""
    named = [row for row in rows if plain_key(text(row["ref"]))]
    if not named:
        return {}
    spread = sorted({"%".join(plain_key(text(row["ref"]))) for row in named})  # its letters and digits in their order
    domain: list[Any] = [
        ("commercial_partner_id", "in", ids_of(named, "commercial_partner_id")), ("move_type", "in", KINDS),
        ("state", "!=", "cancel"), *["|"] * (len(spread) - 1), *(("ref", "ilike", pattern) for pattern in spread),
    ]  # fmt: skip
    found = look.rows("account.move", domain, OTHER_FIELDS, newest="id desc", limit=MOST_ALIKE)
    return {
        row["id"]: tuple(_other(look, other) for other in reversed(found) if _is_alike(row, other)) for row in named
    }


def _is_alike(row: Row, other: Row) -> bool:
    same = all(link_id(row[name]) == link_id(other[name]) for name in ("commercial_partner_id", "company_id"))
    return same and row["id"] != other["id"] and same_number(text(row["ref"]), text(other["ref"]))


def _other(look: Lookup, row: Row) -> OtherBill:
    zone = look.tables().zone(link_id(row["company_id"]))
    return OtherBill(
        ref=RecordRef(model=Model.BILL, id=row["id"], name=_name(row)),
        supplier_invoice=text(row["ref"]),
        state=text(row["state"]),
        total=money(row["amount_total"], iso_currency(link_name(row["currency_id"]))),
        billed=site_date(row["invoice_date"], zone),
        refund=row["move_type"] == "in_refund",
    )


def _name(row: Row) -> str:
    name = text(row["name"])
    return name if name.strip("/ ") else f"draft bill {row['id']}"


def _bill(known: _Known, row: Row, lines: Sequence[Row]) -> Bill:
    name = _name(row)
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
        alike=known.alike.get(row["id"], ()),
        unread=known.unread,
    )


def _line(known: _Known, line: Row, ref: str) -> BillLine:
    product = known.goods.get(link_id(line["product_id"]))
    order = known.ordered.get(link_id(line["purchase_line_id"]))
    unit = link_name(line["product_uom_id"])
    return BillLine(
        product_code=products.code(product) if product else "",
        product_name=text(product["name"]) if product else text(line["name"]),
        quantity=decimal(line["quantity"]),
        unit_price=net_price(line),
        unit=unit,
        purchase_ref=ref,
        purchase_line_id=link_id(line["purchase_line_id"]),
        ordered=decimal(order["product_qty"]) if order else None,
        received=decimal(order["qty_received"]) if order else None,
        billed=decimal(order["qty_invoiced"]) if order else None,
        ordered_price=net_price(order) if order else None,
        ordered_unit=link_name(_unit(order)) if order else "",
        per_unit=_per_unit(known.tables, link_id(line["product_uom_id"]), link_id(_unit(order)))
        if order
        else Decimal(1),
        tax_percent=taxes.percent(known.look, line, taxes.ON_BILL, known.rates),
        ordered_tax_percent=taxes.percent(known.look, order, taxes.ON_ORDER, known.rates) if order else None,
        category=link_name(product["categ_id"]) if product else "",
        on_ordered=bool(product) and text(product["purchase_method"]) == "purchase",
    )


def _unit(order: Row) -> Any:
    """The unit of an order line; Odoo 19 calls the field as the bill does."""
    return order["product_uom"] or order["product_uom_id"]


def _per_unit(tables: Tables, unit: int, target: int) -> Decimal | None:
    """How many of the order's units one billed unit is; None where a unit is not shown to us."""
    if unit == target or not unit or not target:
        return Decimal(1)
    return round(tables.ratio(unit, target), 6) if unit in tables.units and target in tables.units else None
