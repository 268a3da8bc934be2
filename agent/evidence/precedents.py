"""Cases that people have decided, remembered by what they were about: values, and the port to find the nearest.

The port is a cache. The rows of the state are the truth: losing it loses nothing, and it is made anew from them.
What it holds carries no words of a mail or a note: a description made by code of typed values, and a label.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pydantic import Field

from agent.kit.values import Value

NEAREST = 10  # how many neighbours are looked at


class Precedent(Value):
    """A case that a person decided, as it is remembered."""

    decision_id: str
    case_id: str
    case_number: str
    company: str = Field(description="people and cases of this company alone see it")
    kind: str = Field(description="the kind of case; only the same kind is compared")
    label: str = Field(description="what the person called it")
    description: str = Field(description="typed words about the case, none of a mail or a note")
    references: str = Field(default="", description="codes of products and numbers of partners; never sent to a model")
    decided_at: datetime

    @property
    def compared(self) -> str:
        """The text whose embedding is compared."""
        return compared(self.description, self.references)


class Recalled(Value):
    """A precedent and how near it is."""

    precedent: Precedent
    similarity: float = Field(ge=-1, le=1, description="cosine")


class Familiar(Value):
    """What decided cases say of a suggested label; recorded beside it, never decisive. None: no case is known."""

    agreement: float | None = Field(default=None, ge=0, le=1, description="share of the label among the ten nearest")
    novelty: float | None = Field(default=None, ge=0, le=2, description="1 - greatest cosine")
    labels: tuple[tuple[str, float], ...] = Field(default=(), description="label and cosine, nearest first")


class Precedents(Protocol):
    """Remembers precedents and finds the nearest. Every method raises PrecedentsUnavailable and nothing else.

    A decision is remembered once under its id; a case has one precedent at most.
    """

    def put(self, items: Sequence[Precedent]) -> None:
        """Remember; an older precedent of the same case is forgotten."""
        ...

    def forget(self, case_ids: Sequence[str]) -> None:
        """Forget what is remembered of these cases."""
        ...

    def get(self, decision_ids: Sequence[str]) -> tuple[Precedent, ...]:
        """Those of these decisions that are remembered, by identity alone."""
        ...

    def nearest(self, text: str, *, company: str, kind: str, limit: int = NEAREST) -> tuple[Recalled, ...]:
        """The nearest of one company and kind, nearest first."""
        ...

    def read_until(self) -> int:
        """How far the log has been read into it (number of the last link); 0 when it is new."""
        ...

    def note_read(self, until: int) -> None:
        """Note how far the log has been read into it."""
        ...

    def count(self) -> int:
        """How many are remembered."""
        ...

    def clear(self) -> None:
        """Forget all, also how far the log has been read."""
        ...

    def where(self) -> str:
        """Where it is kept and what compares its texts, in words. Asks nothing."""
        ...

    def trouble(self) -> str:
        """Why the last use failed; empty when it did not, or it was not used yet. Asks nothing."""
        ...

    def close(self) -> None:
        """Let others have it."""
        ...


def compared(description: str, references: str) -> str:
    """The text whose embedding is compared."""
    return "; ".join(part for part in (description, references) if part)


def familiar(found: Sequence[Recalled], label: str) -> Familiar:
    """How far decided cases bear a label out. Pure."""
    near = sorted(found, key=lambda one: -one.similarity)[:NEAREST]
    if not near:
        return Familiar()
    labels = tuple((one.precedent.label, one.similarity) for one in near)
    agreeing = sum(name == label for name, _ in labels)
    return Familiar(agreement=agreeing / len(near), novelty=1 - labels[0][1], labels=labels)
