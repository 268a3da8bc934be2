"""The native controls on a real Odoo, with Gatehouse not running; only where ODOO_TEST_URL and the like name one.

# Size: the suite of one part; its tests share one company that is set up once.
"""

import json
from collections.abc import Iterator

import pytest

from agent.adapters.odoo.names import APPROVAL
from agent.approvals.model import APPROVER_ROLES, Scenario
from agent.errors import ActionRefused, OdooDenied
from agent.kit.ids import new_id
from tests.builders_controls import Company, Matter
from tests.contract.conftest import KINDS
from tests.matters_controls import MATTERS, a_carrier, a_new_bank_account, a_thin_order, an_order_above_the_limit

pytestmark = pytest.mark.skipif("odoo" not in KINDS, reason="no real Odoo is named by ODOO_TEST_URL and the like")
EACH = pytest.mark.parametrize("scenario", list(Scenario))


@pytest.fixture(scope="module")
def company() -> Company:
    return Company()


@pytest.fixture
def at(company: Company) -> Iterator[Company]:
    """The company with every control off, before and after."""
    _all_off(company)
    yield company
    _all_off(company)


def _all_off(company: Company) -> None:
    for scenario in Scenario:
        company.set(scenario, "mode", "off")


def _roles(scenario: Scenario) -> list[str]:
    return list(map(str, APPROVER_ROLES[scenario]))


def _ask(at: Company, scenario: Scenario, matter: Matter) -> None:
    at.answer(at.worker, scenario, matter.record, "request", x_note="The line stands still; nobody else has it.")


def _all_consent(at: Company, scenario: Scenario, matter: Matter) -> None:
    for role in _roles(scenario):
        at.answer(at.of_role(role), scenario, matter.record)


@EACH
def test_a_control_that_is_off_does_nothing(at: Company, scenario: Scenario):
    matter = MATTERS[scenario](at)

    matter.attempt()

    assert matter.happened()
    assert not at.requests(scenario, matter.record)


@EACH
def test_a_warning_lets_pass_and_leaves_one_request(at: Company, scenario: Scenario):
    matter = MATTERS[scenario](at)
    at.set(scenario, "mode", "warn")

    matter.attempt()

    assert matter.happened()
    assert len(at.requests(scenario, matter.record)) == 1


@EACH
def test_a_block_holds_until_all_have_consented_and_binds_them_to_what_they_saw(at: Company, scenario: Scenario):
    matter = MATTERS[scenario](at)
    at.set(scenario, "mode", "block")

    with pytest.raises(ActionRefused, match="Consent is missing from"):
        matter.attempt()
    assert not matter.happened()
    assert (
        json.loads(at.attempts(scenario, matter.record)[-1].removeprefix("gatehouse-control "))["login"] == "gh_worker"
    )

    _ask(at, scenario, matter)
    _all_consent(at, scenario, matter)
    matter.worsen()
    with pytest.raises(ActionRefused, match="no longer holds"):
        matter.attempt()
    assert not matter.happened()

    _ask(at, scenario, matter)
    _all_consent(at, scenario, matter)
    matter.attempt()
    assert matter.happened()


@EACH
def test_only_others_with_the_role_may_consent_and_each_once(at: Company, scenario: Scenario):
    matter = MATTERS[scenario](at)
    at.set(scenario, "mode", "block")
    with pytest.raises(ActionRefused):
        matter.attempt()
    _ask(at, scenario, matter)
    first = at.of_role(_roles(scenario)[0])

    with pytest.raises(ActionRefused, match="need one of these roles"):
        at.answer(at.stranger, scenario, matter.record)
    with pytest.raises(ActionRefused, match="need one of these roles"):
        at.answer(at.admin, scenario, matter.record)
    with pytest.raises(ActionRefused, match="need one of these roles"):
        at.answer(at.worker, scenario, matter.record)
    at.answer(first, scenario, matter.record)
    with pytest.raises(ActionRefused, match="consented to this already"):
        at.answer(first, scenario, matter.record)


