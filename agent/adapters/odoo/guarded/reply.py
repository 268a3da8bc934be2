"""The guarded action that sends a drafted reply to one contact of the record's partner. The code runs inside Odoo.

The message hangs on the record and its mail waits in Odoo's own queue, to one address and nobody else: followers get
nothing. It is plain text; Odoo's queue sends it, so that a slow mail server never holds a decision up.
"""

from agent.evidence.records import Model

WITH_PARTNER = tuple(
    str(model) for model in (Model.PURCHASE_ORDER, Model.SALE_ORDER, Model.BILL, Model.PICKING, Model.PARTNER)
)

SEND_REPLY = """
def addresses(text):
    found = []
    for part in (text or "").replace(";", ",").split(","):
        if "<" in part:
            part = part.split("<")[1].split(">")[0]
        if "@" in part:
            found.append(part.strip().lower())
    return found

def contact(record, address):
    partner = record if wanted["model"] == "res.partner" else record.partner_id
    if not partner:
        refuse("%s has no partner." % record.display_name, "Set the contact on the record in Odoo.")
    head = partner.commercial_partner_id
    found = env["res.partner"]
    if addresses(address) == [address] and len(address.split()) == 1:
        for one in found.search([("commercial_partner_id", "=", head.id), ("email", "!=", False)]):
            if address in addresses(one.email):
                found |= one
    if not found:
        refuse("%s is no address of %s." % (address or "(nothing)", head.display_name),
               "Choose an address that Odoo knows of this partner, or add it to the contact there.")
    return partner if partner in found else found[0]

def sender(record):
    company = record.company_id if "company_id" in record and record.company_id else env.user.company_id
    found = company.partner_id.email_formatted
    if not found:
        refuse("%s has no e-mail address to send from." % company.name, "Give the company an e-mail address in Odoo.")
    return found

def one_line(text):
    return " ".join(text.split())

def carry_out(record):
    address = wanted["to"].strip().lower()
    partner = contact(record, address)
    thread = wanted["in_reply_to"].strip()
    if thread[:1] != "<" or thread[-1:] != ">" or len(thread.split()) != 1:
        thread = ""
    messages = env["mail.message"]
    parent = messages.search([
        ("message_id", "=", thread), ("model", "=", wanted["model"]), ("res_id", "=", record.id),
    ], limit=1) if thread else messages
    body = as_html(wanted["text"])
    values = {
        "model": wanted["model"],
        "res_id": record.id,
        "record_name": record.display_name,
        "subject": one_line(wanted["subject"]),
        "body": body,
        "body_html": body,
        "message_type": "email_outgoing",
        "parent_id": parent.id,
        "author_id": env.user.partner_id.id,
        "partner_ids": [(4, partner.id)],
        "email_from": sender(record),
        "email_to": address,
        "auto_delete": False,
        "state": "outgoing",
    }
    if thread:
        values["references"] = thread
        values["headers"] = repr({"In-Reply-To": thread})
    mail = record.env["mail.mail"].create(values)
    return mail.mail_message_id.id, {}, {"mail": mail.id, "partner": partner.id}
"""

KINDS: dict[str, tuple[tuple[str, ...], str]] = {"send_reply": (WITH_PARTNER, SEND_REPLY)}
