"""Reads the labelled items of the datasets."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from email.message import EmailMessage
from email.utils import format_datetime
from importlib import resources
from typing import Literal, TypeVar

from pydantic import Field, ValidationError

from agent.errors import InputError
from agent.intake.mail import parse_mail
from agent.intake.model import EventType
from agent.kit.values import Value
from agent.suggestions.model import ExceptionLabel, FactField, Intent, Severity
from agent.suggestions.reader import ExceptionInput, KnownLine, MailInput, MailText
from agent.suggestions.tasks.read_supplier_email import mail_texts

Item = TypeVar("Item", bound=Value)


class ExceptionItem(Value):
    """One labelled order exception."""

    id: str
    event_type: EventType | None
    note: str
    figures: dict[str, str]
    label: ExceptionLabel
    severity: Severity
    language: Literal["en", "de", "fr", "es", "nl", "it"]
    split: Literal["train", "dev", "test", "test_second"]

    @property
    def asked(self) -> ExceptionInput:
        """What the reader is shown of it."""
        return ExceptionInput(event_type=self.event_type, note=self.note, figures=self.figures)


class WantedFact(Value):
    """A fact that a mail states: its field and normalised value."""

    field: FactField
    value: str


class MailItem(Value):
    """One labelled supplier mail: first intent, and all facts of the fields that are scored."""

    id: str
    subject: str
    body: str
    sent_on: date
    country: str = ""
    lines: tuple[KnownLine, ...] = ()
    intent: Intent
    facts: tuple[WantedFact, ...] = ()

    @property
    def asked(self) -> MailInput:
        """What the reader is shown of it."""
        return MailInput(
            texts=(MailText(source="subject", text=self.subject), MailText(source="body", text=self.body)),
            sent_on=self.sent_on,
            sender_country=self.country,
            known_lines=self.lines,
        )


class LabelledFact(Value):
    """A fact of a supplier mail as its label says it: one with `line` None holds for the whole order."""

    field: FactField
    value: str
    unit: str = ""
    quote: str
    source: str = "body"
    po: str | None = None
    line: int | None = None
    ambiguous: bool = False
    alternatives: tuple[str, ...] = ()


class OrderedLine(KnownLine):
    """A line of a purchase order as our system knows it."""

    ordered: str
    price: str
    currency: str
    planned: date | None = None


class FileText(Value):
    """An attachment that was read as text."""

    name: str
    text: str


class SupplierMail(Value):
    """One labelled supplier mail, with the order lines that a buyer has beside it."""

    id: str
    split: Literal["dev", "test"]
    supplier: str
    language: Literal["en", "de", "fr", "es", "nl", "it"]
    situation: str
    sender: str = Field(validation_alias="from")
    subject: str
    sent_on: date
    country: str = ""
    body: str = ""
    html: str = ""
    attachments: tuple[FileText, ...] = ()
    lines: tuple[OrderedLine, ...] = ()
    intents: tuple[Intent, ...] = Field(min_length=1)
    facts: tuple[LabelledFact, ...] = ()

    @property
    def raw(self) -> bytes:
        """The mail as it would have come in."""
        message = EmailMessage()
        message["From"], message["To"] = self.sender, "buying@ours.example"
        message["Subject"] = " ".join(self.subject.split())
        message["Date"] = format_datetime(datetime.combine(self.sent_on, time(9), UTC))
        message["Message-ID"] = f"<{self.id}@{self.split}.example>"
        message.set_content(self.html or self.body, subtype="html" if self.html else "plain")
        for part in self.attachments:
            subtype = "csv" if part.name.lower().endswith(".csv") else "plain"
            name = part.name if subtype == "csv" else f"{part.name}.txt"
            message.add_attachment(part.text, subtype=subtype, filename=name)
        return message.as_bytes()

    @property
    def asked(self) -> MailInput:
        """What the reader is shown of it: parsed as any other mail, beside the identities of the order lines."""
        known = [{name: getattr(line, name) for name in KnownLine.model_fields} for line in self.lines]
        return MailInput(
            texts=mail_texts(parse_mail(self.raw)),
            sent_on=self.sent_on,
            sender_country=self.country,
            known_lines=tuple(KnownLine(**one) for one in known),
        )


def supplier_mails(split: str) -> list[SupplierMail]:
    """All supplier mails of a split: dev, or the held-back test. Raises InputError when a line is broken."""
    return [item for item in _read("supplier_mails", SupplierMail) if item.split == split]


def exceptions(split: str) -> list[ExceptionItem]:
    """All order exceptions of a split. Raises InputError when a line is broken."""
    return [item for item in _read("exceptions", ExceptionItem) if item.split == split]


def mails() -> list[MailItem]:
    """The fixed mails of the smoke suite. Raises InputError when a line is broken."""
    return list(_read("mails", MailItem))


def _read(folder: str, kind: type[Item]) -> Iterator[Item]:
    files = (resources.files("evals") / "datasets" / folder).iterdir()
    for path in sorted((path for path in files if path.name.endswith(".jsonl")), key=lambda path: path.name):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            try:
                yield kind.model_validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                detail = f"{path.name} line {number}: {'.'.join(map(str, first['loc']))}: {first['msg']}"
                raise InputError(detail, remedy="Correct that line of the dataset.") from error
