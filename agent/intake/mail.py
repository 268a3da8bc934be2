"""Raw RFC 5322 bytes as a `Mail`: body, quoted history, attachments, ids, and what had to be repaired."""

import re
from datetime import UTC, datetime
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime

from agent.errors import BadMail, TooLarge
from agent.intake.attachments import MAX_BODY, MAX_PARTS, read_parts
from agent.intake.headers import MAX_HEADER, header_of, headers_of, words_of
from agent.intake.model import Mail
from agent.intake.quotes import split_quoted
from agent.kit.canonical import digest
from agent.kit.text import clean

MAX_MAIL = 25 * 1024 * 1024

_KNOWN_HEADERS = re.compile(
    rb"^(?:from|to|cc|subject|date|message-id|received|return-path|sender|mime-version)[ \t]*:", re.IGNORECASE
)
_LONG_FIELD = re.compile(rb"(?im)^[!-9;-~]{1,80}:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*")
_ID = re.compile(r"<([^<>\s]{1,998})>")
_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "It is an Outlook .msg file: open it in Outlook and save it as .eml."),
    (b"%PDF", "It is a PDF: send the mail itself, saved as .eml, with the PDF attached."),
    (b"PK\x03\x04", "It is a ZIP archive or Office file: unpack it and send the .eml files in it."),
)
MAX_ID = 255  # characters; a longer id is replaced by its digest
FIRST_YEAR, LAST_YEAR = 1990, 2100
_BOUNCE = re.compile(
    r"undeliver|delivery status notification|mail delivery failed|returned mail|delivery (?:has )?fail|failure notice"
    r"|unzustellbar|nicht zugestellt|non remis|no se (?:ha podido|pudo) entregar|mancata consegna|onbestelbaar",
    re.IGNORECASE,
)
_DAEMON = re.compile(r"\b(?:mailer-daemon|postmaster)@|mail delivery (?:sub)?system")
_OUT_OF_OFFICE = re.compile(
    r"out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response)|away from|on vacation|abwesen"
    r"|automatische antwort"
    r"|réponse automatique|absence du bureau|absent|respuesta automática|fuera de (?:la )?oficina|risposta automatica"
    r"|fuori (?:sede|ufficio)|automatisch antwoord|afwezig",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"out of (?:the )?office|on (?:annual |parental )?(?:leave|holiday|vacation)|limited access to (?:my )?e-?mail"
    r"|nicht (?:im büro|erreichbar|im haus)|in meiner abwesenheit|absent\(?e?\)? (?:du|jusqu)|estar[ée] (?:fuera"
    r"|ausente)"
    r"|sono (?:assente|fuori)|niet aanwezig|ben (?:ik )?afwezig",
    re.IGNORECASE,
)
_REMEDY = "Save the mail as .eml (message source) in your mail program and send that file again."


def parse_mail(raw: bytes, *, max_bytes: int = MAX_MAIL) -> Mail:
    """The mail in these bytes.

    Raises:
        BadMail: the bytes are not a mail; the message says what to do.
        TooLarge: more than `max_bytes` bytes.
    """
    if len(raw) > max_bytes:
        size, limit = (f"{count / 1024 / 1024:.1f} MB" for count in (len(raw), max_bytes))
        raise TooLarge(
            f"The mail has {size}, the limit is {limit}.", remedy="Ask for the mail without its attachments."
        )
    _refuse_what_is_no_mail(raw)
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(raw)
        return _mail(message, raw)
    except (BadMail, TooLarge):
        raise
    except Exception as error:  # the library's parser is known to fail on mangled bytes in many ways
        raise BadMail(f"Its structure cannot be read ({type(error).__name__}).", remedy=_REMEDY) from error


def _refuse_what_is_no_mail(raw: bytes) -> None:
    if not raw.strip():
        raise BadMail("It is empty.", remedy=_REMEDY)
    for magic, remedy in _MAGIC:
        if raw.startswith(magic):
            raise BadMail("", remedy=remedy)
    head = raw[: 256 * 1024].lstrip(b"\xef\xbb\xbf\r\n")
    top = re.split(rb"\r?\n[ \t]*\r?\n|\r\r", head, maxsplit=1)[0]
    if b"\x00" in top[:1000]:
        raise BadMail("It is binary data.", remedy=_REMEDY)
    known = [line for line in re.split(rb"\r\n|\n|\r", top)[:2000] if _KNOWN_HEADERS.match(line)]
    if not known:
        raise BadMail("It has no mail headers (From, To, Subject, Date).", remedy=_REMEDY)
    if raw.count(b"oundary=") > MAX_PARTS:
        raise BadMail(f"It has more than {MAX_PARTS} nested parts.", remedy=_REMEDY)
    for found in _LONG_FIELD.finditer(raw, 0, 1024 * 1024):
        if found.end() - found.start() > MAX_HEADER and b":" in found[0][:80] and found.start() < len(top):
            raise BadMail(f"A header field is longer than {MAX_HEADER // 1024} KB.", remedy=_REMEDY)


