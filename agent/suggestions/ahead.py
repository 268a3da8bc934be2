"""Classifying in one go what will be asked one by one: the embedded reader is faster on many, with the same answers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

from agent.suggestions.reader import (
    Answered,
    Classification,
    Draft,
    ExceptionInput,
    MailInput,
    MailReading,
    Reader,
    SummaryInput,
)
from agent.suggestions.service import Readers


@runtime_checkable
class Batching(Protocol):
    """A reader that answers many at once as it answers each."""

    def classify_many(self, asked: Sequence[ExceptionInput]) -> list[Answered[Classification]]: ...


class Ahead:
    """A reader whose answers to these exceptions are there already; anything else is asked."""

    def __init__(self, reader: Reader, asked: Sequence[ExceptionInput], found: list[Answered[Classification]]) -> None:
        self._reader = reader
        self._found = {one.model_dump_json(): answer for one, answer in zip(asked, found, strict=True)}

    def classify(self, asked: ExceptionInput) -> Answered[Classification]:
        return self._found.get(asked.model_dump_json()) or self._reader.classify(asked)

    def read_mail(self, asked: MailInput) -> Answered[MailReading]:
        return self._reader.read_mail(asked)

    def summarise(self, asked: SummaryInput) -> Answered[Draft]:
        return self._reader.summarise(asked)


def ahead(readers: Readers, asked: Sequence[ExceptionInput]) -> Readers:
    """The same readers, the embedded one having read these exceptions in one go when it can."""
    local = readers.embedded
    if len(asked) < 2 or not isinstance(local, Batching):  # noqa: PLR2004 - one is no batch
        return readers
    return replace(readers, embedded=Ahead(local, asked, local.classify_many(asked)))
