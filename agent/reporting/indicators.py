"""The fulfilment risk shown at orders and transfers in Odoo: more value or days never mean less risk. Pure."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from urllib.parse import quote

from pydantic import Field

from agent.actions.log import RiskIndicator, RiskLevel
from agent.evidence.impact import AtRisk, Impact
from agent.evidence.records import Model, RecordRef, SupplyPicture, Transfer
from agent.kit.values import Value

HIGH = 60
MEDIUM = 35
POINTS_A_DAY = 3
MOST_FOR_DAYS = 45
POINTS_A_TENFOLD = 9  # ten times the value
MOST_FOR_VALUE = 45
FOR_TIER = {1: 10, 2: 5}
MOST_UNWANTED = 20  # a late purchase that no customer waits for
REASON_LENGTH = 200
CERTAIN = Decimal(1)
CLOSED = frozenset({"done", "cancel"})
SHOWN_ON = frozenset({Model.SALE_ORDER, Model.PURCHASE_ORDER, Model.PICKING})


class Waiting(Value):
    """A case about a record that is not settled yet; the lower its priority's number, the more it presses."""

    record: RecordRef
    number: str
    about: str
    priority: int = Field(ge=1, le=100)


def score(value: Decimal, days_late: int, tier: int = 3, probability: Decimal = CERTAIN) -> int:
    """0 to 100 of what is at risk: its value in the company's currency (in the order's own where Odoo states no rate),
    how late, how likely, and whose order it is.
    """
    days = min(POINTS_A_DAY * max(days_late, 0), MOST_FOR_DAYS)
    worth = min(POINTS_A_TENFOLD * math.log10(1 + float(max(value, Decimal(0)))), MOST_FOR_VALUE)
    return min(int((days + worth) * float(probability)) + FOR_TIER.get(tier, 0), 100)


def level(points: int) -> RiskLevel:
    """The level of a score."""
    if points <= 0:
        return RiskLevel.NONE
    return RiskLevel.HIGH if points >= HIGH else RiskLevel.MEDIUM if points >= MEDIUM else RiskLevel.LOW


def indicators(
    picture: SupplyPicture,
    found: Impact,
    transfers: Mapping[str, Iterable[Transfer]],
    waiting: Iterable[Waiting],
    desk_url: str,
) -> tuple[RiskIndicator, ...]:
    """One for every sale order and purchase that supply or an open case endangers, and for their open transfers.

    Of several for one record the worst counts. `transfers` are by the order's name.
    """
    sales: dict[RecordRef, list[AtRisk]] = defaultdict(list)
    purchases: dict[RecordRef, list[AtRisk]] = defaultdict(list)
    for item in found.at_risk:
        sales[item.order].append(item)
        if item.purchase is not None:
            purchases[item.purchase].append(item)
    made = [_shown(order, items, _for_sale(items), desk_url) for order, items in sales.items()]
    made += [_shown(order, items, _for_purchase(items), desk_url) for order, items in purchases.items()]
    made += [_of_case(case, desk_url) for case in waiting if case.record.model in SHOWN_ON]
    made += _unwanted(picture, found, set(purchases), desk_url)
    moving = [
        one.model_copy(update={"record": transfer.ref})
        for one in made
        for transfer in transfers.get(one.record.name, ())
        if transfer.state not in CLOSED
    ]
    worst: dict[tuple[str, int], RiskIndicator] = {}
    for one in (*made, *moving):
        place = (one.record.model.value, one.record.id)
        if place not in worst or one.score > worst[place].score:
            worst[place] = one
    return tuple(worst[place] for place in sorted(worst))


def cleared(record: RecordRef) -> RiskIndicator:
    """No risk any more."""
    return RiskIndicator(record=record, level=RiskLevel.NONE, score=0)


def _shown(record: RecordRef, items: list[AtRisk], reason: str, desk_url: str) -> RiskIndicator:
    days, tier = max(item.days_late for item in items), min(item.tier for item in items)
    points = max(score(_total(items), days, tier, max(item.chance.value for item in items)), 1)
    return RiskIndicator(
        record=record, level=level(points), score=points, reason=reason[:REASON_LENGTH], link=_link(record, desk_url)
    )


def _for_sale(items: list[AtRisk]) -> str:
    causes = sorted({item.purchase.name for item in items if item.purchase})
    rests = f"waits for {', '.join(causes[:3])}" if causes else "no supply is known"
    return f"{_goods(items)} up to {_days(items)} late{_chance(items)}, {_value(items)} at risk; {rests}"


def _for_purchase(items: list[AtRisk]) -> str:
    orders = sorted({item.order.name for item in items})
    late = f"up to {_days(items)} late{_chance(items)}, {_value(items)} at risk"
    return f"{_goods(items)} needed by {', '.join(orders[:3])} {late}"


def _goods(items: list[AtRisk]) -> str:
    codes = sorted({item.product_code for item in items})
    return ", ".join(codes[:2]) + (f" and {len(codes) - 2} more" if len(codes) > 2 else "")  # noqa: PLR2004 - two are named


def _days(items: list[AtRisk]) -> str:
    days = max(item.days_late for item in items)
    return f"{days} day{'' if days == 1 else 's'}"


def _chance(items: list[AtRisk]) -> str:
    chance = max(item.chance.value for item in items)
    return "" if chance == CERTAIN else f" ({100 * chance:.0f} % likely)"


def _value(items: list[AtRisk]) -> str:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for item in items:
        sums[item.value.currency] += item.value.amount
    return " + ".join(f"{amount:,.2f} {currency}" for currency, amount in sorted(sums.items()))


def _total(items: list[AtRisk]) -> Decimal:
    """In the company's currency; of what has no rate the greatest sum of one currency, if that is all there is."""
    sums: dict[tuple[bool, str], Decimal] = defaultdict(Decimal)
    for item in items:
        sums[item.in_company is not None, item.parts.value.currency] += item.parts.value.amount
    rated = [amount for (known, _), amount in sums.items() if known]
    return max(rated or sums.values(), default=Decimal(0))


def _of_case(case: Waiting, desk_url: str) -> RiskIndicator:
    points = max(90 - case.priority, 1)
    reason = f"{case.about}: {case.number} waits to be settled"[:REASON_LENGTH]
    link = f"{desk_url}/cases/{case.number}"
    return RiskIndicator(record=case.record, level=level(points), score=points, reason=reason, link=link)


def _unwanted(picture: SupplyPicture, found: Impact, wanted: set[RecordRef], desk_url: str) -> list[RiskIndicator]:
    """Overdue purchases that no customer's order waits for."""
    late: dict[RecordRef, int] = defaultdict(int)
    for line in picture.late:
        if line.purchase not in wanted and line.planned < found.as_of:
            late[line.purchase] = max(late[line.purchase], (found.as_of - line.planned).days)
    return [
        RiskIndicator(
            record=record, level=RiskLevel.LOW, score=min(days, MOST_UNWANTED), link=_link(record, desk_url),
            reason=f"overdue for {days} day{'' if days == 1 else 's'}; no customer's order waits for it",
        )
        for record, days in late.items()
    ]  # fmt: skip


def _link(record: RecordRef, desk_url: str) -> str:
    return f"{desk_url}/queue?q={quote(record.name)}"
