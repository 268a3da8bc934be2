"""Rows from Odoo in bounded pages, asked for only with the fields that this Odoo has, and the small tables kept."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.adapters.odoo.connection import Connection, Row
from agent.adapters.odoo.convert import NO_CURRENCY, any_of, iso_currency, link_id, link_name, text
from agent.adapters.odoo.faults import UnknownField
from agent.kit.values import Value

PAGE = 1000
MATCHED_AT_ONCE = 100
KEEP_SECONDS = 900.0
TIER_NAMES = {
    1: frozenset({"key account", "vip", "gold", "tier 1", "a customer", "strategic"}),
    2: frozenset({"preferred", "silver", "tier 2", "b customer"}),
}
_UTC = ZoneInfo("UTC")


class Company(Value):
    """What we keep of a company."""

    name: str
    currency: str
    zone: str
    limits_credit: bool = False  # only then Odoo reckons what a customer ordered and was not invoiced for


class Unit(Value):
    """A unit of measure: `factor` of it make one reference unit of its category."""

    name: str
    factor: Decimal
    category: int = 0  # only units of one category can be turned into each other; 0 where Odoo keeps none


class Tables(Value):
    """The small tables that every answer needs; kept for a quarter of an hour."""

    companies: dict[int, Company]
    warehouse_zones: dict[int, str]
    warehouse_of: dict[int, int]  # picking type -> warehouse
    kind_of: dict[int, str]  # picking type -> incoming, outgoing, internal …
    units: dict[int, Unit]
    tiers: dict[int, int]  # contact tag -> tier
    countries: dict[int, str]

    def zone(self, company: int, warehouse: int = 0) -> ZoneInfo:
        """The site's zone: the warehouse's, else the company calendar's, else UTC."""
        known = self.companies.get(company)
        return _zone(self.warehouse_zones.get(warehouse) or (known.zone if known else ""))

    def company(self, row: Row) -> str:
        """The name of the row's company."""
        return link_name(row["company_id"])

    def currency(self, row: Row) -> str:
        """The currency of the row's company; no currency where that is not shown to us."""
        known = self.companies.get(link_id(row["company_id"]))
        return known.currency if known else NO_CURRENCY

    def ratio(self, unit: int, target: int) -> Decimal:
        """How many target units one unit is; 1 when either is unknown."""
        if unit == target or unit not in self.units or target not in self.units or not self.units[unit].factor:
            return Decimal(1)
        return self.units[target].factor / self.units[unit].factor

    def others(self, target: int) -> dict[str, Decimal]:
        """The other units of the same category by name: how many target units one is."""
        own = self.units.get(target)
        if own is None or not own.category or not own.factor:
            return {}
        return {
            unit.name: round(self.ratio(number, target), 6)
            for number, unit in self.units.items()
            if unit.category == own.category and number != target and unit.factor
        }


