"""The set-up engine on an Odoo of paper: idempotent, finishes what broke off, leaves out what is lacking, undoes."""

import pytest

from agent.adapters.odoo.names import DECISION, MODULE, Declared, Ref
from agent.adapters.odoo.provision import Engine
from agent.adapters.odoo.removal import remove, retire
from tests.builders_setup import PaperOdoo

GROUP = Declared(name="group_a", model="res.groups", values={"name": "A", "users": (7,)}, identity=("name",),
                 exact=("users",))  # fmt: skip
RULE = Declared(
    name="rule_a",
    model="base.automation",
    values={"name": "Rule", "model_id": Ref(name="model:sale.order"), "active": True},
    identity=("name",),
    feature="control of orders",
)
ACTION = Declared(
    name="rule_a_action", model="ir.actions.server", values={"name": "Act", "rule_id": Ref(name="rule_a")},
    identity=("name",), feature="control of orders",
)  # fmt: skip
VIEW = Declared(
    name="view_a", model="ir.ui.view", values={"name": "V"}, identity=("name",), optional=True, feature="a column"
)
PARAMETER = Declared(name="param_a", model="ir.config_parameter", values={"key": "gatehouse.a", "value": "off"},
                     identity=("key",), computed=("value",))  # fmt: skip
EVERYTHING = (GROUP, RULE, ACTION, VIEW, PARAMETER)


@pytest.fixture
def odoo():
    return PaperOdoo("sale.order")


def run(odoo, declared=EVERYTHING, *, dry_run=False):
    engine = Engine(odoo, dry_run=dry_run)
    engine.run(declared)
    return engine


def told(engine):
    return [f"{change.action} {change.name}" for change in engine.changes]


def test_all_is_made_and_a_second_run_changes_nothing(odoo):
    assert told(run(odoo)) == [f"create {item.name}" for item in EVERYTHING]
    assert told(run(odoo)) == []


def test_a_dry_run_says_the_same_and_does_nothing(odoo):
    assert told(run(odoo, dry_run=True)) == [f"create {item.name}" for item in EVERYTHING]
    assert odoo.tables["ir.model.data"] == {}


@pytest.mark.parametrize("broken_at", range(10))
def test_a_run_that_broke_off_anywhere_is_finished_by_the_next_with_nothing_twice(odoo, broken_at):
    odoo.breaks_after = broken_at
    with pytest.raises(ConnectionError):
        run(odoo)
    odoo.breaks_after = None

    run(odoo)

    assert run(odoo).changes == []
    whole = PaperOdoo("sale.order")
    run(whole)
    for model in ("res.groups", "base.automation", "ir.actions.server", "ir.ui.view"):
        assert odoo.names(model) == whole.names(model)
    assert odoo.names("ir.model.data") == whole.names("ir.model.data")


def test_what_this_odoo_lacks_is_left_out_with_all_that_needs_it_and_said():
    engine = run(PaperOdoo())

    assert told(engine) == ["create group_a", "create view_a", "create param_a"]
    assert [(off.name, off.feature, off.reason) for off in engine.off] == [
        ("rule_a", "control of orders", "Odoo has no sale.order"),
        ("rule_a_action", "control of orders", "Odoo has no sale.order"),
    ]


def test_what_is_needed_without_being_referred_to_counts_as_well(odoo):
    margin = RULE.model_copy(update={"needs": ("field:sale.order.margin_percent",)})
    (off,) = run(odoo, (margin,)).off
    assert off.reason == "Odoo has no field margin_percent on sale.order"


def test_a_view_that_does_not_fit_is_said_and_the_rest_goes_on(odoo):
    odoo.refused.add("V")
    engine = run(odoo)
    assert [off.feature for off in engine.off] == ["a column"]
    assert "create param_a" in told(engine)


def test_a_module_that_comes_later_is_taken_up():
    odoo = PaperOdoo()
    run(odoo)
    odoo.tables["ir.model"][950] = {"id": 950, "model": "sale.order"}
    assert told(run(odoo)) == ["create rule_a", "create rule_a_action"]


def test_what_somebody_changed_is_set_back_but_for_parameters(odoo):
    known = run(odoo).known
    odoo.tables["base.automation"][known["rule_a"]]["active"] = False
    odoo.tables["res.groups"][known["group_a"]]["users"] = [7, 8]
    odoo.tables["ir.config_parameter"][known["param_a"]]["value"] = "block"
    assert told(run(odoo)) == ["write group_a", "write rule_a"]
    assert odoo.tables["ir.config_parameter"][known["param_a"]]["value"] == "block"


def test_a_record_with_the_number_of_another_kind_of_record_is_still_adopted(odoo):
    known = run(odoo).known
    odoo.tables["ir.model.data"] = {
        key: row for key, row in odoo.tables["ir.model.data"].items() if row["name"] != "view_a"
    }
    odoo.tables["res.groups"][known["view_a"]] = {"id": known["view_a"], "name": "another"}
    odoo.tables["ir.model.data"][990] = {
        "id": 990, "module": MODULE, "name": "param_a", "model": "ir.config_parameter", "res_id": known["view_a"],
    }  # fmt: skip
    assert "create view_a" not in told(run(odoo))


def test_removal_takes_away_all_that_set_up_made_and_nothing_else(odoo):
    odoo.tables["res.groups"][500] = {"id": 500, "name": "of somebody else"}
    run(odoo)

    found = remove(odoo, with_log=True, dry_run=False)

    assert found.problems == ()
    assert {change.name for change in found.changes} == {item.name for item in EVERYTHING}
    assert odoo.names("res.groups") == ["of somebody else"]
    assert odoo.tables["ir.model.data"] == {}
    assert remove(odoo, with_log=True, dry_run=False).changes == ()


def test_removal_without_the_log_leaves_its_model_and_rules(odoo):
    model = Declared(name="model_decision", model="ir.model", values={"model": DECISION, "name": "Decision"},
                     identity=("model",))  # fmt: skip
    keeper = RULE.model_copy(update={"name": "rule_decision_no_change", "values": {"name": "No change"}})
    run(odoo, (model, keeper, PARAMETER))

    found = remove(odoo, with_log=False, dry_run=False)

    assert [change.name for change in found.changes] == ["param_a"]
    assert "No change" in odoo.names("base.automation")
    assert told(run(odoo, (model, keeper, PARAMETER))) == ["create param_a"]


def test_a_group_of_somebody_else_that_has_our_name_is_adopted_and_left_at_removal(odoo):
    odoo.tables["res.groups"][500] = {"id": 500, "name": "A", "users": [7]}
    assert "create group_a" not in told(run(odoo))

    remove(odoo, with_log=True, dry_run=False)

    assert odoo.names("res.groups") == ["A"]
    assert odoo.tables["ir.model.data"] == {}


def test_what_is_declared_no_more_goes_but_for_models_and_users(odoo):
    user = Declared(name="user_x", model="res.users", values={"name": "U", "login": "u"}, identity=("login",))
    run(odoo, (*EVERYTHING, user))

    found = retire(odoo, [item.name for item in EVERYTHING if item is not VIEW], dry_run=False)

    assert [change.name for change in found.changes] == ["view_a"]
    assert odoo.names("res.users") == ["U"]
