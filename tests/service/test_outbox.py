"""What is owed: asked for, taken, finished, postponed, taken from the dead; on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from agent.kit.db import Database
from agent.kit.seal import Vault
from agent.migrations import upgrade
from agent.outbox.model import WorkItem, WorkKind, WorkState
from agent.outbox.store import RUN_FOR, OutboxStore

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=1)
ME, OTHER = "worker-1", "worker-2"


class Outbox:
    """Each transaction of its own."""

    def __init__(self, db: Database) -> None:
        self.db = db

    @contextmanager
    def open(self) -> Iterator[OutboxStore]:
        with self.db.write() as connection:
            yield OutboxStore(connection, Vault(connection, b"k" * 32, NOW))

    def owe(self, *keys: str, kind: WorkKind = WorkKind.SETTLE) -> None:
        with self.open() as store:
            for key in keys:
                store.owe(kind, key, NOW)

    def take(self, by: str = ME, now: datetime = NOW) -> list[WorkItem]:
        with self.open() as store:
            return store.claim_due(now, by=by)

    def find(self, key: str) -> WorkItem | None:
        with self.open() as store:
            return store.find(WorkKind.SETTLE, key)


@pytest.fixture
def outbox(state_url: str) -> Iterator[Outbox]:
    db = Database(state_url)
    yield Outbox(db)
    db.close()


def test_what_is_owed_is_taken_once(outbox: Outbox):
    outbox.owe("a", "b")

    assert [item.key for item in outbox.take()] == ["a", "b"]
    assert outbox.take(OTHER) == []


def test_the_most_urgent_is_taken_first(outbox: Outbox):
    outbox.owe("slow")
    outbox.owe("log", kind=WorkKind.DELIVER_LOG)
    outbox.owe("decision", kind=WorkKind.CARRY_OUT)

    assert [item.key for item in outbox.take()] == ["decision", "log", "slow"]


def test_two_takers_at_the_same_moment_share_what_there_is(postgres_url: str):
    outbox = Outbox(Database(postgres_url))
    upgrade(outbox.db)
    outbox.owe("a", "b")

    with outbox.open() as first, outbox.open() as second:
        mine, theirs = first.claim_due(NOW, 1, by=ME), second.claim_due(NOW, by=OTHER)

    assert [item.key for item in mine] == ["a"]
    assert [item.key for item in theirs] == ["b"]
    outbox.db.close()


def test_what_nobody_in_particular_took_is_free_again_after_a_while(outbox: Outbox):
    outbox.owe("a")
    outbox.take(by="")

    assert outbox.take(OTHER, SOON) == []
    assert [item.key for item in outbox.take(OTHER, NOW + RUN_FOR + timedelta(seconds=1))] == ["a"]


def test_what_an_executor_took_stays_its_own_until_it_is_freed(outbox: Outbox):
    outbox.owe("a")
    outbox.take(ME)
    tomorrow = NOW + timedelta(days=1)
    assert outbox.take(OTHER, tomorrow) == []

    with outbox.open() as store:
        (mine,) = store.claimed(ME)
        store.release(mine)

    assert [item.key for item in outbox.take(OTHER, tomorrow)] == ["a"]


def test_a_dead_executors_work_changes_hands(outbox: Outbox):
    outbox.owe("a", "b")
    outbox.take(ME)

    with outbox.open() as store:
        assert store.runners() == {ME}
        assert store.take_over(ME, OTHER) == 2
        assert [item.key for item in store.claimed(OTHER)] == ["a", "b"]
        assert store.claimed(ME) == []


def test_finished_work_has_no_row(outbox: Outbox):
    outbox.owe("a")
    (item,) = outbox.take()

    with outbox.open() as store:
        store.finish(item, NOW)

    assert outbox.find("a") is None


def test_what_was_asked_for_again_meanwhile_is_still_owed_and_free(outbox: Outbox):
    outbox.owe("a")
    (item,) = outbox.take()
    outbox.owe("a")
    assert outbox.take(OTHER, SOON) == []

    with outbox.open() as store:
        store.finish(item, NOW)

    (again,) = outbox.take(OTHER, SOON)
    assert again.wanted == item.wanted + 1


def test_a_late_end_of_an_older_run_does_not_free_what_runs_now(outbox: Outbox):
    outbox.owe("a")
    (old,) = outbox.take()
    outbox.owe("a")
    with outbox.open() as store:
        store.finish(old, NOW)
    outbox.take(OTHER, SOON)

    with outbox.open() as store:
        store.finish(old, SOON)
        store.postpone(old, "late", SOON)

    assert outbox.take(ME, SOON + timedelta(seconds=1)) == []


def test_owed_again_after_its_end_it_has_a_name_that_no_run_had(outbox: Outbox):
    names = set()
    for _ in range(5):
        outbox.owe("a")
        (item,) = outbox.take()
        names.add(item.name)
        with outbox.open() as store:
            store.finish(item, NOW)

    assert len(names) == 5


def test_postponed_work_is_due_later_and_another_attempt(outbox: Outbox):
    outbox.owe("a")
    (item,) = outbox.take()

    with outbox.open() as store:
        assert store.postpone(item, "It rests.", SOON)

    assert outbox.take(OTHER, NOW) == []
    (later,) = outbox.take(OTHER, SOON)
    assert (later.attempts, later.last_error) == (1, "It rests.")
    assert later.name != item.name


def test_waiting_work_can_be_hastened_when_its_obstacle_is_gone(outbox: Outbox):
    outbox.owe("waits", "dead")
    dead, waits = outbox.take()
    with outbox.open() as store:
        store.postpone(waits, "halted", SOON)
        store.postpone(dead, "refused", None)

        assert store.hasten(NOW) == 1

    assert [item.key for item in outbox.take(OTHER, NOW)] == ["waits"]


def test_postponed_twice_by_the_same_run_it_is_one_attempt(outbox: Outbox):
    outbox.owe("a")
    (item,) = outbox.take()

    with outbox.open() as store:
        store.postpone(item, "It rests.", SOON)
        assert not store.postpone(item, "It rests.", SOON + timedelta(hours=1))

    found = outbox.find("a")
    assert found is not None
    assert (found.attempts, found.due_at) == (1, SOON)


def test_dead_work_is_taken_by_nobody_until_a_person_wants_it(outbox: Outbox):
    outbox.owe("a")
    (item,) = outbox.take()
    with outbox.open() as store:
        store.postpone(item, "Refused.", None)
    assert outbox.take(OTHER, SOON) == []

    with outbox.open() as store:
        assert [dead.key for dead in store.listed(WorkState.DEAD)] == ["a"]
        assert store.redrive(WorkKind.SETTLE, "a", SOON)
        assert not store.redrive(WorkKind.SETTLE, "a", SOON)

    (again,) = outbox.take(OTHER, SOON)
    assert again.attempts == 0
    assert again.name != item.name


def test_log_rows_that_come_in_while_odoo_is_down_do_not_shorten_the_wait(outbox: Outbox):
    with outbox.open() as store:
        store.owe_log([("k1", "c1", "t1", "{}")], NOW)
    (item,) = outbox.take()
    with outbox.open() as store:
        store.postpone(item, "down", SOON)
        store.owe_log([("k2", "c1", "t1", "{}")], NOW)

    assert outbox.take(OTHER, NOW) == []
    (later,) = outbox.take(OTHER, SOON)
    assert later.attempts == 1


def test_a_log_row_is_owed_once_whoever_owes_it(outbox: Outbox):
    with outbox.open() as store:
        store.owe_log([("k", "c", "t", '{"a": 1}'), ("k", "c", "t", '{"a": 2}')], NOW)
        store.owe_log([("k", "c", "t", '{"a": 3}')], NOW)
        rows = store.log_due()

    assert [(row.key, row.document) for row in rows] == [("k", '{"a": 1}')]


def test_a_log_row_that_odoo_refuses_is_dead_until_it_is_owed_again(outbox: Outbox):
    with outbox.open() as store:
        store.owe_log([("good", "c", "t", "{}"), ("bad", "c", "t", "{}")], NOW)
        good, bad = store.log_due()
        store.log_settled([good.seq], NOW)
        store.log_dead(bad.seq, "no such case")
        assert store.dead_log() == [("bad", "no such case", NOW)]
        assert store.counts() == {"due": 1, "dead": 0, "log_due": 0, "log_dead": 1, "log_delivered": 1}
        assert store.redrive_log(NOW) == 1
        assert [row.key for row in store.log_due()] == ["bad"]
