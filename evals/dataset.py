"""Reads the labelled items of the datasets."""

from collections.abc import Iterator
from datetime import date
from importlib import resources
from typing import Literal, TypeVar

from pydantic import ValidationError

from agent.errors import InputError
from agent.intake.model import EventType
from agent.kit.values import Value
from agent.suggestions.model import ExceptionLabel, FactField, Intent, Severity
from agent.suggestions.reader import ExceptionInput, KnownLine, MailInput, MailText

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
