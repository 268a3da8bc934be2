"""The table of suggestions: one a case and round, sealed, with what lists and metrics need beside it."""

from collections.abc import Sequence

from sqlalchemy import Column, ColumnElement, Connection, Integer, String, Table, UniqueConstraint, insert, select

from agent.errors import NotFound
from agent.kit.canonical import digest
from agent.kit.db import Moment, SealedText, metadata
from agent.kit.seal import Vault
from agent.suggestions.model import Suggestion

suggestion = Table(
    "suggestion",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("evidence_id", String(36), nullable=False),
    Column("round", Integer, nullable=False),
    Column("task", String(32), nullable=False),
    Column("label", String(40), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("team", String(20), nullable=False),
    Column("document", SealedText, nullable=False),
    Column("prompt_digest", String(64), nullable=False),
    Column("output_digest", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    UniqueConstraint("case_id", "round"),
)


class SuggestionStore:
    """Suggestions are added and read, never changed."""

    def __init__(self, db: Connection, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    def add(self, made: Suggestion, thread: str) -> None:
        """Store a suggestion."""
        values = {
            "id": made.id, "case_id": made.case_id, "evidence_id": made.evidence_id, "round": made.round,
            "task": made.task, "label": made.label, "severity": made.severity, "team": made.team,
            "document": self._vault.seal(thread, made.model_dump_json()),
            "prompt_digest": digest(made.prompt.encode()), "output_digest": digest(made.output.encode()),
            "made_at": made.made_at,
        }  # fmt: skip
        self._db.execute(insert(suggestion).values(**values))

    def get(self, suggestion_id: str) -> Suggestion:
        """By id. Raises NotFound."""
        found = self._read(suggestion.c.id == suggestion_id)
        if not found:
            raise NotFound(f"There is no suggestion {suggestion_id}.")
        return found[0]

    def of_round(self, case_id: str, round_: int) -> Suggestion | None:
        """The suggestion of this round, when there is one."""
        found = self._read((suggestion.c.case_id == case_id) & (suggestion.c.round == round_))
        return found[0] if found else None

    def newest_of(self, case_ids: Sequence[str]) -> dict[str, Suggestion]:
        """The newest suggestion of each case, in one query."""
        found = self._read(suggestion.c.case_id.in_(case_ids))
        return {made.case_id: made for made in sorted(found, key=lambda item: item.round)}

    def _read(self, condition: ColumnElement[bool]) -> list[Suggestion]:
        rows = self._db.execute(select(suggestion.c.document).where(condition)).all()
        return [Suggestion.model_validate_json(text) for text in self._vault.open_many(row.document for row in rows)]
