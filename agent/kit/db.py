"""The database: one schema for SQLite and PostgreSQL, short transactions, errors translated at the border.

SQLite runs in WAL mode with synchronous=FULL and foreign keys on; write transactions begin IMMEDIATE and
queue behind one lock per process, so that threads wait for each other instead of colliding.
"""

import hashlib
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Row,
    Table,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.types import TypeDecorator

from agent.errors import (
    ConfigurationError,
    Conflict,
    StateError,
    StorageBusy,
    StorageError,
    StorageFull,
    StorageUnavailable,
)
from agent.kit.clock import from_micros, to_micros
from agent.kit.values import from_micro_units, to_micro_units

BUSY_MILLISECONDS = 10_000
IDLE_MILLISECONDS = 30_000

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC time, stored as integer microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - signature of the library
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - signature of the library
        return None if value is None else from_micros(value)


class Micro(TypeDecorator[Decimal]):
    """A decimal amount or quantity, stored as an integer of 10^-6."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - signature of the library
        return None if value is None else to_micro_units(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - signature of the library
        return None if value is None else from_micro_units(value)


class SealedText(TypeDecorator[bytes]):
    """Personal text, sealed by `kit.seal` under the key of its thread; only ever bytes in the database."""

    impl = LargeBinary
    cache_ok = True


class Database:
    """One engine and the two kinds of transaction: `write` and `read`."""

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
        except Exception as error:
            raise ConfigurationError(f"GATEHOUSE_DATABASE_URL is not a database URL: {error}.") from error
        if parsed.drivername in {"postgres", "postgresql"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
            raise ConfigurationError(
                f"GATEHOUSE_DATABASE_URL names {parsed.get_backend_name()}: use sqlite or postgresql."
            )
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self.url = parsed
        self.engine = _sqlite_engine(parsed) if self.is_sqlite else _postgres_engine(parsed)
        self._writer = threading.Lock()

    @contextmanager
    def write(self) -> Generator[Connection]:
        """One short write transaction: all of it is saved at the end, or nothing.

        Raises StorageBusy, StorageFull or StorageError; nothing is saved then.
        """
        lock = self._writer if self.is_sqlite else _NO_LOCK
        with lock, _translated(), self.engine.connect() as fresh:
            connection = fresh.execution_options(gatehouse_write=True)
            with connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A read-only look at one consistent moment of the database."""
        with _translated(), self.engine.connect() as fresh:
            still = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            connection = fresh.execution_options(**still)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


class _NoLock:
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


_NO_LOCK = _NoLock()


def _postgres_engine(url: Any) -> Engine:
    frees = f"-c idle_in_transaction_session_timeout={IDLE_MILLISECONDS}"  # what a frozen process had locked
    return create_engine(url, pool_pre_ping=True, pool_size=20, connect_args={"options": frees}, hide_parameters=True)


def _sqlite_engine(url: Any) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, _record: object) -> None:
        raw.isolation_level = None  # we begin transactions ourselves
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MILLISECONDS}"):
            raw.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("gatehouse_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    _ = (prepare, begin)
    return engine


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except PoolTimeout as error:
        raise StorageBusy("Every connection of this process is in use.") from error
    except DBAPIError as error:
        raise _as_ours(error) from error


CONFIGURED = "Check GATEHOUSE_DATABASE_URL and that the database can be reached and written."
SAID: tuple[tuple[tuple[str, ...], type[StorageError], str | None], ...] = (
    (("append-only",), StorageError, "Nothing to do: the log is never changed."),
    (("locked", "busy", "could not serialize", "deadlock detected"), StorageBusy, None),
    (("malformed", "not a database"), StorageError, "The file is damaged: `gatehouse restore` a backup elsewhere."),
    (("readonly", "unable to open"), StorageUnavailable, "Check that the database's folder exists and can be written."),
    (("disk I/O error", "is full", "No space left", "disk full"), StorageFull, None),
    (("no such",), StorageError, CONFIGURED),
)


def _as_ours(error: DBAPIError) -> StateError:
    """The error in our tree, by what the database said."""
    text = str(error.orig)
    for needles, kind, remedy in SAID:
        if any(needle in text for needle in needles):
            return kind(text, remedy=remedy)
    if isinstance(error, OperationalError | InterfaceError):
        return StorageUnavailable(text)
    if isinstance(error, IntegrityError):
        return Conflict("Two changes of the same row met.")
    return StorageError(f"{type(error.orig).__name__}: {text}", remedy="See the service's log, and report it.")


def as_dict(row: Row[Any]) -> dict[str, Any]:
    """A row as a dictionary of its columns."""
    return dict(row._mapping)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the library's public name for a row as a mapping


def take_turn(connection: Connection, name: str) -> None:
    """Wait until no other transaction has this turn, and keep it until this one ends. SQLite has one writer anyway."""
    if connection.dialect.name != "sqlite":
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(number)))


def insert_once(connection: Connection, table: Table, values: Mapping[str, Any], *, key: Sequence[str]) -> bool:
    """Insert a row unless one with this key is there; True when it is new. One statement, safe against races."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing(index_elements=list(key))
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount == 1


def insert_all_once(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> None:
    """Insert the rows whose keys are not there yet, in one statement that runs for all of them."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(table).on_conflict_do_nothing(index_elements=list(key)), list(rows))
