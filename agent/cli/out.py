"""Printing: tables for people, one JSON object for machines, errors with their next step."""

import json
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from agent.errors import GatehouseError

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def say(document: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")


def record(document: Any) -> None:
    """One JSON document as one line on standard output, at once."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def dumps(document: Any) -> bytes:
    """A document as JSON bytes."""
    return json.dumps(document, ensure_ascii=False).encode()


def fail(error: GatehouseError, *, as_json: bool) -> None:
    """The error and what to do next, on standard error (as JSON on standard output too, for machines)."""
    if as_json:
        say({"error": type(error).__name__, "message": str(error), "next_step": error.next_step})
    sys.stderr.write(f"Error: {error}\n  Next: {error.next_step}\n")


def table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, right: frozenset[int] = frozenset()
) -> None:
    """A table on standard output; untrusted words are printed as they are, never as markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=title, title_justify="left", header_style="bold", expand=False)
    for index, column in enumerate(columns):
        drawn.add_column(column, justify="right" if index in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(printable(str(cell))) for cell in row))
    Console(width=None if sys.stdout.isatty() else 140).print(drawn)


def line(text: str = "") -> None:
    """A line for people."""
    sys.stdout.write(printable(text) + "\n")


def printable(text: str) -> str:
    """The text without control characters, which a terminal would obey."""
    return "".join(char if char.isprintable() or char in "\n\t" else "�" for char in text)


@contextmanager
def bar(what: str, total: int | None, *, quiet: bool) -> Generator[Callable[[], None]]:
    """A progress bar on standard error; the yielded function advances it by one."""
    if quiet or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)
