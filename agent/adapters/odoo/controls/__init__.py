"""Native controls: what Odoo itself refuses until the right people consent, whether Gatehouse runs or not."""

from agent.adapters.odoo import pieces
from agent.adapters.odoo.controls.approval import approval
from agent.adapters.odoo.controls.crons import scheduled
from agent.adapters.odoo.controls.engine import ENGINE
from agent.adapters.odoo.controls.hooks import ENGINE_NAME, hooks
from agent.adapters.odoo.controls.scenarios import parameters
from agent.adapters.odoo.names import APPROVAL, Declared, model_ref


def controls(major: int) -> tuple[Declared, ...]:
    """All controls, installed off, for Odoo's version `major`; they refer to the groups and the menu of the set-up."""
    return (
        *approval(major),
        *(pieces.parameter(key, value) for key, value in parameters().items()),
        pieces.server_action(ENGINE_NAME, "Gatehouse: run a control", model_ref(APPROVAL), ENGINE, ()),
        *hooks(),
        *scheduled(major),
    )
