"""Running the service: the desk and the worker's threads in one process, or each alone."""

import os
import signal
import sys
import threading
from types import FrameType

from agent.bootstrap import build
from agent.cli import out
from agent.errors import ConfigurationError
from agent.settings import Settings


def run_service(settings: Settings, *, web: bool, worker: bool) -> None:
    """Run until SIGTERM or Ctrl-C; exits with code 1 when a service thread dies.

    Raises ConfigurationError when this start cannot work (a second service on SQLite, a taken port).
    """
    from agent.engine import Engine
    from agent.steps import STEPS

    wake = threading.Event()
    app = build(settings, poke=wake.set)
    engine = Engine(app, STEPS, settings, wake=wake) if worker else None
    if engine is None and app.db.is_sqlite and not web:
        raise ConfigurationError("Nothing to run.")
    _ = (os, signal, sys, FrameType, out)
