"""What Odoo refuses is written down, and consent is given where it is asked, by people without rights on the record."""

import pytest

from agent.access.model import Role
from agent.actions.model import RecordApproval
from agent.adapters.odoo.gateway import OdooGateway
from agent.adapters.odoo.names import APPROVAL
from agent.approvals.model import REASONS, Scenario
from agent.errors import ActionRefused, OdooDenied
from agent.evidence.records import Model, RecordRef
from agent.intake.changes import Attempt
from agent.kit.ids import new_id
from tests.builders_actions import an_answer
from tests.builders_controls import Company, Matter
from tests.contract.conftest import KINDS, real_place
from tests.matters_controls import a_thin_order, a_wrong_bill, an_order_above_the_limit, reserved_goods

pytestmark = pytest.mark.skipif("odoo" not in KINDS, reason="no real Odoo is named by ODOO_TEST_URL and the like")
FORM = {name: {} for name in ("x_scenario", "x_consent", "x_via", "x_figures", "x_summary", "x_record_name")}
FORM["x_record"] = {"fields": {}}  # as the web client asks for what it never shows


@pytest.fixture(scope="module")
def at() -> Company:
    found = Company()
    for scenario in Scenario:
        found.set(scenario, "mode", "off")
    return found


@pytest.fixture
def odoo(monkeypatch: pytest.MonkeyPatch) -> OdooGateway:
    return real_place(monkeypatch).odoo


def told(odoo: OdooGateway, after: int, matter: Matter) -> list[Attempt]:
    """What was refused of it since."""
    return [one for _, one in odoo.attempts(after, 100) if (one.model, one.record_id) == matter.record]


def test_a_refused_delivery_of_a_held_order_is_written_down_with_all_controls_off(at: Company, odoo: OdooGateway):
    matter = an_order_above_the_limit(at)
    matter.attempt()
    at.write("sale.order", matter.record[1], x_gatehouse_hold=True)
    picking = at.find("stock.picking", ("sale_id", "=", matter.record[1]))[0]
    move = at.find("stock.move", ("picking_id", "=", picking))[0]
    at.write("stock.move", move, at.worker, quantity=5, picked=True)
    before = odoo.heads().attempt

    with pytest.raises(ActionRefused, match="held for credit"):
        at.worker.call("stock.picking", "button_validate", [picking])

    (attempt,) = told(odoo, before, matter)
    assert (attempt.scenario, attempt.mode, attempt.login) == (Scenario.CREDIT_RELEASE, "block", "gh_worker")
    assert dict(attempt.figures)["held"] == "yes"
    assert at.read("stock.picking", picking, "state")["state"] != "done"


def test_nobody_clears_a_hold_by_hand(at: Company):
    order, bill = an_order_above_the_limit(at).record, a_wrong_bill(at).record
    for model, number in (order, bill):
        at.write(model, number, x_gatehouse_hold=True)
        with pytest.raises(ActionRefused, match="never by hand"):
            at.write(model, number, at.worker, x_gatehouse_hold=False)
        assert at.read(model, number, "x_gatehouse_hold")["x_gatehouse_hold"] is True


def test_a_refused_posting_of_a_disputed_bill_is_written_down_with_all_controls_off(at: Company, odoo: OdooGateway):
    matter = a_wrong_bill(at)
    at.write("account.move", matter.record[1], x_gatehouse_hold=True)
    before = odoo.heads().attempt

    with pytest.raises(ActionRefused, match="is disputed"):
        matter.attempt()

    (attempt,) = told(odoo, before, matter)
    assert (attempt.scenario, attempt.mode, attempt.login) == (Scenario.INVOICE_DISCREPANCY, "block", "gh_worker")
    assert dict(attempt.figures)["disputed"] == "yes"
    assert not matter.happened()


def test_a_consent_to_a_reallocation_counts_on_the_transfer_of_the_order_too(at: Company, odoo: OdooGateway):
    matter = reserved_goods(at)
    picking = at.find("stock.picking", ("sale_id", "=", matter.record[1]))[0]
    at.set("inventory_reallocation", "mode", "block")
    try:
        with pytest.raises(ActionRefused, match="Consent is missing from"):
            matter.attempt()
        odoo.apply(
            RecordApproval(
                kind="approve_reallocation",
                record=RecordRef(model=Model.PICKING, id=picking, name="its transfer"),
                seen=(),
                answers=(an_answer(Role.OPERATIONS, REASONS[Scenario.INVENTORY_REALLOCATION][0]),),
                asked_by="paula@example.com",
            ),
            key=new_id(),
        )
        matter.attempt()
    finally:
        at.set("inventory_reallocation", "mode", "off")

    assert matter.happened()


def test_an_approver_without_rights_on_the_order_opens_the_request_and_answers_it(at: Company):
    matter = a_thin_order(at)
    finance = at.of_role("finance")
    asked = at.answer(at.worker, Scenario.DISCOUNT_EXCEPTION, matter.record, "request", x_note="A key customer.")
    with pytest.raises(OdooDenied):
        finance.call("sale.order", "read", [matter.record[1]], {"fields": ["name"]})

    (shown,) = finance.call(APPROVAL, "web_read", [asked], {"specification": FORM})
    opened = {"active_model": APPROVAL, "active_id": asked, "active_ids": [asked]}
    answer = finance.call("ir.actions.server", "run", [at.ref("action_approval_answer")], context=opened)
    new = {"values": {}, "field_names": [], "fields_spec": FORM}
    form = finance.call(APPROVAL, "onchange", [], new, answer["context"])["value"]
    given = {name.removeprefix("default_"): value for name, value in answer["context"].items()}
    reason = {f"x_why_{Scenario.DISCOUNT_EXCEPTION}": REASONS[Scenario.DISCOUNT_EXCEPTION][0]}
    made = at.make(APPROVAL, finance, **given, **reason, x_figures=form["x_figures"])

    name = at.read("sale.order", matter.record[1], "name")["name"]
    assert (shown["x_record_name"], form["x_record_name"]) == (name, name)
    assert at.read(APPROVAL, made, "x_roles")["x_roles"] == "finance"
