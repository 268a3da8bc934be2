"""Set-up on a real Odoo: the second changes nothing, each user may do its part alone, the log holds, removal undoes.

# Size: one set-up serves all of them, and their order tells its life.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from agent.actions.log import RiskIndicator, RiskLevel
from agent.adapters.odoo.compose import Given, Login, gateway
from agent.adapters.odoo.connection import Connection
from agent.adapters.odoo.gateway import OdooGateway
from agent.adapters.odoo.installer import Installer
from agent.adapters.odoo.names import CONTENT, DECISION, MODULE, Service
from agent.errors import ActionRefused, OdooDenied
from agent.evidence.records import Model, RecordRef
from agent.kit.clock import utc_now
from agent.kit.ids import new_id
from tests.builders_company import a_content, a_decision, a_note
from tests.builders_controls import put_in_place
from tests.contract.conftest import KINDS, REAL

Row = dict[str, Any]
pytestmark = pytest.mark.skipif("odoo" not in KINDS, reason=f"needs a real Odoo: {', '.join(REAL)}")


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    url, database, user, password = (os.environ[name] for name in REAL)
    return Given(
        url=url,
        database=database,
        timeout=30,
        keys=tmp_path_factory.mktemp("keys"),
        main=Login(user=user, password=SecretStr(password)),
    )


@pytest.fixture(scope="module")
def installer(given: Given) -> Iterator[Installer]:
    """An Odoo set up with three users of its own; afterwards it is served as the other suites expect."""
    found = Installer(given, Login(), given.keys, desk_url="http://127.0.0.1:8070")
    found.set_up(users=3, renew=True)
    yield found
    put_in_place(Connection(given.url, given.database, given.main.user, given.main.password.get_secret_value(), 60))


@pytest.fixture
def odoo(given: Given, installer: Installer) -> OdooGateway:
    return gateway(given, utc_now)


@pytest.fixture(scope="module")
def admin(given: Given) -> Connection:
    return Connection(given.url, given.database, given.main.user, given.main.password.get_secret_value(), 60)


@pytest.fixture
def order(admin: Connection, installer: Installer) -> RecordRef:
    (row,) = admin.call("sale.order", "search_read", kwargs={"domain": [], "fields": ["name"], "limit": 1})
    return RecordRef(model=Model.SALE_ORDER, id=row["id"], name=row["name"])


@pytest.fixture
def as_superuser(admin: Connection) -> Iterator[Callable[[str], Any]]:
    """Runs code with all of Odoo's rights, as only an administrator of the settings can."""
    made: list[int] = []

    def run(code: str) -> Any:
        (model,) = admin.call("ir.model", "search", kwargs={"domain": [("model", "=", "res.users")]})
        values = {"name": "A test", "model_id": model, "state": "code", "code": code}
        made.extend(admin.call("ir.actions.server", "create", kwargs={"vals_list": [values]}))
        return admin.call("ir.actions.server", "run", made[-1:])

    yield run
    if made:
        admin.call("ir.actions.server", "unlink", made)


def row_of(admin: Connection, record: RecordRef, *fields: str) -> Row:
    return admin.call(str(record.model), "read", [record.id], {"fields": list(fields)})[0]


def text_of(as_superuser: Callable[[str], Any], key: str) -> Row:
    fields = ["x_text", "x_digest", "x_erased_reason", "x_erased_by", "x_erased_at"]
    return as_superuser(
        f"row = env['{CONTENT}'].sudo().search([('x_key', '=', {key!r})]).read({fields})[0]\n"
        "action = {name: str(value) for name, value in row.items()}"
    )


def a_risk(order: RecordRef, level=RiskLevel.HIGH, score=80):
    return RiskIndicator(record=order, level=level, score=score, reason="Supply is late <b>", link="http://x/c/1")


def test_a_second_set_up_changes_nothing_and_keeps_the_keys(installer: Installer):
    before = installer.vault.path.read_text()

    found = installer.set_up()

    assert (found.changes, found.problems) == ((), ())
    assert installer.vault.path.read_text() == before


def test_the_keys_are_readable_by_their_owner_alone(installer: Installer):
    assert installer.vault.path.stat().st_mode & 0o077 == 0


def test_a_dry_run_after_a_set_up_finds_nothing_either(installer: Installer):
    assert installer.set_up(dry_run=True).changes == ()


def test_what_was_switched_off_or_lost_its_external_id_is_mended(installer: Installer, admin: Connection):
    lost = ["menu_decision", "group_planner", "rule_content_no_change"]
    ours = [("module", "=", MODULE), ("name", "in", lost)]
    rows = admin.call("ir.model.data", "search_read", kwargs={"domain": ours, "fields": ["name", "res_id"]})
    ids = {row["name"]: row["res_id"] for row in rows}
    admin.call("ir.model.data", "unlink", [row["id"] for row in rows])
    admin.call("base.automation", "write", [ids["rule_content_no_change"]], {"vals": {"active": False}})

    changes = installer.set_up().changes

    assert [(change.action, change.name) for change in changes] == [("write", "rule_content_no_change")]
    assert installer.set_up().changes == ()


