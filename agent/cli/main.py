"""The commands by group, and the one place where an error becomes a message and an exit code."""

import sys
from typing import Annotated

import typer

from agent.cli import (
    approvals,
    cases,
    certify,
    demo,
    desk,
    jobs,
    odoo,
    odoo_check,
    one_shot,
    out,
    people,
    precedents,
    rules,
    system,
    watch,
)
from agent.cli.out import fail
from agent.errors import GatehouseError

app = typer.Typer(
    name="gatehouse",
    help="Governed AI for order exceptions and supplier mails in Odoo: suggestions, review, a log that holds.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        out.line(f"gatehouse {version('gatehouse')}")
        raise typer.Exit


@app.callback()
def options(
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options of the whole command line."""


START, WORK, RUN = "Start here", "Daily work", "Operation"
app.command(rich_help_panel=START)(demo.demo)
app.command(rich_help_panel=START)(system.doctor)
app.command(rich_help_panel=START)(odoo.scan)
app.command(rich_help_panel=WORK)(cases.ingest)
app.command(name="read-mail", rich_help_panel=WORK)(one_shot.read_mail)
app.command(rich_help_panel=WORK)(one_shot.classify)
app.add_typer(cases.app, name="case", rich_help_panel=WORK)
app.add_typer(approvals.app, name="approval", rich_help_panel=WORK)
app.command(rich_help_panel=WORK)(cases.risk)
app.add_typer(watch.app, name="watch", rich_help_panel=WORK)
app.add_typer(cases.digest_app, name="digest", rich_help_panel=WORK)
app.add_typer(system.eval_app, name="eval", rich_help_panel=WORK)
app.command(rich_help_panel=RUN)(desk.serve)
app.command(rich_help_panel=RUN)(desk.worker)
app.command(rich_help_panel=RUN)(system.migrate)
app.add_typer(jobs.app, name="jobs", rich_help_panel=RUN)
app.add_typer(jobs.audit_app, name="audit", rich_help_panel=RUN)
app.add_typer(people.app, name="user", rich_help_panel=RUN)
app.add_typer(rules.app, name="policy", rich_help_panel=RUN)
app.add_typer(precedents.app, name="precedents", rich_help_panel=RUN)
app.command(rich_help_panel=RUN)(certify.certify)
app.command(rich_help_panel=RUN)(people.halt)
app.command(rich_help_panel=RUN)(people.resume)
app.command(rich_help_panel=RUN)(system.backup)
app.command(rich_help_panel=RUN)(system.restore)
odoo.app.command()(odoo_check.check)
app.add_typer(odoo.app, name="odoo", rich_help_panel=RUN)


def main() -> None:
    """Run the command line. Errors of our own tree end in one clear message and exit code 1; Ctrl-C in 130."""
    try:
        app()
    except GatehouseError as error:
        fail(error, as_json="--json" in sys.argv)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