@EACH
def test_a_refusal_ends_the_consents_before_it(at: Company, scenario: Scenario):
    matter = MATTERS[scenario](at)
    at.set(scenario, "mode", "block")
    with pytest.raises(ActionRefused):
        matter.attempt()
    _ask(at, scenario, matter)
    _all_consent(at, scenario, matter)
    at.answer(at.of_role(_roles(scenario)[0], 2), scenario, matter.record, "refuse")

    with pytest.raises(ActionRefused, match="Consent is missing from"):
        matter.attempt()


def test_a_price_cut_after_confirmation_is_held_back_too(at: Company):
    matter = a_thin_order(at)
    line = at.lines("sale.order.line", matter.record[1])[0]
    at.write("sale.order.line", line, at.worker, price_unit=150.0)
    at.set("discount_exception", "mode", "block")
    matter.attempt()

    with pytest.raises(ActionRefused, match="below the floor"):
        at.write("sale.order.line", line, at.worker, price_unit=95.0)

    assert at.read("sale.order.line", line, "price_unit")["price_unit"] == 150.0


def test_an_approver_of_a_cut_after_confirmation_sees_the_price_that_was_refused(at: Company):
    matter = a_thin_order(at)
    line = at.lines("sale.order.line", matter.record[1])[0]
    at.write("sale.order.line", line, at.worker, price_unit=150.0)
    at.set("discount_exception", "mode", "block")
    matter.attempt()
    with pytest.raises(ActionRefused):
        at.write("sale.order.line", line, at.worker, price_unit=95.0)

    _all_consent(at, Scenario.DISCOUNT_EXCEPTION, matter)
    at.write("sale.order.line", line, at.worker, price_unit=95.0)

    assert at.read("sale.order.line", line, "price_unit")["price_unit"] == 95.0


def test_goods_of_a_customer_above_the_limit_do_not_leave(at: Company):
    matter = an_order_above_the_limit(at)
    matter.attempt()
    picking = at.find("stock.picking", ("sale_id", "=", matter.record[1]))[0]
    move = at.find("stock.move", ("picking_id", "=", picking))[0]
    at.write("stock.move", move, at.worker, quantity=5, picked=True)
    at.set("credit_release", "mode", "block")

    with pytest.raises(ActionRefused, match="credit limit"):
        at.worker.call("stock.picking", "button_validate", [picking])
    at.answer(at.of_role("finance"), Scenario.CREDIT_RELEASE, matter.record)
    at.worker.call("stock.picking", "button_validate", [picking])

    assert at.read("stock.picking", picking, "state")["state"] == "done"


def test_another_carrier_after_confirmation_wants_consent(at: Company):
    order = at.sale(at.product(stock=1), carrier_id=a_carrier(at, 10.0))
    at.worker.call("sale.order", "action_confirm", [order])
    picking = at.find("stock.picking", ("sale_id", "=", order))[0]
    at.set("shipment_upgrade", "mode", "block")
    other = a_carrier(at, 20.0)

    with pytest.raises(ActionRefused, match="delivery method changed after confirmation"):
        at.write("stock.picking", picking, at.worker, carrier_id=other)
    at.answer(at.of_role("logistics"), Scenario.SHIPMENT_UPGRADE, ("sale.order", order))
    at.write("stock.picking", picking, at.worker, carrier_id=other)

    assert at.read("stock.picking", picking, "carrier_id")["carrier_id"][0] == other


def test_another_supplier_on_a_confirmed_purchase_wants_two_consents(at: Company):
    order = at.purchase(at.product(), 1, 10.0)
    at.worker.call("purchase.order", "button_confirm", [order])
    other = at.partner()
    at.set("sensitive_change", "mode", "block")

    with pytest.raises(ActionRefused, match="Supplier replaced"):
        at.write("purchase.order", order, at.worker, partner_id=other)
    for role in ("finance", "procurement_lead"):
        at.answer(at.of_role(role), Scenario.SENSITIVE_CHANGE, ("purchase.order", order))
    at.write("purchase.order", order, at.worker, partner_id=other)

    assert at.read("purchase.order", order, "partner_id")["partner_id"][0] == other


