"""Set-up changes what differs from the declarations, and nothing else."""

import pytest

from agent.adapters.odoo.declarations import declarations
from agent.adapters.odoo.difference import differing, field_changes, for_creation, resolved, unknown_refs
from agent.adapters.odoo.names import Declared, Field, Ref
from agent.adapters.odoo.provision import _batches


def declared(**values):
    return Declared(name="thing", model="x", values=values, identity=("name",))


@pytest.mark.parametrize("major", [17, 18])
def test_every_reference_points_backwards(major):
    known: set[str] = {"base.group_system"}
    for item in declarations(major, user=2):
        assert unknown_refs(item, known) == set()
        known.add(item.name)


@pytest.mark.parametrize("major", [17, 18])
def test_every_name_is_declared_once_and_every_batch_can_be_made_at_once(major):
    everything = declarations(major, user=2)
    assert len({item.name for item in everything}) == len(everything)
    batches = list(_batches(everything))
    assert [item for batch in batches for item in batch] == list(everything)
    for batch in batches:
        assert len({(item.model, item.identity) for item in batch}) == 1
        assert not any(unknown_refs(item, set()) & {other.name for other in batch} for item in batch)


def test_the_list_is_called_a_tree_before_odoo_18():
    kinds = {major: {item.values.get("type") for item in declarations(major, user=2)} for major in (17, 18)}
    assert "tree" in kinds[17]
    assert "tree" not in kinds[18]


def test_nobody_is_given_the_right_to_change_or_delete_a_row_of_the_log():
    access = [item for item in declarations(18, user=2) if item.model == "ir.model.access"]
    rights = [item.values for item in access if "gate" not in item.name]
    assert {right["model_id"].name for right in rights} == {"model_decision", "model_content", "model_receipt"}
    assert not any(right["perm_write"] or right["perm_unlink"] for right in rights)


def test_nothing_differs_from_what_odoo_sends_back():
    item = declared(name="Rule", model_id=Ref(name="m"), active=True, help="", count=0, groups=(Ref(name="g"), 7))
    values = resolved(item, {"m": 5, "g": 9})
    sent = {
        "name": " Rule\n",
        "model_id": [5, "Decision"],
        "active": True,
        "help": False,
        "count": 0,
        "groups": [7, 9, 11],
    }
    assert differing(item, values, sent) == {}


def test_what_somebody_switched_off_or_took_away_is_restored():
    item = declared(name="Rule", active=True, groups=(7, 9))
    sent = {"name": "Rule", "active": False, "groups": [9]}
    assert differing(item, resolved(item, {}), sent) == {"active": True, "groups": [(4, 7)]}


def test_a_link_to_another_record_differs():
    item = declared(action=Ref(name="w", model="ir.actions.act_window"))
    values = resolved(item, {"w": 3})
    assert differing(item, values, {"action": "ir.actions.act_window,3"}) == {}
    assert differing(item, values, {"action": "ir.actions.act_window,4"}) == {"action": "ir.actions.act_window,3"}


def test_linked_records_are_made_as_commands():
    assert for_creation({"name": "a", "groups": (1, 2)}) == {"name": "a", "groups": [(4, 1), (4, 2)]}


def test_a_new_field_is_made_and_a_renamed_label_is_written():
    wanted = [Field(name="x_a", ttype="char", label="A"), Field(name="x_b", ttype="char", label="B", index=True)]
    current = [{"id": 4, "name": "x_a", "field_description": "Old", "help": False, "index": False}]
    lacking, writes = field_changes(wanted, current)
    assert [field.name for field in lacking] == ["x_b"]
    assert writes == {4: {"field_description": "A"}}
