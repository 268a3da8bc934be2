"""What every part of the sandbox company's gateway works on."""

from pathlib import Path

from agent.adapters.sandbox.database import BUSY_SECONDS, Database, Trace
from agent.kit.clock import Clock, utc_now


class Part:
    """One file and a clock. Every method raises OdooUnavailable in an outage."""

    def __init__(
        self, path: Path, *, clock: Clock = utc_now, busy_seconds: float = BUSY_SECONDS, trace: Trace | None = None
    ) -> None:
        self.path = path
        self._clock = clock
        self._db = Database(path, clock, busy_seconds=busy_seconds, trace=trace)

    def close(self) -> None:
        """Close all connections; the next use opens them again."""
        self._db.close()
