import pytest
from scipy.stats import binomtest

from agent.confidence.curves import reliability, risk_coverage
from tests.builders_confidence import a_label, labels


def test_equal_scores_are_one_block_and_the_bound_is_the_exact_one():
    found = risk_coverage([*labels(40), *(a_label(n, score=0.5, wrong=n == 50) for n in range(50, 60))])

    assert [(point.threshold, point.accepted, point.errors) for point in found] == [(0.9, 40, 0), (0.5, 50, 1)]
    exact = binomtest(1, 50, alternative="less").proportion_ci(0.9, "exact").high
    assert found[-1].bound == pytest.approx(exact)
    assert found[-1].coverage == 1


def test_gated_items_are_in_no_picture():
    assert risk_coverage([a_label(1, gated=True)]) == ()
    assert reliability([a_label(n, gated=True) for n in range(50)]) == ()


def test_the_bars_of_agreement_are_exact_and_every_item_is_in_one_bin():
    found = reliability([a_label(n, score=n / 60, wrong=n < 12) for n in range(57)])

    assert sum(one.n for one in found) == 57
    assert sum(one.agreed for one in found) == 45
    for one in found:
        exact = binomtest(one.agreed, one.n).proportion_ci(0.95, "exact")
        assert (one.low, one.high) == (pytest.approx(exact.low), pytest.approx(exact.high))


def test_fewer_than_ten_labels_give_no_bar():
    assert reliability(labels(9)) == ()
