"""The port `OdooLog` on a real Odoo: each batch is one server action, one transaction in Odoo."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from agent.actions.log import ContentRow, DecisionRow, LogCounts, RiskIndicator
from agent.adapters.odoo.connection import Connection
from agent.adapters.odoo.groups import LOG_GROUP
from agent.adapters.odoo.names import APPEND, CONTENT, COUNT, DECISION, ERASE, INDICATE
from agent.adapters.odoo.own_actions import OwnActions

BATCH = 500  # rows a call: Odoo takes some 3,900 a second so, and a call stays far below its time-out


class Log:
    """Writes with the log user's connection. After OdooUnavailable it is unknown what happened; again is safe."""

    def __init__(self, connection: Connection) -> None:
        self.actions = OwnActions(connection, LOG_GROUP)

    def append(self, rows: Sequence[DecisionRow | ContentRow]) -> int:
        """See `OdooLog.append`. A batch of up to 500 is one transaction; a longer one goes in parts, in order."""
        values = [(DECISION, _decision(row)) if isinstance(row, DecisionRow) else (CONTENT, _content(row))
                  for row in rows]  # fmt: skip
        added = 0
        for part in _parts(values):
            batches = {name: [row for model, row in part if model == name] for name in (DECISION, CONTENT)}
            added += int(self.actions.run(APPEND, "gatehouse_rows", batches)["added"])
        return added

    def erase(self, keys: Sequence[str], *, reason: str) -> int:
        """See `OdooLog.erase`."""
        erased = 0
        for part in _parts(keys):
            asked = {"keys": list(part), "reason": " ".join(reason.split()) or "no reason given"}
            erased += int(self.actions.run(ERASE, "gatehouse_erase", asked)["erased"])
        return erased

    def indicate(self, rows: Sequence[RiskIndicator]) -> int:
        """See `OdooLog.indicate`. Of several for one record the last counts; nothing else of the record changes."""
        last = {(str(row.record.model), row.record.id): row for row in rows}
        changed = 0
        for part in _parts(list(last.items())):
            risks: dict[str, list[dict[str, Any]]] = {}
            for (model, number), row in part:
                risks.setdefault(model, []).append({"id": number, **_risk(row)})
            changed += int(self.actions.run(INDICATE, "gatehouse_risks", risks)["changed"])
        return changed

    def counts(self) -> LogCounts:
        """See `OdooLog.counts`. One call."""
        return LogCounts(**self.actions.run(COUNT, "gatehouse_count", {}))


def _parts(rows: Sequence[Any]) -> list[Sequence[Any]]:
    return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]


def _odoo_time(when: datetime) -> str:
    """Odoo keeps naive UTC to the second over RPC."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _decision(row: DecisionRow) -> dict[str, Any]:
    same = row.model_dump(
        mode="json", exclude={"kind", "case_number", "record", "route_reasons", "decided_at", "correlation_id"}
    )
    return {f"x_{name}": value for name, value in same.items()} | {
        "x_name": row.case_number,
        "x_correlation_id": row.correlation_id,
        "x_record": f"{row.record.model},{row.record.id}" if row.record else False,
        "x_record_name": row.record.name if row.record else False,
        "x_route_reasons": "\n".join(row.route_reasons),
        "x_decided_at": _odoo_time(row.decided_at),
    }


def _content(row: ContentRow) -> dict[str, Any]:
    return {
        "x_name": f"{row.case_number} {row.content}",
        "x_key": row.key,
        "x_case_number": row.case_number,
        "x_content": str(row.content),
        "x_text": row.text,
        "x_digest": row.digest,
        "x_written_at": _odoo_time(row.written_at),
    }


def _risk(row: RiskIndicator) -> dict[str, Any]:
    """An empty text is none, as Odoo keeps it: else every later round would find a difference."""
    return {"level": str(row.level), "score": row.score, "reason": row.reason or None, "link": row.link or None}
