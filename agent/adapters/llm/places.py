"""How many requests run at a time: places of this process, and on PostgreSQL places that all processes share."""

import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from time import monotonic
from typing import Protocol

from sqlalchemy import Column, Integer, String, Table, and_, select, update

from agent.errors import ModelUnavailable
from agent.kit.clock import EPOCH, Clock
from agent.kit.db import Database, Moment, insert_all_once, metadata
from agent.kit.ids import new_id

FIRST_LOOK, LAST_LOOK = 0.02, 0.5  # seconds between looks for a free place
MARGIN = timedelta(seconds=30)
model_place = Table(
    "model_place",
    metadata,
    Column("endpoint", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("holder", String(36), nullable=False),
    Column("until", Moment, nullable=False),
)


class Places(Protocol):
    """Hands out places for requests."""

    def place(self) -> AbstractContextManager[None]:
        """A context in which one request may run. Raises ModelUnavailable when none gets free in time."""
        ...


def none_free(count: int) -> ModelUnavailable:
    """The error of a request that found no place."""
    return ModelUnavailable(
        f"all {count} places for requests stayed taken",
        remedy="Raise GATEHOUSE_LLM_CONCURRENCY if the server can do more at a time.",
    )


class OwnPlaces:
    """Places of this process alone."""

    def __init__(self, count: int, patience: float) -> None:
        self._count, self._patience = count, patience
        self._free = threading.BoundedSemaphore(count)

    @contextmanager
    def place(self) -> Generator[None]:
        """Wait up to `patience` seconds for one."""
        if not self._free.acquire(timeout=self._patience):
            raise none_free(self._count)
        try:
            yield
        finally:
            self._free.release()


class SharedPlaces:
    """Places that all processes on one PostgreSQL share: a row each, on lease, so that nobody's death keeps one."""

    def __init__(
        self, db: Database, clock: Clock, endpoint: str, count: int, patience: float, wait: Callable[[float], None]
    ) -> None:
        self._db, self._clock, self._wait = db, clock, wait
        self._endpoint = sha256(endpoint.encode()).hexdigest()
        self._count, self._patience = count, patience
        self._own = OwnPlaces(count, patience)
        self._made = False

    @contextmanager
    def place(self) -> Generator[None]:
        """Wait up to `patience` seconds for one. Raises StorageError when the database cannot be asked."""
        with self._own.place():
            holder, ends = new_id(), monotonic() + self._patience
            pause = FIRST_LOOK
            while not self._take(holder):
                if monotonic() > ends:
                    raise none_free(self._count)
                self._wait(pause)
                pause = min(pause * 2, LAST_LOOK)
            try:
                yield
            finally:
                self._release(holder)

    def _take(self, holder: str) -> bool:
        now = self._clock()
        with self._db.write() as connection:
            if not self._made:
                rows = [self._row(number) for number in range(self._count)]
                insert_all_once(connection, model_place, rows, key=["endpoint", "number"])
            free = select(model_place.c.number).where(
                model_place.c.endpoint == self._endpoint,
                model_place.c.number < self._count,
                model_place.c.until < now,
            )
            number = connection.scalar(free.limit(1).with_for_update(skip_locked=True))
            if number is not None:
                mine = and_(model_place.c.endpoint == self._endpoint, model_place.c.number == number)
                until = now + timedelta(seconds=self._patience) + MARGIN
                connection.execute(update(model_place).where(mine).values(holder=holder, until=until))
        self._made = True
        return number is not None

    def _release(self, holder: str) -> None:
        mine = and_(model_place.c.endpoint == self._endpoint, model_place.c.holder == holder)
        with self._db.write() as connection:
            connection.execute(update(model_place).where(mine).values(holder="", until=EPOCH))

    def _row(self, number: int) -> dict[str, str | int | datetime]:
        return {"endpoint": self._endpoint, "number": number, "holder": "", "until": EPOCH}
