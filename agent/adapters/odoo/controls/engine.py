"""The code that every control runs in Odoo once it is switched on: what is wrong, whose consent stands, what follows.

# Size: one piece of code that Odoo runs as a whole; its parts call each other.

A rule hands over `gatehouse_control` in the context: scenario, model, id and, where the change itself is what needs
consent, its figures. The code runs in sudo, with the real user, in the transaction of the change. `refused` says
that the rule refuses it itself: then the attempt is only written down.
"""

from agent.adapters.odoo.controls.figures import FIGURES

CONSENTS = """
SINCE_EVER = datetime.datetime(1970, 1, 1)

def key_of(record):
    return "%s,%s" % (record._name, record.id)

def as_number(text):
    try:
        return float(text)
    except Exception:
        return None

def worse(scenario, now, then):
    found = []
    for name, how in WORSE[scenario].items():
        if name not in now:
            continue
        new = str(now[name])
        old = str(then.get(name, ""))
        if new == old:
            continue
        before = as_number(old)
        after = as_number(new)
        if how == "flag":
            fine = new != "yes"
        elif how == "earlier":
            fine = "unknown" not in (new, old) and old and new > old
        elif how == "equal" or before is None or after is None:
            fine = False
        else:
            fine = after < before if how == "higher" else after > before
        if not fine:
            found.append("%s was %s and is now %s" % (name.replace("_", " "), old or "not stated", new))
    return found

def rows_about(scenario, record, limit=500):
    keys = [key_of(record)]
    if is_set(record, "sale_id"):
        keys.append(key_of(record.sale_id))
    if scenario in ("inventory_reallocation", "shipment_upgrade") and is_set(record, "picking_ids"):
        for picking in record.picking_ids:
            keys.append(key_of(picking))
    return env["x_gatehouse_approval"].sudo().search([
        ("x_scenario", "=", scenario), ("x_record", "in", keys),
    ], order="id desc", limit=limit)

def since_refusal(rows):
    found = []
    for row in rows:
        if row.x_consent == "refuse":
            break
        found.append(row)
    return found

def needed_roles(scenario, figures):
    roles = list(ROLES[scenario])
    if scenario == "return_authorization" and figures.get("credit_due") == "yes":
        if threshold(scenario, "finance_when_credit"):
            roles.append("finance")
    for role in parameter(scenario, "extra_roles").split():
        if role not in roles:
            roles.append(role)
    return roles

def cover(needed, people):
    if not needed:
        return True
    for login, roles in people.items():
        if needed[0] in roles:
            rest = dict(people)
            rest.pop(login)
            if cover(needed[1:], rest):
                return True
    return False

def weigh(scenario, record, figures, without=None):
    given = {}
    outdated = []
    at_desk = set()
    days = threshold(scenario, "valid_days")
    oldest = datetime.datetime.now() - datetime.timedelta(days=days) if days else SINCE_EVER
    needed = needed_roles(scenario, figures)
    rows = since_refusal(rows_about(scenario, record))
    for row in rows:
        if row == without or row.x_consent != "approve" or row.create_date < oldest:
            continue
        differences = worse(scenario, figures, json.loads(row.x_figures or "{}"))
        if differences:
            outdated.append((row, differences))
            continue
        logins = (row.x_login or "").splitlines()
        roles = (row.x_roles or "").split()
        if row.x_via == "desk":
            if len(logins) >= len(roles):  # Gatehouse checked role and four eyes: each role is another person's
                at_desk.update(logins)
                for role in roles:
                    given.setdefault("desk " + role, []).append(role)
        else:
            given.setdefault(row.x_login, []).extend(roles)
    for login in at_desk:
        given.pop(login, None)
    covered = []
    for role in needed:
        if cover([*covered, role], given):
            covered.append(role)
    return {
        "needed": needed, "covered": covered, "given": given, "outdated": outdated, "rows": rows,
        "missing": minus(needed, covered),
    }

def minus(all_of, some):
    left = []
    for one in all_of:
        if one not in some:
            left.append(one)
    return left

def words(names):
    return ", ".join(map(lambda name: name.replace("_", " "), names))
"""

