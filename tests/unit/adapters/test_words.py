"""Templates that word typed facts: short, and never a number that was not given."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.adapters.embedded.say import Saying
from agent.adapters.embedded.words import summarise
from agent.evidence.impact import AtRisk, Impact
from agent.evidence.records import Model, Rated, RecordRef
from agent.kit.values import Money
from agent.suggestions.model import ExceptionLabel, Fact, FactField, Intent, Quote
from agent.suggestions.reader import ExceptionSummaryInput, MailSummaryInput, RiskSummaryInput


def a_fact(field: FactField, value: str, **more: object) -> Fact:
    quote = Quote(text=value, source="body", start=0, end=len(value))
    return Fact.model_validate({"field": field, "value": value, "quote": quote, "po": "P00012", **more})


def at_risk(number: int) -> AtRisk:
    return AtRisk(
        order=RecordRef(model=Model.SALE_ORDER, id=number, name=f"S{number:05}"),
        customer="Acme",
        tier=1,
        product_code="BOLT",
        quantity=Decimal("12.5"),
        unit="m",
        value=Money(amount=Decimal(4200), currency="EUR"),
        in_company=Rated(value=Money(amount=Decimal(4200), currency="EUR"), rate=Decimal(1)),
        promised=date(2026, 12, 1),
        arrives=date(2026, 12, 12),
        days_late=11,
        purchase=RecordRef(model=Model.PURCHASE_ORDER, id=9, name="P00012"),
    )


def test_a_delay_is_worded_with_the_date_of_odoo_beside_the_new_one():
    asked = MailSummaryInput(
        supplier="Nordfab",
        intents=(Intent.DELAY,),
        facts=(a_fact(FactField.ETA, "2026-12-12", line=1, now_in_odoo="2026-12-01"),),
        purchases=("P00012",),
    )

    assert summarise(asked).sentences == (
        "Nordfab announces a delay of P00012.",
        "P00012 line 1: delivery 12 Dec 2026 instead of 1 Dec 2026, 11 days later.",
    )


def test_many_facts_still_make_at_most_three_sentences():
    facts = tuple(a_fact(FactField.QUANTITY, str(n), line=n) for n in range(1, 9))

    found = summarise(MailSummaryInput(supplier="", intents=(Intent.QUANTITY_CHANGE,), facts=facts))

    assert len(found.sentences) == 2
    assert found.sentences[1].endswith("; more is listed with the message.")


@pytest.mark.parametrize("label", list(ExceptionLabel))
@pytest.mark.parametrize("language", ["en", "de", "xx-no-such"])
def test_no_number_appears_that_was_not_given(label, language):
    known = {
        "quantity_needed": "1250", "quantity_available": "30", "margin_percent": "4.8", "threshold_percent": "15",
        "exposure": "52000.5", "credit_limit": "40000", "days_late": "9", "days_until_promise": "3",
        "quantity_before": "7", "quantity_after": "8", "price_ordered": "10.1234567", "price_billed": "11",
    }  # fmt: skip
    found = summarise(ExceptionSummaryInput(label=label, subject="S00077", party="Acme", figures=known), language)

    given = {re.sub(r"\D", "", value) for value in [*known.values(), "S00077"]}
    said = {re.sub(r"\D", "", word) for sentence in found.sentences for word in re.findall(r"\d[\d.,]*", sentence)}
    assert said <= given
    assert 1 <= len(found.sentences) <= 3


def test_the_figures_of_the_label_are_told():
    known = {"quantity_needed": "1250", "quantity_available": "30", "days_until_promise": "1"}
    asked = ExceptionSummaryInput(label=ExceptionLabel.STOCK_SHORTAGE, subject="S00012", party="Acme", figures=known)

    assert summarise(asked).sentences[1:] == ("1,250 needed, 30 available.", "It is promised in 1 day.")


def test_risks_open_with_the_whole_and_name_the_worst_seven():
    impact = Impact(
        as_of=date(2026, 11, 23),
        late_lines=17,
        at_risk=tuple(at_risk(n) for n in range(1, 10)),
        totals=(Money(amount=Decimal(212000), currency="EUR"),),
    )

    found = summarise(RiskSummaryInput(as_of=datetime(2026, 11, 23, tzinfo=UTC), impact=impact)).sentences

    assert len(found) == 8
    assert found[0] == "At risk: 9 customer orders worth 212,000.00 EUR; 17 late purchase lines."
    assert found[1] == (
        "S00001 for Acme: 12.5 m of BOLT promised for 1 Dec 2026, expected 12 Dec 2026 by P00012, "
        "11 days late (4,200.00 EUR)."
    )


def test_no_risk_is_one_sentence():
    impact = Impact(as_of=date(2026, 11, 23), late_lines=1, at_risk=(), totals=())

    found = summarise(RiskSummaryInput(as_of=datetime(2026, 11, 23, tzinfo=UTC), impact=impact)).sentences

    assert found == ("No customer commitment is at risk (1 late purchase line).",)


def test_values_are_written_as_the_language_writes_them_and_never_rounded():
    assert Saying("de").number(Decimal("12500.5")) == "12.500,5"
    assert Saying("en").money(Money(amount=Decimal("0.125"), currency="EUR")) == "0.125 EUR"
    assert Saying("en").plain("NaN") == "NaN"
    assert Saying("en").date(date(2026, 12, 12)) == "12 Dec 2026"
