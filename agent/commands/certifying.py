"""Certificates: looking at the labels, signing what passed, fitting the confidence anew, and labelling sprints."""

from datetime import timedelta

from agent.access.model import Person, Right
from agent.audit.model import AuditEvent, CertificateSigned, EpochBegun, LabelsLookedAt, SprintSet
from agent.confidence.calibrate import fit
from agent.confidence.certify import sign
from agent.confidence.looking import Prospect, look_at, must_be_signable, prospect, tasks_of
from agent.confidence.model import Certificate, Labelled
from agent.confidence.records import Epoch, Issued, Look
from agent.confidence.service import watch_anew
from agent.errors import InputError, NotFound
from agent.kit.canonical import digest
from agent.kit.ids import new_id
from agent.pipeline import App
from agent.steps.replay import Replayed
from agent.steps.tend import tell_standings
from agent.suggestions.model import Task
from agent.work import Work

LONGEST_SPRINT = 90


def prospects(app: App, task: str | None = None, replayed: Replayed | None = None) -> list[Prospect]:
    """What there is to look at, subject by subject. It spends nothing of delta."""
    with app.look() as look:
        return [
            prospect(look.trust, subject, look.now, *((replayed.version_hash, replayed.model_id) if replayed else ()))
            for one in tasks_of(task)
            for subject in app.policy.subjects(one)
        ]


def propose_certificates(app: App, by: Person, task: str | None = None, replayed: Replayed | None = None) -> list[Look]:
    """Look at every subject whose labels suffice. Each look spends its part of delta and is kept, whatever it finds;
    a subject whose labels are too few is left alone. Raises NotAllowed, NotFound.
    """
    by.must(Right.PROPOSE_CERTIFICATES)
    looks: list[Look] = []
    for found in prospects(app, task, replayed):
        if not found.ready:
            continue
        with app.work() as work:
            fresh = prospect(work.trust, found.subject, work.now, found.version_hash, found.model_id)
            if fresh.ready:
                looks.append(look_at(work.trust, fresh, by.login, work.now))
                work.audit.append([_looked(looks[-1])], work.now)
    return looks


def _looked(look: Look) -> LabelsLookedAt:
    return LabelsLookedAt(
        actor=look.by,
        look_id=look.id,
        task=look.task,
        label=look.label,
        version_hash=look.version_hash,
        attempt=look.proposal.terms.attempt,
        labels=look.proposal.labels,
        passed=look.passed,
        proposal_digest=digest(look.proposal.model_dump_json().encode()),
    )


def sign_certificate(app: App, look_id: str, by: Person) -> Issued:
    """Sign a proposal that passed: its label may be automatic from now on, at or above its threshold.

    Raises NotAllowed, NotFound, Conflict, AlreadyDecided.
    """
    by.must(Right.SIGN_CERTIFICATES)
    with app.work() as work:
        look = work.trust.look(look_id)
        proposal = must_be_signable(work.trust, look, work.now)
        issued = Issued(id=new_id(), look_id=look.id, certificate=sign(proposal, by.login, work.now, look.model_id))
        work.trust.issue(issued)
        before = work.trust.watch(look.task, look.label, hold=True)
        work.trust.keep_watch(watch_anew(proposal.subject, issued, before), work.now)
        told: list[AuditEvent] = [_signed(issued.id, look.id, issued.certificate)]
        work.audit.append([*told, *tell_standings(app, work, look.task)], work.now)
    return issued


def _signed(certificate_id: str, look_id: str, held: Certificate) -> CertificateSigned:
    return CertificateSigned(
        actor=held.signed_by,
        certificate_id=certificate_id,
        look_id=look_id,
        task=held.task,
        label=held.label,
        version_hash=held.version_hash,
        n=held.n,
        errors=held.errors,
        document_digest=digest(held.model_dump_json().encode()),
    )


def begin_epoch(app: App, task: str, by: Person) -> Epoch:
    """Fit weights and calibration on the labels so far and begin the next epoch: from now on those labels certify
    nothing more, and certificates for other weights end. Nothing fits itself. Raises NotAllowed, NotFound.
    """
    by.must(Right.SIGN_CERTIFICATES)
    (one,) = tasks_of(task)
    with app.look() as look:
        before, labels = look.trust.epoch(one), _calibrating(look, one)
        now = look.now
    if not labels:
        raise NotFound(f"There are no labels of {one} yet.", remedy="Wait for labels; the page of trust counts them.")
    fitted = fit(labels, now)
    with app.work() as work:
        begun = Epoch(task=one, number=before.number + 1, started_at=work.now, by=by.login, scoring=fitted)
        work.trust.begin_epoch(begun, work.now)
        told = EpochBegun(
            actor=by.login,
            task=one,
            number=begun.number,
            weights=fitted.weights.version,
            document_digest=digest(fitted.model_dump_json().encode()),
        )
        work.audit.append([told, *tell_standings(app, work, one)], work.now)
    return begun


def _calibrating(work: Work, task: Task) -> list[Labelled]:
    rows = work.trust.items.of_task(task, work.now)
    newest = {row.suggestion_id: row for row in rows}
    return [label for row in newest.values() if (label := row.calibrating()) is not None]


def set_sprint(app: App, days: int, by: Person) -> None:
    """Start a labelling sprint of so many days, in which 30 % are drawn; 0 ends it. Raises NotAllowed, InputError."""
    by.must(Right.PROPOSE_CERTIFICATES)
    if not 0 <= days <= LONGEST_SPRINT:
        raise InputError(f"A sprint of {days} days.", remedy=f"Name 0 to {LONGEST_SPRINT} days.")
    with app.work() as work:
        until = work.now + timedelta(days=days)
        work.trust.keep_sprint(until, work.now)
        work.audit.append([SprintSet(actor=by.login, until=until.isoformat())], work.now)
        for task in Task:
            work.audit.append(tell_standings(app, work, task), work.now)
