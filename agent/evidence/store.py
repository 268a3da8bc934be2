"""The table of evidence: one frozen, sealed snapshot a case and round."""

from sqlalchemy import Column, Connection, Integer, String, Table, UniqueConstraint, insert, select

from agent.errors import NotFound
from agent.evidence.model import Evidence
from agent.kit.canonical import digest
from agent.kit.db import Moment, SealedText, metadata
from agent.kit.seal import Vault

evidence = Table(
    "evidence",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("round", Integer, nullable=False),
    Column("read_at", Moment, nullable=False),
    Column("document", SealedText, nullable=False),
    Column("digest", String(64), nullable=False),
    UniqueConstraint("case_id", "round"),
)


class EvidenceStore:
    """Snapshots are added and read, never changed."""

    def __init__(self, db: Connection, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    def add(self, found: Evidence, thread: str) -> str:
        """Store a snapshot; returns the digest of its document."""
        text = found.model_dump_json()
        document_digest = digest(text.encode())
        values = {
            "id": found.id, "case_id": found.case_id, "round": found.round, "read_at": found.read_at,
            "document": self._vault.seal(thread, text), "digest": document_digest,
        }  # fmt: skip
        self._db.execute(insert(evidence).values(**values))
        return document_digest

    def get(self, evidence_id: str) -> Evidence:
        """By id. Raises NotFound."""
        row = self._db.execute(select(evidence.c.document).where(evidence.c.id == evidence_id)).first()
        if row is None:
            raise NotFound(f"There is no evidence {evidence_id}.")
        return Evidence.model_validate_json(self._vault.open(row.document))

    def id_of(self, case_id: str, round_: int) -> str | None:
        """The id of the snapshot of this round, when there is one."""
        query = select(evidence.c.id).where(evidence.c.case_id == case_id, evidence.c.round == round_)
        return self._db.execute(query).scalar()
