from datetime import timedelta

from agent.access.model import Role
from agent.actions.service import ask_activities
from agent.approvals.model import Approval, ApprovalState, Figure, Scenario
from agent.approvals.policy import ApprovalPolicy
from tests.builders import NOON, a_person, a_purchase

ASKED = Approval(
    id="a", case_id="c", scenario=Scenario.EMERGENCY_PROCUREMENT, company="Acme", record=a_purchase().ref,
    figures=(Figure(field="amount", value="250", unit="EUR"),), why="P00012 is urgent", asked_by="pia",
    barred=("paul",), roles=(Role.PROCUREMENT_LEAD,), state=ApprovalState.ASKED, asked_at=NOON,
    due_at=NOON + timedelta(hours=4),
)  # fmt: skip


def asked(*people):
    (one,) = ask_activities(ASKED, people, ApprovalPolicy(), "C-2026-000001", "http://desk", NOON)
    return one.action


def test_a_to_do_for_an_approver_names_its_role_so_that_odoo_finds_somebody_of_it():
    action = asked()

    assert (action.login, action.role, action.barred) == ("", "procurement_lead", ("pia", "paul"))


def test_somebody_who_is_known_here_in_that_role_is_asked_by_name():
    assert asked(a_person(Role.PROCUREMENT_LEAD, login="lea")).login == "lea"
