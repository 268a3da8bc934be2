"""The sandbox's file: a connection per thread, short transactions, SQLite's errors told as Odoo's."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakSet

from agent.adapters.sandbox.additions import bring_up, is_current
from agent.errors import ActionRefused, OdooError, OdooUnavailable
from agent.kit.clock import Clock, to_micros

BUSY_SECONDS = 10.0
IN_USE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
Trace = Callable[[str], object]


class Connection(sqlite3.Connection):
    """A connection that can be referred to weakly, so that it is closed with its thread."""

    process: int = 0  # that opened it


class Database:
    """One SQLite file, safe from many threads and processes. The schema is made at the first use."""

    def __init__(
        self, path: Path, clock: Clock, *, busy_seconds: float = BUSY_SECONDS, trace: Trace | None = None
    ) -> None:
        self.path = path
        self._clock = clock
        self._busy_seconds = busy_seconds
        self._trace = trace
        self._own = threading.local()
        self._opened: WeakSet[Connection] = WeakSet()

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """Reads that all see one moment. Raises OdooUnavailable."""
        with translated(self.path), self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection]:
        """One transaction, alone among all writers: all or nothing. Raises OdooUnavailable or ActionRefused."""
        with translated(self.path):
            with self._transaction("BEGIN IMMEDIATE") as connection:
                lost = self._outage(connection, after_commit=True)
                yield connection
            if lost:
                raise OdooUnavailable(f"The sandbox company {self.path} did not answer (it may have done the work).")

    @contextmanager
    def ungoverned(self) -> Generator[sqlite3.Connection]:
        """A write transaction that a simulated outage does not stop."""
        with translated(self.path), self._transaction("BEGIN IMMEDIATE", outages=False) as connection:
            yield connection

    def close(self) -> None:
        """Close the connections of all threads; the next use opens a new one."""
        for connection in list(self._opened):
            if connection.process == os.getpid():
                connection.close()
        self._own = threading.local()

    @contextmanager
    def _transaction(self, begin: str, *, outages: bool = True) -> Generator[sqlite3.Connection]:
        connection = self._connection()
        connection.execute(begin)
        try:
            if outages:
                self._must_be_up(connection)
            yield connection
        except BaseException:
            connection.rollback()
            raise
        connection.commit()

    def _must_be_up(self, connection: sqlite3.Connection) -> None:
        if self._outage(connection, after_commit=False):
            raise OdooUnavailable(f"The sandbox company {self.path} is down (a simulated outage).")

    def _outage(self, connection: sqlite3.Connection, *, after_commit: bool) -> bool:
        until = connection.execute("SELECT max(until) FROM outage WHERE after_commit = ?", (after_commit,)).fetchone()
        return until[0] is not None and to_micros(self._clock()) < until[0]

    def _connection(self) -> sqlite3.Connection:
        if getattr(self._own, "process", None) != os.getpid():
            self._own.inherited = getattr(self._own, "connection", None)  # from before a fork: neither used nor closed
            self._own.connection = self._open()
            self._own.process = os.getpid()
        return self._own.connection

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self._busy_seconds, isolation_level=None, check_same_thread=False, factory=Connection
        )
        connection.process = os.getpid()
        connection.row_factory = sqlite3.Row
        connection.create_function("fold", 1, _fold, deterministic=True)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # an erased text is overwritten, not only let go
        if not is_current(connection):
            _create(connection, self._busy_seconds)
        if self._trace:
            connection.set_trace_callback(self._trace)
        self._opened.add(connection)
        return connection


def _create(connection: sqlite3.Connection, patience: float) -> None:
    """Make the schema or bring it up, once, however many threads and processes ask at the same time."""
    give_up = time.monotonic() + patience
    while not _in_wal(connection, last_try=time.monotonic() > give_up):
        time.sleep(0.01)
    bring_up(connection)


def _in_wal(connection: sqlite3.Connection, *, last_try: bool) -> bool:
    """Switch to the write-ahead log; SQLite's own busy time-out does not cover two that switch at once."""
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if last_try or error.sqlite_errorcode & 0xFF not in IN_USE:
            raise
        return False
    return True


def _fold(text: str | None) -> str | None:
    return None if text is None else text.strip().casefold()


@contextmanager
def translated(path: Path) -> Generator[None]:
    """Tell SQLite's errors as those of an Odoo."""
    try:
        yield
    except OdooError:
        raise
    except sqlite3.IntegrityError as error:
        raise ActionRefused(f"The sandbox company refused: {error}.") from error
    except sqlite3.Error as error:
        raise OdooUnavailable(f"The sandbox company {path}: {error}.", remedy=_remedy(error, path)) from error


def _remedy(error: sqlite3.Error, path: Path) -> str:
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in IN_USE:
        return "Another process holds the sandbox's file; it goes on by itself when that one is done."
    if code == sqlite3.SQLITE_FULL:
        return f"Free some space on the disk that holds {path}; work waits and goes on by itself."
    return f"Check that {path} can be read and written, or remove it and fill it anew."
