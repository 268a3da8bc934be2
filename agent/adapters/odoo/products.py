"""Products: the code people use, the name, the unit, and what there is in stock."""

from collections.abc import Iterable, Sequence
from typing import Any

from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import any_of, decimal, ids_of, link_id, text, wanted
from agent.adapters.odoo.lookup import Lookup
from agent.evidence.records import StockLevel

FIELDS = ("default_code", "barcode", "name", "uom_id", "product_tmpl_id")
QUANTITIES = ("qty_available", "free_qty", "incoming_qty", "outgoing_qty")
GOODS = ("product_id.type", "in", ("consu", "product"))  # 17 says product for what is stored, 18 consu with is_storable


def code(row: Row) -> str:
    """The internal reference; else the barcode; else the number that `stock` understands as well."""
    return text(row["default_code"]) or text(row["barcode"]) or f"#{row['id']}"


def of_lines(look: Lookup, lines: Iterable[Row], extra: Sequence[str] = ()) -> dict[int, Row]:
    """The products behind order lines, archived ones too; one call."""
    return look.read_by_ids("product.product", ids_of(lines, "product_id"), (*FIELDS, *extra))


def stock(look: Lookup, product_codes: Sequence[str]) -> tuple[StockLevel, ...]:
    """Stock of the products with these codes, in the order asked; unknown codes are absent."""
    codes = wanted(product_codes)
    numbers = [int(item[1:]) for item in codes if item.startswith("#") and item[1:].isdigit()]
    domain: list[Any] = ["|", ("id", "in", numbers), *any_of(["default_code", "barcode"], codes)]
    rows = look.rows("product.product", domain, (*FIELDS, *QUANTITIES)) if codes else []
    place = {item.casefold(): index for index, item in enumerate(codes)}
    rows.sort(key=lambda row: (place.get(code(row).casefold(), len(place)), row["id"]))
    return levels(look, rows)


def levels(look: Lookup, rows: Iterable[Row]) -> tuple[StockLevel, ...]:
    """Stock of products whose quantities were read; nothing where stock is not managed."""
    if not look.has("product.product", "qty_available"):
        return ()
    units = look.tables().units
    return tuple(
        StockLevel(
            product_code=code(row),
            product_name=text(row["name"]),
            on_hand=decimal(row["qty_available"]),
            reserved=decimal(row["qty_available"]) - decimal(row["free_qty"]),
            incoming=decimal(row["incoming_qty"]),
            outgoing=decimal(row["outgoing_qty"]),
            unit=units[link_id(row["uom_id"])].name if link_id(row["uom_id"]) in units else "Units",
        )
        for row in rows
    )
