"""Records that actions may be tried on, one action of every kind on them, and what each brought about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from agent.access.model import Role
from agent.actions.model import (
    APPROVAL_KINDS,
    AddTag,
    AnyAction,
    CloseActivity,
    DisputeBill,
    HoldOrder,
    OpenActivity,
    PostNote,
    RecordApproval,
    RecordSubstitution,
    RemoveTag,
    SendReply,
    SetCommitmentDate,
    SetLineDate,
    SetLinePrice,
    SetLineQuantity,
)
from agent.approvals.model import APPROVER_ROLES, REASONS, Answer, Consent, Figure, Via
from agent.errors import ActionRefused, StaleRecord
from agent.evidence.records import Model, PurchaseLine, PurchaseOrder, RecordRef, SaleOrder
from agent.kit.clock import utc_now
from agent.kit.ids import new_id

PURCHASE_SCENARIOS = frozenset({"approve_urgent_purchase", "approve_sensitive_change"})


@dataclass(frozen=True)
class Ground:
    """What actions are tried on in one Odoo: open orders, a draft bill, and how to look at them again."""

    odoo: Any  # the three ports
    today: date
    effects: Any  # what `agent.adapters.sandbox` tells of itself: notes, activities, tags, held, substitute, replies
    purchase_name: str
    sale_name: str
    bill: RecordRef
    other_code: str  # of a product that none of the orders is for

    @cached_property
    def record(self) -> RecordRef:
        """The purchase order."""
        return self.purchase.ref

    @property
    def purchase(self) -> PurchaseOrder:
        """The purchase order as it stands now."""
        return self.odoo.purchase_orders([self.purchase_name])[0]

    @property
    def line(self) -> PurchaseLine:
        """Its first line as it stands now."""
        return self.purchase.lines[0]

    @property
    def sale(self) -> SaleOrder:
        """The sale order as it stands now."""
        return self.odoo.sale_orders([self.sale_name])[0]

    @cached_property
    def address(self) -> str:
        """An address of the purchase order's supplier."""
        return self.purchase.supplier.emails[0]

    def do(self, action: AnyAction) -> int | None:
        """Carry out an action under a key of its own; what it made."""
        return self.odoo.apply(action, key=new_id()).record_id


@dataclass(frozen=True)
class Try:
    """How one kind is tried: how to build it, and the state that it changes, as something to compare."""

    build: Callable[[Ground], AnyAction]
    state: Callable[[Ground], Any]
    wrong: Callable[[Any], Any] | None = None  # a value seen that is not the present one
    again: type[Exception] | None = None  # what another key meets; None: it is carried out again


def a_date(ground: Ground) -> SetLineDate:
    seen = ground.line.planned
    value = (seen or ground.today) + timedelta(days=9)
    return SetLineDate(record=ground.record, line_id=ground.line.id, seen=seen, value=value)


def a_quantity(ground: Ground) -> SetLineQuantity:
    line = ground.line
    return SetLineQuantity(record=ground.record, line_id=line.id, seen=line.ordered, value=line.ordered + 3)


def a_price(ground: Ground) -> SetLinePrice:
    line = ground.line
    value = line.unit_price + Decimal("1.37")
    return SetLinePrice(record=ground.record, line_id=line.id, seen=line.unit_price, value=value)


def a_promise(ground: Ground) -> SetCommitmentDate:
    seen = ground.sale.promised
    return SetCommitmentDate(record=ground.sale.ref, seen=seen, value=(seen or ground.today) + timedelta(days=4))


def a_substitution(ground: Ground) -> RecordSubstitution:
    line = ground.line
    return RecordSubstitution(record=ground.record, line_id=line.id, seen=line.product_code, value=ground.other_code)


def a_reply(ground: Ground, to: str = "") -> SendReply:
    return SendReply(
        record=ground.record,
        to=to or ground.address,
        subject="Your delay",
        text="Please confirm <b>5 > 3</b>.\nRegards",
        in_reply_to="<mail-1@supplier.example>",
    )


def a_hold(ground: Ground) -> HoldOrder:
    return HoldOrder(record=ground.sale.ref, reason="Over the limit")


def a_dispute(ground: Ground) -> DisputeBill:
    return DisputeBill(record=ground.bill, reason="Price differs")


def a_tag(ground: Ground) -> AddTag:
    return AddTag(record=ground.sale.ref, tag="Gatehouse late")


def an_untag(ground: Ground) -> RemoveTag:
    ground.do(a_tag(ground))
    return RemoveTag(record=ground.sale.ref, tag="Gatehouse late")


