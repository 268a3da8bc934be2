"""The suites by name: each takes a reader and gives a report."""

from collections.abc import Callable

from agent.suggestions.reader import Reader
from evals.mail_report import MailsReport
from evals.report import Report
from evals.suites import exceptions, invoices, read_mail, smoke
from evals.suites.invoices import InvoicesReport

SUITES: dict[str, Callable[[Reader], Report | MailsReport | InvoicesReport]] = {
    "smoke": smoke.run,
    "exceptions": exceptions.run,
    "exceptions_misleading": exceptions.run_misleading,
    "invoice": invoices.run,
    "read_mail": read_mail.run,
    "read_mail_dev": read_mail.run_dev,
}
