"""The allow-list of actions, what Odoo answers, and the rows of the AI log kept in Odoo."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal, Protocol

from pydantic import Field

from agent.evidence.records import RecordRef
from agent.kit.values import Value


class PostNote(Value):
    """An internal note on a record; never sent to an outside party."""

    kind: Literal["post_note"] = "post_note"
    record: RecordRef
    text: str = Field(max_length=4000, description="plain text")


class OpenActivity(Value):
    """A to-do on a record for whoever is responsible."""

    kind: Literal["open_activity"] = "open_activity"
    record: RecordRef
    summary: str = Field(max_length=200)
    note: str = Field(default="", max_length=4000, description="plain text")
    due: date


Action = Annotated[PostNote | OpenActivity, Field(discriminator="kind")]


class Outcome(StrEnum):
    """What Odoo did with a keyed action."""

    APPLIED = "applied"
    ALREADY = "already"


class Receipt(Value):
    """What Odoo answered: the outcome, and the id of the record that the action made."""

    key: str
    outcome: Outcome
    record_id: int | None = None
    at: datetime


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


class OdooWriter(Protocol):
    """The one door for changes in Odoo."""

    def apply(self, action: PostNote | OpenActivity, *, key: str) -> Receipt:
        """Carry out the action in one transaction, once per key; a known key answers `already`.

        Raises ActionRefused when Odoo refuses, OdooUnavailable when it is unknown what happened.
        """
        ...


class OdooLog(Protocol):
    """The AI log in Odoo, append-only."""

    def append(self, rows: Sequence[DecisionRow | ContentRow]) -> int:
        """Store the rows whose keys are not there yet, in order, all or none; returns how many were new."""
        ...

    def counts(self) -> LogCounts: ...
