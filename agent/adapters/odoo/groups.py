"""Who may do what in Odoo: the groups of people and of the service users, the users, and what each may read."""

from typing import Any

from agent.access.model import Role
from agent.adapters.odoo import pieces
from agent.adapters.odoo.names import (
    APPLIERS,
    BOUNDED,
    CHECKPOINT,
    CONTENT,
    DECISION,
    GATE,
    LOGGERS,
    MODULE,
    READERS,
    RECEIPT,
    ROLE_GROUPS,
    Declared,
    Ref,
    Site,
    model_ref,
)
from agent.kit.values import Value

SETTINGS = Ref(name="base.group_system")
EVERY_ROLE = tuple(Ref(name=name) for name in ROLE_GROUPS.values())

# What Odoo's own groups do not let the reading user see, or only in some versions: read, and never more.
READS = (
    "account.move", "account.move.line", "base.automation", "delivery.carrier", "ir.actions.server", "ir.attachment",
    "ir.config_parameter", "ir.cron", "ir.logging", "ir.model", "ir.model.access", "ir.model.data", "ir.model.fields",
    "ir.module.module", "mail.activity", "mail.message", "product.pricelist", "product.product",
    "product.supplierinfo", "product.template", "purchase.order", "purchase.order.line", "res.company", "res.country",
    "res.currency", "res.groups", "res.partner", "res.partner.bank", "res.partner.category", "res.users",
    "resource.calendar", "sale.order", "sale.order.line", "stock.location", "stock.lot", "stock.move",
    "stock.move.line", "stock.picking", "stock.picking.type", "stock.quant", "stock.warehouse",
    "stock.warehouse.orderpoint", "uom.category", "uom.uom",
)  # fmt: skip
# Of these the reading user sees our own rows only: others may hold secrets, or are nobody's business.
OURS_ONLY: dict[str, list[Any]] = {
    "base.automation": [("name", "=like", "Gatehouse%")],
    "ir.actions.server": [("name", "=like", "Gatehouse%")],
    "ir.config_parameter": [("key", "=like", "gatehouse.%")],
    "ir.cron": [("cron_name", "=like", "Gatehouse%")],
    "ir.logging": [("func", "=like", "Gatehouse%")],
    "ir.model.data": [("module", "=", MODULE)],
}
# What every user of Odoo's backend may write, by Odoo's own rights: not so the reading user, which posts nothing.
NOT_WRITTEN = (
    "discuss.channel", "ir.attachment", "mail.activity", "mail.message", "mail.notification", "mail.scheduled.message",
    "mail.template", "procurement.group", "product.document", "resource.calendar.leaves", "snailmail.letter",
    "stock.move.line", "utm.campaign",
)  # fmt: skip
# Our models that people of a role see; prompts and outputs may hold personal words, so only auditors see them.
SHOWN: dict[str, tuple[Role, ...]] = {
    DECISION: tuple(Role),
    RECEIPT: (Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR),
    CHECKPOINT: (Role.ADMINISTRATOR, Role.AUDITOR),
    CONTENT: (Role.AUDITOR,),
}


class ServiceUser(Value):
    """One of the users that Gatehouse signs in with."""

    name: str  # external id, and the name in the credentials file
    login: str
    title: str
    groups: tuple[str, ...]
    internal: bool  # a user of Odoo's backend, which takes a seat on Odoo Online; the others are none


THREE = (
    ServiceUser(name="user_read", login="gatehouse_read", title="Gatehouse (reads)", groups=(READERS,), internal=True),
    ServiceUser(name="user_log", login="gatehouse_log", title="Gatehouse (log)", groups=(LOGGERS,), internal=False),
    ServiceUser(name="user_apply", login="gatehouse_apply", title="Gatehouse", groups=(APPLIERS,), internal=False),
)
ONE = (
    ServiceUser(
        name="user_all", login="gatehouse", title="Gatehouse", groups=(READERS, LOGGERS, APPLIERS), internal=True
    ),
)
SERVICE_USERS = {0: (), 1: ONE, 3: THREE}
READ_GROUP, LOG_GROUP, APPLY_GROUP = "Service: reads", "Service: writes the log", "Service: carries actions out"
_BOUNDS = ("Service: bounds", "Bounds what a service user of the backend sees and writes. Never for a person.")
_SERVICE_GROUPS = {
    READERS: (READ_GROUP, "Reads orders, stock, bills and what set-up made, and changes nothing."),
    LOGGERS: (LOG_GROUP, "Runs the server actions that append to the log and set the risk fields."),
    APPLIERS: (APPLY_GROUP, "Runs the guarded actions that people decided on."),
}


