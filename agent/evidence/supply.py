"""Which supply serves which open commitment: stock that is held, free stock, then purchases as they arrive.

Allotment runs within one company, product and unit; nothing is ever shared across them. Commitments are served
by promise date, then tier. Approximated: all warehouses of a company are one, a purchase arrives whole on one
day; an overdue purchase without a new date is taken to need as long again as it is late already, at least
one day and at most `LONGEST_WAIT`; and a supplier that was rather late than not is taken to be late by its own mean
again (both arrivals are then marked as estimated).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from agent.evidence.lateness import Suppliers, by_supplier, often_late
from agent.evidence.records import Commitment, LateLine, StockLevel, SupplierRecord, SupplyPicture

ZERO = Decimal(0)
LONGEST_WAIT = timedelta(days=14)
Pool = tuple[str, str, str]


class Arrival(NamedTuple):
    """When a purchase line is there, and whether that is only an estimate."""

    day: date
    estimated: bool


class Allotment(NamedTuple):
    """A part of a commitment and the purchase line that serves it; no line when no supply is known."""

    commitment: Commitment
    quantity: Decimal
    line: LateLine | None
    arrival: Arrival | None


class Coming(NamedTuple):
    """What is left of a purchase line, and when it comes."""

    line: LateLine
    left: Decimal
    arrival: Arrival


def arrival_of(line: LateLine, today: date, known: SupplierRecord | None = None) -> Arrival:
    """The planned day, later where the supplier is often late; for an overdue line today plus the days that it is
    late, within limits.
    """
    if line.planned < today:
        return Arrival(today + min(today - line.planned, LONGEST_WAIT), estimated=True)
    if known is None or line.confirmed or not often_late(known) or known.mean_days_late is None:
        return Arrival(line.planned, estimated=False)
    slip = timedelta(days=max(int(known.mean_days_late.to_integral_value()), 1))
    return Arrival(line.planned + min(slip, LONGEST_WAIT), estimated=True)


def allot(picture: SupplyPicture, today: date) -> list[Allotment]:
    """The parts of the commitments that stock does not cover, each with what serves it."""
    free = _free_stock(picture.stock)
    wanted = sorted(picture.commitments, key=_turn)
    missing = {place: max(item.open_quantity, ZERO) for place, item in enumerate(wanted)}
    for place, item in enumerate(wanted):
        missing[place] -= _take(free, item, min(item.reserved, missing[place]))
    for place, item in enumerate(wanted):
        missing[place] -= _take(free, item, missing[place])
    supply = _supply((*picture.late, *picture.on_time), today, by_supplier(picture.suppliers))
    found: list[Allotment] = []
    for place, item in enumerate(wanted):
        found += _serve(item, missing[place], supply[_pool(item)])
    return found


def assemble(
    lines: Iterable[LateLine],
    commitments: Iterable[Commitment],
    stock: Iterable[StockLevel],
    *,
    today: date,
    horizon_days: int,
    read_at: datetime,
    products: Iterable[str] = (),
) -> SupplyPicture:
    """The picture of all open lines of a company group: late ones, and what concerns the same products.

    Late is a line planned before today, and one that serves a commitment promised within the horizon too late. With
    `products` it holds everything about these alone, late or not.
    """
    until = today + timedelta(days=horizon_days)
    everything = SupplyPicture(
        read_at=read_at, late=tuple(lines), commitments=tuple(commitments), stock=tuple(stock), until=until
    )
    late = {line.line_id for line in everything.late if line.planned < today}
    late |= {part.line.line_id for part in allot(everything, today) if part.line and _misses(part, until)}
    named = {code.casefold() for code in products}
    codes = {line.product_code for line in everything.late if line.line_id in late}
    if named:
        whole = (*everything.late, *everything.commitments, *everything.stock)
        codes = {item.product_code for item in whole if item.product_code.casefold() in named}
    concerned = [line for line in everything.late if line.product_code in codes]
    return SupplyPicture(
        read_at=read_at,
        late=tuple(line for line in concerned if line.line_id in late),
        commitments=tuple(item for item in everything.commitments if item.product_code in codes),
        stock=tuple(level for level in everything.stock if level.product_code in codes),
        on_time=tuple(line for line in concerned if line.line_id not in late),
        until=until,
    )


def _misses(part: Allotment, until: date) -> bool:
    promised = part.commitment.promised
    return promised <= until and part.arrival is not None and part.arrival.day > promised


def _pool(item: Commitment | LateLine | StockLevel) -> Pool:
    return (item.company, item.product_code, item.unit)


def _turn(item: Commitment) -> tuple[date, int, int, str, Pool]:
    return (item.promised, item.tier, item.line_id, item.order.name, _pool(item))


def _free_stock(levels: Sequence[StockLevel]) -> dict[Pool, Decimal]:
    free: dict[Pool, Decimal] = defaultdict(lambda: ZERO)
    for level in levels:
        free[_pool(level)] += max(level.on_hand, ZERO)
    return free


def _take(free: dict[Pool, Decimal], item: Commitment, wanted: Decimal) -> Decimal:
    """Take up to `wanted` from the company's stock, then from stock read without regard to companies."""
    taken = ZERO
    for pool in {_pool(item): None, ("", item.product_code, item.unit): None}:
        part = max(min(free[pool], wanted - taken), ZERO)
        free[pool] -= part
        taken += part
    return taken


def _supply(lines: Iterable[LateLine], today: date, suppliers: Suppliers) -> dict[Pool, list[Coming]]:
    """What comes, per pool, by arrival."""
    supply: dict[Pool, list[Coming]] = defaultdict(list)
    for line in lines:
        if line.open_quantity > ZERO:
            arrival = arrival_of(line, today, suppliers.get((line.company, line.supplier)))
            supply[_pool(line)].append(Coming(line, line.open_quantity, arrival))
    for coming in supply.values():
        coming.sort(key=lambda one: (one.arrival.day, one.line.line_id, one.line.purchase.name))
    return supply


def _serve(item: Commitment, short: Decimal, supply: list[Coming]) -> list[Allotment]:
    """Serve what is short, first come first; consumes the supply."""
    found: list[Allotment] = []
    while short > ZERO and supply:
        first = supply.pop(0)
        part = min(short, first.left)
        short -= part
        if first.left > part:
            supply.insert(0, first._replace(left=first.left - part))
        found.append(Allotment(item, part, first.line, first.arrival))
    if short > ZERO:
        found.append(Allotment(item, short, None, None))
    return found
