"""Points at which a process can be killed: counted as they are passed; at the chosen one it kills itself."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from agent.engine.durable import Durable
from agent.kit.db import Database
from agent.pipeline import App, Step

COUNTED = ("dbos-executor", "gatehouse-sweeper", "MainThread")


class Points:
    """Counts; at number `kill_at` the process ends by SIGKILL (0: never)."""

    def __init__(self, home: Path, kill_at: int) -> None:
        self.labels: list[str] = []
        self._home = home
        self._kill_at = kill_at
        self._lock = threading.Lock()
        self._own = threading.local()

    def hit(self, label: str) -> None:
        """A point is passed."""
        if not threading.current_thread().name.startswith(COUNTED):
            return
        with self._lock:
            self.labels.append(label)
            if len(self.labels) == self._kill_at:
                (self._home / "killed-at").write_text(label, encoding="utf-8")
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, label: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call with a point before and after it."""

        def counted(*args: Any, **named: Any) -> Any:
            self.hit(f"before {label}")
            answer = call(*args, **named)
            self.hit(f"after {label}")
            return answer

        return counted

    def around_steps(self, steps: dict[str, Step]) -> dict[str, Step]:
        """Every step with a point before and after it."""
        return {name: self.around(f"step {name}", step) for name, step in steps.items()}

    def around_commits(self, db: Database) -> None:
        """A point before and after every commit of a write transaction."""
        dialect = db.engine.dialect
        commit = dialect.do_commit

        def begun(connection: Connection) -> None:
            self._own.writes = bool(connection.get_execution_options().get("gatehouse_write"))

        def counted(raw: Any) -> None:
            writes = getattr(self._own, "writes", False)
            if writes:
                self.hit("before commit")
            commit(raw)
            if writes:
                self.hit("after commit")

        event.listen(db.engine, "commit", begun)
        dialect.do_commit = counted  # type: ignore[method-assign]

    def around_engine(self) -> None:
        """A point around every enqueueing, and after every checkpoint."""
        Durable.start = self.around("enqueue", Durable.start)  # type: ignore[method-assign]
        Durable.step = self.around("checkpoint", Durable.step)  # type: ignore[method-assign]

    def around_odoo(self, app: App) -> dict[str, Any]:
        """The app's ports with a point around every call."""
        return {port: _Counted(self, port, getattr(app, port)) for port in ("odoo", "writer", "log")}


class _Counted:
    def __init__(self, points: Points, port: str, inner: Any) -> None:
        self._points = points
        self._port = port
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return self._points.around(f"{self._port}.{name}", getattr(self._inner, name))
