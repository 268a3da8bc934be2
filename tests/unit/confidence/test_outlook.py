from datetime import date, timedelta

import numpy as np
import pytest

from agent.confidence.bounds import p_value
from agent.confidence.certify import Terms
from agent.confidence.outlook import Expected, likely_accepted, outlook

TODAY = date(2026, 11, 24)
ONE_LOOK = Terms(attempt=0)


def test_without_labels_the_table_s_least_number_is_missing():
    told = outlook(0, 4.5, ONE_LOOK, TODAY)

    assert (told.have, told.least, told.least_day) == (0, 45, TODAY + timedelta(days=10))
    assert told.likely is None
    assert told.why


@pytest.mark.parametrize(("cases", "days"), [(30, 59), (120, 15), (1_000, 2)])
def test_the_first_certificate_of_a_family_of_a_third_of_all_cases_comes_in_so_many_days(cases, days):
    told = outlook(0, cases * 0.10 / 3, Terms(), TODAY, Expected(error_rate=0.01))

    assert told.least_day == TODAY + timedelta(days=days)
    assert told.likely_day > told.least_day


def test_what_is_there_already_comes_today_and_what_never_comes_has_no_day():
    assert outlook(45, 0, ONE_LOOK, TODAY).least_day == TODAY
    assert outlook(44, 0, ONE_LOOK, TODAY).least_day is None
    assert outlook(0, 5, ONE_LOOK, TODAY, Expected(error_rate=0.06)).likely is None


def test_the_likely_number_passes_in_four_of_five_runs():
    n = likely_accepted(0.02, 0.05, 0.10)
    errors = np.random.default_rng(1).binomial(n, 0.02, 4_000)

    assert np.mean([p_value(int(one), n, 0.05) <= 0.10 for one in errors]) >= 0.78
