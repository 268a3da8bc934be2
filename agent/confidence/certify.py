"""Certificates: fixed-sequence Learn-then-Test with exact binomial p-values, label by label. Pure."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import AwareDatetime, Field

from agent.confidence.bounds import ALPHA, ALPHA_MONEY, DELTA, least_accepted, spent, upper_bound
from agent.confidence.model import Certificate, Labelled
from agent.kit.values import Value
from agent.suggestions.model import ExceptionLabel, Intent, InvoiceLabel, Task

SHARES = tuple(number / 20 for number in range(1, 21))  # accepted shares at which thresholds are tried
START_SHARE = 0.2
VALID_FOR = timedelta(days=90)
MONEY = frozenset(
    {
        (Task.CLASSIFY_EXCEPTION, ExceptionLabel.PRICE_OR_MARGIN_VARIANCE),
        (Task.CLASSIFY_EXCEPTION, ExceptionLabel.INVOICE_DISCREPANCY),
        (Task.CLASSIFY_EXCEPTION, ExceptionLabel.CREDIT_HOLD),
        (Task.READ_SUPPLIER_EMAIL, Intent.PRICE_CHANGE),
        (Task.READ_SUPPLIER_EMAIL, Intent.INVOICE),
        (Task.READ_SUPPLIER_EMAIL, "price:change"),
        (Task.READ_SUPPLIER_EMAIL, "price:no_change"),
        *((Task.INVOICE_DISCREPANCY, label) for label in InvoiceLabel),
    }
)
Floats = NDArray[np.float64]


class Step(NamedTuple):
    """One threshold tried: labels at or above it, the wrong ones among them, and whether the test passed."""

    threshold: float
    accepted: int
    errors: int
    p_value: float
    passed: bool


class Subject(Value):
    """What is certified as one: a label, or a family of labels of equal harm declared beforehand."""

    task: Task
    label: str
    members: tuple[str, ...] = Field(default=(), description="empty for a single label")

    @property
    def labels(self) -> tuple[str, ...]:
        return self.members or (self.label,)

    @property
    def money(self) -> bool:
        """Whether any label of it is about money: then the stricter alpha holds for all."""
        return any((self.task, label) in MONEY for label in self.labels)


class Terms(Value):
    """The promise asked for. Attempt 1 is the first look at these labels; each later look spends less of delta."""

    alpha: float = Field(default=ALPHA, gt=0, lt=1)
    delta: float = Field(default=DELTA, gt=0, lt=1)
    attempt: int = Field(default=1, ge=0)
    valid_for: timedelta = VALID_FOR

    @property
    def delta_used(self) -> float:
        """What this look may spend (section 2.6)."""
        return spent(self.delta, self.attempt)


def terms_for(subject: Subject, attempt: int = 1) -> Terms:
    """The usual terms: alpha 5 %, 2 % where money is concerned, delta 10 % (section 2)."""
    return Terms(alpha=ALPHA_MONEY if subject.money else ALPHA, attempt=attempt)


class Proposal(Value):
    """What a certification found. It becomes a certificate only when a person with the right signs it."""

    subject: Subject
    version_hash: str
    terms: Terms
    steps: tuple[Step, ...] = Field(description="thresholds tried, strict to lenient; the last may have failed")
    chosen: Step | None = Field(description="the most lenient that passed; None: everything goes to review")
    bound: float = Field(description="upper bound at the chosen threshold; 1 without one")
    labels: int = Field(description="labels counted")
    wrong: int = Field(description="of all counted, wrong")
    start: int = Field(description="accepted labels below which no threshold is tried")
    left_out: dict[str, int] = Field(description="labels not counted, by reason")
    labels_from: AwareDatetime | None = None
    labels_until: AwareDatetime | None = None


def grid(reference: Sequence[float] | Floats, shares: Sequence[float] = SHARES) -> tuple[float, ...]:
    """Thresholds that accept the given shares of an unlabelled or earlier sample, strict to lenient (section 2.3).

    Scores that are no numbers are left out; an empty sample gives no threshold, and so no certificate.
    """
    scores = np.asarray(reference, dtype=np.float64)
    ordered = np.sort(scores[np.isfinite(scores)])[::-1]
    if not ordered.size:
        return ()
    places = [min(max(math.ceil(round(share * ordered.size, 9)), 1), ordered.size) - 1 for share in shares]
    return tuple(sorted({float(ordered[place]) for place in places}, reverse=True))


def first_try(labels: int, alpha: float, delta: float) -> int:
    """Accepted labels at which trying starts: the greater of n_min and a fifth of all (section 2.3)."""
    return max(least_accepted(alpha, delta), math.ceil(round(START_SHARE * labels, 9)))


def walk(
    scores: Floats, wrong: NDArray[np.bool_], thresholds: Sequence[float], alpha: float, delta: float
) -> tuple[Step, ...]:
    """The thresholds tried, strict to lenient, up to and with the first that fails (section 2.3).

    A score that is no number is accepted nowhere. Each test is the exact binomial one, so equal to asking whether the
    Clopper-Pearson upper bound at confidence 1 - delta is at most alpha.
    """
    from scipy.special import bdtr

    known = np.isfinite(scores)
    start = first_try(len(scores), alpha, delta)
    order = np.argsort(-scores[known], kind="stable")
    falling = -scores[known][order]
    errors = np.concatenate([[0], np.cumsum(wrong[known][order])])
    steps: list[Step] = []
    for threshold in sorted(set(thresholds), reverse=True):
        accepted = int(np.searchsorted(falling, -threshold, side="right"))
        if accepted < start:
            continue
        found = int(errors[accepted])
        p = float(bdtr(found, accepted, alpha))
        steps.append(Step(float(threshold), accepted, found, p, p <= delta))
        if not steps[-1].passed:
            break
    return tuple(steps)


def chosen(steps: Sequence[Step]) -> Step | None:
    """The most lenient threshold that passed; None means plus infinity: everything to review."""
    passed = [step for step in steps if step.passed]
    return passed[-1] if passed else None


def propose(
    subject: Subject,
    version_hash: str,
    labelled: Sequence[Labelled],
    reference: Sequence[float],
    terms: Terms,
    fitted_until: datetime | None = None,
) -> Proposal:
    """Test one subject on the labels of its version and regime (sections 2.2 to 2.4).

    `reference` are scores of ungated items of the same labels and version that are not in `labelled`: unlabelled, or
    earlier. Labels up to `fitted_until` fitted weights or calibration and are not counted; nor are gated items, which
    are never automatic, nor any but the first item of a thread, nor what is left of a thread that fitted.
    """
    counted, left_out = countable(subject, labelled, fitted_until)
    scores = np.array([item.score for item in counted], dtype=np.float64)
    wrong = np.array([item.wrong for item in counted], dtype=np.bool_)
    steps = walk(scores, wrong, grid(reference), terms.alpha, terms.delta_used)
    best = chosen(steps)
    drawn = [item.drawn_at for item in counted]
    return Proposal(
        subject=subject,
        version_hash=version_hash,
        terms=terms,
        steps=steps,
        chosen=best,
        bound=upper_bound(best.errors, best.accepted, terms.delta_used) if best else 1.0,
        labels=len(counted),
        wrong=int(wrong.sum()),
        start=first_try(len(counted), terms.alpha, terms.delta_used),
        left_out=left_out,
        labels_from=min(drawn, default=None),
        labels_until=max(drawn, default=None),
    )


def countable(
    subject: Subject, labelled: Sequence[Labelled], fitted_until: datetime | None = None
) -> tuple[list[Labelled], dict[str, int]]:
    """The labels that may certify this subject, oldest first, and how many may not, by reason."""
    left_out = {"fitted the score": 0, "hard gate": 0, "same thread": 0}
    counted: list[Labelled] = []
    threads: set[str] = set()
    wanted = frozenset(subject.labels)
    for item in sorted(labelled, key=lambda item: (item.drawn_at, item.item_id)):
        if item.task is not subject.task or item.predicted not in wanted:
            continue
        if fitted_until is not None and item.drawn_at <= fitted_until:
            left_out["fitted the score"] += 1
            threads.add(item.thread)
        elif item.gated:
            left_out["hard gate"] += 1
        elif item.thread in threads:
            left_out["same thread"] += 1
        else:
            threads.add(item.thread)
            counted.append(item)
    return counted, left_out


def sign(proposal: Proposal, by: str, now: datetime, model_id: str = "") -> Certificate:
    """The certificate of a proposal that passed, in the name of the person who signs.

    Raises ValueError when nothing passed, or nobody signs.
    """
    best = proposal.chosen
    if best is None or not by.strip():
        raise ValueError(f"{proposal.subject.label}: nothing passed, or nobody signs")
    terms = proposal.terms
    return Certificate(
        task=proposal.subject.task,
        label=proposal.subject.label,
        members=proposal.subject.members,
        version_hash=proposal.version_hash,
        threshold=best.threshold,
        n=best.accepted,
        errors=best.errors,
        bound=proposal.bound,
        signed_by=by,
        certified_at=now,
        valid_until=now + terms.valid_for,
        alpha=terms.alpha,
        delta=terms.delta,
        delta_used=terms.delta_used,
        attempt=terms.attempt,
        labels=proposal.labels,
        labels_from=proposal.labels_from,
        labels_until=proposal.labels_until,
        model_id=model_id,
    )
