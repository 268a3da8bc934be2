"""Commands about people, and the kill switch."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import out, start

if TYPE_CHECKING:
    from agent.access.model import Role

app = typer.Typer(help="People who may sign in at the desk.", no_args_is_help=True)


@app.command()
def add(
    login: Annotated[str, typer.Argument(help="The login, e.g. an e-mail address.")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[list[str], typer.Option(help="A role; may be given several times.")],
    company: Annotated[list[str] | None, typer.Option(help="An Odoo company's name; default is all.")] = None,
    password_stdin: Annotated[bool, typer.Option(help="Read the password from standard input.")] = False,
    as_json: out.AsJson = False,
) -> None:
    """Let a person sign in. The password is asked for, or read from standard input; it never stands in a command."""
    from agent.access.store import new_person
    from agent.commands import add_person

    roles = _roles(role)
    built = start.app()
    password = _password(from_stdin=password_stdin)
    person = new_person(login, name, roles, tuple(company or ("*",)))
    add_person(built, person, password, start.operator().login)
    if as_json:
        out.say(person.model_dump(mode="json"))
    else:
        out.line(f"{person.login} may sign in as {', '.join(sorted(person.roles))}.")


@app.command()
def change(
    login: Annotated[str, typer.Argument(help="Whom; `user list` shows who there is.")],
    name: Annotated[str | None, typer.Option(help="The person's name.")] = None,
    role: Annotated[list[str] | None, typer.Option(help="All their roles from now on.")] = None,
    company: Annotated[list[str] | None, typer.Option(help='All their companies from now on; "*" is all.')] = None,
    language: Annotated[str | None, typer.Option(help="Of the desk and the digest, e.g. de.")] = None,
    zone: Annotated[str | None, typer.Option(help="IANA time zone, e.g. Europe/Berlin.")] = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help="Whether they may sign in; --inactive signs them out.")
    ] = None,
    as_json: out.AsJson = False,
) -> None:
    """Change what a person may do, or whether they may sign in. What is not named stays."""
    from agent.commands import change_person

    _is_zone(zone)
    given = {
        "name": name, "roles": _roles(role) if role else None, "companies": tuple(company) if company else None,
        "language": language, "zone": zone, "active": active,
    }  # fmt: skip
    changes: dict[str, Any] = {field: value for field, value in given.items() if value is not None}
    person = change_person(start.app(), login, start.operator().login, None, **changes)
    if as_json:
        out.say(person.model_dump(mode="json"))
    else:
        may = f"may sign in as {', '.join(sorted(person.roles))}" if person.active else "may sign in no more"
        out.line(f"{person.login} {may}.")


@app.command()
def password(
    login: Annotated[str, typer.Argument(help="Whose.")],
    password_stdin: Annotated[bool, typer.Option(help="Read the password from standard input.")] = False,
    as_json: out.AsJson = False,
) -> None:
    """Give a person a new password; they are signed out everywhere."""
    from agent.commands import change_person

    built = start.app()
    person = change_person(built, login, start.operator().login, _password(from_stdin=password_stdin))
    if as_json:
        out.say({"login": person.login, "changed": True})
    else:
        out.line(f"{person.login} has a new password and is signed out everywhere.")


@app.command("list")
def list_people(as_json: out.AsJson = False) -> None:
    """List who may sign in."""
    with start.app().look() as look:
        people = look.access.people()
    if as_json:
        out.say({"people": [person.model_dump(mode="json") for person in people]})
        return
    rows = [(p.login, p.name, ", ".join(sorted(p.roles)), ", ".join(p.companies), p.active) for p in people]
    out.table("People", ("Login", "Name", "Roles", "Companies", "Active"), rows)


@app.command()
def link(login: str, minutes: Annotated[int, typer.Option(min=1, max=60)] = 10, as_json: out.AsJson = False) -> None:
    """Make a single-use sign-in link."""
    from datetime import timedelta

    from agent.commands import make_ticket

    built = start.app()
    url = f"{built.desk_url}/sign-in/ticket/{make_ticket(built, login, timedelta(minutes=minutes))}"
    if as_json:
        out.say({"url": url, "minutes": minutes})
    else:
        out.line(url)


def _roles(given: list[str]) -> "frozenset[Role]":
    from agent.access.model import Role
    from agent.errors import InputError

    if unknown := sorted(set(given) - set(Role)):
        raise InputError(f"{unknown[0]!r} is no role.", remedy=f"Use one or more of: {', '.join(Role)}.")
    return frozenset(Role(item) for item in given)


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return typer.prompt("Password (12 characters or more)", hide_input=True, confirmation_prompt=True)


def _is_zone(zone: str | None) -> None:
    from zoneinfo import available_timezones

    from agent.errors import InputError

    if zone is not None and zone not in available_timezones():
        raise InputError(f"{zone!r} is no IANA time zone.", remedy="Use a name such as Europe/Berlin.")


def halt(
    reason: Annotated[str, typer.Argument(help="Why; it is shown to everybody.")], as_json: out.AsJson = False
) -> None:
    """Kill switch: nothing is automatic and nothing is changed in Odoo until `resume`. Review and the log go on."""
    from agent.commands import halt as halt_command

    _switched(halt_command(start.app(), reason, start.operator()), "Halted.", "It is halted already.", as_json=as_json)


def resume(as_json: out.AsJson = False) -> None:
    """Release the kill switch."""
    from agent.commands import resume as resume_command

    _switched(resume_command(start.app(), start.operator()), "Resumed.", "It is not halted.", as_json=as_json)


def _switched(done: bool, yes: str, no: str, *, as_json: bool) -> None:
    if as_json:
        out.say({"changed": done})
    else:
        out.line(yes if done else no)
