from decimal import Decimal

import pytest

from agent.kit.money import find_money
from agent.kit.numbers import decimal_mark, find_numbers, readings


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1,250.00", ["1250.00"]),
        ("1.250,00", ["1250.00"]),
        ("1 250,5", ["1250.5"]),
        ("1'250.50", ["1250.50"]),
        ("12,5", ["12.5"]),
        ("0.500", ["0.500"]),
        ("1.250", ["1250", "1.250"]),
        ("1,250,000", ["1250000"]),
        ("12.5.3x", []),
    ],
)
def test_a_number_has_every_value_its_writing_allows(written: str, meant: list[str]):
    assert readings(written) == tuple(Decimal(value) for value in meant)


def test_the_writers_decimal_mark_settles_a_single_mark():
    assert readings("1.250", comma_is_decimal=True) == (Decimal(1250),)
    assert readings("1.250", comma_is_decimal=False) == (Decimal("1.250"),)
    assert decimal_mark("5.000 pcs, EUR 24,00") is True
    assert decimal_mark("5,000 pcs, $24.00") is False
    assert decimal_mark("5,000 pcs on 12.05.2026") is None


def test_spelled_numbers_are_read_and_longer_words_are_not():
    assert [one.readings[0] for one in find_numbers("twelve pcs, zwei Stück, a dozen, 3 hundred, tent")] == [
        12,
        2,
        12,
        300,
    ]


@pytest.mark.parametrize(
    ("written", "value", "currency", "per"),
    [
        ("$2.40 per 100", "2.40", "USD", 100),
        ("EUR 24,00 / 1000 pcs", "24.00", "EUR", 1000),
        ("1,28 EUR/m", "1.28", "EUR", 1),
        ("\u00a318.40 each", "18.40", "GBP", 1),
        ("CHF 1'250.-", "1250", "CHF", 1),
    ],
)
def test_money_has_a_currency_and_the_number_of_units_it_is_for(written: str, value: str, currency: str, per: int):
    (found,) = find_money(f"now {written} ok")

    assert (found.readings[0], found.currency, found.per) == (Decimal(value), currency, per)
