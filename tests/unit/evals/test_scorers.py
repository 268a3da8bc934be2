"""Scores against values worked out by hand."""

import numpy as np
import pytest

from evals import scorers
from evals.scorers import Scored


def scored(truth: list[int], rows: list[list[float]]) -> Scored:
    chances = np.array(rows)
    return Scored(truth=np.array(truth), predicted=chances.argmax(axis=1), probabilities=chances)


HALF = scored([0, 0, 1, 1], [[0.9, 0.1], [0.6, 0.4], [0.8, 0.2], [0.3, 0.7]])


def test_accuracy_confusion_and_macro_f1():
    assert scorers.accuracy(HALF) == 0.75
    assert scorers.confusion(HALF).tolist() == [[2, 0], [1, 1]]
    assert float(scorers.macro_f1(scorers.confusion(HALF))) == pytest.approx((0.8 + 2 / 3) / 2)


def test_a_label_that_never_occurs_does_not_pull_macro_f1_down():
    assert float(scorers.macro_f1(np.array([[2, 0, 0], [0, 3, 0], [0, 0, 0]]))) == 1


def test_log_loss_and_brier():
    assert scorers.log_loss(HALF) == pytest.approx(-np.log([0.9, 0.6, 0.2, 0.7]).mean())
    assert scorers.brier(HALF) == pytest.approx(2 * (0.01 + 0.16 + 0.64 + 0.09) / 4)


def test_a_truth_that_was_given_no_chance_costs_much_but_not_infinitely():
    assert 13 < scorers.log_loss(scored([1], [[1.0, 0.0]])) < 14


def test_calibration_error_is_the_gap_and_the_debiased_one_takes_chance_away():
    sure_and_half_right = scored([0, 1] * 50, [[0.9, 0.1]] * 100)

    assert scorers.calibration_error(sure_and_half_right, 1) == pytest.approx(0.4)
    assert scorers.debiased_calibration_error(sure_and_half_right, 1) == pytest.approx(np.sqrt(0.16 - 0.25 / 99))


def test_the_debiased_error_of_a_calibrated_reader_is_near_zero():
    rng = np.random.default_rng(1)
    said = rng.uniform(0.5, 1, 4000)
    found = scored(list((rng.uniform(size=4000) > said).astype(int)), [[p, 1 - p] for p in said])

    assert scorers.debiased_calibration_error(found) < 0.03


def test_equal_confidences_are_accepted_together():
    tied = scored([0, 1, 0], [[0.9, 0.1], [0.9, 0.1], [0.6, 0.4]])

    assert scorers.risk_coverage(tied) == [(pytest.approx(2 / 3), 0.5), (1.0, pytest.approx(1 / 3))]
    assert scorers.aurc(tied) == pytest.approx(2 / 3 * 0.5 + 1 / 3 / 3)


def test_a_perfect_order_has_hardly_any_excess():
    rows = [[1 - n / 400, n / 400] for n in range(100)]
    best = scored([0] * 80 + [1] * 20, rows)
    worst = scored([1] * 20 + [0] * 80, rows)

    assert abs(scorers.excess_aurc(best)) < 0.01
    assert scorers.excess_aurc(worst) > 0.2


def test_the_interval_holds_the_figure_and_is_the_same_every_time():
    low, high = scorers.macro_f1_interval(HALF, resamples=200)

    assert low <= float(scorers.macro_f1(scorers.confusion(HALF))) <= high
    assert scorers.macro_f1_interval(HALF, resamples=200) == (low, high)
