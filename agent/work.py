"""The unit of work: every store of one transaction. It saves all at the end, or nothing; nobody else commits."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from agent.access.store import AccessStore
from agent.actions.store import ActionStore
from agent.approvals.store import ApprovalStore
from agent.audit.store import AuditStore
from agent.cases.store import CaseStore
from agent.confidence.store import TrustStore
from agent.confidence.store_items import ItemStore
from agent.evidence.store import EvidenceStore
from agent.intake.sources import SourceStore
from agent.intake.store import IntakeStore
from agent.kit.db import Database
from agent.kit.seal import Vault
from agent.outbox.store import OutboxStore
from agent.reviews.store import ReviewStore
from agent.routing.store import RoutingStore
from agent.suggestions.spend import SpendStore
from agent.suggestions.store import SuggestionStore


@dataclass(frozen=True)
class Work:
    """The stores of one transaction, in the order in which data flows."""

    now: datetime
    audit: AuditStore
    outbox: OutboxStore
    access: AccessStore
    intake: IntakeStore
    sources: SourceStore
    cases: CaseStore
    evidence: EvidenceStore
    suggestions: SuggestionStore
    spend: SpendStore
    trust: TrustStore
    routing: RoutingStore
    reviews: ReviewStore
    approvals: ApprovalStore
    actions: ActionStore


@contextmanager
def unit_of_work(db: Database, master: bytes, now: datetime) -> Generator[Work]:
    """A short write transaction. Nothing slow (model, Odoo, mail) may happen inside."""
    with db.write() as connection:
        yield _work(connection, master, now)


@contextmanager
def look(db: Database, master: bytes, now: datetime) -> Generator[Work]:
    """A read-only look at one moment."""
    with db.read() as connection:
        yield _work(connection, master, now)


def _work(connection: Connection, master: bytes, now: datetime) -> Work:
    vault = Vault(connection, master, now)
    return Work(
        now=now,
        audit=AuditStore(connection),
        outbox=OutboxStore(connection, vault),
        access=AccessStore(connection),
        intake=IntakeStore(connection, vault),
        sources=SourceStore(connection, vault),
        cases=CaseStore(connection, vault),
        evidence=EvidenceStore(connection, vault),
        suggestions=SuggestionStore(connection, vault),
        spend=SpendStore(connection),
        trust=TrustStore(connection, ItemStore(connection, vault)),
        routing=RoutingStore(connection, vault),
        reviews=ReviewStore(connection, vault),
        approvals=ApprovalStore(connection, vault),
        actions=ActionStore(connection, vault),
    )
