"""An action and what takes it back leave Odoo's values as they were before, for every kind that can be taken back."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from agent.actions.compensation import take_back
from agent.actions.model import SetCommitmentDate, SetLineDate, SetLinePrice, SetLineQuantity
from agent.errors import StaleRecord
from agent.kit.ids import new_id
from tests.builders_actions import TRIES, Ground, Try, a_date, a_price, a_promise, a_quantity
from tests.builders_ground import a_ground
from tests.contract.conftest import Place

ADDED_FOR_GOOD = frozenset({"post_note", "send_reply", "close_activity"})
SEED = 20261123


@pytest.fixture
def ground(place: Place) -> Iterator[Ground]:
    yield from a_ground(place)


def there_and_back(ground: Ground, action: Any) -> None:
    receipt = ground.odoo.apply(action, key=new_id())
    against = take_back(action, receipt, receipt.at)
    assert against is not None
    ground.odoo.apply(against, key=new_id())


@pytest.mark.parametrize(
    "tried", [pytest.param(tried, id=kind) for kind, tried in TRIES.items() if kind not in ADDED_FOR_GOOD]
)
def test_taking_back_leaves_the_values_of_before(ground: Ground, tried: Try):
    action = tried.build(ground)
    before = tried.state(ground)

    there_and_back(ground, action)

    after = tried.state(ground)
    if isinstance(before, tuple):  # an approval's row stays, and the refusal is another; what it held is held again
        before, after = before[1:], after[1:]
    assert after == before


def test_any_values_are_back_after_taking_back(ground: Ground):
    draw = Random(SEED)
    for _ in range(6):
        before = (ground.line, ground.sale.promised)
        for action in _some(ground, draw):
            there_and_back(ground, action)
        assert (ground.line, ground.sale.promised) == before


def test_what_somebody_changed_since_is_not_taken_back(ground: Ground):
    action = a_quantity(ground)
    receipt = ground.odoo.apply(action, key=new_id())
    ground.do(a_quantity(ground))
    against = take_back(action, receipt, receipt.at)

    assert against is not None
    with pytest.raises(StaleRecord):
        ground.odoo.apply(against, key=new_id())


def _some(ground: Ground, draw: Random) -> Iterator[Any]:
    date, quantity, price, promise = a_date(ground), a_quantity(ground), a_price(ground), a_promise(ground)
    yield _with(date, value=date.value and date.value + timedelta(days=draw.randint(-30, 400)))
    yield _with(quantity, value=quantity.seen + draw.randint(1, 900))
    yield _with(price, value=Decimal(draw.randint(0, 10**6)) / 100)
    yield _with(promise, value=promise.value and promise.value + timedelta(days=draw.randint(0, 400)))


def _with(action: SetLineDate | SetLineQuantity | SetLinePrice | SetCommitmentDate, value: Any) -> Any:
    changed = action.model_copy(update={"value": value})
    return changed if changed.value != changed.seen else action
