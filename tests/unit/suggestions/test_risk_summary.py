from datetime import timedelta
from decimal import Decimal

import pytest

from agent.adapters.memory import ScriptedReader
from agent.errors import StateError
from agent.evidence.records import Commitment, LateLine, Model, Rated, RecordRef, SupplyPicture
from agent.kit.values import Money
from agent.suggestions.model import NextStep, RiskLabel, Severity
from agent.suggestions.reader import Draft
from agent.suggestions.tasks.risk_summary import run
from tests.builders import NOON, a_case, an_evidence

TODAY = NOON.date()
LATE = LateLine(
    purchase=RecordRef(model=Model.PURCHASE_ORDER, id=12, name="P00012"), company="Acme",
    supplier="Kugel GmbH", line_id=1,
    product_code="BRG", product_name="Bearing", open_quantity=Decimal(50), unit="Units",
    planned=TODAY + timedelta(days=9),
)  # fmt: skip
PROMISE = Commitment(
    order=RecordRef(model=Model.SALE_ORDER, id=7, name="S00007"), company="Acme",
    customer="Mill AG", tier=3, line_id=2,
    product_code="BRG", open_quantity=Decimal(40), unit="Units", unit_price=Money(amount=Decimal(5), currency="EUR"),
    promised=TODAY + timedelta(days=2),
    price_in_company=Rated(value=Money(amount=Decimal(5), currency="EUR"), rate=Decimal(1)),
)  # fmt: skip


def found(*promises, late=(LATE,)):
    picture = SupplyPicture(read_at=NOON, late=late, commitments=promises, stock=())
    return an_evidence(a_case(), supply=picture)


def said(*sentences, evidence=None):
    return run(evidence or found(PROMISE), NOON, ScriptedReader(Draft(sentences=sentences)))


def test_late_supply_that_a_promise_rests_on_is_a_risk_with_a_next_step():
    result = said("S00007 waits for P00012.")

    assert result.label == RiskLabel.AT_RISK
    assert result.next_step is NextStep.INFORM_CUSTOMERS
    assert result.severity is Severity.MEDIUM


def test_without_a_promise_nothing_is_at_risk():
    result = said("All is well.", evidence=found())

    assert (result.label, result.severity) == (RiskLabel.CLEAR, Severity.LOW)


def test_a_sentence_with_a_number_that_no_figure_backs_is_dropped_and_counted():
    result = said("S00007 for Mill AG is 7 days late.", "It will cost 9,999.00 EUR.")

    assert result.dropped_sentences == 1
    assert "9,999" not in result.summary
    assert "S00007" in result.summary


def test_when_no_sentence_is_backed_the_figures_speak_for_themselves():
    result = said("It will cost 9,999.00 EUR.")

    assert result.summary == (
        "1 late purchase line endangers 1 order (200.00 EUR). S00007 of Mill AG: 7 days late, 200.00 EUR at risk."
    )
    assert (result.dropped_sentences, result.added_sentences) == (1, 1)


def test_what_the_reader_leaves_out_of_the_worst_is_told_by_code_and_counted():
    told = said("1 order worth 200.00 EUR is at risk.", "S00007 for Mill AG is 7 days late.")
    untold = said("Mill AG waits.")

    assert told.added_sentences == 0
    assert untold.added_sentences == 2
    assert "S00007" in untold.summary


def test_a_figure_of_another_kind_backs_nothing():
    assert said("S00007 is 40 days late.").dropped_sentences == 1
    assert said("S00007 waits for 40 Units.").dropped_sentences == 0
    assert said("It is worth 200.00 USD.").dropped_sentences == 1


def test_an_amount_without_a_rate_is_said_to_be_ranked_apart():
    unrated = PROMISE.model_copy(update={"price_in_company": None})

    assert "Odoo states no rate for EUR: what is in it is ranked apart." in said("x", evidence=found(unrated)).summary
    assert "no rate" not in said("x").summary


@pytest.mark.parametrize(
    ("tier", "days", "severity"), [(1, 1, Severity.HIGH), (1, 9, Severity.CRITICAL), (3, 9, Severity.HIGH)]
)
def test_key_accounts_and_long_waits_weigh_more(tier, days, severity):
    promise = PROMISE.model_copy(update={"tier": tier, "promised": LATE.planned - timedelta(days=days)})

    assert said("x", evidence=found(promise)).severity is severity


def test_evidence_without_a_picture_is_an_error_of_ours():
    with pytest.raises(StateError):
        run(an_evidence(a_case()), NOON, ScriptedReader())
