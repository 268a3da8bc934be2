"""POST /events: what is taken, what is refused with which words, and what is durable when it is acknowledged."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from agent.inline import run_due
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.receiving import open_stored, receive_events
from agent.steps import STEPS
from tests.builders_api import BEARER, an_event, doors, posted
from tests.builders_raw_mail import raw_mail

Doors = tuple[App, TestClient]


@pytest.fixture
def both(state_url: str, tmp_path: Path) -> Iterator[Doors]:
    """The doors on both databases."""
    with doors(state_url, tmp_path) as made:
        yield made


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Doors]:
    with doors(f"sqlite:///{tmp_path / 'state.db'}", tmp_path) as made:
        yield made


def cases(app: App) -> int:
    with app.look() as look:
        return sum(look.cases.counts().values())


def rejected(app: App) -> list[str]:
    with app.look() as look:
        return [item.why for item in look.intake.rejected()]


# --- what is taken --------------------------------------------------------------------------------
def test_an_event_is_acknowledged_and_its_case_opened_afterwards(both: Doors):
    app, client = both

    answer = posted(client, an_event(7))

    assert answer.status_code == 202
    assert answer.json() == {"events": [{"key": "event:5:/shop|7", "new": True}]}
    with app.look() as look:
        assert look.intake.digests(["event:5:/shop|7"])
        assert [(item.kind, item.key) for item in look.outbox.listed()] == [(WorkKind.CATCH_UP, "inbox")]
    assert cases(app) == 0
    assert open_stored(app) == ["event:5:/shop|7"]
    assert open_stored(app) == []
    assert cases(app) == 1
    with app.look() as look:
        names = look.audit.counts()
    assert (names["event:received"], names["case:opened"]) == (1, 1)


def test_a_batch_is_taken_in_its_order_and_joins_its_cases(both: Doors):
    app, client = both
    batch = [an_event(number, data={"order": f"S{number % 5}"}) for number in range(250)]

    answer = posted(client, batch, **{"Content-Type": "application/cloudevents-batch+json"})

    assert [item["key"] for item in answer.json()["events"]] == [f"event:5:/shop|{number}" for number in range(250)]
    opened = open_stored(app) + open_stored(app)
    assert opened == [f"event:5:/shop|{number}" for number in range(250)]
    assert cases(app) == 5


def test_binary_mode_has_its_attributes_in_the_headers(door: Doors):
    app, client = door
    event = an_event("a b")
    headers = {f"ce-{name}": value for name, value in event.items() if name != "data"} | {"ce-id": "a%20b"}

    answer = client.post("/events", json=event["data"], headers=headers)

    assert answer.json()["events"] == [{"key": "event:5:/shop|a b", "new": True}]
    assert cases(app) == 0
    assert len(open_stored(app)) == 1


def test_a_mail_inside_an_event_is_taken_as_a_mail(both: Doors):
    app, client = both
    data = {"raw": raw_mail("P00012 is late.").decode()}
    event = an_event(1) | {"type": "supplier.email_received", "subject": "mail", "data": data}

    answers = [posted(client, event).json()["events"][0] for _ in range(2)]

    assert [item["new"] for item in answers] == [True, False]
    assert answers[0]["key"].startswith("mail")
    assert cases(app) == 1


def test_the_same_again_is_no_fault_and_another_under_its_id_is(both: Doors):
    app, client = both
    posted(client, an_event(1))

    again = posted(client, an_event(1))
    other = posted(client, [an_event(2), an_event(1, data={"note": "Cancelled!"})])
    twice = posted(client, [an_event(3), an_event(3)])

    assert (again.status_code, again.json()["events"][0]["new"]) == (202, False)
    assert other.status_code == 409
    assert "'1'" in other.json()["detail"]
    assert [item["new"] for item in twice.json()["events"]] == [True, False]
    open_stored(app)
    assert cases(app) == 2  # of 1 and 3: the refused batch left nothing behind
    assert len(rejected(app)) == 1


def test_what_was_taken_in_by_file_is_known_at_the_door_and_the_other_way_round(door: Doors):
    app, client = door
    receive_events(app, json.dumps(an_event(1)).encode())

    assert not posted(client, an_event(1)).json()["events"][0]["new"]
    posted(client, an_event(2))
    assert not receive_events(app, json.dumps(an_event(2)).encode())[0].new
    open_stored(app)
    assert cases(app) == 2


def test_many_who_send_the_same_at_once_make_one_case(both: Doors):
    app, client = both
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda number: posted(client, an_event(number % 4)), range(32)))

    assert {answer.status_code for answer in answers} == {202}
    assert sum(answer.json()["events"][0]["new"] for answer in answers) == 4
    assert len(open_stored(app)) == 4


def test_the_story_of_catching_up_opens_what_was_stored(door: Doors):
    app, client = door
    posted(client, [an_event(number) for number in range(3)])

    run_due(
        app, {**STEPS, "collect": lambda app, key: [key], "suggest": lambda app, key: [key], "route": lambda *_: []}
    )

    assert cases(app) == 3


# --- what is refused ------------------------------------------------------------------------------
def test_every_fault_of_a_refused_batch_is_named_and_it_is_kept_once(door: Doors):
    app, client = door
    bad = [an_event(1), an_event(2, type="order.exploded"), an_event(3, data={"colour": "red"}), an_event("", time="x")]

    answers = [posted(client, bad) for _ in range(2)]

    faults = " ".join(answers[0].json()["faults"])
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].headers["content-type"] == "application/problem+json"
    for words in ("Event 2: Its type 'order.exploded'", "Event 3:", "colour", "Event 4:"):
        assert words in faults
    assert len(rejected(app)) == 1
    assert open_stored(app) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/xml"}, 415),
        ({"Content-Type": ""}, 415),
        ({"Content-Type": "application/json; charset=utf-16"}, 415),
        ({"Content-Encoding": "gzip"}, 415),
        ({"Content-Type": "application/cloudevents+json", "ce-id": "1"}, 415),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": ""}, 401),
        ({"Authorization": "Basic YTpi"}, 401),
        ({"Authorization": "Bearer \u00e4".encode("latin-1")}, 401),
    ],
)
def test_what_is_wrong_around_the_event_has_its_status_and_keeps_nothing(door: Doors, headers: dict, status: int):
    app, client = door

    answer = posted(client, an_event(), **headers)

    assert answer.status_code == status
    assert answer.json()["status"] == status
    assert answer.json()["next_step"]
    assert rejected(app) == []
    assert open_stored(app) == []


def test_without_a_token_the_door_is_shut_and_says_what_to_set(tmp_path: Path):
    with doors(f"sqlite:///{tmp_path / 'state.db'}", tmp_path, token="") as (_, client):
        answer = posted(client, an_event(), Authorization="Bearer ")

    assert answer.status_code == 403
    assert "GATEHOUSE_API_TOKEN" in answer.json()["next_step"]


def test_too_much_is_refused_by_its_announced_length_and_by_what_comes(tmp_path: Path):
    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b" " * 100

    with doors(f"sqlite:///{tmp_path / 'state.db'}", tmp_path, event_max_bytes=1000) as (app, client):
        kind = {"Content-Type": "application/json"}
        announced = client.post("/events", content=b" " * 1001, headers=kind)
        streamed = client.post("/events", content=pieces(), headers=kind)

        assert [announced.status_code, streamed.status_code] == [413, 413]
        assert announced.json()["next_step"]
        assert rejected(app) == []


def test_wrong_tokens_are_counted_and_slowed_and_the_right_one_passes_always(door: Doors):
    _, client = door

    statuses = [posted(client, an_event(), Authorization="Bearer no").status_code for _ in range(40)]

    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert posted(client, an_event()).status_code == 202


def test_a_browser_session_opens_nothing_here(door: Doors):
    _, client = door

    assert client.get("/events").status_code in {404, 405}
    assert client.post("/events", data={"csrf": "x"}, headers={**BEARER}).status_code == 415


BODIES = st.one_of(
    st.binary(max_size=200),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
        max_leaves=20,
    ).map(lambda document: json.dumps(document).encode()),
    st.fixed_dictionaries({}, optional={name: st.text(max_size=300) | st.none() for name in an_event()}).map(
        lambda changes: json.dumps(an_event() | changes).encode()
    ),
)


@given(body=BODIES, binary=st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_is_sent_is_a_fault_of_ours(door: Doors, body: bytes, binary: bool):
    headers = {"Content-Type": "application/json"} | ({"ce-id": "1", "ce-type": "order.changed"} if binary else {})

    answer = door[1].post("/events", content=body, headers=headers)

    assert answer.status_code in {202, 400, 409}
