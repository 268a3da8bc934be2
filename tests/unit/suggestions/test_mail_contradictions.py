from decimal import Decimal

import pytest

from agent.kit.values import Money
from agent.suggestions.model import FactField, Gate, Intent, Severity
from agent.suggestions.tasks.mail_findings import gates
from tests.builders_findings_of_mail import a_line, an_order, eta, examined, kinds, price, quantity, said, status

PARTS = (Intent.PARTIAL_SHIPMENT,)


def ships(value: str, words: str = "leaves then", **given):
    return said(FactField.SHIP_DATE, value, words, **given)


# --- the mail against itself ----------------------------------------------------------------------
def test_two_dates_for_one_line_contradict_each_other_with_both_quotes():
    (found,) = examined(eta("2026-12-01", "1 Dec", source="subject"), eta("2026-12-09", "the 9th")).contradictions

    assert found.kind == "two_dates"
    assert [(side.value, side.quote.text) for side in found.sides] == [
        ("2026-12-01", "1 Dec"),
        ("2026-12-09", "the 9th"),
    ]
    assert found.detail == (
        'P00012 line 1, delivery date: 2026-12-01 by "1 Dec" (subject) and 2026-12-09 by "the 9th" (body)'
    )


@pytest.mark.parametrize(
    "facts",
    [
        (eta("2026-12-01"), eta("2026-12-09"), quantity("60"), quantity("40")),
        (eta("2026-12-01"), eta("2026-12-09"), quantity("60")),
        (eta("2026-12-01"), eta("2026-12-09", line=2)),
        (eta("2026-12-01", line=None), eta("2026-12-09", line=2)),
        (eta("2026-12-01"), eta("2026-12-01", "again")),
        (eta("2026-12-03", alternatives=("2027-03-12",), ambiguous=True), eta("2027-03-12")),
    ],
    ids=["two parts", "a part and a rest", "two lines", "order and line", "the same", "one reading fits"],
)
def test_dates_that_can_all_hold_are_no_contradiction(facts):
    order = an_order(a_line(), a_line(id=2, position=2)) if any(fact.line != 1 for fact in facts) else an_order()

    assert kinds(*facts, order=order) == []


def test_a_whole_quantity_cannot_come_on_two_days():
    assert kinds(eta("2026-12-01"), eta("2026-12-09"), quantity("100")) == ["two_dates"]


def test_the_text_says_forty_and_the_table_four_hundred():
    order = an_order(a_line(ordered=Decimal(400)))

    assert kinds(quantity("40"), quantity("400", "400", source="attachment:1"), order=order) == ["two_quantities"]


def test_parts_that_make_the_whole_are_no_contradiction():
    assert kinds(quantity("60"), quantity("40")) == []
    assert kinds(quantity("60"), quantity("40"), quantity("100")) == []


def test_parts_that_are_not_the_total_beside_them_are_one():
    facts = quantity("30"), quantity("40"), quantity("100", "100 in all")

    (found,) = examined(*facts, intents=PARTS).contradictions

    assert found.kind == "parts_against_total"
    assert found.detail == (
        'P00012 line 1: the parts "30 pcs" (body) and "40 pcs" (body) make 70, not "100 in all" (body)'
    )


def test_two_prices_contradict_each_other_but_not_in_two_currencies():
    assert kinds(price("2.50"), price("2.52")) == ["two_prices"]
    assert kinds(price("2.50"), price("2.70", unit="USD")) == ["other_currency"]


def test_goods_do_not_arrive_before_they_leave():
    assert kinds(ships("2026-12-10"), eta("2026-12-08")) == ["ships_after_arrival"]
    assert kinds(ships("2026-12-08"), eta("2026-12-10")) == []


def test_a_line_is_not_cancelled_and_on_its_way():
    assert kinds(status("cancelled"), status("shipped", "is on its way")) == ["two_states"]


def test_the_subject_names_another_order_than_the_text_that_the_facts_rest_on():
    texts = {"subject": "Your order P00999", "body": "P00012 comes later."}

    assert kinds(eta("2026-12-01"), texts=texts) == ["order_in_subject"]
    assert kinds(eta("2026-12-01"), texts={**texts, "body": "P00999 and P00012"}) == []
    assert kinds(eta("2026-12-01"), texts={"subject": "P00012", "body": "Not to be mixed with P00999"}) == []


# --- the mail against Odoo ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("facts", "order", "kind"),
    [
        ((eta("2026-12-01"),), an_order(state="cancel"), "order_ended"),
        ((eta("2026-12-01"),), an_order(a_line(received=Decimal(100))), "already_received"),
        (
            (eta("2026-12-01"),),
            an_order(a_line(ordered=Decimal(0)), a_line(id=2, position=2)),
            "line_ended",
        ),
        ((quantity("101"),), an_order(), "more_than_ordered"),
        ((price("2.75"),), an_order(), "price_off_order"),
        ((price("2.75", unit="USD"),), an_order(), "other_currency"),
        ((eta("2026-11-20"),), an_order(), "date_past"),
        ((quantity("5", "5 dozen", unit="dozen"),), an_order(), "other_unit"),
    ],
)
def test_what_does_not_fit_odoo_is_a_contradiction_and_a_gate(facts, order, kind):
    found = examined(*facts, order=order)

    assert [one.kind for one in found.contradictions] == [kind]
    assert {finding.gate for finding in gates(found)} == {Gate.CONFLICT_WITH_ODOO}
    assert facts[0].quote.text in found.contradictions[0].detail


def test_a_price_within_the_tolerance_is_none():
    assert kinds(price("2.54")) == []


def test_a_locked_order_is_open():
    assert kinds(eta("2026-12-01"), order=an_order(state="done")) == []


def test_parts_that_are_more_than_was_ordered_together():
    assert kinds(quantity("60"), quantity("70"), intents=PARTS) == ["more_than_ordered"]


def test_an_order_that_odoo_does_not_know_is_quoted_where_it_stands():
    found = examined(eta("2026-12-01"), texts={"body": "And p00999?"}, missing=("Odoo has no purchase order P00999.",))

    (one,) = found.contradictions
    assert (one.kind, one.sides[0].quote.text, one.sides[0].quote.start) == ("order_unknown", "p00999", 4)
    assert next(gates(found)).gate is Gate.PURCHASE_UNKNOWN


def test_a_price_in_the_companys_currency_is_turned_at_odoos_rate():
    rated = {"value": Money(amount=Decimal(125), currency="USD"), "rate": Decimal(2)}
    (one,) = examined(price("1.30", unit="USD"), order=an_order(in_company=rated)).contradictions

    assert "(about 2.60 EUR at Odoo's rate)" in one.detail


def test_another_unit_says_how_many_of_ours_it_is():
    (one,) = examined(quantity("5", "5 dozen", unit="dozen")).contradictions

    assert one.detail == 'P00012 line 1: 5 dozen is 60 Units at 12 each; the order is in Units, by "5 dozen" (body)'
    assert one.severity is Severity.LOW


def test_twice_as_many_or_half_the_price_is_graver():
    assert examined(quantity("150")).contradictions[0].severity is Severity.MEDIUM
    assert examined(quantity("200")).contradictions[0].severity is Severity.HIGH
    assert examined(price("1.25")).contradictions[0].severity is Severity.HIGH
