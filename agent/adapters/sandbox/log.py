"""The port `OdooLog` on the sandbox company: the append-only log, its one erasure, and the risk fields."""
# ruff: noqa: S608 - table and column names are constants of this module; values are parameters

import json
import sqlite3
from collections.abc import Sequence

from agent.actions.log import ContentRow, DecisionRow, LogCounts, RiskIndicator
from agent.adapters.sandbox.ledger import counts
from agent.adapters.sandbox.part import Part
from agent.evidence.records import Model, RecordRef
from agent.kit.clock import to_micros

SHOWN: dict[Model, str] = {
    Model.SALE_ORDER: "sale_order",
    Model.PURCHASE_ORDER: "purchase_order",
    Model.PICKING: "picking",
}


class Log(Part):
    """Writes the log; its rows are never changed but by `erase`."""

    def append(self, rows: Sequence[DecisionRow | ContentRow]) -> int:
        with self._db.writing() as db:
            known = _known_keys(db, rows)
            before = len(known)
            for row in rows:
                if (row.kind, row.key) not in known:
                    _store(db, row)
                    known.add((row.kind, row.key))
            return len(known) - before

    def erase(self, keys: Sequence[str], *, reason: str) -> int:
        with self._db.writing() as db:
            done = db.execute(
                """UPDATE content SET row = json_set(row, '$.text', ''), erased_at = :at, erase_reason = :reason
                   WHERE erased_at IS NULL AND key IN (SELECT value FROM json_each(:keys))""",
                {"at": to_micros(self._clock()), "reason": reason, "keys": json.dumps(list(keys))},
            )
            return done.rowcount

    def indicate(self, rows: Sequence[RiskIndicator]) -> int:
        with self._db.writing() as db:
            return sum(_indicate(db, row) for row in _last_of_each(rows))

    def counts(self) -> LogCounts:
        with self._db.reading() as db:
            return counts(db)

    def risk(self, record: RecordRef) -> RiskIndicator | None:
        """What the record's risk fields show; None when there is no such record."""
        with self._db.reading() as db:
            found = _risk_of(db, record)
        if found is None:
            return None
        level, score, reason, link = found
        return RiskIndicator.model_validate(
            {"record": record, "level": level, "score": score, "reason": reason, "link": link}
        )


def _risk_of(db: sqlite3.Connection, record: RecordRef) -> tuple[str, int, str, str] | None:
    table = SHOWN.get(record.model)
    asked = f"SELECT risk_level, risk_score, risk_reason, risk_link FROM {table} WHERE id = ?"
    found = db.execute(asked, (record.id,)).fetchone() if table else None
    return (str(found[0]), int(found[1]), str(found[2]), str(found[3])) if found else None


def _last_of_each(rows: Sequence[RiskIndicator]) -> list[RiskIndicator]:
    return list({(row.record.model, row.record.id): row for row in rows}.values())


def _indicate(db: sqlite3.Connection, row: RiskIndicator) -> bool:
    """Set the fields where they differ; who changed the record last, and when, stays as it is."""
    shown, wanted = _risk_of(db, row.record), (row.level.value, row.score, row.reason, row.link)
    if shown is None or shown == wanted:
        return False
    db.execute(
        f"UPDATE {SHOWN[row.record.model]} SET (risk_level, risk_score, risk_reason, risk_link) = (?, ?, ?, ?)"
        " WHERE id = ?",
        (*wanted, row.record.id),
    )
    return True


def _known_keys(db: sqlite3.Connection, wanted: Sequence[DecisionRow | ContentRow]) -> set[tuple[str, str]]:
    found = db.execute(
        """SELECT 'decision' AS kind, key FROM decision WHERE key IN (SELECT value FROM json_each(:list))
           UNION ALL SELECT 'content', key FROM content WHERE key IN (SELECT value FROM json_each(:list))""",
        {"list": json.dumps([row.key for row in wanted])},
    )
    return {(row["kind"], row["key"]) for row in found}


def _store(db: sqlite3.Connection, row: DecisionRow | ContentRow) -> None:
    match row:
        case DecisionRow():
            db.execute(
                "INSERT INTO decision (key, case_number, final_action, row) VALUES (?, ?, ?, ?)",
                (row.key, row.case_number, row.final_action, row.model_dump_json()),
            )
        case ContentRow():
            db.execute(
                "INSERT INTO content (key, case_number, content, row) VALUES (?, ?, ?, ?)",
                (row.key, row.case_number, row.content.value, row.model_dump_json()),
            )
