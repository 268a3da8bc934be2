"""Impact of late supply on open customer commitments: pure arithmetic over one supply picture.

What a commitment waits for beyond its promise is at risk; so is, within the picture's horizon, what no known
supply covers at all. How supply is allotted, and what is approximated in it, stands in `supply`; how likely it is that
the promise is really missed, in `lateness`. Amounts in different currencies are never compared: the score is reckoned
in the company's currency at the rate that Odoo states, and what has no rate is ranked apart.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from pydantic import Field

from agent.evidence.lateness import CERTAIN, Probability, Suppliers, by_supplier, probability
from agent.evidence.records import Rated, RecordRef, SupplyPicture
from agent.evidence.supply import Allotment, allot
from agent.kit.values import Money, Value

ZERO = Decimal(0)
CENT = Decimal("0.01")
TIER_WEIGHT = {1: Decimal(3), 2: Decimal(2), 3: Decimal(1)}
Rank = tuple[bool, str, Decimal]


class ScoreParts(Value):
    """The priority score in its parts: value x days late x weight of the customer's tier x probability."""

    value: Money = Field(description="in the company's currency; in the order's own where Odoo states no rate")
    rate: Decimal | None = Field(description="that it was reckoned at; None where Odoo states none")
    days_late: int
    tier_weight: Decimal
    probability: Decimal

    @property
    def score(self) -> Decimal:
        """The product of the parts; comparable among those of one currency that are rated alike."""
        return self.value.amount * self.days_late * self.tier_weight * self.probability


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
    estimated: bool = Field(default=False, description="the day of arrival is reckoned, nobody named it")
    in_company: Rated | None = Field(default=None, description="the value; None where Odoo states no rate")
    chance: Probability = Field(default=CERTAIN, description="how likely the promise is missed")
    line_id: int = Field(default=0, description="the order line that is promised")

    @property
    def parts(self) -> ScoreParts:
        """The score in its parts."""
        rated = self.in_company
        return ScoreParts(
            value=rated.value if rated else self.value,
            rate=rated.rate if rated else None,
            days_late=self.days_late,
            tier_weight=TIER_WEIGHT.get(self.tier, Decimal(1)),
            probability=self.chance.value,
        )

    @property
    def score(self) -> Decimal:
        """Priority: value x days late x tier weight x probability. See `rank` before comparing two."""
        return self.parts.score

    @property
    def rank(self) -> Rank:
        """What risks are ordered by, worst first: those without a rate apart, each currency for itself."""
        return (self.in_company is None, self.parts.value.currency, -self.score)


class OrderAtRisk(Value):
    """What is at risk of one customer order, all its lines and parts together."""

    order: RecordRef
    customer: str
    tier: int
    promised: date
    days_late: int = Field(description="the longest of its parts")
    values: tuple[Money, ...]
    items: tuple[AtRisk, ...]


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
        if not causes:
            return f"{_counted(self.orders, 'order')} may come late"
        one = (self.late_lines == 1) != missing and self.late_lines <= 1
        return f"{causes} {'endangers' if one else 'endanger'} {_counted(self.orders, 'order')}"

    @property
    def orders(self) -> int:
        """Customer orders hit, each counted once."""
        return len({item.order.id for item in self.at_risk})

    @property
    def by_order(self) -> tuple[OrderAtRisk, ...]:
        """The orders hit, in the order of their worst part."""
        parts: dict[int, list[AtRisk]] = defaultdict(list)
        for item in self.at_risk:
            parts[item.order.id].append(item)
        return tuple(_of_order(items) for items in parts.values())

    @property
    def in_company(self) -> tuple[Money, ...]:
        """The totals in the companies' own currencies, of what Odoo states a rate for."""
        return _totals(item.in_company.value for item in self.at_risk if item.in_company)

    @property
    def without_rate(self) -> tuple[str, ...]:
        """The currencies that Odoo states no rate for; what is in them is ranked apart."""
        return tuple(sorted({item.value.currency for item in self.at_risk if item.in_company is None}))


def impact(picture: SupplyPicture, today: date) -> Impact:
    """What comes too late, or not at all as far as is known, for the open commitments."""
    suppliers = by_supplier(picture.suppliers)
    found = [item for part in allot(picture, today) if (item := _at_risk(part, picture.until, today, suppliers))]
    found.sort(key=_worst_first)
    totals = _totals(item.value for item in found)
    return Impact(as_of=today, late_lines=len(picture.late), at_risk=tuple(found), totals=totals)


def _at_risk(part: Allotment, until: date | None, today: date, suppliers: Suppliers) -> AtRisk | None:
    wanted, line = part.commitment, part.line
    if part.arrival:
        days = (part.arrival.day - wanted.promised).days
    elif until is None or wanted.promised <= until:
        days = max((today - wanted.promised).days, 1)
    else:
        return None  # nothing is ordered yet for a promise beyond the horizon: no risk of today
    if days <= 0:
        return None
    known = suppliers.get((line.company, line.supplier)) if line else None
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
        purchase=line.purchase if line else None,
        supplier=line.supplier if line else "",
        estimated=part.arrival.estimated if part.arrival else False,
        in_company=in_company(part.quantity, wanted.price_in_company),
        chance=probability(line, wanted.promised, today, known),
        line_id=wanted.line_id,
    )


def in_company(quantity: Decimal, price: Rated | None) -> Rated | None:
    """What so many are worth in the company's currency, to the cent, so that what is shown multiplies."""
    if price is None:
        return None
    amount = (quantity * price.value.amount).quantize(CENT)
    return Rated(value=Money(amount=amount, currency=price.value.currency), rate=price.rate)


def _worst_first(item: AtRisk) -> tuple[Rank, str, str, date, str, Decimal, int]:
    purchase = item.purchase.name if item.purchase else ""
    return (item.rank, item.order.name, item.product_code, item.promised, purchase, item.quantity, item.line_id)


def _of_order(items: list[AtRisk]) -> OrderAtRisk:
    return OrderAtRisk(
        order=items[0].order,
        customer=items[0].customer,
        tier=items[0].tier,
        promised=min(item.promised for item in items),
        days_late=max(item.days_late for item in items),
        values=_totals(item.value for item in items),
        items=tuple(items),
    )


def _totals(amounts: Iterable[Money]) -> tuple[Money, ...]:
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for money in amounts:
        sums[money.currency] += money.amount
    return tuple(Money(amount=amount, currency=currency) for currency, amount in sorted(sums.items()))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
