"""Running the service: the desk and the worker's threads in one process, or each alone."""

import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from agent.audit.model import SystemStarted
from agent.bootstrap import build, policies_of
from agent.cli import out
from agent.errors import ConfigurationError
from agent.kit.clock import utc_now
from agent.kit.log import configure
from agent.pipeline import App
from agent.receiving import open_risk_summaries, watch_patterns
from agent.settings import Settings
from agent.steps import STEPS
from agent.steps.tend import tend

if TYPE_CHECKING:
    from agent.engine import Engine

STOP_SECONDS = 30
RISK_AT = time(6, 0)
PATTERNS_AT = time(6, 30)
TRUST_HOURS = range(0, 24, 4)  # when it is told what may be automatic and what fell back
NEW_OBJECTS = 20_000  # until the youngest are looked through for garbage


def run_service(settings: Settings, *, web: bool, worker: bool, ready: Callable[[str], None] = out.line) -> None:
    """Run until SIGTERM or Ctrl-C, then end the process: code 1 when a service thread died.

    Raises ConfigurationError when this start cannot work: a second service on SQLite, a port that is taken.
    """
    configure(settings.log_level, settings.log_format)
    wake, stop = threading.Event(), threading.Event()
    app = build(settings, poke=wake.set)
    listener = _listen(settings) if web else None
    engine = _engine(app, settings, wake, stop, role="serve" if web else "worker") if worker else None
    _record_start(app, settings, "serve" if web else "worker")
    with _alone(app, settings, needed=engine is None):
        if engine is not None:
            engine.launch()
        if listener is not None:
            ready(f"Gatehouse serves {settings.desk_url}")
            _serve(app, settings, listener, engine, stop)
        else:
            ready("Gatehouse works. Stop with Ctrl-C.")
            _until_told(stop)
        code = engine.wait(stop, STOP_SECONDS) if engine is not None else 0
    app.db.close()
    sys.stdout.flush()
    sys.stderr.flush()
    if code:
        os._exit(code)  # threads that did not end still hold the process; the next start goes on from there


def _record_start(app: App, settings: Settings, role: str) -> None:
    rules = policies_of(settings)
    started = SystemStarted(
        role=role, version=version("gatehouse"), policies=rules.version, document=rules.plain()
    )  # fmt: skip
    with app.work() as work:
        work.audit.append([started], work.now)


def _engine(app: App, settings: Settings, wake: threading.Event, stop: threading.Event, *, role: str) -> "Engine":
    from agent.engine import Engine, Schedule

    daily = (
        Schedule(name="risk_summaries", at=RISK_AT, start=open_risk_summaries),
        Schedule(name="patterns", at=PATTERNS_AT, start=watch_patterns),
        *(Schedule(name=f"trust {hour}", at=time(hour, 10), start=tend) for hour in TRUST_HOURS),
    )
    return Engine(app, STEPS, settings, role=role, schedules=daily, wake=wake, on_failure=stop.set)


@contextmanager
def _alone(app: App, settings: Settings, *, needed: bool) -> Generator[None]:
    """A desk without a worker is a service too: on SQLite it takes the only slot."""
    if not (needed and app.db.is_sqlite):
        yield
        return
    from agent.engine.slots import only_slot

    slot = only_slot(settings.home, "serve", utc_now())
    try:
        yield
    finally:
        slot.release()


def _listen(settings: Settings) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}.", remedy="Choose another --port."
        ) from error
    return listener


def _serve(
    app: App, settings: Settings, listener: socket.socket, engine: "Engine | None", stop: threading.Event
) -> None:
    """Serve the desk until the process is told to stop or the engine fails."""
    import uvicorn

    from review_ui.main import create_app

    healthy = engine.healthy if engine is not None else _nothing_wrong
    desk = create_app(app, settings, healthy)
    _spare_collecting()
    config = uvicorn.Config(
        desk,
        log_config=None,
        access_log=False,
        workers=1,
        server_header=False,
        timeout_graceful_shutdown=10,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    ended = threading.Event()
    threading.Thread(target=_stop_with, args=(stop, ended, server), name="stopper", daemon=True).start()
    server.run(sockets=[listener])
    ended.set()
    stop.set()


def _spare_collecting() -> None:
    """What is there at the start stays: looking through it for garbage again and again stops every thread meanwhile."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 100)


def _stop_with(stop: threading.Event, ended: threading.Event, server: Any) -> None:
    while not ended.wait(0.2):
        if stop.is_set():
            server.should_exit = True
            return


def _until_told(stop: threading.Event) -> None:
    """Wait until SIGTERM, Ctrl-C or the engine's failure."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    while not stop.wait(0.2):
        pass


def _nothing_wrong() -> tuple[str, ...]:
    """A desk alone has no threads of its own that could die."""
    return ()
