"""The route with all its reasons, the question it answers, and the policy document."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from agent.confidence.model import Certificate, Confidence
from agent.kit.canonical import canonical_json, digest
from agent.kit.values import Value
from agent.suggestions.model import ExceptionLabel, Finding, Intent, RiskLabel, Task


class Lane(StrEnum):
    """Who acts next."""

    AUTO = "auto"
    REVIEW = "review"


class Mode(StrEnum):
    """What a task may do: nothing automatic, watched only, or automatic where certified."""

    OFF = "off"
    SHADOW = "shadow"
    ON = "on"


class ReasonCode(StrEnum):
    """Why an item goes to a person."""

    NO_CERTIFICATE = "no_certificate"
    LOW_CONFIDENCE = "low_confidence"
    HARD_GATE = "hard_gate"
    CONFLICT_WITH_ODOO = "conflict_with_odoo"
    INJECTION_SUSPICION = "injection_suspicion"
    GOLD_SAMPLE = "gold_sample"
    POLICY = "policy"
    NEEDS_A_PERSON = "needs_a_person"
    HALTED = "halted"


class Reason(Value):
    """One reason, in code and in words."""

    code: ReasonCode
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code.value


class Route(Value):
    """Who acts next, and what would apply if the label were certified (provisional, never acted on)."""

    to: Lane
    would: Lane
    reasons: tuple[Reason, ...]
    policy_version: str


class RouteQuestion(Value):
    """All that routing may look at."""

    task: Task
    label: str
    confidence: Confidence
    findings: tuple[Finding, ...]
    proposes_floor_change: bool = Field(description="dates, quantities, prices and the like would change in Odoo")
    gold: bool
    halted: bool
    certificate: Certificate | None
    now: datetime


NEVER_AUTO: frozenset[str] = frozenset(
    {
        ExceptionLabel.CREDIT_HOLD,
        ExceptionLabel.ALLOCATION_CONFLICT,
        ExceptionLabel.OTHER,
        Intent.CANCELLATION,
        Intent.SUSPICIOUS,
        Intent.OTHER,
        RiskLabel.AT_RISK,
    }
)


class Policy(Value):
    """The policy document: per task mode, labels that are never automatic, gold share. Versioned by hash."""

    modes: dict[Task, Mode] = Field(default_factory=lambda: dict.fromkeys(Task, Mode.ON))
    never_auto: frozenset[str] = NEVER_AUTO
    gold_share: float = Field(default=0.10, ge=0.05, le=1)
    provisional_bar: float = Field(default=0.75, gt=0, le=1, description="score above which an item would be automatic")

    @property
    def version(self) -> str:
        """Name of this policy: policy@ and ten characters of its digest."""
        document = self.model_dump(mode="json")
        document["never_auto"] = sorted(document["never_auto"])
        document["modes"] = dict(sorted(document["modes"].items()))
        return f"policy@{digest(canonical_json(document))[:10]}"
