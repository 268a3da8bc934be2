"""The port to a mailbox that is read over and over: nothing in it is changed; each mail is taken in once by its key."""

from typing import Protocol

from agent.kit.values import Value


class MailboxCursor(Value):
    """How far a mailbox was read. Another `validity` means that the server numbered its mails anew."""

    validity: int
    uid: int


class MailboxPage(Value):
    """Some raw mails, the oldest first, and where to go on. `oversized` names mails too large to fetch."""

    mails: tuple[bytes, ...]
    oversized: tuple[str, ...] = ()
    cursor: MailboxCursor
    more: bool


class Mailbox(Protocol):
    """Reads a mailbox. Raises MailboxUnavailable or MailboxDenied."""

    def fetch(self, after: MailboxCursor | None, limit: int) -> MailboxPage:
        """The mails that came after the cursor; from the start when there is none or the numbering changed."""
        ...
