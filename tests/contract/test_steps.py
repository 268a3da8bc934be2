"""Both runners of stories, inline and durable, under one suite: the same stories come to the same end."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import ActionRefused, OdooUnavailable
from agent.inline import run_due
from agent.outbox.model import WorkKind, WorkState
from agent.pipeline import App, Step
from tests.builders_engine import an_app, notes, owe, owed, postpone, running, toy_steps, until


class World:
    """An app, its steps (each test may put its own in their place), and a runner that works until something is true."""

    def __init__(self, app: App, steps: dict[str, Step], *, inline: bool) -> None:
        self.app = app
        self.steps = steps
        self._inline = inline

    def run_until(self, true: Callable[[], object]) -> None:
        def come_true() -> object:
            if self._inline:
                run_due(self.app, self.steps)
            return true()

        until(come_true)

    def of(self, key: str) -> list[str]:
        return [line for line in notes(self.app) if line.split()[1].split(".")[0] == key]

    def is_done(self, kind: WorkKind, key: str) -> Callable[[], bool]:
        return lambda: owed(self.app, kind, key) is None

    def is_dead(self, kind: WorkKind, key: str) -> Callable[[], bool]:
        return lambda: (item := owed(self.app, kind, key)) is not None and item.state is WorkState.DEAD


@pytest.fixture(scope="module", params=["inline", "durable"])
def runner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = tmp_path_factory.mktemp("home")
    app = an_app(f"sqlite:///{home / 'state.db'}", Path(home))
    steps = toy_steps()
    if request.param == "inline":
        yield World(app, steps, inline=True)
    else:
        with running(app, steps) as engine:
            yield World(engine.app, steps, inline=False)
    app.db.close()


@pytest.fixture
def world(runner: World) -> World:
    runner.steps.update(toy_steps())
    return runner


def failing(times: int, error: Exception) -> Step:
    """A step that fails so often, and then answers."""
    tried: list[str] = []

    def step(app: App, key: str, *_: str) -> list[str]:
        tried.append(key)
        if len(tried) <= times:
            raise error
        return [f"{key}.e"]

    return step


def test_the_steps_of_a_story_run_in_order_and_hand_on_ids(world: World):
    owe(world.app, WorkKind.SETTLE, "order")

    world.run_until(world.is_done(WorkKind.SETTLE, "order"))

    assert world.of("order") == ["collect order", "suggest order.e", "route order.e.s"]


def test_a_step_is_run_for_every_id_that_another_answered(world: World):
    owe(world.app, WorkKind.CARRY_OUT, "many")

    world.run_until(world.is_done(WorkKind.CARRY_OUT, "many"))

    acts = ["act_in_odoo many.1", "act_in_odoo many.2"]
    assert world.of("many") == ["approved_actions many", *acts, "close many"]


def test_what_may_work_later_is_tried_again_after_growing_waits(world: World):
    waits: list[timedelta] = []

    def measured(app: App, kind: str, key: str, *rest: str) -> list[str]:
        now = app.clock()
        postpone(replace(app, clock=lambda: now), kind, key, *rest)
        item = owed(app, WorkKind(kind), key)
        assert item is not None
        waits.append(item.due_at - now)
        return []

    world.steps.update(collect=failing(4, OdooUnavailable("It rests.")), postpone=measured)
    owe(world.app, WorkKind.SETTLE, "wait")

    world.run_until(world.is_done(WorkKind.SETTLE, "wait"))

    assert [wait / timedelta(milliseconds=1) for wait in waits] == [100, 200, 400, 400]


def test_a_refusal_is_dead_at_once_and_ends_the_story(world: World):
    world.steps.update(act_in_odoo=failing(9, ActionRefused("The order is done.")))
    owe(world.app, WorkKind.CARRY_OUT, "refused")

    world.run_until(world.is_dead(WorkKind.CARRY_OUT, "refused"))

    dead = owed(world.app, WorkKind.CARRY_OUT, "refused")
    assert dead is not None
    assert dead.attempts == 1
    assert dead.last_error == "Odoo refused the change. The order is done."
    assert world.of("refused") == ["approved_actions refused"]


def test_an_accident_is_tried_five_times_and_then_dead(world: World):
    tries: list[str] = []

    def accident(app: App, key: str) -> list[str]:
        tries.append(key)
        raise ZeroDivisionError("a fault of ours")

    world.steps.update(collect=accident)
    owe(world.app, WorkKind.SETTLE, "accident")

    world.run_until(world.is_dead(WorkKind.SETTLE, "accident"))

    dead = owed(world.app, WorkKind.SETTLE, "accident")
    assert dead is not None
    assert dead.last_error.startswith("ZeroDivisionError in test_steps.py line")
    assert len(tries) == 5


def test_what_is_asked_for_again_while_it_runs_is_done_once_more(world: World):
    asked: list[str] = []

    def asking(app: App, key: str) -> list[str]:
        asked.append(key)
        if len(asked) == 1:
            owe(app, WorkKind.SETTLE, key)
        return [f"{key}.e"]

    world.steps.update(collect=asking)
    owe(world.app, WorkKind.SETTLE, "again")

    world.run_until(world.is_done(WorkKind.SETTLE, "again"))

    assert len(asked) == 2
    assert world.of("again") == ["suggest again.e", "route again.e.s"] * 2


def test_what_is_asked_for_again_after_its_end_is_done_again(world: World):
    for _ in range(3):
        owe(world.app, WorkKind.SETTLE, "later")
        world.run_until(world.is_done(WorkKind.SETTLE, "later"))

    assert world.of("later").count("route later.e.s") == 3


def test_what_a_person_takes_from_the_dead_is_tried_again_from_the_start(world: World):
    world.steps.update(act_in_odoo=failing(1, ActionRefused("Not yet.")))
    owe(world.app, WorkKind.CARRY_OUT, "back")
    world.run_until(world.is_dead(WorkKind.CARRY_OUT, "back"))

    with world.app.work() as work:
        assert work.outbox.redrive(WorkKind.CARRY_OUT, "back", work.now)
    world.run_until(world.is_done(WorkKind.CARRY_OUT, "back"))

    assert world.of("back") == ["approved_actions back", "approved_actions back", "close back"]
