"""Figures of a past window, from the sandbox's rows."""

import sqlite3
from datetime import date
from decimal import Decimal

from agent.evidence.records import Baseline, SupplierRecord
from agent.kit.values import to_micro_units

MARGIN_FLOOR_PERCENT = Decimal(15)

PURCHASES = """
SELECT count(*) AS due, count(late) AS late, avg(late) AS mean FROM (
    SELECT CASE WHEN julianday(coalesce(l.received_on, :until)) > julianday(l.planned)
        THEN julianday(coalesce(l.received_on, :until)) - julianday(l.planned) END AS late
    FROM purchase_line l JOIN purchase_order o ON o.id = l.order_id
    WHERE o.state IN ('purchase', 'done') AND l.planned BETWEEN :since AND :until)
"""
SUPPLIERS = """
SELECT c.name AS company, s.name AS supplier, count(*) AS due, count(late) AS late, avg(late) AS mean FROM (
    SELECT o.company_id, o.partner_id, CASE WHEN julianday(coalesce(l.received_on, :until)) > julianday(l.planned)
        THEN julianday(coalesce(l.received_on, :until)) - julianday(l.planned) END AS late
    FROM purchase_line l JOIN purchase_order o ON o.id = l.order_id
    WHERE o.state IN ('purchase', 'done') AND l.planned BETWEEN :since AND :until) k
    JOIN company c ON c.id = k.company_id JOIN partner s ON s.id = k.partner_id
GROUP BY c.id, s.id ORDER BY c.name, s.name
"""
SALES = """
SELECT count(*) AS promised, coalesce(sum(coalesce(delivered_on, :until) > promised), 0) AS late
FROM sale_order WHERE state IN ('sale', 'done') AND promised BETWEEN :since AND :until
"""
MARGINS = """
SELECT count(*) AS below FROM sale_order
WHERE state IN ('sale', 'done') AND margin_percent < :floor
    AND date(ordered_at / 1000000, 'unixepoch') BETWEEN :since AND :until
"""
BILLS = """
SELECT count(*) AS bills, coalesce(sum(off), 0) AS off FROM (
    SELECT EXISTS (
        SELECT 1 FROM bill_line b WHERE b.bill_id = i.id AND NOT EXISTS (
            SELECT 1 FROM purchase_line l JOIN purchase_order o ON o.id = l.order_id
            WHERE o.name = b.purchase_ref AND l.product_id = b.product_id AND l.unit_price = b.unit_price
                AND b.quantity <= l.received)) AS off
    FROM bill i WHERE i.state = 'posted' AND i.billed BETWEEN :since AND :until)
"""


def baseline(db: sqlite3.Connection, since: date, until: date) -> Baseline:
    """Counts over purchase lines due, sale orders promised and bills dated in the window, both ends included."""
    window: dict[str, object] = {"since": since.isoformat(), "until": until.isoformat()}
    purchases = db.execute(PURCHASES, window).fetchone()
    sales = db.execute(SALES, window).fetchone()
    margins = db.execute(MARGINS, window | {"floor": to_micro_units(MARGIN_FLOOR_PERCENT)}).fetchone()
    bills = db.execute(BILLS, window).fetchone()
    mean = purchases["mean"]
    return Baseline(
        since=since,
        until=until,
        purchase_lines_due=purchases["due"],
        purchase_lines_late=purchases["late"],
        mean_days_late=round(Decimal(str(mean)), 1) if mean is not None else None,
        sale_orders_promised=sales["promised"],
        sale_orders_late=sales["late"],
        sale_orders_below_margin=margins["below"],
        bills=bills["bills"],
        bills_off_order=bills["off"],
        suppliers=tuple(
            SupplierRecord(
                company=row["company"],
                supplier=row["supplier"],
                lines_due=row["due"],
                lines_late=row["late"],
                mean_days_late=None if row["mean"] is None else round(Decimal(str(row["mean"])), 1),
            )
            for row in db.execute(SUPPLIERS, window)
        ),
    )
