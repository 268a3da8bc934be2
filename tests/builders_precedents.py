"""Precedents for the tests, and a Chroma server of their own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from agent.evidence.precedents import Precedent
from tests.builders import NOON

LATE = "filed as purchase delayed; says late, supplier, new date"
CREDIT = "filed as order blocked on credit; says credit, unpaid, blocked"


def a_precedent(number: int = 1, **given: Any) -> Precedent:
    """The decision d1 of case c1 in company Acme: a late supplier."""
    known = {
        "decision_id": f"d{number}",
        "case_id": f"c{number}",
        "case_number": f"C-2026-{number:06d}",
        "company": "Acme",
        "kind": "exception",
        "label": "supplier_delay",
        "description": LATE,
        "decided_at": NOON,
    }
    return Precedent.model_validate(known | given)


@contextmanager
def chroma_server(path: Path) -> Iterator[str]:
    """`chroma run` on loopback; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("chroma")
    command = [program, "run", "--path", path, "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/api/v2/heartbeat", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < end:
        try:
            with urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the Chroma server did not come up")
