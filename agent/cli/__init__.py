"""The command line: `gatehouse …`. Heavy imports stand inside the commands, so that `--help` answers at once."""

from agent.cli.main import main

__all__ = ["main"]
