"""Commands about Odoo: set-up of the log, and the read-only scan."""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli import out, start

app = typer.Typer(help="Set Odoo up for the log and the actions.", no_args_is_help=True)


@app.command()
def setup(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; change nothing.")] = False,
    as_json: out.AsJson = False,
) -> None:
    """Make the log models, their append-only rules and the guarded actions in Odoo. Twice changes nothing."""
    from agent.bootstrap import set_up_odoo

    changes = set_up_odoo(start.settings(), dry_run=dry_run)
    if as_json:
        out.say({"dry_run": dry_run, "changes": changes})
    else:
        out.line("\n".join(changes) if changes else "Nothing to change.")


def scan(
    days: Annotated[int, typer.Option(min=7, max=730, help="How far back the baseline reaches.")] = 90,
    mails: Annotated[Path | None, typer.Option(help="A folder of supplier mails (.eml) to read as well.")] = None,
    as_json: out.AsJson = False,
) -> None:
    """Read Odoo (nothing is installed or written) and say what is at risk now, with baseline figures."""
    from agent.bootstrap import embedded_reader, odoo_ports
    from agent.kit.clock import utc_now
    from agent.reporting.scan import scan_odoo, scan_text

    loaded = start.settings()
    report = scan_odoo(odoo_ports(loaded, utc_now), utc_now(), days=days, mails=mails, reader=embedded_reader())
    if as_json:
        out.say(report.model_dump(mode="json"))
    else:
        out.line(scan_text(report))
