import pytest
from scipy.stats import beta, binom

from agent.confidence.bounds import accepted_needed, least_accepted, p_value, spent, upper_bound


@pytest.mark.parametrize(
    ("alpha", "delta", "needed"),
    [
        (0.05, 0.10, [45, 77, 105, 132, 184]),
        (0.02, 0.10, [114, 194, 265, 333, 462]),
        (0.01, 0.10, [230, 388, 531, 667, 926]),
        (0.05, 0.05, [59, 93, 124, 153, 208]),
    ],
)
def test_so_many_accepted_labels_are_needed_for_so_many_errors(alpha, delta, needed):
    assert [accepted_needed(errors, alpha, delta) for errors in (0, 1, 2, 3, 5)] == needed
    assert least_accepted(alpha, delta) == needed[0]


@pytest.mark.parametrize(("accepted", "bound"), [(10, 0.206), (20, 0.109), (50, 0.045), (100, 0.023), (300, 0.008)])
def test_the_bound_without_an_error_shrinks_with_the_labels(accepted, bound):
    assert upper_bound(0, accepted) == pytest.approx(bound, abs=5e-4)


@pytest.mark.parametrize(("errors", "accepted"), [(0, 45), (1, 77), (3, 200), (17, 400), (40, 900)])
def test_bounds_and_p_values_are_those_of_scipy_and_statsmodels(errors, accepted):
    proportion = pytest.importorskip("statsmodels.stats.proportion", reason="statsmodels is a development extra")

    assert p_value(errors, accepted, 0.05) == pytest.approx(float(binom.cdf(errors, accepted, 0.05)), rel=1e-9)
    exact = float(beta.ppf(0.9, errors + 1, accepted - errors))
    assert upper_bound(errors, accepted, 0.1) == pytest.approx(exact, rel=1e-9)
    assert proportion.proportion_confint(errors, accepted, alpha=0.2, method="beta")[1] == pytest.approx(exact)


def test_nothing_accepted_proves_nothing():
    assert p_value(0, 0, 0.05) == 1
    assert upper_bound(0, 0) == 1
    assert upper_bound(7, 7) == 1


def test_all_looks_together_spend_no_more_than_delta():
    assert spent(0.10, 1) == pytest.approx(0.05)
    assert spent(0.10, 3) == pytest.approx(0.10 / 12)
    assert sum(spent(0.10, attempt) for attempt in range(1, 10_000)) < 0.10
    assert spent(0.10, 0) == 0.10  # one look, and never another
