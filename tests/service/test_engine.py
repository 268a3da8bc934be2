"""The engine as a service: one per home and process, watched, scheduled, and tidied up after."""

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from agent.engine import Engine, Schedule
from agent.engine.durable import Durable, QueuePlan, Run, Standing, migrate
from agent.engine.schedules import Scheduler
from agent.engine.store import EngineStore
from agent.errors import ConfigurationError, OdooUnavailable, StorageBusy, WrongSchema
from agent.kit.clock import utc_now
from agent.outbox.model import WorkKind, WorkState
from agent.pipeline import App
from agent.settings import Settings
from tests.builders_engine import a_plan, an_app, note, notes, owe, owed, running, toy_steps, until


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    app = an_app(f"sqlite:///{tmp_path / 'state.db'}", tmp_path)
    yield app
    app.db.close()


def test_importing_the_engine_imports_no_dbos():
    code = "import sys, agent.engine; sys.exit('dbos' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_second_service_on_a_sqlite_home_is_refused_with_the_reason(app: App):
    with running(app, toy_steps()), pytest.raises(ConfigurationError) as refused:
        Engine(app, toy_steps(), a_plan(app)).launch()

    assert "SQLite carries one service at a time" in str(refused.value)
    assert "gatehouse worker" in str(refused.value)
    assert "PostgreSQL" in refused.value.next_step


def test_a_command_may_work_on_the_database_beside_the_service(app: App):
    beside = an_app(app.db.url.render_as_string(), app.home)
    with running(app, toy_steps()):
        owe(beside, WorkKind.SETTLE, "from-a-command")
        until(lambda: owed(beside, WorkKind.SETTLE, "from-a-command") is None)
    beside.db.close()


def test_the_next_service_may_start_when_the_first_has_stopped_and_goes_on_with_its_work(app: App):
    with running(app, toy_steps()) as first:
        owe(first.app, WorkKind.SETTLE, "one")
        until(lambda: owed(app, WorkKind.SETTLE, "one") is None)
    owe(app, WorkKind.SETTLE, "two")

    with running(app, toy_steps()):
        until(lambda: owed(app, WorkKind.SETTLE, "two") is None)

    assert notes(app).count("route two.e.s") == 1


def test_one_process_has_one_engine(app: App, tmp_path: Path):
    with running(app, toy_steps()):
        second = Durable(f"sqlite:///{tmp_path / 'other.db'}", "x", lambda *_: None, ())
        with pytest.raises(ConfigurationError, match="runs in this process already"):
            second.launch()


def test_the_engines_tables_hold_ids_and_json_and_no_words(app: App, tmp_path: Path):
    def secret(app: App, key: str) -> list[str]:
        note(app, "secret", "confidential-words")
        return [f"{key}.e"]

    with running(app, toy_steps(collect=secret)) as engine:
        owe(engine.app, WorkKind.SETTLE, "case")
        until(lambda: owed(app, WorkKind.SETTLE, "case") is None)

    with closing(sqlite3.connect(tmp_path / "engine.db")) as file:
        outputs = file.execute("SELECT function_name, output, serialization FROM operation_outputs").fetchall()
        inputs = file.execute("SELECT inputs FROM workflow_inputs").fetchall() if _has(file, "workflow_inputs") else []
        mode = file.execute("PRAGMA journal_mode").fetchone()
    assert mode == ("wal",)
    assert {name: json.loads(output) for name, output, _ in outputs} == {
        "collect": {"ids": ["case.e"]},
        "suggest": {"ids": ["case.e.s"]},
        "route": {"ids": []},
        "finish": {"ids": []},
    }
    assert {serialization for *_, serialization in outputs} == {"portable_json"}
    assert all("confidential" not in str(row) for row in inputs)


def _has(file: sqlite3.Connection, table: str) -> bool:
    return file.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def test_with_a_language_model_no_more_cases_start_a_minute_than_it_may_be_asked(app: App):
    from dbos import DBOS

    with running(app, toy_steps(), cases_per_minute=3) as engine:
        owe(engine.app, WorkKind.SETTLE, *(f"c{number}" for number in range(6)))
        owe(engine.app, WorkKind.CARRY_OUT, "decision")
        until(lambda: owed(app, WorkKind.CARRY_OUT, "decision") is None)
        until(lambda: sum(line.startswith("route") for line in notes(app)) == 3)
        queue = DBOS.retrieve_queue("cases")
        assert queue is not None
        assert queue.limiter == {"limit": 3, "period": 60.0}

    assert sum(line.startswith("collect") for line in notes(app)) == 3


