"""The suggestion: label, facts with their quotes, summary, proposed next step, and its provenance."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field

from agent.evidence.allocation import AllocationProposal
from agent.evidence.match_model import BillMatch, MatchKind
from agent.evidence.pattern_model import PatternKind
from agent.evidence.precedents import Familiar
from agent.kit.values import Value
from agent.suggestions.fact_model import Fact, FactField, Finding, Gate, Quote, Severity
from agent.suggestions.mail_model import MailFindings

__all__ = [
    "Agreement",
    "ExceptionLabel",
    "Fact",
    "FactField",
    "Finding",
    "Gate",
    "Intent",
    "InvoiceLabel",
    "LabelScore",
    "NextStep",
    "PatternLabel",
    "Provenance",
    "Quote",
    "Reply",
    "RiskLabel",
    "Severity",
    "Suggestion",
    "Task",
    "Team",
    "Usage",
]


class Task(StrEnum):
    """What the AI is asked to do."""

    CLASSIFY_EXCEPTION = "classify_exception"
    READ_SUPPLIER_EMAIL = "read_supplier_email"
    RISK_SUMMARY = "risk_summary"
    INVOICE_DISCREPANCY = "invoice_discrepancy"
    PATTERN_WATCH = "pattern_watch"


class ExceptionLabel(StrEnum):
    """What kind of order exception it is; "no exception" is a prediction like any other."""

    ORDER_CHANGE_AFTER_RESERVATION = "order_change_after_reservation"
    STOCK_SHORTAGE = "stock_shortage"
    SUPPLIER_DELAY = "supplier_delay"
    PRICE_OR_MARGIN_VARIANCE = "price_or_margin_variance"
    QUANTITY_MISMATCH = "quantity_mismatch"
    CREDIT_HOLD = "credit_hold"
    SHIPMENT_CHANGE_OR_FREIGHT = "shipment_change_or_freight"
    ALLOCATION_CONFLICT = "allocation_conflict"
    INVOICE_DISCREPANCY = "invoice_discrepancy"
    RETURN_OR_DAMAGE = "return_or_damage"
    SUBSTITUTION = "substitution"
    DUPLICATE_OR_DATA_ERROR = "duplicate_or_data_error"
    NO_EXCEPTION = "no_exception"
    OTHER = "other"


class Intent(StrEnum):
    """What a supplier's mail wants to tell; several are allowed. A mail's label is its first intent."""

    CONFIRMATION = "confirmation"
    DELAY = "delay"
    QUANTITY_CHANGE = "quantity_change"
    PRICE_CHANGE = "price_change"
    PARTIAL_SHIPMENT = "partial_shipment"
    CANCELLATION = "cancellation"
    SUBSTITUTION = "substitution"
    TRACKING = "tracking"
    INVOICE = "invoice"
    QUALITY = "quality"
    REQUEST = "request"
    SUSPICIOUS = "suspicious"
    OTHER = "other"


class RiskLabel(StrEnum):
    """The outcome of a risk summary."""

    AT_RISK = "commitments_at_risk"
    CLEAR = "no_commitment_at_risk"


class InvoiceLabel(StrEnum):
    """In what a bill differs from its order and receipts: the kinds of `agent.evidence.match_model`."""

    PRICE = MatchKind.PRICE
    QUANTITY = MatchKind.QUANTITY
    NOT_RECEIVED = MatchKind.NOT_RECEIVED
    DUPLICATE = MatchKind.DUPLICATE
    TAX = MatchKind.TAX
    UNKNOWN_PO = MatchKind.UNKNOWN_PO
    FREIGHT_OR_CHARGE = MatchKind.FREIGHT_OR_CHARGE
    CURRENCY = MatchKind.CURRENCY
    MATCHES = MatchKind.MATCHES
    OTHER = MatchKind.OTHER


class PatternLabel(StrEnum):
    """What the watch over history found: the kinds of `agent.evidence.pattern_model`."""

    MARGIN_EROSION = PatternKind.MARGIN_EROSION
    ALLOCATION_CONFLICTS = PatternKind.ALLOCATION_CONFLICTS
    SUPPLIER_SLIPPING = PatternKind.SUPPLIER_SLIPPING
    FREIGHT_UPGRADES = PatternKind.FREIGHT_UPGRADES
    COMING_SHORTAGE = PatternKind.COMING_SHORTAGE
    CHANCE = "no_pattern"


class Team(StrEnum):
    """Who should act."""

    SALES = "sales"
    PURCHASING = "purchasing"
    WAREHOUSE = "warehouse"
    LOGISTICS = "logistics"
    FINANCE = "finance"
    CUSTOMER_SERVICE = "customer_service"
    MASTER_DATA = "master_data"


class Agreement(Value):
    """Whether the second reader, reading by itself, said the same of one field; recorded, never decisive."""

    field: str = Field(description="a fact's field, or `label`")
    mine: tuple[str, ...] = ()
    other: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Values that both named, of all that either named (Jaccard, 0 to 1); 1 where neither named any."""
        either = {*self.mine, *self.other}
        return len({*self.mine} & {*self.other}) / len(either) if either else 1.0


