"""The demo: what anybody sees first."""

import json
import sys
from collections import Counter

import pytest

from agent.adapters.samples import sample_truth
from agent.cli import main
from agent.kit.clock import utc_now

ROUTES = {"auto", "review"}


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What `gatehouse demo --once --json` prints."""
    import contextlib
    import io

    out, argv = io.StringIO(), sys.argv
    sys.argv = ["gatehouse", "demo", "--once", "--json"]
    try:
        with contextlib.redirect_stdout(out), pytest.raises(SystemExit) as ended:
            main()
    finally:
        sys.argv = argv
    assert not ended.value.code
    return json.loads(out.getvalue())


def test_it_shows_enough_cases_of_enough_kinds(printed):
    kinds = Counter(case["kind"] for case in printed["cases"])
    labels = {case["label"] for case in printed["cases"] if case["kind"] in {"exception", "invoice"}}

    assert sum(kinds.values()) >= 25
    assert kinds["supplier_email"] >= 8
    assert kinds["risk_summary"] >= 1
    assert len(labels) >= 8


def test_each_case_has_a_confidence_state_a_route_and_reasons(printed):
    for case in printed["cases"]:
        assert case["confidence"]["state"] in {"calibrated", "not_calibrated"}
        assert (case["confidence"]["value"] is None) == (case["confidence"]["state"] == "not_calibrated")
        assert case["route"] in ROUTES
        assert case["would_route"] in ROUTES
        assert case["reasons"]


def test_the_log_in_odoo_holds_prompts_outputs_and_final_actions(printed):
    log = printed["odoo_log"]

    assert log["prompts"] == log["outputs"] == len(printed["cases"])
    assert log["final_actions"] >= 1
    assert {case["status"] for case in printed["cases"]} >= {"in_review", "closed"}


def test_nothing_is_left_undone_and_the_log_is_whole(printed):
    assert printed["audit"]["whole"]
    assert printed["audit"]["stored"] == printed["audit"]["sealed"]
    assert not any(count for name, count in printed["owed"].items() if name != "log_delivered")


def test_every_quote_is_verbatim(printed):
    facts = [fact for case in printed["cases"] for fact in case["facts"]]

    assert facts
    assert all(fact["span"][1] - fact["span"][0] == len(fact["quote"]) for fact in facts)


def test_where_the_type_of_an_event_misleads_the_label_is_right_or_a_person_is_asked(printed):
    truth = {key: told for key, told in sample_truth(utc_now().date())["events"].items() if "label" in told}
    cases = {case["correlation_id"]: case for case in printed["cases"]}
    twisted = {key: told for key, told in truth.items() if told["twisted"]}
    right = [key for key, told in twisted.items() if cases[key]["label"] == told["label"]]

    assert len(twisted) * 3 >= len(truth)
    assert all(cases[key]["route"] == "review" for key in twisted.keys() - set(right))
    assert len(right) * 3 > len(twisted), "a reader that only looks at the type gets none of these"
