"""Setting Odoo up: the declarations applied, and what is off on this Odoo."""

from collections.abc import Callable
from typing import Protocol

from agent.adapters.odoo.connection import Connection
from agent.adapters.odoo.declarations import declarations
from agent.adapters.odoo.difference import Change
from agent.adapters.odoo.names import Site
from agent.adapters.odoo.provision import Engine, Off
from agent.adapters.odoo.references import every_row
from agent.errors import ActionRefused, OdooDenied
from agent.kit.values import Value

PATIENCE = 120.0  # seconds: making a model lets Odoo load its registry anew
NOT_ADMINISTRATOR = "Run the set-up with a user who has Odoo's right Administration / Settings."


class Gateway(Protocol):
    """What set-up needs of the gateway."""

    connection: Connection

    def forget(self) -> None:
        """Drop what is kept about the set-up."""
        ...


class SetUp(Value):
    """What a set-up did, or in a dry run would do."""

    changes: tuple[Change, ...]
    off: tuple[Off, ...] = ()


def set_up(
    gateway: Gateway,
    *,
    dry_run: bool = False,
    users: int = 0,
    hook_url: str = "",
    desk_url: str = "",
    started: Callable[[int], Callable[[], None]] = lambda _: lambda: None,
) -> SetUp:
    """Make everything declared be there; with `users` 0 the signed-in user serves itself, as trials do.

    `started` hears how many records there are to look at, and gives what is called for each. Raises ActionRefused
    when Odoo lacks Automation Rules, OdooDenied when the user is no administrator.
    """
    connection = gateway.connection.patient(PATIENCE)
    try:
        site = the_site(connection, users=users, hook_url=hook_url, desk_url=desk_url)
        declared = declarations(site)
        engine = Engine(connection, dry_run=dry_run, advance=started(len(declared)))
        engine.run(declared)
    except OdooDenied as error:
        raise OdooDenied(error.detail, remedy=NOT_ADMINISTRATOR) from error
    gateway.forget()
    return SetUp(changes=tuple(engine.changes), off=tuple(engine.off))


def the_site(connection: Connection, *, users: int, hook_url: str, desk_url: str) -> Site:
    """What the declarations depend on. Raises ActionRefused when Odoo lacks Automation Rules."""
    if not connection.fields("base.automation"):
        raise ActionRefused(
            "Odoo lacks Automation Rules, which keep the log append-only.",
            remedy="Install the module base_automation (Automation Rules) in Odoo, then run this again.",
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
