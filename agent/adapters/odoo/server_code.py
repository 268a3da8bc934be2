"""The code that runs inside Odoo for every part: refusals, and the gate that racers meet at; and guarded actions.

PostgreSQL's REPEATABLE READ refuses only transactions that write the same row, so whoever is about to add something
first raises the turn of a common gate row: of two racers the second fails, Odoo runs it again, and it then sees
what the first one did.
"""

from agent.adapters.odoo.names import GATE, GATE_COUNT, RECEIPT, TARGETS

NO_ADDRESS = "Gatehouse <gatehouse@invalid>"  # Odoo posts nothing without one; a service user often has none

NO_CHANGE = """
if record.create_date != record.write_date:
    raise UserError("The Gatehouse log is append-only: no row can be changed.")
""".strip()

NO_DELETE = 'raise UserError("The Gatehouse log is append-only: no row can be deleted.")'

PASS_GATE = f"""
def pass_gate(name):
    gate = env["{GATE}"].sudo().search([("x_name", "=", name)], limit=1)
    if not gate:
        raise UserError("A gate row is missing. Run `gatehouse odoo setup`.")
    gate.write({{"x_turn": gate.x_turn + 1}})
    gate.flush_recordset()
""".strip()

APPLY_ONCE = f"""
{PASS_GATE}

def as_html(text):
    for plain, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\\n", "<br/>")):
        text = text.replace(plain, safe)
    return "<p>" + text + "</p>"

def target(name, number):
    if name not in {tuple(name for name, _ in TARGETS)!r} or name not in env:
        raise UserError("Records of %s are not open to Gatehouse." % name)
    found = env[name].browse(number).exists()
    if not found or "message_ids" not in found or "activity_ids" not in found:
        raise UserError("The record %s,%s is gone or takes no notes." % (name, number))
    return found.with_context(mail_create_nosubscribe=True, mail_post_autofollow_author_skip=True)

def post_note(record, wanted):
    body = env["mail.message"].new({{"body": as_html(wanted["text"])}}).body
    return record.message_post(
        body=body,
        message_type="comment",
        subtype_xmlid="mail.mt_note",
        author_id=env.user.partner_id.id,
        email_from=env.user.email_formatted or "{NO_ADDRESS}",
    ).id

def responsible(record):
    for field in ("user_id", "responsible_id", "invoice_user_id"):
        if field in record and record[field].active and not record[field].share:
            return record[field]
    return env.user

def open_activity(record, wanted):
    return record.with_context(mail_activity_quick_update=True).activity_schedule(
        "mail.mail_activity_data_todo",
        date_deadline=wanted["due"],
        summary=wanted["summary"],
        note=as_html(wanted["note"]) if wanted["note"] else False,
        user_id=responsible(record).id,
    ).id

wanted = json.loads(env.context["gatehouse_action"])
key = wanted["key"]
receipts = env["{RECEIPT}"]
receipt = receipts.search([("x_key", "=", key)], limit=1)
outcome = "already"
if not receipt:
    pass_gate("action_%s" % (sum(key.encode()) % {GATE_COUNT}))
    record = target(wanted["model"], wanted["id"])
    doing = {{"post_note": post_note, "open_activity": open_activity}}
    if wanted["kind"] not in doing:
        raise UserError("The action %s is not known here. Run `gatehouse odoo setup`." % wanted["kind"])
    result = doing[wanted["kind"]](record, wanted)
    receipt = receipts.create({{
        "x_key": key,
        "x_name": wanted["kind"],
        "x_record": "%s,%s" % (wanted["model"], wanted["id"]),
        "x_record_name": record.display_name,
        "x_result_id": result,
        "x_login": env.user.login,
    }})
    outcome = "applied"
action = {{"outcome": outcome, "record_id": receipt.x_result_id, "at": str(receipt.create_date)}}
""".strip()
