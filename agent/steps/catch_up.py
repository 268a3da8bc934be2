"""Catching up with a source, a page a step: Odoo, the mailbox, or events that were stored and wait for their cases."""

from agent.pipeline import App
from agent.receiving import open_stored
from agent.steps.watching import read_odoo


def catch_up_page(app: App, source: str) -> list[str]:
    """The next page of a source. Answers something as long as there is more."""
    match source:
        case "odoo":
            return read_odoo(app)
        case "imap":
            from agent.steps.mailbox import read_mailbox

            return read_mailbox(app)
        case _:
            return [source] if open_stored(app) else []
