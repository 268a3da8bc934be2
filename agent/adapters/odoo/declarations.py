"""What set-up puts into Odoo, as data: models with their fields, rights, rules, server actions, and what people see."""

from typing import Any

from agent.adapters.odoo import pieces, screens, server_code
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
        pieces.LOGIN,
    ),
    CONTENT: (
        Field(name="x_name", ttype="char", label="Title"),
        Field(name="x_key", ttype="char", label="Key", index=True, help="Suggestion and kind; stored once"),
        Field(name="x_case_number", ttype="char", label="Case", index=True),
        Field(name="x_content", ttype="char", label="Kind", help="prompt or output"),
        Field(name="x_text", ttype="text", label="Text"),
        Field(name="x_digest", ttype="char", label="SHA-256 of the text"),
        Field(name="x_written_at", ttype="datetime", label="Written at", index=True),
        pieces.LOGIN,
    ),
    RECEIPT: (
        Field(name="x_name", ttype="char", label="Action"),
        Field(name="x_key", ttype="char", label="Key", index=True, help="The action's key; carried out once"),
        *_RECORD,
        Field(name="x_result_id", ttype="integer", label="Made record", help="Id of the message or activity"),
        pieces.LOGIN,
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
        *(
            pieces.model(name, TITLES[name], fields, order="id" if name == GATE else "id desc")
            for name, fields in FIELDS.items()
        ),
        *_access(),
        *(_gate(name) for name in (LOG_GATE, *GATES)),
        *(item for name in APPEND_ONLY for item in pieces.append_only(name)),
        pieces.server_action(
            APPEND,
            "Gatehouse: append to the log",
            Ref(name=f"model_{short(DECISION)}"),
            server_code.APPEND_ROWS,
            (SERVICE,),
        ),
        pieces.server_action(
            APPLY,
            "Gatehouse: carry out an action once",
            Ref(name=f"model_{short(RECEIPT)}"),
            server_code.APPLY_ONCE,
            (SERVICE,),
        ),
        *(_gate(name, x_action=Ref(name=name)) for name in (APPEND, APPLY)),
        *screens.screens(major, (SERVICE, SETTINGS)),
    )


def _access() -> list[Declared]:
    """Read and create for the service; read for administrators, but not of texts, which may be personal.

    Set-up itself makes and mends the gate rows; the service reads there which server actions are its own.
    """
    rows = [(name, "service", SERVICE, "create") for name in APPEND_ONLY]
    rows += [(name, "settings", SETTINGS, "") for name in (DECISION, RECEIPT)]
    rows += [(GATE, "service", SERVICE, ""), (GATE, "settings", SETTINGS, "create write")]
    return [pieces.access(*row) for row in rows]


def _gate(name: str, **values: Any) -> Declared:
    return Declared(name=f"gate_{name}", model=GATE, values={"x_name": name, **values}, identity=("x_name",))
