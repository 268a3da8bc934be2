"""How far the automation can be trusted, as one read model: for the desk, the metrics and the digest alike."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from agent.confidence.certify import Subject, countable
from agent.confidence.curves import Bin, Point, reliability, risk_coverage
from agent.confidence.estimate import Agreement, Estimate, accuracy, kappa
from agent.confidence.looking import Prospect, prospect
from agent.confidence.model import Labelled
from agent.confidence.records import Issued, Look, Scored, SubjectWatch
from agent.confidence.service import Grounds, grounds
from agent.confidence.store import Share, TrustStore
from agent.kit.values import Value
from agent.routing.model import Mode, Policy
from agent.suggestions.model import Task

MONTH = timedelta(days=30)
OPEN_FOR = timedelta(days=14)


class TrustStores(Protocol):
    """What the read model is read from (`work.Work` is one)."""

    @property
    def trust(self) -> TrustStore: ...
    @property
    def now(self) -> datetime: ...


class SubjectView(Value):
    """One label or family: its certificate, why it is not automatic, and what is missing."""

    subject: Subject
    grounds: Grounds
    prospect: Prospect
    watch: SubjectWatch | None

    @property
    def automatic(self) -> bool:
        """Whether it may be automatic now."""
        return self.grounds.standing.automatic

    @property
    def missing(self) -> int:
        """Blind labels that a certificate still needs when not one of them is wrong."""
        return max(0, self.prospect.outlook.least - self.prospect.have)


class TaskView(Value):
    """One task with its subjects."""

    task: Task
    mode: Mode
    epoch: int
    weights: str
    version_hash: str
    model_id: str
    share: Share
    drift_warned_at: datetime | None
    agreement: Agreement
    accuracy: Estimate | None
    came_in: int
    automatic: int
    subjects: tuple[SubjectView, ...]


class Pictures(Value):
    """What may be drawn of a subject: labels that a look has been at; those after it are counted, never shown."""

    subject: Subject
    until: datetime | None
    alpha: float
    points: tuple[Point, ...] = ()
    bins: tuple[Bin, ...] = ()
    calibrated: bool = False
    threshold: float | None = None


def task_view(work: TrustStores, policy: Policy, task: Task) -> TaskView:
    """How far one task can be trusted now. Labels that no look has been at are counted; no error of them is shown."""
    newest, stage = work.trust.items.newest(task), work.trust.epoch(task)
    version, models = (newest.version_hash, {newest.model_id}) if newest else ("", set[str]())
    recent = work.trust.items.of_task_since(task, work.now - MONTH)
    return TaskView(
        task=task,
        mode=policy.modes.get(task, Mode.OFF),
        epoch=stage.number,
        weights=stage.scoring.weights.version,
        version_hash=version,
        model_id=newest.model_id if newest else "",
        share=work.trust.share(task) or Share(rho=policy.gold_share),
        drift_warned_at=work.trust.score_watch(task).warned_at,
        agreement=kappa(work.trust.items.pairs(task)),
        accuracy=_accuracy(recent),
        came_in=len(recent),
        automatic=sum(row.automatic for row in recent),
        subjects=tuple(
            SubjectView(
                subject=subject,
                grounds=grounds(work.trust, subject, version, models, work.now),
                prospect=prospect(work.trust, subject, work.now),
                watch=work.trust.watch(task, subject.label),
            )
            for subject in policy.subjects(task)
        ),
    )


def _accuracy(rows: Sequence[Scored]) -> Estimate | None:
    """Over what came in outside of the gold stream: what people decided, and audited items for the automatic ones.

    Blind labels of items that were not audited stay out of it, so that nobody sees their errors before a look.
    """
    reviewed = [row.shown_wrong for row in rows if not row.gold and row.shown_wrong is not None]
    audited = [row.wrong for row in rows if row.audited and row.wrong is not None]
    alone = sum(row.automatic for row in rows)
    if not reviewed and not alone:
        return None
    rho = min(len(audited) / alone, 1.0) if alone else 1.0
    return accuracy(reviewed, [(wrong, rho) for wrong in audited] if alone else (), alone)


def pictures(work: TrustStores, policy: Policy, task: Task, label: str) -> Pictures | None:
    """The curves of one subject; None for one that is not there."""
    subject = next((one for one in policy.subjects(task) if one.label == label), None)
    if subject is None:
        return None
    last, stage = work.trust.last_look(task, label), work.trust.epoch(task)
    held = work.trust.newest(task, label)
    alpha = last.proposal.terms.alpha if last else prospect(work.trust, subject, work.now).terms.alpha
    seen = _looked_at(work.trust, subject, last) if last else []
    return Pictures(
        subject=subject,
        until=last.at if last else None,
        alpha=alpha,
        points=risk_coverage(seen),
        bins=reliability(seen),
        calibrated=stage.scoring.calibration_of(subject.labels[0]) is not None,
        threshold=held.certificate.threshold if held and last and held.look_id == last.id else None,
    )


def _looked_at(store: TrustStore, subject: Subject, last: Look) -> list[Labelled]:
    rows = store.items.of_version(subject.task, last.version_hash, subject.labels)
    known = [one for row in rows if (one := row.labelled()) and one.labelled_at <= last.at]
    return countable(subject, known)[0]


class Certified(Value):
    """One line of the automatic lane's state, for metrics and the digest."""

    task: Task
    label: str
    issued: Issued
    automatic: bool
    why: tuple[str, ...]
    evidence: float


def certified(work: TrustStores, policy: Policy) -> list[Certified]:
    """Every certified subject, and why it is suspended where it is."""
    found: list[Certified] = []
    for task in Task:
        newest = work.trust.items.newest(task)
        for subject in policy.subjects(task):
            if newest is None or work.trust.newest(task, subject.label) is None:
                continue
            now = grounds(work.trust, subject, newest.version_hash, {newest.model_id}, work.now)
            watch = work.trust.watch(task, subject.label)
            assert now.issued is not None, "there is one"
            found.append(
                Certified(
                    task=task,
                    label=subject.label,
                    issued=now.issued,
                    automatic=now.standing.automatic,
                    why=tuple(reason.detail for reason in now.standing.reasons),
                    evidence=watch.errors.evidence if watch else 0.0,
                )
            )
    return found


def automatic_share(work: TrustStores, since: datetime, companies: Sequence[str] = ("*",)) -> float:
    """Share of what came in since then that nobody reviewed."""
    total, alone = work.trust.items.shares_since(since, companies)
    return alone / total if total else 0.0
