"""Impact of late supply on open customer commitments: pure arithmetic over one supply picture.

What a commitment waits for beyond its promise is at risk; so is, within the picture's horizon, what no known
supply covers at all. How supply is allotted, and what is approximated in it, stands in `supply`.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from pydantic import Field

from agent.evidence.records import RecordRef, SupplyPicture
from agent.evidence.supply import Allotment, allot
from agent.kit.values import Money, Value

ZERO = Decimal(0)
TIER_WEIGHT = {1: Decimal(3), 2: Decimal(2), 3: Decimal(1)}


class AtRisk(Value):
    """One customer commitment that rests on late supply, or on no supply known at all."""

    order: RecordRef
    customer: str
    tier: int
    product_code: str
    quantity: Decimal
    unit: str
    value: Money
    promised: date
    arrives: date | None = Field(description="None when no supply is known")
    days_late: int = Field(gt=0, description="promise to arrival; to today, at least 1, when no supply is known")
    purchase: RecordRef | None
    supplier: str = ""
    estimated: bool = Field(default=False, description="the purchase is overdue without a new date")

    @property
    def score(self) -> Decimal:
        """Priority: value x days late x tier weight."""
        return self.value.amount * self.days_late * TIER_WEIGHT.get(self.tier, Decimal(1))


class Impact(Value):
    """All commitments at risk, worst first, and the totals per currency."""

    as_of: date
    late_lines: int
    at_risk: tuple[AtRisk, ...]
    totals: tuple[Money, ...]

    @property
    def sentence(self) -> str:
        """What endangers how many orders, in words: "17 late purchase lines endanger 9 orders"."""
        missing = any(item.purchase is None for item in self.at_risk)
        late = _counted(self.late_lines, "late purchase line") if self.late_lines else ""
        causes = " and ".join(part for part in (late, "missing supply" if missing else "") if part)
        one = (self.late_lines == 1) != missing and self.late_lines <= 1
        return f"{causes} {'endangers' if one else 'endanger'} {_counted(self.orders, 'order')}"

    @property
    def orders(self) -> int:
        """Customer orders hit, each counted once."""
        return len({item.order.id for item in self.at_risk})


def impact(picture: SupplyPicture, today: date) -> Impact:
    """What comes too late, or not at all as far as is known, for the open commitments."""
    found = [item for part in allot(picture, today) if (item := _at_risk(part, picture.until, today))]
    found.sort(key=_worst_first)
    return Impact(as_of=today, late_lines=len(picture.late), at_risk=tuple(found), totals=_totals(found))


def _at_risk(part: Allotment, until: date | None, today: date) -> AtRisk | None:
    wanted = part.commitment
    if part.arrival:
        days = (part.arrival.day - wanted.promised).days
    elif until is None or wanted.promised <= until:
        days = max((today - wanted.promised).days, 1)
    else:
        return None  # nothing is ordered yet for a promise beyond the horizon: no risk of today
    if days <= 0:
        return None
    return AtRisk(
        order=wanted.order,
        customer=wanted.customer,
        tier=wanted.tier,
        product_code=wanted.product_code,
        quantity=part.quantity,
        unit=wanted.unit,
        value=Money(amount=part.quantity * wanted.unit_price.amount, currency=wanted.unit_price.currency),
        promised=wanted.promised,
        arrives=part.arrival.day if part.arrival else None,
        days_late=days,
        purchase=part.line.purchase if part.line else None,
        supplier=part.line.supplier if part.line else "",
        estimated=part.arrival.estimated if part.arrival else False,
    )


def _worst_first(item: AtRisk) -> tuple[Decimal, str, str, date, str, Decimal]:
    purchase = item.purchase.name if item.purchase else ""
    return (-item.score, item.order.name, item.product_code, item.promised, purchase, item.quantity)


def _totals(found: list[AtRisk]) -> tuple[Money, ...]:
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for item in found:
        sums[item.value.currency] += item.value.amount
    return tuple(Money(amount=amount, currency=currency) for currency, amount in sorted(sums.items()))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
