"""Commands about the memory of decided cases: how it stands, and making it anew from the database."""

import typer

from agent.cli import out, start

app = typer.Typer(help="The memory of decided cases, a cache of the database.", no_args_is_help=True)


@app.command()
def status(as_json: out.AsJson = False) -> None:
    """Say where it is, how many cases it holds and how far it is behind the log. Exit code 1 when it cannot be used."""
    from agent.errors import PrecedentsUnavailable

    found = start.app()
    memory = found.precedents
    assert memory is not None, "every configured app has one"
    with found.look() as look:
        head = look.audit.head()[0]
    document: dict[str, object] = {"where": memory.where(), "works": True}
    try:
        document |= {"remembered": memory.count(), "read_until": memory.read_until(), "log": head}
    except PrecedentsUnavailable as error:
        document |= {"works": False, "problem": str(error), "next_step": error.next_step}
    finally:
        memory.close()
    if as_json:
        out.say(document)
    else:
        out.line("\n".join(_lines(document)))
    if not document["works"]:
        raise typer.Exit(1)


def _lines(document: dict[str, object]) -> list[str]:
    where = f"Decided cases: {document['where']}"
    if not document["works"]:
        return [where, f"{document['problem']}", f"Next: {document['next_step']}"]
    return [
        where,
        f"{document['remembered']} remembered, the log read to {document['read_until']} of {document['log']}",
    ]


@app.command()
def rebuild(as_json: out.AsJson = False) -> None:
    """Forget all and remember every decided case anew from the database. Nothing else is changed."""
    from agent.inline import seal
    from agent.steps.remember import rebuild as rebuild_memory

    found = start.app()
    seal(found)  # what is not in the log yet would be left out
    memory = found.precedents
    assert memory is not None, "every configured app has one"
    with found.look() as look:
        head = look.audit.head()[0]
    with out.bar("Reading the log", head, quiet=as_json) as advance:
        told = 0

        def progress(done: int, _of: int) -> None:
            nonlocal told
            for _ in range(done - told):
                advance()
            told = done

        try:
            count = rebuild_memory(found, progress)
        finally:
            memory.close()
    if as_json:
        out.say({"remembered": count, "where": memory.where()})
    else:
        out.line(f"{count} decided cases are remembered in {memory.where()}.")
