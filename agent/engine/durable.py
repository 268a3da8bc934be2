"""The only importer of dbos: queues of durable runs, each a story whose steps are checkpointed as it goes.

DBOS's tables hold only work in flight. Everything that makes it behave is set here: a constant application
version, a stable executor id, JSON instead of pickle, WAL, no retries of its own, a limit for poison.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing, contextmanager
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from agent.errors import ConfigurationError, StorageError, WrongSchema
from agent.kit import db as kit_db
from agent.kit.values import Value

if TYPE_CHECKING:
    from dbos import DBOS

APPLICATION = "gatehouse"
VERSION = "1"  # constant: an upgrade must find the work of the version before it
WORKFLOW = "work"
LOST_LIVES = 3  # how often a run may be recovered after it ended its process; once more is poison
PORTION = 500
GRACE = 5.0  # seconds; DBOS starts a queue's thread, or a new one for one that died, within one or two

_one_per_process = threading.Lock()


class Standing(StrEnum):
    """How a run stands."""

    UNKNOWN = "unknown"
    ACTIVE = "active"
    DONE = "done"
    FAILED = "failed"
    POISON = "poison"


_STANDING = {
    "ENQUEUED": Standing.ACTIVE,
    "DELAYED": Standing.ACTIVE,
    "PENDING": Standing.ACTIVE,
    "SUCCESS": Standing.DONE,
    "ERROR": Standing.FAILED,
    "CANCELLED": Standing.FAILED,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": Standing.POISON,
}


class QueuePlan(Value):
    """A queue: how many of its runs this process works on at a time, and how many may start in a minute."""

    name: str
    concurrency: int
    per_minute: int | None = None
    poll: float = 0.1


class Run(Value):
    """What a run is told: plain values, because they lie in the engine's tables as JSON."""

    name: str
    queue: str
    priority: int
    arguments: tuple[str, str, int, int]


