"""What takes an action back, for every kind, and what cannot be taken back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import get_args

import pytest

from agent.access.model import Role
from agent.actions.compensation import take_back
from agent.actions.model import (
    APPROVAL_KINDS,
    AddTag,
    AnyAction,
    CloseActivity,
    DisputeBill,
    HoldOrder,
    OpenActivity,
    Outcome,
    PostNote,
    Receipt,
    RecordApproval,
    RecordSubstitution,
    RemoveTag,
    SendReply,
    SetCommitmentDate,
    SetLineDate,
    SetLinePrice,
    SetLineQuantity,
)
from agent.approvals.model import Answer, Consent, Figure, Via
from agent.evidence.records import Model, RecordRef

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
ORDER = RecordRef(model=Model.PURCHASE_ORDER, id=4, name="P00004")
SALE = RecordRef(model=Model.SALE_ORDER, id=7, name="S00007")
BILL = RecordRef(model=Model.BILL, id=9, name="BILL/9")
MADE = 31


def back(action: AnyAction, made: int | None = MADE) -> AnyAction | None:
    return take_back(action, Receipt(key="k", outcome=Outcome.APPLIED, record_id=made, at=NOON), LATER)


def an_approval(kind, consent=Consent.APPROVE):
    given = Answer(
        consent=consent, role=Role.FINANCE, by="fay", reason_code="guarantee", note="", via=Via.DESK, at=NOON
    )
    seen = (Figure(field="exposure", value="900.00"),)
    return RecordApproval(kind=kind, record=SALE, consent=consent, seen=seen, answers=(given,), asked_by="pia")


EARLY, LATE = date(2026, 12, 1), date(2026, 12, 9)
REVERSED = [
    (
        SetLineDate(record=ORDER, line_id=2, seen=EARLY, value=LATE),
        SetLineDate(record=ORDER, line_id=2, seen=LATE, value=EARLY),
    ),
    (
        SetLineDate(record=ORDER, line_id=2, seen=None, value=LATE),
        SetLineDate(record=ORDER, line_id=2, seen=LATE, value=None),
    ),
    (
        SetLineQuantity(record=ORDER, line_id=2, seen=Decimal(5), value=Decimal(3)),
        SetLineQuantity(record=ORDER, line_id=2, seen=Decimal(3), value=Decimal(5)),
    ),
    (
        SetLinePrice(record=ORDER, line_id=2, seen=Decimal("6.7425"), value=Decimal(7)),
        SetLinePrice(record=ORDER, line_id=2, seen=Decimal(7), value=Decimal("6.7425")),
    ),
    (SetCommitmentDate(record=SALE, seen=None, value=LATE), SetCommitmentDate(record=SALE, seen=LATE, value=None)),
    (
        RecordSubstitution(record=ORDER, line_id=2, seen="A", value="B"),
        RecordSubstitution(record=ORDER, line_id=2, seen="A", value=""),
    ),
    (HoldOrder(record=SALE, reason="credit"), HoldOrder(record=SALE, reason="credit", seen=True, value=False)),
    (DisputeBill(record=BILL, reason="price"), DisputeBill(record=BILL, reason="price", seen=True, value=False)),
    (AddTag(record=SALE, tag="late"), RemoveTag(record=SALE, tag="late")),
    (RemoveTag(record=SALE, tag="late"), AddTag(record=SALE, tag="late")),
    (OpenActivity(record=ORDER, summary="Call", due=LATE), CloseActivity(record=ORDER, activity_id=MADE)),
]
FINAL = [
    SendReply(record=ORDER, to="a@b.example", subject="s", text="t"),
    CloseActivity(record=ORDER, activity_id=MADE),
    HoldOrder(record=SALE, seen=True, value=False),
    RecordSubstitution(record=ORDER, line_id=2, seen="A", value=""),
    SetLineDate(record=ORDER, line_id=2, seen=LATE, value=LATE),
    *(an_approval(kind, Consent.REFUSE) for kind in APPROVAL_KINDS),
]


@pytest.mark.parametrize(("action", "against"), REVERSED, ids=lambda item: item.kind)
def test_a_change_is_taken_back_by_its_opposite(action: AnyAction, against: AnyAction):
    assert back(action) == against


@pytest.mark.parametrize("action", FINAL, ids=lambda item: item.kind)
def test_what_cannot_be_taken_back_says_so(action: AnyAction):
    assert back(action) is None


@pytest.mark.parametrize("action", [AddTag(record=SALE, tag="late"), RemoveTag(record=SALE, tag="late")])
def test_a_tag_that_stood_as_it_should_before_is_left_alone(action: AnyAction):
    assert back(action, made=None) is None


@pytest.mark.parametrize("kind", APPROVAL_KINDS)
def test_a_consent_is_taken_back_by_a_refusal_in_nobody_s_name(kind):
    against = back(an_approval(kind))

    assert isinstance(against, RecordApproval)
    assert (against.kind, against.record, against.consent) == (kind, SALE, Consent.REFUSE)
    assert (against.seen, against.answers, against.asked_by) == ((), (), "pia")


def test_a_note_is_corrected_by_another_that_quotes_it():
    against = back(PostNote(record=ORDER, text="The pallet\narrives on Monday. " + "x" * 3000))

    assert isinstance(against, PostNote)
    assert against.record == ORDER
    assert against.text.startswith("Taken back on 2026-11-23 15:30 UTC: the note of 2026-11-23 12:00 UTC does not hold")
    assert "“The pallet arrives on Monday. x" in against.text
    assert len(against.text) < 400


def test_every_kind_is_either_taken_back_or_known_to_be_final():
    tried = {type(action) for action, _ in REVERSED} | {type(action) for action in FINAL} | {PostNote}
    assert tried == set(get_args(AnyAction))
