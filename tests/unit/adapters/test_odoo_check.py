"""What the check says of an Odoo, over facts as they are gathered."""

from datetime import timedelta

import pytest

from agent.adapters.odoo.check import (
    ControlFacts,
    Facts,
    Finding,
    HookFacts,
    SetUpFacts,
    State,
    UserFacts,
    green,
    judge,
)
from agent.adapters.odoo.names import Service

NEEDED = frozenset({"sale.order", "stock.move"})
EVERY = (Service.READ, Service.LOG, Service.APPLY)


def a_user(service: Service, **given) -> UserFacts:
    reads = NEEDED if service is Service.READ else frozenset()
    values = {"login": f"gatehouse_{service}", "serves": (service,), "groups": frozenset({service}), "reads": reads}
    return UserFacts(**values | given)


def facts(**given) -> Facts:
    values = {
        "version": "18.0", "major": 18, "database": "acme", "users": tuple(a_user(service) for service in EVERY),
        "needed": NEEDED, "set_up": SetUpFacts(count=7), "hooks": HookFacts(set_to=("https://desk/hooks/odoo/x",)),
        "clock": timedelta(seconds=1),
    }  # fmt: skip
    return Facts(**values | given)


def problems(**given) -> list[Finding]:
    found = [finding for finding in judge(facts(**given)) if finding.state is State.PROBLEM]
    assert all(finding.remedy for finding in found)
    return found


def test_an_odoo_as_it_should_be_is_green():
    assert {finding.state for finding in judge(facts())} == {State.GOOD}
    assert green(judge(facts()))


@pytest.mark.parametrize(
    ("user", "said"),
    [
        (a_user(Service.READ, reads=frozenset({"sale.order"})), "Less than needed: it may not read stock.move."),
        (a_user(Service.LOG, groups=frozenset()), "Less than needed: it is not in the service group for log."),
        (a_user(Service.READ, changes=frozenset({"sale.order"})), "it may change sale.order directly"),
        (a_user(Service.LOG, reads=NEEDED), "it may read sale.order, stock.move"),
        (a_user(Service.LOG, groups=frozenset(EVERY)), "it is in the service group for apply and read"),
        (a_user(Service.APPLY, administers=True), "More than needed: administration of Odoo."),
        (a_user(Service.APPLY, failed="The login or password is wrong.", remedy="Check it."), "password is wrong"),
    ],
)
def test_less_and_more_than_a_user_needs_are_problems(user, said):
    (found,) = problems(users=(user,))

    assert said in found.what
    assert found.part == f"user {user.login}"


def test_one_user_for_all_is_no_problem_but_what_it_costs_is_said():
    one = a_user(Service.READ, serves=EVERY, groups=frozenset(EVERY))

    found = judge(facts(users=(one,)))

    assert green(found)
    (said,) = [finding for finding in found if finding.part == "separation"]
    assert said.state is State.NOTE
    assert "whoever holds its key" in said.what


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"missing": ("rule_decision_no_change",)}, "Missing: rule_decision_no_change."),
        ({"inactive": ("rule_decision_no_delete",)}, "Switched off: rule_decision_no_delete."),
        ({"different": tuple(f"n{n}" for n in range(10))}, "Changed: n0, n1, n2, n3, n4, n5, n6, n7 and 2 more."),
        ({"failed": "Nothing of Gatehouse stands in this database."}, "Nothing of Gatehouse stands"),
    ],
)
def test_what_set_up_made_and_is_not_as_it_was_is_a_problem(given, said):
    (found,) = problems(set_up=SetUpFacts(count=7, **given))

    assert said in found.what


@pytest.mark.parametrize(
    ("hooks", "said"),
    [
        (HookFacts(set_to=("https://elsewhere",), expected=False), "another address"),
        (HookFacts(set_to=("https://desk",), answers="status 502"), "does not answer: status 502"),
    ],
)
def test_webhooks_that_lead_nowhere_are_a_problem(hooks, said):
    (found,) = problems(hooks=hooks)

    assert said in found.what


def test_without_webhooks_odoo_is_asked_so_that_is_only_a_note():
    assert green(judge(facts(hooks=HookFacts())))
    assert not [finding for finding in judge(facts(hooks=HookFacts(wanted=False))) if finding.part == "webhooks"]


@pytest.mark.parametrize(("seconds", "state"), [(3, State.GOOD), (-30, State.NOTE), (600, State.PROBLEM)])
def test_clocks_may_differ_a_little(seconds, state):
    (found,) = [finding for finding in judge(facts(clock=timedelta(seconds=seconds))) if finding.part == "clock"]

    assert found.state is state


def test_controls_are_told_with_their_modes_and_a_mode_that_is_none_is_a_problem():
    controls = (
        ControlFacts(scenario="credit_release", mode="off"),
        ControlFacts(scenario="discount_exception", mode="off"),
        ControlFacts(scenario="discount_exception", mode="block", company="Acme"),
    )
    said = [finding.what for finding in judge(facts(controls=controls)) if finding.part == "controls"]
    assert said == ["Discount exception: off, block in Acme.", "Off in every company: credit release."]

    (found,) = problems(controls=(ControlFacts(scenario="credit_release", mode="blok"),))
    assert "'blok'" in found.what


@pytest.mark.parametrize(
    ("major", "state"), [(16, State.PROBLEM), (17, State.GOOD), (18, State.GOOD), (19, State.NOTE)]
)
def test_versions(major, state):
    assert judge(facts(major=major))[0].state is state