class Durable:
    """Starts, lists, recovers and forgets durable runs. One per process."""

    def __init__(
        self,
        url: str,
        executor: str,
        story: Callable[[str, str, int, int], None],
        queues: Iterable[QueuePlan],
        *,
        migrate: bool = True,
        threads: int = 128,
    ) -> None:
        self._url = url
        self._executor = executor
        self._story = story
        self._queues = tuple(queues)
        self._migrate = migrate
        self._threads = threads
        self._dbos: type[DBOS] | None = None
        self._workflow: Callable[[str, str, int, int], None] | None = None
        self._polled_at = 0.0

    def launch(self) -> None:
        """Start working. Runs that this executor left behind are recovered by themselves.

        Raises ConfigurationError, WrongSchema or StorageError.
        """
        if not _one_per_process.acquire(blocking=False):
            raise ConfigurationError("The engine runs in this process already.", remedy="Start one engine per process.")
        try:
            self._launch()
        except BaseException:
            self._tear_down(0)
            raise

    def _launch(self) -> None:
        from dbos import DBOS, error

        _quiet()
        if self._url.startswith("sqlite"):
            _write_ahead(self._url)

        def work(kind: str, key: str, wanted: int, attempts: int) -> None:
            self._story(kind, key, wanted, attempts)

        self._workflow = DBOS.workflow(name=WORKFLOW, max_recovery_attempts=LOST_LIVES)(work)
        self._dbos = DBOS
        try:
            DBOS(config=self._config())  # type: ignore[arg-type]  # a dict of the same keys
            DBOS.launch()
        except error.DBOSInitializationError as refused:
            raise WrongSchema(str(refused)) from refused
        except DBAPIError as failed:
            raise StorageError(str(failed.orig), remedy="Check GATEHOUSE_DATABASE_URL and the data folder.") from failed
        self._polled_at = time.monotonic()
        for queue in self._queues:
            limiter = {"limit": queue.per_minute, "period": 60.0} if queue.per_minute else None
            DBOS.register_queue(
                queue.name,
                worker_concurrency=queue.concurrency,
                limiter=limiter,  # type: ignore[arg-type]  # a dict of the same keys
                polling_interval_sec=queue.poll,
                on_conflict="always_update",
            )

    def _config(self) -> dict[str, Any]:
        from dbos import DBOSPortableJSONSerializer

        return {
            "name": APPLICATION,
            "system_database_url": _plain(self._url),
            "application_version": VERSION,
            "executor_id": self._executor,
            "serializer": DBOSPortableJSONSerializer(),
            "run_migrations": self._migrate,
            "max_executor_threads": self._threads,
            "sys_db_idle_transaction_timeout_sec": kit_db.IDLE_MILLISECONDS / 1000,
            "log_level": "WARNING",
            "enable_otlp": False,
        }

    # --- runs -------------------------------------------------------------------------------------
    def start(self, run: Run) -> None:
        """Queue a run. A run of this name that is or was there is left as it is."""
        from dbos import SetEnqueueOptions, SetWorkflowID

        if self._dbos is None or self._workflow is None:
            raise ConfigurationError("The engine has not been launched.")
        with _translated(), SetWorkflowID(run.name), SetEnqueueOptions(priority=max(1, run.priority)):
            self._dbos.enqueue_workflow(run.queue, self._workflow, *run.arguments)

    def step(self, name: str, call: Callable[[], dict[str, object]]) -> dict[str, object]:
        """Run one step inside a run: once it has answered, a recovery gets the same answer and does not run it."""
        from dbos import DBOS

        return DBOS.run_step({"name": name, "retries_allowed": False}, call)

    def standing(self, names: Iterable[str]) -> dict[str, Standing]:
        """How these runs stand."""
        wanted = sorted(set(names))
        found = dict.fromkeys(wanted, Standing.UNKNOWN)
        for start in range(0, len(wanted), PORTION):
            for status in self._list(workflow_ids=wanted[start : start + PORTION]):
                found[status.workflow_id] = _STANDING[status.status]
        return found

    def busy_executors(self) -> set[str]:
        """The executors that have begun runs and not ended them, dead ones included."""
        return {status.executor_id or "" for status in self._list(status="PENDING")} - {""}

    def begun(self) -> set[str]:
        """The runs that this executor has begun and not ended."""
        return {status.workflow_id for status in self._list(status="PENDING", executor_id=self._executor)}

    def give_up(self, name: str) -> None:
        """End a run as failed, whatever it does."""
        if self._dbos is not None:
            with _translated():
                self._dbos.cancel_workflow(name)

    def recover(self, executor: str) -> int:
        """Queue again what a dead executor had begun; returns how many.

        DBOS has no public call that keeps the attempts and is fenced on the executor, so this one is
        private and pinned by a contract test.
        """
        from dbos import DBOS

        with _translated():
            return len(DBOS._recover_pending_workflows([executor]))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    def forget(self, before: datetime, portion: int = PORTION) -> int:
        """Remove up to `portion` runs that ended before then; returns how many."""
        ended = self._list(
            status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
            completed_before=before.isoformat(),
            limit=portion,
        )
        names = [status.workflow_id for status in ended]
        if names and self._dbos is not None:
            with _translated():
                self._dbos.delete_workflows(names)
        return len(names)

    def _list(self, **filters: Any) -> list[Any]:
        if self._dbos is None:
            return []
        with _translated():
            return self._dbos.list_workflows(load_input=False, load_output=False, **filters)

    # --- life -------------------------------------------------------------------------------------
    def healthy(self) -> tuple[str, ...]:
        """Why the engine does not work; empty when it does."""
        if self._dbos is None:
            return ("the engine is not launched",)
        alive = {thread.name for thread in threading.enumerate()}
        missing = [queue.name for queue in self._queues if f"queue-worker-{queue.name}" not in alive]
        if not missing:
            self._polled_at = time.monotonic()
        if time.monotonic() - self._polled_at < GRACE:
            return ()
        return tuple(f"queue {name} is not polled" for name in missing)

    def stop(self, timeout: float) -> None:
        """Take no new runs, wait up to `timeout` seconds for those that run, and end."""
        if self._dbos is not None:
            self._tear_down(int(timeout))

    def _tear_down(self, timeout: int) -> None:
        from dbos import DBOS

        try:
            DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=timeout)
        finally:
            self._dbos = None
            self._workflow = None
            _one_per_process.release()


def migrate(url: str, application_role: str | None = None) -> None:
    """Make or update DBOS's tables, as the owner of the database; `application_role` may then use them."""
    from dbos import DBOS

    _quiet()
    with _translated():
        DBOS.migrate(_plain(url), application_role=application_role)


def _plain(url: str) -> str:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql")
    return parsed.render_as_string(hide_password=False)


def _write_ahead(url: str) -> None:
    path = make_url(url).database
    if path is None:
        raise ConfigurationError("The engine needs a file: SQLite in memory does not survive.")
    try:
        with closing(sqlite3.connect(path, timeout=30)) as file:
            file.execute("PRAGMA journal_mode=WAL")
    except sqlite3.Error as error:
        raise StorageError(f"{path}: {error}.", remedy="Check the data folder's rights and free space.") from error


def _quiet() -> None:
    """DBOS speaks through the standard logging, from warnings on, and adds no handler of its own."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StorageError(str(error.orig)) from error
