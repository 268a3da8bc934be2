"""Commands about the rules: what holds, and whether a file of rules can be used."""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli import out, start

app = typer.Typer(help="The rules: routing, approvals, tolerances of bills, what is watched for.", no_args_is_help=True)


@app.command()
def show(as_json: out.AsJson = False) -> None:
    """Print the rules that hold, as the YAML that GATEHOUSE_POLICY takes; a file needs only what differs."""
    from agent.bootstrap import policies_of
    from agent.policies import as_yaml

    found = policies_of(start.settings())
    if as_json:
        out.say({"version": found.version, "policies": found.plain()})
        return
    out.line(f"# {found.version}")
    out.line(as_yaml(found))


@app.command()
def validate(
    file: Annotated[Path, typer.Argument(help="The YAML file to look at; nothing is changed.")],
    as_json: out.AsJson = False,
) -> None:
    """Say what a file of rules would change, or what is wrong with it (exit code 1)."""
    from agent.policies import Policies, differences, read_policies

    found = read_policies(file)
    changed = differences(Policies(), found)
    if as_json:
        out.say({"version": found.version, "changed": [{"rule": a, "default": b, "file": c} for a, b, c in changed]})
    elif changed:
        out.table(f"{file}: {found.version}", ("Rule", "Default", "In this file"), changed)
    else:
        out.line(f"{file} can be used and changes nothing.")
