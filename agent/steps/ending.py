"""The end of every story: the work is owed no more, or again later, or a person must look."""

from agent.audit.model import (
    WorkDied,
)
from agent.outbox.model import Failure, WorkItem, WorkKind
from agent.pipeline import App
from agent.work import Work


def finish(app: App, kind: str, key: str, wanted: str, attempts: str) -> list[str]:
    """The work is done: it is owed no more."""
    with app.work() as work:
        if item := _same(work, kind, key, wanted, attempts):
            work.outbox.finish(item, work.now)
    return []


def postpone(app: App, kind: str, key: str, wanted: str, attempts: str, failure: str) -> list[str]:
    """The work failed: when it is tried again, or that a person must look."""
    why = Failure.model_validate_json(failure)
    with app.work() as work:
        if item := _same(work, kind, key, wanted, attempts):
            due_at = app.retry.next_run(why, item, work.now)
            mine = work.outbox.postpone(item, f"{why.message} {why.next_step}", due_at, accident=not why.known)
            if mine and due_at is None:
                work.audit.append([WorkDied(kind=kind, key=key, why=why.error)], work.now)
    return []


def _same(work: Work, kind: str, key: str, wanted: str, attempts: str) -> WorkItem | None:
    """The owed work as this run saw it; None when it is owed no more."""
    found = work.outbox.find(WorkKind(kind), key)
    return found.model_copy(update={"wanted": int(wanted), "attempts": int(attempts)}) if found else None
