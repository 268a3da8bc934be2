"""Scheduled actions that keep matters moving when Gatehouse is down: to-dos in Odoo, each made once, some at a time."""

from agent.adapters.odoo import pieces
from agent.adapters.odoo.controls.deciding import RECORD
from agent.adapters.odoo.controls.engine import CONSENTS
from agent.adapters.odoo.controls.figures import FIGURES
from agent.adapters.odoo.names import MODULE, Declared, model_ref

ON = "mail.activity"  # what every internal user may write: Odoo asks that of whoever a scheduled action runs as
PARAMETERS = {
    "gatehouse.cron.limit": "200",
    "gatehouse.approvals.overdue_hours": "24",
    "gatehouse.exceptions.stale_days": "3",
    "gatehouse.sla.overdue_days": "1",
}

_TODO = """
def setting(name, first):
    try:
        return float(env["ir.config_parameter"].sudo().get_param("gatehouse." + name) or first)
    except Exception:
        return float(first)

MOST = int(setting("cron.limit", 200))

def people_of(role, company):
    group = env.ref("MODULE.group_" + role, raise_if_not_found=False)
    found = env["res.users"]
    for person in group.sudo().users if group else found:
        if person.active and (not company or company in person.company_ids):
            found |= person
    return found[:5]

def todo(record, person, summary, note=""):
    if "activity_ids" not in record or not person:
        return False
    known = env["mail.activity"].sudo().search_count([
        ("res_model", "=", record._name), ("res_id", "=", record.id), ("user_id", "=", person.id),
        ("summary", "=", summary),
    ], limit=1)
    if known:
        return False
    record.sudo().with_context(mail_activity_quick_update=True, mail_create_nosubscribe=True).activity_schedule(
        "mail.mail_activity_data_todo", summary=summary[:200], note=note or False, user_id=person.id)
    return True

def in_charge(record, role):
    for field in ("user_id", "invoice_user_id", "responsible_id"):
        if field in record and record[field] and record[field].active and not record[field].share:
            return record[field]
    return people_of(role, record.company_id if "company_id" in record else False)[:1]
""".replace("MODULE", MODULE)

_OVERDUE_APPROVALS = """
def waiting():
    hours = setting("approvals.overdue_hours", 24)
    now = datetime.datetime.now()
    asked = env["x_gatehouse_approval"].sudo().search([
        ("x_consent", "=", "request"), ("create_date", "<", now - datetime.timedelta(hours=hours)),
        ("create_date", ">", now - datetime.timedelta(days=90)),
    ], order="id desc", limit=MOST)
    return asked

def still_open(asked, target):
    later = rows_about(asked.x_scenario, target, limit=1)
    if later and later.x_consent == "refuse":
        return []
    return weigh(asked.x_scenario, target, json.loads(asked.x_figures or "{}"))["missing"]

def remind(asked, target, missing):
    summary = "Gatehouse: overdue consent, %s: %s" % (TITLES[asked.x_scenario], asked.x_record_name)
    hours = threshold(asked.x_scenario, "deputy_after_hours")
    for role in missing:
        for person in people_of(role, asked.x_company_id):
            if person.login != asked.x_asked_by:
                todo(asked, person, summary)
    if asked.create_date < datetime.datetime.now() - datetime.timedelta(hours=hours):
        for login in parameter(asked.x_scenario, "deputies").replace(",", " ").split():
            todo(asked, env["res.users"].sudo().search([("login", "=", login)], limit=1), summary)

seen = set()
for asked in waiting():
    target = asked.x_record and asked.x_record.exists()
    if target and (asked.x_scenario, key_of(target)) not in seen:
        seen.add((asked.x_scenario, key_of(target)))
        missing = still_open(asked, target.sudo())
        if missing:
            remind(asked, target.sudo(), missing)
"""

