"""What somebody settles in Odoo meanwhile leaves the queue, and says who did it."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from agent import commands
from agent.access.model import Role
from agent.cases.model import Case, Status
from agent.errors import AlreadyDecided
from agent.reviews.model import ReviewState, Verb, Verdict
from tests.builders import a_person
from tests.builders_company import a_copy, a_filled_file
from tests.builders_watch import Place, a_place, day

PIA = a_person(Role.PLANNER, login="pia")


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_filled_file(tmp_path_factory.mktemp("settled"))


@pytest.fixture
def place(state_url: str, filled: Path, tmp_path: Path) -> Iterator[Place]:
    with a_place(state_url, a_copy(filled, tmp_path), tmp_path) as place:
        place.catch_up()
        yield place


def delayed(place: Place) -> Case:
    place.user().move_purchase_date("P00052", day(20))
    place.catch_up()
    (case,) = place.listed()
    assert case.status is Status.IN_REVIEW
    return case


def test_a_delay_that_was_taken_back_is_settled_by_whoever_took_it_back(place: Place):
    case = delayed(place)
    first = place.odoo.purchase_orders(["P00052"])[0]
    place.user("lena").move_purchase_date("P00052", day(20).replace(month=11, day=30))
    place.catch_up()

    (after,) = place.listed()
    assert (after.id, after.status, after.settled_by) == (case.id, Status.CLOSED, "lena")
    assert after.settled == "the planned date is 2026-11-30 again"
    assert after.settled_at is not None
    assert [event.by for event in place.audited("case:settled_in_odoo")] == ["lena"]
    assert len(place.audited("review:superseded")) == 1
    assert first.ref.name == "P00052"


def test_a_review_of_a_settled_case_can_be_decided_no_more(place: Place):
    case = delayed(place)
    with place.app.look() as look:
        review = look.reviews.open_of([case.id])[case.id]
    place.user("lena").cancel_purchase("P00052")
    place.catch_up()

    assert place.cases() == [("P00052", "closed")]
    if not review.blind:
        with pytest.raises(AlreadyDecided):
            commands.decide(place.app, review.id, Verdict(verb=Verb.ACCEPT, reason_code="correct"), PIA)
    with place.app.look() as look:
        assert look.reviews.get(review.id).state is ReviewState.SUPERSEDED


def test_goods_that_came_in_settle_their_delay_but_a_part_of_them_does_not(place: Place):
    delayed(place)
    lines = place.odoo.purchase_orders(["P00052"])[0].lines
    place.user("tom").receive("P00052", lines[0].id, lines[0].ordered - 1)
    place.catch_up()
    assert place.cases() == [("P00052", "in_review")]

    place.user("tom").receive("P00052", lines[0].id, Decimal(1))
    place.user("tom").receive("P00052", lines[1].id, lines[1].ordered)
    place.catch_up()

    (case,) = place.listed()
    assert (case.status, case.settled, case.settled_by) == (Status.CLOSED, "P00052 was received in full", "tom")


def test_a_margin_that_is_back_settles_only_the_margin(place: Place):
    place.user().change_sale_line("S00005", 10, price=Decimal(1))
    place.catch_up()
    assert len(place.listed()) == 2
    place.user("sam").change_sale_line("S00005", 10, price=Decimal(100))
    place.catch_up()

    states = sorted((case.status.value, case.settled_by) for case in place.listed())
    assert states == [("closed", "sam"), ("in_review", "")]


def test_a_bill_that_was_corrected_is_settled(place: Place):
    order, line = next(
        (order, line)
        for order in place.odoo.purchase_orders([f"P{number:05d}" for number in range(1, 90)])
        for line in order.lines
        if order.state == "purchase" and line.received > line.invoiced
    )
    bill = place.user().enter_bill(order.ref.name, "I-1", {line.product_code: (line.received, line.unit_price * 2)})
    place.catch_up()
    assert place.cases() == [(bill, "in_review")]
    place.user("lena").post_bill(bill)
    place.catch_up()

    (case,) = place.listed()
    assert (case.settled, case.settled_by) == (f"{bill} was posted", "lena")


def test_a_case_that_was_decided_is_left_alone(place: Place):
    case = delayed(place)
    with place.app.look() as look:
        review = look.reviews.open_of([case.id])[case.id]
    if review.blind:
        commands.label_blind(place.app, review.id, "supplier_delay", PIA)
    commands.decide(place.app, review.id, Verdict(verb=Verb.ACCEPT, reason_code="correct"), PIA)
    place.run()
    place.user("lena").cancel_purchase("P00052")
    place.catch_up()

    assert [case.settled for case in place.listed()] == [""]
    assert place.audited("case:settled_in_odoo") == []


def test_a_new_delay_after_a_settled_one_is_a_case_of_its_own(place: Place):
    delayed(place)
    place.user().move_purchase_date("P00052", day(20).replace(month=11, day=30))
    place.catch_up()
    place.user().move_purchase_date("P00052", day(22))
    place.catch_up()

    assert place.cases() == [("P00052", "closed"), ("P00052", "in_review")]
