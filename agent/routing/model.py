"""The route with all its reasons, the question it answers, and the policy document."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field, field_validator

from agent.confidence.certify import Subject
from agent.confidence.estimate import Costs
from agent.confidence.model import Certificate, Confidence
from agent.kit.canonical import canonical_json, digest
from agent.kit.values import Value
from agent.suggestions.model import ExceptionLabel, Finding, Intent, InvoiceLabel, PatternLabel, RiskLabel, Task


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
    FALLEN_BACK = "fallen_back"
    NOT_WORTH_IT = "not_worth_it"


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
    audited: bool = Field(
        default=False, description="automatic, had the gold stream not drawn it: it is measured by it"
    )


class RouteQuestion(Value):
    """All that routing may look at."""

    task: Task
    label: str
    confidence: Confidence
    findings: tuple[Finding, ...]
    proposes_floor_change: bool = Field(description="dates, quantities, prices and the like would change in Odoo")
    gold: bool
    halted: bool
    version_hash: str = Field(description="of what answered and scored: a certificate is for exactly one")
    certificate: Certificate | None
    fallbacks: tuple[str, ...] = Field(default=(), description="why the certified label is back in review, in words")
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


FAMILIES: dict[Task, dict[str, tuple[str, ...]]] = {
    Task.CLASSIFY_EXCEPTION: {
        "routine": (
            ExceptionLabel.ORDER_CHANGE_AFTER_RESERVATION,
            ExceptionLabel.STOCK_SHORTAGE,
            ExceptionLabel.SUPPLIER_DELAY,
            ExceptionLabel.QUANTITY_MISMATCH,
            ExceptionLabel.SHIPMENT_CHANGE_OR_FREIGHT,
            ExceptionLabel.RETURN_OR_DAMAGE,
            ExceptionLabel.SUBSTITUTION,
            ExceptionLabel.DUPLICATE_OR_DATA_ERROR,
        ),
    },
    Task.READ_SUPPLIER_EMAIL: {"for_information": (Intent.CONFIRMATION, Intent.TRACKING)},
}
"""Labels of equal harm, declared before anything is certified: a wrong one puts a to-do before the wrong team, or
files a mail that changes nothing in Odoo under the wrong heading."""
LABELS: dict[Task, tuple[str, ...]] = {
    Task.CLASSIFY_EXCEPTION: tuple(ExceptionLabel),
    Task.READ_SUPPLIER_EMAIL: tuple(Intent),
    Task.RISK_SUMMARY: tuple(RiskLabel),
    Task.INVOICE_DISCREPANCY: tuple(InvoiceLabel),
    Task.PATTERN_WATCH: tuple(PatternLabel),
}


class Policy(Value):
    """The policy document: per task mode, labels that are never automatic, gold share. Versioned by hash."""

    modes: dict[Task, Mode] = Field(default_factory=lambda: dict.fromkeys(Task, Mode.ON))
    never_auto: frozenset[str] = NEVER_AUTO
    gold_share: float = Field(default=0.10, ge=0.05, le=1)
    provisional_bar: float = Field(default=0.75, gt=0, le=1, description="score above which an item would be automatic")
    families: dict[Task, dict[str, tuple[str, ...]]] = Field(
        default_factory=lambda: dict(FAMILIES), description="labels of equal harm that are certified as one"
    )
    review_cost: float = Field(
        default=0, ge=0, allow_inf_nan=False, description="of one review; 0 with the next: unknown"
    )
    error_cost: float = Field(default=0, ge=0, allow_inf_nan=False, description="of one error that nobody noticed")

    @field_validator("families")
    @classmethod
    def _each_label_in_one_family(cls, given: dict[Task, dict[str, tuple[str, ...]]]) -> object:
        for task, families in given.items():
            members = [label for labels in families.values() for label in labels]
            if strangers := sorted(set(members) - set(LABELS[task])):
                raise ValueError(f"{strangers[0]} is no label of {task}")
            if len(members) != len(set(members)):
                raise ValueError(f"a label of {task} stands in two families")
            if clash := sorted(set(families) & set(LABELS[task])):
                raise ValueError(f"the family {clash[0]} of {task} has the name of a label")
        return given

    @property
    def costs(self) -> Costs | None:
        """What a review and an error cost, where both are known."""
        known = self.review_cost > 0 and self.error_cost > 0
        return Costs(review=self.review_cost, error=self.error_cost) if known else None

    def subjects(self, task: Task) -> tuple[Subject, ...]:
        """What can be certified of a task: its families, and every other label that may be automatic at all."""
        families = {
            name: members
            for name, labels in self.families.get(task, {}).items()
            if (members := tuple(label for label in labels if label not in self.never_auto))
        }
        taken = {label for members in families.values() for label in members}
        return (
            *(Subject(task=task, label=name, members=members) for name, members in families.items()),
            *(
                Subject(task=task, label=str(label))
                for label in LABELS[task]
                if label not in taken and label not in self.never_auto
            ),
        )

    def subject_of(self, task: Task, label: str) -> Subject | None:
        """What a label is certified as; None for a label that is never automatic."""
        return next((one for one in self.subjects(task) if label in one.labels), None)

    @property
    def version(self) -> str:
        """Name of this policy: policy@ and ten characters of its digest."""
        document = self.model_dump(mode="json")
        document["never_auto"] = sorted(document["never_auto"])
        document["modes"] = dict(sorted(document["modes"].items()))
        return f"policy@{digest(canonical_json(document))[:10]}"
