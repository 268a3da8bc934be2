"""What can be said of the native controls without an Odoo: that their code would be taken, and how it weighs."""

import datetime as dt
import dis
import json
import re
from types import CodeType
from typing import Any

import pytest

from agent.adapters.odoo.controls import controls
from agent.adapters.odoo.controls.engine import CONSENTS, ENGINE
from agent.adapters.odoo.controls.scenarios import SHARED, TERMS, parameters, server_tables
from agent.adapters.odoo.names import Ref
from agent.approvals.model import APPROVER_ROLES, REASONS, Scenario

# what Odoo's safe_eval does not let code do: closures, imports, attributes set, `with`, classes, starred unpacking
FORBIDDEN = {
    "LOAD_DEREF", "STORE_DEREF", "LOAD_CLOSURE", "MAKE_CELL", "COPY_FREE_VARS", "IMPORT_NAME", "IMPORT_FROM",
    "STORE_ATTR", "DELETE_ATTR", "STORE_GLOBAL", "BEFORE_WITH", "DELETE_SUBSCR", "LOAD_BUILD_CLASS", "UNPACK_EX",
    "LIST_TO_TUPLE", "LOAD_ASSERTION_ERROR",
}  # fmt: skip
BUILTINS = {
    "True", "False", "None", "bytes", "str", "bool", "int", "float", "enumerate", "dict", "list", "tuple", "map", "abs",
    "min", "max", "sum", "reduce", "filter", "sorted", "round", "len", "repr", "set", "all", "any", "ord", "chr",
    "divmod", "isinstance", "range", "zip", "Exception",
}  # fmt: skip
GIVEN = BUILTINS | {
    "env", "model", "record", "records", "user", "uid", "datetime", "dateutil", "time", "json", "log", "UserError",
    "Command", "action",
}  # fmt: skip
MAJORS = (17, 18)


def code_of(major: int) -> dict[str, str]:
    return {item.name: item.values["code"] for item in controls(major) if item.values.get("code")}


def parts(code: CodeType) -> list[CodeType]:
    inner = [part for const in code.co_consts if isinstance(const, CodeType) for part in parts(const)]
    return [code, *inner]


CODES = {code: name for major in MAJORS for name, code in code_of(major).items()}


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for code, name in CODES.items()])
def test_odoo_would_take_the_code_and_knows_its_names(code: str):
    found = parts(compile(code, "", "exec"))
    steps = [(step.opname, step.argval) for part in found for step in dis.get_instructions(part)]
    used = {name for kind, name in steps if kind in ("LOAD_NAME", "LOAD_GLOBAL")}

    assert not {kind for kind, _ in steps} & FORBIDDEN
    assert not [name for part in found for name in part.co_names if "__" in name]
    assert used <= GIVEN | {name for kind, name in steps if kind == "STORE_NAME"}


@pytest.mark.parametrize("major", MAJORS)
def test_every_scenario_has_a_rule_and_is_installed_off(major: int):
    names = {item.name for item in controls(major) if item.model == "base.automation"}

    for scenario in Scenario:
        assert any(name.startswith(f"control_{scenario}_") for name in names)
        assert parameters()[f"gatehouse.{scenario}.mode"] == "off"


def test_the_code_reads_only_parameters_that_exist():
    read = set(re.findall(r'(?:threshold|parameter)\("(\w+)", "(\w+)"\)', ENGINE))
    shared = set(re.findall(r'(?:threshold|parameter)\(scenario, "(\w+)"\)', ENGINE)) - {"mode"}

    assert read
    assert all(name in {**SHARED, **TERMS[Scenario(scenario)].thresholds} for scenario, name in read)
    assert shared <= {*SHARED, *TERMS[Scenario.RETURN_AUTHORIZATION].thresholds}


def test_every_threshold_is_read():
    for terms in TERMS.values():
        for name in terms.thresholds:
            assert f'"{name}"' in ENGINE


