"""A process slot: a stable name of its own, locked by the kernel for as long as the process lives."""

import fcntl
import json
import os
import socket
from datetime import datetime
from pathlib import Path
from typing import IO

from agent.errors import ConfigurationError
from agent.kit.ids import new_id

SLOTS = 64


class Slot:
    """A lock file held by this process; the kernel releases it when the process ends, kill -9 included."""

    def __init__(self, file: IO[str], name: str) -> None:
        self._file = file
        self.name = name

    def release(self) -> None:
        """Let the next process have it."""
        self._file.close()


def only_slot(home: Path, role: str, now: datetime) -> Slot:
    """The one slot of a home on SQLite. Raises ConfigurationError when another service runs there."""
    path = home / "service.lock"
    file = _locked(path)
    if file is None:
        raise ConfigurationError(
            f"{_holder(path)} on {home.absolute()}, and SQLite carries one service at a time.",
            remedy="Stop it first, or set GATEHOUSE_DATABASE_URL to a PostgreSQL database to run several.",
        )
    _write(file, {"id": "home", "role": role, "pid": os.getpid(), "since": now.isoformat(timespec="seconds")})
    return Slot(file, "home")


def free_slot(home: Path, role: str, now: datetime) -> Slot:
    """The first free slot of this role in this home. Its name is the same after every restart."""
    folder = home / "slots"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(SLOTS):
        file = _locked(folder / f"{role}-{number}")
        if file is not None:
            known = _read(file).get("id") or new_id().replace("-", "")[-12:]
            _write(file, {"id": known, "role": role, "pid": os.getpid(), "since": now.isoformat(timespec="seconds")})
            return Slot(file, f"{role}-{socket.gethostname()[:60]}-{known}")
    raise ConfigurationError(
        f"All {SLOTS} process slots of {home.absolute()} are in use.", remedy="Give the next process a home of its own."
    )


def _locked(path: Path) -> IO[str] | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _write(file: IO[str], content: dict[str, object]) -> None:
    file.seek(0)
    file.truncate()
    file.write(json.dumps(content))
    file.flush()


def _read(file: IO[str]) -> dict[str, str]:
    file.seek(0)
    try:
        return dict(json.loads(file.read() or "{}"))
    except ValueError:  # cut off by a crash: the slot gets a new name
        return {}


def _holder(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        content = _read(file)
    if not content:
        return "Another service runs"
    return f"`gatehouse {content.get('role')}` (process {content.get('pid')}, since {content.get('since')}) runs"
