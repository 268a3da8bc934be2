"""An Odoo of paper for the set-up engine: tables of rows that are searched, made, written and deleted."""

from collections import defaultdict
from typing import Any

from agent.adapters.odoo.address import parse
from agent.errors import ActionRefused

Row = dict[str, Any]
LINKS = {"groups_id", "users", "trigger_field_ids"}


class PaperOdoo:
    """As much of `Connection` as set-up and removal use; `models` are those that this Odoo has."""

    def __init__(self, *models: str, major: int = 18) -> None:
        self.tables: defaultdict[str, dict[int, Row]] = defaultdict(dict)
        self.refused: set[str] = set()  # names of records that it will not make
        self.breaks_after: int | None = None  # creations until the line breaks
        self.address, self.database, self.user = parse("http://127.0.0.1:1"), "paper", "admin"
        self._major = major
        for number, model in enumerate(models, start=900):
            self.tables["ir.model"][number] = {"id": number, "model": model, "name": model}

    def major(self) -> int:
        return self._major

    def fields(self, model: str) -> dict[str, Row]:
        return {"id": {}}

    def forget_fields(self) -> None:
        """Nothing is kept."""

    def call(self, model: str, method: str, ids=None, kwargs=None, context=None) -> Any:
        return getattr(self, f"_{method}")(model, ids or [], kwargs or {})

    def names(self, model: str) -> list[str]:
        return sorted(str(row.get("name")) for row in self.tables[model].values())

    def _search_read(self, model: str, _: list[int], asked: Row) -> list[Row]:
        found = [row for row in self.tables[model].values() if all(_holds(row, *term) for term in asked["domain"])]
        return [{"display_name": row.get("name", ""), **row} for row in sorted(found, key=lambda row: row["id"])]

    def _create(self, model: str, _: list[int], asked: Row) -> list[int]:
        if names := self.refused & {row.get("name") for row in asked["vals_list"]}:
            raise ActionRefused(f"{names} does not fit.")
        if self.breaks_after is not None:
            self.breaks_after -= 1
            if self.breaks_after < 0:
                raise ConnectionError("the line went dead")
        made: list[int] = []
        for values in asked["vals_list"]:
            number = 1 + max((max(table, default=0) for table in self.tables.values()), default=0)
            self.tables[model][number] = {"id": number, "active": True}
            self._write(model, [number], {"vals": values})
            made.append(number)
        return made

    def _write(self, model: str, ids: list[int], asked: Row) -> bool:
        for number in ids:
            row = self.tables[model][number]
            for field, value in asked["vals"].items():
                row[field] = _linked(row.get(field, []), value) if field in LINKS else value
        return True

    def _unlink(self, model: str, ids: list[int], _: Row) -> bool:
        for number in ids:
            del self.tables[model][number]
            for key in [key for key, row in self.tables["ir.model.data"].items()
                        if (row["model"], row["res_id"]) == (model, number)]:  # fmt: skip
                del self.tables["ir.model.data"][key]
        return True

    def _call_cache_clearing_methods(self, *_: Any) -> None:
        """Nothing is kept."""


def _linked(now: list[int], commands: list[tuple[Any, ...]]) -> list[int]:
    for command in commands:
        now = list(command[2]) if command[0] == 6 else [*now, command[1]]
    return now


def _holds(row: Row, field: str, how: str, value: Any) -> bool:
    held = row.get(field, False)
    return held in value if how == "in" else held == value
