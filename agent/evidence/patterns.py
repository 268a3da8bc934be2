"""Patterns in stored history: what eroded, recurs, slips or runs out, with corrected p-values. Pure.

Two windows of whole four-week blocks that end together for everybody: the last two blocks against the eight before.
So a finding keeps its window, and its case, for four weeks. One-sided tests; all comparisons of one company are
corrected together (Benjamini and Hochberg), and what has too few observations is not compared at all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, TypeVar

import numpy as np
from pydantic import Field

from agent.evidence.history import Arrived, Happened, History, Matter, ReorderPoint, Sold
from agent.evidence.pattern_model import Dimension, Pattern, PatternKind, Point, Window
from agent.evidence.statistics import Effect, false_discovery_rates, rate_ratio, shift
from agent.kit.values import Value

BLOCK = timedelta(days=28)
FIRST_BLOCK = date(2024, 1, 1)  # a Monday
MONTH = Decimal(30)
MOST_RECORDS = 10
ZERO = Decimal(0)
Row = TypeVar("Row")


class PatternPolicy(Value):
    """When something is called a pattern."""

    recent_blocks: int = Field(default=2, ge=1, description="of four weeks")
    baseline_blocks: int = Field(default=8, ge=1)
    false_discovery_rate: float = Field(default=0.05, gt=0, lt=1)
    least_recent: int = Field(default=8, ge=3, description="observations in the recent window, for a shift")
    least_baseline: int = Field(default=16, ge=3)
    least_events: int = Field(default=5, ge=2, description="events in the recent window, for a rate")
    least_points: Decimal = Field(default=Decimal(2), ge=0, description="of margin lost, in percentage points")
    least_days: Decimal = Field(default=Decimal(2), ge=0, description="that deliveries come later")
    least_ratio: Decimal = Field(default=Decimal(2), ge=1, description="times as often")


class Windows(NamedTuple):
    """First and last days, both included."""

    recent_since: date
    recent_until: date
    baseline_since: date
    baseline_until: date


class _Candidate(NamedTuple):
    """A comparison before the correction."""

    pattern: Pattern
    p_value: float
    matters: bool


POLICY = PatternPolicy()


def windows(today: date, policy: PatternPolicy = POLICY) -> Windows:
    """The last whole blocks before today and those before them."""
    whole = (today - FIRST_BLOCK) // BLOCK
    end = FIRST_BLOCK + whole * BLOCK
    middle = end - policy.recent_blocks * BLOCK
    return Windows(middle, end - timedelta(1), middle - policy.baseline_blocks * BLOCK, middle - timedelta(1))


def patterns(
    history: History, happened: Sequence[Happened], stock: Sequence[ReorderPoint], today: date,
    policy: PatternPolicy = POLICY,
) -> tuple[Pattern, ...]:  # fmt: skip
    """Every finding, company by company; the surest first, then what runs out."""
    span = windows(today, policy)
    names = {row.company for row in (*history.sold, *history.arrived, *happened)}
    found: list[Pattern] = []
    for company in sorted(names):
        candidates = [
            *_margins([row for row in history.sold if row.company == company], span, policy),
            *_lateness([row for row in history.arrived if row.company == company], span, policy),
            *_rates([row for row in happened if row.company == company], span, policy),
        ]
        found += _corrected(candidates, company, policy)
    return (*found, *shortages(stock, today))


def _corrected(candidates: Sequence[_Candidate], company: str, policy: PatternPolicy) -> list[Pattern]:
    """What stands after the correction and is large enough to matter."""
    rates = false_discovery_rates([one.p_value for one in candidates])
    found = [
        one.pattern.model_copy(
            update={"company": company, "p_value": one.p_value, "q_value": rate, "tested": len(candidates)}
        )
        for one, rate in zip(candidates, rates, strict=True)
        if rate <= policy.false_discovery_rate and one.matters
    ]
    return sorted(found, key=lambda pattern: (pattern.q_value or 0.0, pattern.subject))


SPLITS: dict[Dimension, Callable[[Sold], str]] = {
    Dimension.CUSTOMER: lambda row: row.customer,
    Dimension.SALESPERSON: lambda row: row.salesperson,
    Dimension.PRODUCT: lambda row: row.product_code,
}


# --- shifts of medians ------------------------------------------------------------------------------
def _margins(rows: Sequence[Sold], span: Windows, policy: PatternPolicy) -> Iterator[_Candidate]:
    """Margins by customer and salesperson (an order is one observation) and by product (an order's lines of it)."""
    for dimension, name in SPLITS.items():
        for subject, mine in _by(rows, name):
            observed = [(day, order, _mean(lines)) for (day, order), lines in _orders(mine)]
            yield from _shifted(
                observed, span, policy, up=False, least=policy.least_points,
                about={"kind": PatternKind.MARGIN_EROSION, "dimension": dimension, "subject": subject,
                       "unit": "%"},
            )  # fmt: skip


def _lateness(rows: Sequence[Arrived], span: Windows, policy: PatternPolicy) -> Iterator[_Candidate]:
    """Days between plan and arrival by supplier; an order that came on one day is one observation."""
    for subject, mine in _by(rows, lambda row: row.supplier):
        days: dict[tuple[date, str], list[int]] = defaultdict(list)
        for row in mine:
            days[(row.came, row.purchase)].append(row.days_late)
        observed = [(day, name, Decimal(max(late))) for (day, name), late in sorted(days.items())]
        yield from _shifted(
            observed, span, policy, up=True, least=policy.least_days,
            about={"kind": PatternKind.SUPPLIER_SLIPPING, "dimension": Dimension.SUPPLIER, "subject": subject,
                   "unit": "days"},
        )  # fmt: skip


def _shifted(
    observed: Sequence[tuple[date, str, Decimal]],
    span: Windows,
    policy: PatternPolicy,
    *,
    up: bool,
    least: Decimal,
    about: dict[str, object],
) -> Iterator[_Candidate]:
    recent = [one for one in observed if span.recent_since <= one[0] <= span.recent_until]
    before = [one for one in observed if span.baseline_since <= one[0] <= span.baseline_until]
    if len(recent) < policy.least_recent or len(before) < policy.least_baseline:
        return
    effect = shift([float(one[2]) for one in recent], [float(one[2]) for one in before], up=up)
    size = _tenth(effect.value)
    pattern = Pattern.model_validate(
        {
            **about, **_windows_of(recent, before, span, _median), **_interval(effect),
            "effect": size, "method": "shift of medians (Hodges-Lehmann, Mann-Whitney, one-sided)",
            "records": _newest(recent), "points": tuple(_weekly(observed, span)),
        }
    )  # fmt: skip
    yield _Candidate(pattern, effect.p_value, size >= least if up else -size >= least)


# --- rates of events --------------------------------------------------------------------------------
RATED: dict[Matter, tuple[PatternKind, Dimension]] = {
    Matter.ALLOCATION: (PatternKind.ALLOCATION_CONFLICTS, Dimension.PRODUCT),
    Matter.FREIGHT: (PatternKind.FREIGHT_UPGRADES, Dimension.CAUSE),
    Matter.SLIP: (PatternKind.SUPPLIER_SLIPPING, Dimension.SUPPLIER),
}


def _rates(rows: Sequence[Happened], span: Windows, policy: PatternPolicy) -> Iterator[_Candidate]:
    """How often something happens to a subject; what happens to one record on one day happens once."""
    for matter, (kind, dimension) in RATED.items():
        for subject, mine in _by([row for row in rows if row.matter is matter], lambda row: row.subject):
            once = sorted({(row.day, row.record) for row in mine})
            observed = [(day, record, Decimal(1)) for day, record in once]
            recent = [one for one in observed if span.recent_since <= one[0] <= span.recent_until]
            before = [one for one in observed if span.baseline_since <= one[0] <= span.baseline_until]
            if len(recent) < policy.least_events:
                continue
            days = _length(span.recent_since, span.recent_until), _length(span.baseline_since, span.baseline_until)
            effect = rate_ratio(len(recent), days[0], len(before), days[1])
            size = _tenth(effect.value)
            pattern = Pattern.model_validate(
                {
                    "kind": kind, "dimension": dimension, "subject": subject, "unit": "a month",
                    **_windows_of(recent, before, span, None), **_interval(effect),
                    "effect": size, "method": "ratio of Poisson rates (exact conditional test, one-sided)",
                    "records": _newest(recent), "points": tuple(_weekly(observed, span, count=True)),
                }
            )  # fmt: skip
            yield _Candidate(pattern, effect.p_value, size >= policy.least_ratio)


# --- what runs out ----------------------------------------------------------------------------------
def shortages(stock: Iterable[ReorderPoint], today: date) -> tuple[Pattern, ...]:
    """Products whose forecast falls below their minimum (without a rule: below nothing), with no purchase under way."""
    found: list[Pattern] = []
    for item in stock:
        least = item.minimum if item.minimum is not None else ZERO
        if item.forecast >= least or item.under_way > 0:
            continue
        day = max(item.due or today, today)
        found.append(
            Pattern(
                kind=PatternKind.COMING_SHORTAGE, dimension=Dimension.PRODUCT, subject=_called(item),
                company=item.company, unit=item.unit,
                recent=Window(since=today, until=day, count=1, value=item.forecast),
                effect=least - item.forecast, method="Odoo's forecast against the reordering rule", threshold=least,
                points=(Point(day=today, value=item.on_hand), Point(day=day, value=item.forecast)),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda pattern: (pattern.company, pattern.recent.value, pattern.subject)))


def _called(item: ReorderPoint) -> str:
    """The product's code; its name as well where Odoo has given it no code but a number."""
    return f"{item.product_name} ({item.product_code})" if item.product_code.startswith("#") else item.product_code


# --- small helpers ----------------------------------------------------------------------------------
def _by(rows: Iterable[Row], name: Callable[[Row], str]) -> list[tuple[str, list[Row]]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[name(row)].append(row)
    return sorted((subject, mine) for subject, mine in groups.items() if subject)


def _orders(rows: Iterable[Sold]) -> list[tuple[tuple[date, str], list[Sold]]]:
    groups: dict[tuple[date, str], list[Sold]] = defaultdict(list)
    for row in rows:
        groups[(row.day, row.order)].append(row)
    return sorted(groups.items(), key=lambda one: one[0])


def _mean(lines: Sequence[Sold]) -> Decimal:
    """The margin of these lines together, weighed by value."""
    weight = sum((max(line.value, ZERO) for line in lines), ZERO)
    if not weight:
        return sum((line.margin_percent for line in lines), ZERO) / len(lines)
    return sum((line.margin_percent * max(line.value, ZERO) for line in lines), ZERO) / weight


def _median(values: Sequence[Decimal], _: int) -> Decimal:
    return _tenth(float(np.median([float(value) for value in values])))


def _a_month(values: Sequence[Decimal], days: int) -> Decimal:
    return (len(values) * MONTH / days).quantize(Decimal("0.1"))


def _windows_of(
    recent: Sequence[tuple[date, str, Decimal]],
    before: Sequence[tuple[date, str, Decimal]],
    span: Windows,
    value: Callable[[Sequence[Decimal], int], Decimal] | None,
) -> dict[str, Window]:
    reckon = value or _a_month

    def window(rows: Sequence[tuple[date, str, Decimal]], since: date, until: date) -> Window:
        amount = reckon([one[2] for one in rows], _length(since, until))
        return Window(since=since, until=until, count=len(rows), value=amount)

    return {
        "recent": window(recent, span.recent_since, span.recent_until),
        "baseline": window(before, span.baseline_since, span.baseline_until),
    }


def _interval(effect: Effect) -> dict[str, Decimal | None]:
    finite = effect.high != float("inf")
    return {"effect_low": _tenth(effect.low), "effect_high": _tenth(effect.high) if finite else None}


def _newest(recent: Sequence[tuple[date, str, Decimal]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for _, name, _ in reversed(recent)))[:MOST_RECORDS]


def _weekly(observed: Sequence[tuple[date, str, Decimal]], span: Windows, *, count: bool = False) -> Iterator[Point]:
    """The median, or the count, of each week of both windows, by its Monday."""
    weeks: dict[date, list[Decimal]] = defaultdict(list)
    for day, _, value in observed:
        if span.baseline_since <= day <= span.recent_until:
            weeks[day - timedelta(days=day.weekday())].append(value)
    for monday in sorted(weeks):
        values = weeks[monday]
        yield Point(day=monday, value=Decimal(len(values)) if count else _median(values, 7))


def _length(since: date, until: date) -> int:
    return (until - since).days + 1


def _tenth(value: float) -> Decimal:
    return Decimal(str(round(value, 1)))
