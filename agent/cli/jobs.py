"""Commands about failed work and the audit log."""

from typing import Annotated

import typer

from agent.cli import out, start

app = typer.Typer(help="Work that is owed, that failed, and inputs that were rejected.", no_args_is_help=True)
audit_app = typer.Typer(help="The audit log.", no_args_is_help=True)


@app.command("list")
def list_jobs(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many of each at most.")] = 200,
    as_json: out.AsJson = False,
) -> None:
    """List what is due, what is dead with its reason, refused log rows, and rejected inputs."""
    with start.app().look() as look:
        items = look.outbox.listed(limit=limit)
        log_rows = look.outbox.dead_log(limit)
        inputs = look.intake.rejected(limit)
        refused = look.actions.refused(limit)
    if as_json:
        out.say(
            {
                "work": [item.model_dump(mode="json") for item in items],
                "log": [{"key": key, "why": why, "since": since} for key, why, since in log_rows],
                "actions": [item.model_dump(mode="json") for item in refused],
                "inputs": [item.model_dump(mode="json") for item in inputs],
            }
        )
        return
    rows = [(f"{i.kind}:{i.key}", i.state, i.attempts, f"{i.due_at:%Y-%m-%d %H:%M:%S}", i.last_error) for i in items]
    rows += [(f"log ({key})", "dead", "", f"{since:%Y-%m-%d %H:%M:%S}", why) for key, why, since in log_rows]
    rows += [
        (f"{i.digest[:12]} ({i.name})", "rejected", "", f"{i.received_at:%Y-%m-%d %H:%M:%S}", i.why) for i in inputs
    ]
    rows += [
        (f"action:{i.id}", "refused", "", f"{i.done_at:%Y-%m-%d %H:%M:%S}" if i.done_at else "", i.last_error)
        for i in refused
    ]
    out.table("Owed and failed", ("Name", "State", "Tries", "Due or since (UTC)", "Why"), rows, right=frozenset({2}))
    if rows:
        out.line("Try one again: gatehouse jobs redrive NAME   (NAME is kind:key, log, or the start of a digest)")


@app.command()
def redrive(
    name: Annotated[
        str, typer.Argument(help="kind:key of dead work, `log`, or the start of a rejected input's digest.")
    ],
    as_json: out.AsJson = False,
) -> None:
    """Take something from the dead-letter list and try it again."""
    from agent.commands import redrive as redrive_command

    done = redrive_command(start.app(), name, start.operator())
    if as_json:
        out.say({"redriven": name, "result": done})
    else:
        out.line(done[0].upper() + done[1:] + ".")


@audit_app.command()
def verify(as_json: out.AsJson = False) -> None:
    """Check the whole audit log: every event, every link. Exit code 1 when anything is damaged."""
    from agent.inline import seal

    built = start.app()
    seal(built)
    with built.look() as look:
        report = look.audit.verify()
    if as_json:
        out.say(report.model_dump(mode="json") | {"whole": report.whole})
    else:
        until = f", until {report.sealed_until:%Y-%m-%d %H:%M:%S} UTC" if report.sealed_until else ""
        out.line(f"Stored {report.stored}, sealed {report.sealed}{until}, anchored {report.anchored}.")
        out.line(f"Head {report.head}")
        for damage in report.damages:
            out.line(f"DAMAGED {damage.place}: {damage.what}")
        out.line("No damage found in what is stored; a cut tail shows only against an anchor." if report.whole else "")
    if not report.whole:
        raise typer.Exit(1)