def groups(site: Site) -> tuple[Declared, ...]:
    """The category, the service users and their groups, and one group for each role."""
    category = Declared(
        name="category",
        model="ir.module.category",
        values={"name": "Gatehouse", "description": "Governed AI for order exceptions.", "sequence": 90},
        identity=("name",),
    )
    serving = SERVICE_USERS[site.users]
    return (
        # Odoo lets nobody make a category of groups over RPC, administrators included, without this right.
        pieces.access("ir.module.category", "settings", SETTINGS, "create write unlink"),
        category,
        *(_user(user, site) for user in serving),
        _group(BOUNDED, *_BOUNDS, users=tuple(Ref(name=user.name) for user in serving if user.internal), site=site),
        *(
            _group(name, *words, users=tuple(Ref(name=user.name) for user in serving if name in user.groups), site=site)
            for name, words in _SERVICE_GROUPS.items()
        ),
        *(_role_group(role) for role in Role),
    )


def rights() -> tuple[Declared, ...]:
    """Access rows and record rules. Nobody, the administrator included, may write a row of the log directly."""
    reader, bounded = Ref(name=READERS), Ref(name=BOUNDED)
    restricted = [model for model in OURS_ONLY if model in READS]
    return (
        *(pieces.access(model, "reader", reader) for model in READS),
        *(_only_ours(model, bounded) for model in restricted),
        *(_not_written(model, bounded) for model in NOT_WRITTEN),
        *(pieces.access(model, "reader", reader) for model in (DECISION, RECEIPT, CHECKPOINT)),
        *(pieces.access(GATE, who, Ref(name=group)) for who, group in _FINDERS),
        pieces.access(GATE, "settings", SETTINGS, "create write"),
        *(pieces.access(model, "settings", SETTINGS) for model in (DECISION, RECEIPT, CHECKPOINT)),
        *(
            pieces.access(model, str(role), Ref(name=ROLE_GROUPS[role]))
            for model, roles in SHOWN.items()
            for role in roles
        ),
    )


_FINDERS = (("reader", READERS), ("log", LOGGERS), ("apply", APPLIERS))


def _user(user: ServiceUser, site: Site) -> Declared:
    """A user without a password; set-up gives it one. Its groups are Odoo's; ours name it as their member."""
    internal = (Ref(name="base.group_user"), Ref(name="account.group_account_readonly", optional=True))
    values: dict[str, Any] = {
        "name": user.title,
        "login": user.login,
        "active": True,
        "company_ids": site.companies,
        "groups_id": internal if user.internal else (),
    }
    return Declared(name=user.name, model="res.users", values=values, identity=("login",), computed=("name",))


def _group(name: str, title: str, comment: str, *, users: tuple[Any, ...], site: Site) -> Declared:
    """A group of the service: exactly our users are in it."""
    values: dict[str, Any] = {
        "name": title,
        "comment": comment,
        "category_id": Ref(name="category"),
        "users": users if site.users or name == BOUNDED else (site.user,),
    }
    return Declared(name=name, model="res.groups", values=values, identity=("name", "category_id"), exact=("users",))


def _role_group(role: Role) -> Declared:
    title = str(role).replace("_", " ").capitalize()
    values = {"name": title, "category_id": Ref(name="category"), "comment": f"{title} in Gatehouse."}
    return Declared(name=ROLE_GROUPS[role], model="res.groups", values=values, identity=("name", "category_id"))


def _only_ours(model: str, who: Ref) -> Declared:
    title = f"Gatehouse: the reading user sees our own rows of {model}"
    return _rule("only_ours", model, title, who, repr(OURS_ONLY[model]), reads=True)


def _not_written(model: str, who: Ref) -> Declared:
    title = f"Gatehouse: the reading user writes no {model}"
    return _rule("not_written", model, title, who, "[(0, '=', 1)]", reads=False)


def _rule(kind: str, model: str, title: str, who: Ref, domain: str, *, reads: bool) -> Declared:
    values = {
        "name": title,
        "model_id": model_ref(model),
        "groups": (who,),
        "domain_force": domain,
        "perm_read": reads,
        "perm_write": not reads,
        "perm_create": not reads,
        "perm_unlink": not reads,
        "active": True,
    }
    name = f"{kind}_{model.replace('.', '_')}"
    return Declared(name=name, model="ir.rule", values=values, identity=("name",), exact=("groups",))
