"""Watched records as they stand in the sandbox: a page of ids, then their values in three statements."""
# ruff: noqa: S608 - the statements are put together from constants of this module; values are parameters

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal

from agent.adapters.sandbox.rows import COMPANY, IN_LIST, ORDERED, Row, as_list, day, money, optional
from agent.intake.changes import SeenLine, Snapshot, Watched
from agent.kit.clock import from_micros
from agent.kit.values import Money, from_micro_units

TABLES = {
    Watched.SALE_ORDER: "sale_order",
    Watched.PURCHASE_ORDER: "purchase_order",
    Watched.PICKING: "picking",
    Watched.BILL: "bill",
}
PARTNER = "p.name AS partner, p.credit_used, p.credit_limit, p.credit_currency"
HEADS = {
    Watched.SALE_ORDER: f"SELECT o.*, {COMPANY}, {PARTNER} FROM sale_order o JOIN partner p ON p.id = o.partner_id",
    Watched.PURCHASE_ORDER: f"SELECT o.*, {COMPANY}, {PARTNER} FROM purchase_order o JOIN partner p"
    " ON p.id = o.partner_id",
    Watched.PICKING: f"""SELECT o.*, {COMPANY}, p.id AS partner_id, p.name AS partner, s.promised, s.carrier, s.freight,
        s.standard_freight, coalesce(s.currency, b.currency) AS currency
        FROM picking o LEFT JOIN sale_order s ON s.name = o.origin LEFT JOIN purchase_order b ON b.name = o.origin
        LEFT JOIN partner p ON p.id = coalesce(s.partner_id, b.partner_id)""",
    Watched.BILL: f"""SELECT o.*, {COMPANY}, {PARTNER}, (SELECT group_concat(ref, ' ') FROM
        (SELECT DISTINCT purchase_ref AS ref FROM bill_line WHERE bill_id = o.id AND purchase_ref <> '' ORDER BY ref))
        AS origin, (SELECT e.name FROM bill e WHERE e.partner_id = o.partner_id AND o.ref <> ''
            AND fold(e.ref) = fold(o.ref) AND e.id < o.id AND e.state <> 'cancel' ORDER BY e.id LIMIT 1) AS duplicate_of
        FROM bill o JOIN partner p ON p.id = o.partner_id""",
}
LINES = {
    Watched.SALE_ORDER: f"""SELECT l.*, l.order_id AS owner, p.code,
        (SELECT coalesce(sum(m.quantity), 0) FROM move m WHERE m.sale_line_id = l.id AND m.state <> 'done') AS reserved,
        (SELECT coalesce(max(m.picked), 0) FROM move m WHERE m.sale_line_id = l.id AND m.state <> 'done') AS picked
        FROM sale_line l JOIN product p ON p.id = l.product_id WHERE l.order_id {IN_LIST} ORDER BY l.id""",
    Watched.PURCHASE_ORDER: f"""SELECT l.*, l.order_id AS owner, p.code FROM purchase_line l
        JOIN product p ON p.id = l.product_id WHERE l.order_id {IN_LIST} ORDER BY l.position, l.id""",
    Watched.PICKING: f"""SELECT m.*, m.picking_id AS owner, p.code FROM move m JOIN product p ON p.id = m.product_id
        WHERE m.picking_id {IN_LIST} ORDER BY m.id""",
    Watched.BILL: f"""SELECT l.*, l.bill_id AS owner, coalesce(p.code, '') AS code,
        (o.state <> 'cancel') AS counted, b.received, b.invoiced, b.unit_price AS expected_price
        FROM bill_line l JOIN bill o ON o.id = l.bill_id LEFT JOIN product p ON p.id = l.product_id
        LEFT JOIN purchase_line b ON b.id = {ORDERED}
        WHERE l.bill_id {IN_LIST} ORDER BY l.id""",
}


def page(db: sqlite3.Connection, model: Watched, since: int, row: int, limit: int) -> list[int]:
    """The ids above this one of the records changed at this moment or later, by increasing id."""
    asked = f"SELECT id FROM {TABLES[model]} WHERE changed_at >= ? AND id > ? ORDER BY id LIMIT ?"
    return [found["id"] for found in db.execute(asked, (since, row, limit))]


def of(db: sqlite3.Connection, model: Watched, ids: Sequence[int]) -> tuple[Snapshot, ...]:
    """These records with their lines, in the order of the ids."""
    lines: dict[int, list[SeenLine]] = defaultdict(list)
    for row in db.execute(LINES[model], as_list(ids)):
        lines[row["owner"]].append(_LINE[model](row))
    heads = {row["id"]: row for row in db.execute(f"{HEADS[model]} WHERE o.id {IN_LIST}", as_list(ids))}
    return tuple(_HEAD[model](heads[number], tuple(lines[number])) for number in ids)


