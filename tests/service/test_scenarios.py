"""Two scenarios from a person's change in Odoo to what stands there in the end, with the readers that ship."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent import commands
from agent.access.model import Role
from agent.adapters.embedded.reader import EmbeddedReader
from agent.adapters.sandbox.controls import ControlRefused
from agent.approvals.model import ApprovalState, Consent
from agent.outbox.model import WorkKind
from agent.reviews.model import Verb, Verdict
from agent.suggestions.model import ExceptionLabel, InvoiceLabel
from agent.suggestions.service import Readers
from tests.builders import a_person
from tests.builders_company import a_filled_file
from tests.builders_watch import Place, a_place

PIA = a_person(Role.PLANNER, login="pia")
LENA = a_person(Role.PROCUREMENT_LEAD, login="lena")
FINN = a_person(Role.FINANCE, login="finn")
ACCEPT = Verdict(verb=Verb.ACCEPT, reason_code="correct")


@pytest.fixture(scope="module")
def reader() -> EmbeddedReader:
    return EmbeddedReader()


@pytest.fixture
def place(tmp_path: Path, reader: EmbeddedReader) -> Iterator[Place]:
    with a_place(f"sqlite:///{tmp_path / 'state.db'}", a_filled_file(tmp_path), tmp_path) as place:
        place.app = replace(place.app, readers=Readers(embedded=reader))
        place.catch_up()
        yield place


def decided(place: Place, case: Any, *, label: ExceptionLabel | InvoiceLabel, **given: Any) -> None:
    """The planner accepts what is suggested, or puts the label right; all that follows is done."""
    with place.app.look() as look:
        review = look.reviews.open_of([case.id])[case.id]
        suggested = look.suggestions.get(review.suggestion_id)
    if review.blind:
        commands.label_blind(place.app, review.id, label, PIA)
    verdict = ACCEPT
    if suggested.label != label or given:
        edit = {"label": label} if suggested.label != label else {}
        verdict = Verdict(verb=Verb.EDIT, reason_code="wrong_label", **edit, **given)
    commands.decide(place.app, review.id, verdict, PIA)
    place.run()


def test_an_order_changed_after_reservation_is_notified_classified_approved_shown_and_logged(place: Place):
    order = place.odoo.sale_orders(["S00003"])[0]
    place.user().change_sale_line("S00003", order.lines[0].id, quantity=Decimal(400))
    place.catch_up()
    (case,) = [case for case in place.listed() if case.subject == "S00003"]

    with place.app.look() as look:
        suggested = look.suggestions.of_round(case.id, case.round)
        events, _ = look.intake.of_case(case.id)
    assert suggested.label == ExceptionLabel.ORDER_CHANGE_AFTER_RESERVATION
    assert (events[0].data.lines[0].quantity_before, events[0].data.lines[0].quantity_after) == (273, 400)
    assert events[0].data.reported_by == "olga"

    place.clock.on(minutes=10)
    place.run()
    shown = place.odoo.risk(order.ref)
    assert shown.score > 0
    assert shown.link.endswith(case.number)

    decided(place, case, label=ExceptionLabel.ORDER_CHANGE_AFTER_RESERVATION)
    assert ("S00003", "closed") in place.cases()
    assert case.number in place.odoo.notes(order.ref)[0].text
    assert case.number in place.odoo.activities(order.ref)[0].summary
    counts = place.odoo.counts()
    assert (counts.prompts, counts.outputs, counts.final_actions) == (1, 1, 1)

    place.catch_up()
    with place.app.work() as work:
        work.outbox.owe(WorkKind.INDICATE, "odoo", work.now)
    place.run()
    assert len(place.listed()) == 1, "what we wrote to Odoo is no news"
    assert place.odoo.risk(order.ref).score == 0, "the case is closed"


def test_a_bill_that_differs_is_held_until_purchasing_confirms_and_finance_consents(place: Place):
    place.odoo.set_parameter("gatehouse.invoice_discrepancy.mode", "block")
    received = next(
        (order, line)
        for order in place.odoo.purchase_orders([f"P{number:05d}" for number in range(1, 90)])
        for line in order.lines
        if order.state == "purchase" and line.received > line.invoiced and len(order.lines) == 1
    )
    order, line = received
    lines = {line.product_code: (line.received - line.invoiced, line.unit_price * 2)}
    bill = place.user("bill").enter_bill(order.ref.name, "INV-77", lines)
    place.catch_up()
    (case,) = [case for case in place.listed() if case.subject == bill]
    with pytest.raises(ControlRefused):
        place.user("bill").post_bill(bill)

    decided(place, case, label=InvoiceLabel.PRICE)
    with place.app.look() as look:
        (approval,) = look.approvals.of_case(case.id)
    assert set(approval.roles) == {Role.PROCUREMENT_LEAD, Role.FINANCE}

    commands.answer_approval(place.app, approval.id, Consent.APPROVE, "price_agreed", LENA)
    place.run()
    with pytest.raises(ControlRefused):
        place.user("bill").post_bill(bill)
    commands.answer_approval(place.app, approval.id, Consent.APPROVE, "within_tolerance", FINN)
    place.run()

    with place.app.look() as look:
        assert look.approvals.get(approval.id).state is ApprovalState.APPROVED
    place.user("bill").post_bill(bill)
    assert place.odoo.bills([bill])[0].state == "posted"
