"""Who may release a held order or a disputed bill: only Gatehouse, and the consent that it waits for."""

from agent.adapters.odoo import pieces
from agent.adapters.odoo.controls.hooks import ENGINE_NAME
from agent.adapters.odoo.names import APPLIERS, HOLD, MODULE, Declared, Ref, model_ref
from agent.approvals.model import Scenario
from agent.evidence.records import Model

_CHANGED = """
released = env.context.get("old_values") is not None and not record.HOLD
if released and not env.user.has_group("MODULE.APPLIERS"):
    engine = env.ref("MODULE.ENGINE", raise_if_not_found=False)
    if not engine:
        raise UserError("The code of Gatehouse's controls is gone. Run `gatehouse odoo setup`.")
    asked = {"scenario": "SCENARIO", "model": record._name, "id": record.id, "released": True}
    engine.sudo().with_context(gatehouse_control=asked).run()
"""


def rules() -> list[Declared]:
    """What refuses everybody else the release, of orders and of bills; anybody who may edit them may hold them."""
    watched = (
        ("rule_hold_of_order", "Gatehouse: who releases a held order", Model.SALE_ORDER, Scenario.CREDIT_RELEASE),
        ("rule_dispute_of_bill", "Gatehouse: who settles a disputed bill", Model.BILL, Scenario.INVOICE_DISCREPANCY),
    )
    return [
        part
        for name, title, model, scenario in watched
        for part in pieces.rule(
            name,
            title,
            model_ref(str(model)),
            "on_create_or_write",
            _code(scenario),
            fields=(Ref(name=f"field_{str(model).replace('.', '_')}_{HOLD}"),),
        )
    ]


def _code(scenario: Scenario) -> str:
    names = {"SCENARIO": str(scenario), "HOLD": HOLD, "MODULE": MODULE, "APPLIERS": APPLIERS, "ENGINE": ENGINE_NAME}
    text = _CHANGED.strip()
    for placeholder, value in names.items():
        text = text.replace(placeholder, value)
    return text
