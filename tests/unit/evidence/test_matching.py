"""The three-way match: each kind of difference in money, tolerances, units, currencies, and what must never change."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.evidence.bill_numbers import stated_number
from agent.evidence.match_model import MatchKind
from agent.evidence.match_policy import MatchPolicy, Tolerance
from agent.evidence.matching import match
from agent.evidence.records import Bill, Rated
from agent.kit.values import Money
from tests.builders_bills import a_charge, a_line, another, eur, the_bill, the_order

USUAL = MatchPolicy()
STRICT = MatchPolicy(default=Tolerance(price_percent=0, price_amount=0, bill_percent=0, bill_amount=0))


def found(bill: Bill, *orders, policy: MatchPolicy = USUAL) -> tuple[str, Decimal]:
    made = match(bill, orders or (the_order(),), policy)
    return made.kind.value, made.amount.amount


@pytest.mark.parametrize(
    ("line", "kind", "amount"),
    [
        (a_line(), "matches", "0"),
        (a_line(price="5.30"), "matches", "0"),  # 1.9 %
        (a_line(price="5.85"), "price", "65"),
        (a_line(price="4.00"), "price", "-120"),
        (a_line(10, "5.60", billed=10), "matches", "0"),  # 7.7 %, but 4 EUR
        (a_line(120, ordered=120, received=100, billed=120), "quantity", "104"),
        (a_line(80, billed=80), "matches", "0"),  # a part of what was received
        (a_line(received=0), "not_received", "520"),
        (a_line(40, billed=100, received=60), "not_received", "208"),  # the other 60 are billed
        (a_line(40, billed=140, received=100), "quantity", "208"),  # all is billed already
        (a_line(100, received=60), "quantity", "208"),
        (a_line(100, received=0, on_ordered=True), "matches", "0"),
        (a_line(tax_percent=21, ordered_tax_percent=0), "tax", "109.20"),
        (a_line(tax_percent=19, ordered_tax_percent=19), "matches", "0"),
        (a_line(tax_percent=19, ordered_tax_percent=None), "matches", "0"),
        (a_line(unit="box of 50", ordered_unit="pcs", per_unit=50, quantity=2, price="260"), "matches", "0"),
        (a_line(unit="box of 50", ordered_unit="pcs", per_unit=50, quantity=2, price="280"), "price", "40"),
    ],
)
def test_a_line_differs_by_what_it_costs_us(line, kind, amount):
    assert found(the_bill(line)) == (kind, Decimal(amount))


def test_a_charge_without_an_order_line_is_one_and_a_discount_is_no_trouble():
    assert found(the_bill(a_line(), a_charge("48.50"))) == ("freight_or_charge", Decimal("48.50"))
    assert found(the_bill(a_line(), a_charge("-10", "Discount"))) == ("matches", 0)


def test_a_bill_without_any_order_is_at_issue_as_a_whole():
    line = a_line(purchase_ref="", purchase_line_id=0, ordered=None, received=None, billed=None, ordered_price=None)
    stranger = line.model_copy(update={"product_code": "NUT"})

    assert found(the_bill(stranger, purchase_refs=("P99999",))) == ("unknown_po", Decimal(520))


def test_a_line_that_somebody_forgot_to_link_is_found_by_our_or_the_suppliers_product_code():
    bare = {"purchase_ref": "", "purchase_line_id": 0, "ordered": None, "received": None, "billed": None,
            "ordered_price": None}  # fmt: skip
    waiting = the_order(lines=(the_order().lines[0].model_copy(update={"invoiced": Decimal(0)}),))

    for code in ("bolt", "BF-8"):
        assert found(the_bill(a_line(price="5.85", product_code=code, **bare)), waiting) == ("price", Decimal(65))


def test_an_order_that_is_cancelled_or_anothers_is_no_order():
    cancelled = match(the_bill(a_line()), [the_order(state="cancel")])

    assert (cancelled.kind, cancelled.unclear) == (MatchKind.UNKNOWN_PO, ("P00012 is cancelled.",))


@pytest.mark.parametrize(
    ("number", "changes", "kind"),
    [
        ("RE 0403377", {}, "duplicate"),
        ("re403377", {"total": eur("519.99")}, "duplicate"),
        ("RE-403378", {}, "matches"),
        ("RE-403377", {"state": "cancel"}, "matches"),
        ("RE-403377", {"refund": True}, "matches"),
        ("RE-403377", {"total": eur(90), "billed": date(2025, 11, 1)}, "matches"),  # the series began again
    ],
)
def test_a_number_that_came_before_is_a_repetition_however_it_is_written(number, changes, kind):
    assert found(the_bill(a_line(), alike=(another(2, number, **changes),)))[0] == kind


def test_of_two_that_are_alike_the_later_one_repeats_and_the_first_is_not_blamed_for_it():
    posted = the_bill(a_line(billed=200), state="posted", alike=(another(9, "RE-403377", state="draft"),))
    draft = the_bill(a_line(billed=200), number=9, alike=(another(4, "RE-403377"),))

    assert found(posted) == ("matches", 0)
    assert found(draft) == ("duplicate", Decimal(520))


def test_what_a_credit_note_took_back_is_no_repetition():
    alike = (another(2, "RE-403377"), another(3, "RE-403377", refund=True))

    assert found(the_bill(a_line(), alike=alike))[0] == "matches"


def test_a_credit_note_is_held_against_what_was_billed():
    good = the_bill(a_line(20, billed=80), refund=True)
    little = the_bill(a_line(20, "4.00", billed=80), refund=True)

    assert found(good) == ("matches", 0)
    assert found(little) == ("price", Decimal(24))  # they credit 24 too little


def test_another_currency_is_compared_at_the_rates_that_the_records_state_or_not_at_all():
    dollars = Money(amount=Decimal(572), currency="USD")
    rated = the_bill(a_line(price="5.72"), total=dollars, in_company=Rated(value=eur(520), rate=Decimal("1.1")))
    unrated = the_bill(a_line(price="5.72"), total=dollars)

    assert found(rated) == ("currency", 0)
    made = match(unrated, [the_order()])
    assert (made.kind, made.amount.amount) == (MatchKind.CURRENCY, 0)
    assert made.unclear == ("P00012 is in EUR, the bill in USD; no rate is known.",)


def test_units_that_nobody_can_convert_are_said_and_not_guessed():
    made = match(the_bill(a_line(unit="kg", ordered_unit="pcs", per_unit=None)), [the_order()])

    assert (made.kind, made.amount.amount) == (MatchKind.OTHER, 0)
    assert made.unclear == ("BOLT: billed per kg, ordered per pcs.",)


def test_several_lines_on_one_order_line_use_up_what_was_received_one_after_another():
    lines = (a_line(60, billed=120), a_line(60, billed=120))

    made = match(the_bill(*lines), [the_order()])

    assert [line.kind for line in made.lines] == [MatchKind.MATCHES, MatchKind.QUANTITY]
    assert made.amount.amount == Decimal(104)


def test_many_small_overcharges_together_are_no_small_one():
    lines = [a_line(10, "5.60", purchase_line_id=number, billed=10) for number in range(3, 11)]

    assert found(the_bill(*lines[:5])) == ("matches", 0)
    assert found(the_bill(*lines)) == ("price", Decimal(32))


def test_the_category_goes_before_the_tier_and_the_tier_before_the_default():
    loose, tight = Tolerance(price_percent=20), Tolerance(price_percent=0, price_amount=0)
    policy = MatchPolicy(by_tier={3: loose}, by_category={"Steel": tight})

    assert found(the_bill(a_line(price="5.85")), policy=policy)[0] == "matches"
    assert found(the_bill(a_line(price="5.21", category="Steel")), policy=policy)[0] == "price"
    assert policy.version != MatchPolicy().version


def test_what_an_administrator_set_in_odoo_goes_before_the_documents_default():
    policy = MatchPolicy(by_tier={1: Tolerance(price_percent=1)}).with_parameters(
        {"gatehouse.invoice_discrepancy.price_percent": "15", "gatehouse.invoice_discrepancy.quantity_percent": "many"}
    )

    assert (policy.of(3).price_percent, policy.of(3).quantity_percent, policy.of(1).price_percent) == (15, 0, 1)
    assert found(the_bill(a_line(price="5.85")), policy=policy)[0] == "matches"
    assert MatchPolicy().with_parameters({}) == MatchPolicy()


def test_a_lower_price_passes_where_policy_says_so():
    policy = MatchPolicy(default=Tolerance(accept_lower_price=True))

    assert found(the_bill(a_line(price="4.00")), policy=policy)[0] == "matches"


amounts = st.integers(0, 4000).map(lambda eighths: Decimal(eighths) / 8)
prices = st.integers(1, 9999).map(lambda cents: Decimal(cents) / 100)
lines = st.builds(
    lambda quantity, price, ordered, received, more, ordered_price, number: a_line(
        quantity, price, ordered=ordered, received=received, billed=quantity + more, ordered_price=ordered_price,
        purchase_line_id=number,
    ),
    amounts, prices, amounts, amounts, amounts, prices, st.integers(1, 9),
)  # fmt: skip
bills = st.lists(lines, min_size=1, max_size=6, unique_by=lambda line: line.purchase_line_id).map(
    lambda some: the_bill(*some)
)


@given(bills)
def test_nothing_that_agrees_is_ever_called_different(bill: Bill):
    agreed = [
        line.model_copy(update={"unit_price": line.ordered_price, "received": line.quantity, "billed": line.quantity})
        for line in bill.lines
    ]
    made = match(the_bill(*agreed), [the_order()], STRICT)

    assert (made.kind, made.amount.amount) == (MatchKind.MATCHES, 0)


@given(bills)
def test_the_amount_is_what_is_billed_less_what_may_be(bill: Bill):
    made = match(bill, [the_order()], STRICT)

    for line, kept in zip(bill.lines, made.lines, strict=True):
        open_ = max(line.received - (line.billed - line.quantity), 0)
        rightly = min(line.quantity, open_) * line.ordered_price
        assert abs(kept.amount - (line.quantity * line.unit_price - rightly)) <= Decimal("0.01")
    assert made.amount.amount == sum(line.amount for line in made.lines)


@given(bills)
def test_a_wider_tolerance_never_finds_more(bill: Bill):
    strict, usual = (match(bill, [the_order()], policy) for policy in (STRICT, MatchPolicy()))

    assert len(list(usual.found)) <= len(list(strict.found))
    assert {item.kind for item in usual.found} <= {item.kind for item in strict.found}


@given(bills, st.randoms())
def test_neither_the_order_of_the_lines_nor_a_stranger_among_the_orders_matters(bill: Bill, random):
    shuffled = list(bill.lines)
    random.shuffle(shuffled)
    other = the_order(ref=the_order().ref.model_copy(update={"id": 77, "name": "P00077"}), lines=())
    one, two = match(bill, [the_order()]), match(the_bill(*shuffled), [other, the_order()])

    assert (one.kind, one.amount) == (two.kind, two.amount)
    assert {line.product_code for line in one.lines} == {line.product_code for line in two.lines}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Please find invoice no. RE-403377 attached.", "RE-403377"),
        ("anbei unsere Rechnung Nr. 2026/0912.", "2026/0912"),
        ("Facture n° F-26/3390 du 7 octobre", "F-26/3390"),
        ("Factura número A/26/1187", "A/26/1187"),
        ("Fattura 77 del 3 maggio", "77"),
        ("The invoice follows next week.", ""),
    ],
)
def test_the_number_of_a_bill_is_found_where_a_mail_calls_it_one(text, number):
    assert stated_number([text]) == number
