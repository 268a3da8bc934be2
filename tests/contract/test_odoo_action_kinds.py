"""What holds of single kinds of action: lines, dates, replies, tags, holds, approvals."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from agent.actions.model import AddTag, Outcome, PostNote, RecordSubstitution, SetLineDate, SetLineQuantity
from agent.approvals.model import Consent, Figure
from agent.errors import ActionRefused, StaleRecord
from agent.evidence.records import Model, RecordRef
from agent.kit.ids import new_id
from tests.builders_actions import (
    Ground,
    a_closing,
    a_date,
    a_hold,
    a_promise,
    a_quantity,
    a_reply,
    a_substitution,
    a_to_do,
    an_approval,
    approved,
)
from tests.builders_ground import a_ground
from tests.contract.conftest import Place

NOWHERE = 999_999_999


@pytest.fixture
def ground(place: Place) -> Iterator[Ground]:
    yield from a_ground(place)


def test_a_line_of_another_order_is_refused(ground: Ground):
    for action in (a_date(ground), a_quantity(ground), a_substitution(ground)):
        with pytest.raises(ActionRefused):
            ground.odoo.apply(action.model_copy(update={"line_id": NOWHERE}), key=new_id())


def test_a_quantity_changes_neither_price_nor_date_of_its_line(ground: Ground):
    before = ground.line

    ground.do(a_quantity(ground))

    assert (ground.line.unit_price, ground.line.planned) == (before.unit_price, before.planned)


def test_a_quantity_that_odoo_would_round_is_refused(ground: Ground):
    line = ground.line
    value = line.ordered + Decimal("0.000001")
    with pytest.raises(ActionRefused):
        ground.do(SetLineQuantity(record=ground.record, line_id=line.id, seen=line.ordered, value=value))


def test_values_are_compared_as_numbers_whatever_their_zeros(ground: Ground):
    action = a_quantity(ground)

    assert ground.do(action.model_copy(update={"seen": Decimal(f"{action.seen:.4f}")})) is not None


def test_a_date_set_and_set_back_is_the_date_of_before(ground: Ground):
    for action in (a_date(ground), a_promise(ground)):
        ground.do(action)
        ground.do(action.model_copy(update={"seen": action.value, "value": action.seen}))

        assert (ground.line.planned if isinstance(action, SetLineDate) else ground.sale.promised) == action.seen


def test_a_product_that_does_not_exist_substitutes_nothing(ground: Ground):
    action = a_substitution(ground).model_copy(update={"value": "NO-SUCH-PRODUCT"})
    with pytest.raises(ActionRefused):
        ground.do(action)

    assert ground.effects.substitute(ground.record, ground.line.id) == ""


def test_a_substitution_is_noted_on_the_order_and_can_be_taken_back(ground: Ground):
    action = a_substitution(ground)
    before = len(ground.effects.notes(ground.record))

    ground.do(action)
    assert action.value in ground.effects.notes(ground.record)[-1].text
    ground.do(action.model_copy(update={"value": ""}))

    assert ground.effects.substitute(ground.record, ground.line.id) == ""
    assert len(ground.effects.notes(ground.record)) == before + 2


def test_a_substitution_on_a_customer_s_order(ground: Ground):
    line = ground.sale.lines[0]
    ground.do(
        RecordSubstitution(record=ground.sale.ref, line_id=line.id, seen=line.product_code, value=ground.other_code)
    )

    assert ground.effects.substitute(ground.sale.ref, line.id) == ground.other_code


def test_a_reply_goes_to_one_address_of_the_record_s_partner_as_it_was_written(ground: Ground):
    ground.do(a_reply(ground, f" {ground.address.upper()} "))

    sent = ground.effects.replies(ground.record)[-1]
    assert (sent.to, sent.subject) == (ground.address, "Your delay")
    assert sent.text == "Please confirm <b>5 > 3</b>.\nRegards"
    assert sent.in_reply_to == "<mail-1@supplier.example>"


@pytest.mark.parametrize(
    "to", ["somebody@elsewhere.example", "", "x", "a@b.example, {address}", "{address}, a@b.example", "{address}\n"]
)
def test_a_reply_to_anybody_else_is_refused(ground: Ground, to: str):
    before = len(ground.effects.replies(ground.record))
    action = a_reply(ground).model_copy(update={"to": to.replace("{address}", ground.address)})
    if to == "{address}\n":
        action = action.model_copy(update={"to": f"{ground.address}\nBcc: a@b.example"})

    with pytest.raises(ActionRefused):
        ground.do(action)

    assert len(ground.effects.replies(ground.record)) == before


def test_only_a_to_do_of_ours_on_this_record_is_closed(ground: Ground):
    closing = a_closing(ground)
    for other in (
        closing.model_copy(update={"activity_id": NOWHERE}),
        closing.model_copy(update={"record": ground.sale.ref}),
    ):
        with pytest.raises(ActionRefused):
            ground.do(other)

    assert len(ground.effects.activities(ground.record)) == 1


def test_a_to_do_is_due_when_it_was_said_and_is_plain_text(ground: Ground):
    action = a_to_do(ground)
    ground.do(action)

    made = ground.effects.activities(ground.record)[-1]
    assert (made.summary, made.note, made.due) == (action.summary, action.note, action.due)


def test_a_note_is_kept_as_plain_text(ground: Ground):
    ground.do(PostNote(record=ground.record, text="<b>5 > 3</b> & “quotes”\n価格"))

    assert ground.effects.notes(ground.record)[-1].text == "<b>5 > 3</b> & “quotes”\n価格"


def test_a_tag_stands_once_however_often_it_is_put_on(ground: Ground):
    tag = AddTag(record=ground.sale.ref, tag="Gatehouse late")
    first = ground.do(tag)
    again = ground.do(tag.model_copy(update={"tag": "gatehouse LATE"}))

    assert first is not None
    assert again is None
    assert [name for name in ground.effects.tags(ground.sale.ref) if name.casefold() == "gatehouse late"] == [
        "Gatehouse late"
    ]


def test_a_partner_takes_tags_too(ground: Ground):
    partner = RecordRef(model=Model.PARTNER, id=ground.purchase.supplier.id, name="")
    ground.do(AddTag(record=partner, tag="Slow supplier"))

    assert "Slow supplier" in ground.effects.tags(partner)


def test_a_hold_is_taken_back_only_when_it_was_ours(ground: Ground):
    hold = a_hold(ground)
    back = hold.model_copy(update={"seen": True, "value": False})
    with pytest.raises(ActionRefused):
        ground.do(back.model_copy(update={"seen": False}))

    ground.do(hold)
    ground.do(back)

    assert ground.effects.held(hold.record) is False


@pytest.mark.parametrize("kind", ["release_order", "settle_bill"])
def test_an_approval_ends_what_was_held_and_a_refusal_after_it_holds_it_again(ground: Ground, kind: str):
    record = approved(kind, ground)
    ground.do(an_approval(kind)(ground))
    assert ground.effects.held(record) is False

    action = an_approval(kind)(ground)  # held again
    ground.do(action)
    ground.do(action.model_copy(update={"consent": Consent.REFUSE}))

    assert ground.effects.held(record) is True
    assert [row.consent for row in ground.effects.approvals(record)][-2:] == [Consent.APPROVE, Consent.REFUSE]


def test_a_refusal_of_what_was_not_held_holds_nothing(ground: Ground):
    action = an_approval("release_order")(ground)
    ground.do(a_hold(ground).model_copy(update={"seen": True, "value": False}))
    ground.do(action.model_copy(update={"consent": Consent.REFUSE}))

    assert ground.effects.held(action.record) is False


def test_an_approval_keeps_who_said_what_and_on_which_figures(ground: Ground):
    action = an_approval("approve_discount")(ground)
    ground.do(action)

    row = ground.effects.approvals(action.record)[-1]
    assert (row.scenario, row.consent) == ("discount_exception", "approve")
    assert set(row.roles.split()) == {answer.role for answer in action.answers}
    assert set(row.login.splitlines()) == {answer.by for answer in action.answers}
    assert (row.asked_by, row.reason_code, row.via) == ("paula@example.com", "strategic_customer", "desk")


def test_figures_that_changed_meanwhile_are_told_and_the_right_ones_are_approved(ground: Ground):
    wrong = Figure(field="amount", value="0.01")
    action, key = an_approval("approve_urgent_purchase", seen=(wrong,))(ground), new_id()
    with pytest.raises(StaleRecord) as caught:
        ground.odoo.apply(action, key=key)

    ((field, seen, now),) = caught.value.differences
    assert (field, seen) == ("amount", "0.01")
    assert Decimal(now) == ground.purchase.total.amount
    right = action.model_copy(update={"seen": (wrong.model_copy(update={"value": now}),)})
    assert ground.odoo.apply(right, key=key).outcome is Outcome.APPLIED


def test_a_refusal_needs_no_figures_to_be_as_they_were(ground: Ground):
    wrong = Figure(field="amount", value="0.01")
    action = an_approval("approve_urgent_purchase", Consent.REFUSE, seen=(wrong,))(ground)

    assert ground.odoo.apply(action, key=new_id()).outcome is Outcome.APPLIED


def test_dates_in_a_row_are_days_of_the_site(ground: Ground):
    """Whatever the time of day that stands behind a date: what is read is what may be changed."""
    for days in (1, 40, 200):
        action = a_date(ground)
        assert action.seen is not None
        ground.do(action.model_copy(update={"value": action.seen + timedelta(days=days)}))

        assert ground.line.planned == action.seen + timedelta(days=days)
