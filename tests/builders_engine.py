"""A small app with toy stories, for tests of the engine: its steps note what happened in a table of their own."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, insert, select

from agent.engine import Engine, EnginePlan
from agent.kit.clock import utc_now
from agent.kit.db import Database
from agent.migrations import upgrade
from agent.outbox.model import Failure, RetryPolicy, WorkItem, WorkKind
from agent.pipeline import App, Step, work_off
from agent.routing.model import Policy

MASTER = b"k" * 32
toy = MetaData()
noted = Table(
    "toy_noted",
    toy,
    Column("n", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("step", String(40), nullable=False),
    Column("ids", String(200), nullable=False),
)
QUICK = RetryPolicy(first_wait=timedelta(milliseconds=50), longest_wait=timedelta(milliseconds=400))


def an_app(url: str, home: Path, **changes: Any) -> App:
    """An app on this database, its tables made; no port is ever asked."""
    db = Database(url)
    upgrade(db)
    toy.create_all(db.engine)
    nothing = cast("Any", None)
    values: dict[str, Any] = {
        "db": db, "master": MASTER, "clock": utc_now, "odoo": nothing, "writer": nothing, "log": nothing,
        "readers": nothing, "policy": Policy(), "home": home, "desk_url": "http://desk", "retry": QUICK,
    }  # fmt: skip
    return App(**{**values, **changes})


def a_plan(app: App, **changes: Any) -> EnginePlan:
    """A plan with short waits, beside the app's database."""
    url = (
        f"sqlite:///{app.home / 'engine.db'}" if app.db.is_sqlite else app.db.url.render_as_string(hide_password=False)
    )
    quick: dict[str, Any] = {"url": url, "home": app.home, "poll": 0.05, "sweep_every": 0.05, "silence": 2.0}
    quick |= {"look_after_every": 0.5, "apart": 0.2, "lost_after": 3.0}
    return EnginePlan(**{**quick, **changes})


def note(app: App, step: str, *ids: str) -> None:
    """Write down that a step ran with these ids."""
    with app.db.write() as db:
        db.execute(insert(noted).values(step=step, ids=" ".join(ids)))


def notes(app: App) -> list[str]:
    """What was written down, in order."""
    with app.db.read() as db:
        return [f"{row.step} {row.ids}" for row in db.execute(select(noted).order_by(noted.c.n))]


def toy_steps(**instead: Step) -> dict[str, Step]:
    """The steps of both stories: each notes its ids and answers an id made from its own."""

    def step(name: str, answers: Callable[[str], list[str]]) -> Step:
        def run(app: App, key: str, *_: str) -> list[str]:
            note(app, name, key)
            return answers(key)

        return run

    steps: dict[str, Step] = {
        "collect": step("collect", lambda key: [f"{key}.e"]),
        "suggest": step("suggest", lambda key: [f"{key}.s"]),
        "route": step("route", lambda _: []),
        "approved_actions": step("approved_actions", lambda key: [f"{key}.1", f"{key}.2"]),
        "act_in_odoo": step("act_in_odoo", lambda _: []),
        "close": step("close", lambda _: []),
        "deliver_batch": step("deliver_batch", lambda _: []),
        "finish": finish,
        "postpone": postpone,
    }
    return {**steps, **instead}


def finish(app: App, kind: str, key: str, wanted: str, attempts: str) -> list[str]:
    """As the product's own."""
    with app.work() as work:
        if item := work.outbox.find(WorkKind(kind), key):
            same = {"wanted": int(wanted), "attempts": int(attempts)}
            work.outbox.finish(item.model_copy(update=same), work.now)
    return []


def postpone(app: App, kind: str, key: str, *rest: str) -> list[str]:
    """As the product's own."""
    wanted, attempts, failure = rest
    why = Failure.model_validate_json(failure)
    with app.work() as work:
        if item := work.outbox.find(WorkKind(kind), key):
            same = item.model_copy(update={"wanted": int(wanted), "attempts": int(attempts)})
            due_at = app.retry.next_run(why, same, work.now)
            work.outbox.postpone(same, why.message, due_at, accident=not why.known)
    return []


def owe(app: App, kind: WorkKind, *keys: str) -> None:
    """Ask for work, as a command does."""
    with app.work() as work:
        for key in keys:
            work.outbox.owe(kind, key, work.now)
    app.poke()


def owed(app: App, kind: WorkKind, key: str) -> WorkItem | None:
    """The work as it stands."""
    with app.look() as look:
        return look.outbox.find(kind, key)


@contextmanager
def running(app: App, steps: dict[str, Step], **plan: Any) -> Iterator[Engine]:
    """A launched engine, stopped at the end."""
    engine = Engine(app, steps, a_plan(app, **plan))
    engine.launch()
    try:
        yield engine
    finally:
        engine.stop(10)


def until(true: Callable[[], object], within: float = 30) -> None:
    """Wait for something to become true; an error when it does not."""
    end = time.monotonic() + within
    while not true():
        if time.monotonic() > end:
            raise AssertionError("it did not come about")
        time.sleep(0.02)


def worked_off_inline(app: App, steps: dict[str, Step], run: Any) -> None:
    """One round of all that is due, here and now."""
    with app.work() as work:
        items = work.outbox.claim_due(work.now)
    for item in items:
        work_off(item, run)