PROBLEMS = """
def discount_problems(order, now, asked):
    floor = threshold("discount_exception", "margin_floor_percent")
    most = threshold("discount_exception", "max_discount_percent")
    found = []
    if "margin_percent" in now and float(now["margin_percent"]) < floor:
        below = plain(floor - float(now["margin_percent"]))
        found.append("The margin is %s %%, %s points below the floor of %s %%." % (
            now["margin_percent"], below, plain(floor)))
    if float(now["max_discount"]) > most:
        found.append("A discount of %s %% is above the most allowed, %s %%." % (now["max_discount"], plain(most)))
    return found

def has_agreement(order):
    if is_set(order, "requisition_id"):
        return True
    supplier = order.partner_id.commercial_partner_id
    goods = order.order_line.product_id.product_tmpl_id
    kept = env["product.supplierinfo"].sudo().search([
        ("partner_id", "child_of", supplier.id), ("product_tmpl_id", "in", goods.ids),
        ("create_date", "<", env.cr.now()), "|", ("date_end", "=", False), ("date_end", ">=", datetime.date.today()),
    ])
    return not (goods - kept.product_tmpl_id)

def purchase_problems(order, now, asked):
    limit = threshold("emergency_procurement", "urgent_limit")
    if float(now["amount"]) <= limit:
        return []
    why = []
    days = threshold("emergency_procurement", "urgent_days")
    if order.priority == "1":
        why.append("is marked urgent")
    if order.date_planned and order.date_planned <= datetime.datetime.now() + datetime.timedelta(days=days):
        if "full" != (order.receipt_status if "receipt_status" in order else ""):
            why.append("is wanted within %d days" % days)
    if threshold("emergency_procurement", "without_agreement") and not has_agreement(order):
        why.append("goes to a supplier without an agreement for these products")
    if not why:
        return []
    return ["%s %s is above the limit for urgent purchases, %s, and it %s." % (
        now["amount"], company_of(order).currency_id.name, plain(limit), " and ".join(why))]

def reallocation_problems(order, now, asked):
    if float(now["quantity"]) <= threshold("inventory_reallocation", "min_quantity"):
        return []
    least = threshold("inventory_reallocation", "min_value")
    if least and float(now["value"]) <= least:
        return []
    return ["Stock reserved for %s is taken away while its promise stands: %s, worth %s %s." % (
        order.name, now["products"], now["value"], company_of(order).currency_id.name)]

def credit_problems(order, now, asked):
    limit = float(now["limit"])
    most = limit * (1 + threshold("credit_release", "over_limit_percent") / 100.0)
    found = []
    if now["held"] == "yes":
        found.append("The order is held for credit.")
    if limit > 0 and float(now["exposure"]) > most + 0.005:
        found.append("The customer would owe %s %s, %s above the credit limit of %s." % (
            now["exposure"], company_of(order).currency_id.name, plain(float(now["exposure"]) - limit), now["limit"]))
    return found

def shipment_problems(record, now, asked):
    order = order_of(record)
    found = []
    if asked.get("carrier_before") and asked["carrier_before"] != now["carrier"]:
        found.append("The delivery method changed after confirmation, from %s to %s." % (
            asked["carrier_before"], now["carrier"] or "none"))
    standard = standard_freight(order)
    over = float(now["freight"]) - standard
    most = threshold("shipment_upgrade", "over_standard")
    if over > most:
        found.append("Freight of %s is %s above the standard method (%s); %s is allowed." % (
            now["freight"], plain(over), plain(standard), plain(most)))
    return found

def return_problems(picking, now, asked):
    if not customer_returns(picking):
        return []
    found = []
    days = threshold("return_authorization", "return_days")
    most = threshold("return_authorization", "return_value")
    if now["delivered"] == "unknown":
        found.append("It is not known when the returned goods were delivered.")
    elif now["delivered"] < str(datetime.date.today() - datetime.timedelta(days=days)):
        found.append("The goods were delivered on %s, more than %d days ago." % (now["delivered"], days))
    if float(now["value"]) > most:
        found.append("The returned goods are worth %s %s, above %s." % (
            now["value"], company_of(picking).currency_id.name, plain(most)))
    return found

def sensitive_problems(record, now, asked):
    return ["%s." % now["change"]]

def bill_problems(bill, now, asked):
    found = []
    allowed = threshold("invoice_discrepancy", "price_percent")
    if float(now["price_off_percent"]) > allowed:
        found.append("A price differs by %s %% from the purchase order; %s %% is allowed." % (
            now["price_off_percent"], plain(allowed)))
    if float(now["quantity_over"]) > 0:
        found.append("%s more is billed than was received or ordered." % now["quantity_over"])
    if float(now["unordered"]) and threshold("invoice_discrepancy", "check_unordered"):
        found.append("%s %s is billed without a purchase order." % (
            now["unordered"], company_of(bill).currency_id.name))
    if now["repeated"] == "yes":
        found.append("A posted bill of this supplier has the same reference %s." % bill.ref)
    if now["disputed"] == "yes":
        found.append("The bill is disputed.")
    return found

PROBLEMS = {
    "discount_exception": discount_problems, "emergency_procurement": purchase_problems,
    "inventory_reallocation": reallocation_problems, "credit_release": credit_problems,
    "shipment_upgrade": shipment_problems, "return_authorization": return_problems,
    "sensitive_change": sensitive_problems, "invoice_discrepancy": bill_problems,
}
"""

