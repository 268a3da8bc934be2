"""The canonical event (CloudEvents 1.0) with typed data, and the parsed mail."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from agent.kit.values import Money, Value

NO_CONTROL = r"^[^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*$"
Ref = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128, pattern=NO_CONTROL)]
Short = Annotated[str, StringConstraints(max_length=200, pattern=NO_CONTROL)]
Figure = Annotated[Decimal, Field(max_digits=18, decimal_places=6, allow_inf_nan=False)]
Note = Annotated[str, StringConstraints(max_length=20_000)]


class EventType(StrEnum):
    """What happened: dotted, past tense."""

    ORDER_CONFIRMED = "order.confirmed"
    ORDER_CHANGED = "order.changed"
    ORDER_BLOCKED_ON_CREDIT = "order.blocked_on_credit"
    STOCK_SHORTAGE_DETECTED = "stock.shortage_detected"
    ALLOCATION_MOVED = "allocation.moved"
    PURCHASE_DELAYED = "purchase.delayed"
    PURCHASE_REQUESTED_URGENT = "purchase.requested_urgent"
    SUPPLIER_EMAIL_RECEIVED = "supplier.email_received"
    SUPPLIER_ETA_CHANGED = "supplier.eta_changed"
    SHIPMENT_DELAYED = "shipment.delayed"
    SHIPMENT_COST_EXCEEDED = "shipment.cost_exceeded"
    INVOICE_DISPUTED = "invoice.disputed"
    MARGIN_BELOW_THRESHOLD = "margin.below_threshold"
    RETURN_REQUESTED = "return.requested"


class LineChange(Value):
    """One order line as it was and as it is."""

    product: Ref
    quantity_before: Figure | None = None
    quantity_after: Figure | None = None
    quantity_reserved: Figure | None = None
    quantity_available: Figure | None = None
    price_before: Figure | None = None
    price_after: Figure | None = None
    date_before: date | None = None
    date_after: date | None = None
    unit: Short | None = None


class _Data(Value):
    """What every event of ours may carry besides its own fields."""

    company: Short | None = Field(default=None, max_length=128, description="Odoo company's name")
    note: Note = Field(default="", description="what a person or system wrote about it")
    reported_by: Ref | None = None
    lines: tuple[LineChange, ...] = Field(default=(), max_length=500)


class OrderData(_Data):
    """order.confirmed, order.changed: a sale order."""

    order: Ref
    customer: Ref | None = None
    amount: Money | None = None
    promised: date | None = None
    reserved: bool | None = None


class CreditData(_Data):
    """order.blocked_on_credit."""

    order: Ref
    customer: Ref | None = None
    amount: Money | None = None
    exposure: Money | None = None
    limit: Money | None = None


class StockData(_Data):
    """stock.shortage_detected, allocation.moved."""

    product: Ref
    order: Ref | None = None
    to_order: Ref | None = None
    warehouse: Short | None = None
    quantity_needed: Figure | None = None
    quantity_available: Figure | None = None


class PurchaseData(_Data):
    """purchase.delayed, purchase.requested_urgent, supplier.eta_changed."""

    purchase: Ref
    supplier: Ref | None = None
    product: Ref | None = None
    date_before: date | None = None
    date_after: date | None = None
    amount: Money | None = None
    reason: Note = ""


class MailData(_Data):
    """supplier.email_received as an event: the raw RFC 5322 message as text."""

    raw: Annotated[str, StringConstraints(min_length=1)]
    mailbox: str | None = None


class ShipmentData(_Data):
    """shipment.delayed, shipment.cost_exceeded."""

    order: Ref
    shipment: Ref | None = None
    carrier: Short | None = None
    cost: Money | None = None
    standard_cost: Money | None = None
    date_before: date | None = None
    date_after: date | None = None


class InvoiceData(_Data):
    """invoice.disputed."""

    bill: Ref
    purchase: Ref | None = None
    supplier: Ref | None = None
    amount: Money | None = None
    expected: Money | None = None


class MarginData(_Data):
    """margin.below_threshold."""

    order: Ref
    customer: Ref | None = None
    margin_percent: Figure | None = None
    threshold_percent: Figure | None = None
    amount: Money | None = None


class ReturnData(_Data):
    """return.requested."""

    order: Ref
    customer: Ref | None = None
    product: Ref | None = None
    quantity: Figure | None = None
    delivered: date | None = None
    amount: Money | None = None


EventData = (
    OrderData | CreditData | StockData | PurchaseData | MailData | ShipmentData | InvoiceData | MarginData | ReturnData
)

DATA_TYPES: dict[EventType, type[_Data]] = {
    EventType.ORDER_CONFIRMED: OrderData,
    EventType.ORDER_CHANGED: OrderData,
    EventType.ORDER_BLOCKED_ON_CREDIT: CreditData,
    EventType.STOCK_SHORTAGE_DETECTED: StockData,
    EventType.ALLOCATION_MOVED: StockData,
    EventType.PURCHASE_DELAYED: PurchaseData,
    EventType.PURCHASE_REQUESTED_URGENT: PurchaseData,
    EventType.SUPPLIER_EMAIL_RECEIVED: MailData,
    EventType.SUPPLIER_ETA_CHANGED: PurchaseData,
    EventType.SHIPMENT_DELAYED: ShipmentData,
    EventType.SHIPMENT_COST_EXCEEDED: ShipmentData,
    EventType.INVOICE_DISPUTED: InvoiceData,
    EventType.MARGIN_BELOW_THRESHOLD: MarginData,
    EventType.RETURN_REQUESTED: ReturnData,
}


class Event(Value):
    """Something that happened. `source` + `id` name it once and for all."""

    specversion: Literal["1.0"] = "1.0"
    id: Ref
    source: Ref
    type: EventType
    subject: Ref = Field(description="the reference it is about, e.g. S00012")
    time: AwareDatetime
    data: EventData
    correlationid: Short | None = None
    extensions: dict[Short, Annotated[str, StringConstraints(max_length=2000, pattern=NO_CONTROL)]] = Field(
        default_factory=dict, description="unknown CloudEvents attributes: kept, ignored"
    )

    @property
    def key(self) -> str:
        """The key under which it is taken in once."""
        return f"event:{len(self.source)}:{self.source}|{self.id}"


class AttachmentKind(StrEnum):
    """How an attachment was read."""

    TEXT = "text"
    UNREAD = "unread"


class Attachment(Value):
    """One attachment: what it is and, when it is text or CSV, what it says."""

    name: str
    media_type: str
    size: int = Field(ge=0, description="bytes, decoded")
    digest: str = Field(description="SHA-256 of the decoded bytes")
    kind: AttachmentKind
    text: str = ""
    why_unread: str = ""


class Mail(Value):
    """A parsed mail. `body` is the newest message's text alone, quoted history cut off into `quoted`."""

    message_id: str = Field(description="normalised; made from the content digest when there is none")
    has_own_id: bool
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    sender: str = Field(description="address of From, lower case")
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = Field(default=(), description="where answers would go; empty: to the sender")
    authentication: tuple[str, ...] = Field(default=(), description="Authentication-Results as written, topmost first")
    subject: str = ""
    sent_at: datetime | None = Field(default=None, description="aware; None when the Date header is absent or broken")
    sent_on: date | None = Field(default=None, description="the sender's calendar day, from which his words count")
    body: str
    quoted: str = ""
    attachments: tuple[Attachment, ...] = ()
    auto_reply: str = Field(default="", description="why it is an auto-reply or bounce (RFC 3834); empty when not")
    defects: tuple[str, ...] = Field(default=(), description="what was repaired while parsing, in words")
    content_digest: str = Field(description="SHA-256 of the raw bytes")

    @property
    def key(self) -> str:
        """The key under which it is taken in once."""
        return f"mail:{self.message_id}" if self.has_own_id else f"mail-digest:{self.content_digest}"

    @property
    def thread(self) -> str:
        """The oldest message id known of this conversation."""
        return (self.references or ((self.in_reply_to,) if self.in_reply_to else ()) or (self.message_id,))[0]
