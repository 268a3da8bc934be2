"""Services and senders for load: raw sockets that keep their connection, so that senders cost little."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.builders_api import HOOK, TOKEN, an_event


@dataclass(frozen=True)
class Answered:
    """What became of one request; status 0 when the connection ended before an answer."""

    status: int
    seconds: float


@contextmanager
def a_service(url: str, home: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The real service without a worker, in a process of its own; and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = {"HOME": str(home), "DATABASE_URL": "" if url.startswith("sqlite") else url, "PORT": str(port)}
    given |= {"API_TOKEN": TOKEN, "HOOK_TOKEN": HOOK, "MASTER_KEY": "6b" * 32}
    environment = {**os.environ, **{f"GATEHOUSE_{name}": value for name, value in given.items()}}
    command = [sys.executable, "-c", "from agent.cli import main; main()", "serve", "--no-worker"]
    service = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 90
        while time.monotonic() < end and service.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield service, port
    finally:
        if service.poll() is None:
            service.send_signal(signal.SIGTERM)
        service.wait(60)


def a_request(path: str, body: bytes, *headers: str) -> bytes:
    """One HTTP request."""
    lines = [f"POST {path} HTTP/1.1", "Host: gatehouse", "Content-Type: application/json", *headers]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def events(*names: str) -> bytes:
    """A request with these events; one alone is no batch."""
    documents = [an_event(name) for name in names]
    body = documents[0] if len(documents) == 1 else documents
    return a_request("/events", json.dumps(body).encode(), f"Authorization: Bearer {TOKEN}")


def a_hint() -> bytes:
    """A request as Odoo sends it."""
    return a_request(f"/hooks/odoo/{HOOK}", b'{"_model": "sale.order", "_id": 3}')


def send(port: int, requests: Sequence[bytes]) -> list[Answered]:
    """One sender: these requests one after the other over one connection, until it ends."""
    answered: list[Answered] = []
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request in requests:
                begin = time.perf_counter()
                line.sendall(request)
                answered.append(Answered(_status(line), time.perf_counter() - begin))
    except OSError:
        answered.append(Answered(0, 0.0))
    return answered


def _status(line: socket.socket) -> int:
    got = b""
    while b"\r\n\r\n" not in got:
        got += _some(line)
    head, _, body = got.partition(b"\r\n\r\n")
    length = next((int(x[15:]) for x in head.lower().split(b"\r\n") if x.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += _some(line)
    return int(head[9:12])


def _some(line: socket.socket) -> bytes:
    data = line.recv(65536)
    if not data:
        raise ConnectionResetError
    return data


def send_all(port: int, work: Sequence[Sequence[bytes]]) -> tuple[list[list[Answered]], float]:
    """All senders at once, each with its requests: what each was answered, and the seconds that it took."""
    answered: list[list[Answered]] = [[] for _ in work]

    def run(number: int) -> None:
        answered[number] = send(port, work[number])

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(work))]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answered, time.perf_counter() - begin
