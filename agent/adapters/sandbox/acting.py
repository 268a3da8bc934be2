"""Working in the sandbox as one of its people: one transaction a change, and refused attempts written down."""

from collections.abc import Generator
from contextlib import contextmanager

from agent.adapters.sandbox.change import Change
from agent.adapters.sandbox.controls import ControlRefused, keep_attempt
from agent.adapters.sandbox.database import Database
from agent.kit.clock import Clock


class Acting:
    """Somebody at work. Every method raises OdooUnavailable in an outage."""

    def __init__(self, db: Database, clock: Clock, login: str) -> None:
        self._db = db
        self._clock = clock
        self.login = login

    @contextmanager
    def _changing(self) -> Generator[Change]:
        """One change: all or nothing. What a control refuses is kept in a transaction of its own."""
        try:
            with self._db.writing() as db:
                yield Change(db, self.login, self._clock())
        except ControlRefused as refused:
            with self._db.writing() as db:
                keep_attempt(Change(db, self.login, self._clock()), refused.attempt)
            raise
