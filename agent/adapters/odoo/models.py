"""The models of the log in Odoo: decision, content, receipt, checkpoint, and the gate that racers meet at."""

from typing import Any

from agent.adapters.odoo import logcode, pieces
from agent.adapters.odoo.names import (
    APPEND,
    CHECKPOINT,
    CONTENT,
    COUNT,
    DECISION,
    ERASE,
    GATE,
    GATES,
    INDICATE,
    LOG_GATE,
    LOGGERS,
    RECEIPT,
    TARGETS,
    Declared,
    Field,
    Ref,
    model_ref,
)

_RECORD = (
    Field(name="x_record", ttype="reference", label="Record", selection=TARGETS),
    Field(name="x_record_name", ttype="char", label="Record name"),
    Field(name="x_model", ttype="char", label="Model of the record"),
    Field(name="x_res_id", ttype="integer", label="Id of the record", index=True),
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
        Field(name="x_erased_at", ttype="datetime", label="Erased at"),
        Field(name="x_erased_reason", ttype="char", label="Why it was erased"),
        Field(name="x_erased_by", ttype="char", label="Erased by", help="Login of the service user"),
        pieces.LOGIN,
    ),
    RECEIPT: (
        Field(name="x_name", ttype="char", label="Action"),
        Field(name="x_key", ttype="char", label="Key", index=True, help="The action's key; carried out once"),
        *_RECORD,
        Field(name="x_result_id", ttype="integer", label="Made record", help="Id of the message or activity"),
        pieces.LOGIN,
    ),
    CHECKPOINT: (
        Field(name="x_name", ttype="char", label="Origin"),
        Field(name="x_key", ttype="char", label="Key", index=True, help="Origin and count; stored once"),
        Field(name="x_count", ttype="integer", label="Events"),
        Field(name="x_head", ttype="char", label="Head"),
        Field(name="x_note", ttype="text", label="Signed note"),
        Field(name="x_at", ttype="datetime", label="Signed at", index=True),
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
    CHECKPOINT: "Gatehouse checkpoint",
    GATE: "Gatehouse gate",
}
APPEND_ONLY = (DECISION, CONTENT, RECEIPT, CHECKPOINT)
LOG_ACTIONS = (
    (APPEND, "Gatehouse: append to the log", DECISION, logcode.APPEND_ROWS),
    (COUNT, "Gatehouse: count the log", DECISION, logcode.COUNT_ROWS),
    (ERASE, "Gatehouse: erase texts", CONTENT, logcode.ERASE_TEXTS),
    (INDICATE, "Gatehouse: set the risk fields", DECISION, logcode.INDICATE_RISK),
)


def models() -> tuple[Declared, ...]:
    """The models with their fields."""
    return tuple(
        pieces.model(name, TITLES[name], fields, order="id" if name == GATE else "id desc")
        for name, fields in FIELDS.items()
    )


def log_rules() -> tuple[Declared, ...]:
    """What keeps the log append-only, the gates, and the server actions of the log user."""
    return (
        *(gate(name) for name in (LOG_GATE, *GATES)),
        *(item for name in APPEND_ONLY for item in pieces.append_only(name)),
        *(
            pieces.server_action(name, title, model_ref(model), code, (Ref(name=LOGGERS),))
            for name, title, model, code in LOG_ACTIONS
        ),
        *(gate(name, x_action=Ref(name=name)) for name, *_ in LOG_ACTIONS),
    )


def gate(name: str, **values: Any) -> Declared:
    """A common row: one that racers meet at, or one that says the id of the server action of this name."""
    return Declared(name=f"gate_{name}", model=GATE, values={"x_name": name, **values}, identity=("x_name",))
