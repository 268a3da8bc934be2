"""Writing as somebody: what is put or added stamps the record that it belongs to, as Odoo does, by the second."""
# ruff: noqa: S608 - table and column names are constants of this package; values are parameters

import sqlite3
from datetime import datetime

from agent.kit.clock import to_micros

SERVICE = "gatehouse"
"""The login under which Gatehouse itself writes."""

STAMPED = frozenset({"sale_order", "purchase_order", "picking", "bill"})
OWNERS: dict[str, tuple[tuple[str, str], ...]] = {
    "sale_line": (("sale_order", "order_id"),),
    "purchase_line": (("purchase_order", "order_id"),),
    "bill_line": (("bill", "bill_id"),),
    "move": (
        ("picking", "picking_id"),
        ("sale_order", "(SELECT order_id FROM sale_line WHERE id = sale_line_id)"),
        ("purchase_order", "(SELECT order_id FROM purchase_line WHERE id = purchase_line_id)"),
    ),
}
"""What a line or a move is a part of: it changes with them."""


class Change:
    """One person's writing in one transaction."""

    def __init__(self, db: sqlite3.Connection, by: str, at: datetime) -> None:
        self.db = db
        self.by = by
        self.at = at

    @property
    def micros(self) -> int:
        """The moment of this writing."""
        return to_micros(self.at)

    def put(self, table: str, row: int, **values: object) -> None:
        """Set columns of a row."""
        columns = ", ".join(f"{name} = ?" for name in values)
        self.db.execute(f"UPDATE {table} SET {columns} WHERE id = ?", (*values.values(), row))
        self._stamp(table, row)

    def add(self, table: str, **values: object) -> int:
        """Insert a row; answers its id."""
        if table in STAMPED:
            values = {"created_by": self.by, "created_at": to_micros(self._second), **values}
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        made = self.db.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values())).lastrowid
        assert made is not None
        self._stamp(table, made)
        return made

    @property
    def _second(self) -> datetime:
        return self.at.replace(microsecond=0)

    def _stamp(self, table: str, row: int) -> None:
        owners = [(table, "id")] if table in STAMPED else OWNERS.get(table, ())
        for owner, column in owners:
            self.db.execute(
                f"""UPDATE {owner} SET changed_at = ?, changed_by = ?
                    WHERE id = (SELECT {column} FROM {table} WHERE id = ?)""",
                (to_micros(self._second), self.by, row),
            )
