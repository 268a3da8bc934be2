"""The tables of reviews and decisions: one decision a review, by a conditional update."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    and_,
    func,
    insert,
    select,
    update,
)

from agent.errors import AlreadyDecided, NotFound
from agent.kit.db import Moment, SealedText, as_dict, insert_once, metadata
from agent.kit.seal import Vault
from agent.reviews.model import MACHINE, Change, Decision, Final, Review, ReviewState, Verb

review = Table(
    "review",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("suggestion_id", String(36), nullable=False),
    Column("level", String(12), nullable=False),
    Column("state", String(12), nullable=False),
    Column("blind", Boolean, nullable=False),
    Column("blind_label", String(40)),
    Column("nth", Integer, nullable=False, server_default="1"),
    Column("opened_at", Moment, nullable=False),
    Column("decided_at", Moment),
    UniqueConstraint("suggestion_id", "level", "nth"),
    Index("ix_review_case_id_state", "case_id", "state"),
)
decision = Table(
    "decision",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("review_id", String(36), nullable=False, unique=True),
    Column("case_id", String(36), nullable=False, index=True),
    Column("suggestion_id", String(36), nullable=False),
    Column("verb", String(12), nullable=False),
    Column("reason_code", String(40), nullable=False),
    Column("note", SealedText, nullable=False),
    Column("final_label", String(40), nullable=False),
    Column("final", SealedText, nullable=False),
    Column("changes", SealedText, nullable=False),
    Column("decided_by", String(200), nullable=False),
    Column("decided_at", Moment, nullable=False),
)
decision_fate = Table(
    "decision_fate",
    metadata,
    Column("decision_id", String(36), primary_key=True),
    Column("fate", String(12), nullable=False),
    Column("by_whom", String(200), nullable=False),
    Column("at", Moment, nullable=False),
)
_CHANGES = TypeAdapter(tuple[Change, ...])


class Fate(StrEnum):
    """What became of a decision, once and for all: whoever is first, the worker or the person, settles it."""

    BEGUN = "begun"
    UNDONE = "undone"


_UNDONE = select(decision_fate.c.decision_id).where(decision_fate.c.fate == Fate.UNDONE)


class ReviewStore:
    """Opens reviews, records decisions."""

    def __init__(self, db: Connection, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    def open(self, new: Review) -> bool:
        """Store a review; False when this suggestion has one at this level already."""
        return insert_once(self._db, review, new.model_dump(), key=["suggestion_id", "level", "nth"])

    def get(self, review_id: str) -> Review:
        """By id. Raises NotFound."""
        row = self._db.execute(select(review).where(review.c.id == review_id)).first()
        if row is None:
            raise NotFound(f"There is no review {review_id}.")
        return Review(**as_dict(row))

    def open_of(self, case_ids: Sequence[str]) -> dict[str, Review]:
        """The open review of each case, in one query."""
        query = select(review).where(review.c.case_id.in_(case_ids), review.c.state == ReviewState.OPEN)
        found = [Review(**as_dict(row)) for row in self._db.execute(query)]
        return {item.case_id: item for item in found}

    def supersede(self, case_id: str) -> list[str]:
        """Overtaken by a newer event: every open review of the case ends undecided. Returns their ids."""
        mine = and_(review.c.case_id == case_id, review.c.state == ReviewState.OPEN)
        changed = update(review).where(mine).values(state=ReviewState.SUPERSEDED).returning(review.c.id)
        return list(self._db.execute(changed).scalars())

    def label_blind(self, review_id: str, label: str) -> bool:
        """Keep the label that was given before the suggestion was shown; False when there is one already."""
        free = and_(review.c.id == review_id, review.c.blind_label.is_(None), review.c.state == ReviewState.OPEN)
        return self._db.execute(update(review).where(free).values(blind_label=label)).rowcount == 1

    def decide(self, made: Decision, thread: str) -> None:
        """Record the decision of an open review. Raises AlreadyDecided when it is open no more."""
        free = and_(review.c.id == made.review_id, review.c.state == ReviewState.OPEN)
        changed = update(review).where(free).values(state=ReviewState.DECIDED, decided_at=made.decided_at)
        if self._db.execute(changed).rowcount != 1:
            raise AlreadyDecided(f"Review {made.review_id}.")
        values = made.model_dump(exclude={"final", "changes", "note", "undone_by"}) | {
            "final_label": made.final.label,
            "final": self._vault.seal(thread, made.final.model_dump_json()),
            "changes": self._vault.seal(thread, _CHANGES.dump_json(made.changes).decode()),
            "note": self._vault.seal(thread, made.note),
        }
        self._db.execute(insert(decision).values(**values))

    def settle(self, decision_id: str, fate: Fate, by: str, now: datetime) -> bool:
        """Settle what becomes of a decision; False when that was settled before. Safe against races."""
        values = {"decision_id": decision_id, "fate": fate, "by_whom": by, "at": now}
        return insert_once(self._db, decision_fate, values, key=["decision_id"])

    def fate(self, decision_id: str) -> Fate | None:
        """What became of a decision; None while it can still be undone."""
        found = self._db.execute(select(decision_fate.c.fate).where(decision_fate.c.decision_id == decision_id))
        fate = found.scalar()
        return Fate(fate) if fate else None

    def decision(self, decision_id: str) -> Decision:
        """By id. Raises NotFound."""
        found = self._decisions(decision.c.id == decision_id)
        if not found:
            raise NotFound(f"There is no decision {decision_id}.")
        return found[0]

    def decisions_of(self, case_id: str) -> list[Decision]:
        """The case's decisions, oldest first."""
        return self._decisions(decision.c.case_id == case_id)

    def any_decision(self) -> bool:
        """Whether anything was ever decided."""
        return self._db.execute(select(decision.c.id).limit(1)).first() is not None

    def decided_since(self, since: datetime) -> dict[Verb, int]:
        """How many decisions of each verb people made since then."""
        query = select(decision.c.verb, func.count()).where(
            decision.c.decided_at >= since, decision.c.id.not_in(_UNDONE), decision.c.decided_by != MACHINE
        )
        query = query.group_by(decision.c.verb)
        return {Verb(row[0]): row[1] for row in self._db.execute(query)}

    def labels_since(self, since: datetime) -> dict[str, tuple[Verb, str]]:
        """By case, the verb and the label of the last decision of a person since then that stands."""
        standing = (
            decision.c.decided_at >= since, decision.c.id.not_in(_UNDONE), decision.c.decided_by != MACHINE,
        )  # fmt: skip
        query = select(decision.c.case_id, decision.c.verb, decision.c.final_label).where(*standing)
        rows = self._db.execute(query.order_by(decision.c.decided_at, decision.c.id))
        return {row.case_id: (Verb(row.verb), row.final_label) for row in rows}

    def _decisions(self, condition: ColumnElement[bool]) -> list[Decision]:
        rows = self._db.execute(select(decision).where(condition).order_by(decision.c.id)).all()
        texts = self._vault.open_many(value for row in rows for value in (row.note, row.final, row.changes))
        ids = [row.id for row in rows]
        undone = select(decision_fate.c.decision_id, decision_fate.c.by_whom).where(
            decision_fate.c.decision_id.in_(ids), decision_fate.c.fate == Fate.UNDONE
        )
        undone_by = {row[0]: row[1] for row in self._db.execute(undone)} if ids else {}
        found = []
        for index, row in enumerate(rows):
            note, final, changes = texts[3 * index : 3 * index + 3]
            values = {name: value for name, value in as_dict(row).items() if name != "final_label"}
            values |= {
                "note": note,
                "final": Final.model_validate_json(final),
                "changes": _CHANGES.validate_json(changes),
                "undone_by": undone_by.get(row.id, ""),
            }
            found.append(Decision.model_validate(values))
        return found