def _common(model: Watched, row: Row) -> dict[str, object]:
    return {
        "model": model,
        "id": row["id"],
        "name": row["name"],
        "company": row["company"],
        "state": row["state"],
        "partner": row["partner"] or "",
        "partner_id": row["partner_id"],
        "made_at": from_micros(row["created_at"]) if row["created_at"] is not None else None,
        "changed_at": from_micros(row["changed_at"]),
        "changed_by": row["changed_by"],
    }


def _sale(row: Row, lines: tuple[SeenLine, ...]) -> Snapshot:
    return Snapshot.model_validate(
        _common(Watched.SALE_ORDER, row)
        | {
            "day": day(row["promised"]),
            "amount": money(row["total"], row["currency"]),
            "margin_percent": optional(row["margin_percent"]),
            "carrier": row["carrier"],
            "freight": _some(row["freight"], row["currency"]),
            "standard_freight": _some(row["standard_freight"], row["currency"]),
            "credit_used": _some(row["credit_used"], row["credit_currency"]),
            "credit_limit": _some(row["credit_limit"], row["credit_currency"]),
            "lines": lines,
        }
    )


def _purchase(row: Row, lines: tuple[SeenLine, ...]) -> Snapshot:
    own = {"day": day(row["planned"]), "amount": money(row["total"], row["currency"]), "urgent": bool(row["urgent"])}
    return Snapshot.model_validate(_common(Watched.PURCHASE_ORDER, row) | own | {"lines": lines})


def _picking(row: Row, lines: tuple[SeenLine, ...]) -> Snapshot:
    return Snapshot.model_validate(
        _common(Watched.PICKING, row)
        | {
            "origin": row["origin"],
            "incoming": row["kind"] == "incoming",
            "returns": bool(row["returns"]),
            "day": day(row["scheduled"]),
            "deadline": day(row["promised"]),
            "carrier": row["carrier"] or "",
            "freight": _some(row["freight"], row["currency"]),
            "standard_freight": _some(row["standard_freight"], row["currency"]),
            "lines": lines,
        }
    )


def _bill(row: Row, lines: tuple[SeenLine, ...]) -> Snapshot:
    own = {
        "origin": row["origin"] or "",
        "reference": row["ref"],
        "duplicate_of": row["duplicate_of"] or "",
        "day": day(row["billed"]),
        "amount": money(row["total"], row["currency"]),
    }
    return Snapshot.model_validate(_common(Watched.BILL, row) | own | {"lines": lines})


def _sale_line(row: Row) -> SeenLine:
    return SeenLine(
        id=row["id"],
        product=row["code"],
        quantity=from_micro_units(row["ordered"]),
        done=from_micro_units(row["delivered"]),
        reserved=from_micro_units(row["reserved"]),
        picked=bool(row["picked"]),
        price=from_micro_units(row["unit_price"]),
    )


def _purchase_line(row: Row) -> SeenLine:
    return SeenLine(
        id=row["id"],
        product=row["code"],
        quantity=from_micro_units(row["ordered"]),
        done=from_micro_units(row["received"]),
        price=from_micro_units(row["unit_price"]),
        day=day(row["planned"]),
    )


def _move(row: Row) -> SeenLine:
    moved = from_micro_units(row["quantity"])
    done = row["state"] == "done"
    return SeenLine(
        id=row["id"],
        product=row["code"],
        quantity=from_micro_units(row["demand"]),
        done=moved if done else Decimal(0),
        reserved=Decimal(0) if done else moved,
        picked=bool(row["picked"]),
    )


def _bill_line(row: Row) -> SeenLine:
    billed, known = from_micro_units(row["quantity"]), row["received"] is not None
    counted = billed if row["counted"] else Decimal(0)  # what it bills itself is no reason to expect less
    waiting = from_micro_units(row["received"] - row["invoiced"]) + counted if known else None
    return SeenLine(
        id=row["id"],
        product=row["code"],
        quantity=billed,
        price=from_micro_units(row["unit_price"]),
        expected_quantity=max(waiting, Decimal(0)) if waiting is not None else None,
        expected_price=from_micro_units(row["expected_price"]) if known else None,
    )


def _some(stored: int | None, currency: str | None) -> Money | None:
    return money(stored, currency) if stored is not None and currency else None


_HEAD: dict[Watched, Callable[[Row, tuple[SeenLine, ...]], Snapshot]] = {
    Watched.SALE_ORDER: _sale,
    Watched.PURCHASE_ORDER: _purchase,
    Watched.PICKING: _picking,
    Watched.BILL: _bill,
}
_LINE: dict[Watched, Callable[[Row], SeenLine]] = {
    Watched.SALE_ORDER: _sale_line,
    Watched.PURCHASE_ORDER: _purchase_line,
    Watched.PICKING: _move,
    Watched.BILL: _bill_line,
}
