"""Impact: what late supply does to promised orders, in money and days, whatever the picture."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.evidence.impact import AtRisk, Impact, impact
from agent.evidence.records import Rated
from agent.evidence.supply import allot
from agent.kit.values import Money
from tests.builders_supply import TODAY, a_picture, a_promise, a_stock, a_supply, amounts, crowded, pictures, some


def value(found: Impact) -> Decimal:
    return sum((item.value.amount for item in found.at_risk), Decimal(0))


def quantities(found: Impact) -> dict[int, Decimal]:
    waiting: dict[int, Decimal] = Counter()
    for item in found.at_risk:
        waiting[item.order.id] += item.quantity
    return waiting


@some
@given(pictures)
def test_no_more_is_at_risk_than_is_open(picture):
    waiting = quantities(impact(picture, TODAY))

    for promise in picture.commitments:
        assert 0 <= waiting.get(promise.order.id, 0) <= promise.open_quantity


@some
@given(pictures)
def test_value_at_risk_never_exceeds_the_open_value(picture):
    worth = sum((item.open_quantity * item.unit_price.amount for item in picture.commitments), Decimal(0))

    assert value(impact(picture, TODAY)) <= worth


@some
@given(pictures, st.data())
def test_more_stock_never_raises_the_risk(picture, data):
    more = tuple(level.model_copy(update={"on_hand": level.on_hand + data.draw(amounts)}) for level in picture.stock)

    richer = impact(picture.model_copy(update={"stock": more}), TODAY)

    assert value(richer) <= value(impact(picture, TODAY))


@some
@given(pictures, st.data())
def test_earlier_supply_never_raises_the_risk(picture, data):
    sooner = tuple(
        line.model_copy(update={"planned": max(line.planned - timedelta(days=data.draw(st.integers(0, 30))), TODAY)})
        if line.planned >= TODAY
        else line
        for line in picture.late
    )

    assert value(impact(picture.model_copy(update={"late": sooner}), TODAY)) <= value(impact(picture, TODAY))


@some
@given(pictures, st.randoms(use_true_random=False))
def test_the_order_of_what_was_read_does_not_matter(picture, chance):
    def shuffled(items):
        return tuple(chance.sample(items, len(items)))

    mixed = picture.model_copy(
        update={name: shuffled(getattr(picture, name)) for name in ("late", "on_time", "commitments", "stock")}
    )

    assert impact(mixed, TODAY) == impact(picture, TODAY)


@some
@given(pictures)
def test_what_is_at_risk_is_late_by_at_least_a_day(picture):
    for item in impact(picture, TODAY).at_risk:
        assert item.days_late > 0
        assert item.quantity > 0
        if item.arrives:
            assert (item.arrives - item.promised).days == item.days_late
            assert item.arrives >= TODAY


@some
@given(pictures)
def test_totals_are_the_sum_per_currency(picture):
    found = impact(picture, TODAY)

    by_currency: dict[str, Decimal] = {}
    for item in found.at_risk:
        by_currency[item.value.currency] = by_currency.get(item.value.currency, Decimal(0)) + item.value.amount
    assert {total.currency: total.amount for total in found.totals} == by_currency


@some
@given(pictures)
def test_worst_comes_first_and_orders_are_counted_once(picture):
    found = impact(picture, TODAY)

    ranks = [item.rank for item in found.at_risk]
    assert ranks == sorted(ranks)
    assert found.orders == len({item.order.id for item in found.at_risk}) <= len(picture.commitments)


@some
@given(pictures)
def test_companies_do_not_meet(picture):
    """What happens in one company is the same whether or not the other is in the picture."""
    picture = picture.model_copy(update={"stock": tuple(level for level in picture.stock if level.company)})
    alone = picture.model_copy(
        update={
            name: tuple(item for item in getattr(picture, name) if item.company == "North")
            for name in ("late", "on_time", "commitments", "stock")
        }
    )
    north = {item.order.id for item in alone.commitments}

    together = [item for item in impact(picture, TODAY).at_risk if item.order.id in north]

    assert together == list(impact(alone, TODAY).at_risk)


@some
@given(crowded, st.data())
def test_more_supply_never_makes_anybody_later(picture, data):
    more = tuple(
        line.model_copy(update={"open_quantity": line.open_quantity + data.draw(amounts)}) for line in picture.late
    )

    richer = {line: item.days_late for line, item in worst(picture.model_copy(update={"late": more})).items()}

    for line, item in worst(picture).items():
        if item.purchase is not None:  # what waits for nothing known counts from today
            assert richer.get(line, 0) <= item.days_late


def worst(picture) -> dict[int, AtRisk]:
    """The latest part of each order line; one without known supply is later than any."""
    found: dict[int, AtRisk] = {}
    for item in impact(picture, TODAY).at_risk:
        known = found.get(item.line_id)
        if known is None or (known.purchase is not None and _lateness(item) > _lateness(known)):
            found[item.line_id] = item
    return found


def _lateness(item: AtRisk) -> float:
    return item.days_late if item.purchase else float("inf")


@some
@given(pictures)
def test_the_parts_multiply_to_the_score(picture):
    for item in impact(picture, TODAY).at_risk:
        parts = item.parts
        assert parts.value.amount * parts.days_late * parts.tier_weight * parts.probability == item.score >= 0
        assert 0 < parts.probability <= 1
        assert (parts.rate is None) == (item.in_company is None)


@some
@given(crowded, st.integers(1, 3), st.integers(0, 20))
def test_an_earlier_promise_or_a_better_customer_is_never_served_worse(picture, tier, days):
    """Two alike in all else: the one promised earlier, or of the better tier, gets its goods no later."""
    same = {"quantity": 7, "reserved": Decimal(0)}
    first, second = a_promise(901, days=days, tier=tier, **same), a_promise(902, days=days + 1, tier=tier, **same)
    better = a_promise(903, days=days, tier=1, **same)
    promises = (*picture.commitments, first, second, better)

    arrives = dict.fromkeys((901, 902, 903), TODAY - timedelta(days=1))
    for part in allot(picture.model_copy(update={"commitments": promises}), TODAY):
        if part.commitment.line_id in arrives:
            day = part.arrival.day if part.arrival else TODAY + timedelta(days=999)
            arrives[part.commitment.line_id] = max(arrives[part.commitment.line_id], day)

    assert arrives[901] <= arrives[902]
    assert arrives[903] <= arrives[902]
    assert tier == 1 or arrives[903] <= arrives[901]


def test_amounts_of_different_currencies_are_never_compared():
    euro = Rated(value=Money(amount=Decimal("4.60"), currency="EUR"), rate=Decimal("1.087"))
    dollars = a_promise(1, unit_price=Money(amount=Decimal(5), currency="USD"), price_in_company=euro)
    home = a_promise(
        2, price_in_company=Rated(value=Money(amount=Decimal(5), currency="EUR"), rate=Decimal(1)), quantity=9
    )
    unrated = a_promise(3, unit_price=Money(amount=Decimal(900000), currency="TRY"))

    found = impact(a_picture([dollars, home, unrated], [a_supply(quantity=99)]), TODAY)

    assert [item.order.name for item in found.at_risk] == ["S00001", "S00002", "S00003"]
    assert [str(item.parts.value) for item in found.at_risk] == ["46.00 EUR", "45.00 EUR", "9,000,000.00 TRY"]
    assert found.at_risk[0].parts.rate == Decimal("1.087")
    assert (found.without_rate, [str(total) for total in found.in_company]) == (("TRY",), ["91.00 EUR"])


def test_an_order_hit_twice_is_one_order_with_both_parts():
    twice = a_promise(1, days=2, quantity=15)

    (order,) = impact(a_picture([twice], [a_supply(1, days=5), a_supply(2, days=9)]), TODAY).by_order

    assert (sorted(item.days_late for item in order.items), order.days_late) == ([3, 7], 7)
    assert [str(value) for value in order.values] == ["75.00 EUR"]


def test_what_waits_for_late_supply_is_at_risk_for_the_days_between():
    found = impact(a_picture([a_promise(days=2)], [a_supply(days=8)], [a_stock(4)]), TODAY)

    (item,) = found.at_risk
    assert (item.quantity, item.days_late, item.purchase.name) == (6, 6, "P00001")
    assert item.value == Money(amount=Decimal(30), currency="EUR")
    assert (found.late_lines, found.totals) == (1, (item.value,))


def test_stock_held_for_a_later_promise_is_not_given_to_an_earlier_one():
    early, held = a_promise(1, days=2), a_promise(2, days=9, reserved=Decimal(10))

    found = impact(a_picture([early, held], [a_supply(days=8)], [a_stock(10)]), TODAY)

    assert [item.order.name for item in found.at_risk] == ["S00001"]


def test_more_reserved_than_open_takes_nothing_from_the_others():
    greedy, other = a_promise(1, days=1, reserved=Decimal(99)), a_promise(2, days=2)

    assert impact(a_picture([greedy, other], [a_supply(days=8)], [a_stock(20)]), TODAY).at_risk == ()


def test_supply_that_is_on_time_covers_a_promise():
    covered = a_picture([a_promise(days=9)], [a_supply(1, days=20)], on_time=(a_supply(2, days=5),))

    assert impact(covered, TODAY).at_risk == ()


def test_stock_of_another_company_or_in_another_unit_covers_nothing():
    promise, late = a_promise(days=2), a_supply(days=8)

    for foreign in (a_stock(99, company="South"), a_stock(99, unit="Boxes")):
        assert value(impact(a_picture([promise], [late], [foreign]), TODAY)) == 50


def test_stock_read_without_regard_to_companies_covers_a_promise():
    assert impact(a_picture([a_promise()], [a_supply()], [a_stock(10, company="")]), TODAY).at_risk == ()


def test_a_promise_that_no_supply_covers_is_at_risk_within_the_horizon():
    near, far = a_promise(1, days=3), a_promise(2, days=30)

    (item,) = impact(a_picture([near, far], until=TODAY + timedelta(days=14)), TODAY).at_risk

    assert (item.order.name, item.arrives, item.purchase, item.days_late) == ("S00001", None, None, 1)


def test_a_missed_promise_without_supply_is_late_by_the_days_since():
    (item,) = impact(a_picture([a_promise(days=-5)]), TODAY).at_risk

    assert item.days_late == 5


@pytest.mark.parametrize(("overdue", "arrives"), [(1, 1), (5, 5), (60, 14)])
def test_an_overdue_line_without_a_new_date_is_estimated_to_need_as_long_again(overdue, arrives):
    (item,) = impact(a_picture([a_promise(days=0)], [a_supply(days=-overdue)]), TODAY).at_risk

    assert (item.arrives, item.estimated) == (TODAY + timedelta(days=arrives), True)


def test_a_line_with_a_date_is_not_an_estimate():
    (item,) = impact(a_picture([a_promise(days=0)], [a_supply(days=1)]), TODAY).at_risk

    assert item.estimated is False


def test_the_earlier_promise_is_served_first_and_then_the_better_customer():
    late_key_account = a_promise(1, days=5, tier=1)
    early = a_promise(2, days=2, tier=3)
    early_key_account = a_promise(3, days=2, tier=1)

    found = impact(
        a_picture([late_key_account, early, early_key_account], [a_supply(days=8, quantity=30)], [a_stock(10)]), TODAY
    )

    assert {item.order.name for item in found.at_risk} == {"S00001", "S00002"}


def test_a_key_accounts_lateness_weighs_more():
    def score(tier: int) -> Decimal:
        (item,) = impact(a_picture([a_promise(tier=tier)], [a_supply()]), TODAY).at_risk
        return item.score

    assert score(1) > score(2) > score(3) == score(9)


def test_a_lateness_of_no_day_is_no_risk():
    assert impact(a_picture([a_promise(days=8)], [a_supply(days=8)]), TODAY).at_risk == ()
