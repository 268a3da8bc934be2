"""The figures of each scenario, as code that runs in Odoo: what an approver consents to, and what holds now.

Put `FIGURES` before other server code. It defines `figures_of(scenario, record)`, the values as they stand, and
`shown_figures(scenario, record)`, what is asked for: the values that a refused attempt would have had, when the
record has not been changed since, else the present ones. Both give {name: text}; amounts are in the company's
currency, to the cent. `canonical(figures)` is the text that an approval row keeps.

Odoo's safe_eval knows no closures: nothing in a function may use another function's local names.
"""

from agent.adapters.odoo.controls.scenarios import server_tables

_SHARED = """
def parameter(scenario, name):
    key = "gatehouse.%s.%s" % (scenario, name)
    kept = env["ir.config_parameter"].sudo().get_param(key)
    return DEFAULTS.get(key, "") if kept is False or kept is None else kept

def threshold(scenario, name):
    text = parameter(scenario, name)
    try:
        return float(text or 0)
    except Exception:
        raise UserError("The parameter gatehouse.%s.%s must be a number, not %s." % (scenario, name, text))

def plain(number):
    text = "%.2f" % (number or 0.0)
    return "0.00" if text == "-0.00" else text

def company_of(record):
    if record.exists() and "company_id" in record and record.company_id:
        return record.company_id
    return env.user.company_id  # not the one that a request names

def in_company(amount, currency, company, day):
    if not currency or currency == company.currency_id:
        return amount
    return currency._convert(amount, company.currency_id, company, day or datetime.date.today())

def yes(value):
    return "yes" if value else "no"

def canonical(figures):
    return json.dumps(figures, sort_keys=True)

def named(record):
    return "%s [%s]" % (record.display_name, record.id) if record else "none"

def is_set(record, field):
    return bool(field in record and record[field])
"""

_SALES = """
def discount_figures(order):
    company = company_of(order)
    lines = order.order_line.filtered(lambda line: not line.display_type)
    found = {
        "max_discount": plain(max(lines.mapped("discount") or [0.0])),
        "amount": plain(in_company(order.amount_untaxed, order.currency_id, company, order.date_order)),
    }
    if "margin_percent" in order:
        percent = order.margin_percent * 100
        if order.margin < 0 and order.amount_untaxed <= 0:
            percent = -100.0  # given away: Odoo states no percentage for what is sold for nothing
        found["margin_percent"] = plain(percent)
    return found

def still_to_pay(order):
    open_amount = order.amount_total
    if order.state in ("sale", "done") and "amount_invoiced" in order:
        open_amount = order.amount_total - order.amount_invoiced
    return max(in_company(open_amount, order.currency_id, company_of(order), order.date_order), 0.0)

def credit_figures(order):
    company = company_of(order)
    payer = order.partner_id.commercial_partner_id.with_company(company)
    others = env["sale.order"].sudo().search([
        ("partner_id", "child_of", payer.id), ("company_id", "=", company.id), ("id", "!=", order.id),
        ("state", "in", ("sale", "done")), ("invoice_status", "!=", "invoiced"),
    ], limit=1000)
    exposure = still_to_pay(order) + (payer.credit or 0.0)
    for other in others:
        exposure += still_to_pay(other)
    limit = payer.credit_limit if "credit_limit" in payer else 0.0
    return {"exposure": plain(exposure), "limit": plain(limit), "held": yes(is_set(order, "x_gatehouse_hold"))}

def order_of(record):
    if record._name == "stock.picking":
        return record.sale_id if "sale_id" in record else env["sale.order"]
    return record

def standard_freight(order):
    if not order:
        return 0.0
    carrier = order.partner_id.with_company(company_of(order)).property_delivery_carrier_id
    named = parameter("shipment_upgrade", "standard_carrier")
    if not carrier and named.isdigit():
        carrier = env["delivery.carrier"].sudo().browse(int(named)).exists()
    if not carrier or carrier.delivery_type not in ("fixed", "base_on_rule"):
        return 0.0  # asking a carrier's own service is nothing for the middle of somebody's change
    rate = carrier.rate_shipment(order)
    price = rate.get("price") or 0.0 if rate.get("success") else 0.0
    return in_company(price, order.currency_id, company_of(order), order.date_order)

def shipment_figures(record):
    order = order_of(record)
    company = company_of(record)
    pickings = record if record._name == "stock.picking" else env["stock.picking"]
    carriers = set()
    freight = 0.0
    if order:
        if "picking_ids" in order:
            pickings |= order.picking_ids
        carriers.add(order.carrier_id.name or "")
        for line in order.order_line:
            if line.is_delivery:
                freight += in_company(line.price_subtotal, order.currency_id, company, order.date_order)
    shipped = 0.0
    for picking in pickings:
        if picking.state != "cancel" and picking.picking_type_id.code == "outgoing" and "carrier_id" in picking:
            carriers.add(picking.carrier_id.name or "")
            shipped += picking.carrier_price or 0.0
    return {
        "freight": plain(max(freight, shipped)),
        "carrier": ", ".join(sorted(filter(None, carriers))),
    }
"""

