"""What is kept of scores, labels, looks, certificates and epochs: frozen values, as the stores hand them out. Pure."""

from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime, Field

from agent.confidence.certify import Proposal
from agent.confidence.drift import DriftWatch
from agent.confidence.model import Certificate, Confidence, Features, Labelled
from agent.confidence.monitor import ErrorWatch, PromiseWatch
from agent.confidence.score import HAND, Scoring
from agent.kit.values import Value
from agent.suggestions.model import Suggestion, Task


class LabelKind(StrEnum):
    """How a label came about. Only `blind` certifies; `second` measures how far people agree; `shown` calibrates."""

    BLIND = "blind"
    SECOND = "second"
    SHOWN = "shown"


class GoldDraw(Value):
    """A case of the gold stream, as the keyed hash drew it at intake."""

    case_id: str
    company: str
    task: Task
    rho: float = Field(gt=0, le=1, description="share at which it was drawn")
    double: bool = Field(description="two people label it")
    drawn_at: AwareDatetime


class Scored(Value):
    """A suggestion with its score under one version; `wrong` is known once a person has labelled the item."""

    suggestion_id: str
    case_id: str
    company: str
    thread: str
    task: Task
    predicted: str
    version_hash: str
    model_id: str
    score: float = Field(ge=0, le=1)
    gated: bool
    gold: bool
    audited: bool = Field(default=False, description="would have been automatic, had the gold stream not drawn it")
    automatic: bool = Field(default=False, description="nobody reviewed it")
    replayed: bool = Field(default=False, description="scored afterwards, from the stored input")
    certificate_id: str | None = None
    parts: tuple[Features, ...] = ()
    drawn_at: AwareDatetime
    wrong: bool | None = Field(default=None, description="against the blind label; None: no label that can judge it")
    labelled_at: AwareDatetime | None = None
    shown_wrong: bool | None = Field(default=None, description="against a decision made with the suggestion in view")

    def labelled(self) -> Labelled | None:
        """As a label that certifies; None for what is not gold, or not labelled blind."""
        if not self.gold or self.wrong is None or self.labelled_at is None:
            return None
        return self._as_label(wrong=self.wrong, at=self.labelled_at)

    def calibrating(self) -> Labelled | None:
        """As a label that may fit weights and calibration: blind, or given with the suggestion in view."""
        wrong = self.wrong if self.wrong is not None else self.shown_wrong
        return None if wrong is None else self._as_label(wrong=wrong, at=self.labelled_at or self.drawn_at)

    def _as_label(self, *, wrong: bool, at: datetime) -> Labelled:
        return Labelled(
            item_id=self.suggestion_id,
            thread=self.thread,
            task=self.task,
            predicted=self.predicted,
            score=self.score,
            gated=self.gated,
            wrong=wrong,
            drawn_at=self.drawn_at,
            labelled_at=at,
            parts=self.parts,
        )


class GoldLabel(Value):
    """What a person said of an item."""

    id: str
    suggestion_id: str
    case_id: str
    company: str
    task: Task
    kind: LabelKind
    label: str
    fields: dict[str, tuple[str, ...]] | None = Field(
        default=None, description="of a mail: the new values by field; an empty one says that nothing changes"
    )
    by: str
    at: AwareDatetime


class Look(Value):
    """One look at the labels of a subject: it spent its part of delta, whether it passed or not."""

    id: str
    task: Task
    label: str
    version_hash: str
    model_id: str
    epoch: int
    at: AwareDatetime
    by: str
    proposal: Proposal

    @property
    def passed(self) -> bool:
        """Whether a certificate may be signed on it."""
        return self.proposal.chosen is not None


class Issued(Value):
    """A certificate as it is stored."""

    id: str
    look_id: str
    certificate: Certificate


class Epoch(Value):
    """A span of labels. Weights and calibration rest on earlier ones alone; certificates on labels of this one."""

    task: Task
    number: int = Field(ge=0)
    started_at: AwareDatetime | None = None
    by: str = ""
    scoring: Scoring = HAND


class SubjectWatch(Value):
    """The monitors of one subject under one certificate, and when they last alarmed, of any certificate."""

    task: Task
    label: str
    certificate_id: str
    errors: ErrorWatch
    promise: PromiseWatch
    errors_alarm_at: AwareDatetime | None = None
    promise_alarm_at: AwareDatetime | None = None

    @property
    def alarm_at(self) -> datetime | None:
        """The newest alarm of either kind: only items that came in later may certify."""
        return max((at for at in (self.errors_alarm_at, self.promise_alarm_at) if at is not None), default=None)


class ScoreWatch(Value):
    """ADWIN over the scores of a task, and when it last warned."""

    task: Task
    drift: DriftWatch = DriftWatch()
    warned_at: AwareDatetime | None = None


def scored(
    made: Suggestion,
    found: Confidence,
    *,
    company: str,
    thread: str,
    gold: bool,
    drawn_at: datetime,
    version_hash: str,
    **more: object,
) -> Scored:
    """The row of a suggestion under one version."""
    values = {
        "suggestion_id": made.id,
        "case_id": made.case_id,
        "company": company,
        "thread": thread,
        "task": made.task,
        "predicted": made.label,
        "version_hash": version_hash,
        "model_id": made.provenance.model_id,
        "score": found.score,
        "gated": bool(found.gates),
        "gold": gold,
        "parts": tuple(part.features for part in found.parts),
        "drawn_at": drawn_at,
    }
    return Scored.model_validate(values | more)
