from datetime import timedelta

import pytest

from agent.confidence.fallback import Health, Why, fallen, pace, standing
from tests.builders import NOON
from tests.builders_confidence import LABEL, a_certificate

DAY = timedelta(days=1)
NOW = NOON + 40 * DAY
FRESH = tuple(NOW - n * DAY / 2 for n in range(1, 41))


def health(**given):
    values = {
        "certificate": a_certificate(), "version_hash": "v1", "model_ids": {"m1"}, "errors_alarm_at": None,
        "promise_alarm_at": None, "accepted_labels": FRESH, "gold_due": 100, "gold_unlabelled": 20, "kappa": 0.6,
    }  # fmt: skip
    return Health(**{**values, **given})


def test_a_sound_label_may_be_automatic_with_every_limit_just_kept():
    assert standing(LABEL, health(), NOW).automatic
    edge = tuple(NOW - one * DAY for one in (14, *[20] * 28, 30))
    assert standing(LABEL, health(accepted_labels=edge), NOW).automatic
    assert standing(LABEL, health(gold_due=0, gold_unlabelled=0, kappa=None), NOW).automatic


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"certificate": None}, Why.NO_CERTIFICATE),
        ({"version_hash": "v2"}, Why.OTHER_VERSION),
        ({"certificate": a_certificate(valid_until=NOW)}, Why.EXPIRED),
        ({"errors_alarm_at": NOW}, Why.ERRORS_ROSE),
        ({"promise_alarm_at": NOW}, Why.PROMISE_BROKEN),
        ({"errors_alarm_at": NOON - DAY}, Why.LABELS_BEFORE_ALARM),
        ({"accepted_labels": FRESH[:29]}, Why.TOO_FEW_FRESH),
        ({"accepted_labels": tuple(NOW - 15 * DAY for _ in range(40))}, Why.STALE),
        ({"gold_unlabelled": 21}, Why.BACKLOG),
        ({"kappa": 0.599}, Why.REVIEWERS_DISAGREE),
        ({"kappa": float("nan")}, Why.REVIEWERS_DISAGREE),
        ({"model_ids": {"m1", "m2"}}, Why.OTHER_MODEL),
    ],
)
def test_each_doubt_alone_puts_the_label_back_to_review_and_says_why(given, why):
    found = standing(LABEL, health(**given), NOW)

    assert not found.automatic
    assert [reason.code for reason in found.reasons] == [why]
    assert found.reasons[0].detail


def test_after_an_alarm_only_a_certificate_on_later_items_brings_the_label_back():
    alarm = NOON - 61 * DAY
    assert standing(LABEL, health(errors_alarm_at=alarm), NOW).automatic  # its labels begin a day after
    assert not standing(LABEL, health(errors_alarm_at=alarm + 2 * DAY), NOW).automatic
    unknown = a_certificate(labels_from=None)
    assert not standing(LABEL, health(errors_alarm_at=alarm, certificate=unknown), NOW).automatic


def test_all_reasons_are_named_and_only_the_fallen_are_listed():
    bad = health(certificate=None, accepted_labels=(), kappa=0.1)
    found = fallen({"family": bad, LABEL: health()}, NOW)

    assert [one.label for one in found] == ["family"]
    assert {reason.code for reason in found[0].reasons} == {
        Why.NO_CERTIFICATE,
        Why.TOO_FEW_FRESH,
        Why.STALE,
        Why.REVIEWERS_DISAGREE,
    }


def test_at_high_volume_the_pace_is_the_specification_s():
    told = pace(200)

    assert (told.rho, told.freshness.window.days, told.freshness.stale_after.days) == (0.10, 30, 14)


@pytest.mark.parametrize(("cases", "rho"), [(1_000, 0.10), (120, 0.10), (30, 0.10)])
def test_thirty_cases_a_day_can_keep_a_family_of_half_of_them_fresh(cases, rho):
    told = pace(cases * 0.5)

    assert told.enough
    assert told.rho >= rho
    assert told.rho * cases * 0.5 * told.freshness.window.days >= 30


def test_at_a_trickle_the_share_rises_and_the_window_widens_and_no_more_is_promised_than_comes():
    assert pace(2.0).rho == 0.5
    assert 30 < pace(1.0).freshness.window.days <= 90
    assert not pace(0.2).enough
    assert not pace(0.0).enough
    assert not pace(float("nan")).enough
