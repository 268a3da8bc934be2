"""Suites `exceptions` and `exceptions_misleading`: the two held-back sets of order exceptions."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from agent.errors import InputError
from agent.suggestions.model import ExceptionLabel
from agent.suggestions.reader import Answered, Classification, ExceptionInput, Reader
from evals import scorers
from evals.dataset import ExceptionItem, exceptions
from evals.report import FEWEST, CalibrationBin, CoveragePoint, LabelReport, Report

LABELS = tuple(ExceptionLabel)
COVERAGES = (0.5, 0.7, 0.9, 1.0)


@runtime_checkable
class BatchReader(Protocol):
    """A reader that classifies many at once."""

    def classify_many(self, asked: Sequence[ExceptionInput]) -> list[Answered[Classification]]: ...


def run(reader: Reader) -> Report:
    """Classify the test split and score it."""
    return score("exceptions", reader, exceptions("test"))


def run_misleading(reader: Reader) -> Report:
    """Classify the second held-back set, in which the type, or a topic that the note dismisses, misleads."""
    return score("exceptions_misleading", reader, exceptions("test_second"))


def score(suite: str, reader: Reader, items: Sequence[ExceptionItem]) -> Report:
    """Classify the items and score the answers. Raises InputError when there are none."""
    if not items:
        raise InputError("The suite has no items.", remedy="Install the package with its datasets.")
    asked = [item.asked for item in items]
    answered = reader.classify_many(asked) if isinstance(reader, BatchReader) else [reader.classify(a) for a in asked]
    answers = [one.answer for one in answered]
    scored = compare(items, answers)
    low, high = scorers.macro_f1_interval(scored)
    counts = scorers.confusion(scored)
    return Report(
        suite=suite,
        reader=answered[0].provenance.model_id,
        n=len(items),
        accuracy=scorers.accuracy(scored),
        macro_f1=float(scorers.macro_f1(counts)),
        macro_f1_low=low,
        macro_f1_high=high,
        log_loss=scorers.log_loss(scored),
        brier=scorers.brier(scored),
        ece=scorers.calibration_error(scored),
        ece_debiased=scorers.debiased_calibration_error(scored),
        ece_bins=scorers.BINS,
        aurc=scorers.aurc(scored),
        excess_aurc=scorers.excess_aurc(scored),
        severity_accuracy=_severity(items, answers),
        labels=tuple(_label(number, counts) for number in range(len(LABELS))),
        confusion=_confusion(counts),
        bins=tuple(CalibrationBin(n=n, confidence=said, accuracy=right) for n, said, right in scorers.bins(scored)),
        coverage=_coverage(scored),
        slices=_slices(items, scored),
    )


def compare(items: Sequence[ExceptionItem], answers: Sequence[Classification]) -> scorers.Scored:
    """Labels as numbers; what a reader leaves of the probability is shared among the labels it did not name."""
    rows: list[list[float]] = []
    for answer in answers:
        named = {LABELS.index(ExceptionLabel(score.label)): score.probability for score in answer.scores}
        rest = max(0.0, 1 - sum(named.values())) / max(len(LABELS) - len(named), 1)
        rows.append([named.get(number, rest) for number in range(len(LABELS))])
    probabilities = np.array(rows)
    return scorers.Scored(
        truth=np.array([LABELS.index(item.label) for item in items], dtype=np.int64),
        predicted=np.array([LABELS.index(answer.label) for answer in answers], dtype=np.int64),
        probabilities=probabilities / probabilities.sum(axis=1, keepdims=True),
    )


def _severity(items: Sequence[ExceptionItem], answers: Sequence[Classification]) -> float:
    return sum(item.severity == answer.severity for item, answer in zip(items, answers, strict=True)) / len(items)


def _label(number: int, counts: scorers.Ints) -> LabelReport:
    n, predicted, right = int(counts[number].sum()), int(counts[:, number].sum()), int(counts[number, number])
    return LabelReport(
        label=LABELS[number],
        n=n,
        predicted=predicted,
        right=right,
        precision=right / predicted if n >= FEWEST and predicted else None,
        recall=right / n if n >= FEWEST else None,
    )


def _confusion(counts: scorers.Ints) -> dict[str, dict[str, int]]:
    return {
        truth.value: {taken.value: int(n) for taken, n in zip(LABELS, row, strict=True) if n}
        for truth, row in zip(LABELS, counts, strict=True)
    }


def _coverage(scored: scorers.Scored) -> tuple[CoveragePoint, ...]:
    """The first step of the curve that reaches each coverage."""
    steps = scorers.risk_coverage(scored)
    found = [next(step for step in steps if step[0] >= wanted - 1e-9) for wanted in COVERAGES]
    return tuple(CoveragePoint(coverage=coverage, error=error) for coverage, error in found)


def _slices(items: Sequence[ExceptionItem], scored: scorers.Scored) -> dict[str, tuple[int, int]]:
    """Items and right answers by language and by what there was to go by."""
    total: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for item, right in zip(items, scored.right, strict=True):
        names = (f"language {item.language}", "free text" if item.event_type is None else "event", _basis(item))
        total.update(names)
        good.update(name for name in names if right)
    return {name: (total[name], good[name]) for name in sorted(total)}


def _basis(item: ExceptionItem) -> str:
    if item.note and item.figures:
        return "note and figures"
    return "note alone" if item.note else "figures alone"
