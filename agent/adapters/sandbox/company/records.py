"""What the stories and the background are written in; days are offsets from the demo's day (see `days`)."""

from decimal import Decimal
from typing import NamedTuple

Number = int | str | Decimal


class BuyLine(NamedTuple):
    """A purchase line; price None means the supplier's list price."""

    code: str
    ordered: Number
    planned: int
    received: Number = 0
    invoiced: Number = 0
    price: str | None = None
    received_on: int | None = None


class Buy(NamedTuple):
    """A purchase order."""

    name: str
    supplier: str
    ordered: int
    lines: tuple[BuyLine, ...]
    ref: str = ""
    state: str = "purchase"
    company: int = 0


class SellLine(NamedTuple):
    """A sale line; price None means the list price. `reserved` is stock held for what is not delivered yet."""

    code: str
    ordered: Number
    reserved: Number = 0
    delivered: Number = 0
    price: str | None = None


class Sell(NamedTuple):
    """A sale order; its company is the customer's."""

    name: str
    customer: str
    ordered: int
    promised: int
    lines: tuple[SellLine, ...]
    state: str = "sale"
    client_ref: str = ""
    carrier: str = "Standard road"
    freight: str | None = None
    delivered_on: int | None = None


class Charge(NamedTuple):
    """A line of a supplier's bill; an empty code is a charge without product."""

    code: str
    quantity: Number
    price: str


class Invoice(NamedTuple):
    """A supplier's bill; `number` is the last part of BILL/year/number."""

    number: int
    supplier: str
    ref: str
    billed: int
    purchase: str
    lines: tuple[Charge, ...]
    state: str = "posted"
    company: int = 0


class Rule(NamedTuple):
    """A reordering rule of one company."""

    code: str
    minimum: Number
    maximum: Number
    lead_days: int
    company: int = 0
