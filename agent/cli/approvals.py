"""Commands about approvals: list what waits, answer one."""

from typing import Annotated

import typer

from agent.cli import out, start

app = typer.Typer(help="What policy wants consent for.", no_args_is_help=True)


@app.command("list")
def list_approvals(
    ended: Annotated[bool, typer.Option("--ended", help="What came to an end lately instead.")] = False,
    as_json: out.AsJson = False,
) -> None:
    """List what waits for consent, the most pressing first."""
    with start.app().look() as look:
        found = look.approvals.ended() if ended else look.approvals.waiting()
    if as_json:
        out.say({"approvals": [item.model_dump(mode="json") for item in found]})
        return
    rows = [
        (item.id, item.scenario, item.why, ", ".join(item.roles), item.state, f"{item.due_at:%Y-%m-%d %H:%M}")
        for item in found
    ]
    out.table("Approvals", ("Id", "Scenario", "What", "Consent of", "State", "Answer until (UTC)"), rows)


@app.command()
def answer(
    approval_id: Annotated[str, typer.Argument(help="As `gatehouse approval list` shows it.")],
    consent: Annotated[str, typer.Argument(help="approve or refuse.")],
    reason: Annotated[str, typer.Option(help="A reason code of the scenario, or other.")],
    note: Annotated[str, typer.Option(help="Needed with the reason other.")] = "",
    as_json: out.AsJson = False,
) -> None:
    """Answer as whoever runs this machine: a manager, who may only stand in where an approval is overdue."""
    from agent.approvals.model import Consent
    from agent.commands import answer_approval
    from agent.errors import InputError

    if consent not in set(Consent):
        raise InputError(f"{consent!r} is no answer.", remedy=f"Use one of: {', '.join(Consent)}.")
    found = answer_approval(start.app(), approval_id, Consent(consent), reason, start.operator(), note=note)
    if as_json:
        out.say(found.model_dump(mode="json"))
    else:
        out.line(f"{found.why}: {found.state}.")
