"""A reader that says its lines: the twin of the reader port for unit tests."""

from collections import deque
from typing import TypeVar

from agent.errors import GatehouseError
from agent.suggestions.model import Provenance
from agent.suggestions.reader import (
    Answered,
    Classification,
    Draft,
    ExceptionInput,
    MailInput,
    MailReading,
    SummaryInput,
)

Said = TypeVar("Said", Classification, MailReading, Draft)


class ScriptedReader:
    """A reader that gives the queued answers in order, raises the queued errors, and remembers what it was asked."""

    def __init__(
        self, *answers: Classification | MailReading | Draft | GatehouseError, model_id: str = "scripted"
    ) -> None:
        self.answers = deque(answers)
        self.asked: list[ExceptionInput | MailInput | SummaryInput] = []
        self._model_id = model_id

    def classify(self, asked: ExceptionInput) -> Answered[Classification]:
        return self._say(asked, Classification)

    def read_mail(self, asked: MailInput) -> Answered[MailReading]:
        return self._say(asked, MailReading)

    def summarise(self, asked: SummaryInput) -> Answered[Draft]:
        return self._say(asked, Draft)

    def _say(self, asked: ExceptionInput | MailInput | SummaryInput, wanted: type[Said]) -> Answered[Said]:
        self.asked.append(asked)
        if not self.answers:
            raise AssertionError(f"Nothing is queued for {type(asked).__name__}.")
        said = self.answers.popleft()
        if isinstance(said, GatehouseError):
            raise said
        if not isinstance(said, wanted):
            raise AssertionError(f"A {wanted.__name__} was asked for, a {type(said).__name__} is queued.")  # noqa: TRY004 - a wrong script fails its test
        prompt, output = asked.model_dump_json(), said.model_dump_json()
        told = Provenance(reader="model", model_id=self._model_id, prompt_version="scripted@0", method="scripted")
        return Answered[wanted](answer=said, provenance=told, prompt=prompt, output=output)
