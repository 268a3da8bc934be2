"""The automation rules that notice what a control is about, each a few lines: look at the mode, then run the engine.

What a rule sees: `record` after the change (before it, when it is deleted) and, on a write, the old values of the
fields written in `env.context["old_values"]`; None there means that the record is new.
"""

from collections.abc import Iterable, Sequence

from agent.adapters.odoo import pieces
from agent.adapters.odoo.names import MODULE, Declared, field_ref, model_ref
from agent.approvals.model import Scenario

ENGINE_NAME = "control_engine"

_MODE = """
params = env["ir.config_parameter"].sudo()
shared = record._name in ("res.partner.bank", "product.pricelist.item")  # of whatever company: the engine says
own = not shared and "company_id" in record and record.company_id
mode = "off"
for company in own or env["res.company"].sudo().search([]):
    its = params.get_param("gatehouse.SCENARIO.mode.%s" % company.id) or params.get_param("gatehouse.SCENARIO.mode")
    if (its or "off").strip().lower() != "off":
        mode = "on"

def settle(asked):
    engine = env.ref("MODULE.ENGINE", raise_if_not_found=False)
    if not engine:
        raise UserError("The Gatehouse control SCENARIO is on, but its code is gone. Run `gatehouse odoo setup`.")
    engine.sudo().with_context(gatehouse_control=asked).run()

def ask(target, **more):
    settle({"scenario": "SCENARIO", "model": target._name, "id": target.id, **more})

def said(field, value):
    kind = record._fields[field].type
    if kind == "many2one":
        return "%s [%s]" % (value.display_name, value.id) if value else "none"
    if kind == "boolean":
        return "yes" if value else "no"
    return str(value or "none") if kind not in ("float", "monetary", "integer") else "%.4g" % (value or 0)

def was(field):
    old = (env.context.get("old_values") or {}).get(record.id) or {}
    before = old.get(field, record[field])
    if record._fields[field].type == "many2one" and (not before or isinstance(before, tuple)):
        return record[field].browse(before[0] if before else ())  # until 17 Odoo tells (id, name) or False
    return before

def differences(fields):
    found = []
    for field in fields:
        if field in record:
            before = said(field, was(field))
            after = said(field, record[field])
            if before != after:
                found.append("%s from %s to %s" % (field.replace("_", " "), before, after))
    return ", ".join(found)

def stated(fields):
    found = []
    for field in fields:
        if field in record and record[field]:
            found.append("%s %s" % (field.replace("_", " "), said(field, record[field])))
    return ", ".join(found)

is_new = env.context.get("old_values") is None
""".strip()

_PARTY = """
def supplies(partner):
    payee = partner.commercial_partner_id
    if not payee:
        return False
    if "supplier_rank" in payee and payee.supplier_rank > 0:
        return True
    if env["product.supplierinfo"].sudo().search_count([("partner_id", "child_of", payee.id)], limit=1):
        return True
    return "purchase.order" in env and bool(
        env["purchase.order"].sudo().search_count([("partner_id", "child_of", payee.id)], limit=1))
"""

_ASK = "if mode and mode != 'off':\n    ask(record)"

_DELIVERED_ON_CREDIT = """
if mode and mode != "off" and "sale_id" in record and record.sale_id:
    ask(record.sale_id)
"""

_SHIPPED = """
if mode and mode != "off":
    order = record.sale_id if "sale_id" in record else False
    before = was("carrier_id")
    changed = not is_new and before and before != record.carrier_id
    if changed and order and record.carrier_id == order.carrier_id:
        changed = False  # back to what was ordered
    ask(order or record, carrier_before=before.name if changed else "")
"""

_SHIPMENT_ORDER = """
if mode and mode != "off":
    before = was("carrier_id") if "carrier_id" in record else False
    was_sold = was("state") in ("sale", "done")
    changed = not is_new and was_sold and before and before != record.carrier_id
    ask(record, carrier_before=before.name if changed else "")
"""

_MOVED = """
if mode and mode != "off":
    kept = env.cr.precommit.data
    if "gatehouse.moves" not in kept:
        kept["gatehouse.moves"] = {}

        def at_the_end():
            settle({"moves": dict(env.cr.precommit.data.get("gatehouse.moves") or {})})

        env.cr.precommit.add(at_the_end)
    kept["gatehouse.moves"].setdefault(record.id, 0.0 if is_new else was("quantity"))
"""

_BANK = (
    _PARTY
    + """
ACCOUNT = ["acc_number", "partner_id", "bank_id", "acc_holder_name", "currency_id", "allow_out_payment", "active"]
if mode and mode != "off":
    before = was("partner_id")
    owner = record.partner_id if supplies(record.partner_id) else before
    if owner and supplies(owner):
        if is_new:
            change = "Bank account added: %s" % stated(ACCOUNT)
        else:
            change = differences(ACCOUNT)
            change = change and "Bank account %s changed: %s" % (was("acc_number"), change)
        if change:
            ask(owner.commercial_partner_id, figures={"change": change})
"""
)

_BANK_GONE = (
    _PARTY
    + """
if mode and mode != "off" and supplies(record.partner_id):
    ask(record.partner_id.commercial_partner_id, figures={"change": "Bank account %s deleted" % record.acc_number})
"""
)

