"""How far Odoo was read: passes over what changed since, each part in pages, every next pass overlapping. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from agent.intake.changes import Heads, Watched
from agent.kit.values import Value

OVERLAP = timedelta(minutes=15)
"""Ids and times are given before a transaction commits: so long one may take and still be read at once."""
DEEP_EVERY = timedelta(hours=24)
DEEP_OVERLAP = timedelta(hours=2)
HISTORY = timedelta(days=365)
MOST_MARKS = 64


class Part(StrEnum):
    """What a pass reads, one after the other."""

    SALE_ORDER = Watched.SALE_ORDER.value
    PURCHASE_ORDER = Watched.PURCHASE_ORDER.value
    PICKING = Watched.PICKING.value
    BILL = Watched.BILL.value
    MAILS = "mails"
    ATTEMPTS = "attempts"
    ANSWERS = "answers"


PARTS = tuple(Part)


class Mark(Value):
    """The highest ids there were at a moment of Odoo's clock."""

    at: datetime
    heads: Heads


class Progress(Value):
    """Where the reading of Odoo stands; all times are Odoo's."""

    version: Literal[1] = 1
    database: str
    watched_since: datetime
    first: bool = True  # the first pass learns how everything stands, and opens nothing
    since: datetime
    began: datetime
    before: datetime | None = None  # when the pass before this one began
    deep_at: datetime
    part: Part = PARTS[0]
    after: int = 0
    ended: bool = False
    changed: int = 0
    marks: tuple[Mark, ...] = ()

    @property
    def gap(self) -> bool:
        """Whether nobody read for longer than the overlap before this pass."""
        return self.before is not None and self.began - self.before > OVERLAP


def begin(last: Progress | None, database: str, now: datetime, heads: Heads) -> Progress:
    """The next pass; without a last one, or on another database, the first."""
    mark = Mark(at=now, heads=heads)
    if last is None or last.database != database:
        first = Progress(
            database=database, watched_since=now, since=now - HISTORY, began=now, deep_at=now, marks=(mark,)
        )
        return _from_here(first)
    since, deep_at = min(last.began, now) - OVERLAP, last.deep_at
    if now - deep_at >= DEEP_EVERY:
        since, deep_at = min(since, deep_at - DEEP_OVERLAP), now
    return _from_here(
        last.model_copy(
            update={
                "first": False, "since": since, "began": now, "before": last.began, "deep_at": deep_at,
                "part": PARTS[0], "after": 0, "ended": False, "changed": 0, "marks": _marks(last.marks, mark, since),
            }
        )
    )  # fmt: skip


def onward(now: Progress, reached: int, *, more: bool, changed: int = 0) -> Progress:
    """After a page: the next one, or the next part, or the end of the pass."""
    counted = now.model_copy(update={"changed": now.changed + changed})
    if more and reached > now.after:
        return counted.model_copy(update={"after": reached})
    place = PARTS.index(now.part) + 1
    if place == len(PARTS):
        return counted.model_copy(update={"ended": True})
    return _from_here(counted.model_copy(update={"part": PARTS[place]}))


def _from_here(now: Progress) -> Progress:
    """A part that is read by id begins behind what was there before the overlap; a record's begins at the first."""
    oldest = now.marks[0].heads
    begins = {Part.MAILS: oldest.message, Part.ATTEMPTS: oldest.attempt, Part.ANSWERS: oldest.answer}
    return now.model_copy(update={"after": begins.get(now.part, 0)})


def _marks(marks: tuple[Mark, ...], new: Mark, since: datetime) -> tuple[Mark, ...]:
    """The newest mark that is older than what this pass reads, and those after it."""
    older = [mark for mark in marks if mark.at <= since]
    kept = [*older[-1:], *(mark for mark in marks if mark.at > since), new]
    thinned = kept if len(kept) <= MOST_MARKS else [kept[0], *kept[1:-1:2], kept[-1]]
    return tuple(thinned)
