"""The native controls on a real Odoo, with Gatehouse not running; only where ODOO_TEST_URL and the like name one."""

import json
from collections.abc import Iterator
from contextlib import suppress

import pytest

from agent.adapters.odoo.names import APPROVAL
from agent.approvals.model import APPROVER_ROLES, Scenario
from agent.errors import ActionRefused, OdooDenied
from tests.builders_controls import Company, Matter
from tests.contract.conftest import KINDS
from tests.matters_controls import MATTERS, a_carrier, a_new_bank_account, a_thin_order, an_urgent_purchase

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
    assert json.loads(at.attempts(scenario, matter.record)[-1].removeprefix("gatehouse-control "))["login"] == "gh_worker"

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
