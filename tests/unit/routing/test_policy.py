import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.routing.model import LABELS, Lane, Mode, Policy, ReasonCode
from agent.routing.policy import decide
from agent.suggestions.model import ExceptionLabel, Finding, Gate, Task
from tests.builders import NOON, a_certificate, a_confidence, a_question

POLICY = Policy()


def codes(route):
    return {reason.code for reason in route.reasons}


def test_a_certified_confident_item_without_any_doubt_is_automatic():
    assert decide(a_question(), POLICY).to is Lane.AUTO


def test_without_a_certificate_everything_goes_to_a_person():
    route = decide(a_question(certificate=None, confidence=a_confidence(1.0)), POLICY)

    assert route.to is Lane.REVIEW
    assert codes(route) == {ReasonCode.NO_CERTIFICATE}
    assert route.would is Lane.AUTO


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ({"halted": True}, ReasonCode.HALTED),
        ({"gold": True}, ReasonCode.GOLD_SAMPLE),
        ({"proposes_floor_change": True}, ReasonCode.NEEDS_A_PERSON),
        ({"label": ExceptionLabel.CREDIT_HOLD}, ReasonCode.POLICY),
        ({"findings": (Finding(gate=Gate.INJECTION_SUSPECTED),)}, ReasonCode.INJECTION_SUSPICION),
        ({"findings": (Finding(gate=Gate.CONFLICT_WITH_ODOO),)}, ReasonCode.CONFLICT_WITH_ODOO),
        ({"findings": (Finding(gate=Gate.AMBIGUOUS_DATE),)}, ReasonCode.HARD_GATE),
        ({"confidence": a_confidence(0.79)}, ReasonCode.LOW_CONFIDENCE),
        ({"certificate": a_certificate(label="other")}, ReasonCode.NO_CERTIFICATE),
        ({"certificate": a_certificate(valid_until=NOON)}, ReasonCode.NO_CERTIFICATE),
        ({"certificate": a_certificate(version_hash="another")}, ReasonCode.NO_CERTIFICATE),
        ({"version_hash": ""}, ReasonCode.NO_CERTIFICATE),
        ({"fallbacks": ("errors have risen",)}, ReasonCode.FALLEN_BACK),
        ({"confidence": a_confidence().model_copy(update={"gates": ("unlike_anything_seen",)})}, ReasonCode.HARD_GATE),
        ({"certificate": a_certificate(label="routine", members=("stock_shortage",))}, ReasonCode.NO_CERTIFICATE),
    ],
)
def test_each_doubt_alone_sends_the_item_to_a_person(given_, code):
    route = decide(a_question(**given_), POLICY)

    assert route.to is Lane.REVIEW
    assert code in codes(route)


def test_a_task_that_policy_leaves_out_is_off():
    assert decide(a_question(), Policy(modes={})).to is Lane.REVIEW


def test_every_reason_is_listed_not_the_first_one():
    route = decide(a_question(halted=True, gold=True, certificate=None), POLICY)

    assert {ReasonCode.HALTED, ReasonCode.GOLD_SAMPLE, ReasonCode.NO_CERTIFICATE} <= codes(route)


def test_the_threshold_itself_is_enough_and_just_below_is_not():
    certificate = a_certificate(threshold=0.8)

    assert decide(a_question(certificate=certificate, confidence=a_confidence(0.8)), POLICY).to is Lane.AUTO
    below = math.nextafter(0.8, 0)
    assert decide(a_question(certificate=certificate, confidence=a_confidence(below)), POLICY).to is Lane.REVIEW


def test_a_score_that_is_no_number_goes_to_a_person():
    confidence = a_confidence().model_copy(update={"score": math.nan})

    assert decide(a_question(confidence=confidence), POLICY).to is Lane.REVIEW


def test_a_family_covers_its_members():
    family = a_certificate(label="routine", members=(ExceptionLabel.SUPPLIER_DELAY, ExceptionLabel.SUBSTITUTION))

    assert decide(a_question(certificate=family), POLICY).to is Lane.AUTO


