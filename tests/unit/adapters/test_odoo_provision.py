"""Set-up changes what differs from the declarations, and nothing else."""

import pytest

from agent.adapters.odoo.declarations import declarations
from agent.adapters.odoo.difference import differing, field_changes, for_creation, resolved, unknown_refs
from agent.adapters.odoo.groups import ONE, READS, SERVICE_USERS, THREE
from agent.adapters.odoo.names import LOG_MODELS, Arch, Declared, Field, Ref, Site, short
from agent.adapters.odoo.provision import batches, rules_first


def declared(**values):
    return Declared(name="thing", model="x", values=values, identity=("name",))


def a_site(major=18, users=3):
    return Site(major=major, user=2, companies=(1, 4), users=users, hook_url="http://x/hooks", desk_url="http://x")


def everything(major=18, users=3):
    return declarations(a_site(major, users))


EVERY_SITE = pytest.mark.parametrize(("major", "users"), [(17, 3), (18, 3), (18, 1), (18, 0)])


@EVERY_SITE
def test_every_reference_of_ours_points_backwards(major, users):
    ours = {item.name for item in everything(major, users)}
    known: set[str] = set()
    for item in rules_first(everything(major, users)):
        assert unknown_refs(item, known, optional=True) & ours == set(), item.name
        known.add(item.name)


@EVERY_SITE
def test_every_reference_is_ours_or_says_whose_it_is(major, users):
    ours = {item.name for item in everything(major, users)}
    foreign = {name for item in everything(major, users) for name in unknown_refs(item, ours, optional=True)}
    assert {name for name in foreign if "." not in name and not name.startswith(("model:", "field:"))} == set()


@EVERY_SITE
def test_every_name_is_declared_once_and_every_batch_can_be_made_at_once(major, users):
    items = rules_first(everything(major, users))
    assert sorted(item.name for item in items) == sorted(item.name for item in everything(major, users))
    assert len({item.name for item in items}) == len(items)
    made = list(batches(items))
    assert [item for batch in made for item in batch] == items
    for batch in made:
        assert len({(item.model, item.identity) for item in batch}) == 1
        assert not any(unknown_refs(item, set()) & {other.name for other in batch} for item in batch)


def test_the_list_is_called_a_tree_before_odoo_18():
    kinds = {major: {item.values.get("type") for item in everything(major)} for major in (17, 18)}
    assert "tree" in kinds[17]
    assert "tree" not in kinds[18]


def test_nobody_is_given_the_right_to_change_or_delete_a_row_of_the_log():
    logs = {f"model_{short(name)}" for name in LOG_MODELS}
    rows = [item.values for item in everything() if item.model == "ir.model.access"]
    rights = [row for row in rows if row["model_id"].name in logs]
    assert len(rights) > 10
    assert not any(right["perm_write"] or right["perm_unlink"] for right in rights)


def test_the_reading_user_is_given_no_right_but_to_read():
    rows = [item.values for item in everything() if item.model == "ir.model.access"]
    rights = [row for row in rows if row["group_id"].name == "group_reader"]
    assert {row["model_id"].name for row in rights} >= {f"model:{name}" for name in READS}
    assert not any(row[f"perm_{right}"] for row in rights for right in ("write", "create", "unlink"))


def test_the_log_and_the_action_users_may_read_only_where_their_server_actions_stand():
    rows = [item.values for item in everything() if item.model == "ir.model.access"]
    for group in ("group_log", "group_apply"):
        assert {row["model_id"].name for row in rows if row["group_id"].name == group} == {"model_gate"}


@pytest.mark.parametrize("users", [THREE, ONE])
def test_the_groups_of_the_service_hold_exactly_its_users(users):
    items = {item.name: item for item in everything(users=len(users))}
    for group in ("group_reader", "group_log", "group_apply"):
        members = {ref.name for ref in items[group].values["users"]}
        assert items[group].exact == ("users",)
        assert members == {user.name for user in SERVICE_USERS[len(users)] if group in user.groups}


def test_only_one_of_three_users_is_a_user_of_the_backend():
    items = {item.name: item for item in everything()}
    seats = {name for name in items if name.startswith("user_") and items[name].values["groups_id"]}
    assert seats == {"user_read"}


def test_every_company_is_open_to_the_service_users():
    assert all(item.values["company_ids"] == (1, 4) for item in everything() if item.model == "res.users")


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


def test_whoever_was_added_to_an_exact_list_is_taken_out():
    item = Declared(name="g", model="x", values={"users": (7,)}, identity=("name",), exact=("users",))
    assert differing(item, {"users": (7,)}, {"users": [7, 8]}) == {"users": [(6, 0, [7])]}
    assert differing(item, {"users": (7,)}, {"users": [7]}) == {}


def test_what_an_administrator_set_in_a_parameter_stays():
    item = Declared(name="p", model="x", values={"key": "k", "value": "off"}, identity=("key",), computed=("value",))
    assert differing(item, item.values, {"key": "k", "value": "block"}) == {}


def test_a_link_to_another_record_differs():
    item = declared(action=Ref(name="w", model="ir.actions.act_window"))
    values = resolved(item, {"w": 3})
    assert differing(item, values, {"action": "ir.actions.act_window,3"}) == {}
    assert differing(item, values, {"action": "ir.actions.act_window,4"}) == {"action": "ir.actions.act_window,3"}


def test_an_optional_reference_that_is_not_there_is_left_out():
    item = declared(groups=(Ref(name="base.a"), Ref(name="account.b", optional=True)))
    assert unknown_refs(item, {}) == {"base.a"}
    assert resolved(item, {"base.a": 1}) == {"groups": (1,)}
    assert resolved(item, {"base.a": 1, "account.b": 2}) == {"groups": (1, 2)}


def test_a_view_names_records_by_their_external_ids():
    item = declared(arch_base=Arch(text='<button name="%(window_x)d" width="50%"/>'))
    assert unknown_refs(item, {}) == {"window_x"}
    assert resolved(item, {"window_x": 41})["arch_base"] == '<button name="41" width="50%"/>'


def test_linked_records_are_made_as_commands():
    item = Declared(name="g", model="x", values={}, identity=("name",), exact=("users",))
    made = for_creation(item, {"name": "a", "groups": (1, 2), "users": (3,)})
    assert made == {"name": "a", "groups": [(4, 1), (4, 2)], "users": [(6, 0, [3])]}


def test_a_new_field_is_made_and_a_renamed_label_is_written():
    wanted = [Field(name="x_a", ttype="char", label="A"), Field(name="x_b", ttype="char", label="B", index=True)]
    current = [{"id": 4, "name": "x_a", "field_description": "Old", "help": False, "index": False}]
    lacking, writes = field_changes(wanted, current)
    assert [field.name for field in lacking] == ["x_b"]
    assert writes == {4: {"field_description": "A"}}
