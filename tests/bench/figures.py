"""Figures of the benches: a table on the screen, and build/bench.json for machines."""

import json
import sys
from pathlib import Path

FILE = Path(__file__).parents[2] / "build" / "bench.json"


def tell(name: str, **found: float | str) -> None:
    """Print the figures of a bench and keep them under its name."""
    width = max(map(len, found))
    rows = [f"  {key.replace('_', ' '):<{width}}  {_plain(value):>12}" for key, value in found.items()]
    sys.stdout.write("\n".join(["", name, *rows, ""]))
    FILE.parent.mkdir(exist_ok=True)
    known = json.loads(FILE.read_text()) if FILE.exists() else {}
    FILE.write_text(json.dumps(known | {name: found}, indent=2) + "\n")


def _plain(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:,.3g}" if abs(value) < 100 else f"{value:,.0f}"
