import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln
from scipy.stats import beta

from agent.confidence.drift import DriftWatch
from agent.confidence.monitor import ALARM_AT, TIMES, ErrorWatch, PromiseWatch


def after(watch, outcomes):
    for wrong in outcomes:
        watch = watch.seen(wrong=bool(wrong))
    return watch


def first_alarms(outcomes, alpha=0.05):
    """The e-CUSUM of section 2.7 over rows of outcomes at once: audits until each row's alarm, or infinity."""
    rates = np.array(TIMES)[:, None] * alpha
    held = np.zeros((len(TIMES), len(outcomes)))
    found = np.full(len(outcomes), np.inf)
    for at in range(outcomes.shape[1]):
        x = outcomes[:, at]
        held = np.maximum(held, 0) + np.where(x, np.log(rates / alpha), np.log((1 - rates) / (1 - alpha)))
        found[np.isinf(found) & (np.exp(np.minimum(held, 700)).mean(axis=0) >= ALARM_AT)] = at + 1
    return found


def test_the_watch_alarms_when_the_formula_does():
    outcomes = np.random.default_rng(5).random((1, 400)) < 0.20
    watch = after(ErrorWatch(), outcomes[0])

    assert watch.alarm_after == first_alarms(outcomes)[0]
    assert (watch.audited, watch.errors) == (400, outcomes.sum())


def test_false_alarms_and_delays_are_as_the_specification_says(scale):
    runs = scale(20_000)
    rng = np.random.default_rng(1)
    at_alpha = np.isfinite(first_alarms(rng.random((runs, 2_000)) < 0.05)).mean()
    good = np.isfinite(first_alarms(rng.random((runs, 2_000)) < 0.03)).mean()
    assert at_alpha == pytest.approx(0.054, abs=4 * math.sqrt(0.054 / runs))
    assert good == pytest.approx(0.002, abs=0.002 + 4 * math.sqrt(0.002 / runs))
    for rate, delay in [(0.10, 243), (0.15, 85), (0.20, 45), (0.30, 23)]:
        changed = np.hstack([rng.random((runs, 500)) < 0.03, rng.random((runs, 1_500)) < rate])
        alarms = first_alarms(changed)
        late = alarms[alarms > 500] - 500
        assert np.median(late) == pytest.approx(delay, rel=0.15 + 2 / math.sqrt(runs))


def test_an_alarm_stays_and_a_stored_watch_goes_on_where_it_was():
    outcomes = [False] * 40 + [True] * 30
    whole = after(ErrorWatch(), outcomes)
    resumed = after(ErrorWatch.model_validate_json(after(ErrorWatch(), outcomes[:55]).model_dump_json()), outcomes[55:])

    assert resumed == whole
    assert whole.alarm_after is not None
    assert after(whole, [False] * 500).alarm_after == whole.alarm_after


def test_the_promise_is_weighed_by_the_formula():
    watch = after(PromiseWatch(), [True] * 4 + [False] * 46)
    a, b, s, t = 8 * 0.05 / 2, 4 * (1 - 2 * 0.05), 4, 50
    expected = betaln(a + s, b + t - s) + beta.logsf(0.05, a + s, b + t - s) - betaln(a, b) - beta.logsf(0.05, a, b)

    assert watch.log_evidence == pytest.approx(expected - s * math.log(0.05) - (t - s) * math.log(0.95))


def test_a_kept_promise_is_seldom_called_broken_and_a_broken_one_soon(scale):
    runs = scale(2_000)
    rng = np.random.default_rng(2)
    false = sum(after(PromiseWatch(), rng.random(300) < 0.05).alarm_after is not None for _ in range(runs))
    found = [after(PromiseWatch(), rng.random(600) < 0.15).alarm_after for _ in range(runs)]

    assert false <= 0.10 * runs + 3 * math.sqrt(0.09 * runs)
    assert np.median([one or math.inf for one in found]) < 200


def test_long_calm_leaves_no_evidence_and_no_error():
    watch = PromiseWatch(audited=200_000, errors=0)

    assert watch.log_evidence == -math.inf
    assert watch.seen(wrong=True).alarm_after is None


def test_a_shift_of_the_scores_is_seen_and_calm_is_not():
    rng = np.random.default_rng(4)
    watch = DriftWatch()
    for score in 0.8 + 0.1 * rng.standard_normal(1_000):
        watch = watch.seen(float(score))
    assert watch.shifts == 0

    for score in 0.7 + 0.1 * rng.standard_normal(600):
        watch = watch.seen(float(score))
    assert watch.shifts >= 1
    assert watch.mean == pytest.approx(0.7, abs=0.03)
    assert DriftWatch.model_validate_json(watch.model_dump_json()) == watch


@pytest.mark.parametrize("seed", [8, 9, 10])
def test_the_first_shift_is_seen_where_river_sees_it(seed):
    drift = pytest.importorskip("river.drift", reason="river is a development extra: pip install river")
    rng = np.random.default_rng(seed)
    theirs, mine = drift.ADWIN(delta=0.002), DriftWatch()  # afterwards river forgets all, the window only its old part
    for score in np.concatenate([rng.beta(8, 2, 500), rng.beta(6, 4, 300)]):
        theirs.update(float(score))
        mine = mine.seen(float(score))
        assert bool(mine.shifts) == theirs.drift_detected
        assert mine.width == theirs.width
        if mine.shifts:
            return
    pytest.fail("neither saw the shift")


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=40))
def test_scores_that_are_no_numbers_change_nothing(scores):
    watch = DriftWatch()
    for score in scores:
        watch = watch.seen(score if not math.isfinite(score) else 0.5)

    assert watch.width == sum(map(math.isfinite, scores))
