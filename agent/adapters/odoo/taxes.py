"""Tax rates of order and bill lines: plain percentages added up; what is no plain percentage is not known."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import decimal, text
from agent.adapters.odoo.lookup import Lookup

FIELDS = ("amount", "amount_type")
ON_ORDER = ("taxes_id", "tax_ids")  # as Odoo up to 18 and later ones name them on a purchase line
ON_BILL = ("tax_ids",)


def of_lines(look: Lookup, *groups: tuple[Iterable[Row], tuple[str, ...]]) -> dict[int, Row]:
    """The taxes that these lines name; one call, none where no line has any."""
    wanted = {number for rows, names in groups for row in rows for number in _ids(row, names)}
    return look.read_by_ids("account.tax", sorted(wanted), FIELDS)


def percent(look: Lookup, line: Row, names: tuple[str, ...], known: Mapping[int, Row]) -> Decimal | None:
    """The rate in percent, 0 without a tax; None where it is no plain percentage, or hidden from our user."""
    if not any(name in line and line[name] is not False for name in names) or not look.has("account.tax"):
        return None
    rows = [known.get(number) for number in _ids(line, names)]
    if any(row is None or text(row["amount_type"]) != "percent" for row in rows):
        return None
    return sum((decimal(row["amount"]) for row in rows if row), Decimal(0))


def _ids(line: Row, names: tuple[str, ...]) -> list[int]:
    found: Any = next((line[name] for name in names if line.get(name)), [])
    return [int(number) for number in found] if isinstance(found, list) else []
