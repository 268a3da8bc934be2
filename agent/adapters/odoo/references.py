"""Records of Odoo's own that declarations refer to: by external id, models and fields by their names."""

from collections.abc import Iterable, Sequence
from typing import Any

from agent.adapters.odoo.connection import Connection, Row

APPS = {
    "account": "Invoicing",
    "base_automation": "Automation Rules",
    "delivery": "Delivery Costs",
    "purchase": "Purchase",
    "purchase_stock": "Purchase with Inventory",
    "sale": "Sales",
    "sale_margin": "Sales Margin",
    "sale_stock": "Sales with Inventory",
    "stock": "Inventory",
    "stock_delivery": "Delivery Costs with Inventory",
}
MODEL, FIELD = "model:", "field:"


class References:
    """Finds what is referred to, in three calls however many names; with `pending` our own fields count as there."""

    def __init__(self, connection: Connection, *, pending: int | None = None) -> None:
        self.connection = connection
        self._pending = pending

    def found(self, names: Iterable[str]) -> dict[str, int]:
        """The ids of those that this Odoo has."""
        names = sorted(set(names))
        models = [name.removeprefix(MODEL) for name in names if name.startswith(MODEL)]
        fields = [_parted(name.removeprefix(FIELD)) for name in names if name.startswith(FIELD)]
        others = [_parted(name) for name in names if not name.startswith((MODEL, FIELD)) and "." in name]
        found = self._models(models) | self._fields(fields) | self._records(others)
        if self._pending is not None:
            ours = (name for name in names if "x_gatehouse_" in name and name not in found)
            found |= dict.fromkeys(ours, self._pending)
        return found

    def words(self, name: str) -> str:
        """What is lacking, for people."""
        if name.startswith(MODEL):
            return f"Odoo has no {name.removeprefix(MODEL)}"
        if name.startswith(FIELD):
            model, _, field = name.removeprefix(FIELD).rpartition(".")
            return f"Odoo has no field {field} on {model}"
        module = name.partition(".")[0]
        return f"{APPS.get(module, module)} is not installed, or lacks {name}"

    def _models(self, models: Sequence[str]) -> dict[str, int]:
        rows = self._ask("ir.model", [("model", "in", models)], ["model"]) if models else []
        return {f"{MODEL}{row['model']}": row["id"] for row in rows}

    def _fields(self, fields: Sequence[tuple[str, str]]) -> dict[str, int]:
        if not fields:
            return {}
        domain = [("model", "in", sorted({model for model, _ in fields}))]
        rows = self._ask("ir.model.fields", [*domain, ("name", "in", sorted({name for _, name in fields}))],
                         ["model", "name"])  # fmt: skip
        asked = set(fields)
        return {
            f"{FIELD}{row['model']}.{row['name']}": row["id"] for row in rows if (row["model"], row["name"]) in asked
        }

    def _records(self, records: Sequence[tuple[str, str]]) -> dict[str, int]:
        if not records:
            return {}
        domain = [("module", "in", sorted({module for module, _ in records}))]
        rows = self._ask("ir.model.data", [*domain, ("name", "in", sorted({name for _, name in records}))],
                         ["module", "name", "res_id"])  # fmt: skip
        asked = set(records)
        return {
            f"{row['module']}.{row['name']}": row["res_id"] for row in rows if (row["module"], row["name"]) in asked
        }

    def _ask(self, model: str, domain: Sequence[Any], names: Sequence[str]) -> list[Row]:
        return every_row(self.connection, model, domain, names)


def _parted(name: str) -> tuple[str, str]:
    before, _, last = name.rpartition(".")
    return before, last


def every_row(connection: Connection, model: str, domain: Sequence[Any], names: Sequence[str]) -> list[Row]:
    """Rows with archived records and all menus included, in English."""
    asked = {"domain": list(domain), "fields": ["id", *names], "order": "id"}
    every = {"active_test": False, "ir.ui.menu.full_list": True, "lang": "en_US"}
    return connection.call(model, "search_read", kwargs=asked, context=every)
