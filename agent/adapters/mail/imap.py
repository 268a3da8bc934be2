"""A mailbox over IMAP: read-only, by UID, in pages; nothing in it is changed, and nobody sees that it was read."""

import hashlib
import imaplib
import ssl
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from agent.errors import ConfigurationError, MailboxDenied, MailboxUnavailable
from agent.intake.mailbox import MailboxCursor, MailboxPage
from agent.kit.values import Value
from agent.settings import MEBIBYTE, Settings

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

TIMEOUT = 30.0  # seconds to connect, and for every answer
WINDOW = 20_000  # UIDs looked through at a time: the answer stays a line of bearable length
PAGE_BYTES = 64 * 1024 * 1024
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"imaps": 993, "imap": 143}
REMEDY = "Write GATEHOUSE_IMAP_URL as imaps://user@host:993/INBOX; an @ in the user as %40."


class MailAddress(Value):
    """Where a mailbox is."""

    host: str
    port: int
    user: str
    folder: str
    safe: bool  # over TLS

    def __str__(self) -> str:
        return f"{self.folder} of {self.user} at {self.host}:{self.port}"


def mailbox_of(settings: Settings) -> "ImapMailbox | None":
    """The configured mailbox; None when none is. Raises ConfigurationError."""
    if settings.imap_url is None:
        return None
    password = settings.imap_password.get_secret_value()
    return ImapMailbox(address_of(settings.imap_url), password, largest=settings.mail_max_mb * MEBIBYTE)


def address_of(url: str) -> MailAddress:
    """The parts of imaps://user@host:993/folder. Raises ConfigurationError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigurationError(f"GATEHOUSE_IMAP_URL is not an address: {error}.", remedy=REMEDY) from error
    host, user = parts.hostname or "", unquote(parts.username or "")
    if parts.scheme not in PORTS or not host or not user:
        raise ConfigurationError("GATEHOUSE_IMAP_URL names no scheme, host or user.", remedy=REMEDY)
    if parts.password is not None:
        raise ConfigurationError(
            "GATEHOUSE_IMAP_URL holds a password.", remedy="Put it into GATEHOUSE_IMAP_PASSWORD (or _FILE)."
        )
    if parts.scheme == "imap" and host not in LOCAL:
        raise ConfigurationError(f"imap:// to {host} would send the password in the clear.", remedy="Use imaps://.")
    folder = unquote(parts.path.removeprefix("/")) or "INBOX"
    return MailAddress(
        host=host, port=port or PORTS[parts.scheme], user=user, folder=folder, safe=parts.scheme == "imaps"
    )


class ImapMailbox:
    """Implements port Mailbox. `largest` in bytes; a larger mail is named and not fetched."""

    def __init__(self, address: MailAddress, password: str, *, largest: int, timeout: float = TIMEOUT) -> None:
        self.address = address
        self._password = password
        self._largest = largest
        self._timeout = timeout

    def fetch(self, after: MailboxCursor | None, limit: int) -> MailboxPage:
        """The mails that came after the cursor, the oldest first; from the start when the numbering changed."""
        with self._open() as box:
            validity, following = self._standing(box)
            start = after.uid if after is not None and after.validity == validity else 0
            uids, end = _found(box.client, start, following, limit)
            sizes = _sizes(box.client, uids)
            mails: list[bytes] = []
            oversized: list[str] = []
            last, room = start, PAGE_BYTES
            for uid in uids:
                size = sizes.get(uid, 0)
                if mails and size > room:
                    end = last
                    break
                if size > self._largest:
                    oversized.append(_name(box.client, uid, size))
                elif raw := _part(box.client, uid, "BODY.PEEK[]"):
                    mails.append(raw)
                    room -= len(raw)
                last = uid
        return MailboxPage(
            mails=tuple(mails), oversized=tuple(oversized), cursor=MailboxCursor(validity=validity, uid=end),
            more=end < following - 1,
        )  # fmt: skip

    def count(self) -> int:
        """How many mails lie in the folder: for the doctor."""
        with self._open() as box:
            return int(_number(box.client, "EXISTS") or 0)

    @contextmanager
    def _open(self) -> "Generator[BaseMailBox]":
        """The folder, examined. Raises MailboxUnavailable or MailboxDenied, for what happens inside as well."""
        from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

        try:
            box = self._connect()
            try:
                self._sign_in(box)
                box.folder.set(self.address.folder, readonly=True)
                yield box
            finally:
                with suppress(OSError, imaplib.IMAP4.error):  # the server is told, and need not listen
                    box.client.logout()
        except MailboxLoginError as error:
            raise self._denied(error) from error
        except MailboxFolderSelectError as error:
            raise MailboxDenied(f"{self.address}: {_said(error)}") from error
        except ssl.SSLCertVerificationError as error:
            raise MailboxUnavailable(
                f"{self.address.host} shows a certificate that is not trusted: {error.verify_message}.",
                remedy="Give the server a trusted certificate, or name its authority in SSL_CERT_FILE.",
            ) from error
        except (OSError, EOFError, imaplib.IMAP4.error, ImapToolsError, UnicodeError) as error:
            raise MailboxUnavailable(f"{self.address}: {_said(error)}") from error

    def _connect(self) -> "BaseMailBox":
        from imap_tools import MailBox, MailBoxUnencrypted

        host, port = self.address.host, self.address.port
        if not self.address.safe:
            return MailBoxUnencrypted(host, port, timeout=self._timeout)
        return MailBox(host, port, timeout=self._timeout, ssl_context=ssl.create_default_context())

    def _sign_in(self, box: "BaseMailBox") -> None:
        plain = self._password.isascii() and self.address.user.isascii()
        sign_in = box.login if plain else box.login_utf8
        try:
            sign_in(self.address.user, self._password, initial_folder=None)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise self._denied(error) from error

    def _denied(self, error: Exception) -> MailboxDenied | MailboxUnavailable:
        said = _said(error)
        kind = MailboxUnavailable if "UNAVAILABLE" in said else MailboxDenied
        return kind(f"{self.address.user} at {self.address.host}: {said}")

    def _standing(self, box: "BaseMailBox") -> tuple[int, int]:
        """The numbering's own number, of this mailbox alone, and the UID that the next mail will get."""
        numbering = _number(box.client, "UIDVALIDITY")
        following = box.folder.status(self.address.folder, ["UIDNEXT"])["UIDNEXT"]
        name = f"{self.address}|{numbering}"
        return int.from_bytes(hashlib.sha256(name.encode()).digest()[:7], "big"), following


