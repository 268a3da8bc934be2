"""The code of the approval form in Odoo: what it shows, and the rule that completes and checks a new row in sudo."""

from agent.adapters.odoo.controls.engine import CONSENTS
from agent.adapters.odoo.controls.figures import FIGURES
from agent.adapters.odoo.names import MODULE

RECORD = """
OF_MODEL = {
    "sale.order": ["discount_exception", "credit_release", "shipment_upgrade", "inventory_reallocation"],
    "purchase.order": ["emergency_procurement", "sensitive_change"],
    "stock.picking": ["return_authorization", "shipment_upgrade"],
    "account.move": ["invoice_discrepancy"],
    "res.partner": ["sensitive_change"],
    "product.pricelist": ["sensitive_change"],
}

def group_of(role):
    return "MODULE.group_" + role

def plainly(figures):
    lines = []
    for name in sorted(figures):
        lines.append("%s: %s" % (name.replace("_", " ").capitalize(), figures[name]))
    return "\\n".join(lines)

def may_see(target):
    if target._name == "stock.picking" and target.company_id not in env.user.company_ids:
        return False
    company = company_of(target)
    return company in env.user.company_ids

def belongs(scenario, target):
    if target._name not in OF_MODEL or scenario not in OF_MODEL[target._name]:
        raise UserError("%s is not asked for on this kind of record." % TITLES.get(scenario, scenario))
    if target._name == "stock.picking" and scenario == "shipment_upgrade" and is_set(target.sudo(), "sale_id"):
        raise UserError("%s belongs to %s: ask for it and consent to it there." % (
            target.sudo().name, target.sudo().sale_id.name))

def answers_of(row):
    return row.x_why_refuse if row.x_consent == "refuse" else row["x_why_" + row.x_scenario]
""".replace("MODULE", MODULE)

_ONCHANGE = """
values = {"x_figures": False, "x_summary": False, "x_needed": False, "x_record_name": False}
target = record.x_record
if record.x_scenario and target and target.exists() and record.x_scenario in OF_MODEL.get(target._name, []):
    target = target.sudo()
    if may_see(target):
        values["x_record_name"] = target.display_name
        figures = shown_figures(record.x_scenario, target)
        if record.x_scenario not in FIGURES and record.x_figures:
            figures = json.loads(record.x_figures)
        values["x_figures"] = canonical(figures) if figures else False
        values["x_summary"] = plainly(figures) or "Nothing is proposed for this record."
        values["x_needed"] = words(needed_roles(record.x_scenario, figures)).capitalize()
        if figures:
            missing = weigh(record.x_scenario, target, figures)["missing"]
            values["x_needed"] += " (missing: %s)" % words(missing) if missing else " (all given)"
action = {"value": values}
"""

