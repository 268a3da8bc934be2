import math
import warnings
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from agent.confidence.bounds import upper_bound
from agent.confidence.certify import Subject, Terms, chosen, first_try, grid, propose, sign, terms_for, walk
from agent.suggestions.model import ExceptionLabel, InvoiceLabel, Task
from tests.builders import NOON
from tests.builders_confidence import BUMPY, FLAT, GOOD, LABEL, PERVERSE, TIED, WEAK, a_label, labels

ONE_LOOK = Terms(attempt=0)
DELAYS = Subject(task=Task.CLASSIFY_EXCEPTION, label=LABEL)


def as_written(scores, wrong, thresholds, alpha, delta):
    """Section 2.3 line by line, as an oracle."""
    start = max(math.ceil(math.log(delta) / math.log(1 - alpha)), 0.2 * len(scores))
    found = math.inf
    for threshold in thresholds:
        m = sum(s >= threshold for s in scores)
        k = sum(s >= threshold and e for s, e in zip(scores, wrong, strict=True))
        if m < start:
            continue
        if binom.cdf(k, m, alpha) > delta:
            break
        found = threshold
    return found


def proposed(count, errors=0, terms=ONE_LOOK, **given):
    return propose(DELAYS, "v1", labels(count, errors, **given), [0.9] * 20, terms)


@pytest.mark.parametrize(("count", "errors", "passes"), [(44, 0, 0), (45, 0, 1), (76, 1, 0), (77, 1, 1), (132, 3, 1)])
def test_the_first_certificate_comes_at_exactly_the_label_that_the_table_names(count, errors, passes):
    assert (proposed(count, errors).chosen is not None) == bool(passes)


def test_without_labels_everything_goes_to_review():
    assert proposed(0).chosen is None
    assert propose(DELAYS, "v1", labels(400), [], ONE_LOOK).chosen is None  # no sample, no threshold


@given(st.integers(0, 2**31), st.sampled_from([30, 60, 150, 400]), st.sampled_from([0.05, 0.02, 0.10]))
def test_the_threshold_is_the_one_that_the_scheme_names(seed, n, alpha):
    rng = np.random.default_rng(seed)
    scores = np.round(GOOD.draw(rng, n), 2)  # with ties
    wrong = rng.random(n) > GOOD.right(np.clip(scores, 0.01, 0.99)) + 0.05
    thresholds = grid(GOOD.draw(rng, 300))
    best = chosen(walk(scores, wrong, thresholds, alpha, 0.1))

    assert (best.threshold if best else math.inf) == as_written(scores, wrong, thresholds, alpha, 0.1)
    if best:
        assert upper_bound(best.errors, best.accepted, 0.1) <= alpha


def test_the_grid_accepts_a_twentieth_more_at_each_step():
    thresholds = grid([n / 100 for n in range(100)])

    assert [sum(n / 100 >= one for n in range(100)) for one in thresholds] == list(range(5, 101, 5))
    assert grid([0.5, math.nan, 0.5]) == (0.5,)


def test_a_score_that_is_no_number_is_accepted_nowhere():
    scores = np.array([0.9] * 60 + [math.nan] * 30)
    steps = walk(scores, np.zeros(90, dtype=bool), (0.9, 0.0), 0.05, 0.1)

    assert [step.accepted for step in steps] == [60, 60]


@pytest.mark.parametrize("world", [FLAT, TIED, PERVERSE, BUMPY])
@pytest.mark.parametrize("n", [50, 100, 300])
def test_in_the_least_favourable_worlds_a_promise_is_broken_in_no_more_than_delta_of_runs(world, n, scale):
    runs = scale(20_000)
    rng = np.random.default_rng(n)
    accepted = sum(_threshold(world, n, 0.05, rng) is not None for _ in range(runs))

    assert binom.sf(accepted - 1, runs, 0.10) > 1e-4  # every error rate here is above alpha


@pytest.mark.parametrize(
    ("world", "alpha", "n", "coverage"),
    [(GOOD, 0.05, 300, 0.47), (GOOD, 0.05, 1000, 0.76), (GOOD, 0.02, 1000, 0.27), (WEAK, 0.05, 1000, 0.24)],
)
def test_promises_hold_and_coverage_is_as_the_table_says(world, alpha, n, coverage, scale):
    runs = scale(5_000)
    rng = np.random.default_rng(n)
    big = np.sort(world.draw(np.random.default_rng(1), 40_000))
    found = [_threshold(world, n, alpha, rng) for _ in range(runs)]
    shares = [0.0 if one is None else float((big >= one).mean()) for one in found]
    broken = sum(one is not None and world.error_above(one) > alpha for one in found)

    assert binom.sf(broken - 1, runs, 0.10) > 1e-4
    assert np.mean(shares) == pytest.approx(coverage, abs=0.03 + 4 * np.std(shares) / math.sqrt(runs))


def _threshold(world, n, alpha, rng):
    scores = world.draw(rng, n)
    wrong = rng.random(n) > world.right(scores)
    best = chosen(walk(scores, wrong, grid(world.draw(rng, 500)), alpha, 0.1))
    return best.threshold if best else None


