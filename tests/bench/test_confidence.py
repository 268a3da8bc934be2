"""The confidence measured: whether promises hold, what they cover, when the first comes, and how fast it all is."""

import math
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median

import numpy as np
import pytest
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from agent.confidence.certify import Subject, Terms, chosen, grid, propose, walk
from agent.confidence.judged import Context, Neighbour
from agent.confidence.monitor import ErrorWatch, PromiseWatch
from agent.confidence.outlook import Expected, outlook
from agent.confidence.score import confidence
from agent.routing.model import Policy
from agent.routing.policy import decide
from agent.suggestions.model import Task
from tests.bench.figures import tell
from tests.builders import NOON, a_question, a_suggestion
from tests.builders_confidence import GOOD, LABEL, WEAK, World, a_label

Scale = Callable[[int], int]
DELTA = 0.10
TABLE = [  # facts/confidence, section 3: world, alpha, labels, coverage
    (GOOD, 0.05, 100, 0.31), (GOOD, 0.05, 300, 0.47), (GOOD, 0.05, 1_000, 0.76),
    (GOOD, 0.02, 100, 0.00), (GOOD, 0.02, 300, 0.14), (GOOD, 0.02, 1_000, 0.27),
    (WEAK, 0.05, 100, 0.07), (WEAK, 0.05, 300, 0.07), (WEAK, 0.05, 1_000, 0.24),
    (WEAK, 0.02, 100, 0.00), (WEAK, 0.02, 300, 0.00), (WEAK, 0.02, 1_000, 0.005),
]  # fmt: skip


def run(world: World, alpha: float, n: int, rng: np.random.Generator, truth: np.ndarray) -> tuple[float, bool]:
    """One certification: what share it accepts, and whether it breaks its promise."""
    scores = world.draw(rng, n)
    wrong = rng.random(n) > world.right(scores)
    best = chosen(walk(scores, wrong, grid(world.draw(rng, 500)), alpha, DELTA))
    if best is None:
        return 0.0, False
    _, high = proportion_confint(best.errors, best.accepted, alpha=2 * DELTA, method="beta")
    assert high <= alpha + 1e-12  # the exact bound, by another library
    assert binom.cdf(best.errors, best.accepted, alpha) <= DELTA
    accepted = truth[truth >= best.threshold]
    return len(accepted) / len(truth), bool((1 - world.right(accepted)).mean() > alpha) if len(accepted) else False


@pytest.mark.parametrize(("world", "alpha", "n", "coverage"), TABLE)
def test_promises_hold_and_cover_what_the_table_says(world: World, alpha: float, n: int, coverage: float, scale: Scale):
    runs, rng = scale(2_000), np.random.default_rng(5)
    truth = np.sort(world.draw(np.random.default_rng(1), 20_000))

    found = [run(world, alpha, n, rng, truth) for _ in range(runs)]

    broken, covered = np.mean([one[1] for one in found]), [one[0] for one in found]
    name = "AUROC .86" if world is GOOD else "AUROC .72"
    tell(f"confidence: {name}, alpha {alpha:.0%}, {n} labels", broken=float(broken), coverage=float(np.mean(covered)))
    noise = 4 / math.sqrt(runs)
    assert broken <= DELTA + noise * math.sqrt(DELTA * (1 - DELTA))
    assert np.mean(covered) == pytest.approx(coverage, abs=0.03 + noise * np.std(covered))


@pytest.mark.parametrize("a_day", [30, 120, 1_000])
def test_the_first_certificate_comes_when_the_page_says(a_day: int, scale: Scale):
    """Half of the cases are of the family; one in a hundred answers is wrong; a tenth is drawn for blind review."""
    terms, error, rng = Terms(), 0.01, np.random.default_rng(7)
    per_day = a_day * 0.5 * 0.10
    said = outlook(0, per_day, terms, NOON.date(), Expected(error_rate=error))
    assert said.least_day is not None
    assert said.likely_day is not None
    days: list[int] = []
    for _ in range(scale(1_000)):
        labels = wrong = day = 0
        while binom.cdf(wrong, labels, terms.alpha) > terms.delta_used or not labels:
            day += 1
            fresh = rng.binomial(a_day, 0.05)
            labels, wrong = labels + fresh, wrong + rng.binomial(fresh, error)
        days.append(day)

    likely = (said.likely_day - NOON.date()).days
    tell(f"confidence: first certificate at {a_day} cases a day", days_said=likely, median_first_day=median(days))
    assert (said.least_day - NOON.date()).days <= likely
    assert np.mean([day <= likely for day in days]) >= 0.8 - 4 * 0.4 / math.sqrt(len(days))  # nobody looks before


def test_scoring_and_routing_an_item(scale: Scale):
    made = a_suggestion(second_opinion="supplier_delay")
    context = Context(nearest=tuple(Neighbour("supplier_delay", 0.8) for _ in range(10)))
    asked, policy, count = a_question(), Policy(), max(scale(10_000), 100)

    begun = time.perf_counter()
    for _ in range(count):
        found = confidence(made, context)
        decide(asked.model_copy(update={"confidence": found}), policy)
    tell("confidence: score and route", milliseconds_an_item=(time.perf_counter() - begun) / count * 1e3)


def test_certifying_ten_thousand_labels(scale: Scale):
    count = max(scale(10_000), 100)
    rng = np.random.default_rng(3)
    scores, reference = GOOD.draw(rng, count), GOOD.draw(rng, 2_000)
    wrong = rng.random(count) > GOOD.right(scores)
    items = [a_label(n, score=float(scores[n]), wrong=bool(wrong[n])) for n in range(count)]

    begun = time.perf_counter()
    found = propose(Subject(task=Task.CLASSIFY_EXCEPTION, label=LABEL), "v", items, list(reference), Terms())
    tell("confidence: certify", labels=count, seconds=time.perf_counter() - begun)

    assert found.labels == count


def test_a_monitor_s_update_takes_no_longer_after_many(scale: Scale):
    count = max(scale(20_000), 200)
    errors, promise = ErrorWatch(), PromiseWatch()
    for n in range(count):
        errors, promise = errors.seen(wrong=n % 40 == 0), promise.seen(wrong=n % 40 == 0)

    assert len(errors.model_dump_json()) < 300  # the state does not grow, so the update cannot
    assert len(promise.model_dump_json()) < 200
    tell("confidence: audits at half the promise", audits=count, alarm_after=errors.alarm_after or "never")


def test_weekly_looks_spend_delta_and_break_no_more_promises(scale: Scale):
    """A system wrong in 5.1 % is looked at every fortnight for half a year on all labels so far (section 2.6)."""
    rng, runs, accepted = np.random.default_rng(11), scale(4_000), 0
    for _ in range(runs):
        wrong = labels = 0
        for attempt in range(1, 14):
            labels, wrong = labels + 60, wrong + rng.binomial(60, 0.051)
            if binom.cdf(wrong, labels, 0.05) <= Terms(attempt=attempt).delta_used:
                accepted += 1
                break
    tell("confidence: a bad system looked at every fortnight", half_years=runs, certified=accepted / runs)
    assert accepted / runs <= DELTA + 4 * 0.3 / math.sqrt(runs)
    assert timedelta(days=90) == Terms().valid_for
