"""The supply picture: which open purchase lines are late, and what belongs to them."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import given

from agent.evidence.impact import impact
from agent.evidence.records import SupplyPicture
from agent.evidence.supply import allot, assemble
from tests.builders_supply import READ_AT, TODAY, a_promise, a_stock, a_supply, pictures, some


def picture(lines=(), promises=(), stock=(), days: int = 14) -> SupplyPicture:
    return assemble(lines, promises, stock, today=TODAY, horizon_days=days, read_at=READ_AT)


def test_an_overdue_line_is_late_even_when_nobody_waits():
    found = picture([a_supply(days=-1)])

    assert [line.line_id for line in found.late] == [1]


def test_a_line_due_today_that_nobody_waits_for_is_not_late():
    assert picture([a_supply(days=0)]).late == ()


def test_a_future_line_is_late_when_it_misses_a_promise_that_rests_on_it():
    found = picture([a_supply(days=8)], [a_promise(days=2)])

    assert [line.line_id for line in found.late] == [1]


def test_a_future_line_is_on_time_when_stock_serves_the_earlier_promise():
    found = picture([a_supply(1, days=8), a_supply(2, days=-3)], [a_promise(days=2)], [a_stock(10)])

    assert [line.line_id for line in found.late] == [2]
    assert [line.line_id for line in found.on_time] == [1]


def test_a_promise_beyond_the_horizon_makes_no_line_late():
    lines, promises = [a_supply(days=40)], [a_promise(days=30)]

    assert picture(lines, promises, days=14).late == ()
    assert len(picture(lines, promises, days=30).late) == 1


def test_only_products_with_late_supply_are_in_the_picture():
    found = picture(
        [a_supply(1, days=-2), a_supply(2, days=5, product_code="BELT")],
        [a_promise(1), a_promise(2, days=9, product_code="BELT")],
        [a_stock(3), a_stock(3, product_code="BELT")],
    )

    assert {item.product_code for item in (*found.late, *found.on_time, *found.commitments, *found.stock)} == {"PUMP"}


@some
@given(pictures)
def test_every_line_is_in_the_picture_once_when_its_product_is(given_picture):
    lines = (*given_picture.late, *given_picture.on_time)

    found = picture(lines, given_picture.commitments, given_picture.stock)

    codes = {line.product_code for line in found.late}
    kept = sorted(line.line_id for line in (*found.late, *found.on_time))
    assert kept == sorted(line.line_id for line in lines if line.product_code in codes)


@some
@given(pictures)
def test_no_risk_that_rests_on_a_late_line_is_lost_by_leaving_the_rest_out(given_picture):
    lines = (*given_picture.late, *given_picture.on_time)
    plain = {"late": lines, "on_time": (), "until": TODAY + timedelta(days=14), "suppliers": ()}
    everything = given_picture.model_copy(update=plain)

    found = picture(lines, given_picture.commitments, given_picture.stock)

    def resting(whole):
        codes = {line.product_code for line in found.late}
        return [item for item in impact(whole, TODAY).at_risk if item.product_code in codes]

    assert resting(found) == resting(everything)


@some
@given(pictures)
def test_supply_is_never_given_out_twice(given_picture):
    given_out: dict[int, Decimal] = {}
    for part in allot(given_picture, TODAY):
        if part.line:
            given_out[part.line.line_id] = given_out.get(part.line.line_id, Decimal(0)) + part.quantity

    held = {line.line_id: line.open_quantity for line in (*given_picture.late, *given_picture.on_time)}
    assert all(quantity <= held[line] for line, quantity in given_out.items())
