"""Odoo's answers as our values: decimals, moments, site dates, relations; pure functions."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from email.utils import getaddresses
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from agent.evidence.records import Rated
from agent.kit.values import Money

NO_CURRENCY = "XXX"  # ISO 4217: no currency
_CURRENCY = re.compile(r"[A-Z]{3}")
_WORD = re.compile(r"\w")
LONGEST = 2000  # characters of one text: what people write into a name field has no end
_RAW = 50_000  # characters looked at, before tags and spaces are taken out
_HIDDEN = re.compile(r"<(script|style)(?=[\s/>])[^>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(
    r"</?(?:a|b|br|code|div|em|font|form|h[1-6]|hr|i|iframe|img|input|li|link|meta|o|object|ol|p|pre|s|small|span"
    r"|strong|sub|sup|svg|table|tbody|td|th|thead|tr|u|ul)(?=[\s/>])[^<>]{0,5000}>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_PERCENT = Decimal(100)


def decimal(value: Any, *, places: int = 6) -> Decimal:
    """A number as Odoo sends it (a binary float) as the decimal that it stands for."""
    rounded = round(float(value or 0), places)
    return Decimal(int(rounded)) if rounded.is_integer() else Decimal(repr(rounded))


def net_price(row: dict[str, Any]) -> Decimal:
    """A line's unit price after its discount."""
    price = decimal(row["price_unit"])
    discount = decimal(row.get("discount"))
    return price * (_PERCENT - discount) / _PERCENT if discount else price


def money(value: Any, currency: str) -> Money:
    """An amount in the record's own currency."""
    return Money(amount=decimal(value), currency=currency)


def rated(amount: Decimal, rate: Any, currency: str, own: str) -> Rated | None:
    """The amount in the company's currency at Odoo's rate; absent where Odoo states none."""
    ratio = Decimal(1) if currency == own else decimal(rate, places=12)
    return Rated(value=Money(amount=decimal(amount / ratio), currency=own), rate=ratio) if ratio > 0 else None


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
    pair: Any = value
    return text(pair[1]) if isinstance(value, list) and len(pair) > 1 else ""


def text(value: Any) -> str:
    """A text as people see it, on one line: without tags of HTML, unseen signs and what exceeds a bound.

    Odoo's False is our empty text. What only looks like a tag (`Hose <1/2 in>`, `<M8>`) stays.
    """
    if value is False or value is None:
        return ""
    found = str(value)
    if len(found) > _RAW:
        found = found[:_RAW]
    if "<" in found:
        found = unescape(_TAG.sub(" ", _HIDDEN.sub(" ", found)))
    found = " ".join(_UNSEEN.sub("", found).split())
    return found if len(found) <= LONGEST else f"{found[: LONGEST - 1]}…"


def addresses(value: Any) -> list[str]:
    """The e-mail addresses in a contact's field, lower case; several may stand there."""
    found = getaddresses([str(value or "")[:_RAW].replace(";", ",")])
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


def by_link(rows: Iterable[dict[str, Any]], field: str) -> dict[int, list[dict[str, Any]]]:
    """The rows under the id of what a many2one of theirs points to, in their order; no rows for any other id."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[link_id(row[field])].append(row)
    return found
