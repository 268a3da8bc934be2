"""What set-up puts into Odoo, as data: models with their fields, rights, rules, server actions, and what people see."""

from typing import Any

from agent.adapters.odoo import screens, server_code
from agent.adapters.odoo.names import (
    APPEND,
    APPLY,
    CONTENT,
    DECISION,
    GATE,
    GATES,
    LOG_GATE,
    RECEIPT,
    TARGETS,
    Declared,
    Field,
    Ref,
    short,
)

SERVICE = Ref(name="group_service")
SETTINGS = Ref(name="base.group_system")

_LOGIN = Field(name="x_login", ttype="char", label="Written by", help="Login of the service user, kept as text")
_RECORD = (
    Field(name="x_record", ttype="reference", label="Record", selection=TARGETS),
    Field(name="x_record_name", ttype="char", label="Record name"),
)

FIELDS: dict[str, tuple[Field, ...]] = {
    DECISION: (
        Field(name="x_name", ttype="char", label="Case", index=True),
        Field(name="x_key", ttype="char", label="Key", index=True, help="The decision's id; stored once"),
        Field(name="x_correlation_id", ttype="char", label="Correlation id", index=True),
        *_RECORD,
        Field(name="x_task", ttype="char", label="Task"),
        Field(name="x_label", ttype="char", label="Suggested label"),
        Field(name="x_final_label", ttype="char", label="Final label"),
        Field(
            name="x_final_action", ttype="char", label="Final action", help="accept, edit, reject, escalate, automatic"
        ),
        Field(name="x_reason_code", ttype="char", label="Reason"),
        Field(name="x_reviewer", ttype="char", label="Decided by", help="Login; gatehouse when automatic"),
        Field(name="x_prompt_version", ttype="char", label="Prompt version"),
        Field(name="x_model_id", ttype="char", label="Model"),
        Field(name="x_confidence_state", ttype="char", label="Confidence"),
        Field(name="x_confidence_value", ttype="char", label="Confidence value", help="Empty while not calibrated"),
        Field(name="x_route", ttype="char", label="Route"),
        Field(name="x_route_reasons", ttype="text", label="Reasons for the route"),
        Field(name="x_policy_version", ttype="char", label="Policy version"),
        Field(name="x_decided_at", ttype="datetime", label="Decided at", index=True),
        Field(name="x_prompt_digest", ttype="char", label="Digest of the prompt"),
        Field(name="x_output_digest", ttype="char", label="Digest of the output"),
        Field(name="x_final_digest", ttype="char", label="Digest of the final action"),
        _LOGIN,
    ),
    CONTENT: (
        Field(name="x_name", ttype="char", label="Title"),
        Field(name="x_key", ttype="char", label="Key", index=True, help="Suggestion and kind; stored once"),
        Field(name="x_case_number", ttype="char", label="Case", index=True),
        Field(name="x_content", ttype="char", label="Kind", help="prompt or output"),
        Field(name="x_text", ttype="text", label="Text"),
        Field(name="x_digest", ttype="char", label="SHA-256 of the text"),
        Field(name="x_written_at", ttype="datetime", label="Written at", index=True),
        _LOGIN,
    ),
    RECEIPT: (
        Field(name="x_name", ttype="char", label="Action"),
        Field(name="x_key", ttype="char", label="Key", index=True, help="The action's key; carried out once"),
        *_RECORD,
        Field(name="x_result_id", ttype="integer", label="Made record", help="Id of the message or activity"),
        _LOGIN,
    ),
    GATE: (
        Field(name="x_name", ttype="char", label="Name", index=True),
        Field(name="x_turn", ttype="integer", label="Turn", help="Raised by every pass: racers meet here"),
        Field(name="x_action", ttype="integer", label="Server action", help="Which action a name stands for"),
    ),
}
TITLES = {
    DECISION: "Gatehouse decision",
    CONTENT: "Gatehouse prompt or output",
    RECEIPT: "Gatehouse receipt",
    GATE: "Gatehouse gate",
}
APPEND_ONLY = (DECISION, CONTENT, RECEIPT)


