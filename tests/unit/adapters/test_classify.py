"""The exception classifier: words and figures over the type, severity by rules, weights that can be rebuilt."""

from hashlib import sha256

import numpy as np
import pytest

from agent.adapters.embedded import classify, concepts, features, figures, train
from agent.adapters.embedded.classify import Classifier, load, shipped
from agent.adapters.embedded.severity import severity
from agent.errors import ConfigurationError
from agent.intake.model import EventType
from agent.suggestions.model import ExceptionLabel as Label
from agent.suggestions.model import Severity
from agent.suggestions.reader import Classification, ExceptionInput


def read(note: str, kind: EventType | None = None, **known: str) -> Classification:
    return shipped(neural=True)([ExceptionInput(event_type=kind, note=note, figures=known)])[0]


@pytest.mark.parametrize(
    ("kind", "note", "known", "label"),
    [
        (EventType.STOCK_SHORTAGE_DETECTED, "The unit of measure is wrong, they order in boxes.", {}, "data"),
        (
            EventType.PURCHASE_DELAYED,
            "All received yesterday.",
            {"quantity_ordered": "9", "quantity_received": "9"},
            "no",
        ),
        (EventType.ORDER_CHANGED, "He wants to send three of the delivered lamps back.", {}, "return"),
        (EventType.INVOICE_DISPUTED, "They won't pay because the panels came broken.", {}, "return"),
        (EventType.MARGIN_BELOW_THRESHOLD, "Price is at list, express freight ate the margin.", {}, "freight"),
    ],
)
def test_the_words_win_over_a_misleading_type(kind, note, known, label):
    wanted = {
        "data": Label.DUPLICATE_OR_DATA_ERROR,
        "no": Label.NO_EXCEPTION,
        "return": Label.RETURN_OR_DAMAGE,
        "freight": Label.SHIPMENT_CHANGE_OR_FREIGHT,
    }[label]

    assert read(note, kind, **known).label == wanted


def test_figures_alone_decide_when_there_are_no_words():
    short = read("", EventType.STOCK_SHORTAGE_DETECTED, quantity_needed="50", quantity_available="20")
    covered = read("", EventType.STOCK_SHORTAGE_DETECTED, quantity_needed="50", quantity_available="90")

    assert (short.label, covered.label) == (Label.STOCK_SHORTAGE, Label.NO_EXCEPTION)


def test_what_is_out_of_scope_is_other_or_unsure():
    found = read("what is the capital of Peru")

    assert found.label == Label.OTHER or found.scores[0].probability < 0.5


def test_one_and_many_give_the_same_answers():
    asked = [ExceptionInput(event_type=None, note=note) for note in ("bill too high", "", "truck late", "12 missing")]

    assert shipped(neural=True)(asked) == [shipped(neural=True)([item])[0] for item in asked]
    assert shipped(neural=True)([]) == []


def test_without_the_neural_part_the_words_still_classify():
    found = shipped(neural=False)([ExceptionInput(event_type=None, note="Two pallets arrived damaged, please refund.")])

    assert found[0].label == Label.RETURN_OR_DAMAGE


def test_an_endless_note_and_odd_figures_do_no_harm():
    found = read("x" * 100_000 + "\x00", None, quantity_needed="NaN", margin_percent="1e999", days_late="soon")

    assert 0 < found.scores[0].probability <= 1


def test_the_shipped_weights_are_the_known_ones():
    assert sha256(classify.WEIGHTS.read_bytes()).hexdigest() == classify.WEIGHTS_SHA256


def test_damaged_weights_are_refused(tmp_path, monkeypatch):
    damaged = tmp_path / "classifier.npz"
    damaged.write_bytes(classify.WEIGHTS.read_bytes()[:-1] + b"x")
    monkeypatch.setattr(classify, "WEIGHTS", damaged)

    with pytest.raises(ConfigurationError, match="expected"):
        load(damaged, neural=True)


def test_training_again_gives_the_same_bytes_and_weights_that_work(tmp_path):
    items = train.read(train.DATASET, "train")[::60]

    first = train.build(items, None, steps=20)
    (tmp_path / "weights.npz").write_bytes(first)

    assert train.build(items, None, steps=20) == first
    trained = Classifier(load(tmp_path / "weights.npz", neural=False), None)
    right = [answer.label == item.label for item, answer in zip(items, trained([i.asked for i in items]), strict=True)]
    assert np.mean(right) > 0.9


