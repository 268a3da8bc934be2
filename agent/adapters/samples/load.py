"""Load the samples: mails as raw bytes, events as JSON documents, and the truth about both for checks and tests."""

import base64
import json
import quopri
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import Message
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from agent.adapters.samples.render import render

ENCODING = "X-Sample-Encoding"
VIA_EVENT = "via_event_"
RAW_MAIL = "@mail:"


def sample_mails(today: date) -> list[tuple[str, bytes]]:
    """File name and raw RFC 5322 bytes of every sample mail, in the order they came in."""
    return [(item.name, _mail(item, today)) for item in _mails() if not item.name.startswith(VIA_EVENT)]


def sample_events(now: datetime) -> list[dict[str, Any]]:
    """CloudEvents 1.0 documents, oldest first; dates relative to the day of `now`."""
    text = render(_here().joinpath("events.jsonl").read_text("utf-8"), now.date(), now)
    events: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines() if line]
    by_name = {item.name: item for item in _mails()}
    for event in events:
        raw = event["data"].get("raw", "")
        if raw.startswith(RAW_MAIL):
            event["data"]["raw"] = _mail(by_name[raw.removeprefix(RAW_MAIL)], now.date()).decode("utf-8")
    return events


def sample_truth(today: date) -> dict[str, Any]:
    """What a careful person would say: `mails` by file name, `events` by id. The pipeline never reads this."""
    return json.loads(render(_here().joinpath("truth.json").read_text("utf-8"), today))


def _here() -> Traversable:
    return files("agent.adapters.samples")


def _mails() -> list[Traversable]:
    found = [item for item in _here().joinpath("mails").iterdir() if item.name.endswith(".eml")]
    return sorted(found, key=lambda item: item.name)


def _mail(template: Traversable, today: date) -> bytes:
    text = render(template.read_text("utf-8"), today)
    mail = message_from_bytes(text.encode("utf-8"), policy=policy.SMTP)
    for part in mail.walk():
        if ENCODING in part:
            _encode(part)
    return mail.as_bytes()


def _encode(part: Message) -> None:
    """Put a part's text, which the template holds in plain UTF-8, into the charset and encoding that it names."""
    charset, transfer = str(part[ENCODING]).split()
    del part[ENCODING]
    held = part.get_payload(decode=True)
    assert isinstance(held, bytes)
    plain = held.decode("utf-8").encode(charset)
    coded = base64.encodebytes(plain) if transfer == "base64" else quopri.encodestring(plain)
    part.set_payload(coded.decode("ascii"))
    part["Content-Transfer-Encoding"] = transfer
