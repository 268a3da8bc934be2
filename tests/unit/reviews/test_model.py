import pytest
from pydantic import ValidationError

from agent.access.model import Role
from agent.errors import AlreadyDecided, InputError, NotAllowed, NotFound
from agent.reviews.model import REASONS, FactEdit, Level, ReviewState, Verb, Verdict, final_of
from agent.reviews.service import decide
from agent.suggestions.model import ExceptionLabel
from tests.builders import NOON, a_case, a_fact, a_person, a_review, a_suggestion

ACCEPT = Verdict(verb=Verb.ACCEPT, reason_code="correct")


def decided(verdict=ACCEPT, who=None, case=None, made=None, **review):
    case, made = case or a_case(), made or a_suggestion()
    return decide(a_review(case, made, **review), case, made, verdict, who or a_person(), NOON)


def test_an_acceptance_keeps_the_suggestion_as_it_was():
    decision, event = decided()

    assert decision.final.label == ExceptionLabel.SUPPLIER_DELAY
    assert decision.changes == ()
    assert event.name == "suggestion:accepted"


def test_an_edit_records_each_difference():
    verdict = Verdict(
        verb=Verb.EDIT,
        reason_code="wrong_value",
        label="stock_shortage",
        facts=(FactEdit(index=0, value="2026-12-24"),),
    )

    decision, _ = decided(verdict, made=a_suggestion(facts=(a_fact(),)))

    assert [(c.what, c.suggested, c.final) for c in decision.changes] == [
        ("label", "supplier_delay", "stock_shortage"),
        ("facts[0].eta", "2026-12-12", "2026-12-24"),
    ]
    assert decision.final.facts[0].entered_by_person


def test_a_dropped_fact_is_gone_from_what_stands():
    verdict = Verdict(verb=Verb.EDIT, reason_code="wrong_value", facts=(FactEdit(index=0, value=None),))

    final, changes = final_of(a_suggestion(facts=(a_fact(),)), verdict)

    assert final.facts == ()
    assert len(changes) == 1


def test_an_edit_of_a_fact_that_is_not_there_is_refused():
    verdict = Verdict(verb=Verb.EDIT, reason_code="wrong_value", facts=(FactEdit(index=7, value="1"),))

    with pytest.raises(InputError, match="number 8"):
        decided(verdict)


@pytest.mark.parametrize(
    "bad",
    [
        {"verb": Verb.ACCEPT, "reason_code": "duplicate"},
        {"verb": Verb.ACCEPT, "reason_code": "correct", "label": "other"},
        {"verb": Verb.EDIT, "reason_code": "wrong_label"},
        {"verb": Verb.REJECT, "reason_code": "other"},
    ],
)
def test_a_verdict_that_makes_no_sense_is_refused(bad):
    with pytest.raises(ValidationError):
        Verdict(**bad)


def test_no_verb_has_more_than_nine_reasons_so_that_one_digit_names_each():
    assert all(len(reasons) <= 9 for reasons in REASONS.values())


def test_who_lacks_the_right_may_not_decide():
    with pytest.raises(NotAllowed, match="decide"):
        decided(who=a_person(Role.AUDITOR))


def test_a_planner_may_not_decide_what_was_handed_to_a_manager():
    with pytest.raises(NotAllowed):
        decided(level=Level.MANAGER)

    decision, _ = decided(who=a_person(Role.MANAGER), level=Level.MANAGER)
    assert decision.decided_by == "ada"


def test_a_case_of_another_company_is_not_even_there():
    with pytest.raises(NotFound):
        decided(who=a_person(companies=("Globex",)), case=a_case(company="Acme"))


def test_what_is_decided_is_not_decided_again():
    with pytest.raises(AlreadyDecided):
        decided(state=ReviewState.DECIDED)


def test_a_gold_sample_is_labelled_before_it_is_decided():
    with pytest.raises(NotAllowed, match="gold"):
        decided(blind=True)

    decision, _ = decided(blind=True, blind_label="other")
    assert decision.verb is Verb.ACCEPT