def test_a_price_list_rule_and_payment_terms_of_a_supplier_want_consent(at: Company):
    supplier = at.partner(supplier_rank=1)
    terms = at.make("account.payment.term", name="In 7 days")
    prices = at.make("product.pricelist", name="Key customers")
    at.set("sensitive_change", "mode", "block")

    with pytest.raises(ActionRefused, match="Price rule added"):
        at.make("product.pricelist.item", at.worker, pricelist_id=prices, compute_price="fixed", fixed_price=1.0)
    with pytest.raises(ActionRefused, match="Payment terms changed"):
        at.write("res.partner", supplier, at.worker, property_supplier_payment_term_id=terms)


def test_taking_a_supplier_s_payment_terms_away_wants_consent_and_names_them(at: Company):
    supplier = at.partner(supplier_rank=1)
    terms = at.make("account.payment.term", name="In 7 days")
    at.write("res.partner", supplier, at.worker, property_supplier_payment_term_id=terms)
    at.set("sensitive_change", "mode", "block")

    with pytest.raises(ActionRefused, match=rf"from In 7 days \[{terms}\] to none"):
        at.write("res.partner", supplier, at.worker, property_supplier_payment_term_id=False)

    kept = at.read("res.partner", supplier, "property_supplier_payment_term_id")
    assert kept["property_supplier_payment_term_id"][0] == terms


def test_another_bank_or_holder_of_a_supplier_s_account_wants_consent(at: Company):
    supplier, other = at.partner(supplier_rank=1), at.partner()
    account = at.make("res.partner.bank", at.worker, partner_id=supplier, acc_number=f"DE{new_id()[-12:]}")
    bank = at.make("res.bank", name="Bank of Elsewhere")
    at.set("sensitive_change", "mode", "block")

    with pytest.raises(ActionRefused, match=rf"bank id from none to Bank of Elsewhere \[{bank}\]"):
        at.write("res.partner.bank", account, at.worker, bank_id=bank)
    with pytest.raises(ActionRefused, match=rf"\[{supplier}\] to .*\[{other}\]"):
        at.write("res.partner.bank", account, at.worker, partner_id=other)


def test_the_service_that_carries_actions_out_never_touches_a_bank_account(at: Company):
    matter = a_new_bank_account(at)
    at.set("sensitive_change", "mode", "block")

    with pytest.raises(ActionRefused, match="Gatehouse never makes such a change"):
        at.make("res.partner.bank", partner_id=matter.record[1], acc_number="DE89370400440532013000")


def test_who_asked_does_not_answer_whatever_the_role(at: Company):
    matter = a_thin_order(at)
    both = at.of_role("finance", 3)
    at.answer(both, Scenario.DISCOUNT_EXCEPTION, matter.record, "request")

    with pytest.raises(ActionRefused, match="asked for this consent yourself"):
        at.answer(both, Scenario.DISCOUNT_EXCEPTION, matter.record)


def test_a_deputy_answers_only_when_the_request_has_waited(at: Company):
    matter = an_order_above_the_limit(at)
    at.set("credit_release", "mode", "block")
    at.set("credit_release", "deputies", "gh_stranger")
    _ask(at, Scenario.CREDIT_RELEASE, matter)

    at.set("credit_release", "deputy_after_hours", "24")
    with pytest.raises(ActionRefused, match="older than 24 hours"):
        at.answer(at.stranger, Scenario.CREDIT_RELEASE, matter.record)
    at.set("credit_release", "deputy_after_hours", "0")
    at.answer(at.stranger, Scenario.CREDIT_RELEASE, matter.record)
    at.set("credit_release", "deputies", "")
    matter.attempt()

    assert matter.happened()


