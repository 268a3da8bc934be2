"""The writing port: each action once per key, whoever races, and refused where there is no record."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from agent.actions.model import Outcome
from agent.errors import ActionRefused
from agent.evidence.records import Model, RecordRef
from agent.kit.ids import new_id
from tests.builders_company import a_note, an_activity
from tests.contract.conftest import Place

RACERS = 8
ACTIONS = {"note": a_note, "activity": an_activity}


@pytest.fixture(params=ACTIONS)
def action(request: pytest.FixtureRequest, place: Place):
    return ACTIONS[request.param](place.record())


def test_an_action_is_carried_out_and_says_what_it_made(place: Place, action):
    receipt = place.odoo.apply(action, key=new_id())

    assert receipt.outcome is Outcome.APPLIED
    assert receipt.record_id is not None
    assert receipt.at.tzinfo is not None


def test_the_same_key_changes_odoo_only_once(place: Place, action):
    key = new_id()

    first, second = place.odoo.apply(action, key=key), place.odoo.apply(action, key=key)

    assert (first.outcome, second.outcome) == (Outcome.APPLIED, Outcome.ALREADY)
    assert (second.key, second.record_id) == (key, first.record_id)


def test_a_key_is_taken_even_for_another_action(place: Place):
    key, record = new_id(), place.record()
    place.odoo.apply(a_note(record), key=key)

    assert place.odoo.apply(an_activity(record), key=key).outcome is Outcome.ALREADY


def test_another_key_does_the_same_action_again(place: Place, action):
    first, second = place.odoo.apply(action, key=new_id()), place.odoo.apply(action, key=new_id())

    assert second.outcome is Outcome.APPLIED
    assert second.record_id != first.record_id


def test_eight_racers_with_one_key_have_one_effect(place: Place, action):
    key = new_id()

    with ThreadPoolExecutor(RACERS) as racers:
        receipts = list(racers.map(lambda _: place.odoo.apply(action, key=key), range(RACERS)))

    outcomes = [receipt.outcome for receipt in receipts]
    assert (outcomes.count(Outcome.APPLIED), outcomes.count(Outcome.ALREADY)) == (1, RACERS - 1)
    assert len({receipt.record_id for receipt in receipts}) == 1


def test_an_action_on_no_record_is_refused_and_its_key_stays_free(place: Place):
    key = new_id()
    with pytest.raises(ActionRefused):
        place.odoo.apply(a_note(RecordRef(model=Model.PURCHASE_ORDER, id=999_999_999, name="P?")), key=key)

    assert place.odoo.apply(a_note(place.record()), key=key).outcome is Outcome.APPLIED


def test_what_is_written_is_kept_as_plain_text(place: Place):
    receipt = place.odoo.apply(a_note(place.record(), "<b>5 > 3</b> & “quotes” 価格"), key=new_id())

    assert receipt.outcome is Outcome.APPLIED
    if place.kind != "odoo":
        assert place.odoo.notes(place.record())[-1].text == "<b>5 > 3</b> & “quotes” 価格"