_SUPPLY = """
def purchase_figures(order):
    company = company_of(order)
    return {
        "amount": plain(in_company(order.amount_total, order.currency_id, company, order.date_order)),
        "supplier": named(order.partner_id.commercial_partner_id),
    }

def customer_returns(picking):
    return picking.move_ids.filtered(
        lambda move: move.state != "cancel" and move.location_id.usage == "customer"
        and move.location_dest_id.usage != "customer"
    )

def return_figures(picking):
    company = company_of(picking)
    value = 0.0
    delivered = []
    known = True
    credit = False
    for move in customer_returns(picking):
        came_from = move.origin_returned_move_id
        quantity = move.quantity if move.state == "done" else max(move.quantity, move.product_uom_qty)
        line = came_from.sale_line_id or move.sale_line_id if "sale_line_id" in move else False
        if line and line.product_uom_qty:
            sold = move.product_uom._compute_quantity(quantity, line.product_uom, round=False)
            price = line.price_subtotal / line.product_uom_qty
            value += in_company(sold * price, line.currency_id, company, line.order_id.date_order)
        else:
            own = move.product_uom._compute_quantity(quantity, move.product_id.uom_id, round=False)
            value += own * move.product_id.with_company(company).standard_price
        credit = credit or bool(line and line.qty_invoiced > 0 and is_set(move, "to_refund"))
        if came_from and came_from.date:
            delivered.append(str(came_from.date.date()))
        else:
            known = False
    oldest = min(delivered) if known and delivered else "unknown"
    return {"value": plain(value), "delivered": oldest, "credit_due": yes(credit)}

def net_price(line):
    return line.price_unit * (1 - (line.discount or 0.0) / 100.0 if "discount" in line else 1.0)

def price_off(line, ordered, company):
    day = line.move_id.invoice_date or line.move_id.date
    billed = net_price(line)
    if line.product_uom_id:
        billed = line.product_uom_id._compute_price(billed, ordered.product_uom)
    asked = net_price(ordered)
    if line.currency_id != ordered.currency_id:
        billed = in_company(billed, line.currency_id, company, day)
        asked = in_company(asked, ordered.currency_id, company, day)
    if not asked:
        return 100.0 if billed else 0.0
    return abs(billed - asked) / abs(asked) * 100.0

def quantity_over(ordered):
    due = ordered.product_qty
    if ordered.product_id.purchase_method == "receive":
        due = ordered.qty_received
    return max(ordered.qty_invoiced - due * (1 + threshold("invoice_discrepancy", "quantity_percent") / 100.0), 0.0)

def same_reference(bill):
    wanted = "".join(filter(str.isalnum, (bill.ref or "").lower()))
    if not wanted or not bill.commercial_partner_id:
        return False
    others = env["account.move"].sudo().search([
        ("move_type", "=", "in_invoice"), ("commercial_partner_id", "=", bill.commercial_partner_id.id),
        ("company_id", "=", bill.company_id.id), ("id", "!=", bill.id), ("state", "=", "posted"), ("ref", "!=", False),
    ], order="id desc", limit=2000)
    for ref in others.mapped("ref"):
        if "".join(filter(str.isalnum, ref.lower())) == wanted:
            return True
    return False

def bill_figures(bill):
    company = company_of(bill)
    off = over = unordered = 0.0
    for line in bill.invoice_line_ids:
        if line.display_type not in (False, "product"):
            continue
        ordered = line.purchase_line_id if "purchase_line_id" in line else False
        if ordered:
            off = max(off, price_off(line, ordered, company))
            over = max(over, quantity_over(ordered))
        else:
            unordered += in_company(line.price_subtotal, bill.currency_id, company, bill.invoice_date)
    return {
        "amount": plain(in_company(bill.amount_total, bill.currency_id, company, bill.invoice_date)),
        "price_off_percent": plain(off), "quantity_over": plain(over), "unordered": plain(unordered),
        "repeated": yes(same_reference(bill)), "disputed": yes(is_set(bill, "x_gatehouse_hold")),
    }
"""

