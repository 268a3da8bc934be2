from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agent.suggestions.backing import backed, keep_backed, mentions

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


TYPED = (
    "P00012", "S00077", "2026-12-12", "2026-11-30", "11 days", "9 orders", "17 lines", "4550.00 EUR", "12500.50 EUR",
    "40 pcs", "Acme Metals GmbH", "Stadtwerke Gr\u00fcnau", "Kwekerij Oosterhof B.V.", "MOT-IE3-4", "75 %", "3 days",
    "2026-11-23T08:00",
)  # fmt: skip


@pytest.mark.parametrize(
    "sentence",
    [
        "9 customer orders worth 12,500.50 EUR are at risk; 17 late purchase lines.",
        "Nine orders are hit.",
        "\u20ac12,500.50 is at stake, or EUR 12.500,50, or 12 500,50 EUR, or 12.5k EUR.",
        "About 12,500 EUR.",
        "Stadtwerke's order waits; the 11-day delay hits Acme.",
        "Delivery moves from 30 Nov to 12 Dec 2026.",
        "Delivery: Saturday, 12 December, that is le 12 d\u00e9cembre, am 12.12.2026, 12/12/2026.",
        "75% likely, or 75 per cent.",
        "40 pieces of MOT-IE3-4 are late, forty pcs in all.",
        "As of 2026-11-23 08:00, nine orders wait for Kwekerij Oosterhof.",
        "Three days late.",
        "It comes on the 12th.",
        "It was due on 30 November.",
    ],
)
def test_facts_survive_however_they_are_written(sentence: str):
    assert backed(sentence, TYPED)


@pytest.mark.parametrize(
    "sentence",
    [
        "11 orders are hit.",
        "17 orders are hit.",
        "It is 9 days late.",
        "40 lines are late.",
        "It is 11 hours late.",
        "It is worth USD 12,500.50.",
        "It is worth $12,500.50.",
        "P00012-3 waits.",
        "P000123 waits.",
        "Acme Kwekerij waits.",
        "Acme Metals Ltd waits.",
        "Mr Price waits.",
        "Becker confirmed.",
        "\u4e0a\u6d77 waits.",
        "It is due on Friday, 12 December.",
        "It is due 12-14 December.",
        "It is due 12 Dec 2025.",
        "It comes tomorrow.",
        "It comes next week.",
        "It takes a week.",
        "Twenty-one orders wait.",
        "Einundzwanzig orders wait.",
        "Two hundred and fifty orders wait.",
        "It is twice as much.",
        "It is -11 days late.",
        "At 08:30 it was late.",
        "\uff11\uff12 orders wait.",
        "\u0663 orders wait.",
        "In 2027 it comes.",
        "Q4 is hard.",
    ],
)
def test_what_is_nearly_a_fact_is_none(sentence: str):
    assert not backed(sentence, TYPED)


def test_a_word_like_tomorrow_is_backed_by_the_day_that_it_means():
    day = date(2026, 12, 11)

    assert backed("It comes tomorrow.", TYPED, today=day)
    assert backed("It comes this week.", TYPED, today=day)
    assert not backed("It comes today.", TYPED, today=day)
    assert not backed("It comes next Friday.", TYPED, today=day)


@pytest.mark.parametrize(
    ("sentence", "fact", "told"),
    [
        ("P00012 is 11 days late", "11 days", True),
        ("It is 9 days late", "11 days", False),
        ("Due 12 December", "2026-12-12", True),
        ("Due on a Saturday", "2026-12-12", False),
        ("worth \u20ac4,550", "4550.00 EUR", True),
        ("S00077-1 waits", "S00077", False),
    ],
)
def test_a_fact_is_mentioned_in_any_writing(sentence: str, fact: str, told: bool):
    assert mentions(sentence, fact) is told
