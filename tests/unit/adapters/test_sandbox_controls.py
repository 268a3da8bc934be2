"""Native controls in the sandbox: off they do nothing, warned they ask once, blocked they let pass only by consent."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agent.access.model import OdooPerson, Role
from agent.actions.model import APPROVAL_KINDS, RecordApproval
from agent.adapters.sandbox import ControlRefused, SandboxOdoo, SandboxPeople, SandboxUser
from agent.approvals.model import APPROVER_ROLES, REASONS, Answer, Consent, Figure, Scenario, Via
from agent.errors import ActionRefused, ConfigurationError
from agent.evidence.records import Model, RecordRef
from tests.builders_company import NOW, a_copy, a_filled_file

KIND_OF = {scenario: kind for kind, scenario in APPROVAL_KINDS.items()}
PEOPLE: dict[Role, str] = {role: f"{role}@example.com" for roles in APPROVER_ROLES.values() for role in roles}


@dataclass
class Company:
    """The sandbox with an approver for every role, and somebody at work."""

    odoo: SandboxOdoo
    ada: SandboxUser

    def switch(self, scenario: Scenario, mode: str, company: str = "") -> None:
        self.odoo.set_parameter(f"gatehouse.{scenario}.mode{company}", mode)

    def consent(self, scenario: Scenario, record: RecordRef) -> None:
        """Somebody says why, and everybody needed consents on the form."""
        self.odoo.as_user("pia").ask_consent(scenario, record, "The line stands still.")
        for role in APPROVER_ROLES[scenario]:
            self.odoo.as_user(PEOPLE[role]).answer(scenario, record, Consent.APPROVE, REASONS[scenario][0])


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = a_filled_file(tmp_path_factory.mktemp("company"))
    people = SandboxPeople(path, clock=lambda: NOW)
    for role, login in PEOPLE.items():
        people.add(OdooPerson(login=login, name=login, roles=frozenset({role}), companies=("*",)), "a password")
    people.close()
    return path


@pytest.fixture
def company(file: Path, tmp_path: Path) -> Iterator[Company]:
    odoo = SandboxOdoo(a_copy(file, tmp_path), clock=lambda: NOW)
    yield Company(odoo, odoo.as_user("ada"))
    odoo.close()


@dataclass
class Change:
    """A change that a control looks at, and the record that consent is about."""

    record: RecordRef
    act: Callable[[], object]


def a_discount(company: Company) -> Change:
    (order,) = company.odoo.sale_orders(["S00061"])
    line = order.lines[0]
    price = line.unit_price / 2
    return Change(order.ref, lambda: company.ada.change_sale_line("S00061", line.id, price=price))


def an_urgent_purchase(company: Company) -> Change:
    (order,) = company.odoo.purchase_orders(["P00075"])
    company.ada.change_purchase_line("P00075", order.lines[0].id, quantity=Decimal(900))
    return Change(order.ref, lambda: company.ada.confirm_purchase("P00075", urgent=True))


def a_reallocation(company: Company) -> Change:
    (order,) = company.odoo.sale_orders(["S00076"])
    act = company.ada.move_reservation
    return Change(order.ref, lambda: act("S00076", "S00075", order.lines[0].product_code, Decimal(5)))


def a_credit(company: Company) -> Change:
    (order,) = company.odoo.sale_orders(["S00069"])
    return Change(order.ref, lambda: company.ada.confirm_sale("S00069"))


def a_freight(company: Company) -> Change:
    (order,) = company.odoo.sale_orders(["S00061"])
    return Change(order.ref, lambda: company.ada.set_freight("S00061", "Air express", Decimal(410)))


def a_return(company: Company) -> Change:
    (order,) = company.odoo.sale_orders(["S00066"])
    company.ada.deliver("S00066")
    name = company.ada.ask_return("S00066", order.lines[0].id, Decimal(2))
    ref = company.odoo.sale_orders(["S00066"])[0].transfers[-1].ref
    assert ref.name == name
    return Change(ref, lambda: company.ada.validate_return(name))


def a_bank_account(company: Company) -> Change:
    (order,) = company.odoo.purchase_orders(["P00051"])
    ref = RecordRef(model=Model.PARTNER, id=order.supplier.id, name=order.supplier.name)
    return Change(ref, lambda: company.ada.change_bank_account(order.supplier.name, "DE02 1203 0000 0000 2020 51"))


def a_bill(company: Company) -> Change:
    (order,) = company.odoo.purchase_orders(["P00071"])
    lines = {line.product_code: (line.ordered, line.unit_price * 2) for line in order.lines}
    name = company.ada.enter_bill("P00071", "N-7", lines)
    (bill,) = company.odoo.bills([name])
    return Change(bill.ref, lambda: company.ada.post_bill(name))


CHANGES: dict[Scenario, Callable[[Company], Change]] = {
    Scenario.DISCOUNT_EXCEPTION: a_discount,
    Scenario.EMERGENCY_PROCUREMENT: an_urgent_purchase,
    Scenario.INVENTORY_REALLOCATION: a_reallocation,
    Scenario.CREDIT_RELEASE: a_credit,
    Scenario.SHIPMENT_UPGRADE: a_freight,
    Scenario.RETURN_AUTHORIZATION: a_return,
    Scenario.SENSITIVE_CHANGE: a_bank_account,
    Scenario.INVOICE_DISCREPANCY: a_bill,
}
each = pytest.mark.parametrize("scenario", CHANGES)


def test_every_scenario_is_tried():
    assert set(CHANGES) == set(Scenario)


@each
def test_off_lets_everything_pass_and_writes_nothing_down(company: Company, scenario: Scenario):
    change = CHANGES[scenario](company)

    change.act()

    assert company.odoo.attempts(0, 9) == company.odoo.answers(0, 9) == ()


@each
def test_warned_of_it_passes_and_is_asked_about_once(company: Company, scenario: Scenario):
    company.switch(scenario, "warn")
    change = CHANGES[scenario](company)

    change.act()

    (asked,) = company.odoo.answers(0, 9)
    assert (asked.scenario, asked.consent, asked.login) == (scenario, "request", "ada")
    assert (asked.model, asked.record_id, asked.record_name) == (
        change.record.model,
        change.record.id,
        change.record.name,
    )
    assert asked.figures
    assert company.odoo.attempts(0, 9) == ()


@each
def test_blocked_it_is_refused_leaves_no_trace_but_the_attempt_and_passes_with_consent(
    company: Company, scenario: Scenario
):
    company.switch(scenario, "block")
    change = CHANGES[scenario](company)
    with pytest.raises(ControlRefused) as caught:
        change.act()

    ((number, attempt),) = company.odoo.attempts(0, 9)
    assert (attempt.scenario, attempt.mode, attempt.login) == (scenario, "block", "ada")
    assert (attempt.record_id, attempt.record_name) == (change.record.id, change.record.name)
    assert attempt.figures
    assert company.odoo.attempts(number, 9) == ()
    assert company.odoo.heads().attempt == number
    assert APPROVER_ROLES[scenario][0].replace("_", " ") in str(caught.value)

    company.consent(scenario, change.record)
    change.act()

    assert len(company.odoo.attempts(0, 9)) == 1
    asked, *answers = company.odoo.answers(0, 9)
    assert (asked.consent, asked.login, asked.note) == ("request", "pia", "The line stands still.")
    assert [answer.role for answer in answers] == list(APPROVER_ROLES[scenario])
    assert {answer.figures for answer in answers} == {attempt.figures}


@each
def test_consent_given_at_the_desk_lets_it_pass_as_well(company: Company, scenario: Scenario):
    company.switch(scenario, "block")
    change = CHANGES[scenario](company)
    with pytest.raises(ControlRefused):
        change.act()
    ((_, attempt),) = company.odoo.attempts(0, 9)

    company.odoo.apply(at_desk(scenario, change.record, attempt.figures), key="consent")
    change.act()


def at_desk(scenario: Scenario, record: RecordRef, figures: tuple[tuple[str, str], ...]) -> RecordApproval:
    answers = tuple(
        Answer(
            consent=Consent.APPROVE, role=role, by=PEOPLE[role], reason_code=REASONS[scenario][0], via=Via.DESK, at=NOW
        )
        for role in APPROVER_ROLES[scenario]
    )
    seen = tuple(Figure(field=name, value=value) for name, value in figures)
    kind = KIND_OF[scenario]
    return RecordApproval(kind=kind, record=record, seen=seen, answers=answers, asked_by="pia")  # pyright: ignore[reportArgumentType]


@each
def test_a_refusal_takes_the_consent_away(company: Company, scenario: Scenario):
    company.switch(scenario, "block")
    change = CHANGES[scenario](company)
    with pytest.raises(ControlRefused):
        change.act()
    company.consent(scenario, change.record)
    company.odoo.as_user(PEOPLE[APPROVER_ROLES[scenario][0]]).answer(
        scenario, change.record, Consent.REFUSE, "suspicious"
    )

    with pytest.raises(ControlRefused):
        change.act()


def test_a_company_has_a_mode_of_its_own(company: Company):
    company.switch(Scenario.SHIPMENT_UPGRADE, "block")
    company.switch(Scenario.SHIPMENT_UPGRADE, "off", ".1")

    a_freight(company).act()

    assert company.odoo.attempts(0, 9) == ()


def test_an_urgent_purchase_needs_a_justification_besides_consent(company: Company):
    company.switch(Scenario.EMERGENCY_PROCUREMENT, "block")
    change = an_urgent_purchase(company)
    lead = company.odoo.as_user(PEOPLE[Role.PROCUREMENT_LEAD])
    lead.answer(Scenario.EMERGENCY_PROCUREMENT, change.record, Consent.APPROVE, "line_down")

    with pytest.raises(ControlRefused, match="justification") as caught:
        change.act()
    assert "Consent is missing" not in str(caught.value)
    company.odoo.as_user("pia").ask_consent(Scenario.EMERGENCY_PROCUREMENT, change.record, "The line stands still.")
    change.act()


def test_an_administrator_may_ask_for_more_roles(company: Company):
    company.switch(Scenario.SHIPMENT_UPGRADE, "block")
    company.odoo.set_parameter("gatehouse.shipment_upgrade.extra_roles", "finance")
    change = a_freight(company)
    with pytest.raises(ControlRefused):
        change.act()
    company.consent(Scenario.SHIPMENT_UPGRADE, change.record)
    with pytest.raises(ControlRefused, match="finance"):
        change.act()

    finance = company.odoo.as_user(PEOPLE[Role.FINANCE])
    finance.answer(Scenario.SHIPMENT_UPGRADE, change.record, Consent.APPROVE, "our_delay")
    change.act()


def test_a_mode_that_is_none_is_named(company: Company):
    company.switch(Scenario.SHIPMENT_UPGRADE, "perhaps")

    with pytest.raises(ConfigurationError, match=r"shipment_upgrade\.mode"):
        a_freight(company).act()


def test_a_threshold_is_an_administrator_s_to_set_and_must_be_a_number(company: Company):
    company.switch(Scenario.SHIPMENT_UPGRADE, "block")
    change = Change(
        company.odoo.sale_orders(["S00061"])[0].ref,
        lambda: company.ada.set_freight("S00061", "Standard road", Decimal(90)),
    )
    with pytest.raises(ControlRefused):
        change.act()
    company.odoo.set_parameter("gatehouse.shipment_upgrade.over_standard", "100")
    change.act()

    company.odoo.set_parameter("gatehouse.shipment_upgrade.over_standard", "much")
    with pytest.raises(ConfigurationError, match="over_standard"):
        change.act()


def test_what_is_worse_than_what_was_consented_to_needs_a_new_consent(company: Company):
    company.switch(Scenario.SHIPMENT_UPGRADE, "block")
    change = a_freight(company)
    with pytest.raises(ControlRefused):
        change.act()
    company.consent(Scenario.SHIPMENT_UPGRADE, change.record)

    with pytest.raises(ControlRefused):
        company.ada.set_freight("S00061", "Air express", Decimal(411))
    with pytest.raises(ControlRefused):
        company.ada.set_freight("S00061", "Another courier", Decimal(300))
    company.ada.set_freight("S00061", "Air express", Decimal(300))


def test_consent_runs_out_after_the_days_that_are_set(file: Path, tmp_path: Path):
    now = [NOW]
    odoo = SandboxOdoo(a_copy(file, tmp_path), clock=lambda: now[0])
    company = Company(odoo, odoo.as_user("ada"))
    company.switch(Scenario.SENSITIVE_CHANGE, "block")
    change = a_bank_account(company)
    with pytest.raises(ControlRefused):
        change.act()
    company.consent(Scenario.SENSITIVE_CHANGE, change.record)
    now[0] += timedelta(days=15)

    with pytest.raises(ControlRefused):
        change.act()
    odoo.close()


# --- who may answer ---------------------------------------------------------------------------------
@pytest.fixture
def refused(company: Company) -> RecordRef:
    company.switch(Scenario.DISCOUNT_EXCEPTION, "block")
    change = a_discount(company)
    with pytest.raises(ControlRefused):
        change.act()
    return change.record


def answer(company: Company, login: str, record: RecordRef, reason: str = "volume", note: str = "") -> int:
    return company.odoo.as_user(login).answer(Scenario.DISCOUNT_EXCEPTION, record, Consent.APPROVE, reason, note)


def test_only_who_has_the_role_may_answer(company: Company, refused: RecordRef):
    for login in ("ada", PEOPLE[Role.LOGISTICS], "nobody"):
        with pytest.raises(ActionRefused, match="role"):
            answer(company, login, refused)


def test_nobody_answers_what_they_asked_for(company: Company, refused: RecordRef):
    finance = PEOPLE[Role.FINANCE]
    company.odoo.as_user(finance).ask_consent(Scenario.DISCOUNT_EXCEPTION, refused, "the customer waits")

    with pytest.raises(ActionRefused, match="asked for it"):
        answer(company, finance, refused)


def test_nobody_consents_twice(company: Company, refused: RecordRef):
    answer(company, PEOPLE[Role.FINANCE], refused)

    with pytest.raises(ActionRefused, match="already"):
        answer(company, PEOPLE[Role.FINANCE], refused)


@pytest.mark.parametrize(("reason", "note"), [("because", "it is so"), ("", ""), ("other", " "), ("suspicious", "")])
def test_a_reason_is_one_of_the_list_and_other_needs_a_note(company: Company, refused: RecordRef, reason, note):
    with pytest.raises(ActionRefused, match=r"reason"):
        answer(company, PEOPLE[Role.FINANCE], refused, reason, note)
    assert answer(company, PEOPLE[Role.FINANCE], refused, "other", "an old promise of ours")


def test_one_of_two_roles_is_not_enough(company: Company, refused: RecordRef):
    answer(company, PEOPLE[Role.FINANCE], refused)

    with pytest.raises(ControlRefused, match="sales manager") as caught:
        a_discount(company).act()
    assert "finance" not in str(caught.value)


def test_one_person_with_both_roles_is_one_person(company: Company, refused: RecordRef):
    people = SandboxPeople(company.odoo.path, clock=lambda: NOW)
    both = frozenset({Role.FINANCE, Role.SALES_MANAGER})
    people.add(OdooPerson(login="boss", name="Boss", roles=both, companies=("*",)), "a password")
    answer(company, "boss", refused)

    with pytest.raises(ControlRefused):
        a_discount(company).act()
    answer(company, PEOPLE[Role.FINANCE], refused)
    a_discount(company).act()


def test_a_held_order_is_not_delivered_and_a_disputed_bill_not_posted(company: Company):
    from agent.actions.model import DisputeBill, HoldOrder

    order = company.odoo.sale_orders(["S00061"])[0].ref
    company.odoo.apply(HoldOrder(record=order, reason="over the limit"), key="hold")
    with pytest.raises(ActionRefused, match="held"):
        company.ada.deliver("S00061")
    bill = a_bill(company)
    company.odoo.apply(DisputeBill(record=bill.record, reason="price"), key="dispute")
    with pytest.raises(ActionRefused, match="disputed"):
        bill.act()
