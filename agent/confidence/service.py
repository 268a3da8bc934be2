"""What the automatic lane of a label rests on now: its certificate, and every reason why it is suspended."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from agent.audit.model import AuditEvent, MonitorAlarmed, ScoresShifted
from agent.confidence.certify import Subject
from agent.confidence.drift import DriftWatch
from agent.confidence.estimate import kappa
from agent.confidence.fallback import LONGEST_WINDOW, WINDOW, Freshness, Health, Pace, Standing, pace, standing
from agent.confidence.monitor import ErrorWatch, PromiseWatch
from agent.confidence.records import Issued, SubjectWatch
from agent.confidence.store import TrustStore
from agent.intake.gold import RHO_WARNED, gold_share
from agent.kit.values import Value
from agent.suggestions.model import Task

DUE_AFTER = timedelta(days=2)  # a gold item may wait so long for its label
WARNED_FOR = timedelta(days=30)  # a greater share is drawn for so long after the scores shifted
ONE_DAY = timedelta(days=1)


class Grounds(Value):
    """The certificate that covers a subject under a version, and whether it holds now."""

    subject: Subject
    issued: Issued | None
    standing: Standing
    health: Health
    pace: Pace


def grounds(store: TrustStore, subject: Subject, version_hash: str, model_ids: Iterable[str], now: datetime) -> Grounds:
    """How the subject stands for what this version answers: certificate, alarms, freshness, backlog, reviewers."""
    issued = store.newest(subject.task, subject.label, version_hash) or store.newest(subject.task, subject.label)
    models = frozenset(model_ids)
    if issued is None:
        found = _nothing(version_hash, models)
        return Grounds(
            subject=subject, issued=None, health=found, pace=pace(0), standing=standing(subject.label, found, now)
        )
    bar = issued.certificate.threshold
    volume = pace(_accepted_a_day(store, subject, version_hash, bar, now))
    found = _health(store, subject, issued, version_hash, models, now)
    freshness = volume.freshness if volume.enough else Freshness()
    return Grounds(
        subject=subject,
        issued=issued,
        health=found,
        pace=volume,
        standing=standing(subject.label, found, now, freshness),
    )


def _nothing(version_hash: str, models: frozenset[str]) -> Health:
    return Health(
        certificate=None,
        version_hash=version_hash,
        model_ids=models,
        errors_alarm_at=None,
        promise_alarm_at=None,
        accepted_labels=(),
        gold_due=0,
        gold_unlabelled=0,
        kappa=None,
    )


def _health(
    store: TrustStore, subject: Subject, issued: Issued, version_hash: str, models: frozenset[str], now: datetime
) -> Health:
    task, labels, bar = subject.task, subject.labels, issued.certificate.threshold
    watch = store.watch(task, subject.label)
    due, unlabelled = store.items.due(task, labels, now - WINDOW, now - DUE_AFTER)
    return Health(
        certificate=issued.certificate,
        version_hash=version_hash,
        model_ids=models,
        errors_alarm_at=watch.errors_alarm_at if watch else None,
        promise_alarm_at=watch.promise_alarm_at if watch else None,
        accepted_labels=store.items.labelled_above(task, version_hash, labels, bar, now - LONGEST_WINDOW),
        gold_due=due,
        gold_unlabelled=unlabelled,
        kappa=kappa(store.items.pairs(task)).value,
    )


def _accepted_a_day(store: TrustStore, subject: Subject, version_hash: str, bar: float, now: datetime) -> float:
    """Items a day at or above the bar in the last 30 days, or since the first of them."""
    count, first = store.items.above(subject.task, version_hash, subject.labels, bar, now - WINDOW)
    if first is None:
        return 0.0
    return count / max((now - first) / ONE_DAY, 1.0)


def watch_anew(subject: Subject, issued: Issued, before: SubjectWatch | None) -> SubjectWatch:
    """Fresh monitors for a certificate; when earlier ones alarmed stays known."""
    held = issued.certificate
    return SubjectWatch(
        task=subject.task,
        label=subject.label,
        certificate_id=issued.id,
        errors=ErrorWatch(alpha=held.alpha),
        promise=PromiseWatch(alpha=held.alpha, delta=held.delta),
        errors_alarm_at=before.errors_alarm_at if before else None,
        promise_alarm_at=before.promise_alarm_at if before else None,
    )


def audit_item(store: TrustStore, subject: Subject, *, wrong: bool, now: datetime) -> list[AuditEvent]:
    """One more audited automatic item, in constant time. Answers the alarms that it raised."""
    watch = store.watch(subject.task, subject.label, hold=True)
    if watch is None:
        return []
    errors, promise = watch.errors.seen(wrong=wrong), watch.promise.seen(wrong=wrong)
    told: list[AuditEvent] = []
    news: dict[str, object] = {"errors": errors, "promise": promise}
    for name, before, after in (("errors", watch.errors, errors), ("promise", watch.promise, promise)):
        if before.alarm_after is None and after.alarm_after is not None:
            news[f"{name}_alarm_at"] = now
            told.append(
                MonitorAlarmed(
                    task=subject.task, label=subject.label, which=name, audited=after.audited, errors=after.errors
                )
            )
    store.keep_watch(watch.model_copy(update=news), now)
    return told


def watch_score(store: TrustStore, task: Task, score: float, now: datetime) -> list[AuditEvent]:
    """One more score of a task; a shift is told, raises the gold share, and stops nothing."""
    state = store.score_watch(task, hold=True)
    after: DriftWatch = state.drift.seen(score)
    shifted = after.shifts > state.drift.shifts
    news = {"drift": after} | ({"warned_at": now} if shifted else {})
    store.keep_score_watch(state.model_copy(update=news), now)
    return [ScoresShifted(task=task, seen=after.seen_in_all)] if shifted else []


def share_now(store: TrustStore, task: Task, base: float, paces: Iterable[Pace], now: datetime) -> tuple[float, str]:
    """The gold share to draw for a task now, and why: the policy's, what volume asks for, 0.30 after a warning."""
    warned = store.score_watch(task).warned_at
    drift = warned is not None and now - warned < WARNED_FOR
    sprint_until = store.sprint_until()
    sprint = sprint_until is not None and now < sprint_until
    by_volume = max((one.rho for one in paces), default=0.0)
    share = max(gold_share(base, drift_warning=drift, sprint=sprint), by_volume)
    if share > base and (drift or sprint) and share <= RHO_WARNED:
        return share, "drift" if drift else "sprint"
    return min(share, 1.0), "volume" if share > base else ""
