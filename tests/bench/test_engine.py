"""What durability costs: stories a second and the time until work is picked up, beside the inline runner."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

from agent.inline import run_due
from agent.outbox.model import WorkKind
from agent.pipeline import App, Step
from tests.builders_engine import a_plan, an_app, finish, owe, owed, postpone, running, until

THREADS = 64


def idle_steps(picked_up: dict[str, float]) -> dict[str, Step]:
    """Three steps that do nothing; the first notes when it began."""

    def collect(app: App, key: str) -> list[str]:
        picked_up[key] = time.perf_counter()
        return [key]

    return {
        "collect": collect,
        "suggest": lambda app, key: [key],
        "route": lambda app, key: [],
        "finish": finish,
        "postpone": postpone,
    }


def nothing_due(app: App) -> bool:
    with app.look() as look:
        return look.outbox.counts()["due"] == 0


def test_three_step_stories_a_second_and_pick_up(database_url: str, tmp_path: Path, scale: Callable[[int], int]):
    app = an_app(database_url, tmp_path)
    kind, many, few = app.db.url.get_backend_name(), scale(2_000), scale(1_000)
    keys = [f"case-{number}" for number in range(many)]
    picked_up: dict[str, float] = {}

    owe(app, WorkKind.SETTLE, *keys)
    begin = time.perf_counter()
    assert run_due(app, idle_steps({})) == many
    inline = many / (time.perf_counter() - begin)

    with running(app, idle_steps(picked_up), threads=THREADS, poll=a_plan(app).poll) as engine:
        owe(engine.app, WorkKind.SETTLE, "warm")
        until(lambda: nothing_due(app))
        owe(engine.app, WorkKind.SETTLE, *keys)
        begin = time.perf_counter()
        until(lambda: nothing_due(app), within=600)
        durable = many / (time.perf_counter() - begin)

        waits = []
        for number in range(few):
            key = f"single-{number}"
            asked = time.perf_counter()
            owe(engine.app, WorkKind.SETTLE, key)
            until(lambda key=key: owed(app, WorkKind.SETTLE, key) is None)
            waits.append((picked_up[key] - asked) * 1000)

    assert set(picked_up) == {"warm", *keys, *(f"single-{number}" for number in range(few))}
    cuts = quantiles(waits, n=20)
    print(  # noqa: T201 - the figures are the point
        f"\n{kind}: {many} stories of 3 steps, {THREADS} at a time: durable {durable:.0f}/s, inline {inline:.0f}/s "
        f"(1 : {inline / durable:.1f}); pick-up of {few} single ones p50 {cuts[9]:.0f} ms, p95 {cuts[18]:.0f} ms"
    )
    app.db.close()
