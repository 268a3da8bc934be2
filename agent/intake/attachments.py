"""The parts of a mail: its body's texts, its attachments with size, digest and words, and what was repaired."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Any

from agent.intake.attached_files import Unreadable, pdf_text, sheet_text
from agent.intake.headers import header_of, words_of
from agent.intake.html_text import html_to_text
from agent.intake.model import Attachment, AttachmentKind
from agent.kit.canonical import digest
from agent.kit.text import clean, decode_text

MAX_ATTACHMENT = 20 * 1024 * 1024  # bytes; a larger one is kept unread
MAX_ATTACHMENT_TEXT = 200_000  # characters of an attachment that are read
MAX_ATTACHMENTS = 100

MAX_PARTS = 500
MAX_DEPTH = 40
MAX_BODY = 1_000_000  # characters of text that are kept

_TEXT_TYPES = {"text/plain", "text/csv", "text/tab-separated-values", "text/markdown", "text/calendar", "text/html"}
_TEXT_NAMES = re.compile(r"\.(?:txt|csv|tsv|md|log|ics|html?)$", re.IGNORECASE)
_PDF = re.compile(r"pdf", re.IGNORECASE)
_SHEET = re.compile(r"spreadsheetml|ms-excel\.sheet|\.xls[xm]$", re.IGNORECASE)
_WHY = (
    (_PDF, "the PDF is broken"),
    (re.compile(r"spreadsheet|excel|\.xls[b]?$|\.ods$", re.IGNORECASE), "only newer spreadsheets (.xlsx) are read"),
    (re.compile(r"msword|wordprocessing|\.docx?$|\.odt$", re.IGNORECASE), "word-processor files are not read yet"),
    (re.compile(r"^image/", re.IGNORECASE), "pictures are not read"),
    (
        re.compile(r"ms-tnef|winmail\.dat", re.IGNORECASE),
        "Outlook's winmail.dat wrapping is not read; ask for plain mail",
    ),
    (re.compile(r"pkcs7-mime|pgp-encrypted|\.p7m$", re.IGNORECASE), "it is encrypted"),
    (re.compile(r"signature|\.p7s$|\.asc$", re.IGNORECASE), "it is a signature"),
    (re.compile(r"zip|compressed|\.rar$|\.7z$", re.IGNORECASE), "archives are not opened"),
)
_DEFECTS = {
    "NoBoundaryInMultipartDefect": "a part names no boundary; it was read as text",
    "StartBoundaryNotFoundDefect": "the parts' boundary was not found; the mail was read as text",
    "CloseBoundaryNotFoundDefect": "the mail ends in the middle of a part",
    "MissingHeaderBodySeparatorDefect": "the blank line between header and body is missing",
    "FirstHeaderLineIsContinuationDefect": "the first header line is broken",
    "MultipartInvariantViolationDefect": "a multipart has no parts",
    "InvalidBase64PaddingDefect": "base64 text was cut off",
    "InvalidBase64CharactersDefect": "base64 text holds foreign characters",
    "InvalidBase64LengthDefect": "base64 text was cut off",
}


@dataclass
class Parts:
    """What the walk over the parts has found."""

    texts: list[str] = field(default_factory=list[str])
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    defects: list[str] = field(default_factory=list[str])
    parts: int = 0


def read_parts(message: Message) -> Parts:
    """All texts of the body in order, the attachments, and what was repaired, in words."""
    found = Parts()
    found.texts += _walk(message, found, 0)
    return found


def _walk(part: Message, found: Parts, depth: int) -> Iterator[str]:
    """Texts of the body in order; attachments and defects go to `found`."""
    found.parts += 1
    found.defects += [words for defect in part.defects if (words := _DEFECTS.get(type(defect).__name__))]
    if found.parts > MAX_PARTS or depth > MAX_DEPTH:
        found.defects.append("the mail has too many nested parts; the rest was not read")
        return
    kind, inner = part.get_content_type(), as_parsed(part)
    if kind == "message/rfc822" and isinstance(inner, list):
        _attach_message(part, found, depth)
    elif isinstance(inner, list) and kind == "multipart/alternative":
        yield from _best_alternative([one for one in inner if isinstance(one, Message)], found, depth)
    elif isinstance(inner, list) and kind != "message/delivery-status":
        for child in inner:
            if isinstance(child, Message):
                yield from _walk(child, found, depth + 1)
    elif _is_body(part, kind):
        yield _text_of(part, kind, found)
    else:
        _attach(part, kind, found)


def _is_body(part: Message, kind: str) -> bool:
    attached = header_of(part, "content-disposition").lower().lstrip().startswith("attachment")
    return kind in ("text/plain", "text/html", "message/delivery-status") and not attached and not _file_name(part)


def _best_alternative(parts: list[Message], found: Parts, depth: int) -> Iterator[str]:
    """The plain text, unless it is a stub or the HTML has tables, which plain texts tear apart."""
    plain: list[str] = []
    rich: list[str] = []
    for child in parts:
        texts = list(_walk(child, found, depth + 1))
        is_plain = child.get_content_type() == "text/plain"
        (plain if is_plain else rich).extend(text for text in texts if text.strip())
    rich_text, plain_text = "\n\n".join(rich), "\n\n".join(plain)
    stub = len(plain_text) < len(rich_text) // 3
    yield rich_text if rich_text and (stub or "\t" in rich_text) else plain_text or rich_text


def _text_of(part: Message, kind: str, found: Parts) -> str:
    data = payload_of(part)
    text, odd = decode_text(data, _charset(part))
    if odd:
        found.defects.append(odd)
    if kind == "text/html" or (
        kind == "text/plain" and text[:200].lstrip().lower().startswith(("<!doctype html", "<html"))
    ):
        page = html_to_text(text)
        text = page.text
        if page.hidden:
            found.defects.append(f"hidden text of {page.hidden} characters was dropped")
        if page.cut:
            found.defects.append("the HTML is too long; its end was not read")
    text, invisible = clean(text[:MAX_BODY])
    if invisible:
        found.defects.append(f"{invisible} invisible characters were dropped")
    return text


def _attach(part: Message, kind: str, found: Parts) -> None:
    if len(found.attachments) >= MAX_ATTACHMENTS:
        found.defects.append(f"more than {MAX_ATTACHMENTS} attachments; the rest was not read")
        return
    data = payload_of(part)
    if not data.strip() and not _file_name(part):
        return
    name = _file_name(part) or f"part {found.parts} ({kind})"
    attachment, left_out = read_attachment(data, name=name, media_type=kind, charset=_charset(part))
    found.attachments.append(attachment)
    if left_out:
        found.defects.append(f"{name[:80]}: {left_out}")


def _attach_message(part: Message, found: Parts, depth: int) -> None:
    """A mail within the mail: an attachment whose text is its subject and body."""
    inner = part.get_payload(0)
    if not isinstance(inner, Message) or len(found.attachments) >= MAX_ATTACHMENTS:
        return
    data = bytes(inner)
    within = Parts(parts=found.parts)
    texts = list(_walk(inner, within, depth + 1))
    found.parts, subject = within.parts, words_of(header_of(inner, "subject"))
    text = clean("\n\n".join([f"Subject: {subject}", *texts])[:MAX_BODY])[0]
    name = _file_name(part) or f"{subject[:80] or 'message'}.eml"
    found.attachments.append(
        Attachment(
            name=name,
            media_type="message/rfc822",
            size=len(data),
            digest=digest(data),
            kind=AttachmentKind.TEXT,
            text=text,
        )
    )
    found.attachments += within.attachments
    found.defects += within.defects


def as_parsed(part: Message) -> Any:
    """A part's content as the parser left it; the library fails on names that are codecs but no charsets."""
    try:
        return part.get_payload()
    except (UnicodeError, LookupError):
        part.del_param("charset")
        return part.get_payload()


