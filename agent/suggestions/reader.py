"""The reader port: what a task asks of a reader, and what every reader (embedded or model) answers.

A reader never sees more than its input value. It has no tools, reads no Odoo, and returns typed
values only; code grounds them afterwards.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Generic, Protocol, TypeVar, runtime_checkable

from pydantic import Field

from agent.evidence.impact import Impact
from agent.evidence.match_model import BillMatch
from agent.evidence.pattern_model import Pattern
from agent.intake.model import EventType
from agent.kit.values import Value
from agent.suggestions.mail_changes import Change, Unclear
from agent.suggestions.model import (
    ExceptionLabel,
    Fact,
    FactField,
    Intent,
    LabelScore,
    NextStep,
    Provenance,
    Severity,
    Usage,
)

Answer = TypeVar("Answer", bound=Value)


class SolvedCase(Value):
    """A case that people have decided, as an example: typed words about it, and what they called it."""

    description: str
    label: ExceptionLabel


class ExceptionInput(Value):
    """One order exception as a reader sees it: the event, the words, and what Odoo says, flattened to plain values.

    `figures` holds named values computed by code from event and evidence (margin_percent, days_late,
    quantity_ordered, stock_free, already_received …): decimals, ISO dates or short words, never bodies.
    """

    event_type: EventType | None = Field(description="None when only free text is given")
    note: str = Field(description="untrusted words of a person or system")
    figures: dict[str, str] = Field(default_factory=dict)
    examples: tuple[SolvedCase, ...] = Field(default=(), description="the nearest cases that people have decided")


class Classification(Value):
    """Top labels with the reader's own probabilities (best first, at most three) and the severity."""

    scores: tuple[LabelScore, ...] = Field(min_length=1, max_length=3)
    severity: Severity
    reason: str = Field(default="", max_length=300, description="one short sentence; shown as the reader's words")

    @property
    def label(self) -> ExceptionLabel:
        return ExceptionLabel(self.scores[0].label)


class KnownLine(Value):
    """A line of the purchase order(s) the mail may be about: identity only, no prices."""

    po: str
    line: int
    product_code: str
    supplier_code: str = ""
    product_name: str
    unit: str = ""


class MailText(Value):
    """One readable part of the mail: "body", "subject" or "attachment:N"."""

    source: str
    text: str


class MailInput(Value):
    """One mail as the quarantined reader sees it: its texts, its own date, and the ids of that PO's lines."""

    texts: tuple[MailText, ...]
    sent_on: date | None
    sender_country: str = Field(default="", description="ISO 3166 alpha-2 of the known supplier, for day-month order")
    sender_language: str = Field(default="", description="Odoo language code such as de_DE")
    known_lines: tuple[KnownLine, ...] = ()


class RawFact(Value):
    """A fact as a reader states it: normalised value and the words it rests on; not yet checked."""

    field: FactField
    value: str = Field(description="ISO date, plain decimal string, or text")
    unit: str = ""
    quote: str = Field(description="verbatim words of the source")
    source: str = "body"
    start: int | None = Field(default=None, description="offset of the quote when the reader knows it")
    stated_ref: str = Field(default="", description="PO, product or supplier reference as written")
    po: str | None = None
    line: int | None = None
    ambiguous: bool = False
    alternatives: tuple[str, ...] = ()


class MailReading(Value):
    """What the mail says: intents (most important first, with probabilities) and facts."""

    intents: tuple[Intent, ...] = Field(min_length=1)
    scores: tuple[LabelScore, ...] = ()
    facts: tuple[RawFact, ...] = ()


class MailSummaryInput(Value):
    """Typed facts only: what the summary of a mail may speak of. Never the mail's text."""

    supplier: str
    intents: tuple[Intent, ...]
    facts: tuple[Fact, ...]
    purchases: tuple[str, ...] = ()
    changes: tuple[Change, ...] = Field(default=(), description="dates, quantities and prices beside Odoo's")
    unclear: tuple[Unclear, ...] = Field(default=(), description="what a person has to clear up, the gravest first")


class RiskSummaryInput(Value):
    """What the risk summary may speak of: figures computed by code."""

    as_of: datetime
    impact: Impact


class ExceptionSummaryInput(Value):
    """What the summary of an exception may speak of."""

    label: ExceptionLabel
    subject: str
    party: str = ""
    figures: dict[str, str] = Field(default_factory=dict)


class InvoiceSummaryInput(Value):
    """What the explanation of a bill may speak of: the match that code has made."""

    match: BillMatch


class PatternSummaryInput(Value):
    """What the words about a pattern may speak of: one finding of the statistics."""

    pattern: Pattern


SummaryInput = MailSummaryInput | RiskSummaryInput | ExceptionSummaryInput | InvoiceSummaryInput | PatternSummaryInput


class Draft(Value):
    """A worded summary, a sentence an entry; at most eight for risks, three for all else.

    For a bill the reader also says what it would call it and do; code decides both, and compares.
    """

    sentences: tuple[str, ...] = Field(max_length=8)
    label: str = Field(default="", description="what the reader would call it; empty where it is not asked")
    next_step: NextStep | None = None


class Answered(Value, Generic[Answer]):
    """An answer with all that is needed to log and replay it."""

    answer: Answer
    provenance: Provenance
    usage: Usage = Usage()
    prompt: str
    output: str
    repaired: bool = False


class Reader(Protocol):
    """Reads and words. Raises ModelUnavailable or ModelAnswerInvalid; the embedded reader never does."""

    def classify(self, asked: ExceptionInput) -> Answered[Classification]: ...

    def read_mail(self, asked: MailInput) -> Answered[MailReading]: ...

    def summarise(self, asked: SummaryInput) -> Answered[Draft]: ...


@runtime_checkable
class Accounted(Protocol):
    """A reader whose use is accounted for by case."""

    def for_case(self, case_id: str, about: Value) -> Reader:
        """The same reader for one case. Nothing of `about`, the case's evidence, is sent: a reader that uses
        pseudonyms learns from it which names there are to replace.
        """
        ...


@runtime_checkable
class Noticing(Protocol):
    """A reader that can name what a text touches on in words of a closed list of our own."""

    def notices(self, text: str) -> tuple[str, ...]:
        """The names of the concepts, none of the text's own words."""
        ...


class Price(Value):
    """What a million tokens cost, for accounting."""

    per_million_in: Decimal = Decimal(0)
    per_million_out: Decimal = Decimal(0)
    currency: str = "USD"
