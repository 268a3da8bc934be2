import math

import numpy as np
import pytest

from agent.confidence.estimate import Costs, accuracy, kappa, worth_it


def test_weighing_audits_by_their_share_finds_the_accuracy_that_the_queue_alone_hides(scale):
    runs = scale(40_000)
    rng = np.random.default_rng(1)
    found = []
    for _ in range(runs):
        accepted = rng.random(2_000) < 0.75
        wrong = rng.random(2_000) < np.where(accepted, 0.034, 0.296)
        audited = [(bool(one), 0.10) for one in wrong[accepted & (rng.random(2_000) < 0.10)]]
        told = accuracy([bool(one) for one in wrong[~accepted]], audited, int(accepted.sum()))
        found.append((told.value, told.sd))
    values, sds = np.array(found).T
    truth = 1 - (0.75 * 0.034 + 0.25 * 0.296)

    assert values.mean() == pytest.approx(truth, abs=4 * values.std() / math.sqrt(runs))
    assert values.std() == pytest.approx(0.0133, abs=0.0015)
    assert sds.mean() == pytest.approx(values.std(), rel=0.15)


def test_everything_reviewed_is_simply_counted():
    assert accuracy([True, False, False, False], [], 0).value == 0.75
    assert accuracy([], [], 0) is None
    assert accuracy([True], [], 10) is None  # ten were automatic and none was looked at


def test_kappa_and_its_interval_are_those_of_statsmodels():
    raters = pytest.importorskip("statsmodels.stats.inter_rater", reason="statsmodels is a development extra")
    table = np.array([[22, 3, 1], [2, 14, 2], [0, 4, 12]])
    pairs = [(one, two) for one in range(3) for two in range(3) for _ in range(table[one, two])]
    theirs = raters.cohens_kappa(table)
    mine = kappa(pairs)

    assert mine.value == pytest.approx(theirs.kappa)
    assert (mine.low, mine.high) == pytest.approx((theirs.kappa_low, theirs.kappa_upp))


def test_kappa_is_unknown_below_thirty_pairs_and_where_one_label_is_all():
    assert kappa([("a", "a")] * 29).value is None
    assert kappa([("a", "a")] * 200).value is None
    assert "29 of 30" in kappa([("a", "a")] * 29).why
    assert kappa([("a", "a")] * 20 + [("b", "b")] * 20).value == 1.0


def test_automation_pays_above_one_minus_the_ratio_of_costs():
    costs = Costs(review=4, error=100)

    assert costs.bar == pytest.approx(0.96)
    assert worth_it(0.961, costs, bound=1.0)
    assert not worth_it(0.959, costs, bound=0.0)
    assert worth_it(None, costs, bound=0.03)  # not calibrated: the certificate's bound stands for the error
    assert not worth_it(None, costs, bound=0.05)
    assert not worth_it(math.nan, costs, bound=0.0)
    assert Costs(review=9, error=3).bar == 0