def test_the_plan_follows_the_settings():
    plain = Settings(home=Path("h"), worker_threads=3)
    with_model = Settings(home=Path("h"), llm_base_url="http://x", llm_model="m", llm_calls_per_minute=7)
    served = Settings(home=Path("h"), database_url="postgresql://h/d")

    from agent.engine.service import plan_of

    assert (plan_of(plain, "serve").threads, plan_of(plain, "serve").cases_per_minute) == (3, None)
    assert plan_of(with_model, "serve").cases_per_minute == 7
    assert (plan_of(plain, "serve").migrate, plan_of(served, "worker").migrate) == (True, False)


# --- watched ----------------------------------------------------------------------------------------
def test_a_service_thread_that_dies_makes_the_service_unwell_and_the_process_exit(
    app: App, monkeypatch: pytest.MonkeyPatch
):
    told = threading.Event()
    engine = Engine(app, toy_steps(), a_plan(app), on_failure=told.set)
    monkeypatch.setattr(engine, "_seal", lambda: 1 / 0)
    engine.launch()

    assert told.wait(10)
    assert engine.healthy()[0] == "ZeroDivisionError: division by zero"
    monkeypatch.setattr(engine, "_seal", lambda: None)
    assert engine.wait(threading.Event()) == 1


def test_a_service_thread_waits_out_a_busy_database(app: App, monkeypatch: pytest.MonkeyPatch):
    tries: list[int] = []

    def busy() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise StorageBusy

    engine = Engine(app, toy_steps(), a_plan(app))
    monkeypatch.setattr(engine, "_seal", busy)
    engine.launch()
    try:
        until(lambda: len(tries) >= 3)
        assert engine.healthy() == ()
    finally:
        engine.stop()


def test_what_was_claimed_and_never_queued_is_freed_at_the_next_start(app: App):
    owe(app, WorkKind.SETTLE, "between")
    with app.work() as work:
        work.outbox.claim_due(work.now, by="home")

    with running(app, toy_steps()):
        until(lambda: owed(app, WorkKind.SETTLE, "between") is None)

    assert notes(app) == ["collect between", "suggest between.e", "route between.e.s"]


def test_what_another_executor_of_this_home_left_is_taken_over_at_once(app: App):
    owe(app, WorkKind.SETTLE, "left")
    with app.work() as work:
        work.outbox.claim_due(work.now, by="an-old-name")

    with running(app, toy_steps()):
        until(lambda: owed(app, WorkKind.SETTLE, "left") is None)


def test_a_run_that_broke_off_is_tried_again_and_buried_after_five(app: App):
    def broken(app: App, *_: str) -> list[str]:
        raise OdooUnavailable

    steps = toy_steps(finish=broken)
    with running(app, steps, look_after_every=0.05):
        owe(app, WorkKind.SETTLE, "broken")
        until(lambda: (item := owed(app, WorkKind.SETTLE, "broken")) is not None and item.state is WorkState.DEAD)

    dead = owed(app, WorkKind.SETTLE, "broken")
    assert dead is not None
    assert (dead.attempts, dead.last_error) == (5, "The run broke off.")
    with app.look() as look:
        assert look.audit.counts() == {"work:died": 1}


def test_events_are_sealed_while_it_runs_and_when_it_stops(app: App):
    def died(key: str) -> None:
        from agent.audit.model import WorkDied

        with app.work() as work:
            work.audit.append([WorkDied(kind="settle", key=key, why="test")], work.now)

    def sealed() -> int:
        with app.look() as look:
            report = look.audit.verify()
        assert report.whole
        return report.sealed

    with running(app, toy_steps()) as engine:
        died("one")
        until(lambda: sealed() == 1)
        died("two")
        engine.stop()

    assert sealed() == 2


# --- scheduled --------------------------------------------------------------------------------------
class Day:
    """A clock that a test turns, and what was started."""

    def __init__(self, app: App, start: str) -> None:
        self.now = datetime.fromisoformat(start)
        self.app = an_app(app.db.url.render_as_string(), app.home, clock=lambda: self.now, zone="Europe/Berlin")
        self.started: list[datetime] = []
        self.fails = 0

    def service(self, name: str = "home") -> Scheduler:
        return Scheduler(self.app, (Schedule(name="risk", at=time(6, 0), start=self.start),), name)

    def start(self, app: App) -> None:
        if self.fails:
            self.fails -= 1
            raise OdooUnavailable
        self.started.append(app.clock())


@pytest.fixture
def day(app: App) -> Iterator[Day]:
    day = Day(app, "2026-07-01T03:59:00+00:00")  # one minute to six in Berlin
    yield day
    day.app.db.close()