_FRONT = """
FIGURES = {
    "discount_exception": ("sale.order", discount_figures),
    "credit_release": ("sale.order", credit_figures),
    "shipment_upgrade": ("sale.order stock.picking", shipment_figures),
    "emergency_procurement": ("purchase.order", purchase_figures),
    "return_authorization": ("stock.picking", return_figures),
    "invoice_discrepancy": ("account.move", bill_figures),
}

def figures_of(scenario, record):
    models, count = FIGURES.get(scenario, ("", None))
    return count(record) if count and record._name in models.split() else {}

def as_pattern(text):
    for special in ("\\\\", "%", "_"):
        text = text.replace(special, "\\\\" + special)
    return text

def newest_attempt(scenario, record, login=""):
    if scenario == "inventory_reallocation" and is_set(record, "sale_id"):
        record = record.sale_id
    start = 'gatehouse-control {"scenario": "%s", "model": "%s", "id": %d,' % (scenario, record._name, record.id)
    said = as_pattern(start) + "%"
    if login:
        said += as_pattern('"login": %s,' % json.dumps(login)) + "%"
    return env["ir.logging"].sudo().search([
        ("type", "=", "server"), ("path", "=", "action"), ("func", "=like", "Gatehouse%"),
        ("create_date", ">=", datetime.datetime.now() - datetime.timedelta(days=14)),
        ("message", "=like", said),
    ], order="id desc", limit=1)

def last_attempt(scenario, record):
    found = newest_attempt(scenario, record)
    if not found:
        return False
    said = json.loads(found.message[len("gatehouse-control "):])
    return {"at": found.create_date, "figures": said["figures"], "login": said["login"]}

def shown_figures(scenario, record):
    if scenario == "inventory_reallocation" and is_set(record, "sale_id"):
        record = record.sale_id  # what is taken away is asked for on the order
    attempt = last_attempt(scenario, record)
    if attempt and (scenario not in FIGURES or attempt["at"] >= record.write_date):
        return attempt["figures"]
    if scenario in FIGURES:
        return figures_of(scenario, record)
    asked = env["x_gatehouse_approval"].sudo().search([
        ("x_scenario", "=", scenario), ("x_record", "=", "%s,%s" % (record._name, record.id)),
        ("x_consent", "=", "request"),
    ], order="id desc", limit=1)
    return json.loads(asked.x_figures or "{}")
"""

FIGURES = "\n\n".join(part.strip() for part in (server_tables(), _SHARED, _SALES, _SUPPLY, _FRONT))
