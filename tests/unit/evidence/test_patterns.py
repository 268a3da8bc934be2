"""Patterns: chance finds nothing beyond its rate, a planted shift is found, and strangers change nothing."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.evidence.history import Arrived, Happened, History, Matter, ReorderPoint, Sold
from agent.evidence.pattern_model import Dimension, PatternKind
from agent.evidence.patterns import PatternPolicy, patterns, windows
from agent.evidence.statistics import false_discovery_rates, rate_ratio, shift

TODAY = date(2026, 11, 23)
SPAN = windows(TODAY)
DAYS = (SPAN.recent_until - SPAN.baseline_since).days
RUNS = 40


def a_sale(day: date, margin: float, *, number: int = 0, customer: str = "Mill", product: str = "", who: str = "",
           company: str = "North") -> Sold:  # fmt: skip
    return Sold(
        day=day, order=f"S{number:05d}", company=company, customer=customer, product_code=product, salesperson=who,
        margin_percent=Decimal(str(round(margin, 2))), value=Decimal(100),
    )  # fmt: skip


def a_receipt(came: date, late: int, *, number: int = 0, supplier: str = "Foundry", company: str = "North") -> Arrived:
    return Arrived(
        purchase=f"P{number:05d}", company=company, supplier=supplier, product_code="PUMP",
        planned=came - timedelta(days=late), came=came,
    )  # fmt: skip


def an_event(day: date, matter: Matter = Matter.ALLOCATION, subject: str = "PUMP", number: int = 0) -> Happened:
    return Happened(matter=matter, subject=subject, company="North", day=day, record=f"S{number:05d}")


def past(chance: random.Random, *, customers: int = 6, lost: float = 0.0) -> list[Sold]:
    """Ten months of sales at margins around 24 %; the first customer's fall by `lost` in the recent window."""
    rows: list[Sold] = []
    for number in range(50 * customers):
        day = SPAN.baseline_since + timedelta(days=chance.randrange(DAYS + 1))
        customer = f"Customer {number % customers}"
        fallen = lost if number % customers == 0 and day >= SPAN.recent_since else 0.0
        margin = chance.gauss(24, 4) - fallen
        rows.append(a_sale(day, margin, number=number, customer=customer, product=f"PROD-{number % 5}"))
    return rows


def of(*sold: Sold, arrived=(), happened=(), stock=(), policy=None):
    history = History(since=SPAN.baseline_since, until=TODAY, sold=sold, arrived=tuple(arrived))
    return patterns(history, happened, stock, TODAY, policy or PatternPolicy())


def test_the_windows_are_whole_weeks_that_stand_still_for_four_of_them():
    assert SPAN.recent_since.weekday() == SPAN.baseline_since.weekday() == 0
    assert (SPAN.recent_until - SPAN.recent_since).days == 55
    assert (SPAN.baseline_until - SPAN.baseline_since).days == 223
    same = {windows(SPAN.recent_until + timedelta(days=days)) for days in range(1, 29)}
    assert len(same) == 1


def test_a_planted_fall_of_margins_is_found_with_its_size_and_its_counts():
    (found,) = [one for one in of(*past(random.Random(1), lost=8)) if one.dimension is Dimension.CUSTOMER]

    assert (found.kind, found.subject, found.company) == (PatternKind.MARGIN_EROSION, "Customer 0", "North")
    assert found.effect_low <= Decimal(-8) <= found.effect_high
    assert found.recent.count + found.baseline.count == 50
    assert found.q_value >= found.p_value
    assert 8 <= found.tested <= 11
    assert len(found.points) > 20


def test_chance_alone_is_called_a_pattern_no_more_often_than_is_promised():
    """Under shuffled days nothing is true, so every run with a finding is a false one: at most 5 %, with its luck."""
    chance = random.Random(7)
    sold = past(chance)
    wrong = 0
    for _ in range(RUNS):
        days = [row.day for row in sold]
        chance.shuffle(days)
        shuffled = [row.model_copy(update={"day": day}) for row, day in zip(sold, days, strict=True)]
        wrong += bool(of(*shuffled, policy=PatternPolicy(least_points=Decimal(0))))

    assert wrong <= 7  # 40 runs at 5 %: more than 7 happens about once in 2,000 times


def test_chance_alone_moves_no_supplier_either():
    chance = random.Random(3)
    late = [chance.choice((-1, 0, 0, 0, 1, 2, 9)) for _ in range(240)]
    wrong = 0
    for _ in range(RUNS):
        chance.shuffle(late)
        rows = [
            a_receipt(SPAN.baseline_since + timedelta(days=number), days, number=number, supplier=f"S{number % 4}")
            for number, days in enumerate(late)
        ]
        wrong += bool(of(arrived=rows, policy=PatternPolicy(least_days=Decimal(0))))

    assert wrong <= 7


