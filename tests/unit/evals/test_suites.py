"""Suites: run on any reader, refuse unknown names, and rest on sound data."""

import json
from collections import Counter

import pytest

from agent.adapters.embedded import train
from agent.errors import InputError
from agent.intake.model import EventType
from agent.suggestions.model import ExceptionLabel, LabelScore, Provenance, Severity
from agent.suggestions.reader import Answered, Classification
from evals import run
from evals.dataset import exceptions, mails
from evals.suites.exceptions import compare, score


class AlwaysOther:
    """A reader that classifies one by one and always says the same."""

    def classify(self, asked):
        answer = Classification(scores=(LabelScore(label="other", probability=0.5),), severity=Severity.LOW)
        who = Provenance(reader="model", model_id="always-other", prompt_version="1")
        return Answered(answer=answer, provenance=who, prompt=asked.note, output="")


def test_a_reader_that_always_says_the_same_scores_like_it():
    report = score("tiny", AlwaysOther(), exceptions("test"))

    assert report.reader == "always-other"
    assert report.accuracy == pytest.approx(1 / 14, abs=0.02)
    assert report.macro_f1 < 0.02
    assert json.loads(report.model_dump_json())["n"] == report.n


def test_probability_left_over_is_shared_among_the_labels_not_named():
    answer = Classification(scores=(LabelScore(label="other", probability=0.5),), severity=Severity.LOW)

    row = compare(exceptions("test")[:1], [answer]).probabilities[0]

    assert row.sum() == pytest.approx(1)
    assert row.max() == pytest.approx(0.5)
    assert row.min() == pytest.approx(0.5 / 13)


def test_an_unknown_suite_is_refused_with_the_known_ones():
    with pytest.raises(InputError) as refused:
        run.run_suite("nonsense", AlwaysOther())
    assert "exceptions, exceptions_misleading" in refused.value.next_step


def test_a_suite_without_items_is_refused():
    with pytest.raises(InputError):
        score("empty", AlwaysOther(), [])


def test_every_label_has_enough_items_and_no_item_stands_twice():
    splits = {split: exceptions(split) for split in ("train", "dev", "test", "test_second")}
    items = [item for split in splits.values() for item in split]
    per_label = Counter(item.label for item in splits["train"])

    assert min(per_label[label] for label in ExceptionLabel) >= 40
    assert len({item.id for item in items}) == len(items)
    assert len({(item.event_type, item.note, str(item.figures)) for item in items}) == len(items)


@pytest.mark.parametrize("split", ["test", "test_second"])
def test_no_note_of_a_held_back_split_was_trained_on(split):
    trained = {item.note.casefold() for item in (*exceptions("train"), *exceptions("dev")) if item.note}

    assert not [item.id for item in exceptions(split) if item.note and item.note.casefold() in trained]


def test_nearly_every_type_of_the_second_set_misleads():
    items = train.read(train.DATASET, "test_second")

    assert {item.label for item in items} == set(ExceptionLabel)
    assert {item.event_type for item in items} == set(EventType)
    assert sum(item.misleads for item in items) >= 45


def test_every_value_of_the_mails_can_be_shown_to_a_reader():
    assert all(item.asked.texts[1].text == item.body for item in mails())
