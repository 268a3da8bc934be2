"""Figures over a past window, counted from what Odoo holds today; each function counts one thing."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from agent.adapters.odoo import products, purchases
from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import day_start, decimal, ids_of, link_id, link_name, net_price, site_date
from agent.adapters.odoo.lookup import PAGE, Lookup
from agent.adapters.odoo.sales import promised_on
from agent.evidence.records import Baseline, SupplierRecord

LEAST_MARGIN = Decimal("0.15")  # the margin below which an order counts, until policy names another
LONGEST_LEAD = 120  # days before the window in which an order without a promised date may have been made
CENT = Decimal("0.01")
SALE_FIELDS = (
    "company_id", "warehouse_id", "commitment_date", "expected_date", "effective_date", "margin_percent", "date_order",
)  # fmt: skip
BILL_LINE_FIELDS = ("move_id", "purchase_line_id", "quantity", "price_unit", "discount", "product_uom_id")


def baseline(look: Lookup, since: date, until: date) -> Baseline:
    """From `since` to `until`, both days included.

    Late is a purchase line received in full after its planned day or not yet, and an order whose first delivery
    came after the promised day or of which goods are still open. Off its order is a bill whose price or billed
    quantity differs from the order. Eight calls, and one more for each thousand rows.
    """
    due, delays, suppliers = _purchase_lines(look, since, until)
    promised, late, thin = _sale_orders(look, since, until)
    bills, off = _bills(look, since, until)
    mean = (Decimal(sum(delays)) / len(delays)).quantize(CENT) if delays else None
    return Baseline(
        since=since,
        until=until,
        purchase_lines_due=due,
        purchase_lines_late=len(delays),
        mean_days_late=mean,
        sale_orders_promised=promised,
        sale_orders_late=late,
        sale_orders_below_margin=thin,
        bills=bills,
        bills_off_order=off,
        suppliers=suppliers,
    )


def _window(field: str, since: date, until: date) -> list[Any]:
    """A window widened by a day on either side; the code compares site dates exactly."""
    return [(field, ">=", day_start(since, plus=-1)), (field, "<", day_start(until, plus=2))]


def _purchase_lines(look: Lookup, since: date, until: date) -> tuple[int, list[int], tuple[SupplierRecord, ...]]:
    """How many lines were due, by how many days each late one was late, and the same by supplier."""
    domain = [
        ("order_id.state", "in", purchases.CONFIRMED), ("display_type", "=", False), products.GOODS,
        *_window("date_planned", since, until),
    ]  # fmt: skip
    names = ("order_id", "product_qty", "qty_received", "date_planned", "company_id")
    lines = look.rows("purchase.order.line", domain, names)
    orders = look.read_by_ids("purchase.order", ids_of(lines, "order_id"), ("picking_type_id", "partner_id"))
    arrived = _last_receipts(look, [line["id"] for line in lines])
    tables = look.tables()
    records: dict[tuple[str, str], list[int]] = defaultdict(list)
    for line in lines:
        order = orders.get(link_id(line["order_id"]), {})
        kind = link_id(order.get("picking_type_id"))
        zone = tables.zone(link_id(line["company_id"]), tables.warehouse_of.get(kind, 0))
        planned = site_date(line["date_planned"], zone)
        if not planned or not since <= planned <= until:
            continue
        complete = decimal(line["qty_received"]) >= decimal(line["product_qty"])
        came = (site_date(arrived.get(line["id"]), zone) or planned) if complete else until
        records[tables.company(line), link_name(order.get("partner_id"))].append(max((came - planned).days, 0))
    delays = [days for found in records.values() for days in found if days]
    return sum(map(len, records.values())), delays, tuple(_record(*key, days) for key, days in sorted(records.items()))


def _record(company: str, supplier: str, days: Sequence[int]) -> SupplierRecord:
    late = [one for one in days if one]
    mean = (Decimal(sum(late)) / len(late)).quantize(CENT) if late else None
    return SupplierRecord(
        company=company, supplier=supplier, lines_due=len(days), lines_late=len(late), mean_days_late=mean
    )


def _last_receipts(look: Lookup, lines: Sequence[int]) -> dict[int, str]:
    """When the last goods of each line came in."""
    found: dict[int, str] = {}
    if not look.has("stock.move", "purchase_line_id"):
        return found
    for start in range(0, len(lines), PAGE):
        domain = [("purchase_line_id", "in", lines[start : start + PAGE]), ("state", "=", "done")]
        for move in look.rows("stock.move", domain, ("purchase_line_id", "date")):
            line = link_id(move["purchase_line_id"])
            found[line] = max(found.get(line, ""), str(move["date"]))
    return found


def _sale_orders(look: Lookup, since: date, until: date) -> tuple[int, int, int]:
    """Orders promised in the window, those of them late, and orders made in the window below the margin."""
    made_since = since - timedelta(days=LONGEST_LEAD)
    domain: list[Any] = [
        ("state", "in", ("sale", "done")), "|", "&", *_window("commitment_date", since, until),
        "&", *_window("date_order", made_since, until),
    ]  # fmt: skip
    rows = look.rows("sale.order", domain, SALE_FIELDS)
    tables = look.tables()
    open_goods = _open_goods(look, [row["id"] for row in rows])
    promised = late = thin = 0
    margins = look.has("sale.order", "margin_percent")
    for row in rows:
        zone = tables.zone(link_id(row["company_id"]), link_id(row["warehouse_id"]))
        made = site_date(row["date_order"], zone)
        if margins and made and since <= made <= until and decimal(row["margin_percent"]) < LEAST_MARGIN:
            thin += 1
        day = promised_on(row, tables)
        if day and since <= day <= until and row["id"] in open_goods:
            promised += 1
            came = until if open_goods[row["id"]] else site_date(row["effective_date"], zone) or day
            late += came > day
    return promised, late, thin


def _open_goods(look: Lookup, orders: Sequence[int]) -> dict[int, bool]:
    """The orders that hold goods, and whether some of them are still to deliver."""
    found: dict[int, bool] = {}
    names = ("order_id", "product_uom_qty", "qty_delivered")
    for start in range(0, len(orders), PAGE):
        domain = [("order_id", "in", orders[start : start + PAGE]), ("display_type", "=", False), products.GOODS]
        for line in look.rows("sale.order.line", domain, names):
            order = link_id(line["order_id"])
            is_open = decimal(line["qty_delivered"]) < decimal(line["product_uom_qty"])
            found[order] = found.get(order, False) or is_open
    return found


def _bills(look: Lookup, since: date, until: date) -> tuple[int, int]:
    """Posted supplier bills of the window, and those of them that differ from their order."""
    domain = [
        ("move_type", "=", "in_invoice"), ("state", "=", "posted"), ("invoice_date", ">=", since.isoformat()),
        ("invoice_date", "<=", until.isoformat()),
    ]  # fmt: skip
    bills = look.rows("account.move", domain, ("company_id",))
    if not bills or not look.has("account.move.line", "purchase_line_id"):
        return len(bills), 0
    ids = [bill["id"] for bill in bills]
    lines: list[Row] = []
    for start in range(0, len(ids), PAGE):
        within = [("move_id", "in", ids[start : start + PAGE]), ("purchase_line_id", "!=", False)]
        lines += look.rows("account.move.line", within, BILL_LINE_FIELDS)
    names = ("product_qty", "qty_invoiced", "product_uom", "price_unit", "discount")
    ordered = look.read_by_ids("purchase.order.line", ids_of(lines, "purchase_line_id"), names)
    off = {
        link_id(line["move_id"])
        for line in lines
        if (order := ordered.get(link_id(line["purchase_line_id"]))) and _differs(look, line, order)
    }
    return len(bills), len(off)


def _differs(look: Lookup, line: Row, order: Row) -> bool:
    """Whether price, or quantity billed in all, is not as ordered."""
    ratio = look.tables().ratio(link_id(line["product_uom_id"]), link_id(order["product_uom"]))
    price = net_price(line) / ratio
    return abs(price - net_price(order)) >= CENT or decimal(order["qty_invoiced"]) > decimal(order["product_qty"])