def test_an_approval_is_neither_changed_nor_deleted_nor_backdated_nor_made_up(at: Company):
    matter = a_thin_order(at)
    made = at.answer(
        at.of_role("finance"), Scenario.DISCOUNT_EXCEPTION, matter.record, x_login="gh_sales_manager_1",
        x_roles="sales_manager finance", x_decided_at="2020-01-01 00:00:00", x_person_id=1,
    )  # fmt: skip

    row = at.read(APPROVAL, made, "x_login", "x_roles", "x_decided_at", "x_via", "x_reason_code")
    assert (row["x_login"], row["x_roles"], row["x_via"]) == ("gh_finance_1", "finance", "odoo")
    assert row["x_decided_at"] > "2021"
    assert row["x_reason_code"] == "strategic_customer"
    with pytest.raises((ActionRefused, OdooDenied)):
        at.write(APPROVAL, made, x_roles="sales_manager finance")
    with pytest.raises((ActionRefused, OdooDenied)):
        at.admin.call(APPROVAL, "unlink", [made])
    with pytest.raises(ActionRefused, match="Only Gatehouse itself"):
        at.answer(at.of_role("finance", 2), Scenario.DISCOUNT_EXCEPTION, matter.record, x_via="desk")


def test_a_reason_must_be_one_of_the_scenario_and_other_says_why(at: Company):
    matter = a_thin_order(at)
    finance = at.of_role("finance", 4)
    why = f"x_why_{Scenario.DISCOUNT_EXCEPTION}"

    with pytest.raises(ActionRefused, match="Choose a reason"):
        at.answer(finance, Scenario.DISCOUNT_EXCEPTION, matter.record, **{why: False})
    with pytest.raises(ActionRefused, match="is not known for this"):
        at.answer(finance, Scenario.DISCOUNT_EXCEPTION, matter.record, **{why: False}, x_reason_code="line_down")
    with pytest.raises(ActionRefused, match="needs a note"):
        at.answer(finance, Scenario.DISCOUNT_EXCEPTION, matter.record, **{why: "other"})


def test_figures_that_changed_while_the_form_was_open_are_not_consented_to(at: Company):
    matter = a_thin_order(at)
    seen = at.form(at.of_role("finance"), Scenario.DISCOUNT_EXCEPTION, matter.record, "approve")["x_figures"]
    matter.worsen()

    with pytest.raises(ActionRefused, match="Meanwhile it changed"):
        at.answer(at.of_role("finance"), Scenario.DISCOUNT_EXCEPTION, matter.record, x_figures=seen)


def test_the_mode_of_a_company_wins_over_the_general_one(at: Company):
    matter = a_thin_order(at)
    own = at.read("sale.order", matter.record[1], "company_id")["company_id"][0]
    at.set("discount_exception", "mode", "block")
    at.set("discount_exception", f"mode.{own}", "off")

    try:
        matter.attempt()
    finally:
        at.set("discount_exception", f"mode.{own}", "")

    assert matter.happened()


def test_a_batch_is_held_back_by_its_one_thin_order_which_is_named(at: Company):
    thin = a_thin_order(at)
    product = at.product(standard_price=10.0)
    good = [at.sale(product) for _ in range(20)]
    at.set("discount_exception", "mode", "block")

    with pytest.raises(ActionRefused, match=at.read("sale.order", thin.record[1], "name")["name"]):
        at.worker.call("sale.order", "action_confirm", [*good, thin.record[1]])
    at.worker.call("sale.order", "action_confirm", good)

    assert at.find("sale.order", ("id", "in", good), ("state", "=", "sale")) == good


def test_every_scheduled_action_runs_and_makes_a_to_do_once(at: Company):
    matter = a_thin_order(at)
    approver = at.of_role("finance")
    _ask(at, Scenario.DISCOUNT_EXCEPTION, matter)
    at.admin.call("ir.config_parameter", "set_param", kwargs={"key": "gatehouse.approvals.overdue_hours", "value": "0"})
    asked = at.requests(Scenario.DISCOUNT_EXCEPTION, matter.record)
    mine = [("user_id", "=", approver.user_id()), ("res_model", "=", APPROVAL), ("res_id", "in", asked)]
    counts = [approver.call("mail.activity", "search_count", kwargs={"domain": mine})]

    for _ in range(2):
        for name in ("overdue_approvals", "stale_exceptions", "sla", "replenishment"):
            at.admin.call("ir.cron", "method_direct_trigger", [at.ref(f"cron_{name}")])
        counts.append(approver.call("mail.activity", "search_count", kwargs={"domain": mine}))

    assert counts == [1, 2, 2]
