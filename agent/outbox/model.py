"""Work that is owed, and the retry decision."""

from datetime import datetime, timedelta
from enum import StrEnum

from agent.kit.values import Value


class WorkKind(StrEnum):
    """Which story a piece of work runs; see `pipeline.STORIES`."""

    SETTLE = "settle"  # key: case id
    CARRY_OUT = "carry_out"  # key: decision id
    DELIVER_LOG = "deliver_log"  # key: "odoo"
    CATCH_UP = "catch_up"  # key: the source, "odoo" or "imap"
    INDICATE = "indicate"  # key: "odoo"


class WorkState(StrEnum):
    """Where a piece of work stands; finished work has no row."""

    DUE = "due"
    DEAD = "dead"


PRIORITY = {
    WorkKind.CARRY_OUT: 10,
    WorkKind.DELIVER_LOG: 20,
    WorkKind.CATCH_UP: 30,
    WorkKind.SETTLE: 50,
    WorkKind.INDICATE: 80,
}


class WorkItem(Value):
    """One piece of work that is owed.

    `wanted` counts, from a random start, how often it was asked for: whoever finishes an older request leaves
    the newer one owed, and no two requests under one key ever have the same name.
    """

    kind: WorkKind
    key: str
    wanted: int
    attempts: int
    accidents: int = 0
    state: WorkState
    priority: int
    due_at: datetime
    running_until: datetime | None = None
    running_by: str = ""  # the executor that took it
    running_as: str = ""  # the name under which it was taken
    last_error: str = ""
    owed_since: datetime

    @property
    def name(self) -> str:
        """The engine's id for this request and attempt: the same id never runs twice."""
        return f"{self.kind}:{self.key}:{self.wanted}:{self.attempts}"


class Failure(Value):
    """Why a step failed, as plain values that survive the engine's JSON."""

    error: str
    message: str
    next_step: str
    retry: bool
    known: bool  # an error of our own tree, not an accident


class RetryPolicy(Value):
    """When to try again. Unavailable sinks: always, with growing waits. Refusals: never. Accidents: five times."""

    first_wait: timedelta = timedelta(seconds=2)
    longest_wait: timedelta = timedelta(minutes=10)
    max_accidents: int = 5

    def next_run(self, failure: Failure, item: WorkItem, now: datetime) -> datetime | None:
        """When to try again after this failure of the item; None means that a person must look."""
        if failure.known and not failure.retry:
            return None
        if not failure.known and item.accidents + 1 >= self.max_accidents:
            return None
        return now + min(self.first_wait * 2 ** min(item.attempts + 1, 20), self.longest_wait)
