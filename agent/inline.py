"""Works off what is owed here and now, without the engine: for `demo --once`, tests and one-shot commands."""

from collections.abc import Callable

from agent.pipeline import App, InlineSteps, Step, work_off

PORTION = 50


def run_due(
    app: App,
    steps: dict[str, Step],
    *,
    until_idle: bool = True,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Claim what is due and work it off, the most urgent first; returns how many pieces were.

    `until_idle` goes on with what that work brings about, until nothing is due now; what was postponed stays
    owed. `progress` hears the number so far. Beside a running service nothing is worked off twice: each
    claims for itself.
    """
    run = InlineSteps(app, steps)
    done = 0
    while True:
        with app.work() as work:
            items = work.outbox.claim_due(work.now, PORTION)
        for item in items:
            work_off(item, run)
            done += 1
            if progress is not None:
                progress(done)
        if not items or not until_idle:
            return done
