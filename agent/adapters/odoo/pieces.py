"""The pieces that declarations are made of: models, fields, rights, rules and actions with code, views, menus."""

from collections.abc import Sequence
from typing import Any

from agent.adapters.odoo import server_code
from agent.adapters.odoo.difference import field_values
from agent.adapters.odoo.names import MENU, Arch, Declared, Field, Ref, model_ref, short

LIST_VIEW_SINCE = 18  # before that a list is called a tree
LOGIN = Field(name="x_login", ttype="char", label="Written by", help="Login of the service user, kept as text")


def model(name: str, title: str, fields: Sequence[Field], order: str = "id desc") -> Declared:
    """A model of ours with all its fields, under the external id `model_<short name>`."""
    values = {"name": title, "model": name, "state": "manual", "order": order}
    return Declared(
        name=f"model_{short(name)}", model="ir.model", values=values, identity=("model",), fields=tuple(fields)
    )


def access(of_model: str, who: str, group: Ref, rights: str = "") -> Declared:
    """What a group may do with a model, ours or Odoo's, besides reading it: `create`, `write`, `unlink`, or nothing."""
    ours = of_model.startswith("x_gatehouse_")
    return Declared(
        name=f"access_{short(of_model) if ours else of_model.replace('.', '_')}_{who}",
        model="ir.model.access",
        values={
            "name": f"{of_model} {who}" if ours else f"Gatehouse: {of_model} {who}",
            "model_id": model_ref(of_model),
            "group_id": group,
            "active": True,
            "perm_read": True,
            **{f"perm_{right}": right in rights.split() for right in ("create", "write", "unlink")},
        },
        identity=("name", "model_id"),
    )


def rule(
    name: str, title: str, of_model: Ref, trigger: str, code: str, *, fields: Sequence[Ref] = (), **values: Any
) -> list[Declared]:
    """An automation rule with code, run in the transaction of the change; `fields` limit what triggers it."""
    declared: dict[str, Any] = {"name": title, "model_id": of_model, "trigger": trigger, "active": True, **values}
    declared.setdefault("filter_domain", False)
    if fields:
        declared["trigger_field_ids"] = tuple(fields)
    return [
        Declared(name=name, model="base.automation", values=declared, identity=("name",)),
        Declared(
            name=f"{name}_action",
            model="ir.actions.server",
            values={
                "name": title,
                "state": "code",
                "usage": "base_automation",
                "base_automation_id": Ref(name=name),
                "code": code,
                "model_id": of_model,
            },
            identity=("base_automation_id",),
            computed=("name",),
        ),
    ]


def append_only(name: str) -> list[Declared]:
    """Two automation rules with code that refuses, for everybody: the administrator's rights do not pass them."""
    of_model = Ref(name=f"model_{short(name)}")
    refused = (
        ("change", "on_create_or_write", server_code.NO_CHANGE),
        ("delete", "on_unlink", server_code.NO_DELETE),
    )
    return [
        part
        for what, trigger, code in refused
        for part in rule(f"rule_{short(name)}_no_{what}", f"Gatehouse: no {what} of {name}", of_model, trigger, code)
    ]


def server_action(name: str, title: str, of_model: Ref, code: str, groups: Sequence[Ref]) -> Declared:
    """A server action with code that only these groups may run."""
    values = {"name": title, "model_id": of_model, "state": "code", "code": code, "groups_id": tuple(groups)}
    return Declared(name=name, model="ir.actions.server", values=values, identity=("name",))


def parameter(key: str, value: str) -> Declared:
    """A system parameter with its first value; what an administrator sets afterwards stays."""
    return Declared(
        name=f"param_{key.replace('.', '_')}",
        model="ir.config_parameter",
        values={"key": key, "value": value},
        identity=("key",),
        computed=("value",),
    )


