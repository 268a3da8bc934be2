"""Reading the mailbox, a page a step: every mail is taken in once or rejected with its reason, then the cursor moves.

A crash before that reads the page again, and each mail is known by its key.
"""

import logging

from agent.errors import BadMail, InputError, StateError, TooLarge
from agent.intake.mailbox import MailboxCursor
from agent.pipeline import App
from agent.receiving import IMAP, receive_mail, reject

LOG = logging.getLogger("gatehouse.mailbox")
PAGE = 50
NAME = "mailbox"
SHOWN = 300


def read_mailbox(app: App) -> list[str]:
    """Take in the next page of the mailbox. Answers how far it is read as long as there is more."""
    if app.mailbox is None:
        return []
    with app.look() as look:
        was = look.sources.state(IMAP)
    page = app.mailbox.fetch(MailboxCursor.model_validate_json(was) if was else None, PAGE)
    for raw in page.mails:
        _take(app, raw)
    for name in page.oversized:
        error = TooLarge(
            f"{app.mail_max_bytes:,} bytes are read at most.",
            remedy="Ask for the mail without its attachments, or raise GATEHOUSE_MAIL_MAX_MB and ingest its file.",
        )
        reject(app, name.encode(), name=f"{NAME}: {name}"[:SHOWN], kind="mail", error=error, keep=False)
    state = page.cursor.model_dump_json()
    if state != was:
        with app.work() as work:
            work.sources.put_state(IMAP, state, was=was, now=work.now)
    return [str(page.cursor.uid)] if page.more else []


def _take(app: App, raw: bytes) -> None:
    """A mail that cannot be used is kept with its reason; it stops none of the others."""
    try:
        receive_mail(app, raw)
    except InputError as error:
        reject(app, raw, name=NAME, kind="mail", error=error)
    except StateError:
        raise
    except Exception as error:
        LOG.exception("a mail could not be taken in")
        reject(app, raw, name=NAME, kind="mail", error=BadMail(f"{type(error).__name__} while it was taken in."))