_DECIDE = """
def checked_reason(row):
    allowed = REFUSALS if row.x_consent == "refuse" else REASONS[row.x_scenario]
    code = answers_of(row) or row.x_reason_code
    if not code:
        raise UserError("Choose a reason.")
    if code not in allowed:
        raise UserError("The reason %s is not known for this. Allowed: %s." % (code, ", ".join(allowed)))
    if code == "other" and not (row.x_note or "").strip():
        raise UserError("The reason 'other' needs a note that says why.")
    return code

def oldest_request(rows):
    found = False
    for row in rows:
        if row.x_consent == "request":
            found = row
    return found

def deputy_roles(scenario, needed, covered, rows):
    names = parameter(scenario, "deputies").replace(",", " ").split()
    asked = oldest_request(rows)
    if env.user.login not in names or not asked:
        return []
    hours = threshold(scenario, "deputy_after_hours")
    if asked.create_date > datetime.datetime.now() - datetime.timedelta(hours=hours):
        raise UserError("A deputy may answer when the request is older than %g hours; it was made at %s (UTC)." % (
            hours, str(asked.create_date)[:16]))
    return minus(needed, covered)[:1]

def own_roles(needed):
    found = []
    for role in needed:
        if env.user.has_group(group_of(role)):
            found.append(role)
    return found

def responsible(target):
    people = env["res.users"]
    if target._name in ("res.partner", "product.pricelist"):
        return people
    records = [target, order_of(target)] if is_set(target, "sale_id") else [target]
    for one in records:
        for field in ("create_uid", "user_id", "invoice_user_id"):
            if is_set(one, field):
                people |= one[field]
    return people

def bar(row, target, rows):
    for asked in rows:
        own = asked.x_person_id == env.user or asked.x_asked_by == env.user.login
        if own and (asked.x_consent == "request" or asked.x_via == "desk"):
            raise UserError("You asked for this consent yourself: another person must answer.")
    if newest_attempt(row.x_scenario, target, env.user.login):
        raise UserError("You tried to make this change yourself: another person must consent.")
    if env.user in responsible(target):
        raise UserError("%s is yours (made by you, or you are responsible): another person must consent." % (
            target.display_name))

def consented_figures(row, target, now):
    if not row.x_figures:
        if not now:
            raise UserError("Nothing is proposed for %s: there is nothing to consent to." % target.display_name)
        return now
    seen = json.loads(row.x_figures)
    if seen == now or row.x_consent == "refuse":
        return seen
    if row.x_scenario not in FIGURES:
        for asked in rows_about(row.x_scenario, target):
            if asked.x_consent == "request" and json.loads(asked.x_figures or "{}") == seen:
                return seen
    raise UserError("Meanwhile it changed: %s. Open the form again." % "; ".join(
        worse(row.x_scenario, now, seen) or ["other figures hold now"]))

def requested_figures(row, now):
    if not row.x_figures:
        return now
    stated = json.loads(row.x_figures)
    for name in stated:
        if name not in WORSE[row.x_scenario]:
            raise UserError("%s is no figure of this scenario." % name)
    return stated

def request_values(row, target, now):
    if row.x_scenario == "emergency_procurement" and row.x_key != "warn" and not (row.x_note or "").strip():
        raise UserError("Say in the note why this purchase cannot wait and why from this supplier.")
    return {"x_figures": canonical(requested_figures(row, now)), "x_roles": False, "x_reason_code": False,
            "x_asked_by": env.user.login}

def answer_values(row, target, now):
    figures = consented_figures(row, target, now)
    weighed = weigh(row.x_scenario, target, figures, without=row)
    earlier = since_refusal(minus(rows_about(row.x_scenario, target), [row]))
    roles = own_roles(weighed["needed"]) or deputy_roles(
        row.x_scenario, weighed["needed"], weighed["covered"], earlier)
    if not roles:
        raise UserError("To answer this you need one of these roles: %s." % words(weighed["needed"]))
    bar(row, target, earlier)
    if row.x_consent == "approve" and env.user.login in weighed["given"]:
        raise UserError("You have consented to this already: another person must give the other consent.")
    asked = oldest_request(earlier)
    return {"x_figures": canonical(figures), "x_roles": " ".join(roles), "x_reason_code": checked_reason(row),
            "x_asked_by": asked.x_asked_by if asked else responsible(target)[:1].login or False}

def completed(row):
    if row.x_scenario not in TITLES or row.x_consent not in ("request", "approve", "refuse"):
        raise UserError("Say what is to be consented to, and whether you ask, approve or refuse.")
    target = row.x_record and row.x_record.exists()
    if not target:
        raise UserError("Name the record that this is about.")
    by_engine = env.cr.precommit.data.get("gatehouse.engine")  # no request can say so of itself
    if not by_engine:
        belongs(row.x_scenario, target)
    target = target.sudo()
    if not by_engine and not may_see(target):
        raise UserError("This record belongs to a company that is not yours.")
    now = shown_figures(row.x_scenario, target)
    if row.x_consent == "request":
        values = request_values(row, target, now)
    else:
        values = answer_values(row, target, now)
    figures = json.loads(values["x_figures"] or "{}")
    return {**values, "x_record_name": target.display_name, "x_company_id": company_of(target).id,
            "x_person_id": env.user.id, "x_login": env.user.login, "x_via": "odoo", "x_needed": False,
            "x_key": "warn" if row.x_key == "warn" and row.x_consent == "request" else False,
            "x_summary": plainly(figures)}

def tell_approvers(row, target, figures):
    note = "%s: %s" % (TITLES[row.x_scenario], target.display_name)
    told = env["res.users"]
    for role in minus(needed_roles(row.x_scenario, figures), []):
        group = env.ref(group_of(role), raise_if_not_found=False)
        people = group.sudo().users if group else env["res.users"]
        for person in (people - told - env.user)[:5]:
            if person.active and company_of(target) in person.company_ids:
                told |= person
                row.with_context(mail_activity_quick_update=True).activity_schedule(
                    "mail.mail_activity_data_todo", summary=note[:200], user_id=person.id)

def close_requests(row, target, figures):
    weighed = weigh(row.x_scenario, target, figures)
    ended = row.x_consent == "refuse" or not weighed["missing"]
    for asked in rows_about(row.x_scenario, target, limit=50):
        if asked.x_consent == "request":
            for activity in asked.activity_ids:
                if ended or activity.user_id == env.user:
                    activity.unlink()
    held = row.x_scenario in ("credit_release", "invoice_discrepancy") and is_set(target, "x_gatehouse_hold")
    if held and not weighed["missing"] and figures.get("held", figures.get("disputed")) == "yes":
        target.write({"x_gatehouse_hold": False})

row = record.sudo()
if row.x_via == "desk":
    if not env.user.has_group("MODULE.group_apply"):
        raise UserError("Only Gatehouse itself records what was said at its desk.")
    row.write({"x_name": "%s: %s" % (TITLES.get(row.x_scenario, ""), row.x_record_name or "")})
else:
    stamped = completed(row)
    row.write({**stamped, "x_decided_at": datetime.datetime.now().replace(microsecond=0),
               "x_name": "%s: %s" % (TITLES[row.x_scenario], stamped["x_record_name"])})
subject = row.x_record and row.x_record.exists().sudo()
if subject and row.x_consent == "request":
    tell_approvers(row, subject, json.loads(row.x_figures or "{}"))
elif subject:
    close_requests(row, subject, json.loads(row.x_figures or "{}"))
""".replace("MODULE", MODULE)

