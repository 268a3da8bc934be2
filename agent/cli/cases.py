"""Commands about cases: take in, list, show, undo, take back, risk, digest."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import out, start

if TYPE_CHECKING:
    from agent.pipeline import App

app = typer.Typer(help="List and show cases.", no_args_is_help=True)
digest_app = typer.Typer(help="The manager's daily summary.", no_args_is_help=True)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Mails (.eml), events (.jsonl, .json), or folders of them.")],
    now: Annotated[bool, typer.Option("--now", help="Work it off here at once, without the service.")] = False,
    as_json: out.AsJson = False,
) -> None:
    """Take in mails and events; what cannot be used goes to the dead-letter list with its reason."""
    from agent.cli.intake import take_in

    built = start.app()
    tally = take_in(built, paths, quiet=as_json)
    if now:
        from agent.inline import run_due, seal
        from agent.steps import STEPS

        tally.worked_off = run_due(built, STEPS)
        seal(built)
        with built.look() as look:
            tally.waiting = [item for item in look.outbox.listed() if item.attempts]
    if as_json:
        out.say(tally.document())
    else:
        out.line(tally.words())
    if tally.rejected or tally.waiting:
        raise typer.Exit(1)


@app.command("list")
def list_cases(
    status: Annotated[str, typer.Option(help="open, in_review, decided, closed or all.")] = "all",
    find: Annotated[str, typer.Option(help="A reference, party or label, or its beginning.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    after: Annotated[str, typer.Option(help="The last case number of the page before.")] = "",
    as_json: out.AsJson = False,
) -> None:
    """List cases, the most urgent first."""
    from agent.cases.model import Status
    from agent.errors import InputError
    from agent.reporting.documents import case_document
    from agent.reporting.views import queue
    from agent.suggestions.tasks.catalogue import words

    if status not in {*Status, "all"}:
        raise InputError(f"{status!r} is no status.", remedy=f"Use all or one of: {', '.join(Status)}.")
    statuses = tuple(Status) if status == "all" else (Status(status),)
    with start.app().look() as look:
        last = look.cases.get(after) if after else None
        key = (last.priority, last.id) if last else None
        rows = queue(look, companies=("*",), statuses=statuses, term=find, after=key, limit=limit)
    if as_json:
        out.say({"cases": [case_document(row.case, row.suggestion, row.route, row.confidence) for row in rows]})
        return
    cells = [
        (
            row.case.number, row.case.kind, row.case.status, words(row.suggestion.label) if row.suggestion else "-",
            row.suggestion.severity if row.suggestion else "-", row.case.title, row.case.value_at_risk or "",
        )
        for row in rows
    ]  # fmt: skip
    out.table(
        "Cases", ("Number", "Kind", "Status", "Label", "Severity", "Title", "At stake"), cells, right=frozenset({6})
    )
    if len(rows) == limit:
        out.line(f"More: gatehouse case list --after {rows[-1].case.number}")


@app.command()
def show(number: Annotated[str, typer.Argument(help="C-2026-000123")], as_json: out.AsJson = False) -> None:
    """Show one case: suggestion, facts with quotes, route with reasons, decisions, actions, timeline."""
    from agent.cli.case_page import print_case
    from agent.reporting.documents import view_document
    from agent.reporting.views import case_view

    with start.app().look() as look:
        view = case_view(look, number, viewer=None)
    if as_json:
        out.say(view_document(view))
    else:
        print_case(view)


@app.command()
def undo(number: Annotated[str, typer.Argument(help="C-2026-000123")], as_json: out.AsJson = False) -> None:
    """Undo the last decision of a case, within its grace period: Odoo never hears of it."""
    from agent.commands import undo as undo_command
    from agent.errors import NotFound

    built = start.app()
    with built.look() as look:
        case = look.cases.get(number)
        standing = [made for made in look.reviews.decisions_of(case.id) if not made.undone_by]
    if not standing:
        raise NotFound(f"Case {case.number} has no decision that stands.")
    undo_command(built, standing[-1].id, start.operator())
    if as_json:
        out.say({"number": case.number, "undone": standing[-1].id})
    else:
        out.line(f"{case.number}: the decision of {standing[-1].decided_by} is undone.")


@app.command("take-back")
def take_back(
    number: Annotated[str, typer.Argument(help="C-2026-000123")],
    action: Annotated[int, typer.Option(min=0, help="Its number as `take-back` without it lists them.")] = 0,
    as_json: out.AsJson = False,
) -> None:
    """Have Odoo undo what an action of a case did; without --action, list the case's actions."""
    from agent.commands import take_back as take_back_command
    from agent.errors import NotFound

    built = start.app()
    with built.look() as look:
        found = look.actions.of_case(look.cases.get(number).id)
    if not action:
        rows = [
            (index, item.action.kind, item.action.record.name, item.state) for index, item in enumerate(found, start=1)
        ]
        if as_json:
            out.say({"actions": [item.model_dump(mode="json") for item in found]})
        else:
            out.table("Actions", ("Number", "Action", "Record", "State"), rows)
        return
    if action > len(found):
        raise NotFound(f"Case {number} has {len(found)} actions.", remedy="Run it without --action to list them.")
    chosen = found[action - 1]
    take_back_command(built, chosen.id, start.operator())
    if as_json:
        out.say({"number": number, "taken_back": chosen.id})
    else:
        out.line(f"{chosen.action.kind} on {chosen.action.record.name} is taken back as soon as Odoo answers.")


def risk(as_json: out.AsJson = False) -> None:
    """Open today's supply-risk summary of each company (the service does it each morning)."""
    from agent.receiving import open_risk_summaries

    numbers = open_risk_summaries(start.app())
    if as_json:
        out.say({"opened": numbers})
    else:
        out.line(f"Opened {', '.join(numbers)}." if numbers else "Today's risk summaries are open already.")


@digest_app.command("preview")
def digest_preview(as_json: out.AsJson = False) -> None:
    """Show what today's digest would say; nothing is sent."""
    from agent.reporting.digest import build_digest, digest_text

    built: App = start.app()
    with built.look() as look:
        digest = build_digest(look, built.clock(), built.desk_url, built.policy)
    if as_json:
        out.say(digest.model_dump(mode="json"))
    else:
        out.line(digest_text(digest))