class Reply(Value):
    """A drafted answer to the sender, from typed facts alone; only a person ever sends it."""

    subject: str = Field(max_length=200)
    text: str = Field(max_length=20_000, description="plain text")
    asks: tuple[str, ...] = Field(default=(), description="what it asks for, one item each")
    unverified: tuple[str, ...] = Field(default=(), description="claims of the mail that nothing of ours confirms")


class LabelScore(Value):
    """A label with the reader's own probability; one feature among others, never the confidence."""

    label: str
    probability: float = Field(ge=0, le=1)


class Usage(Value):
    """What the reading cost."""

    tokens_in: int = 0
    tokens_out: int = 0
    cost: Decimal | None = None
    currency: str = "USD"
    milliseconds: int = 0


class Provenance(Value):
    """Who answered, on what prompt: enough to replay."""

    reader: Literal["embedded", "model"]
    model_id: str = Field(description="as the provider answered, or the embedded reader's weights hash")
    prompt_version: str
    method: str = Field(default="", description="how structured output was had")


class NextStep(StrEnum):
    """The recommended next step; words for people come from the catalogue in `tasks/`."""

    CONFIRM_CHANGE_WITH_CUSTOMER = "confirm_change_with_customer"
    EXPEDITE_OR_REALLOCATE = "expedite_or_reallocate"
    CHASE_SUPPLIER = "chase_supplier"
    CHECK_PRICE = "check_price"
    RECOUNT_OR_CORRECT = "recount_or_correct"
    REQUEST_CREDIT_RELEASE = "request_credit_release"
    CHOOSE_CARRIER = "choose_carrier"
    DECIDE_ALLOCATION = "decide_allocation"
    DISPUTE_BILL = "dispute_bill"
    AUTHORISE_RETURN = "authorise_return"
    APPROVE_SUBSTITUTE = "approve_substitute"
    CORRECT_DATA = "correct_data"
    UPDATE_PURCHASE = "update_purchase"
    ASK_SUPPLIER = "ask_supplier"
    INFORM_CUSTOMERS = "inform_customers"
    AWAIT_RECEIPT = "await_receipt"
    REPLENISH = "replenish"
    NONE_NEEDED = "none_needed"
    LOOK_INTO_IT = "look_into_it"


class Suggestion(Value):
    """What the AI proposes for one round of a case."""

    version: Literal[1] = 1
    id: str
    case_id: str
    evidence_id: str
    round: int
    task: Task
    label: str
    scores: tuple[LabelScore, ...] = Field(default=(), description="top labels, best first")
    intents: tuple[Intent, ...] = ()
    severity: Severity
    team: Team
    next_step: NextStep
    facts: tuple[Fact, ...] = ()
    summary: str
    dropped_sentences: int = 0
    added_sentences: int = Field(default=0, description="told by code because the reader left them out")
    findings: tuple[Finding, ...] = ()
    second_opinion: str | None = Field(default=None, description="the other reader's label, when it read too")
    agreement: tuple[Agreement, ...] = Field(default=(), description="per field, when the other reader read too")
    familiar: Familiar | None = Field(default=None, description="what decided cases say of the label, when asked")
    reply: Reply | None = None
    allocations: tuple[AllocationProposal, ...] = Field(default=(), description="who gets what several orders claim")
    match: BillMatch | None = Field(default=None, description="the bill against its orders, where there is a bill")
    mail: MailFindings | None = Field(default=None, description="what code found about a supplier's mail")
    provenance: Provenance
    usage: Usage = Usage()
    prompt: str = Field(description="exactly what was sent, or the embedded reader's input")
    output: str = Field(description="exactly what came back")
    made_at: datetime
