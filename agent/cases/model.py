"""The case, its status and the one table of its transitions."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from agent.errors import IllegalTransition
from agent.kit.values import Money, Value


class CaseKind(StrEnum):
    """What sort of matter it is; each kind has one AI task."""

    EXCEPTION = "exception"
    SUPPLIER_EMAIL = "supplier_email"
    RISK_SUMMARY = "risk_summary"
    INVOICE = "invoice"
    PATTERN = "pattern"


class Status(StrEnum):
    """Where a case stands."""

    OPEN = "open"  # the machine works on it
    IN_REVIEW = "in_review"  # a person has to decide
    DECIDED = "decided"  # decided; the effects are on their way
    CLOSED = "closed"  # nothing left to do


NEXT: dict[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.IN_REVIEW, Status.DECIDED, Status.CLOSED}),
    Status.IN_REVIEW: frozenset({Status.OPEN, Status.DECIDED, Status.CLOSED}),
    Status.DECIDED: frozenset({Status.CLOSED, Status.OPEN, Status.IN_REVIEW}),
    Status.CLOSED: frozenset({Status.OPEN}),
}


class Case(Value):
    """One matter. `version` rises with every saved change; `round` with every new event that joins."""

    id: str
    number: str = Field(description="for people, C-2026-000123")
    kind: CaseKind
    status: Status
    company: str
    subject: str = Field(description="reference it is about: order, purchase, bill, or thread of a mail")
    title: str = Field(description="one line for lists; sealed in storage")
    thread: str = Field(description="key thread: personal text of this case is sealed under it")
    correlation_id: str
    gold: bool = Field(description="in the gold stream: reviewed blind")
    priority: int = Field(default=50, ge=1, le=100, description="lower is worked first")
    value_at_risk: Money | None = None
    round: int = 1
    version: int = 1
    opened_at: datetime
    changed_at: datetime
    settled: str = Field(
        default="", max_length=300, description="how somebody settled it in Odoo; empty when nobody did"
    )
    settled_by: str = Field(default="", max_length=200, description="login in Odoo")
    settled_at: datetime | None = None


def move(case: Case, to: Status, now: datetime) -> Case:
    """The case in its next status. Raises IllegalTransition when the table does not allow it."""
    if to not in NEXT[case.status]:
        raise IllegalTransition(f"Case {case.number}: {case.status} to {to}.")
    return case.model_copy(update={"status": to, "changed_at": now})
