from datetime import timedelta

import numpy as np
import pytest

from agent.confidence.calibrate import fit, fit_platt, fit_weights, logistic
from agent.confidence.model import ConfidenceState, Features
from agent.confidence.score import NAMES, WEIGHTS_VERSION, Platt, Scoring, Weights, confidence, probability
from agent.confidence.version import version_of
from tests.builders import NOON, a_suggestion
from tests.builders_confidence import GOOD, LABEL, a_label, labels

LATER = NOON + timedelta(days=365)


def history(count, seed=1):
    """Labels whose truth follows the features: stated, second reader and evidence tell, the rest is noise."""
    rng = np.random.default_rng(seed)
    found = []
    for n in range(count):
        stated, second, evidence = rng.uniform(0.3, 0.98), float(rng.random() < 0.8), rng.choice([0.0, 0.5, 1.0])
        known = Features(stated=stated, second_reader=second, evidence=evidence, validators=float(rng.random()))
        right = rng.random() < 1 / (1 + np.exp(-(-2 + 2 * stated + 2 * second + 2 * evidence)))
        found.append(a_label(n, parts=(known,), wrong=not right, score=round(stated, 3)))
    return found


def test_the_hand_weights_stay_until_three_hundred_labels_with_thirty_errors():
    assert fit_weights(history(299)).version == WEIGHTS_VERSION
    calm = [item.model_copy(update={"wrong": n < 29}) for n, item in enumerate(history(400))]
    assert fit_weights(calm).version == WEIGHTS_VERSION
    fitted = fit_weights(history(400))
    assert fitted.kind == "fitted"
    assert fitted.n == 400


def test_fitted_weights_never_hold_agreement_against_a_suggestion_and_are_the_same_each_time():
    fitted = fit_weights(history(400))

    assert all(slope >= 0 for slope in fitted.slopes.values())
    assert fitted.slopes["second_reader"] > fitted.slopes["validators"]
    assert fit(history(400)[::-1], LATER).weights == fit(history(400), LATER).weights
    assert Weights.model_validate_json(fitted.model_dump_json()).version == fitted.version


def test_without_bounds_it_is_scikit_learn_s_regression():
    linear = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is a development extra")
    rng = np.random.default_rng(2)
    rows = rng.random((400, 3))
    right = rng.random(400) < 1 / (1 + np.exp(-(rows @ [2.0, 1.0, 0.5] - 1)))
    theirs = linear.LogisticRegression(C=1.0, tol=1e-10, max_iter=1_000).fit(rows, right)

    found = logistic(rows, right, least=[-np.inf] * 3)
    assert found == pytest.approx([*theirs.coef_[0], theirs.intercept_[0]], abs=1e-4)


def test_labels_of_this_epoch_fit_nothing():
    items = history(400)
    assert fit(items, before=items[299].drawn_at).weights.version == WEIGHTS_VERSION
    scoring = fit(items, before=items[350].drawn_at)
    assert scoring.fitted_until == items[349].drawn_at


@pytest.mark.parametrize(("count", "errors", "shown"), [(49, 10, False), (50, 4, False), (50, 5, True)])
def test_a_probability_is_shown_from_fifty_labels_with_five_errors(count, errors, shown):
    platt = fit_platt(labels(count, errors))
    found = confidence(a_suggestion(), scoring=Scoring(platt={LABEL: platt}))

    assert (found.value is not None) == shown
    assert found.state is (ConfidenceState.CALIBRATED if shown else ConfidenceState.NOT_CALIBRATED)


def test_the_calibration_finds_the_true_probabilities_and_keeps_the_order():
    rng = np.random.default_rng(3)
    scores = GOOD.draw(rng, 1_000)
    wrong = rng.random(1_000) > GOOD.right(scores)
    items = [a_label(n, score=float(s), wrong=bool(w)) for n, (s, w) in enumerate(zip(scores, wrong, strict=True))]
    platt = fit_platt(items)
    fresh = np.sort(GOOD.draw(rng, 1_000))
    told = np.array([probability(float(score), platt) for score in fresh])

    assert np.abs(told - GOOD.right(fresh)).mean() < 0.025
    assert (np.diff(told) >= 0).all()


def test_labels_that_all_agree_or_all_differ_calibrate_nothing():
    assert probability(0.9, fit_platt(labels(80))) is None  # no error: fewer than five
    assert probability(0.5, Platt(slope=1, intercept=0, n=0, errors=0)) is None


def test_weights_are_part_of_the_version_and_calibration_is_not():
    made = a_suggestion()
    hand = version_of(made)
    fitted = Scoring(weights=fit_weights(history(400)))
    calibrated = Scoring(platt={LABEL: Platt(slope=1, intercept=0, n=90, errors=9)})

    assert version_of(made, fitted).hash != hand.hash
    assert version_of(made, calibrated).hash == hand.hash
    other = made.model_copy(update={"provenance": made.provenance.model_copy(update={"model_id": "m2"})})
    assert version_of(other).hash != hand.hash
    prompted = made.model_copy(update={"provenance": made.provenance.model_copy(update={"prompt_version": "p@2"})})
    assert version_of(prompted).hash != hand.hash


def test_every_feature_has_a_weight():
    assert set(NAMES) == set(Features.model_fields)
