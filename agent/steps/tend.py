"""Looking after the automatic lane: what fell back and what came back is told once, and the gold share follows."""

from agent.audit.model import AuditEvent, LabelCameBack, LabelFellBack
from agent.confidence.certify import Subject
from agent.confidence.service import Grounds, grounds, share_now
from agent.confidence.store import Share, Stood
from agent.pipeline import App
from agent.suggestions.model import Task
from agent.work import Work


def tend(app: App) -> int:
    """Work out how every subject stands and what share is drawn; answers how many changes were told."""
    count = 0
    for task in Task:
        with app.work() as work:
            told = tell_standings(app, work, task)
            work.audit.append(told, work.now)
            count += len(told)
    return count


def standings(app: App, work: Work, task: Task) -> list[Grounds]:
    """How every subject of a task stands for what answers now."""
    newest = work.trust.items.newest(task)
    version, models = (newest.version_hash, {newest.model_id}) if newest else ("", set[str]())
    return [grounds(work.trust, subject, version, models, work.now) for subject in app.policy.subjects(task)]


def tell_standings(app: App, work: Work, task: Task) -> list[AuditEvent]:
    """What changed since it was last told, and the gold share kept for the intake."""
    found = standings(app, work, task)
    paces = [one.pace for one in found if one.issued and one.pace.enough]
    rho, why = share_now(work.trust, task, app.policy.gold_share, paces, work.now)
    before = work.trust.share(task)
    if before is None or (before.rho, before.why) != (rho, why):
        work.trust.keep_share(task, Share(rho=rho, why=why), work.now)
    return [event for one in found if one.issued for event in _told(work, one.subject, one)]


def _told(work: Work, subject: Subject, one: Grounds) -> list[AuditEvent]:
    now = Stood(automatic=one.standing.automatic, codes=tuple(reason.code for reason in one.standing.reasons))
    before = work.trust.stood(subject.task, subject.label)
    if before == now or one.issued is None:
        return []
    work.trust.keep_stood(subject.task, subject.label, now, work.now)
    if now.automatic:
        return [LabelCameBack(task=subject.task, label=subject.label, certificate_id=one.issued.id)]
    return [LabelFellBack(task=subject.task, label=subject.label, why=now.codes)]
