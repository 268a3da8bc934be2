"""What a task brings: everything of a suggestion but its identity; and how a summary is worded and grounded."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Self

from agent.errors import ConfigurationError, ModelAnswerInvalid, ModelCeiling, ModelError
from agent.evidence.allocation import AllocationProposal
from agent.evidence.match_model import BillMatch
from agent.kit.values import Value
from agent.suggestions.backing import keep_backed
from agent.suggestions.mail_model import MailFindings
from agent.suggestions.model import (
    Agreement,
    Fact,
    Finding,
    Gate,
    Intent,
    LabelScore,
    NextStep,
    Provenance,
    Reply,
    Severity,
    Team,
    Usage,
)
from agent.suggestions.omission import Must, completed
from agent.suggestions.reader import Answer, Answered, Draft, Reader, SummaryInput


class Assembled(Value):
    """A suggestion without its identity; the fields are those of `Suggestion`."""

    label: str
    scores: tuple[LabelScore, ...] = ()
    intents: tuple[Intent, ...] = ()
    severity: Severity
    team: Team
    next_step: NextStep
    facts: tuple[Fact, ...] = ()
    summary: str
    dropped_sentences: int = 0
    added_sentences: int = 0
    findings: tuple[Finding, ...] = ()
    second_opinion: str | None = None
    agreement: tuple[Agreement, ...] = ()
    reply: Reply | None = None
    allocations: tuple[AllocationProposal, ...] = ()
    match: BillMatch | None = None
    mail: MailFindings | None = None
    provenance: Provenance
    usage: Usage = Usage()
    prompt: str
    output: str

    def with_findings(self, *more: Finding) -> Self:
        """The same with more findings."""
        return self.model_copy(update={"findings": (*self.findings, *more)})


class Worded(Value):
    """A grounded summary with the prompt and output it came from."""

    summary: str
    dropped: int
    added: int = 0
    provenance: Provenance
    usage: Usage
    prompt: str
    output: str
    findings: tuple[Finding, ...] = ()
    label: str = ""
    next_step: NextStep | None = None


def word(
    reader: Reader,
    asked: SummaryInput,
    allowed: Sequence[str],
    plain: Callable[[], str],
    *,
    musts: Sequence[Must] = (),
    most: int | None = None,
    today: date | None = None,
) -> Worded:
    """Have the reader word the facts; sentences that the allowed facts do not back are dropped and counted, facts that
    must be mentioned and are not are told by code and counted. When nothing is left, `plain` words it by code.
    """
    drafted: Answered[Draft] = reader.summarise(asked)
    kept, dropped = keep_backed(drafted.answer.sentences, allowed, today=today)
    kept, added = completed(kept or (plain(),), musts, most)
    return Worded(
        summary=" ".join(kept),
        dropped=dropped,
        added=added,
        provenance=drafted.provenance,
        usage=drafted.usage,
        prompt=drafted.prompt,
        output=drafted.output,
        findings=repaired(drafted),
        label=drafted.answer.label,
        next_step=drafted.answer.next_step,
    )


def word_or_say_plainly(
    reader: Reader,
    asked: SummaryInput,
    allowed: Sequence[str],
    plain: Callable[[], str],
    read: Provenance,
    *,
    musts: Sequence[Must] = (),
    most: int | None = None,
    today: date | None = None,
) -> Worded:
    """Like `word`; but when the model cannot word what it has read, code does, and a person is told.

    The reading itself stands: it was checked, and costs as much as the words.
    """
    try:
        return word(reader, asked, allowed, plain, musts=musts, most=most, today=today)
    except ModelError as error:
        refused = error if isinstance(error, ModelAnswerInvalid) else ModelAnswerInvalid()
        return Worded(
            summary=plain(),
            dropped=0,
            provenance=read,
            usage=Usage(),
            prompt=refused.prompt,
            output=refused.output,
            findings=(in_place_of(error, "summary: "),),
        )


def in_place_of(error: ModelError | ConfigurationError, what: str = "") -> Finding:
    """The gate of what the embedded reader or code had to say in place of the model."""
    gate = Gate.MODEL_CEILING if isinstance(error, ModelCeiling) else Gate.FELL_BACK
    return Finding(gate=gate, detail=f"{what}{error.headline}")


def repaired(answered: Answered[Answer]) -> tuple[Finding, ...]:
    """The gate of an answer that had to be repaired to fit its schema."""
    return (Finding(gate=Gate.SCHEMA_REPAIRED),) if answered.repaired else ()


def joined(*parts: str) -> str:
    """Prompts or outputs of several calls as one text for the log."""
    return "\n\n-----\n\n".join(part for part in parts if part)


def total(first: Usage, second: Usage) -> Usage:
    """The cost of two calls together."""
    known = [used.cost for used in (first, second) if used.cost is not None]
    return Usage(
        tokens_in=first.tokens_in + second.tokens_in,
        tokens_out=first.tokens_out + second.tokens_out,
        cost=sum(known, Decimal(0)) if known else None,
        currency=first.currency,
        milliseconds=first.milliseconds + second.milliseconds,
    )
