"""The port `OdooChanges` on the sandbox company: pages of what changed, mails, attempts and answers."""

import json
import sqlite3
from datetime import datetime

from agent.adapters.odoo.controls.scenarios import parameters
from agent.adapters.sandbox import snapshots
from agent.adapters.sandbox.part import Part
from agent.intake.changes import Attempt, ChangePage, Cursor, Heads, OdooAnswer, OdooMail, Watched
from agent.kit.clock import from_micros, to_micros


class Changes(Part):
    """Reads what changed; a page holds no more than its limit, so ten thousand changes need no more memory than one."""

    def now(self) -> datetime:
        with self._db.reading():
            return self._clock()

    def heads(self) -> Heads:
        asked = """SELECT (SELECT max(id) FROM mail) AS message, (SELECT max(id) FROM attempt) AS attempt,
            (SELECT max(id) FROM approval) AS answer"""
        with self._db.reading() as db:
            found = db.execute(asked).fetchone()
        return Heads(**{name: found[name] or 0 for name in ("message", "attempt", "answer")})

    def parameters(self) -> dict[str, str]:
        asked = "SELECT key, value FROM parameter WHERE key LIKE 'gatehouse.%' ORDER BY key"
        with self._db.reading() as db:
            return parameters() | {row["key"]: row["value"] for row in db.execute(asked)}

    def changed(self, model: Watched, after: Cursor, limit: int) -> ChangePage:
        with self._db.reading() as db:
            found = snapshots.page(db, model, to_micros(after.at), after.id, limit + 1)
            records = snapshots.of(db, model, found[:limit])
        reached = after.model_copy(update={"id": records[-1].id}) if records else after
        return ChangePage(records=records, cursor=reached, more=len(found) > limit)

    def mails(self, after_id: int, limit: int) -> tuple[OdooMail, ...]:
        asked = "SELECT id, purchase, raw FROM mail WHERE id > ? ORDER BY id LIMIT ?"
        with self._db.reading() as db:
            found = db.execute(asked, (after_id, limit)).fetchall()
        return tuple(OdooMail(id=row["id"], purchase=row["purchase"], raw=row["raw"]) for row in found)

    def attempts(self, after_id: int, limit: int) -> tuple[tuple[int, Attempt], ...]:
        with self._db.reading() as db:
            found = db.execute("SELECT * FROM attempt WHERE id > ? ORDER BY id LIMIT ?", (after_id, limit)).fetchall()
        return tuple((row["id"], _attempt(row)) for row in found)

    def answers(self, after_id: int, limit: int) -> tuple[OdooAnswer, ...]:
        asked = "SELECT * FROM approval WHERE via = 'odoo' AND id > ? ORDER BY id LIMIT ?"
        with self._db.reading() as db:
            found = db.execute(asked, (after_id, limit)).fetchall()
        return tuple(_answer(row) for row in found)


def _attempt(row: sqlite3.Row) -> Attempt:
    same = ("scenario", "mode", "model", "record_id", "record_name", "company", "login")
    return Attempt(
        id=f"attempt {row['id']}",
        figures=_figures(row["figures"]),
        at=from_micros(row["at"]),
        **{name: row[name] for name in same},
    )


def _answer(row: sqlite3.Row) -> OdooAnswer:
    same = ("id", "scenario", "model", "record_id", "record_name", "company", "consent", "login", "reason_code", "note")
    return OdooAnswer(
        role=row["roles"], figures=_figures(row["figures"]), at=from_micros(row["at"]), **{n: row[n] for n in same}
    )


def _figures(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in json.loads(text).items())
