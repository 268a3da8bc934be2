"""The engine's own tables in our database: who is alive, and which daily schedule was started for which day."""

from datetime import date, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    String,
    Table,
    Text,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)

from agent.kit.canonical import digest
from agent.kit.db import Moment, insert_once, metadata
from agent.kit.values import Value

TAKE_OVER_FOR = timedelta(minutes=1)
RUN_FOR = timedelta(minutes=10)
ERROR_LENGTH = 2000
UNKNOWN = "unknown"
PERIODIC = "periodic"  # instead of a day: not once a day, but over and over

engine_executor = Table(
    "engine_executor",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("incarnation", String(36), nullable=False),
    Column("host", String(100), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("born", String(40), nullable=False),
    Column("beats", BigInteger, nullable=False),
    Column("beat_at", Moment, nullable=False),
    Column("taken_until", Moment),
)
schedule_run = Table(
    "schedule_run",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("started_by", String(100), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("done_at", Moment),
    Column("last_error", Text, nullable=False),
)


class Executor(Value):
    """One process slot that runs work: its stable name, and which process holds it at present."""

    id: str
    incarnation: str
    host: str
    pid: int
    born: str = ""
    beats: int = 0
    beat_at: datetime


class EngineStore:
    """Beats, take-overs and schedules of one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def executor(self, executor_id: str) -> Executor | None:
        """The slot under this name, when it was ever used."""
        row = self._db.execute(_executors().where(engine_executor.c.id == executor_id)).mappings().first()
        return Executor.model_validate(dict(row)) if row else None

    def executors(self) -> list[Executor]:
        """Every slot that was used lately."""
        return [Executor.model_validate(dict(row)) for row in self._db.execute(_executors()).mappings()]

    def enter(self, executor: Executor) -> None:
        """This process holds the slot from now on, whoever held it before."""
        values = executor.model_dump()
        if not insert_once(self._db, engine_executor, values, key=["id"]):
            mine = engine_executor.c.id == executor.id
            self._db.execute(update(engine_executor).where(mine).values(**values, taken_until=None))

    def meet(self, executor_id: str, now: datetime) -> None:
        """Note a slot that has work and that nobody announced, so that its silence can be watched."""
        fresh = {"id": executor_id, "incarnation": UNKNOWN, "host": "", "pid": 0, "born": "", "beats": 0}
        fresh |= {"beat_at": now}
        insert_once(self._db, engine_executor, fresh, key=["id"])

    def beat(self, executor: Executor, now: datetime) -> bool:
        """One sign of life. False when another process holds the slot, or nobody."""
        mine = and_(engine_executor.c.id == executor.id, engine_executor.c.incarnation == executor.incarnation)
        beat = update(engine_executor).where(mine).values(beats=engine_executor.c.beats + 1, beat_at=now)
        return self._db.execute(beat).rowcount == 1

    def leave(self, executor: Executor) -> None:
        """The process ends in order and leaves nothing running."""
        mine = and_(engine_executor.c.id == executor.id, engine_executor.c.incarnation == executor.incarnation)
        self._db.execute(delete(engine_executor).where(mine))

    def take(self, dead: Executor, now: datetime) -> bool:
        """The right to recover a dead slot's work; one at a time, and only when it has not beaten since."""
        silent = and_(engine_executor.c.id == dead.id, engine_executor.c.beats == dead.beats)
        free = or_(engine_executor.c.taken_until.is_(None), engine_executor.c.taken_until < now)
        taken = update(engine_executor).where(silent, free).values(taken_until=now + TAKE_OVER_FOR)
        return self._db.execute(taken).rowcount == 1

    def forget_silent(self, before: datetime) -> int:
        """Drop slots that nobody has used since; returns how many."""
        return self._db.execute(delete(engine_executor).where(engine_executor.c.beat_at < before)).rowcount

    def start_day(self, name: str, day: date, now: datetime, by: str) -> int:
        """Take this schedule's run for this day, for RUN_FOR. Answers which attempt it is.

        0 when it is done, when another process has it, or when its next attempt is not due.
        """
        fresh = {"started_by": by, "attempts": 1, "not_before": now + RUN_FOR, "last_error": ""}
        row = {"name": name, "day": day.isoformat(), **fresh}
        if insert_once(self._db, schedule_run, row, key=["name", "day"]):
            return 1
        mine = and_(schedule_run.c.name == name, schedule_run.c.day == day.isoformat())
        due = and_(mine, schedule_run.c.done_at.is_(None), schedule_run.c.not_before <= now)
        values = {"started_by": by, "attempts": schedule_run.c.attempts + 1, "not_before": now + RUN_FOR}
        if self._db.execute(update(schedule_run).where(due).values(**values)).rowcount != 1:
            return 0
        return self._db.scalar(select(schedule_run.c.attempts).where(mine)) or 0

    def end_day(self, name: str, day: date, *, done_at: datetime | None, error: str, not_before: datetime) -> None:
        """This run is done, or failed and is tried again at `not_before`."""
        mine = and_(schedule_run.c.name == name, schedule_run.c.day == day.isoformat())
        values = {"done_at": done_at, "last_error": error[:ERROR_LENGTH], "not_before": not_before}
        self._db.execute(update(schedule_run).where(mine).values(**values))

    def resume_days(self, by: str, now: datetime) -> None:
        """Runs that this executor began before it was killed are due at once."""
        mine = and_(schedule_run.c.started_by == by, schedule_run.c.done_at.is_(None))
        self._db.execute(update(schedule_run).where(mine).values(not_before=now))

    def take_period(self, name: str, now: datetime, every: timedelta, by: str) -> bool:
        """Whether something that is done `every` so often is due, and this executor's to do: one of all in a period."""
        values = {"started_by": by, "not_before": now + every}
        row = {"name": name, "day": PERIODIC, "attempts": 1, "last_error": "", "done_at": now, **values}
        if insert_once(self._db, schedule_run, row, key=["name", "day"]):
            return True
        mine = and_(schedule_run.c.name == name, schedule_run.c.day == PERIODIC, schedule_run.c.not_before <= now)
        return self._db.execute(update(schedule_run).where(mine).values(**values)).rowcount == 1

    def lead(self, duty: str) -> bool:
        """Whether this transaction is the only one on this duty, until it ends. Never waits."""
        if self._db.dialect.name == "sqlite":
            return True  # a write transaction is alone there
        number = int(digest(f"gatehouse duty {duty}".encode())[:15], 16)
        return bool(self._db.scalar(select(func.pg_try_advisory_xact_lock(number))))


def _executors():  # noqa: ANN202 - the library's generic type says nothing to a reader
    columns = engine_executor.c
    return select(
        columns.id, columns.incarnation, columns.host, columns.pid, columns.born, columns.beats, columns.beat_at
    )
