"""The promise of the grounding rule: of 500 generated summaries nothing unbacked is kept, and the backed survives."""

from functools import cache

import pytest

from agent.suggestions.backing import keep_backed
from tests.builders_words import TODAY, Worded, summaries
from tests.checker_of_words import Truth, unexplained


@cache
def all_summaries() -> list[tuple[Worded, tuple[str, ...]]]:
    return [(made, keep_backed(made.sentences, made.allowed)[0]) for made in summaries(500)]


def test_nothing_that_is_kept_holds_an_unbacked_number_date_or_name():
    faults = [
        (sentence, found)
        for made, kept in all_summaries()
        for sentence in kept
        if (found := unexplained(sentence, made.truth))
    ]

    assert faults == []


def test_no_planted_sentence_is_kept():
    leaked = [
        made.sentences[place]
        for made, kept in all_summaries()
        for place in made.planted
        if made.sentences[place] in kept
    ]

    assert leaked == []


def test_at_least_95_percent_of_the_backed_sentences_survive():
    backed = [
        (sentence, sentence in kept)
        for made, kept in all_summaries()
        for place, sentence in enumerate(made.sentences)
        if place not in made.planted
    ]

    lost = [sentence for sentence, survived in backed if not survived]
    assert len(lost) <= 0.05 * len(backed), lost[:20]


def test_a_third_of_the_scripted_models_sentences_are_planted():
    scripted = [made for made, _ in all_summaries() if made.planted]
    sentences = sum(len(made.sentences) for made in scripted)

    assert len(all_summaries()) == 500
    assert {made.kind for made in scripted} == {"risk", "mail", "exception"}
    assert sum(len(made.planted) for made in scripted) > 0.3 * sentences


@pytest.mark.parametrize(
    "sentence",
    ["It comes on 1 March 2026.", "It is worth 4,711.00 EUR.", "It waits for Bosch too.", "It is 77 days late."],
)
def test_the_checker_itself_sees_what_is_wrong(sentence: str):
    truth = Truth(frozenset(), frozenset({TODAY}), ("P00012",), frozenset({7}), frozenset({"EUR"}))

    assert unexplained(sentence, truth)
