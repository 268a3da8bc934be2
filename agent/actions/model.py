"""The allow-list of actions, what Odoo answers, and the one door for changes in Odoo."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Protocol

from pydantic import Field

from agent.approvals.model import Answer, Consent, Figure, Scenario
from agent.evidence.records import RecordRef
from agent.kit.values import Value

Quantity = Annotated[Decimal, Field(max_digits=18, decimal_places=6, ge=0, allow_inf_nan=False)]


# --- what may be automatic --------------------------------------------------------------------------
class PostNote(Value):
    """An internal note on a record; never sent to an outside party."""

    kind: Literal["post_note"] = "post_note"
    record: RecordRef
    text: str = Field(max_length=4000, description="plain text")


class OpenActivity(Value):
    """A to-do on a record, for the named login where Odoo knows it, else for somebody of the role, else for whoever is
    responsible.
    """

    kind: Literal["open_activity"] = "open_activity"
    record: RecordRef
    summary: str = Field(max_length=200)
    note: str = Field(default="", max_length=4000, description="plain text")
    due: date
    login: str = ""
    role: str = Field(default="", description="the role of ours whose group in Odoo it is for; empty: nobody's")
    barred: tuple[str, ...] = Field(default=(), description="logins that it is not for")


class AddTag(Value):
    """A tag on a record; made when there is none of this name. Refused for records that take no tags."""

    kind: Literal["add_tag"] = "add_tag"
    record: RecordRef
    tag: str = Field(min_length=1, max_length=64)


# --- what always needs a person ---------------------------------------------------------------------
class RemoveTag(Value):
    """Takes a tag off a record again."""

    kind: Literal["remove_tag"] = "remove_tag"
    record: RecordRef
    tag: str = Field(min_length=1, max_length=64)


class CloseActivity(Value):
    """Cancels a to-do that an earlier action opened."""

    kind: Literal["close_activity"] = "close_activity"
    record: RecordRef
    activity_id: int


class SetLineDate(Value):
    """Another planned date for a purchase line; `seen` is what the person saw. Dates of the site."""

    kind: Literal["set_purchase_line_date"] = "set_purchase_line_date"
    record: RecordRef
    line_id: int
    seen: date | None
    value: date | None = Field(description="None only takes back a date where there was none")


class SetLineQuantity(Value):
    """Another quantity for a purchase line, in the line's own unit; never below what was received."""

    kind: Literal["set_purchase_line_quantity"] = "set_purchase_line_quantity"
    record: RecordRef
    line_id: int
    seen: Quantity
    value: Quantity


class SetLinePrice(Value):
    """Another unit price for a purchase line, in the order's currency."""

    kind: Literal["set_purchase_line_price"] = "set_purchase_line_price"
    record: RecordRef
    line_id: int
    seen: Quantity
    value: Quantity


class SetCommitmentDate(Value):
    """Another promise to the customer of a sale order."""

    kind: Literal["set_commitment_date"] = "set_commitment_date"
    record: RecordRef
    seen: date | None
    value: date | None = Field(description="None only takes back a promise where there was none")


class RecordSubstitution(Value):
    """That another product comes instead of an order line's; kept on the line and in a note, the line stays."""

    kind: Literal["record_substitution"] = "record_substitution"
    record: RecordRef
    line_id: int
    seen: str = Field(max_length=128, description="product code on the line")
    value: str = Field(max_length=128, description="product code that comes instead; empty takes it back")


class SendReply(Value):
    """A drafted reply sent from Odoo's record to one contact of its supplier or customer; only ever by a person."""

    kind: Literal["send_reply"] = "send_reply"
    record: RecordRef
    to: str = Field(max_length=320, description="address; must belong to the record's partner")
    subject: str = Field(max_length=200)
    text: str = Field(max_length=20_000, description="plain text")
    in_reply_to: str = Field(default="", max_length=998)


class HoldOrder(Value):
    """Holds a sale order for credit: while held, Odoo delivers nothing of it."""

    kind: Literal["hold_order"] = "hold_order"
    record: RecordRef
    seen: bool = False
    value: bool = Field(default=True, description="False only takes back a hold of ours; credit is released otherwise")
    reason: str = Field(default="", max_length=200)


class DisputeBill(Value):
    """Holds a supplier's bill: while disputed, Odoo does not post it."""

    kind: Literal["dispute_bill"] = "dispute_bill"
    record: RecordRef
    seen: bool = False
    value: bool = Field(default=True, description="False only takes back a dispute of ours; else settle")
    reason: str = Field(default="", max_length=200)


APPROVAL_KINDS: dict[str, Scenario] = {
    "approve_discount": Scenario.DISCOUNT_EXCEPTION,
    "approve_urgent_purchase": Scenario.EMERGENCY_PROCUREMENT,
    "approve_reallocation": Scenario.INVENTORY_REALLOCATION,
    "release_order": Scenario.CREDIT_RELEASE,
    "approve_shipment_upgrade": Scenario.SHIPMENT_UPGRADE,
    "approve_return": Scenario.RETURN_AUTHORIZATION,
    "approve_sensitive_change": Scenario.SENSITIVE_CHANGE,
    "settle_bill": Scenario.INVOICE_DISCREPANCY,
}


class RecordApproval(Value):
    """The answers of all approvers, as one row of x_gatehouse_approval, so that the native control lets it pass.

    `release_order` also ends the hold of a sale order and `settle_bill` the dispute of a bill. With `consent`
    refuse it is a refusal, or takes an earlier consent back.
    """

    kind: Literal[
        "approve_discount", "approve_urgent_purchase", "approve_reallocation", "release_order",
        "approve_shipment_upgrade", "approve_return", "approve_sensitive_change", "settle_bill",
    ]  # fmt: skip
    record: RecordRef
    consent: Consent = Consent.APPROVE
    seen: tuple[Figure, ...] = Field(description="the values approved; other values in Odoo make it stale")
    answers: tuple[Answer, ...] = Field(description="who consented, in which role, with what reason")
    asked_by: str = Field(description="login of the requester")

    @property
    def scenario(self) -> Scenario:
        """The scenario that it settles."""
        return APPROVAL_KINDS[self.kind]


AnyAction = (
    PostNote | OpenActivity | AddTag | RemoveTag | CloseActivity | SetLineDate | SetLineQuantity | SetLinePrice
    | SetCommitmentDate | RecordSubstitution | SendReply | HoldOrder | DisputeBill | RecordApproval
)  # fmt: skip
Action = Annotated[AnyAction, Field(discriminator="kind")]

MAY_BE_AUTOMATIC: frozenset[type] = frozenset({PostNote, OpenActivity, AddTag})
"""All that the automatic lane may ever do in Odoo; this floor stands here, not in configuration."""


class Outcome(StrEnum):
    """What Odoo did with a keyed action."""

    APPLIED = "applied"
    ALREADY = "already"


class Receipt(Value):
    """What Odoo answered: the outcome, and the id of the record that the action made or changed."""

    key: str
    outcome: Outcome
    record_id: int | None = None
    at: datetime


class OdooWriter(Protocol):
    """The one door for changes in Odoo."""

    def apply(self, action: AnyAction, *, key: str) -> Receipt:
        """Carry out the action in one transaction, once per key; a known key answers `already`.

        Raises StaleRecord when Odoo no longer holds the values seen (its `differences` say what is there now),
        ActionRefused when Odoo refuses, OdooUnavailable when it is unknown what happened.
        """
        ...
