"""Odoo's own webhooks: hints that are acknowledged when they are durable, and read after a moment."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from agent.engine.schedules import Ask, Asker, asks_of
from agent.intake.hook import hook_token, hook_url
from agent.outbox.model import Failure, WorkItem, WorkKind, WorkState
from agent.pipeline import App
from agent.receiving import ODOO, take_hint
from agent.settings import Settings
from tests.builders import MASTER, NOON
from tests.builders_api import HOOK, doors
from tests.builders_desk import Time
from tests.builders_engine import an_app, owed

Doors = tuple[App, TestClient, Time]


@pytest.fixture
def door(state_url: str, tmp_path: Path) -> Iterator[Doors]:
    time = Time()
    with doors(state_url, tmp_path, clock=time) as (app, client):
        yield app, client, time


def asked(app: App) -> WorkItem:
    found = owed(app, WorkKind.CATCH_UP, ODOO)
    assert found is not None
    return found


def test_a_hint_owes_one_reading_after_a_moment(door: Doors):
    app, client, _ = door

    for _ in range(5):
        assert client.post(f"/hooks/odoo/{HOOK}", json={"_model": "sale.order", "_id": 3}).status_code == 204

    assert asked(app).due_at == NOON + timedelta(seconds=2)


def test_a_burst_moves_the_reading_on_but_not_for_ever(door: Doors):
    app, _, time = door
    dues = []
    for _ in range(12):
        take_hint(app)
        dues.append((asked(app).due_at - NOON).total_seconds())
        time.passes(seconds=1)

    assert dues == [2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff" * 1000, b"x" * 64 * 1024])
def test_anything_is_a_hint(door: Doors, body: bytes):
    assert door[1].post(f"/hooks/odoo/{HOOK}", content=body).status_code == 204


def test_what_is_too_large_is_not_read(door: Doors):
    assert door[1].post(f"/hooks/odoo/{HOOK}", content=b"x" * (64 * 1024 + 1)).status_code == 413


def test_a_wrong_token_finds_nothing_and_is_counted(door: Doors):
    app, client, _ = door

    statuses = [client.post(f"/hooks/odoo/{token}").status_code for token in ("x", HOOK[:-1], HOOK + "x", "%C3%A4")]

    assert statuses == [404] * 4
    assert owed(app, WorkKind.CATCH_UP, ODOO) is None
    assert client.post("/hooks/odoo/").status_code == 404


def test_a_hint_while_odoo_is_read_has_it_read_once_more_and_not_before_odoo_has_saved(door: Doors):
    app, _, time = door
    take_hint(app)
    time.passes(seconds=5)
    with app.work() as work:
        (item,) = work.outbox.claim_due(work.now, by="me")
    take_hint(app)
    with app.work() as work:
        work.outbox.finish(item, work.now)

    assert asked(app).due_at == NOON + timedelta(seconds=7)


def test_hints_do_not_shorten_the_wait_after_a_failure(door: Doors):
    app, _, time = door
    take_hint(app)
    time.passes(seconds=5)
    with app.work() as work:
        (item,) = work.outbox.claim_due(work.now, by="me")
        work.outbox.postpone(item, "Odoo is down", work.now + timedelta(minutes=4))

    for _ in range(3):
        take_hint(app)

    assert asked(app).due_at == time.now + timedelta(minutes=4)
    assert asked(app).attempts == 1


def test_what_died_is_tried_again_later_and_dies_at_its_next_accident(door: Doors):
    app, _, time = door
    failure = Failure(error="KeyError", message="bug", next_step="", retry=True, known=False)
    take_hint(app)
    time.passes(hours=1)
    with app.work() as work:
        (item,) = work.outbox.claim_due(work.now, by="me")
        work.outbox.postpone(item.model_copy(update={"accidents": 5}), "bug", None, accident=True)

    take_hint(app)

    revived = asked(app)
    assert (revived.state, revived.due_at) == (WorkState.DUE, time.now + timedelta(minutes=10))
    assert app.retry.next_run(failure, revived.model_copy(update={"accidents": 4}), time.now) is None


# --- asking over and over -------------------------------------------------------------------------
def test_a_source_is_asked_at_the_start_and_once_in_each_period_by_all_processes(state_url: str, tmp_path: Path):
    time = Time()
    app = an_app(state_url, tmp_path, clock=time)
    asks = (Ask(source=ODOO, every=timedelta(0)),)
    long = (Ask(source=ODOO, every=timedelta(minutes=1)),)

    assert Asker(app, long, "one").tick() == 1
    assert Asker(app, long, "two").tick() == 1  # its own start
    one = Asker(app, asks, "one")
    assert one.tick() == 1
    with app.look() as look:
        assert [item.key for item in look.outbox.listed()] == [ODOO]
    time.passes(minutes=2)
    assert one.tick() == 1
    app.db.close()


def test_only_what_is_configured_is_asked(tmp_path: Path):
    app = an_app(f"sqlite:///{tmp_path / 'state.db'}", tmp_path)
    settings = Settings(odoo_poll_seconds=30, imap_poll_seconds=40, _env_file=None)
    there: object = object()

    assert asks_of(app, settings) == ()
    watched = an_app(f"sqlite:///{tmp_path / 'state.db'}", tmp_path, changes=there, mailbox=there)
    assert [(ask.source, ask.every.total_seconds()) for ask in asks_of(watched, settings)] == [
        ("odoo", 30),
        ("imap", 40),
    ]
    app.db.close()
    watched.db.close()


# --- the address ----------------------------------------------------------------------------------
def test_the_token_is_made_from_the_installations_key_unless_one_is_given():
    made = Settings(public_url="https://desk.example/", _env_file=None)

    assert hook_token(made, MASTER) == hook_token(made, MASTER) != hook_token(made, b"x" * 32)
    assert hook_url(made, MASTER) == f"https://desk.example/hooks/odoo/{hook_token(made, MASTER)}"
    assert len(hook_token(made, MASTER)) == 43
    assert hook_token(Settings(hook_token="mine", _env_file=None), MASTER) == "mine"
