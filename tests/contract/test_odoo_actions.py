"""Every kind of action: once per key whoever races, refused when Odoo holds other values, and gone without a trace."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, get_args

import pytest

from agent.actions.model import (
    AddTag,
    AnyAction,
    Outcome,
)
from agent.errors import ActionRefused, StaleRecord
from agent.evidence.records import RecordRef
from agent.kit.ids import new_id
from tests.builders_actions import (
    ANY_RECORD,
    SOMEWHERE,
    TRIES,
    Ground,
    Try,
)
from tests.builders_ground import a_ground
from tests.contract.conftest import Place

RACERS = 8
NOWHERE = 999_999_999
SEEN = [kind for kind, tried in TRIES.items() if tried.wrong]


@pytest.fixture
def ground(place: Place) -> Iterator[Ground]:
    yield from a_ground(place)


def every(kinds: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("tried", [pytest.param(TRIES[kind], id=kind) for kind in kinds])


def kinds_of(action: type) -> tuple[str, ...]:
    return get_args(action.model_fields["kind"].annotation)


def elsewhere(action: AnyAction, record: RecordRef) -> AnyAction:
    return action.model_copy(update={"record": record})


def test_every_kind_of_action_is_tried():
    assert set(TRIES) == {kind for action in get_args(AnyAction) for kind in kinds_of(action)}


@every(TRIES)
def test_an_action_is_carried_out_once_and_its_key_says_so_ever_after(ground: Ground, tried: Try):
    action, key = tried.build(ground), new_id()
    before = tried.state(ground)

    first = ground.odoo.apply(action, key=key)
    after = tried.state(ground)
    second = ground.odoo.apply(action, key=key)

    assert after != before
    assert (first.outcome, second.outcome) == (Outcome.APPLIED, Outcome.ALREADY)
    assert (second.key, second.record_id, second.at) == (key, first.record_id, first.at)
    assert first.record_id is not None
    assert tried.state(ground) == after


@every(TRIES)
def test_eight_racers_with_one_key_have_one_effect(ground: Ground, tried: Try):
    action, key = tried.build(ground), new_id()
    before = tried.state(ground)

    with ThreadPoolExecutor(RACERS) as racers:
        receipts = list(racers.map(lambda _: ground.odoo.apply(action, key=key), range(RACERS)))

    outcomes = [receipt.outcome for receipt in receipts]
    assert (outcomes.count(Outcome.APPLIED), outcomes.count(Outcome.ALREADY)) == (1, RACERS - 1)
    assert len({receipt.record_id for receipt in receipts}) == 1
    after = tried.state(ground)
    assert after != before
    if isinstance(before, int) and not isinstance(before, bool):
        assert abs(after - before) == 1


@every(TRIES)
def test_another_key_does_it_again_or_finds_that_it_is_done(ground: Ground, tried: Try):
    action = tried.build(ground)
    ground.do(action)
    if tried.again is None:
        assert ground.odoo.apply(action, key=new_id()).outcome is Outcome.APPLIED
        return
    with pytest.raises(tried.again):
        ground.odoo.apply(action, key=new_id())


@every(SEEN)
def test_other_values_than_those_seen_change_nothing_and_leave_the_key_free(ground: Ground, tried: Try):
    action, key = tried.build(ground), new_id()
    before = tried.state(ground)
    stale = action.model_copy(update={"seen": tried.wrong(action.seen)}) if tried.wrong else action

    with pytest.raises(StaleRecord) as caught:
        ground.odoo.apply(stale, key=key)

    ((field, seen, now),) = caught.value.differences
    assert field
    assert seen != now
    assert tried.state(ground) == before
    assert ground.odoo.apply(action, key=key).outcome is Outcome.APPLIED


@every(TRIES)
def test_a_record_that_is_gone_is_refused_and_the_key_stays_free(ground: Ground, tried: Try):
    action, key = tried.build(ground), new_id()

    with pytest.raises(ActionRefused) as caught:
        ground.odoo.apply(elsewhere(action, action.record.model_copy(update={"id": NOWHERE})), key=key)

    assert not isinstance(caught.value, StaleRecord)
    assert ground.odoo.apply(action, key=key).outcome is Outcome.APPLIED


@every([kind for kind in TRIES if kind not in ANY_RECORD])
def test_a_record_of_a_model_that_the_action_is_not_for_is_refused(ground: Ground, tried: Try):
    action, key = tried.build(ground), new_id()
    wrong = ground.record if isinstance(action, AddTag) or action.kind == "remove_tag" else SOMEWHERE
    before = tried.state(ground)

    with pytest.raises(ActionRefused):
        ground.odoo.apply(elsewhere(action, wrong), key=key)

    assert tried.state(ground) == before
