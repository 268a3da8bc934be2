"""Automation rules by which Odoo tells at once that something changed: a poke, never the news itself."""

from agent.adapters.odoo.names import Declared, Ref, field_ref, model_ref
from agent.intake.changes import Watched

TITLES = {
    Watched.SALE_ORDER: "sale orders",
    Watched.PURCHASE_ORDER: "purchase orders",
    Watched.PICKING: "transfers",
    Watched.BILL: "bills",
}
# Odoo posts once for each write that touches one of these: few fields, or one order makes dozens of posts.
FIELDS: dict[Watched, tuple[str, ...]] = {
    Watched.SALE_ORDER: ("state", "commitment_date", "amount_untaxed"),
    Watched.PURCHASE_ORDER: ("state", "date_planned", "amount_untaxed", "priority"),
    Watched.PICKING: ("state", "scheduled_date"),
    Watched.BILL: ("state", "amount_untaxed"),
}
BILLS = "[('move_type', 'in', ('in_invoice', 'in_refund'))]"


def hints(hook_url: str) -> tuple[Declared, ...]:
    """The rules and their webhook actions, towards this address; none without one.

    The address holds the secret. Odoo waits a second for an answer at most, and never tries again.
    """
    if not hook_url:
        return ()
    return tuple(part for model in Watched for part in _hint(model, hook_url))


def _hint(model: Watched, hook_url: str) -> tuple[Declared, Declared]:
    name = f"rule_hint_{model.value.replace('.', '_')}"
    title = f"Gatehouse: tell of changed {TITLES[model]}"
    rule = Declared(
        name=name,
        model="base.automation",
        values={
            "name": title,
            "model_id": model_ref(model.value),
            "trigger": "on_create_or_write",
            "active": True,
            "filter_domain": BILLS if model is Watched.BILL else False,
            "trigger_field_ids": tuple(field_ref(model.value, field, optional=True) for field in FIELDS[model]),
        },
        identity=("name",),
        feature=f"Odoo tells at once of changed {TITLES[model]}",
    )
    action = Declared(
        name=f"{name}_action",
        model="ir.actions.server",
        values={
            "name": title,
            "state": "webhook",
            "usage": "base_automation",
            "base_automation_id": Ref(name=name),
            "model_id": model_ref(model.value),
            "webhook_url": hook_url,
            "webhook_field_ids": (field_ref(model.value, "id"),),
        },
        identity=("base_automation_id",),
        computed=("name",),
    )
    return rule, action
