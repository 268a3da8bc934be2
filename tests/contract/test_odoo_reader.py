"""The reading port: the same questions to the twin, the sandbox and, where there is one, a real Odoo."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from agent.evidence.impact import impact
from tests.contract.conftest import Place

ABSENT = ["P99999999", "S99999999", "NO-SUCH-THING", ""]


def test_it_says_which_odoo_answers(place: Place):
    info = place.odoo.info()

    assert info.product
    assert info.companies


def test_what_odoo_does_not_know_is_absent_from_the_answer(place: Place):
    assert place.odoo.purchase_orders(ABSENT) == ()
    assert place.odoo.sale_orders(ABSENT) == ()
    assert place.odoo.bills(ABSENT) == ()
    assert place.odoo.stock(ABSENT) == ()


def test_nothing_is_asked_for_no_reference(place: Place):
    assert place.odoo.purchase_orders([]) == ()
    assert place.odoo.sale_orders([]) == ()


def test_a_purchase_is_found_in_any_case_and_beside_unknown_ones(place: Place):
    known = place.purchases()[0]

    found = place.odoo.purchase_orders([*ABSENT, f" {known.ref.name.lower()} "])

    assert found == (known,)


def test_a_purchase_is_found_by_the_suppliers_reference(place: Place):
    known = next((order for order in place.purchases() if order.supplier_ref), None)
    if known is None:
        pytest.skip("no supplier's reference in this Odoo")

    assert known in place.odoo.purchase_orders([known.supplier_ref.lower()])


def test_an_order_asked_for_twice_is_answered_once(place: Place):
    name = place.purchases()[0].ref.name

    assert len(place.odoo.purchase_orders([name, name.lower(), name])) == 1


def test_the_suppliers_address_leads_to_the_supplier_and_its_open_orders(place: Place):
    known = _with_address(place)

    assert place.odoo.supplier_by_email(known.supplier.emails[0].upper()).id == known.supplier.id
    found = place.odoo.open_purchases_of(known.supplier.emails[0])
    assert 1 <= len(found) <= 20
    assert {order.supplier.id for order in found} == {known.supplier.id}
    assert all(any(line.received < line.ordered for line in order.lines) for order in found)


def test_open_purchases_come_newest_first(place: Place):
    found = place.odoo.open_purchases_of(_with_address(place).supplier.emails[0])
    dates = [order.ordered_at for order in found if order.ordered_at]

    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize("address", ["nobody@nowhere.invalid", "not an address", "", "@", "someone@gmail.com"])
def test_a_stranger_is_no_supplier(place: Place, address: str):
    assert place.odoo.supplier_by_email(address) is None
    assert place.odoo.open_purchases_of(address) == ()


def test_late_lines_are_lines_of_open_purchases(place: Place):
    orders = {order.ref.id: order for order in place.purchases()}

    for late in place.everything().late:
        line = next(line for line in orders[late.purchase.id].lines if line.id == late.line_id)
        assert line.product_code == late.product_code
        assert late.open_quantity > 0
        assert late.company == orders[late.purchase.id].company
        if line.unit == late.unit:
            assert late.open_quantity == line.ordered - line.received


def test_commitments_are_lines_of_open_sales(place: Place):
    picture = place.everything()
    orders = {order.ref.id: order for order in place.odoo.sale_orders([c.order.name for c in picture.commitments])}

    for wanted in picture.commitments:
        order = orders[wanted.order.id]
        line = next(line for line in order.lines if line.id == wanted.line_id)
        assert (line.product_code, order.customer.name, order.company) == (
            wanted.product_code,
            wanted.customer,
            wanted.company,
        )
        assert wanted.reserved >= 0
        if line.unit == wanted.unit:
            assert wanted.open_quantity == line.ordered - line.delivered


def test_the_picture_speaks_only_of_products_with_late_supply_and_knows_their_stock(place: Place):
    picture = place.odoo.supply_picture(place.today, 30)
    codes = {line.product_code for line in picture.late}

    assert {item.product_code for item in (*picture.commitments, *picture.on_time, *picture.stock)} <= codes
    asked = {(level.product_code, level.company, level.on_hand) for level in place.odoo.stock(sorted(codes))}
    assert {(level.product_code, level.company, level.on_hand) for level in picture.stock} <= asked


def test_a_line_is_late_when_overdue_or_when_a_promise_rests_on_it(place: Place):
    picture = place.odoo.supply_picture(place.today, 30)

    missed = {(item.product_code, item.purchase.name) for item in impact(picture, place.today).at_risk if item.purchase}
    for line in picture.late:
        assert line.planned < place.today or (line.product_code, line.purchase.name) in missed
    assert all(line.planned >= place.today for line in picture.on_time)


def test_a_longer_horizon_never_finds_fewer_late_lines(place: Place):
    near = {line.line_id for line in place.odoo.supply_picture(place.today, 3).late}
    far = {line.line_id for line in place.odoo.supply_picture(place.today, 60).late}

    assert near <= far


def test_many_references_cost_no_more_questions_than_one(place: Place):
    if place.kind == "memory":
        pytest.skip("the twin asks nobody")
    names = [order.ref.name for order in place.purchases()]
    codes = [line.product_code for line in place.everything().late]
    place.odoo.purchase_orders(names)
    place.odoo.stock(codes)

    one = _cost(place, names[:1], codes[:1])
    many = _cost(place, names, codes)

    assert many <= one + _companies(place)


def test_amounts_are_comparable_in_the_companys_currency_at_the_rate_that_stands_beside_them(place: Place):
    picture = place.everything()
    sales = place.odoo.sale_orders(sorted({item.order.name for item in picture.commitments}))

    for order in (*place.purchases(), *sales):
        if order.in_company:
            assert abs(order.in_company.value.amount * order.in_company.rate - order.total.amount) < Decimal("0.01")
    for item in picture.commitments:
        if item.price_in_company:
            assert abs(item.price_in_company.value.amount * item.price_in_company.rate - item.unit_price.amount) < 1


def test_what_is_picked_is_part_of_what_is_held(place: Place):
    orders = place.odoo.sale_orders(sorted({item.order.name for item in place.everything().commitments}))

    for order in orders:
        assert all(Decimal(0) <= line.picked <= line.reserved for line in order.lines)
        assert len({transfer.ref.id for transfer in order.transfers}) == len(order.transfers)


def test_a_bill_knows_the_suppliers_other_bills_of_its_number(place: Place):
    if place.kind == "odoo":
        pytest.skip("nobody knows which bills this Odoo has")
    first, second = sorted(place.odoo.bills(["2024-f-7731"]), key=lambda bill: bill.ref.id)

    assert [one.ref for one in first.alike] == [second.ref]
    assert [(one.ref, one.state, one.total) for one in second.alike] == [(first.ref, first.state, first.total)]
    assert [line.tax_percent for line in first.lines] == [None]


def test_stock_may_be_asked_of_one_company_alone(place: Place):
    codes = sorted({line.product_code for line in place.everything().late})
    everywhere = place.odoo.stock(codes)

    for company in {level.company for level in everywhere}:
        alone = place.odoo.stock(codes, [company])
        told = [level for level in everywhere if level.company == company]
        assert {level.company for level in alone} == {company}
        assert [level for level in alone if level in told] == told
        rest = [level for level in alone if level not in told]  # what is only elsewhere: nothing here, said as nothing
        assert not any(level.on_hand or level.reserved or level.incoming or level.outgoing for level in rest)


def test_the_baseline_counts_a_window(place: Place):
    since = place.today - timedelta(days=90)

    found = place.odoo.baseline(since, place.today)

    assert (found.since, found.until) == (since, place.today)
    assert 0 <= found.purchase_lines_late <= found.purchase_lines_due
    assert 0 <= found.sale_orders_late <= found.sale_orders_promised
    assert 0 <= found.bills_off_order <= found.bills
    assert (found.mean_days_late is None) == (found.purchase_lines_late == 0)


def test_the_past_holds_what_was_sold_and_what_came_between_two_days(place: Place):
    since = place.today - timedelta(days=60)
    found = place.odoo.history(since, place.today)
    longer = place.odoo.history(place.today - timedelta(days=120), place.today)

    assert (found.since, found.until) == (since, place.today)
    assert all(since <= row.day <= place.today and row.order and row.customer and row.company for row in found.sold)
    assert all(since <= row.came <= place.today and row.supplier and row.purchase for row in found.arrived)
    assert set(found.sold) <= set(longer.sold)
    assert set(found.arrived) <= set(longer.arrived)


def test_the_past_costs_the_same_however_long_it_is(place: Place):
    if place.kind == "memory":
        pytest.skip("the twin asks nobody")
    costs = [
        _asked(place, partial(place.odoo.history, place.today - timedelta(days=some), place.today))
        for some in (1, 30, 300)
    ]

    assert max(costs) <= costs[0] + (10 if place.kind == "odoo" else 0)


def test_replenishment_tells_of_what_runs_below_its_minimum_and_what_is_under_way(place: Place):
    companies = set(place.odoo.info().companies)

    for level in place.odoo.replenishment():
        assert level.forecast < (level.minimum if level.minimum is not None else 0)
        assert level.under_way >= 0
        assert level.company in companies
        assert level.product_code


def _asked(place: Place, ask) -> int:
    before = place.asked()
    ask()
    return place.asked() - before


def _with_address(place: Place):
    known = next((order for order in place.purchases() if order.supplier.emails), None)
    if known is None:
        pytest.skip("no supplier with an address and an open order in this Odoo")
    return known


def _cost(place: Place, names: list[str], codes: list[str]) -> int:
    before = place.asked()
    place.odoo.purchase_orders(names)
    place.odoo.stock(codes)
    return place.asked() - before


def _companies(place: Place) -> int:
    """A real Odoo is asked once more for each company whose records occur."""
    return 4 * len(place.odoo.info().companies) if place.kind == "odoo" else 0
