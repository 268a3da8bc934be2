"""Guarded actions that hold a sale order or dispute a bill, and the rules by which Odoo then delivers or posts nothing.

The hold is Odoo's own state: it stands whether or not Gatehouse runs, and whatever mode the native controls have.
"""

from agent.adapters.odoo import pieces
from agent.adapters.odoo.controls.hooks import ENGINE_NAME
from agent.adapters.odoo.names import HOLD, MODULE, Declared, Field, field_ref, model_ref
from agent.evidence.records import Model

FIELDS = {
    str(Model.SALE_ORDER): Field(
        name=HOLD, ttype="boolean", label="Held for credit", help="While held, nothing of it is delivered"
    ),
    str(Model.BILL): Field(name=HOLD, ttype="boolean", label="Disputed", help="While disputed, it is not posted"),
}

_HOLDING = """
def ours(kind):
    last = earlier(kind)
    return bool(last) and json.loads(last.x_new or "{}").get("held") is True

def hold(record, said):
    need_field(record, "x_gatehouse_hold")
    now = bool(record.x_gatehouse_hold)
    compare("held", wanted["seen"], now)
    stop_if_stale()
    if not wanted["value"] and not (now and ours(KIND)):
        refuse("%s is not held by Gatehouse." % record.display_name, "Nothing is left to take back.")
    record.write({"x_gatehouse_hold": wanted["value"]})
    why = wanted["reason"].strip()
    add_note(record, said + (": %s" % why if why else "") + ".")
    return record.id, {"held": now}, {"held": wanted["value"]}
"""

HOLD_ORDER = f"""
{_HOLDING}
def carry_out(order):
    if wanted["value"] and order.state == "cancel":
        refuse("%s is cancelled." % order.name)
    return hold(order, "Held for credit: nothing is delivered" if wanted["value"] else "No longer held for credit")
"""

DISPUTE_BILL = f"""
{_HOLDING}
def carry_out(bill):
    if bill.move_type not in ("in_invoice", "in_refund", "in_receipt"):
        refuse("%s is no supplier's bill." % bill.display_name)
    if wanted["value"] and bill.state != "draft":
        refuse("%s is %s already." % (bill.display_name, bill.state),
               "Reset it to draft in Odoo, or ask for a credit note.")
    return hold(bill, "Disputed: not to be posted" if wanted["value"] else "No longer disputed")
"""

_WRITE_DOWN = f"""
def write_down(scenario, target):
    engine = env.ref("{MODULE}.{ENGINE_NAME}", raise_if_not_found=False)
    if engine:
        tried = {{"scenario": scenario, "model": target._name, "id": target.id, "refused": True}}
        engine.sudo().with_context(gatehouse_control=tried).run()
"""

NO_DELIVERY = f"""
{_WRITE_DOWN}
for picking in records:
    if picking.state == "done" and picking.location_dest_id.usage == "customer":
        held = picking.sudo().move_ids.sale_line_id.order_id.filtered("x_gatehouse_hold")
        for order in held:
            write_down("credit_release", order)
        if held:
            raise UserError("%s is held for credit: nothing of it is delivered until finance releases it."
                            % ", ".join(held.mapped("name")))
"""

NO_POSTING = f"""
{_WRITE_DOWN}
for bill in records:
    if bill.state == "posted" and bill.x_gatehouse_hold:
        write_down("invoice_discrepancy", bill)
        raise UserError("%s is disputed: it is not posted until the dispute is settled." % bill.display_name)
"""

KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "hold_order": ((str(Model.SALE_ORDER),), HOLD_ORDER),
    "dispute_bill": ((str(Model.BILL),), DISPUTE_BILL),
}


def rules() -> list[Declared]:
    """What refuses a delivery of a held order and the posting of a disputed bill, for everybody."""
    picking, bill = str(Model.PICKING), str(Model.BILL)
    watched = (
        ("rule_no_delivery_of_held", "Gatehouse: no delivery of a held order", picking, NO_DELIVERY),
        ("rule_no_posting_of_disputed", "Gatehouse: no posting of a disputed bill", bill, NO_POSTING),
    )
    return [
        part
        for name, title, model, code in watched
        for part in pieces.rule(
            name, title, model_ref(model), "on_create_or_write", code.strip(), fields=(field_ref(model, "state"),)
        )
    ]
