"""Delivering what the AI log owes to Odoo, in batches; one refused row never holds the others."""

from pydantic import TypeAdapter

from agent.actions.log import ContentRow, DecisionRow, LogRow
from agent.audit.model import (
    LogDelivered,
    LogRefused,
)
from agent.errors import ActionRefused
from agent.kit.canonical import digest
from agent.outbox.store import OwedRow
from agent.pipeline import App

BATCH = 500
_LOG_ROW: TypeAdapter[DecisionRow | ContentRow] = TypeAdapter(LogRow)


def deliver_batch(app: App, sink: str) -> list[str]:
    """Store the oldest owed rows in Odoo. Answers something as long as there may be more."""
    with app.look() as look:
        owed = look.outbox.log_due(BATCH)
    if not owed:
        return []
    try:
        app.log.append([_LOG_ROW.validate_json(row.document) for row in owed])
    except ActionRefused as refused:
        _deliver_around(app, owed, refused)
        return [sink]
    _settle_log(app, owed)
    return [sink] if len(owed) == BATCH else []


def _deliver_around(app: App, owed: list[OwedRow], refused: ActionRefused) -> None:
    """Odoo refused the batch: halve it until the row it refuses is found; keep the rest."""
    if len(owed) == 1:
        with app.work() as work:
            work.outbox.log_dead(owed[0].seq, str(refused))
            event = LogRefused(case_id=owed[0].case_id, key=owed[0].key, why=refused.headline)
            work.audit.append([event], work.now)
        return
    middle = len(owed) // 2
    for part in (owed[:middle], owed[middle:]):
        try:
            app.log.append([_LOG_ROW.validate_json(row.document) for row in part])
        except ActionRefused as again:
            _deliver_around(app, part, again)
        else:
            _settle_log(app, part)


def _settle_log(app: App, owed: list[OwedRow]) -> None:
    with app.work() as work:
        work.outbox.log_settled([row.seq for row in owed], work.now)
        rows_digest = digest("".join(row.key for row in owed).encode())
        work.audit.append([LogDelivered(rows=len(owed), digest=rows_digest)], work.now)
