"""Odoo's own forecast: products below their reordering minimum, or below nothing, and what is ordered of them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from agent.adapters.odoo import products
from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import decimal, link_id, link_name, text
from agent.adapters.odoo.lookup import Lookup
from agent.evidence.history import ReorderPoint

MOST = 500
RULE = "stock.warehouse.orderpoint"
RULES = (
    "product_id", "company_id", "product_min_qty", "product_max_qty", "qty_on_hand", "qty_forecast", "lead_days_date",
)  # fmt: skip
GOODS = ("type", "in", ("consu", "product"))
BELOW = ("qty_available", "virtual_available")
WAITING = ("draft", "sent", "to approve", "purchase")
OPEN = ("product_id", "company_id", "product_qty", "qty_received", "product_uom", "product_uom_id")
Place = tuple[int, int]  # company, product


def replenishment(look: Lookup) -> tuple[ReorderPoint, ...]:
    """See `OdooReader.replenishment`. Three calls and one for each company."""
    if not look.has("product.product", "virtual_available"):
        return ()
    rules = _rules(look)
    bare = [(company, row) for company in sorted(look.tables().companies) for row in _below_nothing(look, company)]
    ruled = {_place(row) for row in rules}
    bare = [(company, row) for company, row in bare if (company, row["id"]) not in ruled]
    goods = products.of_lines(look, rules) | {row["id"]: row for _, row in bare}
    ordered = _under_way(look, goods)
    found = [
        *_of_rules(look, rules, goods, ordered),
        *(_of_product(look, company, row, ordered) for company, row in bare),
    ]
    return tuple(sorted(found, key=lambda point: (point.company, point.product_code)))


def _rules(look: Lookup) -> list[Row]:
    """The rules whose forecast, which Odoo reckons and no search can name, lies below their minimum."""
    if not look.has(RULE, "qty_forecast"):
        return []
    rows = look.rows(RULE, [("active", "=", True)], RULES, newest="product_min_qty desc, id", limit=10 * MOST)
    return [row for row in rows if decimal(row["qty_forecast"]) < decimal(row["product_min_qty"])][:MOST]


def _below_nothing(look: Lookup, company: int) -> list[Row]:
    """Products that Odoo expects to run below nothing in one company."""
    seen = {"allowed_company_ids": [company]}
    domain = [("virtual_available", "<", 0), GOODS]
    return look.rows("product.product", domain, (*products.FIELDS, *BELOW), newest="id", limit=MOST, context=seen)


def _under_way(look: Lookup, goods: dict[int, Row]) -> dict[Place, Decimal]:
    """What is still to come by purchases and requests for quotation, in the products' own units."""
    domain = [("product_id", "in", sorted(goods)), ("state", "in", WAITING)]
    rows = look.rows("purchase.order.line", domain, OPEN) if goods else []
    found: dict[Place, Decimal] = defaultdict(Decimal)
    for row in rows:
        own = link_id(goods[link_id(row["product_id"])]["uom_id"])
        unit = link_id(row["product_uom"] or row["product_uom_id"])
        left = max(decimal(row["product_qty"]) - decimal(row["qty_received"]), Decimal(0))
        found[_place(row)] += round(left * look.tables().ratio(unit, own), 6)
    return found


def _of_rules(
    look: Lookup, rules: Sequence[Row], goods: dict[int, Row], ordered: dict[Place, Decimal]
) -> Iterator[ReorderPoint]:
    for row in rules:
        product = goods.get(link_id(row["product_id"]))
        if product is None:
            continue
        yield ReorderPoint(
            product_code=products.code(product), product_name=text(product["name"]),
            company=look.tables().company(row), unit=link_name(product["uom_id"]) or "Units",
            on_hand=decimal(row["qty_on_hand"]), forecast=decimal(row["qty_forecast"]),
            minimum=decimal(row["product_min_qty"]), maximum=decimal(row["product_max_qty"]),
            under_way=ordered.get(_place(row), Decimal(0)),
            due=date.fromisoformat(str(row["lead_days_date"])[:10]) if row["lead_days_date"] else None,
        )  # fmt: skip


def _of_product(look: Lookup, company: int, row: Row, ordered: dict[Place, Decimal]) -> ReorderPoint:
    return ReorderPoint(
        product_code=products.code(row), product_name=text(row["name"]), company=look.tables().companies[company].name,
        unit=link_name(row["uom_id"]) or "Units", on_hand=decimal(row["qty_available"]),
        forecast=decimal(row["virtual_available"]), minimum=None,
        under_way=ordered.get((company, row["id"]), Decimal(0)),
    )  # fmt: skip


def _place(row: Row) -> Place:
    return link_id(row["company_id"]), link_id(row["product_id"])
