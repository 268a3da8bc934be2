"""The approval matrix: which consent a decision needs, of which roles, bound to which figures."""

from datetime import date
from decimal import Decimal

import pytest

from agent.access.model import Role
from agent.approvals.matrix import Matter, Need, PriceChange, needs
from agent.approvals.model import Scenario
from agent.approvals.policy import ApprovalPolicy
from agent.intake.model import EventType
from agent.kit.values import Money
from agent.suggestions.model import ExceptionLabel, InvoiceLabel, NextStep
from tests.builders import a_case, a_purchase, an_event, an_evidence
from tests.builders_consent import a_bill
from tests.builders_desk import a_sale

TODAY = date(2026, 11, 23)
POLICY = ApprovalPolicy()
EUR = {"currency": "EUR"}


def asked(*events, label=ExceptionLabel.OTHER, step=NextStep.LOOK_INTO_IT, policy=POLICY, prices=(), **records):
    found = an_evidence(a_case(), events=events, **{"sales": (a_sale(),), **records})
    matter = Matter(label=label, next_step=step, found=found, price_changes=prices, today=TODAY)
    return needs(matter, policy)


def only(found: tuple[Need, ...]) -> Need:
    (need,) = found
    return need


def euros(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


@pytest.mark.parametrize(
    ("event", "records", "scenario", "roles"),
    [
        (an_event("1", EventType.ORDER_BLOCKED_ON_CREDIT, order="S00001"), {}, Scenario.CREDIT_RELEASE, {Role.FINANCE}),
        (
            an_event("1", EventType.PURCHASE_REQUESTED_URGENT, purchase="P00012"), {"purchases": (a_purchase(),)},
            Scenario.EMERGENCY_PROCUREMENT, {Role.PROCUREMENT_LEAD},
        ),
        (
            an_event("1", EventType.ALLOCATION_MOVED, product="A", order="S00001", to_order="S2"), {},
            Scenario.INVENTORY_REALLOCATION, {Role.OPERATIONS},
        ),
        (
            an_event("1", EventType.SHIPMENT_COST_EXCEEDED, order="S00001", cost={"amount": "80", **EUR}), {},
            Scenario.SHIPMENT_UPGRADE, {Role.LOGISTICS},
        ),
        (
            an_event("1", EventType.RETURN_REQUESTED, order="S00001", delivered="2026-01-02"), {},
            Scenario.RETURN_AUTHORIZATION, {Role.CUSTOMER_SERVICE_LEAD},
        ),
        (
            an_event("1", EventType.MARGIN_BELOW_THRESHOLD, order="S00001", margin_percent="8"), {},
            Scenario.DISCOUNT_EXCEPTION, {Role.SALES_MANAGER, Role.FINANCE},
        ),
        (
            an_event("1", EventType.INVOICE_DISPUTED, bill="BILL/2026/0031"), {"bills": (a_bill(),)},
            Scenario.INVOICE_DISCREPANCY, {Role.PROCUREMENT_LEAD, Role.FINANCE},
        ),
    ],
)  # fmt: skip
def test_every_event_of_a_scenario_asks_its_roles(event, records, scenario, roles):
    need = only(asked(event, **records))

    assert need.scenario is scenario
    assert set(need.roles) == roles
    assert need.why


@pytest.mark.parametrize(
    ("label", "scenario"),
    [
        (ExceptionLabel.CREDIT_HOLD, Scenario.CREDIT_RELEASE),
        (ExceptionLabel.ALLOCATION_CONFLICT, Scenario.INVENTORY_REALLOCATION),
        (ExceptionLabel.RETURN_OR_DAMAGE, Scenario.RETURN_AUTHORIZATION),
        (ExceptionLabel.INVOICE_DISCREPANCY, Scenario.INVOICE_DISCREPANCY),
    ],
)
def test_the_label_that_a_person_decides_on_asks_too(label, scenario):
    assert only(asked(label=label, bills=(a_bill(),))).scenario is scenario


def test_event_and_label_of_the_same_scenario_ask_once():
    event = an_event("1", EventType.ORDER_BLOCKED_ON_CREDIT, order="S00001")

    assert len(asked(event, label=ExceptionLabel.CREDIT_HOLD)) == 1


NOTHING = (
    ExceptionLabel.NO_EXCEPTION, ExceptionLabel.DUPLICATE_OR_DATA_ERROR, InvoiceLabel.DUPLICATE, InvoiceLabel.MATCHES,
)  # fmt: skip


@pytest.mark.parametrize("label", NOTHING)
def test_where_nothing_is_to_be_done_nobody_is_asked(label):
    event = an_event("1", EventType.ORDER_BLOCKED_ON_CREDIT, order="S00001")

    assert asked(event, label=label) == ()
    assert asked(event, label=ExceptionLabel.CREDIT_HOLD, step=NextStep.NONE_NEEDED) == ()


def test_what_has_no_record_in_odoo_cannot_be_approved():
    assert asked(label=ExceptionLabel.CREDIT_HOLD, sales=()) == ()


def test_a_high_amount_needs_a_second_role():
    rich = a_sale().model_copy(update={"total": euros("10000.01")})

    need = only(asked(label=ExceptionLabel.CREDIT_HOLD, sales=(rich,)))

    assert need.roles == (Role.FINANCE, Role.SALES_MANAGER)


def test_a_margin_above_the_floor_needs_nobody():
    assert asked(label=ExceptionLabel.PRICE_OR_MARGIN_VARIANCE) == ()  # 21.5 %
    poor = a_sale().model_copy(update={"margin_percent": Decimal("14.99")})
    need = only(asked(label=ExceptionLabel.PRICE_OR_MARGIN_VARIANCE, sales=(poor,)))
    assert [(figure.field, figure.value) for figure in need.figures] == [
        ("margin_percent", "14.99"),
        ("order_total", "1200.50"),
    ]


def test_usual_freight_needs_nobody_and_dear_freight_does():
    usual = a_sale().model_copy(update={"freight": euros("60.00")})
    dear = a_sale().model_copy(update={"freight": euros("60.10")})

    assert asked(label=ExceptionLabel.SHIPMENT_CHANGE_OR_FREIGHT, sales=(usual,)) == ()
    assert only(asked(label=ExceptionLabel.SHIPMENT_CHANGE_OR_FREIGHT, sales=(dear,))).amount == euros("60.10")


def test_a_small_return_in_time_needs_nobody_and_credit_brings_in_finance():
    small = {"order": "S00001", "delivered": "2026-11-20", "amount": {"amount": "500", **EUR}}
    dear = {**small, "amount": {"amount": "500.01", **EUR}}

    assert asked(an_event("1", EventType.RETURN_REQUESTED, **small)) == ()
    assert only(asked(an_event("1", EventType.RETURN_REQUESTED, **dear))).roles == (
        Role.CUSTOMER_SERVICE_LEAD,
        Role.FINANCE,
    )


def test_a_return_of_unknown_age_needs_consent():
    assert asked(an_event("1", EventType.RETURN_REQUESTED, order="S00001", amount={"amount": "5", **EUR}))


def test_prices_within_tolerance_need_nobody_and_each_order_beyond_asks_for_itself():
    first, second = a_purchase(), a_purchase("P00013")
    second = second.model_copy(update={"ref": second.ref.model_copy(update={"id": 13})})

    def moved(order, after: str) -> PriceChange:
        return PriceChange(order=order.ref, line_id=1, before=Decimal("2.50"), after=Decimal(after))

    records = {"sales": (), "purchases": (first, second)}
    assert asked(prices=(moved(first, "2.55"), moved(second, "2.45")), **records) == ()
    found = asked(prices=(moved(first, "2.56"), moved(second, "2.44")), **records)
    assert [need.record.name for need in found] == ["P00012", "P00013"]
    assert found[0].lines == (1,)
    assert found[0].figures[0].value == "line 1: unit price 2.50 to 2.56 EUR"


def test_a_price_where_there_was_none_always_needs_consent():
    change = PriceChange(order=a_purchase().ref, line_id=1, before=Decimal(0), after=Decimal("0.01"))

    assert asked(prices=(change,), sales=(), purchases=(a_purchase(),))


def test_another_limit_is_another_version_of_the_policy():
    assert ApprovalPolicy().version == POLICY.version
    assert ApprovalPolicy(return_days=14).version != POLICY.version
