"""Impact of late supply on open customer commitments: pure arithmetic over one supply picture.

Free stock and then late supply are allotted to the commitments of a product in the order of tier and
promise date; what late supply must cover is at risk for the days between promise and arrival.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from agent.evidence.records import Commitment, LateLine, RecordRef, SupplyPicture
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
    arrives: date | None
    days_late: int
    purchase: RecordRef | None
    supplier: str = ""

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
    def orders(self) -> int:
        """Customer orders hit, each counted once."""
        return len({item.order.name for item in self.at_risk})


def impact(picture: SupplyPicture, today: date) -> Impact:
    """Allot stock, then late supply, to commitments; what waits for late supply is at risk."""
    free = {level.product_code: max(level.on_hand, ZERO) for level in picture.stock}
    supply: dict[str, list[tuple[LateLine, Decimal]]] = defaultdict(list)
    for line in sorted(picture.late, key=lambda late: (_arrival(late, today), late.line_id)):
        supply[line.product_code].append((line, line.open_quantity))
    found: list[AtRisk] = []
    for wanted in sorted(picture.commitments, key=lambda c: (c.product_code, c.promised, c.tier, c.line_id)):
        from_stock = min(free.get(wanted.product_code, ZERO), wanted.open_quantity)
        free[wanted.product_code] = free.get(wanted.product_code, ZERO) - from_stock
        found += _wait(wanted, wanted.open_quantity - from_stock, supply[wanted.product_code], today)
    found.sort(key=lambda item: (-item.score, item.order.name, item.product_code))
    return Impact(as_of=today, late_lines=len(picture.late), at_risk=tuple(found), totals=_totals(found))


def _arrival(late: LateLine, today: date) -> date:
    """A line that is overdue cannot come before today."""
    return max(late.planned, today)


def _wait(wanted: Commitment, short: Decimal, supply: list[tuple[LateLine, Decimal]], today: date) -> list[AtRisk]:
    """The parts of a commitment that late supply covers too late. Consumes the supply."""
    found = []
    while short > ZERO and supply:
        late, left = supply[0]
        part = min(short, left)
        short -= part
        supply[0] = (late, left - part)
        if supply[0][1] <= ZERO:
            supply.pop(0)
        days = (_arrival(late, today) - wanted.promised).days
        if days > 0:
            found.append(_at_risk(wanted, part, late, _arrival(late, today), days))
    return found


def _at_risk(wanted: Commitment, part: Decimal, late: LateLine, arrives: date, days: int) -> AtRisk:
    return AtRisk(
        order=wanted.order,
        customer=wanted.customer,
        tier=wanted.tier,
        product_code=wanted.product_code,
        quantity=part,
        unit=wanted.unit,
        value=Money(amount=part * wanted.unit_price.amount, currency=wanted.unit_price.currency),
        promised=wanted.promised,
        arrives=arrives,
        days_late=days,
        purchase=late.purchase,
        supplier=late.supplier,
    )


def _totals(found: list[AtRisk]) -> tuple[Money, ...]:
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for item in found:
        sums[item.value.currency] += item.value.amount
    return tuple(Money(amount=amount, currency=currency) for currency, amount in sorted(sums.items()))
