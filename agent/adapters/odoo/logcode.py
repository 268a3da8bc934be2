"""The code of the log user's server actions: append, erase, indicate. Each call is one transaction in Odoo.

The log user holds no right on these models and records; only members of its group may run the actions, which do
their one thing with Odoo's own rights and write down who ran them.
"""

from agent.adapters.odoo.names import CHECKPOINT, CONTENT, DECISION, LOG_GATE
from agent.adapters.odoo.server_code import PASS_GATE

RISK_MODELS = ("sale.order", "purchase.order", "stock.picking")
RISK_FIELDS = ("level", "score", "reason", "link")

APPEND_ROWS = f"""
{PASS_GATE}

def unknown(name, rows):
    keys = [row["x_key"] for row in rows]
    seen = set(env[name].sudo().search([("x_key", "in", keys)]).mapped("x_key"))
    found = []
    for row in rows:
        if row["x_key"] not in seen:
            seen.add(row["x_key"])
            found.append(row)
    return found

def with_record(row):
    model, _, number = (row.get("x_record") or "").partition(",")
    if number and model in env:
        return dict(row, x_model=model, x_res_id=int(number), x_login=env.user.login)
    return dict(row, x_login=env.user.login, **({{"x_record": False}} if "x_record" in row else {{}}))

batches = json.loads(env.context["gatehouse_rows"])
names = ("{DECISION}", "{CONTENT}", "{CHECKPOINT}")
fresh = {{name: unknown(name, batches[name]) for name in names if batches.get(name)}}
added = sum(len(rows) for rows in fresh.values())
if added:
    pass_gate("{LOG_GATE}")
    for name, rows in fresh.items():
        env[name].sudo().with_context(gatehouse_rows="").create([with_record(row) for row in rows])
action = {{"added": added}}
""".strip()

COUNT_ROWS = f"""
texts = env["{CONTENT}"].sudo()
action = {{
    "prompts": texts.search_count([("x_content", "=", "prompt")]),
    "outputs": texts.search_count([("x_content", "=", "output")]),
    "final_actions": env["{DECISION}"].sudo().search_count([]),
}}
""".strip()

# SQL, because the rules of the log let no write through, whoever writes: this action is the one way.
ERASE_TEXTS = f"""
asked = json.loads(env.context["gatehouse_erase"])
env["{CONTENT}"].flush_model()
env.cr.execute(
    "update {CONTENT} set x_text = 'Erased on ' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD HH24:MI')"
    " || ' UTC: ' || %(reason)s || E'\\\\nSHA-256 of what stood here: ' || coalesce(x_digest, 'not recorded'),"
    " x_erased_at = now() at time zone 'UTC', x_erased_reason = %(reason)s, x_erased_by = %(login)s,"
    " write_uid = %(uid)s, write_date = now() at time zone 'UTC'"
    " where x_key = any(%(keys)s) and x_erased_at is null",
    {{"reason": asked["reason"], "keys": asked["keys"], "login": env.user.login, "uid": env.uid}},
)
erased = env.cr.rowcount
env["{CONTENT}"].invalidate_model()
action = {{"erased": erased}}
""".strip()  # noqa: S608 - made of our own constants alone

# SQL, so that no order counts as changed, nothing is tracked and no rule runs; only rows that differ are touched,
# in the order of their ids, so that two of these never lock each other out.
INDICATE_RISK = f"""
tables = {{{", ".join(f'"{name}": "{name.replace(".", "_")}"' for name in RISK_MODELS)}}}
changed = 0
for name, rows in sorted(json.loads(env.context["gatehouse_risks"]).items()):
    if name not in tables or name not in env or "x_gatehouse_risk_level" not in env[name]._fields:
        continue
    env[name].flush_model()
    env.cr.execute(
        "with wanted as (select * from json_to_recordset(%(rows)s)"
        " as given(id int, level text, score int, reason text, link text)),"
        " held as (select t.id from " + tables[name] + " t join wanted w on w.id = t.id"
        " where (t.x_gatehouse_risk_level, t.x_gatehouse_risk_score, t.x_gatehouse_risk_reason,"
        " t.x_gatehouse_risk_link) is distinct from (w.level, w.score, w.reason, w.link)"
        " order by t.id for no key update of t)"
        " update " + tables[name] + " t set x_gatehouse_risk_level = w.level, x_gatehouse_risk_score = w.score,"
        " x_gatehouse_risk_reason = w.reason, x_gatehouse_risk_link = w.link"
        " from wanted w where w.id = t.id and t.id in (select id from held)",
        {{"rows": json.dumps(rows)}},
    )
    changed += env.cr.rowcount
    env[name].invalidate_model()
action = {{"changed": changed}}
""".strip()  # noqa: S608 - made of our own constants alone
