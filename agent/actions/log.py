"""The rows of the AI log kept in Odoo, the risk fields shown in its lists, and the port to both."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Protocol

from pydantic import Field

from agent.evidence.records import RecordRef
from agent.kit.values import Value


class ContentKind(StrEnum):
    """Which words a content row holds."""

    PROMPT = "prompt"
    OUTPUT = "output"


class DecisionRow(Value):
    """One final human (or automatic) action, for x_gatehouse_decision: no personal content, only digests."""

    kind: Literal["decision"] = "decision"
    key: str = Field(description="the decision's id; stored once")
    case_number: str
    correlation_id: str
    record: RecordRef | None
    task: str
    label: str
    final_label: str
    final_action: str = Field(description="accept, edit, reject, escalate or automatic")
    reason_code: str
    reviewer: str = Field(description="login of the person; 'gatehouse' when automatic")
    prompt_version: str
    model_id: str
    confidence_state: str
    confidence_value: str = Field(default="", description="decimal text; empty while not calibrated")
    route: str
    route_reasons: tuple[str, ...]
    policy_version: str
    decided_at: datetime
    prompt_digest: str
    output_digest: str
    final_digest: str


class ContentRow(Value):
    """A prompt or an output, for x_gatehouse_content."""

    kind: Literal["content"] = "content"
    key: str = Field(description="suggestion id and content kind; stored once")
    case_number: str
    content: ContentKind
    text: str
    digest: str = Field(description="SHA-256 of the text")
    written_at: datetime


LogRow = Annotated[DecisionRow | ContentRow, Field(discriminator="kind")]


class LogCounts(Value):
    """What the log in Odoo holds."""

    prompts: int
    outputs: int
    final_actions: int


class RiskLevel(StrEnum):
    """How endangered an order's fulfilment is."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class RiskIndicator(Value):
    """The fulfilment risk of a sale order, purchase order or transfer, as shown in Odoo's own lists."""

    record: RecordRef
    level: RiskLevel
    score: int = Field(ge=0, le=100)
    reason: str = Field(default="", max_length=200)
    link: str = Field(default="", max_length=500)


class OdooLog(Protocol):
    """The AI log in Odoo, append-only."""

    def append(self, rows: Sequence[DecisionRow | ContentRow]) -> int:
        """Store the rows whose keys are not there yet, in order, all or none; returns how many were new."""
        ...

    def erase(self, keys: Sequence[str], *, reason: str) -> int:
        """Blank the texts of these content rows, each leaving a tombstone with its digest; returns how many were new.

        The only change that the log allows; a key that is not there is passed over.
        """
        ...

    def indicate(self, rows: Sequence[RiskIndicator]) -> int:
        """Set the risk fields of these records where they differ; returns how many changed. Gone ones are left out."""
        ...

    def counts(self) -> LogCounts: ...
