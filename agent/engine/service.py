"""The engine as a service: launched by `serve` and `worker`, never by composition; one per process."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from agent.audit.store import AuditStore
from agent.engine.durable import Durable, QueuePlan
from agent.engine.duties import Duty
from agent.engine.executors import Executors, Replaced
from agent.engine.schedules import Ask, Asker, Schedule, Scheduler, asks_of
from agent.engine.slots import Slot, free_slot, only_slot
from agent.engine.store import EngineStore
from agent.engine.sweeper import Sweeper
from agent.errors import GatehouseError
from agent.kit.clock import EPOCH
from agent.kit.values import Value
from agent.outbox.model import WorkItem, WorkKind, WorkState
from agent.pipeline import App, Step, answer, perform, work_off
from agent.settings import Settings
from agent.steps.remember import remember_quietly

LOG = logging.getLogger("gatehouse.engine")
SEAL_PORTION = 2000
FORGET_SLOTS_AFTER = timedelta(days=7)


class EnginePlan(Value):
    """How the engine runs in this process. Seconds, unless said otherwise."""

    url: str
    home: Path
    role: str = "worker"
    executor_id: str = ""
    threads: int = 8
    cases_per_minute: int | None = None
    migrate: bool = True
    poll: float = 0.1
    sweep_every: float = 0.25
    silence: float = 60.0  # after which a process that gives no sign of life is dead
    look_after_every: float = 5.0
    lost_after: float = 30.0  # a run that was begun here and that no thread runs
    apart: float = 20.0  # between the second chances of runs that ended the process
    keep: timedelta = timedelta(days=3)  # finished runs
    schedules: tuple[Schedule, ...] = ()
    asks: tuple[Ask, ...] = ()


def plan_of(
    settings: Settings, role: str, schedules: tuple[Schedule, ...] = (), asks: tuple[Ask, ...] = ()
) -> EnginePlan:
    """The plan that the settings ask for. With a language model, as many cases start a minute as it may be asked."""
    return EnginePlan(
        url=settings.engine_url,
        home=settings.home,
        role=role,
        executor_id=settings.executor_id,
        threads=settings.worker_threads,
        cases_per_minute=settings.llm_calls_per_minute if settings.llm_base_url else None,
        migrate=settings.migrate_on_start and settings.database_url is None,
        schedules=schedules,
        asks=asks,
    )


class DurableSteps:
    """Runs the steps of one story so that a recovery continues after the last one that answered."""

    def __init__(self, app: App, steps: dict[str, Step], durable: Durable) -> None:
        self._app = app
        self._steps = steps
        self._durable = durable

    def __call__(self, step: str, *ids: str) -> list[str]:
        return answer(self._durable.step(step, lambda: perform(self._app, self._steps, step, ids)))


class Engine:
    """Runs what is owed until it is stopped.

    `wake` is the event that the commands of this process set when they owe something; the engine's own `app`
    sets it in any case. `on_failure` is called, from a service thread, when the process has to end.
    """

    def __init__(
        self,
        app: App,
        steps: dict[str, Step],
        settings: Settings | EnginePlan,
        *,
        role: str = "worker",
        schedules: tuple[Schedule, ...] = (),
        wake: threading.Event | None = None,
        on_failure: Callable[[], None] | None = None,
    ) -> None:
        self._wake = wake or threading.Event()
        self.app = replace(app, poke=self._wake.set)
        self._steps = steps
        if isinstance(settings, Settings):
            settings = plan_of(settings, role, schedules, asks_of(app, settings))
        self._plan = settings
        self._on_failure = on_failure
        self._failed = threading.Event()
        self._failure = ""
        self._running: set[str] = set()
        self._counting = threading.Lock()
        self._slot: Slot | None = None
        self._executors: Executors | None = None
        self._durable: Durable | None = None
        self._duties: list[Duty] = []

    # --- life -------------------------------------------------------------------------------------
    def launch(self) -> None:
        """Take a process slot, recover what it left behind, and begin.

        Raises ConfigurationError (a second service on SQLite, a name in use), WrongSchema or StorageError.
        """
        app, plan = self.app, self._plan
        alone = app.db.is_sqlite
        self._slot = (only_slot if alone else free_slot)(plan.home, plan.role, app.clock())
        try:
            self._executors = Executors(app.db, app.clock, plan.executor_id or self._slot.name, plan.silence)
            self._executors.enter(alone=alone or not plan.executor_id)
            self._durable = self._make_durable(self._executors.me.id)
            self._durable.launch()
            self._duties = self._make_duties(self._durable, self._executors, alone=alone)
        except BaseException:
            if self._durable is not None:
                self._durable.stop(0)
            self._slot.release()
            raise
        for duty in self._duties:
            duty.start()

    def stop(self, timeout: float = 30) -> bool:
        """Take nothing new, let what runs come to its end for up to `timeout` seconds. Whether it did.

        When it did not, its threads still hold the process: end it with os._exit; the next start goes on from there.
        """
        for duty in self._duties:
            duty.stop()
        for duty in self._duties:
            duty.join(10)
        if self._durable is not None:
            self._durable.stop(max(2.0, timeout) if self._running else 0)
        idle = self._wait_idle(2.0)
        if idle and self._executors is not None and self._slot is not None:
            self._say_goodbye(self._executors)
            self._slot.release()
        return idle

    def wait(self, stop: threading.Event, timeout: float = 30) -> int:
        """Work until `stop` is set or the engine fails; then stop. Answers the exit code of the process."""
        while not stop.wait(0.2) and not self._failed.is_set():
            pass
        if self._failed.is_set():
            LOG.error("the engine failed and the process ends: %s", self._failure)
        idle = self.stop(timeout)
        return 0 if idle and not self._failed.is_set() else 1

    def healthy(self) -> tuple[str, ...]:
        """Why the engine does not work as it should; empty when it does."""
        if self._durable is None:
            return ("the engine is not launched",)
        reasons = [self._failure, *(duty.trouble() for duty in self._duties), *self._durable.healthy()]
        return tuple(reason for reason in reasons if reason)

    # --- inside -----------------------------------------------------------------------------------
    def _make_durable(self, executor: str) -> Durable:
        plan = self._plan
        queues = (
            QueuePlan(name="cases", concurrency=plan.threads, per_minute=plan.cases_per_minute, poll=plan.poll),
            QueuePlan(name="odoo", concurrency=min(plan.threads, 4), poll=plan.poll),
            QueuePlan(name="sources", concurrency=min(plan.threads, 4), poll=plan.poll),
            QueuePlan(name="mail", concurrency=2, poll=plan.poll),
        )
        return Durable(plan.url, executor, self._story, queues, migrate=plan.migrate)

    def _make_duties(self, durable: Durable, executors: Executors, *, alone: bool) -> list[Duty]:
        sweeper = Sweeper(
            self.app, durable, executors, self._running_now,
            alone=alone, apart=timedelta(seconds=self._plan.apart), every=self._plan.look_after_every,
            lost_after=self._plan.lost_after,
        )  # fmt: skip
        scheduler = Scheduler(self.app, self._plan.schedules, executors.me.id)
        asker = Asker(self.app, self._plan.asks, executors.me.id)
        beat = self._plan.silence / 6
        if alone:
            sweeper.recover_dead()
        plans: list[tuple[str, float, Callable[[], object]]] = [
            ("sealer", 0.5, self._seal),
            ("heartbeat", beat, lambda: self._beat(executors)),
            ("watchdog", beat, sweeper.recover_dead),
            ("schedules", min(15.0, beat), scheduler.tick),
            ("asking", 0.5, asker.tick),
            ("retention", 600.0, lambda: self._forget(durable)),
            ("precedents", 5.0, lambda: remember_quietly(self.app)),
        ]
        sweeps = Duty("sweeper", self._plan.sweep_every, sweeper.sweep, self._fail, self._wake)
        return [sweeps, *(Duty(name, every, work, self._fail) for name, every, work in plans)]

    def _story(self, kind: str, key: str, wanted: int, attempts: int) -> None:
        """The one durable function: work off one request. Its arguments are all that DBOS keeps of it."""
        assert self._durable is not None, "a story runs only in a launched engine"
        item = WorkItem(
            kind=WorkKind(kind), key=key, wanted=wanted, attempts=attempts,
            state=WorkState.DUE, priority=1, due_at=EPOCH, owed_since=EPOCH,
        )  # fmt: skip
        with self._counting:
            self._running.add(item.name)
        try:
            work_off(item, DurableSteps(self.app, self._steps, self._durable))
        finally:
            with self._counting:
                self._running.discard(item.name)

    def _running_now(self) -> set[str]:
        with self._counting:
            return set(self._running)

    def _seal(self) -> None:
        """Link committed audit events, one process at a time."""
        sealed = SEAL_PORTION
        while sealed == SEAL_PORTION:
            with self.app.db.write() as connection:
                leads = EngineStore(connection).lead("seal")
                sealed = AuditStore(connection).seal(self.app.clock(), SEAL_PORTION) if leads else 0

    def _beat(self, executors: Executors) -> None:
        try:
            executors.beat()
        except Replaced as replaced:
            self._fail(str(replaced))

    def _forget(self, durable: Durable) -> None:
        """Remove what ended long ago, in small portions so that nobody waits for it."""
        now = self.app.clock()
        while durable.forget(now - self._plan.keep):
            time.sleep(0.1)
        with self.app.db.write() as connection:
            EngineStore(connection).forget_silent(now - FORGET_SLOTS_AFTER)

    def _fail(self, reason: str) -> None:
        self._failure = self._failure or reason
        self._failed.set()
        if self._on_failure is not None:
            self._on_failure()

    def _say_goodbye(self, executors: Executors) -> None:
        try:
            self._seal()
            executors.leave()
        except GatehouseError as error:
            LOG.warning("the last words could not be saved, which does no harm: %s", error)

    def _wait_idle(self, timeout: float) -> bool:
        end = time.monotonic() + timeout
        while self._running and time.monotonic() < end:
            time.sleep(0.02)
        return not self._running