_STALE = """
days = setting("exceptions.stale_days", 3)
before = datetime.datetime.now() - datetime.timedelta(days=days)
OPEN = {"sale.order": ("draft", "sent", "sale"), "purchase.order": ("draft", "sent", "to approve", "purchase"),
        "stock.picking": ("draft", "waiting", "confirmed", "assigned")}
for name, states in OPEN.items():
    if name in env and "x_gatehouse_risk_level" in env[name]:
        risky = env[name].sudo().search([
            ("x_gatehouse_risk_level", "=", "high"), ("state", "in", states),
            ("write_date", "<", before),
        ], order="write_date", limit=MOST)
        for record in risky:
            todo(record, in_charge(record, "planner"), "Gatehouse: high risk, nothing done for %d days" % days)
"""

_SLA = """
days = setting("sla.overdue_days", 1)
late = env["mail.activity"].sudo().search([
    ("summary", "=like", "Gatehouse%"), ("summary", "not like", "Gatehouse: overdue to-do"),
    ("date_deadline", "<", datetime.date.today() - datetime.timedelta(days=days)),
], order="date_deadline", limit=MOST)
for activity in late:
    record = env[activity.res_model].sudo().browse(activity.res_id).exists() if activity.res_model in env else False
    if record:
        company = record.company_id if "company_id" in record else False
        for person in people_of("manager", company)[:1]:
            todo(record, person, "Gatehouse: overdue to-do of %s" % activity.user_id.name)
"""

_REPLENISHMENT = """
def under_way(product):
    return "purchase.order.line" in env and env["purchase.order.line"].sudo().search_count([
        ("product_id", "=", product.id), ("order_id.state", "in", ("draft", "sent", "to approve")),
    ], limit=1)

def short_rules():
    for rule in env["stock.warehouse.orderpoint"].sudo().search([], order="id", limit=MOST * 10):
        if rule.qty_forecast < rule.product_min_qty and not under_way(rule.product_id):
            todo(rule.product_id.product_tmpl_id, people_of("procurement_lead", rule.company_id)[:1],
                 "Gatehouse: below the minimum in %s and nothing ordered" % rule.warehouse_id.name)

def late_supply():
    late = env["purchase.order.line"].sudo().search([
        ("order_id.state", "=", "purchase"), ("date_planned", "<", datetime.datetime.now()),
        ("product_id", "!=", False),
    ], order="date_planned", limit=MOST)
    for line in late:
        if line.qty_received < line.product_qty:
            waiting = env["stock.move"].sudo().search_count([
                ("product_id", "=", line.product_id.id), ("sale_line_id", "!=", False),
                ("state", "in", ("waiting", "confirmed", "partially_available")),
                ("company_id", "=", line.company_id.id),
            ], limit=1)
            if waiting:
                todo(line.order_id, in_charge(line.order_id, "procurement_lead"),
                     "Gatehouse: late, and customers wait for it")

if "stock.warehouse.orderpoint" in env:
    short_rules()
if "purchase.order.line" in env and "sale_line_id" in env["stock.move"]:
    late_supply()
"""


def _joined(*parts: str) -> str:
    return "\n\n".join(part.strip() for part in parts)


CRONS = {
    "overdue_approvals": (
        "overdue approvals",
        _joined(FIGURES, CONSENTS, RECORD, _TODO, _OVERDUE_APPROVALS),
        1,
        "hours",
    ),
    "stale_exceptions": ("stale exceptions", _joined(_TODO, _STALE), 1, "days"),
    "sla": ("overdue to-dos", _joined(_TODO, _SLA), 4, "hours"),
    "replenishment": ("replenishment review", _joined(_TODO, _REPLENISHMENT), 1, "days"),
}
"""Each scheduled action by its name: title, code, and how often it runs at first."""


def scheduled(major: int) -> tuple[Declared, ...]:
    """The scheduled actions and their parameters."""
    return (
        *(pieces.parameter(key, value) for key, value in PARAMETERS.items()),
        *(
            pieces.cron(f"cron_{name}", f"Gatehouse: {title}", model_ref(ON), code, every=every, unit=unit,
                        major=major)
            for name, (title, code, every, unit) in CRONS.items()
        ),
    )  # fmt: skip
