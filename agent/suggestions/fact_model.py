"""What a mail says, piece by piece: the fact with its quote, and what code found wrong with it."""

from enum import StrEnum

from pydantic import Field

from agent.kit.values import Value


class Severity(StrEnum):
    """How bad it is if nobody acts."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class FactField(StrEnum):
    """What a fact is about."""

    ETA = "eta"
    SHIP_DATE = "ship_date"
    QUANTITY = "quantity"
    PRICE = "price"
    STATUS = "status"
    TRACKING = "tracking"
    REASON = "reason"


class Quote(Value):
    """The verbatim words that carry a fact: `text == source[start:end]` in code points."""

    text: str
    source: str = Field(description="body, subject or attachment:N")
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Fact(Value):
    """A typed value with its quote. `value` is an ISO date, a plain decimal string, or text."""

    field: FactField
    value: str
    unit: str = Field(default="", description="unit of a quantity, ISO currency of a price")
    quote: Quote
    ambiguous: bool = Field(default=False, description="more than one reading is possible, e.g. 03/04")
    alternatives: tuple[str, ...] = ()
    po: str | None = Field(default=None, description="our purchase order, when matched")
    line: int | None = Field(default=None, description="position of its line, when matched")
    stated_ref: str = Field(default="", description="the reference as the mail wrote it")
    now_in_odoo: str = Field(default="", description="the present value in Odoo, when there is one")


class Gate(StrEnum):
    """Hard findings of code: any one sends the case to a person, whatever the score."""

    SCHEMA_REPAIRED = "schema_repaired"
    QUOTE_ABSENT = "quote_absent"
    VALUE_NOT_IN_QUOTE = "value_not_in_quote"
    PURCHASE_UNKNOWN = "purchase_unknown"
    SENDER_NOT_SUPPLIER = "sender_not_supplier"
    INJECTION_SUSPECTED = "injection_suspected"
    AMBIGUOUS_DATE = "ambiguous_date"
    READERS_DISAGREE = "readers_disagree"
    FELL_BACK = "fell_back_to_embedded_reader"
    MODEL_CEILING = "model_ceiling_reached"
    CONFLICT_WITH_ODOO = "conflict_with_odoo"
    CONTRADICTION = "contradiction_in_the_mail"
    ATTACHMENT_UNREAD = "attachment_unread"
    RECORD_UNKNOWN = "record_unknown"
    DEFECTIVE_MAIL = "defective_mail"
    SENDER_SUSPECT = "sender_suspect"


class Finding(Value):
    """A gate with the words that explain it."""

    gate: Gate
    detail: str = ""
