from hypothesis import given
from hypothesis import strategies as st

from agent.confidence.model import ConfidenceState
from agent.confidence.score import WEIGHTS, confidence, features
from agent.suggestions.model import ExceptionLabel, Finding, Gate, LabelScore
from tests.builders import a_fact, a_suggestion


def test_without_labels_nothing_is_calibrated():
    found = confidence(a_suggestion())

    assert found.state is ConfidenceState.NOT_CALIBRATED
    assert found.value is None


def test_the_weights_sum_to_one():
    assert abs(sum(WEIGHTS.values()) - 1) < 1e-9


@given(st.floats(0, 1))
def test_the_score_stays_between_zero_and_one(probability):
    scores = (LabelScore(label=ExceptionLabel.SUPPLIER_DELAY, probability=probability),)

    assert 0 <= confidence(a_suggestion(scores=scores)).score <= 1


def test_a_disagreeing_second_reader_lowers_the_score():
    agreed = confidence(a_suggestion(second_opinion=ExceptionLabel.SUPPLIER_DELAY))
    differs = confidence(a_suggestion(second_opinion=ExceptionLabel.STOCK_SHORTAGE))

    assert differs.score < agreed.score


def test_a_value_that_its_quote_does_not_carry_lowers_the_score():
    sound = a_suggestion(facts=(a_fact(),))
    swapped = a_suggestion(facts=(a_fact(),), findings=(Finding(gate=Gate.VALUE_NOT_IN_QUOTE),))

    assert confidence(swapped).score < confidence(sound).score


def test_what_is_missing_says_so():
    found = features(a_suggestion())

    assert found.samples is None
    assert found.precedents is None
    assert found.evidence is None
