from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.kit.canonical import canonical_json
from agent.kit.clock import from_micros, to_micros
from agent.kit.ids import new_id
from agent.kit.values import Money, from_micro_units, to_micro_units


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_survives_storage_exactly(moment):
    assert from_micros(to_micros(moment)) == moment


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="naive"):
        to_micros(datetime(2026, 1, 1))  # noqa: DTZ001 - the naive time is the point


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=6))
def test_an_amount_survives_storage_exactly(amount):
    assert from_micro_units(to_micro_units(amount)) == amount


def test_money_without_a_currency_code_is_refused():
    with pytest.raises(ValueError, match="currency"):
        Money(amount=Decimal(1), currency="euro")


def test_ids_sort_by_the_time_they_were_made():
    ids = [new_id() for _ in range(1000)]

    assert ids == sorted(ids)


def test_equal_documents_have_equal_canonical_bytes():
    assert canonical_json({"b": "2", "a": "1"}) == canonical_json({"a": "1", "b": "2"}) == b'{"a":"1","b":"2"}'