def _file_name(part: Message) -> str:
    """The name of the file: RFC 2231, RFC 2047, or plain; never a path."""
    for name, key in (("content-disposition", "filename"), ("content-type", "name")):
        try:
            value = part.get_param(key, None, name)
        except (ValueError, LookupError, UnicodeError):
            value = None
        if value:
            try:
                text = collapse_rfc2231_value(value)
            except (ValueError, LookupError, UnicodeError):
                text = str(value[2] if isinstance(value, tuple) else value)
            plain = decode_text(text.encode("utf-8", "surrogateescape"), "utf-8")[0]
            return re.split(r"[\\/]", words_of(plain).strip("\"' "))[-1][:200]
    return ""


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (ValueError, LookupError, UnicodeError):
        return None


def payload_of(part: Message) -> bytes:
    """Decoded bytes of a part; what a broken transfer encoding leaves. Empty for a multipart."""
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AssertionError):
        found = None
    if isinstance(found, bytes):
        return found
    raw = as_parsed(part)
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def read_attachment(data: bytes, *, name: str, media_type: str, charset: str | None) -> tuple[Attachment, str]:
    """An attachment with its size, digest and words (text, CSV, PDF, XLSX), and what of it was left out, in words."""
    text, left_out, why = "", "", ""
    try:
        text, left_out = _words(data, name, media_type, charset)
    except Unreadable as error:
        why = str(error)
    if len(text) > MAX_ATTACHMENT_TEXT:
        left_out = left_out or f"only its first {MAX_ATTACHMENT_TEXT:,} characters were read"
    attachment = Attachment(
        name=name,
        media_type=media_type,
        size=len(data),
        digest=digest(data),
        kind=AttachmentKind.UNREAD if why else AttachmentKind.TEXT,
        text=clean(text[:MAX_ATTACHMENT_TEXT])[0],
        why_unread=why,
    )
    return attachment, left_out


