"""What starts by the clock: once a day at a local time, or over and over, whatever restarts happen."""

import logging
import time as clocks
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.engine.store import EngineStore
from agent.errors import GatehouseError
from agent.kit.values import Value
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.receiving import IMAP, ODOO
from agent.settings import Settings

LOG = logging.getLogger("gatehouse.engine")
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=30)


class Schedule(Value):
    """Something to start once a day, at or after a time on the site's clock.

    `start` must itself do nothing the second time on one day: a crash between its commit and our note of
    it starts it again. A day that passes without a running service is not made up for.
    """

    name: str
    at: time
    start: Callable[[App], object]


class Ask(Value):
    """A source that is asked again and again whether it has news."""

    source: str
    every: timedelta


def asks_of(app: App, settings: Settings) -> tuple[Ask, ...]:
    """The sources that are configured."""
    odoo = Ask(source=ODOO, every=timedelta(seconds=settings.odoo_poll_seconds))
    mailbox = Ask(source=IMAP, every=timedelta(seconds=settings.imap_poll_seconds))
    return (*((odoo,) if app.changes is not None else ()), *((mailbox,) if app.mailbox is not None else ()))


class Asker:
    """Owes the reading of every source in turn: at once at the start, and then one of all processes in each period.

    Asking is no reading: a source that fails waits as its retry policy says, and one reading runs at a time.
    """

    def __init__(self, app: App, asks: tuple[Ask, ...], me: str) -> None:
        self._app = app
        self._asks = asks
        self._me = me
        self._next: dict[str, float] = {}

    def tick(self) -> int:
        """Ask every source whose time has come; returns how many were."""
        return sum(self._ask(ask) for ask in self._asks if clocks.monotonic() >= self._next.get(ask.source, 0.0))

    def _ask(self, ask: Ask) -> bool:
        first = ask.source not in self._next
        with self._app.db.write() as connection:
            now = self._app.clock()
            mine = EngineStore(connection).take_period(f"ask {ask.source}", now, ask.every, self._me)
        if mine or first:
            with self._app.work() as work:
                work.outbox.ask(WorkKind.CATCH_UP, ask.source, work.now)
            self._app.poke()
        self._next[ask.source] = clocks.monotonic() + ask.every.total_seconds()
        return mine or first


class Scheduler:
    """Starts what is due today; a failed start is tried again until the day is over."""

    def __init__(self, app: App, schedules: tuple[Schedule, ...], me: str) -> None:
        self._app = app
        self._schedules = schedules
        self._me = me
        self._resumed = False

    def tick(self) -> int:
        """Start every schedule that is due and was not started today; returns how many were."""
        if not self._resumed:
            with self._app.db.write() as connection:
                EngineStore(connection).resume_days(self._me, self._app.clock())
            self._resumed = True
        return sum(self._try(schedule) for schedule in self._schedules)

    def _try(self, schedule: Schedule) -> bool:
        now = self._app.clock()
        local = now.astimezone(ZoneInfo(self._app.zone))
        if local.time() < schedule.at:
            return False
        with self._app.db.write() as connection:
            attempt = EngineStore(connection).start_day(schedule.name, local.date(), now, self._me)
        if not attempt:
            return False
        error = self._start(schedule)
        after = self._app.clock()
        again = after + min(FIRST_WAIT * 2 ** min(attempt - 1, 10), LONGEST_WAIT)
        with self._app.db.write() as connection:
            EngineStore(connection).end_day(
                schedule.name, local.date(), done_at=None if error else after, error=error, not_before=again
            )
        return not error

    def _start(self, schedule: Schedule) -> str:
        try:
            schedule.start(self._app)
        except GatehouseError as error:
            LOG.warning("schedule %s failed and is tried again: %s", schedule.name, error)
            return str(error)
        return ""


def next_start(at: time, zone: str, now: datetime) -> datetime:
    """When a schedule of this time starts next, for people to see."""
    local = now.astimezone(ZoneInfo(zone))
    today = local.replace(hour=at.hour, minute=at.minute, second=at.second, microsecond=0)
    return (today if today > local else today + timedelta(days=1)).astimezone(now.tzinfo)