class Lookup:
    """Reads over one connection. Raises what `Connection.call` raises."""

    def __init__(self, connection: Connection, seconds: Callable[[], float] = time.monotonic) -> None:
        self.connection = connection
        self._seconds = seconds
        self._tables: tuple[float, Tables] | None = None
        self._loading = threading.Lock()

    def has(self, model: str, field: str = "id") -> bool:
        """Whether this Odoo has the model and field, and shows it to our user."""
        return field in self.connection.fields(model)

    def stored(self, model: str, field: str) -> bool:
        """Whether a search may use the field cheaply."""
        return bool(self.connection.fields(model).get(field, {}).get("store"))

    def lacking(self, expected: Sequence[tuple[str, str, str]]) -> tuple[str, ...]:
        """The words of those of (model, field, words) that this Odoo lacks, or hides from our user."""
        return tuple(words for model, field, words in expected if not self.has(model, field))

    def rows(
        self,
        model: str,
        domain: Sequence[Any],
        names: Sequence[str],
        *,
        newest: str = "",
        limit: int = 0,
        context: Mapping[str, Any] | None = None,
    ) -> list[Row]:
        """All rows in ascending id, in pages; or, with `limit`, the first of the order `newest`.

        A field or model that this Odoo lacks reads as False or as no rows.
        """
        try:
            return self._rows(model, domain, names, newest, limit, context)
        except UnknownField:
            self.connection.forget_fields()  # a field was removed, or its module, since we asked for the fields
            return self._rows(model, domain, names, newest, limit, context)

    def _rows(
        self,
        model: str,
        domain: Sequence[Any],
        names: Sequence[str],
        newest: str,
        limit: int,
        context: Mapping[str, Any] | None,
    ) -> list[Row]:
        here = self.connection.fields(model)
        if not here:
            return []
        asked: dict[str, Any] = {"fields": [name for name in names if name in here]}
        if limit:
            asked |= {"domain": list(domain), "limit": limit, "order": newest or "id"}
            return _filled(self.connection.call(model, "search_read", kwargs=asked, context=context), names)
        found: list[Row] = []
        page: list[Row] = []
        while not found or len(page) == PAGE:
            after = [("id", ">", found[-1]["id"])] if found else []
            asked |= {"domain": [*domain, *after], "limit": PAGE, "order": "id"}
            page = self.connection.call(model, "search_read", kwargs=asked, context=context)
            found += page
            if not page:
                break
        return _filled(found, names)

    def matching(
        self,
        model: str,
        fields: Sequence[str],
        values: Sequence[str],
        names: Sequence[str],
        also: Sequence[Any] = (),
        context: Mapping[str, Any] | None = None,
    ) -> list[Row]:
        """The rows in which any of the fields is any of the values, whatever the case.

        One call up to 100 values. Of more, those that stand there letter by letter take one call for each thousand,
        and only the others one for each 100.
        """
        here = [field for field in fields if self.has(model, field)]
        found: dict[int, Row] = {}
        left = list(values)
        if not here:
            return []
        if len(left) > MATCHED_AT_ONCE:
            exact = ["|"] * (len(here) - 1) + [(field, "in", left) for field in here]
            found = {row["id"]: row for row in self.rows(model, [*also, *exact], [*names, *here], context=context)}
            seen = {text(row[field]).casefold() for row in found.values() for field in here}
            left = [value for value in left if value.casefold() not in seen]
        for start in range(0, len(left), MATCHED_AT_ONCE):
            domain = [*also, *any_of(here, left[start : start + MATCHED_AT_ONCE])]
            found |= {row["id"]: row for row in self.rows(model, domain, names, context=context)}
        return list(found.values())

    def read_by_ids(
        self, model: str, ids: Sequence[int], names: Sequence[str], context: Mapping[str, Any] | None = None
    ) -> dict[int, Row]:
        """The rows of these ids, archived ones too; an id that is gone is absent."""
        if not ids or not self.connection.fields(model):
            return {}
        seen = {"active_test": False, **(context or {})}
        return {row["id"]: row for row in self.rows(model, [("id", "in", list(ids))], names, context=seen)}

    def tables(self) -> Tables:
        """The kept tables, read anew when they are older than a quarter of an hour."""
        kept = self._tables
        if kept and self._seconds() - kept[0] < KEEP_SECONDS:
            return kept[1]
        with self._loading:
            if self._tables is kept:
                if kept:
                    self.connection.forget_fields()  # an app may have been installed, a right given
                self._tables = (self._seconds(), self._load())
        assert self._tables is not None
        return self._tables[1]

    def _load(self) -> Tables:
        everything = {"active_test": False}
        wanted = ("name", "currency_id", "resource_calendar_id", "account_use_credit_limit")
        companies = self.rows("res.company", [], wanted)
        calendars = {row["id"]: text(row["tz"]) for row in self.rows("resource.calendar", [], ["tz"])}
        warehouses = self.rows("stock.warehouse", [], ["partner_id"], context=everything)
        homes = self.read_by_ids("res.partner", [link_id(row["partner_id"]) for row in warehouses], ["tz"])
        types = self.rows("stock.picking.type", [], ["warehouse_id", "code"], context=everything)
        return Tables(
            companies={
                row["id"]: Company(
                    name=text(row["name"]),
                    currency=iso_currency(link_name(row["currency_id"])),
                    zone=calendars.get(link_id(row["resource_calendar_id"]), ""),
                    limits_credit=bool(row["account_use_credit_limit"]),
                )
                for row in companies
            },
            warehouse_zones={
                row["id"]: text(homes.get(link_id(row["partner_id"]), {}).get("tz")) for row in warehouses
            },
            warehouse_of={row["id"]: link_id(row["warehouse_id"]) for row in types},
            kind_of={row["id"]: text(row["code"]) for row in types},
            units={
                row["id"]: Unit(
                    name=text(row["name"]),
                    factor=Decimal(repr(float(row["factor"] or 0))),
                    category=link_id(row["category_id"]),
                )
                for row in self.rows("uom.uom", [], ["name", "factor", "category_id"], context=everything)
            },
            tiers={
                row["id"]: tier
                for row in self.rows("res.partner.category", [], ["name"])
                for tier, names in TIER_NAMES.items()
                if text(row["name"]).casefold() in names
            },
            countries={row["id"]: text(row["code"]) for row in self.rows("res.country", [], ["code"])},
        )


def _filled(rows: list[Row], names: Sequence[str]) -> list[Row]:
    """A field that this Odoo lacks reads as False."""
    lacking = [name for name in names if rows and name not in rows[0]]
    return [{**row, **dict.fromkeys(lacking, False)} for row in rows] if lacking else rows


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else _UTC
    except (ZoneInfoNotFoundError, ValueError):
        return _UTC