def test_mapie_with_the_same_grid_and_start_is_equal_or_stricter(scale):
    risk_control = pytest.importorskip("mapie.risk_control", reason="MAPIE is a development extra: pip install mapie")
    rng = np.random.default_rng(3)
    equal, stricter = 0, 0
    for _ in range(scale(3_000)):
        scores = GOOD.draw(rng, 300)
        right = rng.random(300) <= GOOD.right(scores)
        tried = [
            one for one in grid(GOOD.draw(rng, 500)) if np.count_nonzero(scores >= one) >= first_try(300, 0.05, 0.1)
        ]
        best = chosen(walk(scores, ~right, tried, 0.05, 0.1))
        theirs = _by_mapie(risk_control, scores, right, tried)
        mine = best.threshold if best else math.inf
        assert theirs >= mine
        equal, stricter = equal + (theirs == mine), stricter + (theirs > mine)
    assert equal > stricter


def _by_mapie(risk_control, scores, right, tried):
    """MAPIE's threshold for precision 95 % at confidence 90 % on a grid that starts where ours does."""
    controller = risk_control.BinaryClassificationController(
        predict_function=lambda rows: np.column_stack([1 - rows[:, 0], rows[:, 0]]),
        risk="precision",
        target_level=0.95,
        confidence_level=0.90,
        fwer_method="fixed_sequence",
        list_predict_params=np.array(sorted(tried)),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        controller.calibrate(scores.reshape(-1, 1), right.astype(int))
    found = np.atleast_1d(np.asarray(controller.valid_predict_params, dtype=float))
    return float(found.min()) if found.size else math.inf


def test_gated_items_later_items_of_a_thread_and_labels_that_fitted_the_score_do_not_count():
    items = [
        *labels(50),
        a_label(60, gated=True),
        a_label(61, thread="thread-000001"),
        a_label(62, predicted=ExceptionLabel.STOCK_SHORTAGE),
    ]
    found = propose(DELAYS, "v1", items, [0.9], ONE_LOOK, fitted_until=NOON + timedelta(hours=4))

    assert found.labels == 45
    assert found.left_out == {"fitted the score": 5, "hard gate": 1, "same thread": 1}


def test_a_later_look_at_the_same_labels_asks_for_more():
    assert proposed(60, terms=Terms(attempt=1)).chosen is not None
    assert proposed(60, terms=Terms(attempt=2)).chosen is None
    assert proposed(80, terms=Terms(attempt=2)).chosen is not None


def test_a_family_is_certified_as_one_and_covers_its_members_alone():
    family = Subject(task=Task.CLASSIFY_EXCEPTION, label="harmless", members=("no_exception", LABEL))
    items = [a_label(n, predicted=family.members[n % 2]) for n in range(60)]
    held = sign(propose(family, "v1", items, [0.9], Terms()), "ada", NOON)

    assert propose(DELAYS, "v1", items, [0.9], Terms()).chosen is None  # half of them alone is too little
    assert held.covers(Task.CLASSIFY_EXCEPTION, LABEL)
    assert not held.covers(Task.CLASSIFY_EXCEPTION, "stock_shortage")
    assert not held.covers(Task.RISK_SUMMARY, LABEL)


def test_money_labels_are_promised_two_per_cent():
    assert terms_for(DELAYS).alpha == 0.05
    assert terms_for(Subject(task=Task.INVOICE_DISCREPANCY, label=InvoiceLabel.MATCHES)).alpha == 0.02
    mixed = Subject(task=Task.CLASSIFY_EXCEPTION, label="mixed", members=(LABEL, "credit_hold"))
    assert terms_for(mixed).alpha == 0.02


def test_a_certificate_says_what_it_rests_on_and_ends_with_its_version():
    held = sign(proposed(132, 3), "ada", NOON + timedelta(days=9), model_id="m1")

    assert (held.n, held.errors, held.labels) == (132, 3, 132)
    assert held.bound == pytest.approx(upper_bound(3, 132))
    assert held.bound <= held.alpha
    assert (held.labels_from, held.labels_until) == (NOON, NOON + timedelta(hours=131))
    assert held.valid("v1", NOON + timedelta(days=10))
    assert not held.valid("v2", NOON + timedelta(days=10))
    assert not held.valid("v1", NOON + timedelta(days=99))


@pytest.mark.parametrize(("count", "by"), [(44, "ada"), (45, " ")])
def test_only_a_person_signs_and_only_what_passed(count, by):
    with pytest.raises(ValueError, match=LABEL):
        sign(proposed(count), by, NOON)


def test_the_same_labels_in_any_order_give_the_same_proposal():
    items = [a_label(n, score=(n * 37 % 100) / 100, wrong=n % 25 == 0) for n in range(300)]
    reference = [n / 100 for n in range(100)]

    assert propose(DELAYS, "v1", items, reference, Terms()) == propose(DELAYS, "v1", items[::-1], reference, Terms())