def _found(client: imaplib.IMAP4, after: int, following: int, limit: int) -> tuple[list[int], int]:
    """The next UIDs, and how far was looked."""
    uids: list[int] = []
    end = after
    while end < following - 1 and len(uids) < limit:
        last = min(end + WINDOW, following - 1)
        _, answer = client.uid("SEARCH", "UID", f"{end + 1}:{last}")
        uids += sorted(uid for uid in map(int, b" ".join(part for part in answer if part).split()) if end < uid <= last)
        end = last
    if len(uids) > limit:
        uids = uids[:limit]
        end = uids[-1]
    return uids, end


def _sizes(client: imaplib.IMAP4, uids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    if uids:
        _, answer = client.uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)")
        for line in answer:
            words = bytes(line).replace(b"(", b" ").replace(b")", b" ").upper().split() if line else []
            pairs = dict(pairwise(words))
            if b"UID" in pairs and b"RFC822.SIZE" in pairs:
                found[int(pairs[b"UID"])] = int(pairs[b"RFC822.SIZE"])
    return found


def _name(client: imaplib.IMAP4, uid: int, size: int) -> str:
    """What a mail that is not fetched is called."""
    head = _part(client, uid, "BODY.PEEK[HEADER.FIELDS (FROM SUBJECT DATE MESSAGE-ID)]")
    words = "; ".join(line.strip() for line in head[:2000].decode("utf-8", "replace").splitlines() if line.strip())
    return f"{size:,} bytes; {words}"


def _part(client: imaplib.IMAP4, uid: int, part: str) -> bytes:
    """A part of a mail; empty when the mail is gone."""
    _, answer = client.uid("FETCH", str(uid), f"({part})")
    return next((bytes(item[1]) for item in answer if isinstance(item, tuple)), b"")


def _number(client: imaplib.IMAP4, name: str) -> int | None:
    _, answer = client.response(name)
    return int(answer[-1]) if answer and answer[-1] else None


def _said(error: Any) -> str:
    """What the server said, on one line."""
    result = getattr(error, "command_result", None)
    if result:
        return " ".join(part.decode("utf-8", "replace") for part in result[1] if isinstance(part, bytes))[:300]
    return " ".join(str(error).split())[:300] or type(error).__name__
