"""Supply pictures for tests: small builders, and strategies that make any picture an Odoo could hold."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st

from agent.evidence.records import (
    Commitment,
    LateLine,
    Model,
    Rated,
    RecordRef,
    StockLevel,
    SupplierRecord,
    SupplyPicture,
)
from agent.kit.values import Money

TODAY = date(2026, 11, 23)
READ_AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
COMPANIES = ("North", "South")
PRODUCTS = ("BELT", "PUMP")
UNITS = ("Units", "Boxes")
some = settings(max_examples=20)  # pictures are big: enough to find what fails, quick enough for every run


def a_promise(line_id: int = 1, *, days: int = 2, quantity: int | Decimal = 10, **changes) -> Commitment:
    given = {
        "order": RecordRef(model=Model.SALE_ORDER, id=line_id, name=f"S{line_id:05d}"),
        "company": "North",
        "customer": "Mill",
        "tier": 3,
        "line_id": line_id,
        "product_code": "PUMP",
        "open_quantity": Decimal(quantity),
        "unit": "Units",
        "unit_price": Money(amount=Decimal(5), currency="EUR"),
        "promised": TODAY + timedelta(days=days),
    }
    return Commitment(**(given | changes))


def a_supply(line_id: int = 1, *, days: int = 8, quantity: int | Decimal = 10, **changes) -> LateLine:
    given = {
        "purchase": RecordRef(model=Model.PURCHASE_ORDER, id=line_id, name=f"P{line_id:05d}"),
        "company": "North",
        "supplier": "Foundry",
        "line_id": line_id,
        "product_code": "PUMP",
        "product_name": "Pump",
        "open_quantity": Decimal(quantity),
        "unit": "Units",
        "planned": TODAY + timedelta(days=days),
    }
    return LateLine(**(given | changes))


def a_stock(on_hand: int | Decimal, **changes) -> StockLevel:
    nothing = Decimal(0)
    given = {
        "product_code": "PUMP",
        "product_name": "Pump",
        "on_hand": Decimal(on_hand),
        "reserved": nothing,
        "incoming": nothing,
        "outgoing": nothing,
        "unit": "Units",
        "company": "North",
    }
    return StockLevel(**(given | changes))


def a_picture(promises=(), late=(), stock=(), **changes) -> SupplyPicture:
    return SupplyPicture(read_at=READ_AT, late=tuple(late), commitments=tuple(promises), stock=tuple(stock), **changes)


amounts = st.integers(0, 4000).map(lambda eighths: Decimal(eighths) / 8)
places = st.fixed_dictionaries(
    {"company": st.sampled_from(COMPANIES), "product_code": st.sampled_from(PRODUCTS), "unit": st.sampled_from(UNITS)}
)


rates = st.none() | st.builds(
    lambda eighths, rate: Rated(value=Money(amount=Decimal(eighths) / 8, currency="EUR"), rate=Decimal(rate) / 8),
    st.integers(0, 4000),
    st.integers(1, 80),
)
supplier_records = st.lists(
    st.builds(
        lambda company, due, late, days: SupplierRecord(
            company=company, supplier="Foundry", lines_due=due + late, lines_late=late, mean_days_late=Decimal(days)
        ),
        st.sampled_from(COMPANIES),
        st.integers(0, 9),
        st.integers(1, 30),
        st.integers(1, 20),
    ),
    max_size=2,
    unique_by=lambda record: record.company,
)


@st.composite
def _promises(draw) -> tuple[Commitment, ...]:
    return tuple(
        a_promise(
            number,
            days=draw(st.integers(-20, 40)),
            quantity=draw(amounts),
            reserved=draw(amounts),
            tier=draw(st.integers(1, 3)),
            unit_price=Money(amount=draw(amounts), currency=draw(st.sampled_from(("EUR", "USD")))),
            price_in_company=draw(rates),
            margin_percent=draw(st.none() | st.integers(-20, 60).map(Decimal)),
            **draw(places),
        )
        for number in range(1, 1 + draw(st.integers(0, 6)))
    )


@st.composite
def _supplies(draw, first: int) -> tuple[LateLine, ...]:
    return tuple(
        a_supply(number, days=draw(st.integers(-40, 40)), quantity=draw(amounts), **draw(places))
        for number in range(first, first + draw(st.integers(0, 4)))
    )


levels = st.builds(
    lambda place, on_hand, shared: a_stock(on_hand, **(place | ({"company": ""} if shared else {}))),
    places,
    st.integers(-100, 500).map(Decimal),
    st.booleans(),
)
pictures = st.builds(
    lambda promises, late, on_time, stock, days, records: a_picture(
        promises,
        late,
        stock,
        on_time=on_time,
        until=None if days is None else TODAY + timedelta(days=days),
        suppliers=tuple(records),
    ),
    _promises(),
    _supplies(1),
    _supplies(100),
    st.lists(levels, max_size=4),
    st.none() | st.integers(0, 60),
    supplier_records,
)


def _in_one_place(picture: SupplyPicture) -> SupplyPicture:
    one = {"company": "North", "product_code": "PUMP", "unit": "Units"}
    names = ("late", "on_time", "commitments", "stock")
    return picture.model_copy(
        update={name: tuple(item.model_copy(update=one) for item in getattr(picture, name)) for name in names}
    )


crowded = pictures.map(_in_one_place)  # everybody wants the same goods
