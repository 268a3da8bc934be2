"""At the desk: who gets goods that several orders claim, and the score of a risk in its parts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.actions.model import SetCommitmentDate
from agent.actions.proposals import proposals
from agent.actions.service import matter_of
from agent.approvals.matrix import needs
from agent.approvals.model import Scenario
from agent.approvals.policy import ApprovalPolicy
from agent.evidence.allocation import AllocationPolicy, Criterion
from agent.reporting.documents import view_document
from agent.reporting.views import case_view
from agent.reviews.model import Verb, Verdict, final_of
from tests.builders import NOON
from tests.builders_claims import a_claims_case, a_risk_case
from tests.builders_desk import PLANNER, TestDesk, a_test_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    made = a_test_desk(tmp_path)
    yield made
    made.close()


def test_the_case_page_says_who_gives_what_to_whom_and_what_it_does_to_every_order(desk: TestDesk):
    case = desk.add(a_claims_case)

    page = desk.client(PLANNER).get(f"/cases/{case.number}").text

    assert "Give 3 Units held for S00002 to S00001" in page
    assert "better customer class" in page
    assert "4 → 0" in page
    assert "0 → 3" in page


def test_case_show_tells_the_same_as_a_document(desk: TestDesk):
    case = desk.add(a_claims_case)

    with desk.app.look() as look:
        (made,) = view_document(case_view(look, case.number, viewer=None))["allocations"]

    assert [(move["from_order"]["name"], move["to_order"]["name"], move["quantity"]) for move in made["moves"]] == [
        ("S00002", "S00001", "3")
    ]
    assert made["touched"] == ["S00001", "S00002"]


def test_the_giver_needs_the_consent_of_operations_bound_to_what_it_gives(desk: TestDesk):
    case = desk.add(a_claims_case)
    with desk.app.look() as look:
        view = case_view(look, case.number, viewer=None)
    assert view.suggestion is not None
    assert view.evidence is not None
    final, _ = final_of(view.suggestion, Verdict(verb=Verb.ACCEPT, reason_code="correct"))

    (need,) = needs(matter_of(final, view.evidence, (), NOON.date()), ApprovalPolicy())
    (later,) = proposals(view.evidence, final)

    assert (need.scenario, need.record.name, str(need.amount)) == (
        Scenario.INVENTORY_REALLOCATION, "S00002", "15.00 EUR",
    )  # fmt: skip
    assert {figure.field: figure.value for figure in need.figures} == {
        "products": "PUMP", "quantity": "3.00", "value": "15.00",
    }  # fmt: skip
    assert need.why == "S00002 (Tunnelbau): give reserved PUMP, 3 to S00001 (Stadtwerke)"
    assert isinstance(later.change, SetCommitmentDate)
    assert later.change.record.name == "S00002"


def test_another_policy_asks_for_another_consent(desk: TestDesk):
    case = desk.add(a_claims_case)
    with desk.app.look() as look:
        view = case_view(look, case.number, viewer=None)
    assert view.suggestion is not None
    assert view.evidence is not None
    final, _ = final_of(view.suggestion, Verdict(verb=Verb.ACCEPT, reason_code="correct"))
    matter = matter_of(final, view.evidence, (), NOON.date())
    kept = ApprovalPolicy(allocation=AllocationPolicy(order=(Criterion.MARGIN,)))

    assert needs(matter, kept) == ()


def test_a_risks_score_stands_in_its_parts_with_the_reason_of_its_chance(desk: TestDesk):
    case = desk.add(a_risk_case)

    page = desk.client(PLANNER).get(f"/cases/{case.number}").text

    assert "planned for later" in page
    assert "Odoo states no rate for TRY" in page
    assert "522" in page
    assert "\u20ac50.00 \u00d7 4<" in page
    assert "\u00d7 3 \u00d7 0.87" in page
