"""The port `OdooLog` in memory."""

from collections.abc import Sequence

from agent.actions.log import ContentKind, ContentRow, DecisionRow, LogCounts, RiskIndicator, RiskLevel
from agent.adapters.memory.kept import Kept, Place, place_of
from agent.evidence.records import Model, RecordRef

SHOWN = frozenset({Model.SALE_ORDER, Model.PURCHASE_ORDER, Model.PICKING})


class Logging:
    """Keeps the log and the risk fields."""

    kept: Kept

    def __init__(self) -> None:
        self._log: dict[tuple[str, str], DecisionRow | ContentRow] = {}
        self._erased: dict[str, str] = {}
        self._risks: dict[Place, RiskIndicator] = {}

    def append(self, rows: Sequence[DecisionRow | ContentRow]) -> int:
        with self.kept.answering():
            new: dict[tuple[str, str], DecisionRow | ContentRow] = {}
            for row in rows:
                if (row.kind, row.key) not in self._log:
                    new.setdefault((row.kind, row.key), row)
            self._log |= new
            return len(new)

    def erase(self, keys: Sequence[str], *, reason: str) -> int:
        with self.kept.answering():
            found = [key for key in dict.fromkeys(keys) if ("content", key) in self._log and key not in self._erased]
            for key in found:
                self._log["content", key] = self._log["content", key].model_copy(update={"text": ""})
                self._erased[key] = reason
            return len(found)

    def indicate(self, rows: Sequence[RiskIndicator]) -> int:
        with self.kept.answering():
            last = {place_of(row.record): row for row in rows}
            return sum(self._indicate(row) for row in last.values())

    def counts(self) -> LogCounts:
        with self.kept.answering():
            contents = [row.content for row in self._log.values() if isinstance(row, ContentRow)]
            return LogCounts(
                prompts=contents.count(ContentKind.PROMPT),
                outputs=contents.count(ContentKind.OUTPUT),
                final_actions=len(self._log) - len(contents),
            )

    # --- for tests ------------------------------------------------------------------------------
    @property
    def log(self) -> tuple[DecisionRow | ContentRow, ...]:
        """The rows of the log, in the order they were stored."""
        return tuple(self._log.values())

    @property
    def erased(self) -> dict[str, str]:
        """The keys of the erased contents, each with the reason."""
        return dict(self._erased)

    def risk(self, record: RecordRef) -> RiskIndicator | None:
        """What the record's risk fields show; None when there is no such record."""
        if record.model not in SHOWN or not self.kept.has(record):
            return None
        return self._risks.get(place_of(record), RiskIndicator(record=record, level=RiskLevel.NONE, score=0))

    def _indicate(self, row: RiskIndicator) -> bool:
        shown = self.risk(row.record)
        if shown is None or shown == row.model_copy(update={"record": shown.record}):
            return False
        self._risks[place_of(row.record)] = row
        return True
