"""Works off what is owed here and now, in this process: for one-shot commands, tests and evals."""

from collections.abc import Callable

from agent.outbox.model import WorkItem
from agent.pipeline import App, InlineSteps, Step, work_off

BATCH = 10


def run_due(app: App, steps: dict[str, Step], *, progress: Callable[[WorkItem], None] | None = None) -> int:
    """Claim and work off everything that is due until nothing is; answers how many pieces of work ran.

    Work that failed and is due later, or that is dead, stays owed.
    """
    done = 0
    while True:
        with app.work() as work:
            items = work.outbox.claim_due(work.now, BATCH)
        if not items:
            return done
        for item in items:
            work_off(item, InlineSteps(app, steps))
            done += 1
            if progress is not None:
                progress(item)


def seal(app: App) -> int:
    """Link every committed audit event that is not linked yet; answers how many."""
    linked = 0
    while True:
        with app.work() as work:
            count = work.audit.seal(work.now)
        if not count:
            return linked
        linked += count
