"""Services killed, stopped, doubled and poisoned in the middle of much work, on both databases."""

import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from agent.engine.store import EngineStore, Executor
from agent.outbox.model import WorkItem, WorkKind, WorkState
from agent.pipeline import App
from tests.builders_engine import an_app, owe, owed, until
from tests.faults.worlds import outcomes
from tests.faults.zygote import Child, Zygote

KILLED = -9


@contextmanager
def watched(url: str, home: Path, *keys: str) -> Iterator[App]:
    """The test's own look at a home where these cases are owed."""
    app = an_app(url, home)
    owe(app, WorkKind.SETTLE, *keys)
    try:
        yield app
    finally:
        app.db.close()


def all_of(keys: list[str]) -> set[str]:
    return {
        f"{step} {key}{tail}" for key in keys for step, tail in (("collect", ""), ("suggest", ".e"), ("route", ".e.s"))
    }


def alive(app: App) -> list[Executor]:
    with app.db.read() as connection:
        return EngineStore(connection).executors()


def log_of(home: Path) -> str:
    return (home / "service.log").read_text()


def end(child: Child) -> int:
    child.signal(signal.SIGTERM)
    return child.wait()


def test_fifty_in_flight_survive_sigkill(zygote: Zygote, database_url: str, tmp_path: Path):
    keys = [f"case-{number}" for number in range(50)]
    with watched(database_url, tmp_path, *keys) as app:
        busy = zygote.start("toy", tmp_path, url=database_url, threads=50, pause=0.3, forever=True)
        until(lambda: len(outcomes(app)) >= 30)
        busy.signal(signal.SIGKILL)
        assert busy.wait() == KILLED
        assert set(outcomes(app)) != all_of(keys)

        assert zygote.run("toy", tmp_path, url=database_url, threads=50) == 0, log_of(tmp_path)

        assert set(outcomes(app)) == all_of(keys)


def test_a_living_worker_takes_over_a_dead_ones_work(zygote: Zygote, postgres_url: str, tmp_path: Path):
    keys = [f"case-{number}" for number in range(20)]
    with watched(postgres_url, tmp_path, *keys) as app:
        dying = zygote.start("toy", tmp_path, url=postgres_url, threads=20, pause=2.0, forever=True)
        until(lambda: len(outcomes(app)) >= 10)
        living = zygote.start("toy", tmp_path, url=postgres_url, threads=20)
        until(lambda: len(alive(app)) == 2)
        dying.signal(signal.SIGKILL)
        assert dying.wait() == KILLED

        assert living.wait() == 0, log_of(tmp_path)

        assert set(outcomes(app)) == all_of(keys)
    assert "takes over its work" in log_of(tmp_path)


def test_a_worker_that_was_stopped_and_goes_on_doubles_nothing(zygote: Zygote, postgres_url: str, tmp_path: Path):
    keys = [f"case-{number}" for number in range(10)]
    with watched(postgres_url, tmp_path, *keys) as app:
        frozen = zygote.start("toy", tmp_path, url=postgres_url, threads=10, pause=0.5, forever=True, idle_ms=1000)
        until(lambda: len(outcomes(app)) >= 5)
        frozen.signal(signal.SIGSTOP)
        assert zygote.run("toy", tmp_path, url=postgres_url, threads=10) == 0, log_of(tmp_path)
        frozen.signal(signal.SIGCONT)
        owe(app, WorkKind.SETTLE, "one-more")

        until(lambda: "route one-more.e.s" in outcomes(app))
        assert end(frozen) == 0, log_of(tmp_path)

        assert set(outcomes(app)) == all_of([*keys, "one-more"])
        assert max(outcomes(app).values()) <= 2  # the step it was frozen in, and no other


def test_an_orderly_stop_ends_what_runs_and_begins_nothing(zygote: Zygote, tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'state.db'}"
    keys = [f"case-{number}" for number in range(20)]
    with watched(url, tmp_path, *keys) as app:
        service = zygote.start("toy", tmp_path, url=url, threads=5, pause=0.2, forever=True)
        until(lambda: len(outcomes(app)) >= 5)

        assert end(service) == 0, log_of(tmp_path)

        done = set(outcomes(app))
        begun = {key.split()[1].split(".")[0] for key in done}
        assert done == all_of(sorted(begun))
        assert zygote.run("toy", tmp_path, url=url, threads=20) == 0, log_of(tmp_path)
        assert set(outcomes(app).values()) == {1}
        assert set(outcomes(app)) == all_of(keys)


def test_poison_ends_on_the_dead_letter_list_and_everything_else_is_done(zygote: Zygote, tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'state.db'}"
    keys = [f"case-{number}" for number in range(5)]
    with watched(url, tmp_path, "poison", *keys) as app:
        ends = [zygote.run("toy", tmp_path, url=url)]
        while ends[-1] != 0:
            assert ends[-1] == KILLED, log_of(tmp_path)
            ends.append(zygote.run("toy", tmp_path, url=url))

        assert len(ends) == 9  # two chances of four lives each, and the start that tells
        assert set(outcomes(app)) == all_of(keys)
        poison = owed(app, WorkKind.SETTLE, "poison")
    assert isinstance(poison, WorkItem)
    assert poison.state is WorkState.DEAD
    assert poison.last_error == "It ended the worker 4 times."


def test_a_database_locked_for_longer_than_anybody_waits_delays_and_loses_nothing(zygote: Zygote, tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'state.db'}"
    keys = [f"case-{number}" for number in range(5)]
    with watched(url, tmp_path, *keys) as app:
        service = zygote.start("toy", tmp_path, url=url, pause=0.1, busy_ms=100)
        until(lambda: outcomes(app))
        with closing(sqlite3.connect(tmp_path / "state.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(1.5)
            other.execute("COMMIT")

        assert service.wait() == 0, log_of(tmp_path)

        assert set(outcomes(app)) == all_of(keys)
    assert "The database is locked by another process." in log_of(tmp_path)


def test_cut_connections_delay_and_lose_nothing(zygote: Zygote, postgres_url: str, tmp_path: Path):
    import psycopg

    keys = [f"case-{number}" for number in range(20)]
    plain = postgres_url.replace("+psycopg", "")
    with watched(postgres_url, tmp_path, *keys) as app:
        service = zygote.start("toy", tmp_path, url=postgres_url, threads=10, pause=0.2)
        for least in (3, 20):
            until(lambda least=least: len(outcomes(app)) >= least)
            with psycopg.connect(plain, autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

        assert service.wait() == 0, log_of(tmp_path)

        assert set(outcomes(app)) == all_of(keys)


def test_a_full_disk_delays_and_loses_nothing(zygote: Zygote, tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'state.db'}"
    keys = [f"case-{number}" for number in range(5)]
    with watched(url, tmp_path, *keys) as app:
        assert zygote.run("toy", tmp_path, url=url) == 0, log_of(tmp_path)
        owe(app, WorkKind.SETTLE, *(f"more-{number}" for number in range(20)))
        largest = 100_000 + max(file.stat().st_size for file in tmp_path.iterdir())
        service = zygote.start("toy", tmp_path, url=url, pause=0.05, largest_file=largest)
        until(lambda: "failed and tries again" in log_of(tmp_path))
        service.signal(signal.SIGUSR1)

        assert service.wait() == 0, log_of(tmp_path)

        assert set(outcomes(app)) == all_of([*keys, *(f"more-{number}" for number in range(20))])
