"""From the model's words to values: nothing is guessed, nothing is chosen by chance."""

import json

import pytest

from agent.adapters.llm.accept import (
    Malformed,
    Misfit,
    only_object,
    to_classification,
    to_draft,
    to_mail_reading,
    validated,
)
from agent.adapters.llm.wire import (
    WIRES,
    ClassificationWire,
    DraftWire,
    MailReadingWire,
    schema_of,
    without_formats,
)
from agent.suggestions.model import ExceptionLabel, Intent
from agent.suggestions.reader import KnownLine, MailText
from tests.builders_llm import ABOUT, AMOUNT, CLASSIFICATION, DATE, PART, READING, STATE, a_mail


def classified(**changed):
    return to_classification(validated(ClassificationWire, json.dumps(CLASSIFICATION | changed)))


def read(asked=a_mail(), **changed):  # noqa: B008 - a frozen value
    return to_mail_reading(validated(MailReadingWire, json.dumps(READING | changed)), asked)


@pytest.mark.parametrize(
    "text",
    ['{"a": 1}', 'Sure:\n```json\n{"a": 1}\n```', '<think>{"b": 2} or {"a"}</think> {"a": 1}', 'see {this}: {"a": 1}.'],
)
def test_the_one_object_of_a_text_is_found(text: str):
    assert only_object(text) == {"a": 1}


@pytest.mark.parametrize("text", ["", "no", "[1]", '{"a": 1} {"a": 1}', '{"a": 1', '{"a": NaN}', "{" * 100_000])
def test_no_object_or_several_or_half_of_one_is_malformed(text: str):
    with pytest.raises(Malformed):
        only_object(text)


def test_numbers_keep_their_digits():
    assert only_object('{"a": 12.50, "b": 12345678901234567890.12}') == {"a": "12.50", "b": "12345678901234567890.12"}


def test_what_is_wrong_is_said_without_the_words_of_the_answer():
    with pytest.raises(Malformed) as caught:
        validated(ClassificationWire, json.dumps(CLASSIFICATION | {"severity": "private words", "more": "private"}))

    assert "severity: Input should be 'low', 'medium', 'high' or 'critical'" in str(caught.value)
    assert "more: not asked for" in str(caught.value)
    assert "private" not in str(caught.value)


def test_labels_are_ordered_by_their_percentage_and_named_once():
    found = classified(second_label="credit_hold", second_percent=85, third_label="credit_hold", third_percent=99)

    assert [score.label for score in found.scores] == ["credit_hold", "supplier_delay"]
    assert found.label is ExceptionLabel.CREDIT_HOLD


def test_percentages_above_a_hundred_in_all_are_shares_and_below_are_kept():
    assert [score.probability for score in classified(second_percent=80).scores] == [0.5, 0.5]
    assert [score.probability for score in classified(label_percent=40, second_percent=10).scores] == [0.4, 0.1]


def test_a_label_of_no_percent_is_still_the_answer():
    found = classified(label_percent=0, second_label="none", second_percent=0)

    assert [(score.label, score.probability) for score in found.scores] == [("supplier_delay", 0)]


def test_a_long_reason_is_cut_to_a_line():
    assert len(classified(reason="word\n" * 500).reason) == 300


@pytest.mark.parametrize("percent", [-1, 101])
def test_an_impossible_percentage_does_not_fit(percent: int):
    with pytest.raises(Misfit):
        classified(third_label="other", third_percent=percent)


def test_intents_are_named_once_the_main_one_first():
    found = read(intent="price_change", intent_percent=70, more_intents=["delay", "price_change"])

    assert found.intents == (Intent.PRICE_CHANGE, Intent.DELAY)
    assert [(score.label, score.probability) for score in found.scores] == [("price_change", 0.7)]


def test_the_main_matter_has_up_to_three_readings_best_first():
    found = read(second_intent="price_change", second_percent=95, third_intent="other", third_percent=15)

    assert [(score.label, score.probability) for score in found.scores] == [
        ("price_change", 95 / 200),
        ("delay", 90 / 200),
        ("other", 15 / 200),
    ]
    assert found.intents == (Intent.PRICE_CHANGE, Intent.DELAY)


def test_parts_of_a_delivery_are_a_quantity_and_a_date_each():
    found = read(dates=[], parts=[PART, PART | {"number": 60, "date": "", "kind": "ship_date"}])

    assert [(fact.field, fact.value) for fact in found.facts] == [
        ("quantity", "40"),
        ("eta", "2027-01-14"),
        ("quantity", "60"),
    ]
    assert found.intents == (Intent.DELAY, Intent.PARTIAL_SHIPMENT)


