"""Builders of domain values: each takes only what the test is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from agent.access.model import Person, Role
from agent.access.store import new_person
from agent.cases.model import Case, CaseKind, Status
from agent.confidence.model import Certificate, Confidence, ConfidenceState, Features
from agent.evidence.model import Evidence
from agent.evidence.records import Model, Party, PurchaseLine, PurchaseOrder, RecordRef
from agent.intake.model import Event, EventType
from agent.kit.db import Database
from agent.kit.ids import new_id
from agent.kit.values import Money
from agent.migrations import upgrade
from agent.reviews.model import Level, Review, ReviewState
from agent.routing.model import RouteQuestion
from agent.suggestions.model import (
    ExceptionLabel,
    Fact,
    FactField,
    LabelScore,
    NextStep,
    Provenance,
    Quote,
    Severity,
    Suggestion,
    Task,
    Team,
)
from agent.work import Work, unit_of_work

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MASTER = bytes(range(32))


def a_case(**given: Any) -> Case:
    number = given.pop("n", 1)
    values = {
        "id": new_id(), "number": f"C-2026-{number:06d}", "kind": CaseKind.EXCEPTION, "status": Status.OPEN,
        "company": "Acme", "subject": "S00001", "title": "S00001: order changed", "thread": "subject:S00001",
        "correlation_id": "c", "gold": False, "opened_at": NOON, "changed_at": NOON,
    }  # fmt: skip
    return Case(**{**values, **given})


def a_fact(field: FactField = FactField.ETA, value: str = "2026-12-12", **given: Any) -> Fact:
    quote = Quote(text="12 December", source="body", start=0, end=11)
    return Fact(field=field, value=value, **{"quote": quote, "po": "P00012", "line": 1, **given})


def a_suggestion(**given: Any) -> Suggestion:
    label = given.pop("label", ExceptionLabel.SUPPLIER_DELAY)
    values = {
        "id": new_id(), "case_id": new_id(), "evidence_id": new_id(), "round": 1, "task": Task.CLASSIFY_EXCEPTION,
        "label": label, "scores": (LabelScore(label=label, probability=0.9),), "severity": Severity.HIGH,
        "team": Team.PURCHASING, "next_step": NextStep.CHASE_SUPPLIER, "summary": "It is late.",
        "provenance": Provenance(reader="embedded", model_id="embedded@x", prompt_version="embedded@y"),
        "prompt": "the prompt", "output": "the output", "made_at": NOON,
    }  # fmt: skip
    return Suggestion(**{**values, **given})


def an_evidence(case: Case, **given: Any) -> Evidence:
    return Evidence(**{"id": new_id(), "case_id": case.id, "round": case.round, "read_at": NOON, **given})


def a_purchase(name: str = "P00012", **given: Any) -> PurchaseOrder:
    line = PurchaseLine(
        id=1, position=1, product_code="BRG-6204", product_name="Bearing 6204", ordered=Decimal(100),
        received=Decimal(0), invoiced=Decimal(0), unit="Units", unit_price=Decimal("2.50"), planned=NOON.date(),
    )  # fmt: skip
    values = {
        "ref": RecordRef(model=Model.PURCHASE_ORDER, id=12, name=name), "company": "Acme", "state": "purchase",
        "supplier": Party(id=5, name="Kugel GmbH", emails=("sales@kugel.example",)),
        "total": Money(amount=Decimal(250), currency="EUR"), "lines": (line,),
    }  # fmt: skip
    return PurchaseOrder(**{**values, **given})


def a_review(case: Case, suggestion: Suggestion, **given: Any) -> Review:
    values = {
        "id": new_id(), "case_id": case.id, "suggestion_id": suggestion.id, "level": Level.PLANNER,
        "state": ReviewState.OPEN, "blind": False, "opened_at": NOON,
    }  # fmt: skip
    return Review(**{**values, **given})


def a_person(*roles: Role, companies: tuple[str, ...] = ("*",), login: str = "ada") -> Person:
    return new_person(login, login.title(), frozenset(roles or (Role.PLANNER,)), companies)


def a_confidence(score: float = 0.9) -> Confidence:
    return Confidence(state=ConfidenceState.NOT_CALIBRATED, score=score, features=Features())


def a_certificate(**given: Any) -> Certificate:
    values = {
        "task": Task.CLASSIFY_EXCEPTION, "label": ExceptionLabel.SUPPLIER_DELAY, "version_hash": "v", "threshold": 0.8,
        "n": 200, "errors": 2, "bound": 0.03, "signed_by": "ada", "certified_at": NOON - timedelta(days=1),
        "valid_until": NOON + timedelta(days=30),
    }  # fmt: skip
    return Certificate(**{**values, **given})


def a_question(**given: Any) -> RouteQuestion:
    values = {
        "task": Task.CLASSIFY_EXCEPTION, "label": ExceptionLabel.SUPPLIER_DELAY, "confidence": a_confidence(),
        "findings": (), "proposes_floor_change": False, "gold": False, "halted": False,
        "version_hash": "v", "certificate": a_certificate(), "now": NOON,
    }  # fmt: skip
    return RouteQuestion(**{**values, **given})


def an_event_document(event_id: str = "1", kind: EventType = EventType.ORDER_CHANGED, **data: Any) -> dict[str, Any]:
    data = data or {"order": "S00001", "note": "The customer wants ten more."}
    return {
        "specversion": "1.0", "id": event_id, "source": "/odoo/acme", "type": kind.value,
        "time": "2026-11-23T11:00:00Z", "data": data,
    }  # fmt: skip


def an_event(event_id: str = "1", kind: EventType = EventType.ORDER_CHANGED, **data: Any) -> Event:
    from agent.intake.events import parse_event

    return parse_event(an_event_document(event_id, kind, **data))


def a_database(url: str) -> Database:
    db = Database(url)
    upgrade(db)
    return db


@contextmanager
def some_work(db: Database, now: datetime = NOON) -> Iterator[Work]:
    with unit_of_work(db, MASTER, now) as work:
        yield work


def signed_in(work: Work, login: str, password: str, now: datetime) -> Person | None:
    """The three parts of a sign-in, in one transaction."""
    found = work.access.credentials(login, now)
    return work.access.record_attempt(found, good=found.fit(password), now=now)
