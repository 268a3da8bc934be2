"""Who gets goods that several orders claim: a proposal by rule, with the effect on every order touched. Pure.

The claims of one company, product and unit are ranked by policy. In that order each keeps what is held for it, takes
what comes in time (the latest that still does, so that the rest stays for others) or is free, and only where that does
not suffice takes what is held for claims that rank strictly lower, the lowest first. What is left waits for what comes
too late, or for nothing known. So nobody ever gives to one who ranks lower or alike, no more is given than is there,
and a proposal that was carried out proposes nothing more. Goods in the house are in time, as for `impact`.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from agent.evidence.allocation_model import (
    AllocationPolicy,
    AllocationProposal,
    ClaimEffect,
    Criterion,
    GoodsMove,
    Standing,
)
from agent.evidence.impact import in_company
from agent.evidence.lateness import by_supplier
from agent.evidence.records import Commitment, SupplyPicture
from agent.evidence.supply import Pool, arrival_of
from agent.kit.values import Money

__all__ = ["AllocationPolicy", "AllocationProposal", "Criterion", "propose"]

ZERO = Decimal(0)
IN_STOCK = date.min  # the day of what is in the house
Key = tuple[Decimal, ...]


class _Supply(NamedTuple):
    """Goods that nobody holds: in stock today, or coming."""

    day: date
    name: str


class _Goods:
    """What there is of one pool; `left` is consumed while claims are served."""

    def __init__(self, pool: Pool, picture: SupplyPicture, today: date, claims: Sequence[Commitment]) -> None:
        alone = len({claim.company for claim in picture.commitments}) == 1  # then stock of no company is theirs
        own = {pool, ("", *pool[1:])} if alone else {pool}
        levels = [one for one in picture.stock if (one.company, one.product_code, one.unit) in own]
        self.today = today
        self.on_hand = sum((max(level.on_hand, ZERO) for level in levels), ZERO)
        self.held = _held(claims, self.on_hand)
        self.left: dict[_Supply, Decimal] = {_Supply(IN_STOCK, ""): self.on_hand - sum(self.held.values(), ZERO)}
        suppliers = by_supplier(picture.suppliers)
        for line in (*picture.late, *picture.on_time):
            if (line.company, line.product_code, line.unit) == pool and line.open_quantity > ZERO:
                day = arrival_of(line, today, suppliers.get((line.company, line.supplier))).day
                place = _Supply(day, f"{line.purchase.name}/{line.line_id}")
                self.left[place] = self.left.get(place, ZERO) + line.open_quantity

    def take(self, places: Iterable[_Supply], wanted: Decimal) -> list[tuple[date, Decimal]]:
        """Up to so much from these places, in this order."""
        found: list[tuple[date, Decimal]] = []
        for place in places:
            part = min(self.left[place], wanted)
            if part > ZERO:
                self.left[place] -= part
                wanted -= part
                found.append((place.day, part))
        return found

    def in_time(self, promised: date) -> list[_Supply]:
        """What is there by the promised day, the latest first."""
        return sorted((place for place in self.left if place.day <= promised), reverse=True)

    def too_late(self, promised: date) -> list[_Supply]:
        """What comes after it, the first first."""
        return sorted(place for place in self.left if place.day > promised)


def _held(claims: Sequence[Commitment], on_hand: Decimal) -> dict[int, Decimal]:
    """What is held for each claim, by its line; never more than it needs, nor together more than there is."""
    held: dict[int, Decimal] = {}
    for claim in sorted(claims, key=lambda one: (one.promised, one.tier, one.line_id)):
        held[claim.line_id] = max(min(claim.reserved, claim.open_quantity, on_hand - sum(held.values(), ZERO)), ZERO)
    return held


def propose(
    picture: SupplyPicture, today: date, policy: AllocationPolicy, products: Iterable[str] | None = None
) -> tuple[AllocationProposal, ...]:
    """A proposal for each product that several orders claim and that does not suffice for all of them in time.

    With `products`, for these alone, and also where it does suffice.
    """
    pools: dict[Pool, list[Commitment]] = {}
    only = None if products is None else {code.casefold() for code in products}
    for claim in picture.commitments:
        if claim.open_quantity > ZERO and (only is None or claim.product_code.casefold() in only):
            pools.setdefault((claim.company, claim.product_code, claim.unit), []).append(claim)
    several = {pool: claims for pool, claims in pools.items() if len({claim.order.id for claim in claims}) > 1}
    made = [_of_pool(pool, claims, picture, today, policy) for pool, claims in sorted(several.items())]
    return tuple(one for one in made if only is not None or any(claim.before.days_late for claim in one.claims))


def _of_pool(
    pool: Pool, claims: list[Commitment], picture: SupplyPicture, today: date, policy: AllocationPolicy
) -> AllocationProposal:
    ranked = sorted(claims, key=lambda claim: (_key(claim, policy), claim.line_id))
    by_promise = sorted(claims, key=lambda claim: (claim.promised, claim.tier, claim.line_id))
    before = _as_it_stands(by_promise, _Goods(pool, picture, today, ranked))
    goods = _Goods(pool, picture, today, ranked)
    after, moves = _by_rank(ranked, goods, policy)
    keys = sorted({_key(claim, policy) for claim in ranked})
    return AllocationProposal(
        version=policy.version,
        company=pool[0],
        product_code=pool[1],
        unit=pool[2],
        on_hand=goods.on_hand,
        claims=tuple(
            ClaimEffect(
                order=claim.order,
                line_id=claim.line_id,
                customer=claim.customer,
                tier=claim.tier,
                promised=claim.promised,
                margin_percent=claim.margin_percent,
                rank=keys.index(_key(claim, policy)) + 1,
                open_quantity=claim.open_quantity,
                before=before[claim.line_id],
                after=after[claim.line_id],
            )
            for claim in ranked
        ),
        moves=tuple(moves),
    )


def _key(claim: Commitment, policy: AllocationPolicy) -> Key:
    """What the claim is ranked by; less comes first."""
    return tuple(_value(claim, criterion, policy) for criterion in policy.order)


def _value(claim: Commitment, criterion: Criterion, policy: AllocationPolicy) -> Decimal:
    match criterion:
        case Criterion.CUSTOMER_CLASS:
            return Decimal(claim.tier)
        case Criterion.PROMISE_DATE:
            return Decimal(claim.promised.toordinal())
        case Criterion.MARGIN if claim.margin_percent is not None:
            return -(claim.margin_percent // policy.same_margin)
        case _:
            return Decimal("Infinity")  # a margin that is not known comes last


def _as_it_stands(claims: Sequence[Commitment], goods: _Goods) -> dict[int, Standing]:
    """How the claims stand when nothing is moved: what is free or comes goes to the earlier promise first."""
    found: dict[int, Standing] = {}
    for claim in claims:
        held = goods.held[claim.line_id]
        coming = goods.take(sorted(goods.left), claim.open_quantity - held)
        found[claim.line_id] = _standing(claim, held, coming, goods.today)
    return found


def _by_rank(
    ranked: Sequence[Commitment], goods: _Goods, policy: AllocationPolicy
) -> tuple[dict[int, Standing], list[GoodsMove]]:
    moves: list[GoodsMove] = []
    found: dict[int, Standing] = {}
    for claim in ranked:
        coming = goods.take(goods.in_time(claim.promised), claim.open_quantity - goods.held[claim.line_id])
        short = claim.open_quantity - goods.held[claim.line_id] - _sum(coming)
        if short > ZERO and policy.may_take_held:
            moves += _taken(claim, short, ranked, goods, policy)
        short = claim.open_quantity - goods.held[claim.line_id] - _sum(coming)
        coming += goods.take(goods.too_late(claim.promised), short)
        found[claim.line_id] = _standing(claim, goods.held[claim.line_id], coming, goods.today)
    return found, moves


def _taken(
    taker: Commitment, short: Decimal, ranked: Sequence[Commitment], goods: _Goods, policy: AllocationPolicy
) -> Iterable[GoodsMove]:
    """Goods held for claims that rank strictly lower, the lowest first; changes what is held."""
    for giver in reversed(ranked):
        part = min(goods.held[giver.line_id], short)
        same = giver.order == taker.order or _key(giver, policy) <= _key(taker, policy)
        if same or part <= ZERO or part < policy.least_quantity:
            continue
        goods.held[giver.line_id] -= part
        goods.held[taker.line_id] += part
        short -= part
        by = next(one for one in policy.order if _value(giver, one, policy) != _value(taker, one, policy))
        rated = in_company(part, giver.price_in_company)
        own = Money(amount=part * giver.unit_price.amount, currency=giver.unit_price.currency)
        yield GoodsMove(
            from_order=giver.order,
            to_order=taker.order,
            quantity=part,
            value=rated.value if rated else own,
            decided_by=by,
        )


def _standing(claim: Commitment, held: Decimal, coming: list[tuple[date, Decimal]], today: date) -> Standing:
    unknown = claim.open_quantity - held - _sum(coming)
    late = [(day, part) for day, part in coming if day > claim.promised]
    behind = [(day - claim.promised).days for day, _ in late]
    behind += [max((today - claim.promised).days, 1)] if unknown > ZERO else []
    short = _sum(late) + unknown
    worth = Money(amount=short * claim.unit_price.amount, currency=claim.unit_price.currency)
    return Standing(
        held=held,
        arrives=None if unknown > ZERO else max((day for day, _ in coming if day > today), default=today),
        days_late=max(behind, default=0),
        value_at_risk=worth,
        in_company=in_company(short, claim.price_in_company),
    )


def _sum(parts: Iterable[tuple[date, Decimal]]) -> Decimal:
    return sum((part for _, part in parts), ZERO)
