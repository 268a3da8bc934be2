"""Odoo's tables on paper: enough of `search_read` to run the real readers on rows that a test writes down."""

import re
from datetime import date
from typing import Any

from agent.adapters.odoo.lookup import Lookup

Row = dict[str, Any]


class PaperConnection:
    """Answers `search_read` and `fields` from rows; every field that some row of the model has is known."""

    def __init__(self, tables: dict[str, list[Row]]) -> None:
        self.tables = tables
        self.calls: list[str] = []

    def fields(self, model: str) -> dict[str, Row]:
        return {name: {"store": True} for row in self.tables.get(model, ()) for name in row}

    def forget_fields(self) -> None:
        """Nothing is kept."""

    def call(self, model: str, method: str, *, kwargs: Row, context: Row | None = None) -> list[Row]:
        assert method == "search_read"
        self.calls.append(model)
        found = [row for row in self.tables.get(model, ()) if self._holds(row, model, list(kwargs["domain"]))]
        newest = "desc" in kwargs.get("order", "")
        found.sort(key=lambda row: row["id"], reverse=newest)
        names = ["id", *kwargs["fields"]]
        return [{name: row.get(name, False) for name in names} for row in found[: kwargs.get("limit")]]

    def _holds(self, row: Row, model: str, domain: list[Any]) -> bool:
        def term() -> bool:
            head = domain.pop(0)
            if head == "|":
                one, other = term(), term()
                return one or other
            if head == "&":
                one, other = term(), term()
                return one and other
            return self._matches(row, *head)

        held = True
        while domain:
            held = term() and held
        return held

    def _matches(self, row: Row, path: str, operator: str, wanted: Any) -> bool:
        value: Any = row
        for step in path.split("."):
            value = self._follow(value).get(step, False) if isinstance(value, list) else value.get(step, False)
        value = value[0] if isinstance(value, list) and value and isinstance(value[0], int) else value
        match operator:
            case "=" | "!=":
                return (value == wanted) is (operator == "=")
            case "in":
                return value in wanted
            case "ilike" | "=ilike":
                pattern = ".*".join(re.escape(part) for part in str(wanted).split("%"))
                found = re.compile(pattern, re.IGNORECASE)
                return bool(found.search(str(value)) if operator == "ilike" else found.fullmatch(str(value)))
            case _:
                compared = {"<": value < wanted, ">": value > wanted, ">=": value >= wanted, "<=": value <= wanted}
                return compared[operator]

    def _follow(self, link: list[Any]) -> Row:
        return next(row for rows in self.tables.values() for row in rows if [row["id"], row.get("name")] == link[:2])


def a_lookup(**tables: list[Row]) -> Lookup:
    """A lookup over these tables (dots as underscores) and a company in euro."""
    given = {name.replace("_", "."): rows for name, rows in tables.items()}
    company = {"id": 1, "name": "Acme", "currency_id": [1, "EUR"], "resource_calendar_id": False}
    units = [{"id": 1, "name": "Units", "factor": 1.0}, {"id": 2, "name": "Dozens", "factor": 1 / 12}]
    basics = {"res.company": [company], "uom.uom": units}
    return Lookup(PaperConnection({**basics, **given}))  # type: ignore[arg-type]


def day(text: str) -> str:
    """Noon of a day, as Odoo writes it."""
    return f"{date.fromisoformat(text)} 12:00:00"
