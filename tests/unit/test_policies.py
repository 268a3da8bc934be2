"""The policy document: a file says only what differs, and can only be stricter than the floor."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.approvals.model import Scenario
from agent.errors import ConfigurationError
from agent.policies import Policies, as_yaml, differences, read_policies
from agent.routing.model import NEVER_AUTO, Mode
from agent.suggestions.model import Task


def written(tmp_path, text):
    file = tmp_path / "rules.yaml"
    file.write_text(text)
    return file


def test_without_a_file_the_defaults_hold():
    assert read_policies(None) == Policies()


def test_a_file_needs_only_what_differs(tmp_path):
    found = read_policies(
        written(
            tmp_path,
            "routing: {modes: {pattern_watch: off}}\n"
            "approvals: {hours: {credit_release: 2}, allocation: {may_take_held: false}}\n"
            "matching: {by_tier: {1: {price_percent: 5}}}\n",
        )
    )
    assert found.routing.modes[Task.PATTERN_WATCH] is Mode.OFF
    assert found.routing.modes[Task.CLASSIFY_EXCEPTION] is Mode.ON
    assert (found.approvals.hours[Scenario.CREDIT_RELEASE], found.approvals.hours[Scenario.SHIPMENT_UPGRADE]) == (2, 4)
    assert (found.matching.of(1).price_percent, found.matching.of(2).price_percent) == (Decimal(5), Decimal(2))
    assert found.version != Policies().version
    assert [name for name, _, _ in differences(Policies(), found)][:2] == [
        "approvals.allocation.may_take_held",
        "approvals.hours.credit_release",
    ]


def test_the_printed_document_reads_back_as_itself(tmp_path):
    printed = as_yaml(Policies())
    assert read_policies(written(tmp_path, printed)) == Policies()


@given(st.decimals(0, 100, places=2), st.integers(0, 400))
def test_equal_rules_have_one_version_whatever_their_order(percent, days):
    one = Policies.model_validate({"approvals": {"price_change_percent": percent, "return_days": days}})
    other = Policies.model_validate({"approvals": {"return_days": days, "price_change_percent": percent}})
    assert one.version == other.version


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("routing: [", "no YAML"),
        ("- routing", "no table"),
        ("routing: !!python/object/apply:os.system [ls]", "routing"),
        ("routin: {gold_share: 0.2}", "routin"),
        ("routing: {gold_share: 2}", "routing.gold_share"),
        ("approvals: {four_eyes: 1}", "approvals.four_eyes"),
        ("approvals: {hours: {lunch: 1}}", "approvals.hours.lunch"),
        ("routing: {never_auto: [other]}", "must stay"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_place(tmp_path, text, said):
    with pytest.raises(ConfigurationError, match=said.replace(".", r"\.")):
        read_policies(written(tmp_path, text))


def test_labels_may_be_added_to_those_that_are_never_automatic(tmp_path):
    listed = ", ".join({*NEVER_AUTO, "delay"})
    assert read_policies(written(tmp_path, f"routing: {{never_auto: [{listed}]}}")).routing.never_auto == NEVER_AUTO | {
        "delay"
    }


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"rules\.yaml cannot be read"):
        read_policies(tmp_path / "rules.yaml")
