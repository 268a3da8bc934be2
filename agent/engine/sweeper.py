"""From owed work to durable runs and back: claims what is due, and looks after what it claimed."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from agent.audit.model import WorkDied
from agent.engine.durable import LOST_LIVES, Durable, Run, Standing
from agent.engine.executors import Executors
from agent.outbox.model import Failure, WorkItem, WorkKind
from agent.pipeline import App
from agent.work import Work

LOG = logging.getLogger("gatehouse.engine")
QUEUES = {
    WorkKind.SETTLE: "cases",
    WorkKind.CARRY_OUT: "odoo",
    WorkKind.DELIVER_LOG: "odoo",
    WorkKind.CATCH_UP: "sources",
    WorkKind.INDICATE: "odoo",
}
PORTION = 100


class Sweeper:
    """Turns due rows into runs. The rows are the truth: a run is started under the row's name, so twice is once."""

    def __init__(
        self,
        app: App,
        durable: Durable,
        executors: Executors,
        running: Callable[[], set[str]],
        *,
        alone: bool,
        apart: timedelta,
        every: float,
        lost_after: float,
    ) -> None:
        self._app = app
        self._durable = durable
        self._executors = executors
        self._me = executors.me.id
        self._alone = alone
        self._apart = apart
        self._running = running
        self._lost: dict[str, float] = {}
        self._lost_after = lost_after
        self._every = every
        self._looked_after = -every

    def sweep(self) -> int:
        """Start a run for all work that is due now; returns how many. Now and then look after earlier ones first."""
        if time.monotonic() - self._looked_after >= self._every:
            self.look_after()
            self._looked_after = time.monotonic()
        started = 0
        while items := self._claim():
            for item in items:
                self._durable.start(_run(item))
            started += len(items)
            if len(items) < PORTION:
                break
        return started

    def _claim(self) -> list[WorkItem]:
        with self._app.look() as look:
            if not look.outbox.any_due(look.now):
                return []
        with self._app.work() as work:
            return work.outbox.claim_due(work.now, PORTION, by=self._me)

    def look_after(self) -> int:
        """Find claimed work whose run is gone or ended without saying so, and free, postpone or bury it."""
        self._give_up_lost()
        with self._app.look() as look:
            claimed = look.outbox.claimed(self._me)
        standing = self._durable.standing(item.running_as for item in claimed)
        stray = [item for item in claimed if standing[item.running_as] is not Standing.ACTIVE]
        for number, item in enumerate(stray):
            with self._app.work() as work:
                self._judge(work, item, standing[item.running_as], number)
        return len(stray)

    def _give_up_lost(self) -> None:
        """End runs that have long counted as begun here and that no thread runs: their end could not be saved."""
        now = time.monotonic()
        begun = self._durable.begun()
        running = self._running()  # read after the other: what has just ended is in neither
        self._lost = {name: self._lost.get(name, now) for name in begun - running}
        for name in [name for name, since in self._lost.items() if now - since >= self._lost_after]:
            LOG.warning("%s broke off and could not say so", name)
            self._durable.give_up(name)

    def _judge(self, work: Work, item: WorkItem, standing: Standing, number: int) -> None:
        if standing is Standing.UNKNOWN or item.running_as != item.name:
            work.outbox.release(item)
            return
        if standing is Standing.DONE:
            work.outbox.postpone(item, "The run ended and the work is still owed: the data was restored.", work.now)
            return
        reason, due_at = self._verdict(item, standing, work.now, number)
        LOG.warning("%s: %s", item.name, reason)
        if work.outbox.postpone(item, reason, due_at, accident=True) and due_at is None:
            work.audit.append([WorkDied(kind=item.kind, key=item.key, why=reason)], work.now)

    def _verdict(self, item: WorkItem, standing: Standing, now: datetime, number: int) -> tuple[str, datetime | None]:
        """Why, and when it is tried again; None when a person must look.

        What ran beside poison dies with it: so a first verdict is given one more chance, each apart from the others.
        """
        if standing is Standing.POISON:
            reason = f"It ended the worker {LOST_LIVES + 1} times."
            return reason, now + self._apart * (number + 1) if item.attempts == 0 else None
        failure = Failure(error="RunFailed", message="The run broke off.", next_step="", retry=True, known=False)
        return failure.message, self._app.retry.next_run(failure, item, now)

    def recover_dead(self) -> int:
        """Take over what dead executors had claimed and begun; returns how many runs were queued again."""
        with self._app.look() as look:
            busy = look.outbox.runners()
        recovered = 0
        for dead in self._executors.dead(busy | self._durable.busy_executors(), alone=self._alone):
            recovered += self._durable.recover(dead.id)
            with self._app.work() as work:
                work.outbox.take_over(dead.id, self._me)
            LOG.warning("%s is dead: %s takes over its work (%d runs)", dead.id, self._me, recovered)
        return recovered


def _run(item: WorkItem) -> Run:
    return Run(
        name=item.name,
        queue=QUEUES[item.kind],
        priority=item.priority,
        arguments=(item.kind.value, item.key, item.wanted, item.attempts),
    )
