"""Mailboxes: reading them over IMAP."""

from agent.adapters.mail.imap import ImapMailbox, mailbox_of

__all__ = ["ImapMailbox", "mailbox_of"]
