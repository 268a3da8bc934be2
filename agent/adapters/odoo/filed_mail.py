"""Supplier mail that Odoo filed on purchase orders, as RFC 5322 messages again."""

import base64
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime

from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import ids_of, link_id, moment, text
from agent.adapters.odoo.lookup import Lookup
from agent.intake.changes import OdooMail

FIELDS = (
    "message_id", "date", "email_from", "subject", "body", "res_id", "record_name", "parent_id", "attachment_ids",
    "reply_to",
)  # fmt: skip
MOST_BYTES = 8 * 1024 * 1024  # of one mail's attachments; what is larger is named, not carried
SINGLE = frozenset({"text", "application", "image", "audio", "video", "font", "model"})
FROM_OUTSIDE = ["|", ("author_id", "=", False), ("author_id.partner_share", "=", True)]


def mails_of(look: Lookup, after_id: int, limit: int) -> tuple[OdooMail, ...]:
    """See `OdooChanges.mails`."""
    domain = [
        ("id", ">", after_id), ("model", "=", "purchase.order"), ("message_type", "=", "email"), *FROM_OUTSIDE,
    ]  # fmt: skip
    rows = look.rows("mail.message", domain, FIELDS, newest="id", limit=limit)
    if not rows:
        return ()
    orders = look.read_by_ids("purchase.order", sorted({row["res_id"] for row in rows if row["res_id"]}), ("name",))
    parents = look.read_by_ids("mail.message", ids_of(rows, "parent_id"), ("message_id",))
    files = _files(look, rows)
    found: list[OdooMail] = []
    for row in rows:
        purchase = text(orders.get(row["res_id"], {}).get("name")) or text(row["record_name"])
        replied = text(parents.get(link_id(row["parent_id"]), {}).get("message_id"))
        found.append(OdooMail(id=row["id"], purchase=purchase, raw=_raw(row, purchase, replied, files)))
    return tuple(found)


def _files(look: Lookup, rows: Sequence[Row]) -> dict[int, Row]:
    """The attachments of these mails with their content, as far as they are small enough; two calls."""
    wanted = sorted({number for row in rows for number in row["attachment_ids"] or []})
    sizes = look.read_by_ids("ir.attachment", wanted, ("name", "mimetype", "file_size"))
    small: list[int] = []
    for row in rows:
        left = MOST_BYTES
        for number in row["attachment_ids"] or []:
            size = int(sizes.get(number, {}).get("file_size") or 0)
            if number in sizes and size <= left:
                small.append(number)
                left -= size
    contents = look.read_by_ids("ir.attachment", sorted(set(small)), ("datas",))
    return {number: {**row, "datas": contents.get(number, {}).get("datas")} for number, row in sizes.items()}


def _raw(row: Row, purchase: str, replied: str, files: dict[int, Row]) -> bytes:
    mail = EmailMessage()
    subject = _line(text(row["subject"]) or text(row["record_name"]))
    mail["Subject"] = subject if purchase and purchase.lower() in subject.lower() else f"{subject} ({purchase})".strip()
    mail["From"] = _line(text(row["email_from"])) or "unknown@invalid"
    if sent := moment(row["date"]):
        mail["Date"] = format_datetime(sent)
    if text(row["message_id"]):
        mail["Message-ID"] = _line(text(row["message_id"]))
    if replied:
        mail["In-Reply-To"] = _line(replied)
    mail.set_content(text(row["body"]) or " ", subtype="html")
    for number in row["attachment_ids"] or []:
        file = files.get(number)
        if file is None:
            continue
        kind, _, sub = (text(file["mimetype"]) or "application/octet-stream").partition("/")
        if kind not in SINGLE or not sub:
            kind, sub = "application", "octet-stream"
        data = base64.b64decode(file["datas"]) if file["datas"] else b""
        mail.add_attachment(data, maintype=kind, subtype=sub, filename=_line(text(file["name"])))
    return mail.as_bytes()


def _line(value: str) -> str:
    """One line: nobody writes further headers by a line break."""
    return " ".join(value.split())[:900]
