"""The risk shown in Odoo's lists: more value, more days or a dearer customer never mean less risk."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agent.actions.log import RiskLevel
from agent.evidence.impact import AtRisk, Impact
from agent.evidence.records import Model, RecordRef, SupplyPicture, Transfer
from agent.kit.values import Money
from agent.reporting.indicators import Waiting, indicators, level, score
from tests.builders import NOON

VALUE = st.decimals(0, 10**9, places=2)
DAYS = st.integers(0, 4000)
SALE = RecordRef(model=Model.SALE_ORDER, id=1, name="S00001")
BUY = RecordRef(model=Model.PURCHASE_ORDER, id=2, name="P00002")
OUT = RecordRef(model=Model.PICKING, id=3, name="WH/OUT/3")
NOTHING = SupplyPicture(read_at=NOON, late=(), commitments=(), stock=())
ORDER_OF = list(RiskLevel)


def at_risk(value: int = 1000, days: int = 5) -> AtRisk:
    return AtRisk(
        order=SALE, customer="Kunde", tier=3, product_code="BRG-6204", quantity=Decimal(1), unit="Units",
        value=Money(amount=Decimal(value), currency="EUR"), promised=date(2026, 12, 1), arrives=date(2026, 12, 6),
        days_late=days, purchase=BUY,
    )  # fmt: skip


def shown(*items: AtRisk, waiting: tuple[Waiting, ...] = (), transfers: dict[str, tuple[Transfer, ...]] | None = None):
    found = Impact(as_of=NOON.date(), late_lines=1, at_risk=items, totals=())
    return {one.record.name: one for one in indicators(NOTHING, found, transfers or {}, waiting, "http://desk")}


@given(VALUE, VALUE, DAYS, DAYS, st.sampled_from([1, 2, 3]))
def test_more_value_and_more_days_never_mean_less(value: Decimal, more: Decimal, days: int, longer: int, tier: int):
    least, most = score(value, days, tier), score(value + more, days + longer, tier)

    assert 0 <= least <= most <= 100
    assert ORDER_OF.index(level(least)) <= ORDER_OF.index(level(most))
    assert score(value, days, 3) <= score(value, days, 2) <= score(value, days, 1)


def test_the_order_its_purchase_and_its_open_transfer_show_the_risk_with_the_cause():
    moving = Transfer(ref=OUT, kind="outgoing", state="assigned")
    gone = Transfer(ref=OUT.model_copy(update={"id": 4, "name": "WH/OUT/4"}), kind="outgoing", state="done")

    found = shown(at_risk(), transfers={"S00001": (moving, gone)})

    assert set(found) == {"S00001", "P00002", "WH/OUT/3"}
    assert found["S00001"].reason == "BRG-6204 up to 5 days late, 1,000.00 EUR at risk; waits for P00002"
    assert found["WH/OUT/3"].score == found["S00001"].score > 0


def test_an_open_case_endangers_its_order_and_the_worse_reason_wins():
    case = Waiting(record=SALE, number="C-2026-000001", about="order changed", priority=10)

    found = shown(at_risk(value=10, days=1), waiting=(case,))

    assert (found["S00001"].level, found["S00001"].link) == (RiskLevel.HIGH, "http://desk/cases/C-2026-000001")


def test_a_reason_and_a_link_fit_into_odoos_fields():
    long = at_risk().model_copy(update={"product_code": "X" * 300})

    assert len(shown(long)["S00001"].reason) == 200
