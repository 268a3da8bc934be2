"""The approval scenarios, what is asked of whom, and each person's consent or refusal."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from agent.access.model import Role
from agent.evidence.records import RecordRef
from agent.kit.values import Money, Value


class Scenario(StrEnum):
    """What needs consent; each also stands in Odoo as a native control of the same name."""

    DISCOUNT_EXCEPTION = "discount_exception"
    EMERGENCY_PROCUREMENT = "emergency_procurement"
    INVENTORY_REALLOCATION = "inventory_reallocation"
    CREDIT_RELEASE = "credit_release"
    SHIPMENT_UPGRADE = "shipment_upgrade"
    RETURN_AUTHORIZATION = "return_authorization"
    SENSITIVE_CHANGE = "sensitive_change"
    INVOICE_DISCREPANCY = "invoice_discrepancy"


class ControlMode(StrEnum):
    """What a native control does in a company: nothing, open a case, or refuse until there is consent."""

    OFF = "off"
    WARN = "warn"
    BLOCK = "block"


class Consent(StrEnum):
    """What an approver says."""

    APPROVE = "approve"
    REFUSE = "refuse"


class Via(StrEnum):
    """Where an approver said it."""

    DESK = "desk"
    ODOO = "odoo"


class ApprovalState(StrEnum):
    """Where an approval stands. Time never approves: what is overdue is parked and stays open to consent."""

    ASKED = "asked"
    PARKED = "parked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


WAITING = frozenset({ApprovalState.ASKED, ApprovalState.PARKED})

APPROVER_ROLES: dict[Scenario, tuple[Role, ...]] = {
    Scenario.DISCOUNT_EXCEPTION: (Role.SALES_MANAGER, Role.FINANCE),
    Scenario.EMERGENCY_PROCUREMENT: (Role.PROCUREMENT_LEAD,),
    Scenario.INVENTORY_REALLOCATION: (Role.OPERATIONS,),
    Scenario.CREDIT_RELEASE: (Role.FINANCE,),
    Scenario.SHIPMENT_UPGRADE: (Role.LOGISTICS,),
    Scenario.RETURN_AUTHORIZATION: (Role.CUSTOMER_SERVICE_LEAD,),
    Scenario.SENSITIVE_CHANGE: (Role.FINANCE, Role.PROCUREMENT_LEAD),
    Scenario.INVOICE_DISCREPANCY: (Role.PROCUREMENT_LEAD, Role.FINANCE),
}
"""The roles that must consent, each by another person; conditions of the matrix may add roles, never take one."""

REASONS: dict[Scenario, tuple[str, ...]] = {
    Scenario.DISCOUNT_EXCEPTION: ("strategic_customer", "competitive_match", "volume", "clearance", "pricing_error"),
    Scenario.EMERGENCY_PROCUREMENT: ("line_down", "customer_penalty", "supplier_failure", "demand_peak", "planning"),
    Scenario.INVENTORY_REALLOCATION: ("key_customer", "earlier_promise", "higher_margin", "penalty", "customer_agreed"),
    Scenario.CREDIT_RELEASE: ("payment_coming", "limit_raised", "guarantee", "partial_release", "strategic_customer"),
    Scenario.SHIPMENT_UPGRADE: ("our_delay", "customer_pays", "key_customer", "penalty", "carrier_failure"),
    Scenario.RETURN_AUTHORIZATION: ("our_error", "damaged", "goodwill", "contract", "quality"),
    Scenario.SENSITIVE_CHANGE: ("verified_by_phone", "verified_in_writing", "contract", "correction"),
    Scenario.INVOICE_DISCREPANCY: ("price_agreed", "quantity_received", "credit_note_agreed", "within_tolerance"),
}
"""Why somebody approves; every scenario has besides these the reason `other`, which needs a note."""

REFUSALS: tuple[str, ...] = ("not_justified", "too_high", "other_solution", "not_enough_evidence", "suspicious")
"""Why somebody refuses, in every scenario; `other` with a note besides."""


class Figure(Value):
    """One value that the approver sees and is bound to."""

    field: str = Field(description="technical name, such as margin_percent")
    value: str = Field(description="plain decimal text, ISO date, or text")
    unit: str = ""


class Answer(Value):
    """What one person said about an approval."""

    consent: Consent
    role: Role = Field(description="the role in which it was said")
    by: str = Field(description="login")
    reason_code: str
    note: str = Field(default="", max_length=2000)
    via: Via
    at: datetime


class Approval(Value):
    """One consent asked for: what exactly, why, of whom; and what was answered so far."""

    id: str
    case_id: str | None = Field(description="None when it was asked in Odoo and no case is about it")
    decision_id: str | None = Field(default=None, description="the planner's decision that asks for it; None from Odoo")
    scenario: Scenario
    company: str
    record: RecordRef
    figures: tuple[Figure, ...] = Field(description="the values that are approved; another value needs a new consent")
    amount: Money | None = None
    why: str = Field(description="what is to be approved, in one line")
    asked_by: str = Field(description="login of the requester")
    barred: tuple[str, ...] = Field(default=(), description="logins that asked, drafted or decided before")
    roles: tuple[Role, ...] = Field(description="the roles that must consent, each by another person")
    state: ApprovalState
    answers: tuple[Answer, ...] = ()
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None = None
