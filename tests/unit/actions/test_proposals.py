"""From facts to changes that can be consented to: which are offered, with which values seen, under which digest."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from agent.actions.model import MAY_BE_AUTOMATIC, OpenActivity
from agent.actions.proposals import Proposal, documents, must_not_collide, proposals
from agent.errors import InputError
from agent.evidence.records import Commitment, LateLine, Model, PurchaseLine, RecordRef, SupplyPicture
from agent.kit.values import Money
from agent.reviews.model import Consented, Final, FinalFact
from agent.suggestions.model import ExceptionLabel, FactField, Intent, InvoiceLabel, NextStep, Severity, Team
from tests.builders import NOON, a_case, a_purchase, an_evidence
from tests.builders_consent import a_bill
from tests.builders_desk import a_sale

CASE = a_case()


def a_final(*facts: FinalFact, label: str = Intent.DELAY, **given) -> Final:
    return Final(
        label=label, severity=Severity.HIGH, team=Team.PURCHASING, next_step=NextStep.UPDATE_PURCHASE, facts=facts,
        **given,
    )  # fmt: skip


def said(field: FactField, value: str, **given) -> FinalFact:
    return FinalFact(field=field, value=value, **{"po": "P00012", "line": 1, **given})


def offered(*facts: FinalFact, found=None, **given) -> list[tuple[str, object, object]]:
    found = found or an_evidence(CASE, purchases=(a_purchase(),))
    return [
        (item.change.kind, item.change.seen, item.change.value)
        for item in proposals(found, a_final(*facts, **given))
        if not isinstance(item.change, OpenActivity)
    ]


def line(**given) -> PurchaseLine:
    return a_purchase().lines[0].model_copy(update=given)


def of_lines(*lines: PurchaseLine, **given):
    return an_evidence(CASE, purchases=(a_purchase(lines=lines, **given),))


def test_each_kind_of_fact_offers_its_change_over_the_value_seen():
    facts = (
        said(FactField.ETA, "2026-12-12"),
        said(FactField.QUANTITY, "80"),
        said(FactField.PRICE, "2.60", unit="EUR"),
    )

    assert offered(*facts) == [
        ("set_purchase_line_date", NOON.date(), date(2026, 12, 12)),
        ("set_purchase_line_quantity", 100, 80),
        ("set_purchase_line_price", Decimal("2.5"), Decimal("2.6")),
    ]


@pytest.mark.parametrize(
    "fact",
    [
        said(FactField.ETA, NOON.date().isoformat()),
        said(FactField.ETA, "soon"),
        said(FactField.QUANTITY, "100"),
        said(FactField.QUANTITY, "NaN"),
        said(FactField.QUANTITY, "-1"),
        said(FactField.QUANTITY, "1e12"),
        said(FactField.PRICE, "2.500", unit="EUR"),
        said(FactField.PRICE, "2.60", unit="USD"),
        said(FactField.ETA, "2026-12-12", po=None),
        said(FactField.ETA, "2026-12-12", po="P99999"),
        said(FactField.ETA, "2026-12-12", line=7),
        said(FactField.TRACKING, "1Z999"),
    ],
)
def test_what_changes_nothing_or_cannot_be_told_for_sure_is_not_offered(fact: FinalFact):
    assert offered(fact) == []


def test_a_fact_of_an_order_with_one_line_is_about_that_line():
    assert len(offered(said(FactField.ETA, "2026-12-12", line=None))) == 1
    two = of_lines(line(), line(id=2, position=2))
    assert offered(said(FactField.ETA, "2026-12-12", line=None), found=two) == []


def test_what_is_still_to_come_is_added_to_what_has_come():
    partly = of_lines(line(received=Decimal(30)))

    assert offered(said(FactField.QUANTITY, "50"), found=partly) == [("set_purchase_line_quantity", 100, 80)]
    assert offered(said(FactField.QUANTITY, "70"), found=partly) == []


def test_nothing_is_offered_for_what_has_come_or_is_cancelled():
    assert offered(said(FactField.ETA, "2026-12-12"), found=of_lines(line(received=Decimal(100)))) == []
    assert offered(said(FactField.ETA, "2026-12-12"), found=of_lines(line(), state="cancel")) == []


def test_parts_of_a_shipment_are_no_change_of_the_quantity_and_their_dates_are_choices():
    parts = (
        said(FactField.QUANTITY, "60"), said(FactField.QUANTITY, "40"),
        said(FactField.ETA, "2026-12-01"), said(FactField.ETA, "2026-12-12"),
    )  # fmt: skip

    found = offered(*parts)

    assert [value for _, _, value in found] == [date(2026, 12, 1), date(2026, 12, 12)]


def test_two_changes_of_one_value_cannot_both_be_consented_to():
    found = an_evidence(CASE, purchases=(a_purchase(),))
    final = a_final(said(FactField.ETA, "2026-12-01"), said(FactField.ETA, "2026-12-12"))
    both = tuple(Consented(digest=name, document=text) for name, text in documents(found, final).items())

    with pytest.raises(InputError, match="exclude each other"):
        must_not_collide(found, final.model_copy(update={"consented": both}))
    must_not_collide(found, final.model_copy(update={"consented": both[:1]}))


def test_a_shipping_date_counts_only_where_no_arrival_is_named():
    ship = said(FactField.SHIP_DATE, "2026-12-05")

    assert offered(ship)[0][2] == date(2026, 12, 5)
    assert [value for _, _, value in offered(ship, said(FactField.ETA, "2026-12-12"))] == [date(2026, 12, 12)]


def test_a_substitution_is_offered_where_the_matter_is_one_and_a_code_is_named():
    code = said(FactField.STATUS, "BRG-6204-2RS")

    assert offered(code, label=Intent.SUBSTITUTION) == [("record_substitution", "BRG-6204", "BRG-6204-2RS")]
    assert offered(code) == []
    assert offered(said(FactField.STATUS, "discontinued"), label=Intent.SUBSTITUTION) == []


def test_the_promise_that_rests_on_the_delayed_line_is_offered_to_move_with_it():
    sale = a_sale().model_copy(update={"promised": date(2026, 12, 1)})
    found = an_evidence(CASE, purchases=(a_purchase(),), sales=(sale,))

    assert offered(said(FactField.ETA, "2026-12-12"), found=found)[1:] == [
        ("set_commitment_date", date(2026, 12, 1), date(2026, 12, 12))
    ]
    assert len(offered(said(FactField.ETA, "2026-11-30"), found=found)) == 1


def test_a_promise_covered_by_reserved_stock_stays():
    covered = a_sale().lines[0].model_copy(update={"reserved": Decimal(20)})
    sale = a_sale().model_copy(update={"promised": date(2026, 12, 1), "lines": (covered,)})
    found = an_evidence(CASE, purchases=(a_purchase(),), sales=(sale,))

    assert len(offered(said(FactField.ETA, "2026-12-12"), found=found)) == 1


def test_commitments_at_risk_are_offered_their_day_of_arrival_each_order_once():
    purchase, order = a_purchase().ref, RecordRef(model=Model.SALE_ORDER, id=9, name="S00009")
    late = LateLine(
        purchase=purchase, company="Acme", supplier="Kugel GmbH", line_id=1, product_code="A", product_name="A",
        open_quantity=Decimal(10), unit="Units", planned=date(2026, 12, 20),
    )  # fmt: skip
    waits = Commitment(
        order=order, company="Acme", customer="Nordwind", tier=1, line_id=1, product_code="A", open_quantity=Decimal(5),
        unit="Units", unit_price=Money(amount=Decimal(3), currency="EUR"), promised=date(2026, 12, 1),
    )  # fmt: skip
    picture = SupplyPicture(
        read_at=NOON, late=(late,), commitments=(waits, waits.model_copy(update={"line_id": 2})), stock=()
    )
    found = an_evidence(CASE, supply=picture)

    assert offered(found=found) == [("set_commitment_date", date(2026, 12, 1), date(2026, 12, 20))]


def test_holds_and_disputes_are_offered_for_their_labels_alone():
    found = an_evidence(CASE, sales=(a_sale(),), bills=(a_bill(),))

    assert offered(found=found, label=ExceptionLabel.CREDIT_HOLD) == [("hold_order", False, True)]
    assert offered(found=found, label=ExceptionLabel.INVOICE_DISCREPANCY) == [("dispute_bill", False, True)]
    assert offered(found=found, label=InvoiceLabel.NOT_RECEIVED) == [("dispute_bill", False, True)]
    assert offered(found=found, label=InvoiceLabel.MATCHES) == []
    assert offered(found=found, label=ExceptionLabel.OTHER) == []
    posted = an_evidence(CASE, bills=(a_bill(state="posted"),))
    assert offered(found=posted, label=ExceptionLabel.INVOICE_DISCREPANCY) == []


def test_a_discontinued_product_offers_a_to_do_for_the_buyer_and_changes_nothing():
    ended = said(FactField.STATUS, "discontinued", quote="has been superseded by BRG-6204X")
    found = an_evidence(CASE, purchases=(a_purchase(),))

    (one,) = proposals(found, a_final(ended, label=Intent.CANCELLATION))

    assert isinstance(one.change, OpenActivity)
    assert one.change.summary == (
        "Supplier discontinues BRG-6204 on P00012 line 1: approve its successor BRG-6204X, or find another"
    )
    assert one.change.note == 'The supplier writes: "has been superseded by BRG-6204X"'


def test_a_quantity_in_a_unit_that_is_not_the_lines_is_not_offered():
    assert offered(said(FactField.QUANTITY, "4", unit="cartons")) == []
    assert len(offered(said(FactField.QUANTITY, "40", unit="pcs"))) == 1


def test_nothing_that_is_offered_may_ever_be_automatic():
    found = an_evidence(CASE, purchases=(a_purchase(),), sales=(a_sale(),), bills=(a_bill(),))
    facts = (said(FactField.ETA, "2026-12-12"), said(FactField.QUANTITY, "80"), said(FactField.PRICE, "3"))
    for label in (*ExceptionLabel, *Intent, *InvoiceLabel):
        assert not {type(item.change) for item in proposals(found, a_final(*facts, label=label))} & MAY_BE_AUTOMATIC


@given(text=some.text(max_size=30), field=some.sampled_from(FactField))
def test_no_words_of_anybody_break_it(text: str, field: FactField):
    found = an_evidence(CASE, purchases=(a_purchase(),), sales=(a_sale(),))

    for item in proposals(found, a_final(said(field, text, unit=text[:5]), label=Intent.SUBSTITUTION)):
        assert Proposal(change=item.change).digest == item.digest


def test_equal_values_have_equal_digests_and_another_value_seen_has_another():
    one, other = (documents(of_lines(line(unit_price=Decimal(price))), a_final(said(FactField.PRICE, value)))
                  for price, value in (("2.50", "3.1"), ("2.5000", "3.10")))  # fmt: skip

    assert one.keys() == other.keys()
    moved = documents(of_lines(line(unit_price=Decimal("2.6"))), a_final(said(FactField.PRICE, "3.1")))
    assert not moved.keys() & one.keys()
