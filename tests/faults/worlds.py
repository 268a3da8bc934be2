"""What the forked services run: the toy stories, and the product's own steps on the sandbox company."""

import json
import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, String, Table, select, update

from agent.actions.proposals import proposals
from agent.adapters.sandbox import SandboxOdoo
from agent.cases.model import Status
from agent.commands import decide, label_blind
from agent.engine import Engine
from agent.errors import StorageError
from agent.kit import db as kit_db
from agent.kit.clock import utc_now
from agent.kit.db import insert_once
from agent.pipeline import App, Step
from agent.reviews.model import NewFact, Review, Verb, Verdict, final_of
from agent.steps import STEPS
from agent.suggestions.model import FactField
from tests.builders_engine import a_plan, an_app, finish, postpone, toy
from tests.faults.plain_reader import readers
from tests.faults.points import Points

PERSON = "ada@example.com"
done = Table("toy_done", toy, Column("key", String(200), primary_key=True), Column("times", Integer, nullable=False))


def once(app: App, key: str) -> None:
    """A toy outcome: kept once under its key, and how often it was tried."""
    with app.db.write() as db:
        if not insert_once(db, done, {"key": key, "times": 1}, key=["key"]):
            db.execute(update(done).where(done.c.key == key).values(times=done.c.times + 1))


def outcomes(app: App) -> dict[str, int]:
    """Every toy outcome and how often it was tried."""
    with app.db.read() as db:
        return {row.key: row.times for row in db.execute(select(done))}


def toy_steps(pause: float) -> dict[str, Step]:
    """Three steps, each with an outcome under its own key and a pause before it; a key with "poison" kills."""

    def step(name: str, answers: Callable[[str], list[str]]) -> Step:
        def run(app: App, key: str, *_: str) -> list[str]:
            if "poison" in key:
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(pause)
            once(app, f"{name} {key}")
            return answers(key)

        return run

    return {
        "collect": step("collect", lambda key: [f"{key}.e"]),
        "suggest": step("suggest", lambda key: [f"{key}.s"]),
        "route": step("route", lambda _: []),
        "finish": finish,
        "postpone": postpone,
    }


def toy_world(
    home: Path,
    url: str,
    *,
    pause: float = 0.0,
    forever: bool = False,
    kill_at: int = 0,
    busy_ms: int | None = None,
    idle_ms: int | None = None,
    largest_file: int | None = None,
    **plan: Any,
) -> int:
    """Run the toy stories until nothing is owed (or until SIGTERM); the code of `Engine.wait`.

    `busy_ms`: how long to wait for a locked file. `idle_ms`: how long a transaction may do nothing on PostgreSQL.
    `largest_file`: bytes above which writing to any file fails, until the process is sent SIGUSR1.
    """
    if idle_ms is not None:
        kit_db.IDLE_MILLISECONDS = idle_ms
    if busy_ms is not None:
        kit_db.BUSY_MILLISECONDS = busy_ms
    points = Points(home, kill_at)
    app = an_app(url, home)
    points.around_commits(app.db)
    points.around_engine()
    engine = Engine(app, points.around_steps(toy_steps(pause)), a_plan(app, **plan))
    if largest_file is not None:
        _limit_files(largest_file)
    return _serve(engine, home, points, forever=forever)


def _limit_files(largest: int) -> None:
    most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    signal.signal(signal.SIGUSR1, lambda *_: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, most))


def real_app(home: Path, url: str) -> App:
    """The product's app on the sandbox company of this home, which is filled before."""
    odoo = SandboxOdoo(home / "sandbox.db", clock=utc_now)
    return replace(an_app(url, home), odoo=odoo, writer=odoo, log=odoo, readers=readers())


def real_world(home: Path, url: str, *, kill_at: int = 0, forever: bool = False, **plan: Any) -> int:
    """Settle, let a person accept every suggestion, carry out; until nothing is owed and nothing waits."""
    points = Points(home, kill_at)
    app = real_app(home, url)
    app = replace(app, **points.around_odoo(app))
    points.around_commits(app.db)
    points.around_engine()
    engine = Engine(app, points.around_steps(STEPS), a_plan(app, **plan))
    return _serve(engine, home, points, forever=forever, person=_decide_all)


def waiting(app: App) -> list[Review]:
    """The reviews that wait for a person."""
    with app.look() as look:
        cases = look.cases.page(statuses=(Status.IN_REVIEW,), limit=200)
        return list(look.reviews.open_of([case.id for case in cases]).values())


def _decide_all(app: App) -> None:
    for review in waiting(app):
        with app.look() as look:
            who = look.access.by_login(PERSON)
        if not review.reveals:
            label_blind(app, review.id, "other", who)
        decide(app, review.id, _verdict(app, review), who)


def _verdict(app: App, review: Review) -> Verdict:
    """Accept; where a purchase is known, with a date that was missed and the change in Odoo that follows from it."""
    with app.look() as look:
        made = look.suggestions.get(review.suggestion_id)
        found = look.evidence.get(made.evidence_id)
    if not found.purchases:
        return Verdict(verb=Verb.ACCEPT, reason_code="correct")
    order = found.purchases[0]
    missed = NewFact(field=FactField.ETA, value="2030-01-31", po=order.ref.name, line=order.lines[0].position)
    verdict = Verdict(verb=Verb.EDIT, reason_code="missing_fact", new_facts=(missed,))
    ticked = tuple({item.target: item.digest for item in proposals(found, final_of(made, verdict)[0])}.values())
    return verdict.model_copy(update={"changes": ticked})


def _serve(
    engine: Engine, home: Path, points: Points, *, forever: bool, person: Callable[[App], None] | None = None
) -> int:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    engine.launch()
    if not forever:
        while not stop.is_set() and not _settled(engine.app, person):
            time.sleep(0.02)
            if reasons := engine.healthy():
                raise AssertionError(reasons)
        (home / "points.json").write_text(json.dumps(points.labels), encoding="utf-8")
        return 0  # at once: what a start must recover from, an end need not tidy
    return engine.wait(stop)


def _settled(app: App, person: Callable[[App], None] | None) -> bool:
    try:
        if person is not None:
            person(app)
        return _idle(app)
    except StorageError:
        return False


def _idle(app: App) -> bool:
    with app.look() as look:
        if look.outbox.counts()["due"]:
            return False
    if waiting(app):
        return False
    with app.look() as look:
        log = look.audit.verify()
        return log.stored == log.sealed


WORLDS = {"toy": toy_world, "real": real_world}
