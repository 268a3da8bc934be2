"""The suites by name: each takes a reader and gives a report."""

from collections.abc import Callable

from agent.suggestions.reader import Reader
from evals.report import Report
from evals.suites import exceptions, smoke

SUITES: dict[str, Callable[[Reader], Report]] = {
    "smoke": smoke.run,
    "exceptions": exceptions.run,
    "exceptions_misleading": exceptions.run_misleading,
}
