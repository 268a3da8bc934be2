"""Logging: one line an event on standard error, as text for people or JSON for machines; secrets never."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

SECRET = re.compile(r"(pass(word|wd)?|secret|token|api_?key|authorization|cookie)", re.IGNORECASE)
IN_URL = re.compile(r"(://[^:/@\s]+:)[^@/\s]+@")
QUIET = {
    "odoorpc": logging.INFO,
    "dbos": logging.WARNING,
    "uvicorn.access": logging.WARNING,
    "httpx": logging.WARNING,
    "httpx2": logging.WARNING,
    "openai": logging.WARNING,
    "alembic": logging.WARNING,
}


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask values under secret names, and passwords inside URLs."""
    for name, value in event.items():
        if SECRET.search(name):
            event[name] = "(hidden)"
        elif isinstance(value, str) and "://" in value:
            event[name] = IN_URL.sub(r"\1(hidden)@", value)
    return event


def configure(level: str, style: str) -> None:
    """Send everything that is logged, by us and by libraries, through one formatter. Called by services only."""
    import structlog

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    last: Any = structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer(colors=False)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))