def _words(data: bytes, name: str, media_type: str, charset: str | None) -> tuple[str, str]:
    """The words of an attachment by what its bytes are, and what was left out; raises Unreadable with the reason."""
    if len(data) > MAX_ATTACHMENT:
        raise Unreadable(f"it is larger than {MAX_ATTACHMENT // 1024 // 1024} MB")
    if data[:1024].lstrip().startswith(b"%PDF") or (_PDF.search(f"{media_type} {name}") and b"%PDF" in data[:1024]):
        return pdf_text(data)
    if _SHEET.search(f"{media_type} {name}") and not name.lower().endswith((".csv", ".xls", ".xlsb")):
        return sheet_text(data)
    if why := _why_unread(data, name, media_type):
        raise Unreadable(why)
    text, _ = clean(decode_text(data, charset)[0])
    if "html" in media_type or re.search(r"\.html?$", name, re.IGNORECASE):
        text = html_to_text(text).text
    elif "csv" in media_type or name.lower().endswith(".csv"):
        text = _csv_as_rows(text[:MAX_ATTACHMENT_TEXT])
    return text, ""


def _why_unread(data: bytes, name: str, media_type: str) -> str:
    if (
        media_type in _TEXT_TYPES
        or _TEXT_NAMES.search(name)
        or (media_type == "application/vnd.ms-excel" and name.lower().endswith(".csv"))
    ):
        binary = data[:4] in (b"%PDF", b"PK\x03\x04") or (
            data[:2000].count(0) > 0 and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
        )
        return "it is called text but is not" if binary else ""
    for pattern, why in _WHY:
        if pattern.search(media_type) or pattern.search(name):
            return why
    return f"files of type {media_type} are not read"


def _csv_as_rows(text: str) -> str:
    """Rows of a CSV with tabs between the cells, whatever separator it uses; the text itself when it is no CSV."""
    head = [line for line in text.split("\n")[:20] if line.strip()]
    separator = max(";,\t|", key=lambda mark: (min((line.count(mark) for line in head[:5]), default=0), mark == ";"))
    if not any(separator in line for line in head):
        return text
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error:
        return text
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)