def _mail(message: Message, raw: bytes) -> Mail:
    found = read_parts(message)
    content_digest = digest(raw)
    own_id = _ids(header_of(message, "message-id"))
    body, _ = clean("\n\n".join(text for text in found.texts if text.strip())[:MAX_BODY])
    subject = words_of(header_of(message, "subject"))
    body, quoted = split_quoted(body, subject=subject)
    names = getaddresses([header_of(message, "from") or header_of(message, "sender")])
    name, address = next(((n, a) for n, a in names if "@" in a), names[0] if names else ("", ""))
    written, odd_date = _written(header_of(message, "date"))
    found.defects += [words for words in ("" if address else "no sender address in From", odd_date) if words]
    return Mail(
        message_id=own_id[0] if own_id else f"{content_digest[:32]}@no-message-id.invalid",
        has_own_id=bool(own_id),
        in_reply_to=next(iter(_ids(header_of(message, "in-reply-to"))), None),
        references=tuple(dict.fromkeys(_ids(header_of(message, "references"))))[:100],
        sender=clean(address.strip().lower())[0],
        sender_name=words_of(name),
        recipients=_addresses(message, "to", "cc", "delivered-to", "x-original-to"),
        reply_to=_addresses(message, "reply-to")[:5],
        authentication=tuple(clean(value)[0] for value in headers_of(message, "authentication-results")[:5]),
        subject=subject,
        sent_at=written.astimezone(UTC) if written else None,
        sent_on=written.date() if written else None,
        body=body,
        quoted=quoted,
        attachments=tuple(found.attachments),
        auto_reply=_why_auto_reply(message, subject, body),
        defects=tuple(dict.fromkeys(found.defects)),
        content_digest=content_digest,
    )


def _addresses(message: Message, *names: str) -> tuple[str, ...]:
    fields = [header_of(message, name) for name in names]
    found = [address.strip().lower() for _, address in getaddresses([one[:20_000] for one in fields if one])]
    return tuple(dict.fromkeys(clean(address)[0][:320] for address in found if "@" in address))[:200]


def _ids(value: str) -> list[str]:
    """Message ids without brackets and white space, the domain in lower case."""
    whole = re.sub(r"\s+", " ", value).strip()
    found = _ID.findall(re.sub(r"\s+(?=[^<>]*>)|(?<=<)\s+", "", whole))
    if not found and whole:
        found = [word for word in whole.split(" ") if "@" in word] or [whole.replace(" ", "").strip("<>")]
    ids = []
    for one in found:
        local, at, domain = one.rpartition("@")
        ids.append(f"{local}{at}{domain.lower()}" if at else one)
    return [one if len(one) <= MAX_ID else f"{digest(one.encode())}@long-message-id.invalid" for one in ids if one]


def _written(value: str) -> tuple[datetime | None, str]:
    """The Date header as an aware time in the sender's zone, or None and what is wrong with it."""
    if not value:
        return None, "no Date header"
    try:
        found = parsedate_to_datetime(value[:200])
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        moment = aware.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None, f'the Date header cannot be read: "{value[:60]}"'
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None, f'the Date header is impossible: "{value[:60]}"'
    return aware, "" if found.tzinfo else "the Date header names no time zone; read as UTC"


def _why_auto_reply(message: Message, subject: str, body: str) -> str:
    """Why nobody wrote this by hand as an answer (RFC 3834 and relatives); empty for a mail to be read.

    "auto-generated" alone is no reason: a supplier's system sends its order confirmations that way.
    """
    automatic = header_of(message, "auto-submitted").lower().split(";")[0].strip()
    precedence = header_of(message, "precedence").lower()
    if bounced := _why_bounce(message, subject):
        return bounced
    if automatic.startswith("auto-replied"):
        return "Auto-Submitted: auto-replied"
    for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-mail-autoreply"):
        if (value := header_of(message, name)) and value.lower() != "no":
            return f"{name.title()} header"
    if precedence in ("auto_reply", "auto-reply"):
        return "Precedence: auto_reply"
    signs = {
        f"Auto-Submitted: {automatic}": automatic not in ("", "no"),
        "X-Auto-Response-Suppress": bool(header_of(message, "x-auto-response-suppress")),
        f"Precedence: {precedence}": precedence in ("bulk", "junk"),
        "empty Return-Path": header_of(message, "return-path").replace(" ", "") == "<>",
        "words of absence in the body": bool(_AWAY.search(body[:2000])),
    }
    seen = [name for name, present in signs.items() if present]
    if _OUT_OF_OFFICE.search(subject) and seen:
        return f"out-of-office subject with {seen[0]}"
    return ""


def _why_bounce(message: Message, subject: str) -> str:
    if message.get_content_type() == "multipart/report":
        return f"delivery or read report ({message.get_param('report-type', '') or 'of unnamed type'})"
    sender = header_of(message, "from").lower()
    from_nobody = header_of(message, "return-path").replace(" ", "") == "<>" or bool(_DAEMON.search(sender))
    failed = header_of(message, "x-failed-recipients") or (from_nobody and _BOUNCE.search(subject))
    return "bounce: the mail could not be delivered" if failed else ""
