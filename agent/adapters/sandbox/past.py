"""The sandbox's past and its reordering rules, for patterns; one statement each."""

import sqlite3
from datetime import date, timedelta

from agent.evidence.history import Arrived, History, ReorderPoint, Sold
from agent.kit.values import from_micro_units

SOLD = """
SELECT date(o.ordered_at / 1000000, 'unixepoch') AS day, o.name AS name, c.name AS company, p.name AS customer,
    g.code AS code, l.margin_percent AS margin, l.ordered * l.unit_price / 1000000 AS value
FROM sale_line l JOIN sale_order o ON o.id = l.order_id JOIN company c ON c.id = o.company_id
    JOIN partner p ON p.id = o.partner_id JOIN product g ON g.id = l.product_id
WHERE o.state IN ('sale', 'done') AND l.margin_percent IS NOT NULL
    AND date(o.ordered_at / 1000000, 'unixepoch') BETWEEN :since AND :until ORDER BY l.id
"""
ARRIVED = """
SELECT o.name AS name, c.name AS company, s.name AS supplier, g.code AS code, l.planned AS planned,
    l.received_on AS came
FROM purchase_line l JOIN purchase_order o ON o.id = l.order_id JOIN company c ON c.id = o.company_id
    JOIN partner s ON s.id = o.partner_id JOIN product g ON g.id = l.product_id
WHERE l.planned IS NOT NULL AND l.received >= l.ordered AND l.received_on BETWEEN :since AND :until ORDER BY l.id
"""
COMING = """(SELECT coalesce(sum(l.ordered - l.received), 0) FROM purchase_line l JOIN purchase_order o
    ON o.id = l.order_id WHERE l.product_id = p.id AND o.company_id = c.id AND l.ordered > l.received
    AND o.state IN ({states}))"""
GOING = """(SELECT coalesce(sum(l.ordered - l.delivered), 0) FROM sale_line l JOIN sale_order o ON o.id = l.order_id
    WHERE l.product_id = p.id AND o.company_id = c.id AND o.state = 'sale' AND l.ordered > l.delivered)"""
HELD = "(SELECT coalesce(sum(q.on_hand), 0) FROM quant q WHERE q.product_id = p.id AND q.company_id = c.id)"
LEVELS = f"""
SELECT * FROM (
    SELECT p.code AS code, p.name AS name, p.unit AS unit, c.name AS company, r.minimum AS minimum,
        r.maximum AS maximum, r.lead_days AS lead_days, {HELD} AS held,
        {HELD} + {COMING.format(states="'purchase'")} - {GOING} AS forecast,
        {COMING.format(states="'draft', 'sent', 'to approve', 'purchase'")} AS under_way
    FROM product p CROSS JOIN company c
        LEFT JOIN orderpoint r ON r.product_id = p.id AND r.company_id = c.id)
WHERE forecast < coalesce(minimum, 0) ORDER BY company, code LIMIT 1000
"""  # noqa: S608 - put together from constants of this module


def history(db: sqlite3.Connection, since: date, until: date) -> History:
    """Confirmed sales and what came in full, between two days."""
    window = {"since": since.isoformat(), "until": until.isoformat()}
    sold = tuple(
        Sold(
            day=date.fromisoformat(row["day"]), order=row["name"], company=row["company"], customer=row["customer"],
            product_code=row["code"], margin_percent=from_micro_units(row["margin"]),
            value=from_micro_units(row["value"]),
        )
        for row in db.execute(SOLD, window)
    )  # fmt: skip
    arrived = tuple(
        Arrived(
            purchase=row["name"], company=row["company"], supplier=row["supplier"], product_code=row["code"],
            planned=date.fromisoformat(row["planned"]), came=date.fromisoformat(row["came"]),
        )
        for row in db.execute(ARRIVED, window)
    )  # fmt: skip
    return History(since=since, until=until, sold=sold, arrived=arrived)


def replenishment(db: sqlite3.Connection, today: date) -> tuple[ReorderPoint, ...]:
    """What the forecast says of products below their minimum, or below nothing without a rule."""
    return tuple(
        ReorderPoint(
            product_code=row["code"], product_name=row["name"], company=row["company"], unit=row["unit"],
            on_hand=from_micro_units(row["held"]), forecast=from_micro_units(row["forecast"]),
            minimum=from_micro_units(row["minimum"]) if row["minimum"] is not None else None,
            maximum=from_micro_units(row["maximum"]) if row["maximum"] is not None else None,
            under_way=from_micro_units(row["under_way"]),
            due=today + timedelta(days=row["lead_days"]) if row["lead_days"] is not None else None,
        )
        for row in db.execute(LEVELS)
    )  # fmt: skip
