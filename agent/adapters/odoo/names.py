"""The names of what Gatehouse owns in Odoo, and the shape of a declaration."""

from enum import StrEnum
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
HOLD = "x_gatehouse_hold"  # on sale orders and bills: nothing is delivered, nothing is posted
TICKET = "x_gatehouse_ticket"
LOG_MODELS = (DECISION, CONTENT, RECEIPT, APPROVAL, CHECKPOINT)  # what is kept when Gatehouse is taken away
BOUNDED = "group_bounded"  # service users to whom Odoo shows and lets write less than to other readers
READERS = "group_reader"  # the service user that reads
LOGGERS = "group_log"  # the one that writes the log and the risk fields
APPLIERS = "group_apply"  # the one that carries actions out
ROLE_GROUPS: dict[Role, str] = {role: f"group_{role}" for role in Role}
"""The group of each role, by external id; people get their roles here from these."""
MENU = "menu_root"
APPEND = "action_append"
ERASE = "action_erase"
COUNT = "action_count"
INDICATE = "action_indicate"
APPLY = "action_apply"
LOG_GATE = "log"
GATE_COUNT = 64  # an action's key picks one: the same key meets itself, others seldom wait
GATES = tuple(f"action_{number}" for number in range(GATE_COUNT))
TARGETS = tuple((str(model), model.name.replace("_", " ").capitalize()) for model in Model)


class Service(StrEnum):
    """What a service user is there for."""

    READ = "read"
    LOG = "log"
    APPLY = "apply"


class Ref(Value):
    """A record by its external id; ours when no module is named. With `model` it stands as Odoo's "model,id".

    `model:sale.order` and `field:sale.order.state` name a model and a field of Odoo, whichever module they are
    from. What refers to something that this Odoo lacks is left out, unless the Ref is `optional`: then only the Ref.
    """

    name: str
    model: str = ""
    optional: bool = False


class Arch(Value):
    """A view's XML, in which `%(external id)d` stands for the id of a record of ours."""

    text: str


class Field(Value):
    """A field of one of our models, or one of ours on a model of Odoo's."""

    name: str
    ttype: str
    label: str
    help: str = ""
    index: bool = False
    selection: tuple[tuple[str, str], ...] = ()
    relation: str = ""
    on_delete: str = ""


class Declared(Value):
    """One record that has to be there under an external id of ours.

    A value may be plain, a Ref, or a tuple of ids and Refs: at least these must be among the linked records, exactly
    these for a field named in `exact`. `identity` finds a record that was made without its external id; `computed` is
    written at creation only. `needs` names models and fields that Odoo must have besides those referred to
    (`field:sale.order.margin_percent`). With `optional` a refusal by Odoo (a view that somebody changed) is said,
    and the rest goes on. `feature` says in words what is off when the record cannot be there.
    """

    name: str
    model: str
    values: dict[str, Any]
    identity: tuple[str, ...]
    computed: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    exact: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    optional: bool = False
    feature: str = ""


class Site(Value):
    """What the declarations depend on: Odoo's version, its companies, who serves, and where Gatehouse is reached."""

    major: int
    user: int  # the user of the set-up
    companies: tuple[int, ...] = ()
    users: int = 3  # service users: 3, 1, or 0 when the user of the set-up serves itself
    hook_url: str = ""  # where Odoo's hints go; empty sends none
    desk_url: str = ""  # where people reach the desk; empty makes no menu entry


def short(model: str) -> str:
    """The last word of one of our models' names."""
    return model.rpartition("_")[2]


def model_ref(model: str) -> Ref:
    """A model: ours by its external id, Odoo's by its name."""
    return Ref(name=f"model_{short(model)}" if model.startswith("x_gatehouse_") else f"model:{model}")


def field_ref(model: str, field: str, *, optional: bool = False) -> Ref:
    """A field of any model, by its technical name."""
    return Ref(name=f"field:{model}.{field}", optional=optional)
