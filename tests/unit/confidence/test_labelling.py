import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.confidence.judged import FIELDS
from agent.confidence.labelling import clean_fields, wrong_against, wrong_by_decision, wrong_fields
from agent.errors import InputError
from agent.suggestions.model import FactField, Intent, Task
from tests.builders import a_fact, a_suggestion

MAIL = {"task": Task.READ_SUPPLIER_EMAIL, "label": Intent.DELAY}
LATE = a_fact(now_in_odoo="2026-11-30")


def test_a_blind_label_that_differs_is_an_error_and_one_that_agrees_is_none():
    assert wrong_against(a_suggestion(), "stock_shortage", None) is True
    assert wrong_against(a_suggestion(), "supplier_delay", None) is False


def test_a_mail_is_right_only_when_every_new_value_is():
    made = a_suggestion(**MAIL, facts=(LATE,))

    assert wrong_against(made, "delay", clean_fields({"eta": ["2026-12-12"]})) is False
    assert wrong_against(made, "delay", clean_fields({"eta": ["2026-12-13"]})) is True
    assert wrong_against(made, "delay", clean_fields({"eta": ["2026-12-12"], "price": ["2.75"]})) is True
    assert wrong_against(made, "request", clean_fields({"eta": ["2026-12-12"]})) is True


def test_a_missed_change_is_an_error_of_no_change():
    assert wrong_fields((), clean_fields({"quantity": ["80"]})) == (FactField.QUANTITY,)
    assert wrong_fields((), clean_fields({})) == ()


def test_a_mail_whose_fields_nobody_labelled_proves_nothing_unless_its_label_is_wrong():
    made = a_suggestion(**MAIL, facts=(LATE,))

    assert wrong_against(made, "delay", None) is None
    assert wrong_against(made, "request", None) is True


def test_who_names_a_value_that_stands_already_calls_it_no_change():
    same = a_fact(FactField.QUANTITY, "100", now_in_odoo="100")

    assert wrong_fields((same,), clean_fields({"quantity": ["100.0"]})) == ()
    assert wrong_fields((same,), clean_fields({"quantity": ["90"]})) == (FactField.QUANTITY,)


@given(st.dictionaries(st.sampled_from(list(FIELDS)), st.lists(st.sampled_from(["1", "2.50", "7"]), max_size=3)))
def test_values_are_kept_in_their_normal_form_whatever_their_order(stated):
    numbers = {field: values for field, values in stated.items() if field in {FactField.QUANTITY, FactField.PRICE}}

    cleaned = clean_fields(numbers)

    assert set(cleaned) == {field.value for field in FIELDS}
    assert clean_fields({field: values[::-1] for field, values in numbers.items()}) == cleaned == clean_fields(cleaned)


@pytest.mark.parametrize(
    "fields", [{"eta": ["tomorrow"]}, {"price": ["NaN"]}, {"colour": ["red"]}, {"price": ["9" * 60]}]
)
def test_what_is_no_value_is_refused(fields):
    with pytest.raises(InputError):
        clean_fields(fields)


@pytest.mark.parametrize(
    ("verb", "reason", "final", "changed", "wrong"),
    [
        ("accept", "correct", "supplier_delay", (), False),
        ("accept", "right_for_wrong_reason", "supplier_delay", (), False),
        ("edit", "wrong_priority", "supplier_delay", ("severity", "team"), False),
        ("edit", "wrong_label", "stock_shortage", ("label",), True),
        ("edit", "wrong_value", "supplier_delay", ("facts[0].eta",), True),
        ("edit", "missing_fact", "supplier_delay", ("facts[+].price",), True),
        ("edit", "wrong_value", "supplier_delay", ("facts[0].tracking",), False),
        ("reject", "no_exception", "supplier_delay", (), True),
        ("reject", "untrusted", "supplier_delay", (), True),
        ("reject", "duplicate", "supplier_delay", (), None),
        ("reject", "settled_already", "supplier_delay", (), None),
        ("escalate", "above_my_limit", "supplier_delay", (), None),
    ],
)
def test_what_each_decision_says_of_the_suggestion(verb, reason, final, changed, wrong):
    assert wrong_by_decision(a_suggestion(), verb, reason, final, changed) is wrong


def test_rejecting_as_no_exception_agrees_with_that_suggestion():
    assert wrong_by_decision(a_suggestion(label="no_exception"), "reject", "no_exception", "no_exception", ()) is False
