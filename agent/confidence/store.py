"""The tables of trust: epochs, looks, certificates and monitors. Looks and certificates are added, never changed."""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    select,
)

from agent.confidence.certify import Proposal
from agent.confidence.model import Certificate
from agent.confidence.records import Epoch, Issued, Look, ScoreWatch, SubjectWatch
from agent.confidence.score import Scoring
from agent.confidence.store_items import ItemStore
from agent.errors import AlreadyDecided, NotFound
from agent.kit.db import Moment, insert_once, metadata
from agent.kit.values import Value
from agent.suggestions.model import Task

epoch = Table(
    "epoch",
    metadata,
    Column("task", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("started_at", Moment, nullable=False),
    Column("by_whom", String(200), nullable=False),
    Column("scoring", Text, nullable=False),
)
look = Table(
    "certification_look",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("task", String(32), nullable=False),
    Column("label", String(80), nullable=False),
    Column("version_hash", String(64), nullable=False),
    Column("model_id", String(200), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by_whom", String(200), nullable=False),
    Column("proposal", Text, nullable=False),
    UniqueConstraint("task", "label", "epoch", "attempt"),
)
certificate = Table(
    "certificate",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("look_id", String(36), nullable=False, unique=True),
    Column("task", String(32), nullable=False),
    Column("label", String(80), nullable=False),
    Column("version_hash", String(64), nullable=False),
    Column("signed_by", String(200), nullable=False),
    Column("certified_at", Moment, nullable=False),
    Column("document", Text, nullable=False),
    Index("ix_certificate_task_label", "task", "label"),
)
monitor = Table(
    "monitor_state",
    metadata,
    Column("name", String(160), primary_key=True),
    Column("document", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
)


class Share(Value):
    """The gold share that is drawn now for a task, and why."""

    rho: float
    why: str = ""


class Stood(Value):
    """How a subject stood when it was last looked at: to tell once that it fell back, or that it came back."""

    automatic: bool
    codes: tuple[str, ...] = ()


class TrustStore:
    """All that is known of how far the automation can be trusted."""

    def __init__(self, db: Connection, items: ItemStore) -> None:
        self._db = db
        self.items = items

    # --- epochs -----------------------------------------------------------------------------------
    def epoch(self, task: Task) -> Epoch:
        """The present epoch of a task; number 0, on hand weights, before the first was begun."""
        query = select(epoch).where(epoch.c.task == task).order_by(epoch.c.number.desc()).limit(1)
        row = self._db.execute(query).first()
        if row is None:
            return Epoch(task=task, number=0)
        scoring = Scoring.model_validate_json(row.scoring)
        return Epoch(task=task, number=row.number, started_at=row.started_at, by=row.by_whom, scoring=scoring)

    def begin_epoch(self, new: Epoch, now: datetime) -> None:
        """Begin an epoch. Raises AlreadyDecided when somebody else has begun it."""
        values = {
            "task": new.task, "number": new.number, "started_at": now, "by_whom": new.by,
            "scoring": new.scoring.model_dump_json(),
        }  # fmt: skip
        if not insert_once(self._db, epoch, values, key=["task", "number"]):
            raise AlreadyDecided(f"Epoch {new.number} of {new.task} has begun already.")

    # --- looks and certificates -------------------------------------------------------------------
    def looks_spent(self, task: Task, label: str, number: int) -> int:
        """How many looks at this subject's labels this epoch has seen, passed or not."""
        mine = (look.c.task == task) & (look.c.label == label) & (look.c.epoch == number)
        return self._db.execute(select(func.count()).select_from(look).where(mine)).scalar_one()

    def add_look(self, new: Look) -> None:
        """Keep a look, which spends its part of delta. Raises AlreadyDecided when two looked at once."""
        values = new.model_dump(exclude={"proposal", "by"}) | {
            "by_whom": new.by, "attempt": new.proposal.terms.attempt, "passed": new.passed,
            "proposal": new.proposal.model_dump_json(),
        }  # fmt: skip
        if not insert_once(self._db, look, values, key=["task", "label", "epoch", "attempt"]):
            raise AlreadyDecided(f"Somebody else has just looked at the labels of {new.label}.")

    def look(self, look_id: str) -> Look:
        """By id or its beginning. Raises NotFound."""
        found = self._looks(look.c.id.startswith(look_id, autoescape=True), 2) if look_id else []
        if len(found) != 1:
            raise NotFound(f"There is no one proposal {look_id}.", remedy="`gatehouse certify` makes and lists them.")
        return found[0]

    def last_look(self, task: Task, label: str) -> Look | None:
        """The newest look at a subject's labels, of whatever version."""
        found = self._looks((look.c.task == task) & (look.c.label == label), 1)
        return found[0] if found else None

    def unsigned(self, since: datetime) -> list[Look]:
        """Proposals that passed since then and that nobody has signed, newest first."""
        signed = select(certificate.c.look_id)
        return self._looks(look.c.passed.is_(True) & (look.c.at >= since) & look.c.id.not_in(signed), 200)

    def _looks(self, condition: ColumnElement[bool], limit: int) -> list[Look]:
        rows = self._db.execute(select(look).where(condition).order_by(look.c.at.desc(), look.c.id).limit(limit))
        return [
            Look(
                id=row.id,
                task=Task(row.task),
                label=row.label,
                version_hash=row.version_hash,
                model_id=row.model_id,
                epoch=row.epoch,
                at=row.at,
                by=row.by_whom,
                proposal=Proposal.model_validate_json(row.proposal),
            )
            for row in rows
        ]

    def issue(self, new: Issued) -> None:
        """Store a signed certificate. Raises AlreadyDecided when its proposal was signed before."""
        held = new.certificate
        values = {
            "id": new.id, "look_id": new.look_id, "task": held.task, "label": held.label,
            "version_hash": held.version_hash, "signed_by": held.signed_by, "certified_at": held.certified_at,
            "document": held.model_dump_json(),
        }  # fmt: skip
        if not insert_once(self._db, certificate, values, key=["look_id"]):
            raise AlreadyDecided(f"The proposal for {held.label} was signed already.")

    def newest(self, task: Task, label: str, version_hash: str = "") -> Issued | None:
        """The certificate of this subject that was signed last, of one version when it is named, else of any."""
        mine = (certificate.c.task == task) & (certificate.c.label == label)
        found = self._issued(mine & (certificate.c.version_hash == version_hash) if version_hash else mine, 1)
        return found[0] if found else None

    def certificates(self, task: Task | None = None) -> list[Issued]:
        """Every certificate, newest first."""
        return self._issued(certificate.c.task == task if task else certificate.c.id.is_not(None), 1_000)

    def _issued(self, condition: ColumnElement[bool], limit: int) -> list[Issued]:
        query = (
            select(certificate).where(condition).order_by(certificate.c.certified_at.desc(), certificate.c.id.desc())
        )
        return [
            Issued(id=row.id, look_id=row.look_id, certificate=Certificate.model_validate_json(row.document))
            for row in self._db.execute(query.limit(limit))
        ]

    # --- monitors ---------------------------------------------------------------------------------
    def watch(self, task: Task, label: str, *, hold: bool = False) -> SubjectWatch | None:
        """The monitors of a subject, when it has been certified."""
        found = self._state(f"subject {task} {label}", hold=hold)
        return SubjectWatch.model_validate_json(found) if found else None

    def keep_watch(self, state: SubjectWatch, now: datetime) -> None:
        """Keep the monitors of a subject."""
        self._keep(f"subject {state.task} {state.label}", state.model_dump_json(), now)

    def score_watch(self, task: Task, *, hold: bool = False) -> ScoreWatch:
        """The watch over a task's scores."""
        found = self._state(f"scores {task}", hold=hold)
        return ScoreWatch.model_validate_json(found) if found else ScoreWatch(task=task)

    def keep_score_watch(self, state: ScoreWatch, now: datetime) -> None:
        """Keep the watch over a task's scores."""
        self._keep(f"scores {state.task}", state.model_dump_json(), now)

    def share(self, task: Task) -> Share | None:
        """The gold share as `tend` last worked it out."""
        found = self._state(f"share {task}")
        return Share.model_validate_json(found) if found else None

    def keep_share(self, task: Task, share: Share, now: datetime) -> None:
        """Keep the gold share of a task."""
        self._keep(f"share {task}", share.model_dump_json(), now)

    def stood(self, task: Task, label: str) -> Stood | None:
        """How a subject stood when that was last told."""
        found = self._state(f"stood {task} {label}")
        return Stood.model_validate_json(found) if found else None

    def keep_stood(self, task: Task, label: str, stood: Stood, now: datetime) -> None:
        """Keep how a subject stands."""
        self._keep(f"stood {task} {label}", stood.model_dump_json(), now)

    def sprint_until(self) -> datetime | None:
        """Until when a labelling sprint runs that an administrator started."""
        found = self._state("sprint")
        return datetime.fromisoformat(found) if found else None

    def keep_sprint(self, until: datetime, now: datetime) -> None:
        """Start, prolong or end a labelling sprint."""
        self._keep("sprint", until.isoformat(), now)

    def _state(self, name: str, *, hold: bool = False) -> str | None:
        query = select(monitor.c.document).where(monitor.c.name == name)
        return self._db.execute(query.with_for_update() if hold else query).scalar()

    def _keep(self, name: str, document: str, now: datetime) -> None:
        values = {"name": name, "document": document, "changed_at": now}
        if not insert_once(self._db, monitor, values, key=["name"]):
            self._db.execute(monitor.update().where(monitor.c.name == name).values(document=document, changed_at=now))
