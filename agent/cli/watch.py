"""Commands that look into the past: patterns."""

from typing import Annotated

import typer

from agent.cli import out, start

app = typer.Typer(help="Look for what recurs, erodes, slips or runs out.", no_args_is_help=True)


@app.callback()
def watch() -> None:
    """Look for what recurs, erodes, slips or runs out."""


@app.command()
def patterns(
    look: Annotated[bool, typer.Option("--look", help="Only show what is found; open no case.")] = False,
    as_json: out.AsJson = False,
) -> None:
    """Look for patterns in stored history and Odoo's forecast, and open a case for each (the service does it daily)."""
    from agent.receiving import Found, find_patterns, watch_patterns
    from agent.suggestions.tasks.catalogue import words

    built = start.app()
    found = [Found(pattern=one) for one in find_patterns(built)] if look else watch_patterns(built)
    if as_json:
        out.say({"patterns": [{"number": one.number, **one.pattern.model_dump(mode="json")} for one in found]})
        return
    rows = [
        (
            words(one.pattern.kind), one.pattern.subject, f"{one.pattern.effect} {one.pattern.unit}",
            one.pattern.recent.count, one.pattern.baseline.count if one.pattern.baseline else "-",
            f"{one.pattern.q_value:.4f}" if one.pattern.q_value is not None else "-", one.number or "-",
        )
        for one in found
    ]  # fmt: skip
    out.table(
        "Patterns", ("Kind", "About", "Effect", "Recent", "Before", "False findings", "Case"), rows,
        right=frozenset({2, 3, 4, 5}),
    )  # fmt: skip