def record_field(of_model: str, field: Field, *, feature: str = "", needs: Sequence[str] = ()) -> Declared:
    """A field of ours on a model of Odoo's, under the external id `field_<model>_<field>`; declare them in a row."""
    values: dict[str, Any] = {"model_id": model_ref(of_model), **field_values(field)}
    made_once = ("ttype", "selection_ids", "copied", "relation", "on_delete", "state")
    return Declared(
        name=f"field_{of_model.replace('.', '_')}_{field.name}",
        model="ir.model.fields",
        values=values,
        identity=("name", "model_id"),
        computed=tuple(name for name in made_once if name in values),
        needs=tuple(needs),
        feature=feature,
    )


def view(of_model: str, kind: str, arch: str, *, major: int, name: str = "", priority: int = 16) -> Declared:
    """A view of one of our models; say `list`, whatever this Odoo calls it."""
    kind = "tree" if kind == "list" and major < LIST_VIEW_SINCE else kind
    external = name or f"view_{short(of_model)}_{'list' if kind == 'tree' else kind}"
    if kind == "tree":
        arch = arch.replace("<list", "<tree").replace("</list", "</tree")
    values = {
        "name": f"{of_model}.{kind}" if not name else f"{of_model}.{name}",
        "model": of_model,
        "type": kind,
        "priority": priority,
        "arch_base": Arch(text=" ".join(arch.split())),
        "active": True,
    }
    return Declared(name=external, model="ir.ui.view", values=values, identity=("name", "model"), computed=("type",))


def view_extension(
    name: str, of_model: str, inherits: str, arch: str, *, feature: str = "", needs: Sequence[str] = ()
) -> Declared:
    """What is added to a view of Odoo's (`sale.view_order_form`); left out, and said, when it does not fit there."""
    values = {
        "name": f"Gatehouse: {name.replace('_', ' ')}",
        "model": of_model,
        "inherit_id": Ref(name=inherits),
        "mode": "extension",
        "priority": 99,
        "arch_base": Arch(text=" ".join(arch.split())),
        "active": True,
    }
    return Declared(
        name=name,
        model="ir.ui.view",
        values=values,
        identity=("name", "model"),
        optional=True,
        needs=tuple(needs),
        feature=feature,
    )


def window(of_model: str, title: str, *, major: int, name: str = "", **values: Any) -> Declared:
    """A window action that lists records of one of our models; its external id is `window_<short name>`."""
    kind = "list" if major >= LIST_VIEW_SINCE else "tree"
    empty = f'<p class="o_view_nocontent_smiling_face">{title} appear here when Gatehouse writes them.</p>'
    declared = {"name": title, "res_model": of_model, "view_mode": f"{kind},form", "help": empty, **values}
    return Declared(
        name=name or f"window_{short(of_model)}",
        model="ir.actions.act_window",
        values=declared,
        identity=("name", "res_model"),
        computed=("help",),
    )


def menu(name: str, title: str, action: Ref, place: int, groups: Sequence[Ref] = ()) -> Declared:
    """An entry of the menu Gatehouse; `action` is a Ref with its model. Places: approvals 10, log 20 and up, desk 1."""
    values: dict[str, Any] = {"name": title, "parent_id": Ref(name=MENU), "action": action, "sequence": place}
    if groups:
        values["groups_id"] = tuple(groups)
    return Declared(name=name, model="ir.ui.menu", values=values, identity=("name", "parent_id"))


def cron(name: str, title: str, of_model: Ref, code: str, *, every: int, unit: str, major: int) -> Declared:
    """A scheduled action with code; how often it runs is kept as an administrator sets it."""
    values: dict[str, Any] = {
        "name": title,
        "model_id": of_model,
        "state": "code",
        "code": code,
        "interval_number": every,
        "interval_type": unit,
        "active": True,
    }
    if major < LIST_VIEW_SINCE:
        values["numbercall"] = -1
    return Declared(
        name=name,
        model="ir.cron",
        values=values,
        identity=("name",),
        computed=("interval_number", "interval_type", "numbercall"),
    )