@pytest.mark.parametrize(
    ("kind", "status", "intents"),
    [
        ("cancelled", ["cancelled"], ["delay", "cancellation"]),
        ("substituted", ["substituted"], ["delay", "substitution"]),
        ("on_hold", ["on_hold"], ["delay"]),
        ("quality", [], ["delay", "quality"]),
        ("request", [], ["delay", "request"]),
    ],
)
def test_a_state_is_one_word_of_a_closed_list_or_an_intent(kind: str, status: list[str], intents: list[str]):
    found = read(dates=[], states=[STATE | {"kind": kind}])

    assert [fact.value for fact in found.facts] == status
    assert list(found.intents) == intents


def test_a_state_outside_the_list_is_malformed():
    with pytest.raises(Malformed, match="states"):
        read(states=[STATE | {"kind": "approved"}])


def test_the_part_that_has_the_quote_is_found_by_code():
    texts = (
        MailText(source="subject", text="P00012"),
        MailText(source="attachment:1", text="it arrives on 14 January 2027"),
    )

    assert read(a_mail(texts=texts)).facts[0].source == "attachment:1"
    assert read(a_mail("other words")).facts[0].source == "body"


def test_the_marks_that_the_prompt_put_before_the_lines_are_taken_off_a_quote_and_nothing_else():
    mail = a_mail("It arrives on\n14 January 2027.")
    quotes = ["| It arrives on\n| 14 January", "It arrives on\n14 January", "| Pay now"]
    found = [fact.quote for fact in read(mail, dates=[DATE | {"quote": quote} for quote in quotes]).facts]

    assert found == ["It arrives on\n14 January", "It arrives on\n14 January", "| Pay now"]


@pytest.mark.parametrize(
    ("stated", "order", "line"),
    [
        ("P00012/2", "P00012", 2),
        ("P00012", "P00012", None),
        ("PO/2026/7/3", "PO/2026/7", 3),
        ("PO/2026/7", "PO/2026/7", None),
        ("P00099/1", "P00099", 1),
        ("", None, None),
        ("/2", None, 2),
        ("A/\u00b2", "A/\u00b2", None),
    ],
)
def test_an_order_line_is_taken_apart(stated: str, order: str | None, line: int | None):
    known = (KnownLine(po="PO/2026/7", line=3, product_code="", product_name=""),)
    (fact,) = read(a_mail(known_lines=known), dates=[DATE | {"order_line": stated}]).facts

    assert (fact.po, fact.line) == (order, line)


def test_a_date_that_can_be_read_in_two_ways_says_so():
    (fact,) = read(dates=[DATE | {"other_date": "2027-03-04"}]).facts

    assert (fact.ambiguous, fact.alternatives) == (True, ("2027-03-04",))
    assert not read(dates=[DATE | {"other_date": DATE["date"]}]).facts[0].ambiguous


def test_words_and_amounts_become_facts_with_what_is_not_known_left_open():
    words = {**ABOUT, "kind": "tracking", "words": " 1Z-99 "}
    price, tracking = read(dates=[], amounts=[AMOUNT], words=[words]).facts

    assert (price.value, price.unit, price.po, price.line) == ("1.25", "EUR", None, None)
    assert (tracking.field, tracking.value, tracking.source) == ("tracking", "1Z-99", "body")


@pytest.mark.parametrize(
    "changed",
    [
        {"intent_percent": 101},
        {"dates": [DATE | {"date": "3 May"}]},
        {"dates": [DATE | {"date": "2027-02-30"}]},
        {"dates": [DATE | {"date": "20270203"}]},
        {"dates": [DATE | {"other_date": "soon"}]},
        {"dates": [DATE] * 201},
        {"amounts": [AMOUNT | {"number": "80 pcs"}]},
        {"amounts": [AMOUNT | {"number": "1,5"}]},
        {"amounts": [AMOUNT | {"number": "1e400"}]},
        {"words": [{**ABOUT, "kind": "reason", "words": " "}]},
        {"parts": [PART | {"date": "soon"}]},
        {"parts": [PART | {"number": "some"}]},
        {"second_percent": -1, "second_intent": "other"},
    ],
)
def test_an_impossible_value_does_not_fit(changed):
    with pytest.raises(Misfit):
        read(**changed)


def test_a_draft_has_its_number_of_sentences_a_line_each():
    assert to_draft(DraftWire(sentences=["One\nline. ", " "]), 3).sentences == ("One line.",)
    for sentences in ([], [" "], ["a"] * 4):
        with pytest.raises(Misfit):
            to_draft(DraftWire(sentences=sentences), 3)


@pytest.mark.parametrize("name", sorted(WIRES))
def test_a_schema_is_flat_closed_and_all_required(name: str):
    schema = schema_of(WIRES[name], name)

    def walk(node):
        if isinstance(node, dict):
            yield node
            for value in node.values():
                yield from walk(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value)

    for node in walk(schema):
        assert "$ref" not in node
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
    assert schema["title"] == name
    assert "'format'" not in str(without_formats(schema))
    assert without_formats(schema).keys() == schema.keys()
