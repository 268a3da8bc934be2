"""Who is alive: counted by beats, so that nobody's clock matters."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.engine.executors import Executors, Replaced
from agent.engine.store import EngineStore
from agent.errors import ConfigurationError
from agent.kit.clock import utc_now
from agent.kit.db import Database, metadata

SILENCE = 60.0


class Watch:
    """A clock of the observer's own."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(f"sqlite:///{tmp_path / 'state.db'}")
    metadata.create_all(db.engine)
    yield db
    db.close()


@pytest.fixture
def watch() -> Watch:
    return Watch()


def executors(db: Database, watch: Watch, name: str, **other: object) -> Executors:
    found = Executors(db, utc_now, name, SILENCE, watch)
    found.me = found.me.model_copy(update=other)
    return found


def dead(observer: Executors, *busy: str, alone: bool = False) -> list[str]:
    return [executor.id for executor in observer.dead(busy, alone=alone)]


def test_an_executor_is_dead_when_its_beats_stand_still_for_long_enough(db: Database, watch: Watch):
    me, other = executors(db, watch, "me"), executors(db, watch, "other")
    other.enter(alone=True)
    assert dead(me, "other") == []
    watch.now = SILENCE - 1
    assert dead(me, "other") == []

    watch.now = SILENCE

    assert dead(me, "other") == ["other"]


def test_an_executor_that_beats_is_alive_for_ever(db: Database, watch: Watch):
    me, other = executors(db, watch, "me"), executors(db, watch, "other")
    other.enter(alone=True)

    for _ in range(10):
        watch.now += SILENCE / 2
        other.beat()
        assert dead(me, "other") == []


def test_only_one_may_recover_a_dead_executor(db: Database, watch: Watch):
    first, second = executors(db, watch, "first"), executors(db, watch, "second")
    executors(db, watch, "other").enter(alone=True)
    dead(first, "other")
    dead(second, "other")
    watch.now = SILENCE

    assert dead(first, "other") == ["other"]
    assert dead(second, "other") == []


def test_an_executor_that_nobody_knows_is_watched_and_then_dead(db: Database, watch: Watch):
    me = executors(db, watch, "me")
    assert dead(me, "unknown", "", "me") == []

    watch.now = SILENCE

    assert dead(me, "unknown", "", "me") == ["unknown"]


def test_where_there_can_be_no_other_process_all_others_are_dead_at_once(db: Database, watch: Watch):
    assert dead(executors(db, watch, "me"), "an-old-name", alone=True) == ["an-old-name"]


def test_a_living_executors_name_is_refused_to_another(db: Database, watch: Watch):
    far = executors(db, watch, "name", host="far")
    far.enter(alone=True)

    def beating(seconds: float) -> None:
        watch.pause(seconds)
        far.beat()

    with pytest.raises(ConfigurationError, match="is alive on far"):
        executors(db, watch, "name").enter(alone=False, pause=beating)


def test_a_silent_executors_name_is_free_after_a_while(db: Database, watch: Watch):
    executors(db, watch, "name", host="far").enter(alone=True)

    executors(db, watch, "name").enter(alone=False, pause=watch.pause)

    assert watch.now >= SILENCE


def test_a_dead_process_of_this_host_leaves_its_name_at_once(db: Database, watch: Watch):
    executors(db, watch, "name", pid=2**22 + 1).enter(alone=True)

    executors(db, watch, "name").enter(alone=False, pause=watch.pause)

    assert watch.now == 0


def test_a_process_number_that_was_given_to_another_program_is_not_the_executor(db: Database, watch: Watch):
    executors(db, watch, "name", pid=1, born="not when process 1 began").enter(alone=True)

    executors(db, watch, "name").enter(alone=False, pause=watch.pause)

    assert watch.now == 0


def test_an_executor_whose_name_was_taken_learns_it_at_its_next_beat(db: Database, watch: Watch):
    first = executors(db, watch, "name")
    first.enter(alone=True)
    executors(db, watch, "name").enter(alone=True)

    with pytest.raises(Replaced, match="name is now process"):
        first.beat()


def test_an_executor_that_was_forgotten_meanwhile_enters_again(db: Database, watch: Watch):
    me = executors(db, watch, "me")
    me.enter(alone=True)
    me.leave()
    dead(executors(db, watch, "observer"), "me")

    me.beat()

    with db.read() as connection:
        found = EngineStore(connection).executor("me")
    assert found is not None
    assert found.incarnation == me.me.incarnation
