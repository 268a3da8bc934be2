"""When a certified label falls back to review, and why: all reasons of one label, or of a family together. Pure."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime, Field

from agent.confidence.model import Certificate
from agent.kit.values import Value

FEWEST_FRESH = 30
WINDOW = timedelta(days=30)
STALE_AFTER = timedelta(days=14)
MOST_BACKLOG = 0.20
LEAST_KAPPA = 0.6
LONGEST_WINDOW = timedelta(days=90)
LONGEST_STALE = timedelta(days=45)
RHO, MOST_RHO = 0.10, 0.50
MARGIN = 1.5  # expected gold labels a window must hold, over the fewest that are asked for


class Why(StrEnum):
    """Why a label is back in review (section 2.8)."""

    NO_CERTIFICATE = "no_certificate"
    OTHER_VERSION = "other_version"
    EXPIRED = "expired"
    ERRORS_ROSE = "errors_rose"
    PROMISE_BROKEN = "promise_broken"
    LABELS_BEFORE_ALARM = "labels_before_alarm"
    TOO_FEW_FRESH = "too_few_fresh_labels"
    STALE = "labels_stale"
    BACKLOG = "gold_backlog"
    REVIEWERS_DISAGREE = "reviewers_disagree"
    OTHER_MODEL = "other_model"


class Reason(Value):
    """One reason, in code and in words."""

    code: Why
    detail: str


class Freshness(Value):
    """How many gold-accepted labels within which time keep a certificate alive, and how old the newest may be."""

    window: timedelta = WINDOW
    fewest: int = Field(default=FEWEST_FRESH, ge=1)
    stale_after: timedelta = STALE_AFTER


class Health(Value):
    """What is known about a subject (a label or family) now. Nothing in it is optional: absent means not healthy."""

    certificate: Certificate | None
    version_hash: str = Field(description="of what answers now")
    model_ids: frozenset[str] = Field(description="as the provider answered lately; empty: nothing was answered")
    errors_alarm_at: AwareDatetime | None = Field(description="when the e-CUSUM of this subject last alarmed")
    promise_alarm_at: AwareDatetime | None = Field(description="when the promise e-process last alarmed")
    accepted_labels: tuple[AwareDatetime, ...] = Field(description="when gold items at or above the bar were labelled")
    gold_due: int = Field(ge=0, description="gold items whose label is due")
    gold_unlabelled: int = Field(ge=0, description="of these, still without one")
    kappa: float | None = Field(description="of double-labelled items; None: unknown, and no reason by itself")


class Standing(Value):
    """Whether a subject may be automatic now, and every reason why not."""

    label: str
    automatic: bool
    reasons: tuple[Reason, ...] = ()


def standing(label: str, health: Health, now: datetime, freshness: Freshness | None = None) -> Standing:
    """All fall-backs of section 2.8 for one subject; any one puts it back to review.

    Return needs a new certificate on items that came in after the alarm: an alarm counts for as long as the
    certificate rests on older ones.
    """
    limits = freshness or Freshness()
    reasons = (*_certificate(health, now), *_alarms(health), *_labels(health, now, limits), *_people(health))
    return Standing(label=label, automatic=not reasons, reasons=reasons)


def fallen(healths: dict[str, Health], now: datetime, freshness: Freshness | None = None) -> tuple[Standing, ...]:
    """The subjects that are back in review, with every reason. A family is one subject, so it falls as a whole."""
    found = (standing(label, health, now, freshness) for label, health in sorted(healths.items()))
    return tuple(one for one in found if not one.automatic)


def _certificate(health: Health, now: datetime) -> Iterable[Reason]:
    held = health.certificate
    if held is None:
        yield Reason(code=Why.NO_CERTIFICATE, detail="nothing is certified")
        return
    if held.version_hash != health.version_hash:
        detail = f"certified was {held.version_hash}, now {health.version_hash} answers"
        yield Reason(code=Why.OTHER_VERSION, detail=detail)
    if not held.certified_at <= now < held.valid_until:
        yield Reason(code=Why.EXPIRED, detail=f"the certificate ended on {held.valid_until:%Y-%m-%d}")
    if strangers := sorted(health.model_ids - {held.model_id}) if held.model_id else []:
        yield Reason(code=Why.OTHER_MODEL, detail=f"{', '.join(strangers)} answered, certified was {held.model_id}")
    if not math.isfinite(held.threshold):
        yield Reason(code=Why.NO_CERTIFICATE, detail="the certificate's threshold is no number")


def _alarms(health: Health) -> Iterable[Reason]:
    since = health.certificate.labels_from if health.certificate else None
    for at, code, words in (
        (health.errors_alarm_at, Why.ERRORS_ROSE, "the error rate of audited items has risen"),
        (health.promise_alarm_at, Why.PROMISE_BROKEN, "audited items show more errors than were promised"),
    ):
        if at is None:
            continue
        if health.certificate is None or health.certificate.certified_at <= at:
            yield Reason(code=code, detail=f"{words} ({at:%Y-%m-%d})")
        elif since is None or since <= at:
            detail = f"{words} ({at:%Y-%m-%d}), and the certificate rests on labels from before"
            yield Reason(code=Why.LABELS_BEFORE_ALARM, detail=detail)


def _labels(health: Health, now: datetime, limits: Freshness) -> Iterable[Reason]:
    fresh = [at for at in health.accepted_labels if now - limits.window <= at <= now]
    if len(fresh) < limits.fewest:
        detail = f"{len(fresh)} of {limits.fewest} gold labels in {limits.window.days} days"
        yield Reason(code=Why.TOO_FEW_FRESH, detail=detail)
    newest = max((at for at in health.accepted_labels if at <= now), default=None)
    if newest is None or now - newest > limits.stale_after:
        said = f"on {newest:%Y-%m-%d}" if newest else "never"
        yield Reason(code=Why.STALE, detail=f"the newest gold label came {said}, {limits.stale_after.days} days hold")


def _people(health: Health) -> Iterable[Reason]:
    if health.gold_due and health.gold_unlabelled > MOST_BACKLOG * health.gold_due:
        detail = f"{health.gold_unlabelled} of {health.gold_due} due gold items have no label"
        yield Reason(code=Why.BACKLOG, detail=detail)
    if health.kappa is not None and not health.kappa >= LEAST_KAPPA:
        yield Reason(code=Why.REVIEWERS_DISAGREE, detail=f"kappa of two reviewers is {health.kappa:.2f}, below 0.60")


class Pace(Value):
    """The gold share and the freshness that a volume can carry."""

    rho: float = Field(gt=0, le=1)
    freshness: Freshness
    enough: bool = Field(description="whether the fewest labels can be expected at all")


def pace(accepted_per_day: float, rho: float = RHO) -> Pace:
    """Gold share and freshness for a subject with so many acceptable items a day (rho and window follow volume).

    At high volume exactly section 2.8. At low volume first rho rises, up to one half, until 1.5 times the fewest
    labels are expected in 30 days; then the window widens, up to 90 days; the newest label may be as old as leaves
    one chance in a hundred to see none, from 14 up to 45 days.
    """
    if not math.isfinite(accepted_per_day) or accepted_per_day <= 0:
        return Pace(rho=rho, freshness=Freshness(), enough=False)
    wanted = MARGIN * FEWEST_FRESH
    share = min(max(rho, wanted / (accepted_per_day * WINDOW.days)), max(rho, MOST_RHO))
    daily = share * accepted_per_day
    window = min(max(WINDOW, timedelta(days=math.ceil(wanted / daily))), LONGEST_WINDOW)
    stale = min(max(STALE_AFTER, timedelta(days=math.ceil(math.log(100) / daily))), LONGEST_STALE)
    enough = daily * window.days >= FEWEST_FRESH
    return Pace(rho=share, freshness=Freshness(window=window, stale_after=stale), enough=enough)
