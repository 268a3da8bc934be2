from decimal import Decimal

import pytest

from agent.suggestions.model import FactField, Intent, Quote
from agent.suggestions.tasks.compare import beside_odoo, differs, in_our_units, with_implied
from tests.builders import a_fact, a_purchase

PURCHASE = a_purchase()  # P00012, one line: 100 Units ordered, 0 received, 2.50 EUR, planned 2026-11-23


def compared(*facts, purchase=PURCHASE):
    return in_our_units(beside_odoo(facts, [purchase]), [purchase])


def a_quantity(words: str, value: str, unit: str):
    return a_fact(FactField.QUANTITY, value, unit=unit, quote=Quote(text=words, source="body", start=0, end=len(words)))


def test_what_stands_in_odoo_is_set_beside_each_fact():
    facts = compared(
        a_fact(),
        a_fact(FactField.QUANTITY, "60"),
        a_fact(FactField.PRICE, "2.75", unit="EUR"),
        a_fact(FactField.STATUS, "ok"),
    )

    assert [fact.now_in_odoo for fact in facts] == ["2026-11-23", "100", "2.5", ""]


def test_a_price_in_another_currency_has_nothing_beside_it():
    assert compared(a_fact(FactField.PRICE, "2.75", unit="USD"))[0].now_in_odoo == ""


def test_a_quantity_in_another_unit_is_turned_into_ours_where_that_is_certain():
    (fact,) = compared(a_quantity("5 dozen", "5", "dozen"))

    assert (fact.value, fact.unit, fact.now_in_odoo) == ("60", "Units", "100")


def test_a_quantity_that_the_reader_turned_into_our_unit_is_not_turned_again():
    (fact,) = compared(a_quantity("5 dozen", "60", "dozen"))

    assert fact.value == "60"


def test_odoos_own_units_say_what_a_carton_holds():
    line = PURCHASE.lines[0].model_copy(update={"units": {"Carton": Decimal(24)}})
    (fact,) = compared(a_quantity("4 cartons", "4", "cartons"), purchase=a_purchase(lines=(line,)))

    assert (fact.value, fact.unit) == ("96", "Units")


def test_cartons_of_unknown_content_stand_as_written_with_nothing_beside_them():
    (fact,) = compared(a_quantity("4 cartons", "4", "cartons"))

    assert (fact.value, fact.unit, fact.now_in_odoo) == ("4", "cartons", "")
    assert with_implied([Intent.CONFIRMATION], [fact]) == (Intent.CONFIRMATION,)


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
    assert with_implied([Intent.CONFIRMATION], compared(*facts))[0] is first


def test_a_price_per_hundred_is_read_in_the_unit_of_the_order():
    price = a_fact(FactField.PRICE, "0.026", unit="EUR", alternatives=("2.6",), ambiguous=True)

    (fact,) = compared(price)

    assert (fact.value, fact.alternatives, fact.ambiguous) == ("2.6", ("0.026",), False)


def test_what_the_reader_saw_first_stays_first():
    found = compared(a_fact(value="2026-12-01"))

    assert with_implied([Intent.CANCELLATION], found) == (Intent.CANCELLATION, Intent.DELAY)


def test_a_fact_that_odoo_has_nothing_for_would_change_something():
    assert differs(a_fact())
    assert not differs(a_fact(now_in_odoo="2026-12-12"))
    assert not differs(a_fact(FactField.QUANTITY, "10.0", now_in_odoo="10"))
