"""The pieces that declarations are made of: a model, rights, a rule with code, a server action, a parameter."""

from collections.abc import Sequence
from typing import Any

from agent.adapters.odoo import server_code
from agent.adapters.odoo.names import Declared, Field, Ref, short

LOGIN = Field(name="x_login", ttype="char", label="Written by", help="Login of the service user, kept as text")


def model(name: str, title: str, fields: Sequence[Field], order: str = "id desc") -> Declared:
    """A model of ours with all its fields, under the external id `model_<short name>`."""
    values = {"name": title, "model": name, "state": "manual", "order": order}
    return Declared(
        name=f"model_{short(name)}", model="ir.model", values=values, identity=("model",), fields=tuple(fields)
    )


def access(of_model: str, who: str, group: Ref, rights: str = "") -> Declared:
    """What a group may do with a model of ours besides reading it: `create`, `write`, `unlink`, or nothing."""
    return Declared(
        name=f"access_{short(of_model)}_{who}",
        model="ir.model.access",
        values={
            "name": f"{of_model} {who}",
            "model_id": Ref(name=f"model_{short(of_model)}"),
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
