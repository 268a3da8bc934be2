"""The fulfilment risk in Odoo's own lists: written where it differs, and nothing else of the record with it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from agent.actions.log import RiskIndicator, RiskLevel
from agent.evidence.records import Model, RecordRef
from tests.contract.conftest import Place

HIGH = {"level": RiskLevel.HIGH, "score": 80, "reason": "P00051 comes too late", "link": "https://desk.example/C-1"}


def a_risk(record: RecordRef, **given: Any) -> RiskIndicator:
    return RiskIndicator(record=record, **{**HIGH, **given})


def test_a_risk_is_shown_on_orders_of_both_kinds(place: Place):
    rows = [a_risk(place.record(), score=81), a_risk(place.sale(), reason="5 > 3 & “late”")]
    place.odoo.indicate([a_risk(row.record, level=RiskLevel.NONE, score=0, reason="", link="") for row in rows])

    assert place.odoo.indicate(rows) == 2
    assert [place.risk(row.record) for row in rows] == rows


def test_the_same_risk_again_changes_nothing(place: Place):
    row = a_risk(place.record(), score=17)
    place.odoo.indicate([row])

    assert place.odoo.indicate([row]) == 0
    assert place.odoo.indicate([a_risk(row.record, score=18)]) == 1


def test_a_risk_that_is_over_is_taken_off(place: Place):
    record = place.record()
    place.odoo.indicate([a_risk(record)])

    none = RiskIndicator(record=record, level=RiskLevel.NONE, score=0)
    assert place.odoo.indicate([none]) == 1
    assert place.risk(record) == none


def test_records_that_are_gone_or_show_no_risk_are_left_out(place: Place):
    there = a_risk(place.record(), score=29)
    gone = a_risk(there.record.model_copy(update={"id": 999_999_999}))
    partner = a_risk(RecordRef(model=Model.PARTNER, id=1, name="a partner"))

    assert place.odoo.indicate([gone, there, partner]) == 1
    assert place.risk(there.record) == there


def test_of_two_for_one_record_the_last_counts(place: Place):
    first, last = a_risk(place.record(), score=40), a_risk(place.record(), score=41)

    assert place.odoo.indicate([first, last]) == 1
    assert place.risk(last.record) == last


def test_nothing_to_show_is_nothing_to_do(place: Place):
    assert place.odoo.indicate([]) == 0


def test_racers_leave_one_of_their_risks_whole(place: Place):
    record = place.record()
    rows = [a_risk(record, score=50 + number, reason=f"reason {number}") for number in range(4)]

    with ThreadPoolExecutor(4) as racers:
        list(racers.map(lambda row: place.odoo.indicate([row]), rows))

    assert place.risk(record) in rows


def test_it_does_not_count_as_a_change_of_the_order(place: Place):
    known = place.purchases()[0]

    place.odoo.indicate([a_risk(known.ref, score=63)])

    assert place.odoo.purchase_orders([known.ref.name]) == (known,)
    if place.kind != "odoo":
        assert place.changed_at(known.ref) != place.odoo.now()
