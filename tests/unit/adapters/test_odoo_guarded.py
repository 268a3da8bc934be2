"""The code of the guarded actions is code that Odoo's safe_eval runs, and every kind of action has its own."""

import ast
import builtins
import types
from collections.abc import Iterator
from typing import get_args

import pytest

from agent.actions.model import APPROVAL_KINDS, AnyAction
from agent.adapters.odoo.guarded import KINDS, external_id, guarded_actions
from agent.adapters.odoo.names import APPLIERS, TARGETS, Ref
from agent.approvals.model import Scenario

CODES = {item.name: item.values["code"] for item in guarded_actions() if "code" in item.values}
GIVEN = frozenset({"env", "json", "datetime", "timezone", "UserError", "records", "log", "time", "float_compare"})


def parts(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            yield from parts(one)


def test_every_kind_of_action_has_a_server_action_that_only_the_applying_user_may_run():
    kinds = {kind for action in get_args(AnyAction) for kind in get_args(action.model_fields["kind"].annotation)}
    by_name = {item.name: item for item in guarded_actions()}
    assert set(KINDS) == kinds
    for kind in kinds:
        assert by_name[external_id(kind)].values["groups_id"] == (Ref(name=APPLIERS),)
        assert by_name[f"gate_{external_id(kind)}"].values["x_action"] == Ref(name=external_id(kind))


@pytest.mark.parametrize("name", CODES)
def test_the_code_uses_nothing_that_odoo_forbids(name: str):
    tree = ast.parse(CODES[name])
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Import | ast.ImportFrom | ast.With | ast.Global | ast.Nonlocal | ast.ClassDef)
    for code in parts(compile(tree, name, "exec")):
        assert not [used for used in (*code.co_names, *code.co_varnames) if "__" in used]
        assert code.co_freevars == (), "safe_eval knows no closures"


@pytest.mark.parametrize("name", CODES)
def test_the_code_knows_every_name_that_it_uses(name: str):
    tree = ast.parse(CODES[name])
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    made = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    made |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    made |= {given for code in parts(compile(tree, name, "exec")) for given in code.co_varnames}
    of_rule = {"record"} if name.startswith("rule_") else set[str]()
    assert {node.id for node in names} - made - set(dir(builtins)) - GIVEN - of_rule == set()


def test_the_models_named_are_among_those_that_gatehouse_knows():
    known = {name for name, _ in TARGETS}
    for models, _ in KINDS.values():
        assert models
        assert set(models) <= known


def test_every_scenario_s_approval_says_its_own_scenario():
    for kind, scenario in APPROVAL_KINDS.items():
        assert f"SCENARIO = {str(scenario)!r}" in CODES[external_id(kind)]
    assert set(APPROVAL_KINDS.values()) == set(Scenario)
