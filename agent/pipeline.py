"""The whole story on one page: what happens to an event or a mail, step by step. Read this first.

    event or mail in → receive → [settle: collect → suggest → route] → a person decides, or auto
                     → [carry_out: approved_actions → act_in_odoo … → close];  [deliver_log] all along
    [catch_up] reads what changed in Odoo and what lies in the mailbox, so that nothing is lost: → receive

A story runs step by step; only ids cross a step. Each step loads what it needs, does the slow thing
outside any transaction, saves its outcome with its audit events in one short transaction, and answers
the same when it is run again. What must happen next is a row in `work_item`, written in the same
transaction; the engine only makes the running durable. Waiting for a person is a row, so stories end there.
"""

import logging
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from agent.access.model import OdooPeople
from agent.actions.log import OdooLog
from agent.actions.model import OdooWriter
from agent.approvals.policy import ApprovalPolicy
from agent.errors import GatehouseError
from agent.evidence.match_policy import MatchPolicy
from agent.evidence.model import OdooReader
from agent.evidence.precedents import Precedents
from agent.intake.changes import OdooChanges
from agent.intake.mailbox import Mailbox
from agent.intake.watch_policy import WatchPolicy
from agent.kit.clock import Clock
from agent.kit.db import Database
from agent.outbox.model import Failure, RetryPolicy, WorkItem, WorkKind
from agent.routing.model import Policy
from agent.suggestions.service import Readers
from agent.work import Work, look, unit_of_work

LOG = logging.getLogger("gatehouse.pipeline")


def nobody_waits() -> None:
    """Nobody is there to be woken: the sweeper finds the work by itself."""


@dataclass(frozen=True)
class App:
    """Everything a step or a command needs: the database, the ports, the policy. Filled by `bootstrap`."""

    db: Database
    master: bytes
    clock: Clock
    odoo: OdooReader
    writer: OdooWriter
    log: OdooLog
    readers: Readers
    policy: Policy
    home: Path
    desk_url: str
    zone: str = "UTC"
    mail_max_bytes: int = 25 * 1024 * 1024
    event_max_bytes: int = 2 * 1024 * 1024
    changes: OdooChanges | None = None  # None: this Odoo is not watched
    watch: WatchPolicy = field(default_factory=WatchPolicy)  # from when on a change in Odoo matters
    people: OdooPeople | None = None  # None: nobody signs in with an Odoo login
    mailbox: Mailbox | None = None
    mail_relay: str = ""  # whose notes on a sender's authenticity are believed
    precedents: Precedents | None = None  # None: cases are read without those that people have decided
    grace: timedelta = timedelta(0)  # how long a decision can be undone before it is carried out
    approvals: ApprovalPolicy = field(default_factory=ApprovalPolicy)
    matching: MatchPolicy = field(default_factory=MatchPolicy)  # how far a bill may differ
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    poke: Callable[[], None] = nobody_waits

    def site_now(self) -> datetime:
        """The present moment on the site's clock: promise dates are calendar dates of the site."""
        return self.clock().astimezone(ZoneInfo(self.zone))

    @contextmanager
    def work(self) -> Generator[Work]:
        """A unit of work: saves everything at the end, or nothing."""
        with unit_of_work(self.db, self.master, self.clock()) as work:
            yield work

    @contextmanager
    def look(self) -> Generator[Work]:
        """A read-only look at the state."""
        with look(self.db, self.master, self.clock()) as work:
            yield work


class Steps(Protocol):
    """Runs one step of a story by name. Two runners, durable (`engine/`) and inline, under one contract suite."""

    def __call__(self, step: str, *ids: str) -> list[str]:
        """The step's answer, ids only. Raises StepFailed."""
        ...


class StepFailed(GatehouseError):
    """A step could not do its work; its story ends here and is postponed."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.message, remedy=failure.next_step)


# --- the stories ----------------------------------------------------------------------------------
def settle(case_id: str, run: Steps) -> None:
    """A case from evidence to route. The last step opens the review, or records the automatic decision."""
    (evidence_id,) = run("collect", case_id)
    (suggestion_id,) = run("suggest", evidence_id)
    run("route", suggestion_id)


def carry_out(decision_id: str, run: Steps) -> None:
    """A decision from the desk to Odoo. Started under the decision's own id, so twice is once."""
    for action_id in run("approved_actions", decision_id):
        run("act_in_odoo", action_id)
    run("close", decision_id)


def deliver_log(sink: str, run: Steps) -> None:
    """What the AI log owes to Odoo, in batches, until nothing is left."""
    while run("deliver_batch", sink):
        pass


def catch_up(source: str, run: Steps) -> None:
    """What came about at a source since last time, page by page."""
    while run("catch_up_page", source):
        pass


def indicate(sink: str, run: Steps) -> None:
    """The fulfilment risk of every order concerned, into Odoo's own lists."""
    run("indicate_risk", sink)


STORIES: dict[WorkKind, Callable[[str, Steps], None]] = {
    WorkKind.SETTLE: settle,
    WorkKind.CARRY_OUT: carry_out,
    WorkKind.DELIVER_LOG: deliver_log,
    WorkKind.CATCH_UP: catch_up,
    WorkKind.INDICATE: indicate,
}


def work_off(item: WorkItem, run: Steps) -> None:
    """Run the story of a piece of work; at its end the work is finished, postponed, or dead."""
    request = (item.kind.value, item.key, str(item.wanted), str(item.attempts))
    try:
        STORIES[item.kind](item.key, run)
    except StepFailed as ended:
        run("postpone", *request, ended.failure.model_dump_json())
    else:
        run("finish", *request)


# --- running steps --------------------------------------------------------------------------------
Step = Callable[..., list[str]]


def perform(app: App, steps: dict[str, Step], step: str, ids: tuple[str, ...]) -> dict[str, object]:
    """Run a step; its answer or its failure as plain JSON values, so that a recovery sees the same. Never raises."""
    try:
        return {"ids": steps[step](app, *ids)}
    except GatehouseError as error:
        return {"failure": _failure(error, str(error), error.next_step, retry=error.retry, known=True)}
    except Exception as error:
        LOG.exception("step %s failed", step)
        where = traceback.extract_tb(error.__traceback__)[-1]
        message = f"{type(error).__name__} in {Path(where.filename).name} line {where.lineno} (step {step})."
        step_to_take = "See the service's log, and report it."
        return {"failure": _failure(error, message, step_to_take, retry=True, known=False)}


def _failure(error: Exception, message: str, next_step: str, *, retry: bool, known: bool) -> dict[str, object]:
    return Failure(
        error=type(error).__name__, message=message, next_step=next_step, retry=retry, known=known
    ).model_dump(mode="json")


def answer(outcome: dict[str, object]) -> list[str]:
    """What `perform` brought: the ids. Raises StepFailed."""
    if "failure" in outcome:
        raise StepFailed(Failure.model_validate(outcome["failure"]))
    return [str(item) for item in outcome["ids"]]  # type: ignore[union-attr]


class InlineSteps:
    """Runs steps here and now: for tests, evals and one-shot commands."""

    def __init__(self, app: App, steps: dict[str, Step]) -> None:
        self._app = app
        self._steps = steps

    def __call__(self, step: str, *ids: str) -> list[str]:
        return answer(perform(self._app, self._steps, step, ids))