CONTROL = """
MODES = ["off", "warn", "block"]

def mode_in(scenario, company):
    said = parameter(scenario, "mode.%s" % company.id) or parameter(scenario, "mode") or "off"
    if said.strip().lower() in MODES:
        return said.strip().lower()
    log("The parameter gatehouse.%s.mode must be off, warn or block; %s counts as off." % (scenario, said),
        level="warning")
    return "off"

def mode_of(scenario, record):
    own = "company_id" in record and record.company_id
    mode = "off"  # what belongs to no company is held to the strictest of them all
    for company in own or env["res.company"].sudo().search([]):
        its = mode_in(scenario, company)
        if MODES.index(its) > MODES.index(mode):
            mode = its
    return mode

def lacks_justification(scenario, weighed):
    if scenario != "emergency_procurement":
        return False
    for row in weighed["rows"]:
        asked_for = row.x_consent == "request" and row.x_key != "warn" and (row.x_note or "").strip()
        if asked_for or row.x_via == "desk":
            return False
    return True

def refusal(scenario, record, problems, weighed, unjustified):
    lines = ["%s: %s" % (record.display_name, TITLES[scenario]), *problems]
    if weighed["missing"]:
        lines.append("Consent is missing from: %s." % words(weighed["missing"]))
    if weighed["covered"]:
        lines.append("Given so far: %s." % words(weighed["covered"]))
    for row, differences in weighed["outdated"][:3]:
        lines.append("What %s consented to no longer holds: %s." % (
            ", ".join((row.x_login or "").splitlines()), "; ".join(differences)))
    if unjustified:
        lines.append("A request with the justification in its note is missing.")
    lines.append("Ask for it: open %s, Actions, Gatehouse: ask for or give consent." % record.display_name)
    return "\\n".join(lines)

def attempt(scenario, record, figures, roles, mode):
    company = company_of(record)
    return "gatehouse-control " + json.dumps({
        "scenario": scenario, "model": record._name, "id": record.id, "name": record.display_name, "mode": mode,
        "company": company.name, "company_id": company.id, "figures": figures, "roles": roles,
        "login": env.user.login, "at": datetime.datetime.now().replace(microsecond=0).isoformat() + "Z",
    })

def write_down(asked):
    record = env[asked["model"]].sudo().browse(asked["id"])
    figures = figures_of(asked["scenario"], record)
    log(attempt(asked["scenario"], record, figures, needed_roles(asked["scenario"], figures), "block"))

def ask_once(scenario, record, figures, problems):
    text = canonical(figures)
    for row in rows_about(scenario, record):
        if row.x_consent == "request" and row.x_figures == text:
            return
    env.cr.precommit.data["gatehouse.engine"] = True
    try:
        env["x_gatehouse_approval"].sudo().create({
            "x_scenario": scenario, "x_record": key_of(record), "x_consent": "request", "x_figures": text,
            "x_note": "\\n".join(problems), "x_key": "warn",
        })
    finally:
        env.cr.precommit.data["gatehouse.engine"] = False

def check_release(asked):
    record = env[asked["model"]].sudo().browse(asked["id"])
    for row in since_refusal(rows_about(asked["scenario"], record)):
        just_now = row.x_consent == "approve" and row.create_date == env.cr.now()
        if just_now and not record.x_gatehouse_hold:
            if not weigh(asked["scenario"], record, json.loads(row.x_figures or "{}"))["missing"]:
                return
    raise UserError("%s: a hold ends by Gatehouse or by the consent it waits for, never by hand. "
                    "Open it, Actions, Gatehouse: ask for or give consent." % record.display_name)

def check(asked):
    scenario = asked["scenario"]
    record = env[asked["model"]].sudo().browse(asked["id"])
    by_gateway = scenario == "sensitive_change" and env.user.has_group("__gatehouse__.group_apply")
    mode = mode_of(scenario, record)
    if mode == "off":
        return
    if mode == "block" or by_gateway:
        look_into(asked, scenario, record, mode, by_gateway)
        return
    try:
        look_into(asked, scenario, record, mode, by_gateway)
    except UserError as error:  # a warning never holds anybody up
        log("The control %s could not look at %s: %s" % (scenario, key_of(record), error), level="warning")

def look_into(asked, scenario, record, mode, by_gateway):
    figures = asked.get("figures") or figures_of(scenario, record)
    problems = PROBLEMS[scenario](record, figures, asked) if figures else []
    if not problems:
        return
    weighed = weigh(scenario, record, figures)
    unjustified = lacks_justification(scenario, weighed)
    if not weighed["missing"] and not unjustified and not by_gateway:
        return
    if mode == "warn" and not by_gateway:
        ask_once(scenario, record, figures, problems)
        return
    log(attempt(scenario, record, figures, weighed["needed"], mode))
    if by_gateway:
        raise UserError("%s: %s Gatehouse never makes such a change; a person does." % (
            record.display_name, " ".join(problems)))
    raise UserError(refusal(scenario, record, problems, weighed, unjustified))
"""

