from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agent.suggestions.backing import backed, keep_backed

FACTS = ("P00012", "2026-12-12", "24100", "25000", "7", "14.2", "Acme Bearings")
AMOUNTS = st.decimals(min_value=Decimal("0.1"), max_value=Decimal(9_999_999), places=1)
PATTERNS = (
    "Exposure {}, credit limit reached.",
    "The exposure of the customer is {}.",
    "So far {}.",
    "Late lines: {}; orders are waiting.",
    "It is worth ({}) in all!",
)


def written(value: Decimal) -> list[str]:
    grouped = f"{value:,f}"
    return [f"{value:f}", grouped, grouped.replace(",", " "), grouped.replace(",", "'")]


@pytest.mark.parametrize(
    "sentence",
    [
        "Exposure 24,100, credit limit 25,000.",
        "It is promised in 7 days.",
        "So far 14.2.",
        "The 7-day delay is new.",
        "P00012 is due within 7 days; Acme Bearings holds 24,100.",
        "Average 14.2. Limit 25,000.",
    ],
)
def test_numbers_in_plain_sentences_are_backed(sentence: str):
    assert backed(sentence, FACTS)


@pytest.mark.parametrize(
    "sentence",
    [
        "Exposure 24,101, credit limit 25,000.",
        "It is promised in 8 days.",
        "It is promised in a week.",
        "It is promised in 7 weeks.",
        "It comes in 7 working days.",
        "So far 14.3.",
        "P00013 is promised in 7 days.",
        "Bosch is late by 7 days.",
        "It is promised for 13 December 2026.",
        "The P-7-x is late.",
    ],
)
def test_other_numbers_dates_ids_and_names_are_not(sentence: str):
    assert not backed(sentence, FACTS)


@settings(max_examples=120, deadline=None)
@given(AMOUNTS, st.sampled_from(PATTERNS), st.integers(0, 3))
def test_an_allowed_number_survives_in_every_format(value: Decimal, pattern: str, how: int):
    assert backed(pattern.format(written(value)[how]), (f"{value:f}",))


@settings(max_examples=120, deadline=None)
@given(AMOUNTS, AMOUNTS, st.sampled_from(PATTERNS), st.integers(0, 3))
def test_any_other_number_is_dropped(value: Decimal, other: Decimal, pattern: str, how: int):
    assume(value != other and value != other / 1000)
    sentence = pattern.format(written(other)[how])

    assert keep_backed((sentence,), (f"{value:f}",)) == ((), 1)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.integers(1, 400))
def test_a_count_of_days_is_a_number_like_any_other(days: int, allowed: int):
    assert backed(f"It is promised in {days} days.", (str(allowed),)) == (days == allowed)
