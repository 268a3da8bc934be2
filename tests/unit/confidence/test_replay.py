from datetime import timedelta

import pytest

from agent.confidence.certify import Subject
from agent.confidence.replay import Answer, GoldInput, certify_replayed, compare, replayed
from agent.suggestions.model import ExceptionLabel, Task
from tests.builders import NOON
from tests.builders_confidence import LABEL

OTHER = ExceptionLabel.STOCK_SHORTAGE
DELAYS = Subject(task=Task.CLASSIFY_EXCEPTION, label=LABEL)
INPUTS = [
    GoldInput(
        item_id=f"i{n}", thread=f"t{n}", task=Task.CLASSIFY_EXCEPTION, truth=LABEL if n % 2 else OTHER,
        drawn_at=NOON + timedelta(hours=n), labelled_at=NOON + timedelta(hours=n + 1),
    )
    for n in range(200)
]  # fmt: skip


def answers(wrong=(), **given):
    swap = {LABEL: OTHER, OTHER: LABEL}
    return [
        Answer(
            item_id=one.item_id,
            predicted=swap[one.truth] if n in wrong else one.truth,
            **{"score": 0.9, "gated": False, **given},
        )
        for n, one in enumerate(INPUTS)
    ]


def test_stored_labels_judge_what_the_new_version_predicts():
    found = replayed(INPUTS, answers(wrong={0}))

    assert [item.wrong for item in found[:3]] == [True, False, False]
    assert found[0].predicted == LABEL  # it counts for the label that it was given
    assert all(item.wrong for item in replayed(INPUTS, answers(fields_right=False)))


def test_a_new_version_is_certified_at_once_with_less_of_delta_at_each_look():
    found = replayed(INPUTS, answers())
    reference = {LABEL: [0.9] * 20}
    first, third = (certify_replayed([DELAYS], "v2", found, reference, {LABEL: looks})[0] for looks in (0, 2))

    assert first.chosen is not None
    assert (first.version_hash, first.terms.delta_used) == ("v2", pytest.approx(0.05))
    assert third.terms.delta_used == pytest.approx(0.10 / 12)
    assert third.start > first.start
    assert certify_replayed([DELAYS], "v2", found, {}, {})[0].chosen is None


def test_answers_to_nothing_and_double_answers_are_refused():
    with pytest.raises(ValueError, match="gold inputs"):
        replayed(INPUTS[:-1], answers())
    with pytest.raises(ValueError, match="gold inputs"):
        replayed(INPUTS, [*answers(), answers()[0]])


def test_two_versions_are_compared_on_the_same_items_by_the_exact_test():
    old, new = replayed(INPUTS, answers(wrong=set(range(20)))), replayed(INPUTS, answers(wrong={199}))
    told = compare(old, new)

    assert (told.only_old, told.only_new) == (1, 20)
    tables = pytest.importorskip("statsmodels.stats.contingency_tables", reason="statsmodels is a development extra")
    assert told.p_value == pytest.approx(tables.mcnemar([[179, 1], [20, 0]], exact=True).pvalue)
    assert compare(old, old).p_value == 1