def test_keys_that_are_lost_are_said_and_can_be_renewed(installer: Installer, given: Given):
    installer.vault.put(given.url, given.database, None)

    lost = installer.set_up(users=3)

    assert "--renew-users" in lost.problems[0]
    assert installer.set_up(users=3, renew=True).problems == ()
    assert gateway(given, utc_now).info().user == "gatehouse_read"


def test_one_user_does_all_and_the_three_are_put_away(installer: Installer, given: Given):
    three = {one.login: one.secret for one in installer.vault.get(given.url, given.database).by_name.values()}

    assert installer.set_up(users=1).problems == ()

    odoo = gateway(given, utc_now)
    assert odoo.info().user == "gatehouse"
    assert odoo.append([a_content(new_id())]) == 1
    key = three["gatehouse_read"].get_secret_value()
    with pytest.raises(OdooDenied):
        Connection(given.url, given.database, "gatehouse_read", key).user_id()
    assert installer.set_up(users=3, renew=True).problems == ()


def test_the_reading_user_reads_what_the_tasks_need(odoo: OdooGateway):
    assert odoo.info().missing == ()


@pytest.mark.parametrize(
    ("model", "method", "values"),
    [
        ("sale.order", "write", {"vals": {"note": "x"}}),
        ("res.partner", "write", {"vals": {"comment": "x"}}),
        ("product.template", "write", {"vals": {"description": "x"}}),
        ("sale.order", "message_post", {"body": "x", "email_from": "a@example.com"}),
    ],
)
def test_the_reading_user_changes_nothing(odoo: OdooGateway, admin: Connection, model, method, values):
    (number,) = admin.call(model, "search", kwargs={"domain": [], "limit": 1})
    with pytest.raises(OdooDenied):
        odoo.connection.call(model, method, [number], values)


def test_the_reading_user_sees_none_of_odoos_other_parameters_actions_and_texts(odoo: OdooGateway, installer):
    keys = odoo.connection.call("ir.config_parameter", "search_read", kwargs={"domain": [], "fields": ["key"]})
    names = odoo.connection.call("ir.actions.server", "search_read", kwargs={"domain": [], "fields": ["name"]})
    assert all(row["key"].startswith("gatehouse.") for row in keys)
    assert names
    assert all(row["name"].startswith("Gatehouse") for row in names)
    with pytest.raises(OdooDenied):
        odoo.connection.call(CONTENT, "search_read", kwargs={"domain": []})


@pytest.mark.parametrize("who", ["user_log", "user_apply"])
@pytest.mark.parametrize("model", ["sale.order", "account.move", "res.partner", "res.users", DECISION, CONTENT])
def test_neither_the_log_nor_the_action_user_reads_anything(given: Given, installer: Installer, who, model):
    one = installer.vault.get(given.url, given.database).by_name[who]
    connection = Connection(given.url, given.database, one.login, one.secret.get_secret_value())
    with pytest.raises(OdooDenied):
        connection.call(model, "search_read", kwargs={"domain": [], "fields": ["id"], "limit": 1})
    with pytest.raises(OdooDenied):
        connection.call(model, "create", kwargs={"vals_list": [{}]})


def test_the_log_user_appends_and_cannot_act_and_the_other_way_round(given: Given, odoo: OdooGateway, order):
    held = gateway(given, utc_now)
    assert odoo.append([a_decision(new_id(), order)]) == 1

    users = odoo.users()
    swapped = OdooGateway(held.connection, log=users[Service.APPLY], apply=users[Service.LOG])

    with pytest.raises(OdooDenied):
        swapped.append([a_decision(new_id(), order)])
    with pytest.raises(OdooDenied):
        swapped.apply(a_note(order), key=new_id())


def test_nobody_changes_or_deletes_a_row_of_the_log(odoo: OdooGateway, admin: Connection, as_superuser):
    odoo.append([a_decision(new_id()), a_content(new_id())])

    for model in (DECISION, CONTENT):
        (number,) = as_superuser(f"action = {{'ids': env['{model}'].sudo().search([], limit=1).ids}}")["ids"]
        for method, values in (("write", {"vals": {"x_name": "another"}}), ("unlink", {})):
            with pytest.raises((OdooDenied, ActionRefused)):
                admin.call(model, method, [number], values)
        for doing in ("write({'x_name': 'another'})", "unlink()"):
            with pytest.raises(ActionRefused, match="append-only"):
                as_superuser(f"env['{model}'].sudo().search([], limit=1).{doing}")


