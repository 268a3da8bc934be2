"""A new prompt, model or weights on the stored gold inputs: certified from the same labels, with delta spent."""

from collections.abc import Sequence
from typing import NamedTuple

from pydantic import AwareDatetime, Field

from agent.confidence.certify import Proposal, Subject, propose, terms_for
from agent.confidence.model import Features, Labelled
from agent.kit.values import Value
from agent.suggestions.model import Task


class GoldInput(Value):
    """A stored gold item: what a person said of it, blind. For a mail, `truth` is the label of the whole."""

    item_id: str
    thread: str
    task: Task
    truth: str
    drawn_at: AwareDatetime
    labelled_at: AwareDatetime


class Answer(Value):
    """What the new version said of a gold input. `fields_right` is False where a field was wrong or missed."""

    item_id: str
    predicted: str
    score: float = Field(ge=0, le=1)
    gated: bool
    fields_right: bool = True
    parts: tuple[Features, ...] = ()


class Changed(NamedTuple):
    """Two versions on the same items: right by one alone, and the exact two-sided McNemar p-value."""

    only_old: int
    only_new: int
    p_value: float


def replayed(inputs: Sequence[GoldInput], answers: Sequence[Answer]) -> tuple[Labelled, ...]:
    """The gold labels as labels of the new version's predictions (section 2.5): an item counts for the label that the
    new version gives it. Inputs that it did not answer are missing, and so certify nothing. Raises ValueError when an
    answer is for no input or comes twice.
    """
    by_id = {answer.item_id: answer for answer in answers}
    if len(by_id) != len(answers) or not by_id.keys() <= {one.item_id for one in inputs}:
        raise ValueError("answers and gold inputs do not fit together")
    return tuple(
        Labelled(
            item_id=one.item_id,
            thread=one.thread,
            task=one.task,
            predicted=answer.predicted,
            score=answer.score,
            gated=answer.gated,
            wrong=answer.predicted != one.truth or not answer.fields_right,
            drawn_at=one.drawn_at,
            labelled_at=one.labelled_at,
            parts=answer.parts,
        )
        for one in inputs
        if (answer := by_id.get(one.item_id))
    )


def certify_replayed(
    subjects: Sequence[Subject],
    version_hash: str,
    labelled: Sequence[Labelled],
    reference: dict[str, Sequence[float]],
    looks_before: dict[str, int],
    fitted_until: AwareDatetime | None = None,
) -> tuple[Proposal, ...]:
    """A proposal for each subject, on delta_v = delta / (v (v + 1)) where v counts every look at overlapping labels so
    far, of any version, whether it passed or not (section 2.6). `reference` holds the new version's scores of items
    that are not in `labelled`, by the subject's label.
    """
    return tuple(
        propose(
            subject,
            version_hash,
            labelled,
            reference.get(subject.label, ()),
            terms_for(subject, attempt=looks_before.get(subject.label, 0) + 1),
            fitted_until,
        )
        for subject in subjects
    )


def compare(old: Sequence[Labelled], new: Sequence[Labelled]) -> Changed:
    """Which version is right more often on the items that both answered: the exact McNemar test (section 5)."""
    from scipy.special import bdtr

    before = {item.item_id: item.wrong for item in old}
    both = [(before[item.item_id], item.wrong) for item in new if item.item_id in before]
    only_old = sum(not was and now for was, now in both)
    only_new = sum(was and not now for was, now in both)
    differing = only_old + only_new
    p = min(1.0, 2 * float(bdtr(min(only_old, only_new), differing, 0.5))) if differing else 1.0
    return Changed(only_old, only_new, p)