@pytest.mark.parametrize(
    ("label", "known", "wanted"),
    [
        (Label.NO_EXCEPTION, {"amount": "90000", "customer_tier": "1"}, Severity.LOW),
        (Label.STOCK_SHORTAGE, {}, Severity.MEDIUM),
        (Label.STOCK_SHORTAGE, {"quantity_needed": "100", "quantity_available": "97"}, Severity.LOW),
        (Label.SUPPLIER_DELAY, {"days_late": "20", "customer_tier": "1"}, Severity.CRITICAL),
        (Label.SUPPLIER_DELAY, {"days_late": "1"}, Severity.LOW),
        (Label.PRICE_OR_MARGIN_VARIANCE, {"margin_percent": "-3", "threshold_percent": "10"}, Severity.HIGH),
        (Label.CREDIT_HOLD, {"exposure": "10100", "credit_limit": "10000"}, Severity.LOW),
        (Label.ORDER_CHANGE_AFTER_RESERVATION, {"picked": "yes"}, Severity.HIGH),
    ],
)
def test_severity_follows_the_table(label, known, wanted):
    assert severity(label, known) == wanted


@pytest.mark.parametrize(
    ("label", "known", "note", "wanted"),
    [
        (Label.CREDIT_HOLD, {"exposure": "90000", "credit_limit": "50000", "days_late": "60"}, "", Severity.HIGH),
        (Label.RETURN_OR_DAMAGE, {"customer_tier": "1", "amount": "22000"}, "", Severity.HIGH),
        (Label.RETURN_OR_DAMAGE, {"amount": "64000"}, "", Severity.HIGH),
        (Label.RETURN_OR_DAMAGE, {"amount": "64000", "customer_tier": "1"}, "", Severity.CRITICAL),
        (Label.SUPPLIER_DELAY, {"days_late": "40"}, "", Severity.HIGH),
        (Label.SUPPLIER_DELAY, {"days_late": "20"}, "The customer's line is down.", Severity.CRITICAL),
        (Label.SUPPLIER_DELAY, {"days_late": "20"}, "Das Band steht seit heute.", Severity.CRITICAL),
    ],
)
def test_critical_is_earned(label, known, note, wanted):
    assert severity(label, known, note) == wanted


def test_a_probability_is_capped_where_the_figures_speak_against_the_words():
    words = "He is over his credit limit, order blocked."
    over = read(words, EventType.ORDER_BLOCKED_ON_CREDIT, exposure="30000", credit_limit="20000")
    within = read(words, EventType.ORDER_BLOCKED_ON_CREDIT, exposure="3000", credit_limit="20000")

    assert over.label == within.label == Label.CREDIT_HOLD
    assert over.scores[0].probability > 0.8
    assert within.scores[0].probability < 0.6


def test_a_clause_that_says_what_is_fine_is_told_from_what_matters():
    assert concepts.clauses("Margin is all right. Finance wants money, but not today") == [
        ("Margin is all right", True),
        ("Finance wants money", False),
        ("but not today", False),
    ]
    assert not concepts.clauses("There is not enough stock")[0][1]
    assert "not:margin" in concepts.concepts("The margin is fine, he was late to pay")


def test_signs_compare_figures_and_ignore_what_is_no_number():
    assert figures.signs({"exposure": "12", "credit_limit": "10"}) == {"over_limit"}
    assert figures.signs({"quantity_needed": "?", "quantity_available": "3"}) == frozenset()
    assert "nothing_wrong" in figures.signs({"margin_percent": "20", "threshold_percent": "15", "days_late": "0"})
    assert "nothing_wrong" not in figures.signs({"margin_percent": "20", "threshold_percent": "15", "days_late": "4"})


def test_every_sign_that_can_hold_is_a_column():
    assert set(figures.SIGNS) >= figures.BENIGN | figures.NEUTRAL
    assert len(set(figures.SIGNS)) == len(figures.SIGNS)


def test_a_denied_concept_is_another_concept():
    assert "damage" in concepts.concepts("Die Ware ist beschädigt")
    assert concepts.concepts("not damaged") == {"not:damage"}
    assert "return_goods" in concepts.concepts("He sends two of them back")


def test_notes_hash_alike_whatever_their_numbers():
    assert np.array_equal(features.hashed("12 pumps short"), features.hashed("7,500 pumps short"))
