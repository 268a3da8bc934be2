"""How likely a promise is missed: stated rules, each with the figures that it rests on."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.evidence.impact import impact
from agent.evidence.lateness import LatenessReason as Why
from agent.evidence.lateness import late_share, probability
from agent.evidence.records import SupplierRecord
from tests.builders_supply import TODAY, a_picture, a_promise, a_supply

DAYS = st.integers(0, 90)


def record(due: int = 20, late: int = 14, mean: int | None = 6) -> SupplierRecord:
    days = None if mean is None else Decimal(mean)
    return SupplierRecord(company="North", supplier="Foundry", lines_due=due, lines_late=late, mean_days_late=days)


def chance(planned: int, promised: int, known: SupplierRecord | None = None, **changes):
    return probability(a_supply(days=planned, **changes), TODAY + timedelta(days=promised), TODAY, known)


@pytest.mark.parametrize(
    ("found", "value", "reason"),
    [
        (probability(None, TODAY, TODAY), "1", Why.NO_SUPPLY),
        (chance(8, -1), "1", Why.PROMISE_PAST),
        (chance(8, 2, confirmed=True), "1", Why.CONFIRMED),
        (chance(-7, 7), "0.67", Why.OVERDUE),
        (chance(0, 0), "0.15", Why.OFTEN_LATE),
        (chance(30, 2), "0.79", Why.PLANNED),
        (chance(90, 2), "0.58", Why.PLANNED),
        (chance(90, 2, record(due=95, late=95)), "0.98", Why.PLANNED),
    ],
)
def test_each_rule_gives_its_figure(found, value: str, reason: Why):
    assert (found.value, found.reason) == (Decimal(value), reason)


@given(DAYS, DAYS, DAYS)
def test_the_longer_overdue_and_the_nearer_the_promise_the_likelier(overdue: int, left: int, more: int):
    assert chance(-1 - overdue, left).value <= chance(-1 - overdue - more, left).value
    assert chance(-1 - overdue, left).value >= chance(-1 - overdue, left + more).value


@given(st.integers(1, 90), st.integers(0, 60), st.integers(0, 60))
def test_a_nearer_planned_day_is_surer_and_a_worse_record_makes_it_likelier(days: int, late: int, more: int):
    assert chance(days + more, 0).value <= chance(days, 0).value
    assert chance(days, 0, record(60, min(late + more, 60))).value >= chance(days, 0, record(60, late)).value


@given(st.integers(0, 500), st.integers(0, 500))
def test_few_lines_say_little(due: int, late: int):
    share = late_share(record(due + late, late))

    assert 0 < share < 1
    assert abs(share - Decimal("0.15")) <= Decimal(due + late) / (due + late + 5)


def test_supply_in_time_of_a_supplier_that_is_mostly_late_endangers_the_promise():
    promise, line = a_promise(days=9), a_supply(days=8)

    assert impact(a_picture([promise], [line]), TODAY).at_risk == ()
    (item,) = impact(a_picture([promise], [line], suppliers=(record(),)), TODAY).at_risk

    assert (item.days_late, item.estimated, item.chance.reason) == (5, True, Why.OFTEN_LATE)
    assert (item.chance.value, item.chance.lines_due, item.chance.lines_late) == (Decimal("0.59"), 20, 14)


def test_a_confirmed_day_is_believed_whatever_the_record():
    line = a_supply(days=8, confirmed=True)

    assert impact(a_picture([a_promise(days=9)], [line], suppliers=(record(),)), TODAY).at_risk == ()