MOVES = """
def given_away(moves):
    lost = {}
    for move in env["stock.move"].sudo().browse(list(moves)):
        before = moves[move.id]
        there = move.exists()
        if not there or not move.sale_line_id or move.location_id.usage == "customer":
            continue
        after = 0.0 if move.state == "cancel" else move.quantity
        unit = move.product_id.uom_id
        line = move.sale_line_id
        lost.setdefault(line.id, 0.0)
        lost[line.id] += move.product_uom._compute_quantity(before - after, unit, round=False)
    return lost

def uncovered(line):
    unit = line.product_id.uom_id
    kept = 0.0
    for move in line.move_ids:
        if move.state not in ("done", "cancel") and move.location_id.usage != "customer":
            kept += move.product_uom._compute_quantity(move.quantity, unit, round=False)
    promised = line.product_uom._compute_quantity(line.product_uom_qty - line.qty_delivered, unit, round=False)
    return promised - kept

def check_moves(moves):
    lost = given_away(moves)
    by_order = {}
    for line in env["sale.order.line"].sudo().browse(list(lost)).exists():
        if line.order_id.state not in ("sale", "done"):
            continue
        taken = min(lost[line.id], uncovered(line))
        if taken > 0.000001:
            by_order.setdefault(line.order_id, []).append((line, taken))
    for order in by_order:
        company = company_of(order)
        quantity = value = 0.0
        products = []
        for line, taken in by_order[order]:
            quantity += taken
            unit_price = line.price_subtotal / line.product_uom_qty if line.product_uom_qty else 0.0
            sold = line.product_id.uom_id._compute_quantity(taken, line.product_uom, round=False)
            value += in_company(sold * unit_price, line.currency_id, company, order.date_order)
            products.append(line.product_id.display_name)
        check({"scenario": "inventory_reallocation", "model": "sale.order", "id": order.id, "figures": {
            "products": ", ".join(sorted(set(products))), "quantity": plain(quantity), "value": plain(value)}})
"""

_RUN = """
if not env.su:
    raise UserError("This action runs by itself, when a control of Gatehouse is switched on.")
wanted = env.context.get("gatehouse_control") or {}
installing = env.uid == 1 and (env.context.get("install_mode") or not env.registry.ready)
if wanted.get("moves") and not installing:
    check_moves(wanted["moves"])
elif wanted.get("refused"):
    write_down(wanted)
elif wanted.get("released"):
    check_release(wanted)
elif wanted and not installing:
    check(wanted)
"""

ENGINE = "\n\n".join(part.strip() for part in (FIGURES, CONSENTS, PROBLEMS, CONTROL, MOVES, _RUN))
