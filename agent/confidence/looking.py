"""Looking at a subject's labels: what there is to look at, at which price, and what the look found."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import AwareDatetime, Field

from agent.confidence.certify import Proposal, Subject, Terms, countable, first_try, propose, terms_for
from agent.confidence.model import Labelled
from agent.confidence.outlook import Expected, Outlook, outlook
from agent.confidence.records import Look, Scored
from agent.confidence.store import TrustStore
from agent.errors import Conflict, NotFound
from agent.kit.ids import new_id
from agent.kit.values import Value
from agent.suggestions.model import Task

RATE_OVER = timedelta(days=30)
FEWEST_EARLIER = 30  # decisions with the suggestion in view before they are taken for a guess of the error rate
SIGN_WITHIN = timedelta(days=14)
ONE_DAY = timedelta(days=1)


class Prospect(Value):
    """What a look at a subject's labels would rest on and spend. Counts only: to see it costs nothing of delta."""

    subject: Subject
    version_hash: str = ""
    model_id: str = ""
    epoch: int = 0
    terms: Terms
    after: AwareDatetime | None = Field(default=None, description="only items that came in later count")
    have: int = 0
    reference: int = Field(default=0, description="scores without a label that the thresholds are laid by")
    left_out: dict[str, int] = Field(default_factory=dict)
    outlook: Outlook

    @property
    def ready(self) -> bool:
        """Whether a look could pass at all; else it would only spend."""
        return bool(self.reference) and self.have >= first_try(self.have, self.terms.alpha, self.terms.delta_used)


def prospect(
    store: TrustStore, subject: Subject, now: datetime, version_hash: str = "", model_id: str = ""
) -> Prospect:
    """What there is to look at for a version; for the one that answers now when none is named."""
    if not version_hash:
        newest = store.items.newest(subject.task)
        version_hash, model_id = (newest.version_hash, newest.model_id) if newest else ("", "")
    rows = store.items.of_version(subject.task, version_hash, subject.labels)
    stage = store.epoch(subject.task)
    watch = store.watch(subject.task, subject.label)
    after = max((at for at in (stage.scoring.fitted_until, watch.alarm_at if watch else None) if at), default=None)
    counted, left_out = countable(subject, _labelled(rows), after)
    terms = terms_for(subject, store.looks_spent(subject.task, subject.label, stage.number) + 1)
    return Prospect(
        subject=subject,
        version_hash=version_hash,
        model_id=model_id,
        epoch=stage.number,
        terms=terms,
        after=after,
        have=len(counted),
        reference=len(_reference(rows)),
        left_out={why: count for why, count in left_out.items() if count},
        outlook=outlook(len(counted), _a_day(counted, rows, now), terms, now.date(), _expected(rows)),
    )


def look_at(store: TrustStore, found: Prospect, by: str, now: datetime) -> Look:
    """Test the labels, and keep that they were looked at: delta is spent whether they pass or not.

    Raises Conflict when the look could not pass and would only spend.
    """
    if not found.ready:
        raise Conflict(
            f"{found.subject.label}: {found.have} labels are too few to pass.",
            remedy="Nothing was looked at and nothing spent; wait for more blind labels.",
        )
    rows = store.items.of_version(found.subject.task, found.version_hash, found.subject.labels)
    made = propose(
        found.subject, found.version_hash, _labelled(rows), _reference(rows), found.terms, fitted_until=found.after
    )
    look = Look(
        id=new_id(),
        task=found.subject.task,
        label=found.subject.label,
        version_hash=found.version_hash,
        model_id=found.model_id,
        epoch=found.epoch,
        at=now,
        by=by,
        proposal=made,
    )
    store.add_look(look)
    return look


def must_be_signable(store: TrustStore, look: Look, now: datetime) -> Proposal:
    """The proposal, when it may be signed now. Raises NotFound or Conflict saying why not."""
    remedy = "Make a new proposal: `gatehouse certify`."
    if not look.passed:
        raise NotFound(f"Nothing passed for {look.label}.", remedy="Wait for more blind labels.")
    if now - look.at > SIGN_WITHIN:
        raise Conflict(f"The proposal for {look.label} is older than {SIGN_WITHIN.days} days.", remedy=remedy)
    if store.epoch(look.task).number != look.epoch:
        raise Conflict(f"The confidence was fitted anew since the proposal for {look.label}.", remedy=remedy)
    watch = store.watch(look.task, look.label)
    if watch is not None and watch.alarm_at is not None and watch.alarm_at >= look.at:
        raise Conflict(f"A monitor has alarmed since the proposal for {look.label}.", remedy=remedy)
    return look.proposal


def _labelled(rows: Sequence[Scored]) -> list[Labelled]:
    return [label for row in rows if (label := row.labelled()) is not None]


def _reference(rows: Sequence[Scored]) -> list[float]:
    """Scores that no certificate rests on: of items that are not gold and have no gate."""
    return [row.score for row in rows if not row.gold and not row.gated]


def _a_day(counted: Sequence[Labelled], rows: Sequence[Scored], now: datetime) -> float:
    """Countable labels a day, over the last 30 days or since the first item."""
    first = min((row.drawn_at for row in rows), default=now)
    days = min(max((now - first) / ONE_DAY, 1.0), RATE_OVER / ONE_DAY)
    return sum(item.labelled_at > now - timedelta(days=days) for item in counted) / days


def _expected(rows: Sequence[Scored]) -> Expected:
    """What decisions with the suggestion in view tell of the error rate: never the blind labels themselves."""
    told = [row.shown_wrong for row in rows if not row.gold and not row.gated and row.shown_wrong is not None]
    return Expected(error_rate=sum(told) / len(told)) if len(told) >= FEWEST_EARLIER else Expected()


def tasks_of(task: str | None) -> tuple[Task, ...]:
    """The named task, or all. Raises NotFound."""
    if task is None:
        return tuple(Task)
    if task not in set(Task):
        raise NotFound(f"There is no task {task}.", remedy=f"Use one of: {', '.join(Task)}.")
    return (Task(task),)