_TERMS = (
    _PARTY
    + """
if mode and mode != "off" and not is_new and supplies(record):
    change = differences(["property_supplier_payment_term_id"])
    if change:
        ask(record, figures={"change": "Payment terms changed: %s" % change})
"""
)

_PRICE = """
ITEM = ["pricelist_id", "applied_on", "product_tmpl_id", "product_id", "categ_id", "min_quantity", "date_start",
        "date_end", "compute_price", "fixed_price", "percent_price", "base", "base_pricelist_id", "price_discount",
        "price_markup", "price_surcharge", "price_round", "price_min_margin", "price_max_margin"]
if mode and mode != "off" and record.pricelist_id:
    if is_new:
        change = "Price rule added: %s" % stated(ITEM)
    else:
        change = differences(ITEM)
        change = change and "Price rule %s [%s] changed: %s" % (record.name, record.id, change)
    if change:
        ask(record.pricelist_id, figures={"change": change})
"""

_PRICE_GONE = """
if mode and mode != "off" and record.pricelist_id:
    ask(record.pricelist_id, figures={"change": "Price rule %s [%s] deleted" % (record.name, record.id)})
"""

_SUPPLIER = """
if mode and mode != "off" and not is_new and was("state") in ("purchase", "done"):
    change = differences(["partner_id"])
    if change:
        ask(record, figures={"change": "Supplier replaced: %s" % change})
"""

_SOLD = "[('state', 'in', ('sale', 'done'))]"
_BOUGHT = "[('state', 'in', ('purchase', 'done'))]"
_SHIPPED_OUT = "[('state', '=', 'done'), ('picking_type_code', '=', 'outgoing')]"
_POSTED_BILL = "[('state', '=', 'posted'), ('move_type', '=', 'in_invoice')]"


def hooks() -> tuple[Declared, ...]:
    """The rules of all controls."""
    one, put, gone = Scenario, "on_create_or_write", "on_unlink"
    found = [
        _hook(one.DISCOUNT_EXCEPTION, "sale.order", put, _ASK, ("state",), ("margin_percent", "amount_untaxed"), _SOLD),
        _hook(
            one.EMERGENCY_PROCUREMENT, "purchase.order", put, _ASK, ("state",),
            ("amount_total", "date_planned", "priority", "partner_id"), _BOUGHT,
        ),
        _hook(one.INVENTORY_REALLOCATION, "stock.move", put, _MOVED, ("quantity", "sale_line_id"), ("state",), ""),
        _hook(one.CREDIT_RELEASE, "sale.order", put, _ASK, ("state",), ("amount_total", "partner_id"), _SOLD),
        _hook(one.CREDIT_RELEASE, "stock.picking", put, _DELIVERED_ON_CREDIT, ("state", "sale_id"), (), _SHIPPED_OUT),
        _hook(one.SHIPMENT_UPGRADE, "sale.order", put, _SHIPMENT_ORDER, ("carrier_id",), ("state", "amount_untaxed"),
              _SOLD),
        _hook(one.SHIPMENT_UPGRADE, "stock.picking", put, _SHIPPED, ("carrier_id", "carrier_price"), (),
              "[('picking_type_code', '=', 'outgoing')]"),
        _hook(one.RETURN_AUTHORIZATION, "stock.picking", put, _ASK, ("state",), (), "[('state', '=', 'done')]"),
        _hook(one.SENSITIVE_CHANGE, "res.partner.bank", put, _BANK, (), (), ""),
        _hook(one.SENSITIVE_CHANGE, "res.partner.bank", gone, _BANK_GONE, (), (), ""),
        _hook(one.SENSITIVE_CHANGE, "product.pricelist.item", put, _PRICE, (), (), ""),
        _hook(one.SENSITIVE_CHANGE, "product.pricelist.item", gone, _PRICE_GONE, (), (), ""),
        _hook(one.SENSITIVE_CHANGE, "purchase.order", put, _SUPPLIER, ("partner_id",), (), ""),
        _hook(one.SENSITIVE_CHANGE, "res.partner", put, _TERMS, ("property_supplier_payment_term_id",), (), ""),
        _hook(one.INVOICE_DISCREPANCY, "account.move", put, _ASK, ("state",), (), _POSTED_BILL),
    ]  # fmt: skip
    return tuple(part for parts in found for part in parts)


def _hook(
    scenario: Scenario, model: str, trigger: str, code: str, fields: Sequence[str], also: Iterable[str], domain: str
) -> list[Declared]:
    """A rule that needs `fields` to be there and is triggered by them and by those of `also` that Odoo has."""
    names = (("SCENARIO", str(scenario)), ("MODULE", MODULE), ("ENGINE", ENGINE_NAME))
    text = f"{_MODE}\n\n{code.strip()}"
    for placeholder, value in names:
        text = text.replace(placeholder, value)
    short = model.replace(".", "_")
    deleted = "_deleted" if trigger == "on_unlink" else ""
    title = str(scenario).replace("_", " ")
    return pieces.rule(
        f"control_{scenario}_{short}{deleted}",
        f"Gatehouse control: {title} ({model}{' deleted' if deleted else ''})",
        model_ref(model),
        trigger,
        text,
        fields=(*(field_ref(model, field) for field in fields),
                *(field_ref(model, field, optional=True) for field in also)),
        filter_domain=domain or False,
    )  # fmt: skip
