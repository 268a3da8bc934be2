"""Guarded actions on any record: notes, to-dos, tags. The code runs inside Odoo, see `prelude`."""

from agent.adapters.odoo.names import MODULE, TARGETS
from agent.evidence.records import Model

ANY = tuple(name for name, _ in TARGETS)
TAG_FIELDS = {
    str(Model.SALE_ORDER): "tag_ids",
    str(Model.PARTNER): "category_id",
    str(Model.PRODUCT): "additional_product_tag_ids",
}
TAGGED = tuple(TAG_FIELDS)

POST_NOTE = """
def carry_out(record):
    return add_note(record, wanted["text"]), {}, {}
"""

OPEN_ACTIVITY = """
def works_here(user):
    return user and user.active and not user.share

def of_role(record):
    group = env.ref("MODULE.group_%s" % wanted["role"], raise_if_not_found=False) if wanted.get("role") else False
    if not group:
        return False
    users = env["res.users"]
    field = "group_ids" if "group_ids" in users else "groups_id"
    for user in users.search([(field, "in", [group.id]), ("share", "=", False)], order="id", limit=50):
        if user.login in wanted["barred"]:
            continue
        if "company_id" not in record or not record.company_id or record.company_id in user.company_ids:
            return user
    return False

def who(record):
    if wanted["login"]:
        named = env["res.users"].search([("login", "=", wanted["login"])], limit=1)
        if works_here(named):
            return named
    by_role = of_role(record)
    if by_role:
        return by_role
    for field in ("user_id", "responsible_id", "invoice_user_id", "create_uid"):
        if field in record and works_here(record[field]):
            return record[field]
    return env.user

def carry_out(record):
    if "activity_ids" not in record:
        refuse("Records of %s take no to-dos." % wanted["model"])
    made = record.with_context(mail_activity_quick_update=True).activity_schedule(
        "mail.mail_activity_data_todo",
        date_deadline=wanted["due"],
        summary=wanted["summary"],
        note=as_html(wanted["note"]) if wanted["note"] else False,
        user_id=who(record).id,
    )
    return made.id, {}, {"login": made.user_id.login}
""".replace("MODULE", MODULE)

CLOSE_ACTIVITY = """
def carry_out(record):
    opened = receipts.search([
        ("x_name", "=", "open_activity"),
        ("x_result_id", "=", wanted["activity_id"]),
        ("x_record", "=", "%s,%s" % (wanted["model"], wanted["id"])),
    ], limit=1)
    if not opened:
        refuse("Gatehouse opened no such to-do on %s." % record.display_name)
    found = env["mail.activity"].browse(wanted["activity_id"]).exists()
    if not found or ("active" in found and not found.active):
        refuse("The to-do on %s is done or deleted already." % record.display_name, "Nothing is left to take back.")
    before = {"summary": found.summary or ""}
    found.unlink()
    return wanted["activity_id"], before, {}
"""

_TAGS = f"""
TAG_FIELDS = {TAG_FIELDS!r}

def named(tags):
    return tags.filtered(lambda tag: tag.name.strip().lower() == wanted["tag"].strip().lower())[:1]

def tag_field(record):
    field = TAG_FIELDS[wanted["model"]]
    need_field(record, field)
    return field
"""

ADD_TAG = f"""
{_TAGS}
def carry_out(record):
    field = tag_field(record)
    if named(record[field]):
        return False, {{}}, {{}}
    tags = record[field].browse()
    alike = wanted["tag"].strip().replace("\\\\", "\\\\\\\\").replace("%", "\\\\%").replace("_", "\\\\_")
    tag = named(tags.search([("name", "=ilike", alike)]))
    if not tag:
        pass_gate(wanted["tag"].strip().lower())
        tag = tags.create({{"name": wanted["tag"].strip()}})
    record.write({{field: [(4, tag.id)]}})
    return tag.id, {{"tagged": False}}, {{"tagged": True, "tag": tag.name}}
"""

REMOVE_TAG = f"""
{_TAGS}
def carry_out(record):
    field = tag_field(record)
    tag = named(record[field])
    if not tag:
        return False, {{}}, {{}}
    record.write({{field: [(3, tag.id)]}})
    return tag.id, {{"tagged": True, "tag": tag.name}}, {{"tagged": False}}
"""

KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "post_note": (ANY, POST_NOTE),
    "open_activity": (ANY, OPEN_ACTIVITY),
    "close_activity": (ANY, CLOSE_ACTIVITY),
    "add_tag": (TAGGED, ADD_TAG),
    "remove_tag": (TAGGED, REMOVE_TAG),
}
"""For each kind the models whose records it is for, and its words."""
