"""Signing in to the desk from Odoo: a menu entry that gives a ticket of 60 s, and who a user of Odoo is here.

People of Odoo Online, and people with two-factor authentication, have no password for RPC: for them the menu is
the way in. Odoo keeps the ticket's SHA-256 alone, and says how old it is by its own clock; that a ticket is used
once is seen to at the desk, in the transaction that starts the session.
"""

from agent.access.model import Role
from agent.adapters.odoo import pieces
from agent.adapters.odoo.names import GATE, MODULE, READERS, ROLE_GROUPS, TICKET, Declared, Field, Ref

OPEN_DESK = "action_open_desk"
PERSON = "action_person"
VALID_SECONDS = 60
PATH = "/sign-in/odoo?ticket="
_FIELDS = (
    Field(name="x_name", ttype="char", label="Login"),
    Field(name="x_digest", ttype="char", label="SHA-256 of the ticket", index=True),
    Field(name="x_user", ttype="integer", label="User id", index=True),
)
_ROLES = {str(role): f"{MODULE}.{ROLE_GROUPS[role]}" for role in Role}

MAKE_TICKET = f"""
if not any(user.has_group(group) for group in {tuple(_ROLES.values())!r}):
    raise UserError("You have no role in Gatehouse. Ask an administrator for one of its groups.")
tickets = env["{TICKET}"].sudo()
tickets.search([("x_user", "=", user.id)]).unlink()
tickets.search([("create_date", "<", datetime.datetime.utcnow() - datetime.timedelta(hours=1))]).unlink()
env.cr.execute("select replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')")
ticket = env.cr.fetchone()[0]
env.cr.execute("select encode(sha256(convert_to(%s, 'UTF8')), 'hex')", [ticket])
digest = env.cr.fetchone()[0]
tickets.create({{"x_name": user.login, "x_user": user.id, "x_digest": digest}})
action = {{"type": "ir.actions.act_url", "target": "new", "url": DESK + {PATH!r} + ticket}}
""".strip()

SAY_PERSON = f"""
asked = json.loads(env.context["gatehouse_person"])
number = asked.get("user") or 0
if asked.get("digest"):
    env["{TICKET}"].flush_model()
    env.cr.execute(
        "select x_user from {TICKET} where x_digest = %s"
        " and create_date > (clock_timestamp() at time zone 'UTC') - interval '{VALID_SECONDS} seconds'",
        [asked["digest"]],
    )
    rows = env.cr.fetchall()
    number = rows[0][0] if rows else 0
person = env["res.users"].sudo().browse(number).exists()
action = {{}}
if person and person.active:
    action = {{
        "number": person.id,
        "login": person.login,
        "name": person.name,
        "roles": [role for role, group in {tuple(_ROLES.items())!r} if person.has_group(group)],
        "companies": person.company_ids.mapped("name"),
        "language": person.lang or "",
        "zone": person.tz or "",
    }}
""".strip()  # noqa: S608 - made of our own constants alone


def tickets(desk_url: str) -> tuple[Declared, ...]:
    """The model of tickets, the menu entry that gives one, and the action that says who somebody is.

    The menu stands under `menu_root`, which must be shown to the groups of the roles; the action is found by the
    reader in the gate model, as every action of ours is.
    """
    groups = tuple(Ref(name=name) for name in ROLE_GROUPS.values())
    users = Ref(name="base.model_res_users")  # readable by everybody who may sign in: the menu shows by that
    code = f"DESK = {desk_url.rstrip('/')!r}\n{MAKE_TICKET}"
    return (
        pieces.model(TICKET, "Gatehouse sign-in ticket", _FIELDS),
        pieces.access(TICKET, "settings", Ref(name="base.group_system")),
        pieces.server_action(OPEN_DESK, "Open Gatehouse", users, code, groups),
        pieces.server_action(PERSON, "Gatehouse: who is this", users, SAY_PERSON, (Ref(name=READERS),)),
        Declared(
            name=f"gate_{PERSON}",
            model=GATE,
            values={"x_name": PERSON, "x_action": Ref(name=PERSON)},
            identity=("x_name",),
        ),
        Declared(
            name="menu_open_desk",
            model="ir.ui.menu",
            values={
                "name": "Open the desk",
                "parent_id": Ref(name="menu_root"),
                "action": Ref(name=OPEN_DESK, model="ir.actions.server"),
                "sequence": 0,
                "groups_id": groups,
            },
            identity=("name", "parent_id"),
        ),
    )
