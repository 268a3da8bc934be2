import json
import math

from hypothesis import given
from hypothesis import strategies as st

from agent.confidence.judged import FEATURES_VERSION, NOVEL, Context, Neighbour, judge
from agent.confidence.model import Features
from agent.confidence.score import NAMES, Weights, confidence, score_of
from agent.kit.canonical import digest
from agent.suggestions.model import Agreement, ExceptionLabel, FactField, Finding, Gate, Intent, LabelScore, Task
from tests.builders import a_fact, a_suggestion

SHARE = st.none() | st.floats(0, 1)
FOUND = st.builds(Features, **dict.fromkeys(NAMES, SHARE))
FITTED = st.builds(
    Weights,
    kind=st.just("fitted"),
    slopes=st.fixed_dictionaries(dict.fromkeys(NAMES, st.floats(0, 5))),
    missing=st.fixed_dictionaries(dict.fromkeys(NAMES, st.floats(-5, 5))),
    intercept=st.floats(-5, 5),
)
WEIGHTS = st.just(Weights()) | FITTED
GATES = st.lists(st.sampled_from(list(Gate)), max_size=4)


def a_mail(**given):
    values = {
        "task": Task.READ_SUPPLIER_EMAIL, "label": Intent.DELAY, "facts": (a_fact(now_in_odoo="2026-12-01"),),
        "scores": (LabelScore(label=Intent.DELAY, probability=0.9),), "intents": (Intent.DELAY,),
    }  # fmt: skip
    return a_suggestion(**{**values, **given})


@given(FOUND, st.sampled_from(NAMES), st.floats(0, 1), st.floats(0, 1), WEIGHTS, st.booleans())
def test_more_agreement_never_lowers_the_score(found, name, one, two, weights, gated):
    less, more = (found.model_copy(update={name: value}) for value in sorted((one, two)))

    assert score_of(less, weights, gated=gated) <= score_of(more, weights, gated=gated) + 1e-12


@given(FOUND, WEIGHTS)
def test_a_gate_never_lifts_the_score(found, weights):
    assert score_of(found, weights, gated=True) <= score_of(found, weights) + 1e-12


@given(FOUND, WEIGHTS, st.floats(0, 1), st.floats(0, 1))
def test_the_reader_s_own_number_lifts_nothing_over_a_gate(found, weights, stated, margin):
    sure = found.model_copy(update={"stated": stated, "margin": margin})
    silent = found.model_copy(update={"stated": None, "margin": None})

    assert score_of(sure, weights, gated=True) <= score_of(silent, weights, gated=True) + 1e-12


@given(FOUND, WEIGHTS, st.sampled_from(NAMES))
def test_what_is_missing_counts_no_more_than_the_best_and_no_less_than_the_worst(found, weights, name):
    worst, unknown, best = (
        score_of(found.model_copy(update={name: value}), weights, gated=True) for value in (0.0, None, 1.0)
    )
    if name not in {"second_reader", "evidence"}:  # these decide besides whether the own number counts
        assert worst - 1e-12 <= unknown <= best + 1e-12
    assert worst <= best + 1e-12


@given(FOUND, WEIGHTS, st.randoms())
def test_the_order_of_features_is_irrelevant(found, weights, random):
    names = list(NAMES)
    random.shuffle(names)
    shuffled = weights.model_copy(update={"slopes": {name: weights.slopes[name] for name in names}})

    assert score_of(found, shuffled) == score_of(found, weights)


def test_what_is_no_number_is_missing():
    assert Features(stated=math.nan) == Features()
    assert score_of(Features.model_construct(**dict.fromkeys(NAMES, math.nan))) == 0.5


@given(GATES, GATES)
def test_more_findings_never_lift_a_suggestion(gates, more):
    def with_(found):
        return confidence(a_mail(findings=tuple(Finding(gate=gate, detail="x") for gate in found)))

    assert with_([*gates, *more]).score <= with_(gates).score + 1e-12
    assert set(with_(gates).gates) <= set(with_([*gates, *more]).gates)


def test_a_mail_is_as_sure_as_its_weakest_part_and_no_change_is_a_prediction():
    found = confidence(a_mail())

    assert [part.predicted for part in found.parts] == [
        "delay", "eta:change", "ship_date:no_change", "quantity:no_change", "price:no_change",
    ]  # fmt: skip
    assert found.score == min(part.score for part in found.parts)
    same = a_mail(facts=(a_fact(now_in_odoo="2026-12-12"),))
    assert confidence(same).parts[1].predicted == "eta:no_change"


def test_a_finding_that_names_a_field_weighs_on_that_field_alone():
    found = judge(a_mail(findings=(Finding(gate=Gate.VALUE_NOT_IN_QUOTE, detail='eta 2026-12-12 is not in "x"'),)))

    assert {part.name: part.gates for part in found if part.gates} == {
        "label": ("value_not_in_quote",),
        "eta": ("value_not_in_quote",),
    }
    whole = judge(a_mail(findings=(Finding(gate=Gate.INJECTION_SUSPECTED, detail="body: orders"),)))
    assert all(part.gates for part in whole)


def test_the_second_reader_s_field_by_field_agreement_is_f4():
    agreement = (Agreement(field=FactField.ETA, mine=("a", "b"), other=("a",)),)
    eta, price = (judge(a_mail(second_opinion=Intent.DELAY, agreement=agreement))[at] for at in (1, 4))

    assert eta.features.second_reader == 0.5
    assert price.features.second_reader == 1.0


def test_precedents_and_novelty_come_from_decided_cases():
    near = Neighbour(ExceptionLabel.SUPPLIER_DELAY, 0.8)
    far = Neighbour(ExceptionLabel.STOCK_SHORTAGE, 0.4)
    context = Context(nearest=(near, near, near, far), novelty_limit=0.3)
    found = judge(a_suggestion(), context)[0]

    assert found.features.precedents == 0.75
    assert found.features.familiarity == 0.8
    assert found.gates == ()
    assert judge(a_suggestion(), Context(nearest=(far,), novelty_limit=0.3))[0].gates == (NOVEL,)


def test_dropped_sentences_weigh_on_what_is_only_worded():
    kept = a_suggestion(task=Task.RISK_SUMMARY, summary="One. Two.")
    dropped = kept.model_copy(update={"dropped_sentences": 2})

    assert judge(kept)[0].features.evidence == 1.0
    assert judge(dropped)[0].features.evidence == 0.5


def test_features_do_not_change_without_a_new_name():
    """When this fails on purpose, give FEATURES_VERSION a new name: certificates of the old features must end."""
    context = Context(nearest=(Neighbour("delay", 0.7),), samples={"label": 0.8, "eta": 0.6}, seen=frozenset())
    findings = (Finding(gate=Gate.AMBIGUOUS_DATE, detail='eta "x" may be'), Finding(gate=Gate.SENDER_NOT_SUPPLIER))
    made = [a_mail(), a_mail(findings=findings, second_opinion="other"), a_suggestion()]
    shown = [[part.model_dump(mode="json") for part in judge(one, context)] for one in made]

    assert (FEATURES_VERSION, digest(json.dumps(shown, sort_keys=True).encode())[:12]) == ("features-1", "3b49caaa7d4c")