def test_a_schedule_waits_for_its_time_on_the_sites_clock(day: Day):
    service = day.service()
    assert service.tick() == 0

    day.now += timedelta(minutes=1)

    assert service.tick() == 1


def test_a_schedule_starts_once_a_day_whatever_restarts_happen(day: Day):
    for _ in range(3):
        for _ in range(5):
            day.now += timedelta(hours=1)
            day.service().tick()
        day.now += timedelta(hours=19)

    assert [moment.day for moment in day.started] == [1, 2, 3]


def test_a_schedule_that_fails_is_tried_again_the_same_day(day: Day):
    day.now += timedelta(hours=1)
    day.fails = 2
    service = day.service()
    assert service.tick() == 0
    assert service.tick() == 0  # its next attempt is not due yet

    for _ in range(10):
        day.now += timedelta(minutes=1)
        service.tick()

    assert len(day.started) == 1


def test_a_schedule_that_was_begun_and_killed_is_started_again_by_the_same_executor_at_once(day: Day):
    day.now += timedelta(hours=1)
    with day.app.db.write() as connection:
        EngineStore(connection).start_day("risk", day.now.date(), day.now, "home")

    assert day.service("another").tick() == 0
    assert day.service("home").tick() == 1


# --- the durable part alone -------------------------------------------------------------------------
KILLED_IN_A_RUN = """
import os, signal, sys, time
from agent.engine.durable import Durable, QueuePlan, Run
def story(*_): os.kill(os.getpid(), signal.SIGKILL)
durable = Durable(sys.argv[1], "dead", story, (QueuePlan(name="cases", concurrency=1, poll=0.05),))
durable.launch()
durable.start(Run(name="run-1", queue="cases", priority=50, arguments=("settle", "k", 1, 0)))
time.sleep(30)
"""


def test_a_dead_executors_run_is_recovered_under_its_own_id_and_counted(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'engine.db'}"
    assert subprocess.run([sys.executable, "-c", KILLED_IN_A_RUN, url], check=False).returncode == -9
    ran: list[tuple[str, str, int, int]] = []
    durable = Durable(
        url, "living", lambda *told: ran.append(told), (QueuePlan(name="cases", concurrency=1, poll=0.05),)
    )
    durable.launch()
    try:
        assert durable.busy_executors() == {"dead"}
        assert durable.standing(["run-1", "none"]) == {"run-1": Standing.ACTIVE, "none": Standing.UNKNOWN}

        assert durable.recover("nobody") == 0
        assert durable.recover("dead") == 1
        assert durable.recover("dead") == 0

        until(lambda: durable.standing(["run-1"]) == {"run-1": Standing.DONE})
        assert ran == [("settle", "k", 1, 0)]
        with closing(sqlite3.connect(tmp_path / "engine.db")) as file:
            row = file.execute("SELECT executor_id, queue_name, priority, recovery_attempts FROM workflow_status")
            assert row.fetchall() == [("living", "cases", 50, 2)]
    finally:
        durable.stop(0)


def test_a_run_of_one_name_runs_once_and_what_ended_long_ago_is_forgotten_in_portions(tmp_path: Path):
    ran: list[str] = []
    url = f"sqlite:///{tmp_path / 'engine.db'}"
    durable = Durable(
        url, "e", lambda _, key, *__: ran.append(key), (QueuePlan(name="odoo", concurrency=4, poll=0.05),)
    )
    durable.launch()
    try:
        for number in (0, 1, 2, 1, 0):
            run = Run(name=f"run-{number}", queue="odoo", priority=1, arguments=("settle", str(number), 1, 0))
            durable.start(run)
        until(lambda: set(durable.standing(f"run-{number}" for number in range(3)).values()) == {Standing.DONE})

        assert sorted(ran) == ["0", "1", "2"]
        assert durable.forget(utc_now() - timedelta(days=1)) == 0
        later = utc_now() + timedelta(seconds=1)
        assert [durable.forget(later, 2) for _ in range(3)] == [2, 1, 0]
    finally:
        durable.stop(0)


def test_on_postgresql_the_engines_tables_are_made_by_command_and_missed_with_a_remedy(postgres_url: str):
    def durable() -> Durable:
        return Durable(postgres_url, "e", lambda *_: None, (QueuePlan(name="mail", concurrency=1),), migrate=False)

    with pytest.raises(WrongSchema) as missing:
        durable().launch()
    assert "gatehouse migrate" in missing.value.next_step

    migrate(postgres_url)
    migrate(postgres_url)

    ready = durable()
    ready.launch()
    assert ready.standing(["none"]) == {"none": Standing.UNKNOWN}
    ready.stop(0)
