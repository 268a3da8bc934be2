"""What is read of the past, for patterns: what was sold at which margin, what came when, and what runs low."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from agent.kit.values import Value


class Sold(Value):
    """A line of a confirmed sale."""

    day: date
    order: str
    company: str
    customer: str
    product_code: str
    salesperson: str = ""
    margin_percent: Decimal
    value: Decimal = Field(description="net, in the order's currency; weighs the lines of one order")


class Arrived(Value):
    """A purchase line that came in full, and when it was planned."""

    purchase: str
    company: str
    supplier: str
    product_code: str
    planned: date
    came: date

    @property
    def days_late(self) -> int:
        """Below zero: early."""
        return (self.came - self.planned).days


class ReorderPoint(Value):
    """What Odoo's forecast says of a product against its reordering rule, or against nothing where it has none."""

    product_code: str
    product_name: str
    company: str
    unit: str
    on_hand: Decimal
    forecast: Decimal = Field(description="on hand, with what is confirmed to come and to go")
    minimum: Decimal | None = Field(description="of the reordering rule; None without one")
    maximum: Decimal | None = None
    under_way: Decimal = Field(description="still to come by purchases, requests for quotation included")
    due: date | None = Field(
        default=None, description="the day that the rule's forecast is for: today and the lead time"
    )


class History(Value):
    """The past between two days, both included. `cut` says that there was more than is read at once."""

    since: date
    until: date
    sold: tuple[Sold, ...] = ()
    arrived: tuple[Arrived, ...] = ()
    cut: bool = False
    unread: tuple[str, ...] = ()  # what this Odoo does not keep, or hides, in words


class Matter(StrEnum):
    """What our own events and decisions count."""

    ALLOCATION = "allocation"
    FREIGHT = "freight"
    SLIP = "slip"


class Happened(Value):
    """One stored event that counts: what it was, about whom or what, and by which record."""

    matter: Matter
    subject: str
    company: str
    day: date
    record: str
