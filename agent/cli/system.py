"""Commands about the installation: doctor, migrate, backup, restore, eval."""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli import out, start

eval_app = typer.Typer(help="Offline evaluation.", no_args_is_help=True)


def doctor(
    settings: Annotated[
        bool, typer.Option("--settings", help="List every setting with its meaning and present value.")
    ] = False,
    as_json: out.AsJson = False,
) -> None:
    """Say on one page what is configured, reachable and missing. Exit code 1 when something is wrong."""
    from agent.cli.checkup import examine, list_settings

    loaded = start.settings()
    if settings:
        rows = list_settings(loaded)
        if as_json:
            out.say({name: value for name, value, _ in rows})
        else:
            out.table("Settings", ("Name", "Value", "Meaning"), rows)
        return
    findings = examine(loaded)
    if as_json:
        out.say({"findings": [finding.model_dump(mode="json") for finding in findings]})
    else:
        out.table("Gatehouse", ("What", "State", "Detail"), [(f.what, f.state, f.detail) for f in findings])
        for finding in findings:
            if finding.next_step:
                out.line(f"{finding.what}: {finding.next_step}")
    if any(finding.state == "wrong" for finding in findings):
        raise typer.Exit(1)


def migrate(as_json: out.AsJson = False) -> None:
    """Bring the database to this version's schema (a SQLite file is copied first)."""
    from agent.bootstrap import migrate_all

    steps = migrate_all(start.settings())
    if as_json:
        out.say({"steps": steps})
    else:
        out.line("\n".join(steps) if steps else "The schema is this version's already.")


def backup(
    target: Annotated[Path, typer.Argument(help="File to write (.tar); it must not exist.")],
    as_json: out.AsJson = False,
) -> None:
    """Write one file with everything: database, keys, sandbox company. Keep it as safe as the data itself."""
    from agent.cli.copies import make_backup

    made = make_backup(start.settings(), target, start.operator())
    if as_json:
        out.say(made)
    else:
        out.line(f"Wrote {made['file']} ({made['bytes']:,} bytes, SHA-256 {made['digest']}).")


def restore(
    source: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")], as_json: out.AsJson = False
) -> None:
    """Restore a backup into an empty data folder (GATEHOUSE_HOME)."""
    from agent.cli.copies import restore_backup

    made = restore_backup(start.settings(), source, start.operator())
    if as_json:
        out.say(made)
    else:
        out.line(f"Restored {', '.join(made['files'])} into {made['home']}.")


@eval_app.command("run")
def eval_run(
    suite: Annotated[str, typer.Argument(help="Name of a suite.")] = "smoke", as_json: out.AsJson = False
) -> None:
    """Run an offline suite on the configured reader."""
    from agent.bootstrap import embedded_reader, model_reader
    from evals.run import main as run_suite

    loaded = start.settings()
    run_suite(suite, model_reader(loaded) or embedded_reader(), as_json=as_json)
