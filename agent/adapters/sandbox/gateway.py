"""`SandboxOdoo`: the sandbox company behind the ports of an Odoo."""

from datetime import datetime

from agent.adapters.sandbox.changes import Changes
from agent.adapters.sandbox.log import Log
from agent.adapters.sandbox.reader import Reader
from agent.adapters.sandbox.shown import Shown
from agent.adapters.sandbox.users import Users
from agent.adapters.sandbox.writer import Writer
from agent.kit.clock import to_micros


class SandboxOdoo(Reader, Writer, Log, Changes, Users, Shown):
    """A company in one SQLite file; `fill` gives it records. Every method raises OdooUnavailable in an outage."""

    def fail_until(self, until: datetime, *, after_commit: bool = False) -> None:
        """Simulate an outage for every process: nothing answers; or writes are done and their answer is lost."""
        with self._db.ungoverned() as db:
            db.execute("INSERT INTO outage (until, after_commit) VALUES (?, ?)", (to_micros(until), after_commit))

    def recover(self) -> None:
        """End every simulated outage."""
        with self._db.ungoverned() as db:
            db.execute("DELETE FROM outage")
