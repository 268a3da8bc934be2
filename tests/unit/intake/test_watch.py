"""What a change in Odoo means, and that it means the same however it is read."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.intake.changes import Heads, Snapshot, Watched
from agent.intake.model import EventType
from agent.intake.progress import DEEP_EVERY, OVERLAP, PARTS, begin, onward
from agent.intake.reservations import moved_between, shifts_of
from agent.intake.watch import digest_of, events_of
from agent.intake.watch_policy import WatchPolicy
from agent.kit.values import Money
from tests.builders_watch import CHANGED, SOURCE, a_line, a_snapshot, later

POLICY = WatchPolicy()
HELD = a_line(reserved=Decimal(10))
ORDER = a_snapshot(lines=(HELD,), day=date(2026, 12, 1), margin_percent=Decimal(30))
PURCHASE = a_snapshot(Watched.PURCHASE_ORDER, name="P00012", lines=(a_line(day=date(2026, 12, 1)),))
DELIVERY = a_snapshot(
    Watched.PICKING, name="WH/OUT/1", origin="S00007", day=date(2026, 12, 1), deadline=date(2026, 12, 2)
)
BILL = a_snapshot(
    Watched.BILL, name="BILL/1", origin="P00012",
    lines=(a_line(expected_price=Decimal(100), expected_quantity=Decimal(10)),),
)  # fmt: skip


def eur(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def told(before: Snapshot | None, after: Snapshot, policy: WatchPolicy = POLICY) -> list[EventType]:
    return [event.type for event in events_of(before, after, policy, SOURCE)]


def with_line(seen: Snapshot, **given: object) -> Snapshot:
    return later(seen, lines=(seen.lines[0].model_copy(update=given),))


@pytest.mark.parametrize(
    ("before", "change", "expected"),
    [
        (ORDER, lambda s: with_line(s, quantity=Decimal(12)), EventType.ORDER_CHANGED),
        (ORDER, lambda s: with_line(s, price=Decimal(110)), EventType.ORDER_CHANGED),
        (ORDER, lambda s: later(s, day=date(2026, 11, 28)), EventType.ORDER_CHANGED),
        (ORDER, lambda s: later(s, lines=()), EventType.ORDER_CHANGED),
        (ORDER, lambda s: later(s, margin_percent=Decimal("4.8")), EventType.MARGIN_BELOW_THRESHOLD),
        (ORDER, lambda s: later(s, credit_used=eur(2), credit_limit=eur(1)), EventType.ORDER_BLOCKED_ON_CREDIT),
        (ORDER, lambda s: later(s, freight=eur(90), standard_freight=eur(20)), EventType.SHIPMENT_COST_EXCEEDED),
        (PURCHASE, lambda s: with_line(s, day=date(2026, 12, 9)), EventType.PURCHASE_DELAYED),
        (PURCHASE, lambda s: with_line(s, day=date(2026, 12, 2)), EventType.SUPPLIER_ETA_CHANGED),
        (PURCHASE, lambda s: later(s, urgent=True), EventType.PURCHASE_REQUESTED_URGENT),
        (DELIVERY, lambda s: later(s, day=date(2026, 12, 5)), EventType.SHIPMENT_DELAYED),
        (BILL, lambda s: with_line(s, price=Decimal(120)), EventType.INVOICE_DISPUTED),
        (BILL, lambda s: with_line(s, quantity=Decimal(12)), EventType.INVOICE_DISPUTED),
        (BILL, lambda s: later(s, duplicate_of="BILL/0", reference="R-1"), EventType.INVOICE_DISPUTED),
    ],
)  # fmt: skip
def test_a_change_that_matters_is_told_as_what_it_is(
    before: Snapshot, change: Callable[[Snapshot], Snapshot], expected: EventType
):
    assert told(before, change(before)) == [expected]


def test_a_bill_in_another_unit_or_currency_opens_a_case_that_says_what_stands_on_both():
    words = "5 kg billed, 10 Units ordered; 3 USD billed, 2.5 EUR ordered"
    (event,) = events_of(None, with_line(BILL, unlike=words, expected_price=None), POLICY, SOURCE)

    assert event.type is EventType.INVOICE_DISPUTED
    assert event.data.note == f"BRG-6204 could not be compared: {words}."
    assert [line.product for line in event.data.lines] == ["BRG-6204"]
    assert told(with_line(BILL, unlike=words), with_line(BILL, unlike=words, day=date(2026, 12, 3))) == []


@pytest.mark.parametrize(
    ("before", "change"),
    [
        (ORDER, lambda s: with_line(s, quantity=Decimal("10.2"))),
        (ORDER, lambda s: later(s, state="cancel")),
        (ORDER, lambda s: with_line(s, reserved=Decimal(0), done=Decimal(10))),
        (a_snapshot(), lambda s: with_line(s, quantity=Decimal(20))),
        (PURCHASE, lambda s: with_line(s, day=date(2026, 11, 25))),
        (with_line(PURCHASE, done=Decimal(10)), lambda s: with_line(s, day=date(2026, 12, 25))),
        (DELIVERY, lambda s: later(s, day=date(2026, 12, 2))),
        (DELIVERY, lambda s: later(s, state="done", day=date(2026, 12, 9))),
        (DELIVERY, lambda s: later(s, day=date(2026, 12, 9), changed_by="gatehouse_apply")),
        (BILL, lambda s: with_line(s, price=Decimal(101))),
        (BILL, later),
    ],
)
def test_a_change_that_does_not_matter_is_not_told(before: Snapshot, change: Callable[[Snapshot], Snapshot]):
    assert told(before, change(before)) == []


def test_picked_goods_make_the_smallest_change_matter():
    picked = with_line(ORDER, picked=True)

    assert told(picked, with_line(picked, quantity=Decimal("10.2"))) == [EventType.ORDER_CHANGED]


def test_what_was_wrong_before_is_not_told_again():
    low = later(ORDER, margin_percent=Decimal(5))

    assert told(low, later(low, partner="Renamed")) == []
    assert told(low, later(low, margin_percent=Decimal(2))) == [EventType.MARGIN_BELOW_THRESHOLD]


def test_a_new_return_names_the_order_and_its_goods():
    asked = a_snapshot(Watched.PICKING, name="WH/RET/1", origin="S00007", returns=True)

    (event,) = events_of(None, asked, POLICY, SOURCE)

    assert (event.type, event.subject, event.data.product) == (EventType.RETURN_REQUESTED, "S00007", "BRG-6204")


def test_values_before_and_after_stand_in_the_lines():
    (event,) = events_of(PURCHASE, with_line(PURCHASE, day=date(2026, 12, 9)), POLICY, SOURCE)

    assert (event.data.lines[0].date_before, event.data.lines[0].date_after) == (date(2026, 12, 1), date(2026, 12, 9))


def test_an_administrator_sets_the_floor_in_odoo_and_nonsense_changes_nothing():
    stricter = POLICY.with_parameters({"gatehouse.discount_exception.margin_floor_percent": "40"})

    assert told(ORDER, later(ORDER, margin_percent=Decimal("29.5")), stricter) == []
    assert told(later(ORDER, margin_percent=Decimal(41)), later(ORDER, 120, margin_percent=Decimal(39)), stricter)
    assert POLICY.with_parameters({"gatehouse.discount_exception.margin_floor_percent": "nan"}) == POLICY


def test_the_same_change_made_again_later_is_another_event():
    delayed = with_line(PURCHASE, day=date(2026, 12, 9))
    back = later(PURCHASE, 120)
    again = later(delayed, 180)

    first, second = events_of(PURCHASE, delayed, POLICY, SOURCE), events_of(back, again, POLICY, SOURCE)

    assert first[0].id != second[0].id


@given(st.lists(st.text(max_size=200), min_size=3, max_size=3), st.text(max_size=300))
def test_whatever_names_odoo_holds_the_event_is_well_formed(names: list[str], login: str):
    lines = (a_line(product=names[0], reserved=Decimal(1)),)
    odd = a_snapshot(name=names[0], partner=names[1], company=names[2], lines=lines, changed_by=login)

    assert told(odd, with_line(odd, quantity=Decimal(99))) == [EventType.ORDER_CHANGED]


# --- however it is read -------------------------------------------------------------------------------
VERSION = st.builds(
    lambda quantity, price, reserved, margin: (Decimal(quantity), Decimal(price), Decimal(reserved), Decimal(margin)),
    st.integers(1, 30), st.integers(1, 200), st.integers(0, 5), st.integers(0, 40),
)  # fmt: skip


def version(record: int, place: int, values: tuple[Decimal, ...]) -> Snapshot:
    quantity, price, reserved, margin = values
    line = a_line(quantity=quantity, price=price, reserved=reserved)
    at = CHANGED + timedelta(seconds=20 * place)
    return a_snapshot(id=record, name=f"S{record}", lines=(line,), margin_percent=margin, changed_at=at)


class Watcher:
    """Keeps what it saw, as the store does."""

    def __init__(self):
        self.seen, self.shifts, self.told = {}, [], []

    def read(self, records: list[Snapshot]) -> None:
        fresh = [
            item for item in records if item.id not in self.seen or digest_of(self.seen[item.id]) != digest_of(item)
        ]
        pairs = [(self.seen.get(item.id), item) for item in fresh]
        shifts = [shift for pair in pairs for shift in shifts_of(*pair)]
        self.told += [event for pair in pairs for event in events_of(*pair, POLICY, SOURCE)]
        self.told += moved_between(shifts, self.shifts, POLICY.reallocation_window, SOURCE)
        self.shifts += shifts
        self.seen |= {item.id: item for item in fresh}


@given(st.lists(st.lists(VERSION, min_size=1, max_size=4), min_size=1, max_size=4), st.randoms())
def test_any_interleaving_of_overlapping_pages_tells_what_one_clean_reading_tells(histories, random):
    records = [[version(number, place, values) for place, values in enumerate(history)]
               for number, history in enumerate(histories, start=1)]  # fmt: skip
    clean, torn = Watcher(), Watcher()
    for history in records:
        for item in history:
            clean.read([item])
    places = [0] * len(records)
    while any(place < len(history) for place, history in zip(places, records, strict=True)):
        chosen = [n for n, history in enumerate(records) if places[n] < len(history) and random.random() < 0.6]
        page = [records[n][places[n]] for n in chosen]
        page += [records[n][places[n] - 1] for n in range(len(records)) if n not in chosen and places[n] > 0]
        torn.read(random.sample(page, len(page)))
        for n in chosen:
            places[n] += 1

    assert {event.id for event in torn.told} == {event.id for event in clean.told}
    assert len(torn.told) == len({event.id for event in torn.told})


def test_stock_that_goes_from_one_order_to_another_is_told_once_even_when_read_apart():
    giver, taker = ORDER, a_snapshot(id=8, name="S00008", lines=(a_line(reserved=Decimal(0)),))
    lost = shifts_of(giver, with_line(giver, reserved=Decimal(4)))
    got = shifts_of(taker, with_line(taker, reserved=Decimal(6)))

    (event,) = moved_between(got, lost, POLICY.reallocation_window, SOURCE)

    assert (event.subject, event.data.to_order, event.data.product) == ("S00007", "S00008", "BRG-6204")
    assert moved_between((), [*lost, *got], POLICY.reallocation_window, SOURCE) == ()


def test_a_delivery_is_no_stock_that_was_taken_away():
    assert shifts_of(ORDER, with_line(ORDER, reserved=Decimal(0), done=Decimal(10))) == ()


# --- how far it is read -------------------------------------------------------------------------------
def test_every_pass_goes_back_by_the_overlap_and_once_a_day_further():
    first = begin(None, "acme", CHANGED, Heads(message=5))
    second = begin(first, "acme", CHANGED + timedelta(minutes=1), Heads(message=9))
    deep = begin(second, "acme", CHANGED + DEEP_EVERY, Heads(message=20))

    assert (second.since, second.first) == (CHANGED - OVERLAP, False)
    assert deep.since < CHANGED - OVERLAP
    assert begin(deep, "other", CHANGED, Heads()).first


def test_mails_are_read_from_the_highest_id_of_before_the_overlap():
    now, progress = CHANGED, begin(None, "acme", CHANGED, Heads(message=100))
    for minute in range(1, 40):
        now = CHANGED + timedelta(minutes=minute)
        progress = begin(progress, "acme", now, Heads(message=100 + minute))
    while progress.part != "mails":
        progress = onward(progress, 0, more=False)

    assert progress.after == 100 + 39 - 1 - int(OVERLAP.total_seconds() // 60)


def test_a_pass_reads_every_part_and_ends():
    progress, parts = begin(None, "acme", CHANGED, Heads()), []
    while not progress.ended:
        parts.append(progress.part)
        progress = onward(progress, progress.after, more=False)

    assert tuple(parts) == PARTS
