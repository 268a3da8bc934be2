"""What every guarded action shares inside Odoo: the key, the gate, the record, comparing, the receipt. One transaction.

An action's code is OPENING, the words of its kind (a function `carry_out(record)` that answers the id of what it made
or changed, the values before and those after), and CLOSING. Odoo's safe_eval allows no imports and no double
underscores. A refusal travels as JSON, so that the gateway can tell what to do about it.
"""

from agent.adapters.odoo.names import GATE, GATE_COUNT, RECEIPT

REFUSED = "refused:"
STALE = "stale:"

NAMES = f"""
RECEIPT = {RECEIPT!r}
GATE = {GATE!r}
GATE_COUNT = {GATE_COUNT}
REFUSED = {REFUSED!r}
STALE = {STALE!r}
""".strip()

OPENING = """
SET_UP = "Run `gatehouse odoo setup`."
AGAIN = "Open the case again: it reads the record anew."

wanted = json.loads(env.context["gatehouse_action"])
env = env(context=dict(env.context, gatehouse_action=""), su=True)
receipts = env[RECEIPT]
different = []

def refuse(said, remedy=AGAIN):
    raise UserError(REFUSED + json.dumps({"said": said, "remedy": remedy}))

def known():
    return receipts.search([("x_key", "=", wanted["key"])], limit=1)

def pass_gate(text):
    gate = env[GATE].search([("x_name", "=", "action_%s" % (sum(text.encode()) % GATE_COUNT))], limit=1)
    if not gate:
        refuse("A gate row of Gatehouse is missing in Odoo.", SET_UP)
    gate.write({"x_turn": gate.x_turn + 1})
    gate.flush_recordset()

def target():
    name, number = wanted["model"], wanted["id"]
    if name not in MODELS:
        refuse("%s is not for records of %s." % (KIND, name))
    if name not in env:
        refuse("This Odoo has no %s." % name, "Install the app of Odoo that has it.")
    found = env[name].browse(number).exists()
    if not found:
        refuse("The record %s,%s is gone from Odoo." % (name, number))
    company = found.company_id if "company_id" in found else found.env["res.company"]
    if company and company not in env.user.company_ids:
        refuse("The user %s may not see records of %s." % (env.user.login, company.name),
               "Add the company to the user %s in Odoo." % env.user.login)
    quiet = {"mail_create_nosubscribe": True, "mail_post_autofollow_author_skip": True}
    return found.with_company(company or env.user.company_id).with_context(**quiet)

def need_field(record, field):
    if field not in record:
        refuse("%s has no field %s." % (wanted["model"], field), SET_UP)

def earlier(*kinds):
    domain = [("x_name", "in", kinds), ("x_record", "=", "%s,%s" % (wanted["model"], wanted["id"]))]
    return receipts.search(domain, order="id desc", limit=1)

def as_html(text):
    for plain, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\\n", "<br/>")):
        text = text.replace(plain, safe)
    return "<p>" + text + "</p>"

def add_note(record, text):
    return record.env["mail.message"].create({
        "model": wanted["model"],
        "res_id": record.id,
        "record_name": record.display_name,
        "body": as_html(text),
        "message_type": "comment",
        "subtype_id": env.ref("mail.mt_note").id,
        "is_internal": True,
        "author_id": env.user.partner_id.id,
        "email_from": env.user.email_formatted or env.user.name,
    }).id

def shown(value):
    return "" if value is None or value is False else str(value)

def number(value):
    text = "%.6f" % (float(value) + 0.0)
    text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text

def compare(field, seen, now):
    if seen != now:
        different.append([field, shown(seen), shown(now)])

def stop_if_stale():
    if different:
        raise UserError(STALE + json.dumps(different))

def storable(record, field, value):
    digits = record._fields[field].get_digits(record.env)
    places = digits[1] if digits else 6
    if number(round(float(value), places)) != number(value):
        refuse("Odoo keeps %s decimals of %s: %s would not stay what it is." % (places, field, number(value)),
               "Decide on a value with at most %s decimals." % places)
    return float(value)

def must_be_open(order):
    if order.state == "cancel":
        refuse("%s is cancelled." % order.name)
    if order.state == "done" or ("locked" in order and order.locked):
        refuse("%s is locked." % order.name, "Unlock the order in Odoo, then decide again.")

def line_of(order):
    found = order.order_line.filtered(lambda line: line.id == wanted["line_id"] and not line.display_type)
    if not found:
        refuse("%s has no such line any more." % order.name)
    return found

def zone_of(record):
    warehouse = None
    if "picking_type_id" in record:
        warehouse = record.picking_type_id.warehouse_id
    elif "warehouse_id" in record:
        warehouse = record.warehouse_id
    name = (warehouse and warehouse.partner_id.tz) or record.company_id.resource_calendar_id.tz or "UTC"
    return timezone(name)

def site_day(moment, zone):
    return str(timezone("UTC").localize(moment).astimezone(zone).date()) if moment else None

def on_day(day, moment, zone):
    clock = datetime.time(12)
    if moment:
        clock = timezone("UTC").localize(moment).astimezone(zone).time().replace(microsecond=0)
    local = datetime.datetime.combine(datetime.date.fromisoformat(day), clock)
    return zone.localize(local, is_dst=False).astimezone(timezone("UTC")).replace(tzinfo=None)
""".strip()

CLOSING = """
receipt = known()
outcome = "already"
if not receipt:
    pass_gate(wanted["key"])
    receipt = known()
if not receipt:
    record = target()
    made, before, after = carry_out(record)
    values = {
        "x_key": wanted["key"],
        "x_name": KIND,
        "x_record": "%s,%s" % (wanted["model"], wanted["id"]),
        "x_record_name": record.display_name,
        "x_result_id": made,
        "x_login": env.user.login,
        "x_model": wanted["model"],
        "x_res_id": wanted["id"],
        "x_old": json.dumps(before, sort_keys=True),
        "x_new": json.dumps(after, sort_keys=True),
    }
    receipt = receipts.create({name: value for name, value in values.items() if name in receipts})
    outcome = "applied"
action = {"outcome": outcome, "record_id": receipt.x_result_id, "at": str(receipt.create_date)}
""".strip()


def code_of(kind: str, models: tuple[str, ...], words: str) -> str:
    """The whole code of a kind's server action; `models` are those whose records it is for."""
    names = f"KIND = {kind!r}\nMODELS = {models!r}\n{NAMES}"
    return f"{names}\n{OPENING}\n\n{words.strip()}\n\n{CLOSING}"
