"""One call to the model: what is sent, how its answer is read, and the answers that cannot be used."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

from agent.adapters.llm.accept import Malformed
from agent.adapters.llm.chat import Question
from agent.adapters.llm.metering import LETTERS_A_TOKEN
from agent.adapters.llm.replies import Reply
from agent.errors import ModelAnswerInvalid, ModelCutOff, ModelRefused
from agent.kit.values import Value
from agent.suggestions.model import Usage
from agent.suggestions.prompt import Prompt

Got = TypeVar("Got", bound=Value)


@dataclass(frozen=True)
class Job(Generic[Got]):
    """One call: what to send, and how to read what comes back (raises Malformed or Misfit)."""

    prompt: Prompt
    question: Question
    read: Callable[[str], Got]

    @property
    def likely_tokens(self) -> int:
        """How many tokens the call will use, roughly."""
        sent = sum(len(text) for _, text in self.question.turns)
        return sent // LETTERS_A_TOKEN + self.question.parameters.max_tokens // 2


class Rejected(ModelAnswerInvalid):
    """An answer that cannot be used, with what was sent, what came back and what it cost."""

    usage: Usage

    @classmethod
    def of(cls, detail: str, reply: Reply, usage: Usage) -> Self:
        """The error of one reply."""
        error = cls(detail)
        error.prompt, error.output, error.usage = reply.sent, reply.text, usage
        return error


class AnswerRejected(Rejected):
    """The language model's answer does not fit the schema."""


class AnswerRefused(Rejected, ModelRefused):
    """The language model, or its provider's content filter, refused to answer."""


class AnswerCutOff(Rejected, ModelCutOff):
    """The language model's answer was cut off at its greatest length."""


def whole(reply: Reply) -> str:
    """The text of a reply that is complete and in the asked form."""
    if reply.truncated:
        raise Malformed("the answer was cut off at its greatest length; make it shorter")
    if not reply.parsed:
        raise Malformed("the answer is not JSON of the asked form")
    return reply.text
