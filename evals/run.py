"""Runs a suite on a reader and shows its report: `gatehouse eval run smoke`."""

import sys

from rich.console import Console

from agent.errors import InputError
from agent.suggestions.reader import Reader
from evals import mail_report
from evals.mail_report import MailsReport
from evals.report import Report, show
from evals.suites import SUITES, invoices
from evals.suites.invoices import InvoicesReport


def run_suite(name: str, reader: Reader) -> Report | MailsReport | InvoicesReport:
    """Run a suite by name. Raises InputError for an unknown name, and what the reader raises."""
    if name not in SUITES:
        raise InputError(f"There is no suite {name!r}.", remedy=f"Suites: {', '.join(sorted(SUITES))}.")
    return SUITES[name](reader)


def main(suite: str, reader: Reader, *, as_json: bool = False) -> Report | MailsReport | InvoicesReport:
    """Run a suite and print its report: one JSON object, or tables."""
    report = run_suite(suite, reader)
    if as_json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    elif isinstance(report, MailsReport):
        mail_report.show(report, Console())
    elif isinstance(report, InvoicesReport):
        invoices.show(report, Console())
    else:
        show(report, Console())
    return report
