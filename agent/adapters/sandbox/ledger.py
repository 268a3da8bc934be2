"""What the sandbox holds of our doing, read from the file alone: for tests and for other processes."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from agent.actions.log import LogCounts
from agent.adapters.sandbox.database import BUSY_SECONDS, translated
from agent.kit.values import Value

COUNTS = """
SELECT (SELECT count(*) FROM content WHERE content = 'prompt') AS prompts,
    (SELECT count(*) FROM content WHERE content = 'output') AS outputs,
    (SELECT count(*) FROM decision) AS final_actions
"""


class Ledger(Value):
    """Keys in the order they were stored, and how many notes and activities each action key made."""

    prompts: int
    outputs: int
    final_actions: int
    decisions: tuple[str, ...]
    contents: tuple[str, ...]
    receipts: tuple[str, ...]
    notes: dict[str, int]
    activities: dict[str, int]


def counts(db: sqlite3.Connection) -> LogCounts:
    """Rows of the AI log; one statement."""
    row = db.execute(COUNTS).fetchone()
    return LogCounts(prompts=row["prompts"], outputs=row["outputs"], final_actions=row["final_actions"])


def ledger(path: Path) -> Ledger:
    """Read the ledger at one moment, over a connection of its own. Raises OdooUnavailable when there is no file."""
    with translated(path), closing(_open(path)) as db:
        db.execute("BEGIN")
        held = counts(db)
        return Ledger(
            **held.model_dump(),
            decisions=_keys(db, "SELECT key FROM decision ORDER BY id"),
            contents=_keys(db, "SELECT key FROM content ORDER BY id"),
            receipts=_keys(db, "SELECT key FROM receipt ORDER BY id"),
            notes=dict(Counter(_keys(db, "SELECT action_key FROM note ORDER BY id"))),
            activities=dict(Counter(_keys(db, "SELECT action_key FROM activity ORDER BY id"))),
        )


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    db.row_factory = sqlite3.Row
    return db


def _keys(db: sqlite3.Connection, query: str) -> tuple[str, ...]:
    return tuple(row[0] for row in db.execute(query))
