"""Odoo's answers as our values: decimals, moments, site dates, relations; pure functions."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from email.utils import getaddresses
from typing import Any
from zoneinfo import ZoneInfo

from agent.kit.values import Money

NO_CURRENCY = "XXX"  # ISO 4217: no currency
_CURRENCY = re.compile(r"[A-Z]{3}")
_WORD = re.compile(r"\w")
_PERCENT = Decimal(100)


def decimal(value: Any) -> Decimal:
    """A number as Odoo sends it (a binary float) as the decimal that it stands for, to six places."""
    rounded = round(float(value or 0), 6)
    return Decimal(int(rounded)) if rounded.is_integer() else Decimal(repr(rounded))


def net_price(row: dict[str, Any]) -> Decimal:
    """A line's unit price after its discount."""
    price = decimal(row["price_unit"])
    discount = decimal(row.get("discount"))
    return price * (_PERCENT - discount) / _PERCENT if discount else price


def money(value: Any, currency: str) -> Money:
    """An amount in the record's own currency."""
    return Money(amount=decimal(value), currency=currency)


def iso_currency(name: str) -> str:
    """The ISO code; a currency of somebody's own making counts as none."""
    code = name.strip().upper()
    return code if _CURRENCY.fullmatch(code) else NO_CURRENCY


def moment(value: Any) -> datetime | None:
    """Odoo's naive UTC text as an aware time; absent stays absent."""
    if not value:
        return None
    return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)


def site_date(value: Any, zone: ZoneInfo) -> date | None:
    """The calendar date at the site of a date or of a UTC time."""
    if not value:
        return None
    text = str(value)
    if len(text) == len("2026-01-31"):
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(zone).date()


def day_start(day: date, *, plus: int = 0) -> str:
    """Midnight UTC of a day, in Odoo's text; searches widen by a day and the code compares exactly."""
    return datetime.combine(day + timedelta(days=plus), time(), UTC).strftime("%Y-%m-%d %H:%M:%S")


def link_id(value: Any) -> int:
    """The id in a many2one; 0 when empty."""
    pair: Any = value
    return int(pair[0]) if isinstance(value, list) and value else int(pair or 0)


def link_name(value: Any) -> str:
    """The name in a many2one; empty when empty."""
    return str(value[1]) if isinstance(value, list) and len(value) > 1 else ""


def text(value: Any) -> str:
    """Odoo's False is our empty text."""
    return "" if value is False or value is None else str(value).strip()


def addresses(value: Any) -> list[str]:
    """The e-mail addresses in a contact's field, lower case; several may stand there."""
    found = getaddresses([text(value).replace(";", ",")])
    return [address.strip().lower() for _, address in found if "@" in address]


def wanted(refs: Sequence[str]) -> list[str]:
    """The references worth asking for: stripped, each once whatever its case, in order."""
    kept: dict[str, str] = {}
    for ref in refs:
        if _WORD.search(ref):
            kept.setdefault(ref.strip().casefold(), ref.strip())
    return list(kept.values())


def same_text(value: str) -> str:
    """A pattern for `=ilike` that matches the text itself in any case."""
    return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def any_of(fields: Sequence[str], values: Iterable[str]) -> list[Any]:
    """A domain: any of the fields is any of the values, whatever the case; matches nothing without values."""
    terms: list[Any] = [(field, "=ilike", same_text(value)) for value in values for field in fields]
    return ["|"] * (len(terms) - 1) + terms if terms else [("id", "=", 0)]


def ids_of(rows: Iterable[dict[str, Any]], field: str) -> list[int]:
    """The ids behind a many2one over many rows, each once, ascending."""
    return sorted({link_id(row[field]) for row in rows if row[field]})
