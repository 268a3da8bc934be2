"""A process that has everything imported and forks the services that tests kill; spoken to in JSON lines."""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Child:
    """A service in a process of its own."""

    def __init__(self, zygote: "Zygote", pid: int) -> None:
        self._zygote = zygote
        self.pid = pid

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def wait(self, within: float = 90) -> int:
        """How it ended: its exit code, or minus the signal."""
        return self._zygote.ask({"wait": self.pid, "within": within})["ended"]


class Zygote:
    """The test's side."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def start(self, world: str, home: Path, **spec: Any) -> Child:
        """Fork a service of this world (see `worlds`) in this home."""
        return Child(self, self.ask({"start": world, "home": str(home), **spec})["pid"])

    def run(self, world: str, home: Path, **spec: Any) -> int:
        """Fork a service and wait for its end."""
        return self.start(world, home, **spec).wait()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the zygote ended"
        return json.loads(line)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


def main() -> None:
    """Answer requests until the test goes away; its children go with it."""
    import dbos  # noqa: F401  # pyright: ignore[reportUnusedImport]

    from tests.faults import worlds

    living: set[int] = set()
    for line in sys.stdin:
        request = json.loads(line)
        if "start" in request:
            pid = os.fork()
            if pid == 0:
                _live(worlds.WORLDS[request.pop("start")], request)
            living.add(pid)
            _say({"pid": pid})
        else:
            _say({"ended": _wait(request["wait"], request["within"])})
            living.discard(request["wait"])
    for pid in living:
        os.kill(pid, signal.SIGKILL)


def _live(world: Any, spec: dict[str, Any]) -> None:
    home = Path(spec.pop("home"))
    log = os.open(home / "service.log", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    try:
        code = world(home, **spec)
    except BaseException:  # noqa: BLE001 - the last word of a child goes to its log
        traceback.print_exc()
        code = 70
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _wait(pid: int, within: float) -> int:
    end = time.monotonic() + within
    while time.monotonic() < end:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return 124


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
