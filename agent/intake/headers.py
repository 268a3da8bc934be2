"""Header fields of a mail as plain words: unfolded, RFC 2047 decoded, never failing."""

import base64
import quopri
import re
from email.header import decode_header, make_header
from email.message import Message

from agent.kit.text import clean, decode_text

MAX_HEADER = 64 * 1024  # bytes of one header field that are read; nothing honest is longer


def header_of(message: Message, name: str) -> str:
    """A header's first value, unfolded and with plain characters; empty when absent."""
    return next(iter(headers_of(message, name)), "")


def headers_of(message: Message, name: str) -> list[str]:
    """All values of a header, topmost first, unfolded and with plain characters."""
    return [_unfolded(str(value)) for key, value in message.raw_items() if key.lower() == name]


def _unfolded(value: str) -> str:
    raw = value.encode("utf-8", "surrogateescape")
    return re.sub(r"\s*[\r\n]+\s*", " ", decode_text(raw[:MAX_HEADER], "utf-8")[0]).strip()


def words_of(text: str) -> str:
    """RFC 2047 words decoded; what cannot be decoded stays as it is."""
    if "=?" in text and not text.isascii():
        text = _by_hand(text[:8000])  # the library would spell raw letters beside encoded words as \u escapes
    elif "=?" in text:
        try:
            text = str(make_header(decode_header(text[:8000])))
        except (ValueError, LookupError, UnicodeError):
            text = _by_hand(text[:8000])
    return " ".join(clean(text)[0].split())[:1000]


def _by_hand(text: str) -> str:
    """Encoded words one by one, for headers in which some cannot be decoded."""

    def one(found: re.Match[str]) -> str:
        try:
            return str(make_header(decode_header(found[0])))
        except (ValueError, LookupError, UnicodeError):
            data = found[3].encode("ascii", "replace")
            raw = quopri.decodestring(data, header=True) if found[2] in "qQ" else _base64(data)
            return decode_text(raw, found[1])[0]

    return re.sub(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?\s]*)\?=", one, text)


def _base64(data: bytes) -> bytes:
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except ValueError:
        return data
