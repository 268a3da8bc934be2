"""Products: the code people use, the name, the unit, and what there is in stock."""

from collections.abc import Iterable, Sequence

from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import decimal, ids_of, link_id, link_name, text, wanted
from agent.adapters.odoo.lookup import Lookup, Tables
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


def stock(look: Lookup, product_codes: Sequence[str], companies: Sequence[str] = ()) -> tuple[StockLevel, ...]:
    """Stock of the products with these codes, per company, in the order asked; unknown codes are absent.

    Of the companies named, else of all that our user sees. One call, and one for each company; of one company alone
    one call in all.
    """
    codes = wanted(product_codes)
    known = look.tables().companies
    seen_from = [number for number, company in sorted(known.items()) if not companies or company.name in companies]
    single = {"allowed_company_ids": seen_from} if len(seen_from) == 1 else None
    extra = QUANTITIES if single else ()
    numbers = [int(item[1:]) for item in codes if item.startswith("#") and item[1:].isdigit()]
    found = look.matching("product.product", ["default_code", "barcode"], codes, (*FIELDS, *extra), context=single)
    by_id = {row["id"]: row for row in found} | look.read_by_ids("product.product", numbers, (*FIELDS, *extra), single)
    rows = list(by_id.values())
    place = {item.casefold(): index for index, item in enumerate(codes)}
    rows.sort(key=lambda row: (place.get(code(row).casefold(), len(place)), row["id"]))
    if single and look.has("product.product", "qty_available"):
        seen = tuple(_level(look.tables(), row, seen_from[0]) for row in rows)
    else:
        seen = levels(look, [row["id"] for row in rows], seen_from)
    return tuple(sorted(seen, key=lambda level: place.get(level.product_code.casefold(), len(place))))


def by_codes(look: Lookup, product_codes: Sequence[str]) -> dict[int, Row]:
    """The products with these codes by their id; unknown codes are absent. One call, one more for codes like #12."""
    codes = wanted(product_codes)
    numbers = [int(item[1:]) for item in codes if item.startswith("#") and item[1:].isdigit()]
    found = look.matching("product.product", ["default_code", "barcode"], codes, FIELDS)
    return {row["id"]: row for row in found} | look.read_by_ids("product.product", numbers, FIELDS)


def levels(look: Lookup, ids: Sequence[int], companies: Sequence[int]) -> tuple[StockLevel, ...]:
    """Stock of these products in these companies; a company without any is left out unless none has any."""
    if not look.has("product.product", "qty_available"):
        return ()
    seen: dict[int, list[StockLevel]] = {product: [] for product in ids}
    for company in companies:
        within = {"allowed_company_ids": [company]}
        for product, row in look.read_by_ids("product.product", ids, (*FIELDS, *QUANTITIES), within).items():
            seen[product].append(_level(look.tables(), row, company))
    return tuple(level for found in seen.values() for level in ([x for x in found if _moves(x)] or found[:1]))


def _moves(level: StockLevel) -> bool:
    return any((level.on_hand, level.reserved, level.incoming, level.outgoing))


def _level(tables: Tables, row: Row, company: int) -> StockLevel:
    unit = link_id(row["uom_id"])
    return StockLevel(
        product_code=code(row),
        product_name=text(row["name"]),
        on_hand=decimal(row["qty_available"]),
        reserved=decimal(row["qty_available"] - row["free_qty"]),
        incoming=decimal(row["incoming_qty"]),
        outgoing=decimal(row["outgoing_qty"]),
        unit=tables.units[unit].name if unit in tables.units else link_name(row["uom_id"]) or "Units",
        company=tables.companies[company].name if company in tables.companies else "",
    )
