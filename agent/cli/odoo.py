"""Commands about Odoo: set-up and removal of what stands there, and the read-only scan."""

import os
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli import out, start
from agent.errors import ConfigurationError, InputError

app = typer.Typer(help="Set Odoo up for the log, the actions and the controls, or undo that.", no_args_is_help=True)
ADMIN_PASSWORD = "ODOO_ADMIN_PASSWORD"  # noqa: S105 - the name of a variable
AdminUser = Annotated[
    str,
    typer.Option(
        help="An administrator of Odoo, for this command alone. The password is asked for, or read from"
        f" --admin-password-file or {ADMIN_PASSWORD}. Default is the user of GATEHOUSE_ODOO_USER.",
    ),
]
PasswordFile = Annotated[Path | None, typer.Option(help="A file with the administrator's password or API key.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change; change nothing.")]


@app.command()
def setup(
    dry_run: DryRun = False,
    users: Annotated[
        int | None,
        typer.Option(min=0, max=3, help="Service users: 3, each with the least rights (default), or 1 for all; "
                     "0 makes none, and the user of this command serves itself, for trials."),
    ] = None,
    renew_users: Annotated[bool, typer.Option("--renew-users", help="Make new keys for the service users.")] = False,
    admin_user: AdminUser = "",
    admin_password_file: PasswordFile = None,
    as_json: out.AsJson = False,
) -> None:  # fmt: skip
    """Make the log, its rules, the guarded actions, controls, groups and service users in Odoo. Twice changes nothing.

    The service users' keys are kept in GATEHOUSE_HOME/keys/odoo-users.json; the service itself needs no other
    credentials, least of all an administrator's.
    """
    if users not in {None, 0, 1, 3}:
        raise InputError(f"There is no set-up with {users} service users.", remedy="Say --users 3 or --users 1.")
    from agent.bootstrap import odoo_installer

    installer = odoo_installer(start.settings(), admin_user, _password(admin_user, admin_password_file))
    with _progress("Setting up", as_json) as started:
        found = installer.set_up(users=users, dry_run=dry_run, renew=renew_users, started=started)
    baseline = None if dry_run or found.problems else installer.baseline()
    if as_json:
        out.say({"dry_run": dry_run, **found.model_dump(mode="json"),
                 "baseline": baseline.model_dump(mode="json") if baseline else None})  # fmt: skip
    else:
        _say_changes(found.changes, dry_run)
        _say_off(found.off)
        if baseline:
            from agent.reporting.scan import baseline_lines

            out.line("\n".join(["", "Before Gatehouse, kept for comparison", *baseline_lines(baseline)]))
        for note in found.notes:
            out.line(note)
    _end(found.problems)


@app.command()
def remove(
    with_log: Annotated[bool, typer.Option("--with-log", help="Delete the log as well.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: DryRun = False,
    admin_user: AdminUser = "",
    admin_password_file: PasswordFile = None,
    as_json: out.AsJson = False,
) -> None:
    """Take out of Odoo exactly what set-up made. The log and its append-only rules stay unless --with-log is said."""
    from agent.bootstrap import odoo_installer

    installer = odoo_installer(start.settings(), admin_user, _password(admin_user, admin_password_file))
    if with_log and not dry_run and not yes:
        _confirm(installer.database)
    with _progress("Removing", as_json) as started:
        found = installer.remove(with_log=with_log, dry_run=dry_run, started=started)
    if as_json:
        out.say({"dry_run": dry_run, "with_log": with_log, **found.model_dump(mode="json")})
    else:
        _say_changes(found.changes, dry_run)
        if not with_log:
            out.line("The log stays in Odoo, append-only; its writers are archived.")
    _end(found.problems)


def scan(
    days: Annotated[int, typer.Option(min=7, max=730, help="How far back the baseline reaches.")] = 90,
    mails: Annotated[Path | None, typer.Option(help="A folder of supplier mails (.eml) to read as well.")] = None,
    as_json: out.AsJson = False,
) -> None:
    """Read Odoo (nothing is installed or written) and say what is at risk now, with baseline figures."""
    from agent.bootstrap import baseline_at_set_up, embedded_reader, odoo_ports
    from agent.kit.clock import utc_now
    from agent.reporting.scan import baseline_lines, scan_odoo, scan_text

    loaded = start.settings()
    report = scan_odoo(odoo_ports(loaded, utc_now), utc_now(), days=days, mails=mails, reader=embedded_reader())
    kept = baseline_at_set_up(loaded)
    if as_json:
        before = kept.model_dump(mode="json") if kept else None
        out.say({**report.model_dump(mode="json"), "baseline_at_set_up": before})
        return
    out.line(scan_text(report))
    if kept:
        out.line("\n".join(["", "At set-up, before Gatehouse", *baseline_lines(kept)]))


def _password(user: str, file: Path | None) -> str:
    """The administrator's password: of the file, else of the environment, else asked for without an echo."""
    if not user:
        return ""
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"--admin-password-file {file} cannot be read: {error}.") from error
    if given := os.environ.get(ADMIN_PASSWORD):
        return given
    if not sys.stdin.isatty():
        raise ConfigurationError(
            f"The password of {user!r} is not known.", remedy=f"Set {ADMIN_PASSWORD} or say --admin-password-file."
        )
    return str(typer.prompt(f"Password of {user} in Odoo", hide_input=True, err=True))


def _confirm(database: str) -> None:
    """Raises InputError unless the database's name is typed."""
    asked = f"This deletes the whole log in {database!r} for ever. Type the database's name to go on"
    if not sys.stdin.isatty():
        raise InputError("Deleting the log needs a yes.", remedy="Say --yes, or run this in a terminal.")
    if typer.prompt(asked, err=True) != database:
        raise InputError("That is not the database's name.", remedy="Nothing was deleted.")


@contextmanager
def _progress(what: str, quiet: bool) -> Generator[Callable[[int], Callable[[], None]]]:
    """A bar over the records to look at."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield lambda total: stack.enter_context(out.bar(what, total, quiet=quiet))


def _say_changes(changes: Sequence[Any], dry_run: bool) -> None:
    out.line("\n".join(map(str, changes)) if changes else "Nothing to change.")
    if changes:
        out.line(f"{len(changes)} changes{' would be made' if dry_run else ''}.")


def _say_off(off: Sequence[Any]) -> None:
    """Each feature that is off, once, with the reason; in the order in which they were found."""
    for feature, reason in dict.fromkeys((item.feature, item.reason) for item in off):
        out.line(f"Off: {feature}: {reason}")


def _end(problems: Sequence[str]) -> None:
    for problem in problems:
        sys.stderr.write(f"Problem: {out.printable(problem)}\n")
    if problems:
        raise typer.Exit(1)
