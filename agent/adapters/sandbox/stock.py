"""Moves of goods in the sandbox: reserving what is free, shipping, receiving, taking back."""

import sqlite3

from agent.adapters.sandbox.change import Change
from agent.adapters.sandbox.records import move_state

OPEN = "state NOT IN ('done', 'cancel')"


def open_moves(db: sqlite3.Connection, picking: int) -> list[sqlite3.Row]:
    """What a transfer has still to move."""
    return db.execute(f"SELECT * FROM move WHERE picking_id = ? AND {OPEN} ORDER BY id", (picking,)).fetchall()  # noqa: S608 - a constant


def open_transfers(db: sqlite3.Connection, order: str, kind: str) -> list[sqlite3.Row]:
    """An order's transfers of this kind that are not over."""
    asked = f"SELECT * FROM picking WHERE origin = ? AND kind = ? AND {OPEN} AND NOT returns ORDER BY id"  # noqa: S608 - a constant
    return db.execute(asked, (order, kind)).fetchall()


def reserve(change: Change, move: sqlite3.Row, company: int) -> None:
    """Hold for a move what is in stock and not held for another."""
    held = change.db.execute(
        """SELECT (SELECT coalesce(sum(on_hand), 0) FROM quant WHERE product_id = :product AND company_id = :company)
             - (SELECT coalesce(sum(m.quantity), 0) FROM move m JOIN picking k ON k.id = m.picking_id
                WHERE m.product_id = :product AND k.company_id = :company AND m.state <> 'done') AS free""",
        {"product": move["product_id"], "company": company},
    ).fetchone()["free"]
    quantity = move["quantity"] + max(min(held, move["demand"] - move["quantity"]), 0)
    change.put("move", move["id"], quantity=quantity, state=move_state(move["demand"], quantity))


def ship(change: Change, move: sqlite3.Row, company: int) -> None:
    """What is held for a move leaves the house; the rest waits on in a move of its own."""
    quantity, rest = move["quantity"], move["demand"] - move["quantity"]
    if not quantity:
        return
    change.put("move", move["id"], demand=quantity, state="done", picked=1)
    _wait_on(change, move, rest)
    _on_hand(change, company, move["product_id"], -quantity)
    _add_to_line(change, "sale_line", "delivered", move["sale_line_id"], quantity)


def receive(change: Change, move: sqlite3.Row, company: int, quantity: int) -> None:
    """So much of a move comes in; the rest waits on."""
    change.put("move", move["id"], demand=quantity, quantity=quantity, state="done")
    _wait_on(change, move, move["demand"] - quantity)
    _on_hand(change, company, move["product_id"], quantity)
    _add_to_line(change, "purchase_line", "received", move["purchase_line_id"], quantity)


def take_back(change: Change, move: sqlite3.Row, company: int) -> None:
    """What a customer returns is in stock again, and delivered no more."""
    change.put("move", move["id"], quantity=move["demand"], state="done")
    _on_hand(change, company, move["product_id"], move["demand"])
    _add_to_line(change, "sale_line", "delivered", move["sale_line_id"], -move["demand"])


def _wait_on(change: Change, move: sqlite3.Row, rest: int) -> None:
    if rest > 0:
        same = {name: move[name] for name in ("picking_id", "product_id", "sale_line_id", "purchase_line_id")}
        change.add("move", **same, demand=rest, quantity=0, state="confirmed")


def _add_to_line(change: Change, table: str, column: str, line: int | None, quantity: int) -> None:
    if line is None:
        return
    now = change.db.execute(f"SELECT {column} FROM {table} WHERE id = ?", (line,)).fetchone()[0]  # noqa: S608 - own names
    change.put(table, line, **{column: now + quantity})


def _on_hand(change: Change, company: int, product: int, quantity: int) -> None:
    asked = "SELECT id, on_hand FROM quant WHERE company_id = ? AND product_id = ? ORDER BY id LIMIT 1"
    quant = change.db.execute(asked, (company, product)).fetchone()
    if quant:
        change.put("quant", quant["id"], on_hand=quant["on_hand"] + quantity)
    else:
        change.add("quant", company_id=company, product_id=product, warehouse="Main", on_hand=quantity)