def a_to_do(ground: Ground) -> OpenActivity:
    due = ground.today + timedelta(days=2)
    return OpenActivity(record=ground.record, summary="Call the supplier", note="<i>Ask</i> & listen", due=due)


def a_closing(ground: Ground) -> CloseActivity:
    made = ground.do(a_to_do(ground))
    assert made is not None
    return CloseActivity(record=ground.record, activity_id=made)


def an_approval(kind: str, consent: Consent = Consent.APPROVE, seen: tuple[Figure, ...] = ()) -> Any:
    """How an approval of this kind is built; a hold or dispute stands before, so that its end is seen."""
    scenario = APPROVAL_KINDS[kind]

    def build(ground: Ground) -> RecordApproval:
        before = {"release_order": a_hold, "settle_bill": a_dispute}.get(kind)
        if before and not ground.effects.held(approved(kind, ground)):
            ground.do(before(ground))
        roles = APPROVER_ROLES[scenario]
        return RecordApproval(
            kind=kind,  # pyright: ignore[reportArgumentType] - one of the keys of APPROVAL_KINDS
            record=approved(kind, ground),
            consent=consent,
            seen=seen,
            answers=tuple(an_answer(role, REASONS[scenario][0], consent) for role in roles),
            asked_by="paula@example.com",
        )

    return build


def an_answer(role: Role, reason: str, consent: Consent = Consent.APPROVE) -> Answer:
    return Answer(
        consent=consent,
        role=role,
        by=f"{role}@example.com",
        reason_code=reason,
        note="<b>fine</b>",
        via=Via.DESK,
        at=utc_now(),
    )


def approved(kind: str, ground: Ground) -> RecordRef:
    """The record that an approval of this kind is about."""
    if kind == "settle_bill":
        return ground.bill
    return ground.record if kind in PURCHASE_SCENARIOS else ground.sale.ref


def _approvals(kind: str) -> Callable[[Ground], Any]:
    return lambda ground: (
        len([row for row in ground.effects.approvals(approved(kind, ground)) if row.scenario == APPROVAL_KINDS[kind]]),
        kind in {"release_order", "settle_bill"} and ground.effects.held(approved(kind, ground)),
    )


TRIES: dict[str, Try] = {
    "post_note": Try(
        lambda ground: PostNote(record=ground.record, text="<b>5 > 3</b> & “quotes”\n価格"),
        lambda ground: len(ground.effects.notes(ground.record)),
    ),
    "open_activity": Try(a_to_do, lambda ground: len(ground.effects.activities(ground.record))),
    "close_activity": Try(a_closing, lambda ground: len(ground.effects.activities(ground.record)), again=ActionRefused),
    "add_tag": Try(a_tag, lambda ground: sorted(ground.effects.tags(ground.sale.ref))),
    "remove_tag": Try(an_untag, lambda ground: sorted(ground.effects.tags(ground.sale.ref))),
    "set_purchase_line_date": Try(
        a_date, lambda ground: ground.line.planned, lambda seen: seen - timedelta(days=1), StaleRecord
    ),
    "set_purchase_line_quantity": Try(
        a_quantity, lambda ground: ground.line.ordered, lambda seen: seen + 1, StaleRecord
    ),
    "set_purchase_line_price": Try(a_price, lambda ground: ground.line.unit_price, lambda seen: seen + 1, StaleRecord),
    "set_commitment_date": Try(
        a_promise, lambda ground: ground.sale.promised, lambda seen: seen - timedelta(days=1), StaleRecord
    ),
    "record_substitution": Try(
        a_substitution,
        lambda ground: ground.effects.substitute(ground.record, ground.line.id),
        lambda _: "NOT-THE-PRODUCT",
    ),
    "send_reply": Try(a_reply, lambda ground: len(ground.effects.replies(ground.record))),
    "hold_order": Try(a_hold, lambda ground: ground.effects.held(ground.sale.ref), lambda seen: not seen, StaleRecord),
    "dispute_bill": Try(a_dispute, lambda ground: ground.effects.held(ground.bill), lambda seen: not seen, StaleRecord),
    **{kind: Try(an_approval(kind), _approvals(kind)) for kind in APPROVAL_KINDS},
}
"""Every kind of action; a test sees to it that none is missing."""

ANY_RECORD = frozenset({"post_note", "open_activity", "close_activity", "send_reply"})
SOMEWHERE = RecordRef(model=Model.PRODUCT, id=1, name="a product")
