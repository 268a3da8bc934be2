"""The names of what Gatehouse owns in Odoo, and the shape of a declaration."""

from typing import Any

from agent.access.model import Role
from agent.evidence.records import Model
from agent.kit.values import Value

MODULE = "__gatehouse__"
DECISION = "x_gatehouse_decision"
CONTENT = "x_gatehouse_content"
RECEIPT = "x_gatehouse_receipt"
GATE = "x_gatehouse_gate"
APPROVAL = "x_gatehouse_approval"
CHECKPOINT = "x_gatehouse_checkpoint"
TICKET = "x_gatehouse_ticket"
READERS = "group_reader"  # the service user that reads
LOGGERS = "group_log"  # the one that writes the log and the risk fields
APPLIERS = "group_apply"  # the one that carries actions out
ROLE_GROUPS: dict[Role, str] = {role: f"group_{role}" for role in Role}
"""The group of each role, by external id; people get their roles here from these."""
APPEND = "action_append"
APPLY = "action_apply"
LOG_GATE = "log"
GATE_COUNT = 64  # an action's key picks one: the same key meets itself, others seldom wait
GATES = tuple(f"action_{number}" for number in range(GATE_COUNT))
TARGETS = tuple((str(model), model.name.replace("_", " ").capitalize()) for model in Model)


class Ref(Value):
    """A record by its external id; ours when no module is named. With `model` it stands as Odoo's "model,id"."""

    name: str
    model: str = ""


class Field(Value):
    """A field of one of our models."""

    name: str
    ttype: str
    label: str
    help: str = ""
    index: bool = False
    selection: tuple[tuple[str, str], ...] = ()


class Declared(Value):
    """One record that has to be there under an external id of ours.

    A value may be plain, a Ref, or a tuple of ids and Refs (these at least must be among the linked records).
    `identity` finds a record that was made without its external id; `computed` is written at creation only.
    """

    name: str
    model: str
    values: dict[str, Any]
    identity: tuple[str, ...]
    computed: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()


def short(model: str) -> str:
    """The last word of one of our models' names."""
    return model.rpartition("_")[2]