def test_a_text_is_erased_once_and_leaves_its_digest(odoo: OdooGateway, as_superuser):
    erased, other = a_content(new_id()), a_content(new_id())
    odoo.append([erased, other])
    before = text_of(as_superuser, other.key)

    assert odoo.erase([erased.key, "no such key"], reason="asked by the  person; it's 100%") == 1
    assert odoo.erase([erased.key], reason="again") == 0

    row = text_of(as_superuser, erased.key)
    assert erased.text not in row["x_text"]
    assert erased.digest in row["x_text"]
    assert row["x_digest"] == erased.digest
    assert (row["x_erased_reason"], row["x_erased_by"]) == ("asked by the person; it's 100%", "gatehouse_log")
    assert datetime.fromisoformat(row["x_erased_at"]).replace(tzinfo=UTC) <= utc_now()
    assert text_of(as_superuser, other.key) == before


def test_a_risk_is_set_where_it_differs_and_the_order_does_not_count_as_changed(odoo, admin, order):
    odoo.indicate([a_risk(order, RiskLevel.NONE, 0)])
    watched = ("write_date", "write_uid", "message_ids")
    before = row_of(admin, order, *watched)

    assert odoo.indicate([a_risk(order)]) == 1
    assert odoo.indicate([a_risk(order)]) == 0
    assert odoo.indicate([RiskIndicator(record=RecordRef(model=Model.SALE_ORDER, id=2**30, name="?"),
                                        level=RiskLevel.LOW, score=1)]) == 0  # fmt: skip

    assert row_of(admin, order, *watched) == before
    found = row_of(admin, order, "x_gatehouse_risk_level", "x_gatehouse_risk_score", "x_gatehouse_risk_reason")
    assert (found["x_gatehouse_risk_level"], found["x_gatehouse_risk_score"]) == ("high", 80)
    assert found["x_gatehouse_risk_reason"] == "Supply is late <b>"


def test_a_risk_without_words_differs_no_second_time(odoo: OdooGateway, order):
    bare = RiskIndicator(record=order, level=RiskLevel.LOW, score=10)
    odoo.indicate([a_risk(order)])

    assert odoo.indicate([a_risk(order), bare]) == 1
    assert odoo.indicate([bare]) == 0


def test_a_thousand_rows_go_in_two_calls(odoo: OdooGateway):
    odoo.append([a_content(new_id())])
    log = odoo.users()[Service.LOG]
    before = log.calls

    assert odoo.append([a_content(new_id()) for _ in range(1000)]) == 1000
    assert log.calls - before == 2


def test_the_figures_of_before_are_taken_once(installer: Installer):
    first = installer.baseline()

    assert installer.baseline() == first
    assert first.until > first.since


def test_removal_keeps_the_log_and_its_rules_and_set_up_comes_back(installer: Installer, odoo, admin, as_superuser):
    odoo.append([a_decision(new_id())])
    (before,) = _ids(as_superuser, DECISION)[-1:]
    planned = installer.remove(with_log=False, dry_run=True)

    removed = installer.remove(with_log=False, dry_run=False)

    assert removed.problems == ()
    assert removed.changes == planned.changes
    assert installer.remove(with_log=False, dry_run=False).changes == ()
    assert before in _ids(as_superuser, DECISION)
    with pytest.raises(ActionRefused, match="append-only"):
        as_superuser(f"env['{DECISION}'].sudo().search([], limit=1).unlink()")
    assert not admin.call("res.groups", "search", kwargs={"domain": [("category_id.name", "=", "Gatehouse")]})
    shown = [("model", "=", "sale.order"), ("name", "like", "x_gatehouse")]
    assert not admin.call("ir.model.fields", "search", kwargs={"domain": shown})
    assert installer.set_up(users=3).problems == ()
    assert installer.set_up().changes == ()


def test_removal_with_the_log_leaves_nothing(installer: Installer, admin: Connection):
    assert installer.remove(with_log=True, dry_run=False).problems == ()

    ours = [("module", "=", MODULE)]
    assert admin.call("ir.model.data", "search_count", kwargs={"domain": ours}) == 0
    assert admin.call("ir.model", "search_count", kwargs={"domain": [("model", "like", "x_gatehouse")]}) == 0
    assert admin.call("ir.ui.view", "search_count", kwargs={"domain": [("name", "ilike", "gatehouse")]}) == 0
    everybody = {"domain": [("login", "like", "gatehouse")]}
    assert admin.call("res.users", "search_count", kwargs=everybody, context={"active_test": False}) == 0
    assert installer.set_up(users=3).problems == ()


def _ids(as_superuser, model: str) -> list[int]:
    return as_superuser(f"action = {{'ids': env['{model}'].sudo().search([]).ids}}")["ids"]