def test_every_figure_is_computed_somewhere():
    hooks = "".join(code_of(18).values())

    for terms in TERMS.values():
        for name in terms.figures:
            assert f'"{name}":' in ENGINE or f'"{name}"] =' in ENGINE or f'"{name}": change' in hooks


def test_names_are_unique_and_references_of_ours_point_backwards():
    seen: set[str] = set()
    elsewhere = ("group_", "menu_root")

    for item in controls(18):
        assert item.name not in seen
        for value in item.values.values():
            for ref in value if isinstance(value, tuple) else (value,):
                if isinstance(ref, Ref) and "." not in ref.name and ":" not in ref.name:
                    assert ref.name in seen or ref.name.startswith(elsewhere), (item.name, ref.name)
        seen.add(item.name)


def test_the_form_offers_the_reasons_of_each_scenario():
    model = next(item for item in controls(18) if item.name == "model_approval")
    offered = {field.name: [code for code, _ in field.selection] for field in model.fields}

    for scenario, codes in REASONS.items():
        assert offered[f"x_why_{scenario}"] == [*codes, "other"]


def weighing() -> dict[str, Any]:
    """The pure functions of the server code, run here."""
    names: dict[str, Any] = {"env": None, "datetime": dt, "json": json}
    exec(f"{server_tables()}\n{CONSENTS}", names)
    return names


@pytest.mark.parametrize(
    ("scenario", "now", "then", "holds"),
    [
        (Scenario.DISCOUNT_EXCEPTION, {"margin_percent": "5.00"}, {"margin_percent": "5.00"}, True),
        (Scenario.DISCOUNT_EXCEPTION, {"margin_percent": "9.00"}, {"margin_percent": "5.00"}, True),
        (Scenario.DISCOUNT_EXCEPTION, {"margin_percent": "4.99"}, {"margin_percent": "5.00"}, False),
        (Scenario.DISCOUNT_EXCEPTION, {"margin_percent": "-10.00"}, {"margin_percent": "-9.00"}, False),
        (Scenario.DISCOUNT_EXCEPTION, {"amount": "100.00"}, {"amount": "20.00"}, False),
        (Scenario.DISCOUNT_EXCEPTION, {"amount": "100.00"}, {}, False),
        (Scenario.EMERGENCY_PROCUREMENT, {"supplier": "A [1]"}, {"supplier": "B [2]"}, False),
        (Scenario.CREDIT_RELEASE, {"held": "yes"}, {"held": "no"}, False),
        (Scenario.CREDIT_RELEASE, {"held": "no"}, {"held": "yes"}, True),
        (Scenario.CREDIT_RELEASE, {"limit": "50.00"}, {"limit": "80.00"}, False),
        (Scenario.RETURN_AUTHORIZATION, {"delivered": "2026-01-01"}, {"delivered": "2026-02-01"}, False),
        (Scenario.RETURN_AUTHORIZATION, {"delivered": "2026-03-01"}, {"delivered": "2026-02-01"}, True),
        (Scenario.RETURN_AUTHORIZATION, {"delivered": "unknown"}, {"delivered": "2026-02-01"}, False),
        (Scenario.SENSITIVE_CHANGE, {"change": "a"}, {"change": "a "}, False),
    ],
)
def test_a_consent_holds_for_figures_that_are_no_worse(scenario: Scenario, now: Any, then: Any, holds: bool):
    assert (weighing()["worse"](scenario, now, then) == []) is holds


def test_each_needed_role_wants_another_person():
    cover = weighing()["cover"]
    needed = list(map(str, APPROVER_ROLES[Scenario.DISCOUNT_EXCEPTION]))

    assert cover(needed, {"ann": ["sales_manager"], "bob": ["finance"]})
    assert cover(needed, {"ann": ["sales_manager", "finance"], "bob": ["sales_manager"]})
    assert not cover(needed, {"ann": ["sales_manager", "finance"]})
    assert not cover(needed, {"ann": ["sales_manager"], "bob": ["sales_manager"]})