def test_where_an_error_costs_more_than_its_review_saves_a_person_decides():
    dear = Policy(review_cost=1, error_cost=1000)

    assert codes(decide(a_question(), dear)) == {ReasonCode.NOT_WORTH_IT}
    assert decide(a_question(), Policy(review_cost=1, error_cost=20)).to is Lane.AUTO


@pytest.mark.parametrize("more", [{"halted": True}, {"certificate": None}, {"confidence": a_confidence(0.1)}])
def test_only_what_the_gold_stream_alone_holds_back_is_audited(more):
    assert decide(a_question(gold=True), POLICY).audited
    assert not decide(a_question(gold=True, **more), POLICY).audited
    assert not decide(a_question(), POLICY).audited


@pytest.mark.parametrize(
    "families",
    [
        {"classify_exception": {"a": ("supplier_delay",), "b": ("supplier_delay",)}},
        {"classify_exception": {"a": ("no such label",)}},
        {"classify_exception": {"other": ("supplier_delay",)}},
    ],
)
def test_families_that_make_no_sense_are_refused(families):
    with pytest.raises(ValueError, match=r"label|families"):
        Policy.model_validate({"families": families})


@pytest.mark.parametrize("task", Task)
def test_every_label_that_may_be_automatic_is_certified_in_exactly_one_way(task):
    labels = [label for subject in POLICY.subjects(task) for label in subject.labels]

    assert len(labels) == len(set(labels))
    assert set(labels) == {str(label) for label in LABELS[task]} - POLICY.never_auto
    assert all(POLICY.subject_of(task, label) is None for label in POLICY.never_auto)


QUESTIONS = st.builds(
    a_question,
    confidence=st.floats(0, 1).map(a_confidence),
    gold=st.booleans(),
    halted=st.booleans(),
    proposes_floor_change=st.booleans(),
    findings=st.lists(st.sampled_from(Gate).map(lambda gate: Finding(gate=gate)), max_size=3).map(tuple),
    certificate=st.one_of(st.none(), st.floats(0, 1).map(lambda bar: a_certificate(threshold=bar))),
    label=st.sampled_from(ExceptionLabel),
    version_hash=st.sampled_from(["v", "w", ""]),
    fallbacks=st.sampled_from([(), ("labels are stale",)]),
)


def oracle(asked):
    """Written anew, without looking: automatic only if nothing at all speaks against it."""
    cert = asked.certificate
    return (
        cert is not None
        and cert.label == asked.label
        and asked.version_hash == cert.version_hash != ""
        and not asked.fallbacks
        and asked.confidence.score >= cert.threshold
        and not (asked.gold or asked.halted or asked.proposes_floor_change or asked.findings)
        and asked.label not in {"credit_hold", "allocation_conflict", "other"}
    )


@given(QUESTIONS)
def test_the_decision_agrees_with_the_oracle(asked):
    assert (decide(asked, POLICY).to is Lane.AUTO) == oracle(asked)


@given(QUESTIONS, st.floats(0, 1))
def test_more_confidence_never_means_more_review(asked, more):
    higher = asked.model_copy(update={"confidence": a_confidence(max(asked.confidence.score, more))})

    if decide(asked, POLICY).to is Lane.AUTO:
        assert decide(higher, POLICY).to is Lane.AUTO


@given(QUESTIONS, st.sampled_from(Gate))
def test_one_more_finding_never_removes_a_review(asked, gate):
    more = asked.model_copy(update={"findings": (*asked.findings, Finding(gate=gate))})

    assert decide(more, POLICY).to is Lane.REVIEW


def test_the_policy_version_changes_with_the_policy_and_only_then():
    assert Policy().version == Policy().version
    assert Policy(modes={Task.RISK_SUMMARY: Mode.OFF}).version != Policy().version
