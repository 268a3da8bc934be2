"""Commands that run the service: desk and worker."""

from typing import Annotated

import typer

from agent.cli import start


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on.")] = None,
    worker: Annotated[bool, typer.Option(help="Also run the worker in this process.")] = True,
) -> None:
    """Serve the desk, and work in the same process unless --no-worker."""
    from agent.cli.service import run_service

    run_service(start.settings(host=host, port=port), web=True, worker=worker)


def worker() -> None:
    """Run a worker alone (many may run on PostgreSQL)."""
    from agent.cli.service import run_service

    run_service(start.settings(), web=False, worker=True)
