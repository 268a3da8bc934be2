import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import BadEvent, GatehouseError, TooLarge
from agent.intake.events import parse_event, parse_events
from agent.intake.model import DATA_TYPES, Event, EventType
from tests.builders import an_event_document

LIMIT = 1_000_000


def test_an_event_reads_back_from_storage_as_itself():
    event = parse_event(an_event_document(order="S1", amount={"amount": 10.5, "currency": "EUR"}))

    assert Event.model_validate_json(event.model_dump_json()) == event


def test_a_batch_is_a_list_of_events():
    raw = json.dumps([an_event_document("1"), an_event_document("2")]).encode()

    assert [event.id for event in parse_events(raw, max_bytes=LIMIT)] == ["1", "2"]


def test_unknown_attributes_of_the_envelope_are_kept_and_ignored():
    assert parse_event(an_event_document() | {"traceparent": "00-x"}).extensions == {"traceparent": "00-x"}


def test_the_subject_is_the_record_when_the_envelope_names_none():
    assert parse_event(an_event_document(order="S00042")).subject == "S00042"


def test_times_are_turned_into_utc():
    assert parse_event(an_event_document() | {"time": "2026-11-23T12:00:00+01:00"}).time.isoformat() == (
        "2026-11-23T11:00:00+00:00"
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"type": "order.exploded"}, "order.changed"),
        ({"time": "2026-11-23T12:00:00"}, "timezone"),
        ({"time": "yesterday"}, "CloudEvents"),
        ({"specversion": "0.3"}, "specversion"),
        ({"id": ""}, "id"),
        ({"source": None}, "source"),
        ({"data": "text"}, "data"),
        ({"data": {"order": "S1", "colour": "red"}}, "colour"),
        ({"data": {"note": "no order named"}}, "order"),
        ({"data": {"order": "S1", "amount": {"amount": "NaN", "currency": "EUR"}}}, "finite"),
        ({"data": {"order": "S1", "amount": {"amount": 1, "currency": "euro"}}}, "currency"),
        ({"data": {"order": "S" * 200}}, "order"),
    ],
)
def test_a_bad_event_says_which_field_and_why(change, says):
    with pytest.raises(BadEvent) as caught:
        parse_event(an_event_document() | change)

    assert says in f"{caught.value} {caught.value.next_step}"


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"5", b"null", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}'])
def test_what_is_no_event_is_refused_with_words(raw):
    with pytest.raises(BadEvent):
        parse_events(raw, max_bytes=LIMIT)


def test_what_is_too_large_is_not_even_read():
    with pytest.raises(TooLarge, match="limit"):
        parse_events(b" " * 11, max_bytes=10)


def test_every_type_has_its_data():
    assert set(DATA_TYPES) == set(EventType)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["id", "type", "source", "time", "data", "subject", "x"]), JSON))
def test_whatever_comes_in_ends_in_an_event_or_in_an_error_of_ours(document):
    try:
        parse_event(an_event_document() | document)
    except GatehouseError as error:
        refused = error
    else:
        return
    assert refused.next_step
