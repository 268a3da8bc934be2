"""Setting Odoo up: the declarations applied, keys for the service users, and what is off on this Odoo."""

from collections.abc import Callable

from agent.adapters.odoo.connection import Connection
from agent.adapters.odoo.credentials import Vault
from agent.adapters.odoo.declarations import declarations
from agent.adapters.odoo.difference import Change
from agent.adapters.odoo.faults import BadLogin
from agent.adapters.odoo.groups import THREE
from agent.adapters.odoo.names import Site
from agent.adapters.odoo.provision import Engine, Off
from agent.adapters.odoo.references import every_row
from agent.adapters.odoo.removal import Removal, remove, retire
from agent.adapters.odoo.service_users import ServiceUsers
from agent.errors import ActionRefused, OdooDenied
from agent.kit.values import Value

PATIENCE = 120.0  # seconds: making a model lets Odoo load its registry anew
NOT_ADMINISTRATOR = "Run this with a user who has Odoo's right Administration / Settings: `--admin-user LOGIN`."
SEATS = (
    "Of the three service users only gatehouse_read is a user of Odoo's backend, which takes a seat where seats are"
    " counted (Odoo Online, Enterprise); the external API of Odoo Online needs the Custom plan."
)
Started = Callable[[int], Callable[[], None]]


class SetUp(Value):
    """What a set-up did, or in a dry run would do."""

    changes: tuple[Change, ...]
    off: tuple[Off, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def nobody_looks(_: int) -> Callable[[], None]:
    """No progress is shown."""
    return lambda: None


def set_up(
    administrator: Connection,
    vault: Vault | None = None,
    *,
    users: int = 0,
    dry_run: bool = False,
    renew: bool = False,
    hook_url: str = "",
    desk_url: str = "",
    started: Started = nobody_looks,
) -> SetUp:
    """Make everything declared be there, and give the service users keys that are kept in `vault`.

    `users` is 3, 1, or 0: then the signed-in user serves itself, as trials do. `started` hears how many records there
    are to look at, and gives what is called for each. Raises ActionRefused when Odoo lacks Automation Rules,
    OdooDenied when the user is no administrator.
    """
    connection = administrator.patient(PATIENCE)
    try:
        site = the_site(connection, users=users, hook_url=hook_url, desk_url=desk_url)
        declared = declarations(site)
        engine = Engine(connection, dry_run=dry_run, advance=started(len(declared)))
        engine.run(declared)
        old = retire(connection, (item.name for item in declared), dry_run=dry_run)
        changes, problems = (*engine.changes, *old.changes), old.problems
        if vault and users:
            serving = ServiceUsers(connection, vault, users)
            back = [change.name for change in engine.changes if change.model == "res.users" and change.fields]
            serving.settle(engine.known, back, renew=renew, dry_run=dry_run)
            changes, problems = (*changes, *serving.changes), (*problems, *serving.problems)
    except OdooDenied as error:
        raise _as_administrator(error) from error
    notes = (SEATS,) if users == len(THREE) and THREE[0].name in engine.made else ()
    return SetUp(changes=changes, off=tuple(engine.off), problems=problems, notes=notes)


def take_away(
    administrator: Connection, vault: Vault, *, with_log: bool, dry_run: bool, started: Started = nobody_looks
) -> Removal:
    """Undo a set-up, and forget the keys of its users. Raises OdooDenied when the user is no administrator."""
    connection = administrator.patient(PATIENCE)
    try:
        removal = remove(connection, with_log=with_log, dry_run=dry_run, started=started)
    except OdooDenied as error:
        raise _as_administrator(error) from error
    if not dry_run:
        vault.put(str(connection.address), connection.database, None)
    return removal


def _as_administrator(error: OdooDenied) -> OdooDenied:
    """The same refusal; where a right is lacking, with who has it."""
    if isinstance(error, BadLogin):
        return BadLogin(error.detail, remedy="Check the administrator's login, and the password or API key.")
    return error if error.next_step != OdooDenied.remedy else OdooDenied(error.detail, remedy=NOT_ADMINISTRATOR)


def the_site(connection: Connection, *, users: int, hook_url: str, desk_url: str) -> Site:
    """What the declarations depend on. Raises ActionRefused when Odoo lacks Automation Rules."""
    if not connection.fields("base.automation"):
        raise ActionRefused(
            "Odoo lacks Automation Rules, which keep the log append-only, or this user may not see them.",
            remedy="Install the module base_automation (Automation Rules) in Odoo, and run this as an administrator.",
        )
    companies = every_row(connection, "res.company", [("active", "=", True)], [])
    return Site(
        major=connection.major(),
        user=connection.user_id(),
        companies=tuple(row["id"] for row in companies),
        users=users,
        hook_url=hook_url,
        desk_url=desk_url,
    )
