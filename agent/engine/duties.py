"""Service threads: each does one duty again and again, and a thread that dies is never overlooked."""

import logging
import threading
import time
from collections.abc import Callable

from agent.errors import GatehouseError

LOG = logging.getLogger("gatehouse.engine")
PATIENCE = 60.0  # seconds that a duty may fail before the process calls itself unwell


class Duty:
    """A thread that does something every `every` seconds, or at once when it is woken.

    An error of our own tree (the database is locked, the disk is full) is waited out and said in `trouble`.
    Any other is a fault in the program: the thread ends and `on_death` is called.
    """

    def __init__(
        self,
        name: str,
        every: float,
        work: Callable[[], object],
        on_death: Callable[[str], None] | None = None,
        wake: threading.Event | None = None,
    ) -> None:
        self.name = name
        self._every = every
        self._work = work
        self._on_death = on_death
        self._wake = wake or threading.Event()
        self._stopping = False
        self._failing_since: float | None = None
        self._last_error = ""
        self._death = ""
        self._thread = threading.Thread(target=self._run, name=f"gatehouse-{name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is being done now; does not wait."""
        self._stopping = True
        self._wake.set()

    def join(self, timeout: float) -> None:
        """Wait for the end."""
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def trouble(self) -> str:
        """Why this duty is not done; empty when it is."""
        if self._death:
            return f"{self.name} died: {self._death}"
        if not self._thread.is_alive() and not self._stopping:
            return f"{self.name} is not running"
        if self._failing_since is not None and time.monotonic() - self._failing_since > PATIENCE:
            return f"{self.name} keeps failing: {self._last_error}"
        return ""

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                self._work()
            except GatehouseError as error:
                self._note(str(error))
            except BaseException as error:  # noqa: BLE001 - the thread's last word: it is told, and the process ends
                self._die(error)
                return
            else:
                self._failing_since = None
            self._wake.wait(self._every)

    def _note(self, error: str) -> None:
        if self._failing_since is None:
            self._failing_since = time.monotonic()
            LOG.warning("%s failed and tries again: %s", self.name, error)
        self._last_error = error

    def _die(self, error: BaseException) -> None:
        self._death = f"{type(error).__name__}: {error}"
        LOG.error("%s died", self.name, exc_info=error)
        if self._on_death is not None:
            self._on_death(self._death)
