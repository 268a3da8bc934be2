from decimal import Decimal

import pytest

from agent.suggestions.model import FactField, Gate, Intent
from agent.suggestions.tasks.compare import compare, differs, with_implied
from tests.builders import a_fact, a_purchase

PURCHASE = a_purchase()  # P00012, one line: 100 ordered, 0 received, 2.50 EUR, planned 2026-11-23


def compared(*facts, purchase=PURCHASE):
    found, findings = compare(facts, [purchase])
    return found, {finding.gate for finding in findings}


def a_line(**given):
    return a_purchase(lines=(PURCHASE.lines[0].model_copy(update=given),))


def test_what_stands_in_odoo_is_set_beside_each_fact():
    facts, _ = compared(
        a_fact(),
        a_fact(FactField.QUANTITY, "60"),
        a_fact(FactField.PRICE, "2.75", unit="EUR"),
        a_fact(FactField.STATUS, "ok"),
    )

    assert [fact.now_in_odoo for fact in facts] == ["2026-11-23", "100", "2.5", ""]


@pytest.mark.parametrize(
    ("fact", "purchase"),
    [
        (a_fact(), a_purchase(state="cancel")),
        (a_fact(), a_line(received=Decimal(100))),
        (a_fact(FactField.QUANTITY, "101"), PURCHASE),
        (a_fact(FactField.PRICE, "2.75", unit="USD"), PURCHASE),
    ],
    ids=["order ended", "received in full", "more than ordered", "other currency"],
)
def test_what_does_not_fit_odoo_is_a_conflict(fact, purchase):
    assert Gate.CONFLICT_WITH_ODOO in compared(fact, purchase=purchase)[1]


def test_two_dates_for_one_line_contradict_each_other_unless_quantities_come_with_them():
    first, second = a_fact(value="2026-12-01"), a_fact(value="2026-12-09")
    parts = a_fact(FactField.QUANTITY, "60"), a_fact(FactField.QUANTITY, "40")

    assert Gate.CONTRADICTION in compared(first, second)[1]
    assert Gate.CONTRADICTION not in compared(first, second, *parts)[1]


@pytest.mark.parametrize(
    ("facts", "first"),
    [
        ([a_fact(value="2026-12-01")], Intent.DELAY),
        ([a_fact(value="2026-11-23")], Intent.CONFIRMATION),
        ([a_fact(value="2026-11-20")], Intent.CONFIRMATION),
        ([a_fact(FactField.QUANTITY, "60")], Intent.QUANTITY_CHANGE),
        ([a_fact(FactField.QUANTITY, "100.0")], Intent.CONFIRMATION),
        ([a_fact(FactField.QUANTITY, "60"), a_fact(FactField.QUANTITY, "40")], Intent.PARTIAL_SHIPMENT),
        ([a_fact(FactField.PRICE, "2.75", unit="EUR")], Intent.PRICE_CHANGE),
        ([a_fact(FactField.PRICE, "2.500", unit="EUR")], Intent.CONFIRMATION),
        ([a_fact(value="2026-12-01", ambiguous=True)], Intent.CONFIRMATION),
    ],
)
def test_a_confirmation_that_differs_from_odoo_is_no_plain_confirmation(facts, first):
    found, _ = compared(*facts)

    assert with_implied([Intent.CONFIRMATION], found)[0] is first


def test_a_price_per_hundred_is_read_in_the_unit_of_the_order():
    price = a_fact(FactField.PRICE, "0.026", unit="EUR", alternatives=("2.6",), ambiguous=True)

    (fact,), _ = compared(price)

    assert (fact.value, fact.alternatives, fact.ambiguous) == ("2.6", ("0.026",), False)


def test_what_the_reader_saw_first_stays_first():
    found, _ = compared(a_fact(value="2026-12-01"))

    assert with_implied([Intent.CANCELLATION], found) == (Intent.CANCELLATION, Intent.DELAY)


def test_a_fact_that_odoo_has_nothing_for_would_change_something():
    assert differs(a_fact())
    assert not differs(a_fact(now_in_odoo="2026-12-12"))
    assert not differs(a_fact(FactField.QUANTITY, "10.0", now_in_odoo="10"))
