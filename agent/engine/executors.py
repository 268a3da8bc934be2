"""Who is alive: signs of life of this process, and finding the processes that give none any more."""

import os
import socket
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from agent.engine.store import UNKNOWN, EngineStore, Executor
from agent.errors import ConfigurationError, GatehouseError
from agent.kit.clock import Clock
from agent.kit.db import Database
from agent.kit.ids import new_id


class Replaced(GatehouseError):
    """Another process took over this one's name."""

    remedy = "Give every process a GATEHOUSE_EXECUTOR_ID of its own, or none: then each makes its own."


class Executors:
    """Beats for this process and watches the others.

    Nobody's clock is compared with another's: a process is dead when its count of beats stood still
    for `silence` seconds of the observer's own time.
    """

    def __init__(
        self, db: Database, clock: Clock, name: str, silence: float, tick: Callable[[], float] = time.monotonic
    ) -> None:
        self._db = db
        self._clock = clock
        self._silence = silence
        self._tick = tick
        self._seen: dict[str, tuple[str, int, float]] = {}
        pid = os.getpid()
        host = socket.gethostname()[:100]
        self.me = Executor(id=name, incarnation=new_id(), host=host, pid=pid, born=_born(pid), beat_at=clock())

    def enter(self, *, alone: bool, pause: Callable[[float], object] = time.sleep) -> None:
        """Take the slot of this name. `alone` says that a lock proves that nobody else can hold it.

        Raises ConfigurationError when another living process holds the name. A process of another host is
        watched for `silence` seconds first.
        """
        while not alone and (other := self._holder()) is not None:
            if self._silent(other):
                break
            pause(min(1.0, self._silence / 10))
            with self._db.read() as connection:
                again = EngineStore(connection).executor(self.me.id)
            if again is not None and again.beats != other.beats:
                raise ConfigurationError(
                    f"The executor {self.me.id} is alive on {again.host} (process {again.pid}).",
                    remedy=Replaced.remedy,
                )
        with self._db.write() as connection:
            EngineStore(connection).enter(self.me)

    def beat(self) -> None:
        """One sign of life. Raises Replaced when another process has taken the name."""
        with self._db.write() as connection:
            store = EngineStore(connection)
            if store.beat(self.me, self._clock()):
                return
            holder = store.executor(self.me.id)
            if holder is not None and holder.incarnation != UNKNOWN:
                raise Replaced(f"{self.me.id} is now process {holder.pid} on {holder.host}.")
            store.enter(self.me.model_copy(update={"beat_at": self._clock()}))

    def leave(self) -> None:
        """Say that this process ends in order."""
        with self._db.write() as connection:
            EngineStore(connection).leave(self.me)

    def dead(self, busy: Iterable[str], *, alone: bool) -> list[Executor]:
        """Which of these executors, who have unfinished work, are dead and ours to recover now.

        `alone`: there can be no other living process, so all others are dead without waiting.
        """
        others = {name for name in busy if name and name != self.me.id}
        if not others:
            return []
        now = self._clock()
        with self._db.write() as connection:
            store = EngineStore(connection)
            for name in others:
                store.meet(name, now)
            known = [executor for executor in store.executors() if executor.id in others]
            return [executor for executor in known if (alone or self._silent(executor)) and store.take(executor, now)]

    def _holder(self) -> Executor | None:
        with self._db.read() as connection:
            holder = EngineStore(connection).executor(self.me.id)
        if holder is None or (holder.host == self.me.host and not _runs(holder)):
            return None
        return holder

    def _silent(self, executor: Executor) -> bool:
        """Whether the count of beats has stood still for long enough."""
        incarnation, beats, since = self._seen.get(executor.id, ("", -1, 0.0))
        now = self._tick()
        if (incarnation, beats) != (executor.incarnation, executor.beats):
            self._seen[executor.id] = (executor.incarnation, executor.beats, now)
            return False
        return now - since >= self._silence


def _runs(executor: Executor) -> bool:
    """Whether that process of this host is still the one that beat.

    This very process's number does not count: in a container every start has the same.
    """
    if executor.pid == os.getpid() or not executor.pid:
        return False
    try:
        os.kill(executor.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _born(executor.pid) == executor.born


def _born(pid: int) -> str:
    """When a process started, as Linux counts it; empty elsewhere. Tells a process from a later one of its number."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return ""