def test_a_supplier_that_slips_is_found_and_one_outlier_is_none():
    steady = [a_receipt(SPAN.baseline_since + timedelta(days=4 * n), n % 3, number=n) for n in range(56)]
    slipping = [a_receipt(SPAN.recent_since + timedelta(days=3 * n), 6 + n % 3, number=100 + n) for n in range(14)]
    outlier = [a_receipt(SPAN.recent_since + timedelta(days=3 * n), n % 3 if n else 90, number=200 + n)
               for n in range(14)]  # fmt: skip

    (found,) = of(arrived=[*steady, *slipping])
    assert (found.kind, found.unit, found.effect) == (PatternKind.SUPPLIER_SLIPPING, "days", Decimal("6.0"))
    assert of(arrived=[*steady, *outlier]) == ()


@pytest.mark.parametrize(
    ("matter", "kind"),
    [(Matter.ALLOCATION, PatternKind.ALLOCATION_CONFLICTS), (Matter.FREIGHT, PatternKind.FREIGHT_UPGRADES)],
)
def test_what_comes_more_often_is_found_and_what_always_came_is_not(matter, kind):
    before = [an_event(SPAN.baseline_since + timedelta(days=40 * n), matter, number=n) for n in range(5)]
    often = [an_event(SPAN.recent_since + timedelta(days=6 * n), matter, number=50 + n) for n in range(9)]
    always = [an_event(SPAN.baseline_since + timedelta(days=7 * n), matter, number=n) for n in range(40)]

    (found,) = of(happened=[*before, *often])
    assert (found.kind, found.subject, found.recent.count, found.baseline.count) == (kind, "PUMP", 9, 5)
    assert found.effect == Decimal("7.2")
    assert found.effect_low > 1
    assert of(happened=always) == ()
    assert of(happened=[often[0]] * 9) == (), "one record on one day is one event, however often it is told"


def test_on_too_little_nothing_is_said():
    few = [a_sale(SPAN.recent_since + timedelta(days=n), 2, number=n) for n in range(7)]
    many = [a_sale(SPAN.baseline_since + timedelta(days=n), 30, number=100 + n) for n in range(60)]

    assert of(*few, *many) == ()
    assert of() == ()


def a_level(forecast: int, *, minimum: int | None = 10, under_way: int = 0) -> ReorderPoint:
    return ReorderPoint(
        product_code="PUMP", product_name="Pump", company="North", unit="Units", on_hand=Decimal(30),
        forecast=Decimal(forecast), minimum=None if minimum is None else Decimal(minimum),
        under_way=Decimal(under_way), due=TODAY + timedelta(days=14),
    )  # fmt: skip


def test_a_forecast_below_the_minimum_is_a_shortage_unless_something_is_ordered():
    (found,) = of(stock=[a_level(4)])

    assert (found.kind, found.effect, found.threshold, found.baseline) == (PatternKind.COMING_SHORTAGE, 6, 10, None)
    assert found.recent.until == TODAY + timedelta(days=14)
    assert of(stock=[a_level(4, under_way=1), a_level(10), a_level(0, minimum=None)]) == ()
    assert [one.effect for one in of(stock=[a_level(-3, minimum=None)])] == [3]


strangers = st.lists(
    st.builds(
        a_sale, st.dates(date(2025, 1, 1), TODAY), st.floats(-50, 90), number=st.integers(900, 999),
        customer=st.just("Stranger"), company=st.sampled_from(("North", "South")),
    ),
    max_size=7,
)  # fmt: skip


@settings(max_examples=15)
@given(strangers, st.randoms())
def test_rows_that_have_nothing_to_do_with_it_change_nothing(rows: list[Sold], chance):
    base = past(random.Random(1), customers=3, lost=8)
    mixed = [*base, *rows]
    chance.shuffle(mixed)

    assert of(*mixed) == of(*base)


def test_the_matter_of_a_pattern_is_its_kind_its_subject_and_its_window():
    (one,) = [p for p in of(*past(random.Random(1), lost=8)) if p.dimension is Dimension.CUSTOMER]

    assert one.key == f"pattern|North|margin_erosion|customer|Customer 0|{SPAN.recent_since}..{SPAN.recent_until}"


def test_the_interval_of_a_rate_is_open_where_it_never_happened_before():
    effect = rate_ratio(6, 56, 0, 224)

    assert effect.high == float("inf")
    assert effect.low > 1
    assert effect.p_value == pytest.approx(0.2**6)


def test_the_shift_is_exact_for_shifted_values_and_the_rates_are_benjamini_and_hochbergs():
    values = [float(value) for value in range(20)]

    assert shift([value + 3 for value in values], values, up=True).value == 3
    assert false_discovery_rates([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.04, 0.04])
    assert false_discovery_rates([]) == []
