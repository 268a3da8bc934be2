"""The demo: a throw-away company, sample mails and events, the main job from end to end."""

from typing import Annotated

import typer

from agent.cli import out


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the desk.")] = 8070,
    once: Annotated[bool, typer.Option("--once", help="Do the main job without a server, print it, and exit.")] = False,
    as_json: out.AsJson = False,
) -> None:
    """See it work, with nothing but this machine: sandbox company, sample mails and events, desk, log.

    Without --once it serves the desk and prints the address with a sign-in link.
    """
    from agent.cli.demo_run import demo_once, demo_serve

    if once:
        demo_once(as_json=as_json)
    else:
        demo_serve(port)