def declarations(major: int, user: int) -> tuple[Declared, ...]:
    """All that has to be there, in an order in which every reference points backwards.

    `major` is Odoo's version (list views are `tree` in 17); `user` is our service user's id.
    """
    return (
        Declared(
            name="group_service",
            model="res.groups",
            values={
                "name": "Gatehouse service",
                "comment": "May append to the Gatehouse log and carry out its guarded actions.",
                "users": (user,),
            },
            identity=("name",),
        ),
        *(_model(name) for name in FIELDS),
        *_access(),
        *(_gate(name) for name in (LOG_GATE, *GATES)),
        *(item for name in APPEND_ONLY for item in _refusals(name)),
        _action(APPEND, "Gatehouse: append to the log", DECISION, server_code.APPEND_ROWS),
        _action(APPLY, "Gatehouse: carry out an action once", RECEIPT, server_code.APPLY_ONCE),
        *(_gate(name, x_action=Ref(name=name)) for name in (APPEND, APPLY)),
        *screens.screens(major, (SERVICE, SETTINGS)),
    )


def _model(name: str) -> Declared:
    order = "id" if name == GATE else "id desc"
    values = {"name": TITLES[name], "model": name, "state": "manual", "order": order}
    return Declared(
        name=f"model_{short(name)}", model="ir.model", values=values, identity=("model",), fields=FIELDS[name]
    )


def _access() -> list[Declared]:
    """Read and create for the service; read for administrators, but not of texts, which may be personal.

    Set-up itself makes and mends the gate rows; the service reads there which server actions are its own.
    """
    rows = [(name, "service", SERVICE, "create") for name in APPEND_ONLY]
    rows += [(name, "settings", SETTINGS, "") for name in (DECISION, RECEIPT)]
    rows += [(GATE, "service", SERVICE, ""), (GATE, "settings", SETTINGS, "create write")]
    return [
        Declared(
            name=f"access_{short(name)}_{who}",
            model="ir.model.access",
            values={
                "name": f"{name} {who}",
                "model_id": Ref(name=f"model_{short(name)}"),
                "group_id": group,
                "active": True,
                "perm_read": True,
                **{f"perm_{right}": right in rights.split() for right in ("create", "write", "unlink")},
            },
            identity=("name", "model_id"),
        )
        for name, who, group, rights in rows
    ]


def _gate(name: str, **values: Any) -> Declared:
    return Declared(name=f"gate_{name}", model=GATE, values={"x_name": name, **values}, identity=("x_name",))


def _refusals(name: str) -> list[Declared]:
    """Two automation rules with code that refuses, for everybody: the administrator's rights do not pass them."""
    declared: list[Declared] = []
    for what, trigger in (("change", "on_create_or_write"), ("delete", "on_unlink")):
        rule = f"rule_{short(name)}_no_{what}"
        of_model: dict[str, Any] = {"model_id": Ref(name=f"model_{short(name)}")}
        title = f"Gatehouse: no {what} of {name}"
        declared += [
            Declared(
                name=rule,
                model="base.automation",
                values={"name": title, "trigger": trigger, "active": True, "filter_domain": False, **of_model},
                identity=("name",),
            ),
            Declared(
                name=f"{rule}_action",
                model="ir.actions.server",
                values={
                    "name": title,
                    "state": "code",
                    "usage": "base_automation",
                    "base_automation_id": Ref(name=rule),
                    "code": server_code.NO_CHANGE if what == "change" else server_code.NO_DELETE,
                    **of_model,
                },
                identity=("base_automation_id",),
                computed=("name",),
            ),
        ]
    return declared


def _action(name: str, title: str, model: str, code: str) -> Declared:
    return Declared(
        name=name,
        model="ir.actions.server",
        values={
            "name": title,
            "model_id": Ref(name=f"model_{short(model)}"),
            "state": "code",
            "code": code,
            "groups_id": (SERVICE,),
        },
        identity=("name",),
    )
