"""What the watch over history finds: one pattern with its counts, windows, effect, interval and corrected p-value."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from agent.kit.values import Value


class PatternKind(StrEnum):
    """What recurs, erodes, slips or runs out."""

    MARGIN_EROSION = "margin_erosion"
    ALLOCATION_CONFLICTS = "recurring_allocation_conflicts"
    SUPPLIER_SLIPPING = "supplier_slipping"
    FREIGHT_UPGRADES = "freight_upgrades"
    COMING_SHORTAGE = "coming_shortage"


class Dimension(StrEnum):
    """By what history was split."""

    CUSTOMER = "customer"
    PRODUCT = "product"
    SALESPERSON = "salesperson"
    SUPPLIER = "supplier"
    CAUSE = "cause"


class Window(Value):
    """A span of days, both included, and how many observations lie in it."""

    since: date
    until: date
    count: int = Field(ge=0)
    value: Decimal = Field(description="the median, the rate per 30 days, or the quantity, as the method says")


class Point(Value):
    """One observation or one step of a forecast, for the picture."""

    day: date
    value: Decimal


class Pattern(Value):
    """One finding. What the statistics rest on stands beside it, so that the page can show it and words can cite it."""

    kind: PatternKind
    dimension: Dimension
    subject: str = Field(description="whom or what it is about: a customer, product, supplier, cause")
    company: str = ""
    unit: str = Field(description="of the values: percentage points, days, a month, or a unit of measure")
    recent: Window
    baseline: Window | None = Field(default=None, description="None for a forecast: nothing is compared")
    effect: Decimal = Field(description="recent against baseline: a difference, or a ratio of rates; what is missing")
    effect_low: Decimal | None = Field(default=None, description="end of the 95 % interval")
    effect_high: Decimal | None = None
    p_value: float | None = None
    q_value: float | None = Field(default=None, description="false discovery rate at which this is still a finding")
    tested: int = Field(default=0, ge=0, description="how many comparisons were made with it")
    method: str
    records: tuple[str, ...] = Field(default=(), description="the newest records it rests on")
    points: tuple[Point, ...] = ()
    threshold: Decimal | None = Field(default=None, description="a line in the picture: the reordering minimum")

    @property
    def key(self) -> str:
        """The pattern as a matter: one case for each kind, subject and window."""
        window = f"{self.recent.since}..{self.recent.until}" if self.baseline else f"..{self.recent.until:%G-W%V}"
        return f"pattern|{self.company}|{self.kind}|{self.dimension}|{self.subject}|{window}"
