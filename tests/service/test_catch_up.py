"""Catching up with the sandbox company's Odoo: nothing lost, nothing twice, whoever is killed where."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path

import pytest

from agent.actions.model import SetLineDate
from agent.actions.store import ActionState, Planned
from agent.adapters.sandbox.controls import ControlRefused
from agent.approvals.model import Scenario
from agent.errors import OdooUnavailable
from agent.evidence.records import Model, RecordRef
from agent.intake.changes import Watched
from agent.intake.progress import Progress
from agent.outbox.model import WorkKind
from agent.steps import STEPS
from tests.builders_company import a_copy, a_filled_file
from tests.builders_watch import Place, a_place, day


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_filled_file(tmp_path_factory.mktemp("watched"))


@pytest.fixture
def place(state_url: str, filled: Path, tmp_path: Path) -> Iterator[Place]:
    with a_place(state_url, a_copy(filled, tmp_path), tmp_path) as place:
        place.catch_up()
        yield place


def raw_mail(number: int = 1) -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Message-ID"] = "P00051", "sales@kugel.example", f"<m{number}@kugel.example>"
    mail.set_content("P00051 will come a week later.")
    return mail.as_bytes()


def test_the_first_reading_learns_how_things_stand_and_opens_nothing(place: Place):
    assert place.cases() == []
    with place.app.look() as look:
        assert len(look.sources.digests(Watched.SALE_ORDER, range(1, 200))) > 50


def test_a_change_opens_one_case_however_often_it_is_read(place: Place):
    place.user().move_purchase_date("P00052", day(20))
    for _ in range(4):
        place.catch_up()

    assert place.cases() == [("P00052", "in_review")]
    assert len(place.audited("event:received")) == 1


def test_a_second_change_of_the_same_matter_joins_its_case(place: Place):
    place.user().move_purchase_date("P00052", day(20))
    place.catch_up()
    place.user().move_purchase_date("P00052", day(27))
    place.catch_up()

    (case,) = place.listed()
    assert (case.subject, case.round) == ("P00052", 2)


def test_a_change_that_we_made_ourselves_opens_nothing(place: Place):
    order = place.odoo.purchase_orders(["P00052"])[0]
    ours = SetLineDate(record=order.ref, line_id=order.lines[0].id, seen=order.lines[0].planned, value=day(20))
    place.odoo.apply(ours, key="k1")
    with place.app.work() as work:
        work.actions.plan("d1", "c1", "t", [Planned(action=ours)], work.now, person="ada")
        (planned,) = work.actions.of_decision("d1")
        work.actions.mark(planned.id, ActionState.DONE, done_at=work.now)
    place.catch_up()

    assert place.cases() == []

    place.user().move_purchase_date("P00052", day(28), line_id=order.lines[0].id)
    place.catch_up()

    assert place.cases() == [("P00052", "in_review")]


def test_a_late_commit_behind_the_reading_is_found_by_the_overlap(place: Place):
    began = place.clock.now
    place.clock.on(minutes=10)
    place.catch_up()
    after = place.clock.now
    place.clock.now = began
    place.user().move_purchase_date("P00052", day(20))  # its transaction began before, and ends only now
    place.clock.now = after
    place.catch_up()

    assert place.cases() == [("P00052", "in_review")]


def test_a_commit_that_took_hours_is_found_within_a_day(place: Place):
    began = place.clock.now
    place.clock.on(hours=1)
    place.catch_up()
    after = place.clock.now
    place.clock.now = began + timedelta(minutes=5)
    place.user().move_purchase_date("P00052", day(20))
    place.clock.now = after
    place.catch_up()
    place.clock.on(hours=24)
    place.catch_up()

    assert place.cases()[0][0] == "P00052"


def test_mail_on_a_purchase_is_taken_in_once(place: Place):
    place.odoo.file_mail("P00051", raw_mail())
    place.odoo.file_mail("P00051", b"From: x\n")
    for _ in range(3):
        place.catch_up()

    assert len(place.listed()) == len(place.audited("case:opened"))
    assert len(place.audited("mail:received")) + len(place.audited("input:rejected")) == 2


def test_a_refused_attempt_is_audited_and_opens_a_case_once(place: Place):
    place.odoo.set_parameter("gatehouse.discount_exception.mode", "block")
    for _ in range(2):
        with pytest.raises(ControlRefused):
            place.user().change_sale_line("S00005", 10, price=Decimal(1))
    place.catch_up()
    place.catch_up()

    assert [event.scenario for event in place.audited("control:triggered")] == [Scenario.DISCOUNT_EXCEPTION] * 2
    assert place.cases() == [("S00005", "in_review")]


def test_a_warning_is_audited_and_opens_a_case(place: Place):
    place.odoo.set_parameter("gatehouse.discount_exception.mode", "warn")
    place.user().change_sale_line("S00005", 10, price=Decimal(1))
    place.catch_up()
    place.catch_up()

    assert [event.mode for event in place.audited("control:triggered")] == ["warn"]
    assert ("S00005", "in_review") in place.cases()


def test_an_outage_is_waited_out_and_said_when_it_was_long(place: Place):
    place.odoo.fail_until(place.clock.now + timedelta(hours=3))
    with pytest.raises(OdooUnavailable):
        STEPS["catch_up_page"](place.app, "odoo")
    place.clock.on(hours=4)
    place.odoo.recover()
    place.user().move_purchase_date("P00052", day(20))
    place.catch_up()

    assert place.cases()[0] == ("P00052", "in_review")
    assert [event.source for event in place.audited("source:caught_up")] == ["odoo"]


def test_two_readers_at_once_do_the_work_of_one(place: Place):
    place.user().move_purchase_date("P00052", day(20))
    with place.app.look() as look:
        was = look.sources.state("odoo")
    STEPS["catch_up_page"](place.app, "odoo")
    with place.app.work() as work:
        assert not work.sources.put_state("odoo", "{}", was=was, now=work.now)
    place.run()
    place.catch_up()

    assert place.cases() == [("P00052", "in_review")]


def test_another_database_is_learnt_from_the_start(place: Place):
    with place.app.work() as work:
        was = work.sources.state("odoo")
        assert was
        other = Progress.model_validate_json(was).model_copy(update={"database": "other"})
        work.sources.put_state("odoo", other.model_dump_json(), was=was, now=work.now)
    place.user().move_purchase_date("P00052", day(20))
    place.catch_up()

    assert place.cases() == []


def test_stock_taken_from_one_order_for_another_opens_a_case(place: Place):
    sales = place.odoo.sale_orders([f"S{number:05d}" for number in range(1, 100)])
    lines = [(order.ref.name, line) for order in sales if order.state == "sale" for line in order.lines]
    pairs = [
        (one, other, line.product_code)
        for one, line in lines
        for other, same in lines
        if line.reserved >= 5
        and one != other
        and same.product_code == line.product_code
        and same.ordered - same.delivered - same.reserved >= 5
    ]
    giver, taker, product = pairs[0]
    place.user().move_reservation(giver, taker, product, Decimal(5))
    place.catch_up()

    assert (giver, "in_review") in place.cases()


def test_risk_stands_at_orders_in_odoo_and_goes_when_it_is_past(place: Place):
    with place.app.work() as work:
        work.outbox.owe(WorkKind.INDICATE, "odoo", work.now)
    place.run()
    with place.app.look() as look:
        shown = look.sources.risks_shown()
    assert shown
    model, number = next(iter(shown))
    record = RecordRef(model=Model(model), id=number, name="")
    assert place.odoo.risk(record)

    for order in place.odoo.purchase_orders([f"P{n:05d}" for n in range(50, 90)]):
        for line in order.lines:
            if order.state == "purchase" and line.received < line.ordered:
                place.user().receive(order.ref.name, line.id, line.ordered - line.received)
    place.clock.on(hours=1)
    place.catch_up()
    place.clock.on(minutes=30)
    place.run()

    with place.app.look() as look:
        assert set(look.sources.risks_shown()) < set(shown)


def test_an_idle_reading_is_one_step(place: Place):
    place.clock.on(hours=1)
    place.catch_up()
    place.clock.on(hours=1)

    assert STEPS["catch_up_page"](place.app, "odoo") == []