_OPEN = """
def first_scenario(target):
    for scenario in OF_MODEL[target._name]:
        asked = rows_about(scenario, target, limit=1)
        if last_attempt(scenario, target) or asked and asked.x_consent == "request":
            return scenario
    return OF_MODEL[target._name][0]

if not record:
    raise UserError("Open one record first.")
form = env.ref("MODULE.view_approval_form", raise_if_not_found=False)
target = record
scenario = env.context.get("gatehouse_scenario")
figures = False
if record._name == "x_gatehouse_approval":
    row = record
    target = row.x_record
    scenario = row.x_scenario
    figures = row.x_figures if row.sudo().x_scenario not in FIGURES else False
target = target.sudo()
if target._name == "stock.picking" and target.picking_type_code == "outgoing" and is_set(target, "sale_id"):
    target = target.sale_id
if target._name == "account.move" and target.move_type not in ("in_invoice", "in_refund"):
    raise UserError("Consent is asked for supplier bills only.")
action = {
    "type": "ir.actions.act_window",
    "name": "Ask for or give consent",
    "res_model": "x_gatehouse_approval",
    "view_mode": "form",
    "views": [[form.id if form else False, "form"]],
    "target": "current",
    "context": {
        "default_x_scenario": scenario or first_scenario(target),
        "default_x_record": "%s,%s" % (target._name, target.id),
        "default_x_consent": "approve" if record._name == "x_gatehouse_approval" else "request",
        "default_x_via": "odoo",
    },
}
if figures:
    action["context"]["default_x_figures"] = figures
""".replace("MODULE", MODULE)


def _joined(*parts: str) -> str:
    return "\n\n".join(part.strip() for part in parts)


SHOW = _joined(FIGURES, CONSENTS, RECORD, _ONCHANGE)
DECIDE = _joined(FIGURES, CONSENTS, RECORD, _DECIDE)
OPEN = _joined(FIGURES, CONSENTS, RECORD, _OPEN)
