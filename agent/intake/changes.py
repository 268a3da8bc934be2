"""What changed in Odoo since last time: the watched records as slim values, and the port that reads them in pages."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from pydantic import Field

from agent.kit.values import Money, Value


class Watched(StrEnum):
    """The records that are watched; a change of a line or a move counts for the record that it belongs to."""

    SALE_ORDER = "sale.order"
    PURCHASE_ORDER = "purchase.order"
    PICKING = "stock.picking"
    BILL = "account.move"


class Cursor(Value):
    """Which records come next: those changed at `at` or later whose id is greater than `id`, by increasing id.

    `at` stays the same through a whole pass, whatever is changed meanwhile; the next pass begins with a later one.
    So a mass change that gave thousands of records one and the same time is read in pages like any other.
    """

    at: datetime
    id: int = 0


class Heads(Value):
    """The highest ids that are given out now; 0 where there is nothing, or nothing that may be read."""

    message: int = 0
    attempt: int = 0
    answer: int = 0


class SeenLine(Value):
    """An order, purchase or bill line, or a transfer's move, as it stands; what a kind does not have is None."""

    id: int
    product: str
    quantity: Decimal
    done: Decimal = Field(default=Decimal(0), description="delivered, received")
    reserved: Decimal = Decimal(0)
    picked: bool = False
    price: Decimal | None = None
    day: date | None = Field(default=None, description="planned date")
    expected_quantity: Decimal | None = Field(default=None, description="of a bill line: received and not yet billed")
    expected_price: Decimal | None = Field(default=None, description="of a bill line: the purchase line's price")
    unlike: str = Field(default="", description="of a bill line: why it cannot be compared with its order, in words")


class Snapshot(Value):
    """A watched record as it stands in Odoo; what a kind does not have is empty. Dates are the site's."""

    model: Watched
    id: int
    name: str
    company: str
    state: str
    partner: str = ""
    partner_id: int | None = None
    origin: str = Field(default="", description="of a transfer or bill: the order that it belongs to")
    reference: str = Field(default="", description="of a bill: the supplier's invoice number")
    duplicate_of: str = Field(default="", description="of a bill: an earlier one of this supplier with that number")
    made_at: datetime | None = Field(default=None, description="when the record was created")
    incoming: bool = Field(default=False, description="of a transfer: goods come in")
    returns: bool = Field(default=False, description="of a transfer: it takes goods back from a customer")
    day: date | None = Field(default=None, description="promise, planned, scheduled or billed date")
    deadline: date | None = None
    amount: Money | None = None
    margin_percent: Decimal | None = Field(default=None, description="in percent: 4.8 means 4.8 %")
    carrier: str = ""
    freight: Money | None = None
    standard_freight: Money | None = None
    urgent: bool = False
    credit_used: Money | None = None
    credit_limit: Money | None = None
    lines: tuple[SeenLine, ...] = ()
    changed_at: datetime
    changed_by: str = Field(default="", description="login of who changed the record last")


class ChangePage(Value):
    """Some changed records by increasing id, and where to go on; `more` when there may be something behind it."""

    records: tuple[Snapshot, ...]
    cursor: Cursor
    more: bool


class OdooMail(Value):
    """A mail that Odoo filed on a purchase order, as an RFC 5322 message."""

    id: int
    purchase: str
    raw: bytes


class Attempt(Value):
    """A native control that refused or warned, as Odoo wrote it down."""

    id: str = Field(description="once and for all the same for the same attempt")
    scenario: str
    mode: str = Field(description="warn or block")
    model: str
    record_id: int
    record_name: str
    company: str
    figures: tuple[tuple[str, str], ...] = ()
    login: str
    at: datetime


class OdooAnswer(Value):
    """An approver's answer given on the form in Odoo."""

    id: int
    scenario: str
    model: str
    record_id: int
    record_name: str
    company: str
    consent: str = Field(description="request, approve or refuse")
    role: str
    login: str
    reason_code: str
    note: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    at: datetime
    warned: bool = Field(default=True, description="of a request: a control made it, no person")


class OdooChanges(Protocol):
    """Reads what changed. Every method raises OdooUnavailable or OdooDenied and nothing else of its own.

    Ids and times are given before a transaction commits, so a lower one can appear later: whoever reads goes back
    by an overlap each time and drops what it knows.
    """

    def now(self) -> datetime:
        """Odoo's own clock."""
        ...

    def heads(self) -> Heads:
        """The highest ids of messages, of control attempts and of answers, whatever they are about."""
        ...

    def parameters(self) -> dict[str, str]:
        """Odoo's system parameters whose key begins with `gatehouse.`: modes and thresholds of the controls."""
        ...

    def changed(self, model: Watched, after: Cursor, limit: int) -> ChangePage:
        """The records of the cursor, at most `limit`. Changed is a record itself, a line of it, or a move of those.

        A bill is a supplier's bill or refund; a transfer counts for itself, and its moves for their orders as well.
        """
        ...

    def mails(self, after_id: int, limit: int) -> tuple[OdooMail, ...]:
        """Mails from outside on purchase orders, by increasing id."""
        ...

    def attempts(self, after_id: int, limit: int) -> tuple[tuple[int, Attempt], ...]:
        """What the native controls refused or warned of, each with the id to go on after."""
        ...

    def answers(self, after_id: int, limit: int) -> tuple[OdooAnswer, ...]:
        """Approvals asked for, given and refused in Odoo, by increasing id."""
        ...
