"""What changed in Odoo: every change is on a page, pages follow each other, and an overlap finds what came late."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from agent.adapters.memory import MemoryOdoo
from agent.adapters.sandbox import SandboxOdoo
from agent.approvals.model import Consent, Scenario
from agent.intake.changes import Cursor, Snapshot, Watched
from agent.kit.clock import EPOCH
from agent.kit.ids import new_id
from tests.builders_actions import Ground, a_date, a_dispute, a_promise, a_quantity, an_approval
from tests.builders_company import NOW, a_copy, a_sandbox, a_twin
from tests.builders_ground import a_ground
from tests.contract.conftest import Place

SECOND = timedelta(seconds=1)
MOST = 500
FAR = timedelta(days=400)


@pytest.fixture
def ground(place: Place) -> Iterator[Ground]:
    if not hasattr(place.odoo, "changed"):
        pytest.skip("this gateway does not tell changes")
    yield from a_ground(place)


def since(ground: Ground) -> Cursor:
    """From this second on; the clock of a stand-in does not move, so it counts what is changed now."""
    return Cursor(at=ground.odoo.now().replace(microsecond=0))


def read(ground: Ground, model: Watched, cursor: Cursor, limit: int = MOST) -> list[Snapshot]:
    """All pages."""
    found: list[Snapshot] = []
    while True:
        page = ground.odoo.changed(model, cursor, limit)
        found.extend(page.records)
        cursor = page.cursor
        if not page.more:
            return found


def names(records: list[Snapshot]) -> list[str]:
    return [record.name for record in records]


def one(records: list[Snapshot], name: str) -> Snapshot:
    (found,) = [record for record in records if record.name == name]
    return found


# --- records --------------------------------------------------------------------------------------
def test_a_change_of_a_line_is_a_change_of_its_order(ground: Ground):
    cursor = since(ground)
    ground.do(a_date(ground))

    changed = one(read(ground, Watched.PURCHASE_ORDER, cursor), ground.purchase_name)
    assert changed.id == ground.record.id
    assert cursor.at <= changed.changed_at <= ground.odoo.now() + SECOND
    assert changed.changed_at.microsecond == 0
    assert changed.changed_by
    assert changed.lines[0].day == ground.line.planned


def test_what_stands_in_the_snapshot_is_what_is_read_of_the_order(ground: Ground):
    cursor = since(ground)
    ground.do(a_quantity(ground))
    ground.do(a_promise(ground))

    bought = one(read(ground, Watched.PURCHASE_ORDER, cursor), ground.purchase_name)
    sold = one(read(ground, Watched.SALE_ORDER, cursor), ground.sale_name)

    purchase, sale = ground.purchase, ground.sale
    assert (bought.partner, bought.partner_id) == (purchase.supplier.name, purchase.supplier.id)
    assert (bought.state, bought.company, bought.amount) == (purchase.state, purchase.company, purchase.total)
    assert [(line.id, line.product, line.quantity, line.done, line.price) for line in bought.lines] == [
        (line.id, line.product_code, line.ordered, line.received, line.unit_price) for line in purchase.lines
    ]
    assert (sold.partner, sold.day, sold.amount, sold.margin_percent) == (
        sale.customer.name,
        sale.promised,
        sale.total,
        sale.margin_percent,
    )
    assert [(line.id, line.quantity, line.done, line.reserved, line.price) for line in sold.lines] == [
        (line.id, line.ordered, line.delivered, line.reserved, line.unit_price) for line in sale.lines
    ]


def test_a_bill_that_is_disputed_has_changed(ground: Ground):
    cursor = since(ground)

    ground.do(a_dispute(ground))

    changed = [record for record in read(ground, Watched.BILL, cursor) if record.id == ground.bill.id]

    assert len(changed) == 1
    assert changed[0].amount is not None
    assert [line.quantity for line in changed[0].lines] != []


def test_nothing_is_changed_in_the_future(ground: Ground):
    for model in Watched:
        page = ground.odoo.changed(model, Cursor(at=ground.odoo.now() + FAR), 10)
        assert (page.records, page.more) == ((), False)


def test_pages_follow_each_other_by_id_and_keep_their_time(ground: Ground):
    start = Cursor(at=EPOCH)
    whole = read(ground, Watched.PURCHASE_ORDER, start)

    page = ground.odoo.changed(Watched.PURCHASE_ORDER, start, 3)
    assert [record.id for record in page.records] == [record.id for record in whole[:3]]
    assert page.cursor == Cursor(at=EPOCH, id=whole[2].id)
    assert page.more is (len(whole) > 3)
    ids = [record.id for record in read(ground, Watched.PURCHASE_ORDER, start, 7)]
    assert ids == sorted(set(ids)) == [record.id for record in whole]


def test_reading_the_same_pages_again_gives_the_same(ground: Ground):
    cursor = Cursor(at=EPOCH)

    assert ground.odoo.changed(Watched.SALE_ORDER, cursor, 5) == ground.odoo.changed(Watched.SALE_ORDER, cursor, 5)


def test_what_changes_behind_a_page_is_found_by_the_next_pass(ground: Ground):
    """A pass goes by id; a record that it has passed and that changes then is of the next pass."""
    first = since(ground)
    behind = Cursor(at=first.at, id=ground.record.id)
    ground.do(a_date(ground))

    assert ground.purchase_name not in names(read(ground, Watched.PURCHASE_ORDER, behind))
    assert ground.purchase_name in names(read(ground, Watched.PURCHASE_ORDER, first))


# --- mails, approvals, parameters ------------------------------------------------------------------
def test_a_mail_on_a_purchase_order_is_told_once_with_the_order_s_name(place: Place, ground: Ground):
    before = ground.odoo.heads().message
    raw = f"From: sales@supplier.example\nMessage-ID: <{new_id()}@supplier.example>\n\nLater.\n".encode()
    number = place.file_mail(ground.record, raw)

    (mail,) = ground.odoo.mails(before, MOST)
    assert (mail.id, mail.purchase) == (number, ground.purchase_name)
    assert b"supplier.example" in mail.raw
    assert ground.odoo.heads().message >= number
    assert ground.odoo.mails(number, MOST) == ()


def test_mails_come_by_increasing_id_and_no_more_than_asked_for(place: Place, ground: Ground):
    before = ground.odoo.heads().message
    numbers = [place.file_mail(ground.record, b"Subject: %d\n\nText" % index) for index in range(3)]

    assert [mail.id for mail in ground.odoo.mails(before, 2)] == numbers[:2]
    assert [mail.id for mail in ground.odoo.mails(numbers[1], 2)] == numbers[2:]


def test_what_the_desk_recorded_is_no_answer_given_in_odoo(ground: Ground):
    before = ground.odoo.heads().answer
    ground.do(an_approval("approve_discount")(ground))
    ground.do(an_approval("approve_discount", Consent.REFUSE)(ground))

    assert ground.odoo.answers(before, MOST) == ()


def test_the_controls_are_off_until_an_administrator_switches_them_on(place: Place, ground: Ground):
    first = ground.odoo.parameters()

    assert {first[f"gatehouse.{scenario}.mode"] for scenario in Scenario} == {"off"}
    if place.kind != "odoo":
        ground.odoo.set_parameter("gatehouse.credit_release.mode.1", "block")
        ground.odoo.set_parameter("mail.catchall", "none of ours")
        assert ground.odoo.parameters() == first | {"gatehouse.credit_release.mode.1": "block"}


# --- what only stand-ins can show ------------------------------------------------------------------
class Hand:
    """A clock that is moved by hand."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture(params=["memory", "sandbox"])
def stand_in(request: pytest.FixtureRequest, company_file, tmp_path) -> Iterator[tuple[MemoryOdoo | SandboxOdoo, Hand]]:
    hand = Hand()
    sandbox = SandboxOdoo(a_copy(company_file, tmp_path), clock=hand)
    twin = a_twin(sandbox)
    twin.kept.clock = hand
    yield (sandbox if request.param == "sandbox" else twin), hand
    sandbox.close()


def test_a_change_that_is_committed_late_is_found_by_going_back(stand_in):
    odoo, hand = stand_in
    (first,) = odoo.purchase_orders(["P00051"])
    (second,) = odoo.purchase_orders(["P00052"])
    hand.now = NOW + timedelta(seconds=20)
    _plan_later(odoo, second)
    seen = odoo.changed(Watched.PURCHASE_ORDER, Cursor(at=NOW + SECOND), 10)
    hand.now = NOW + timedelta(seconds=15)  # began before what was read, and ended after it
    _plan_later(odoo, first)

    assert [record.name for record in seen.records] == ["P00052"]
    onwards = Cursor(at=NOW + timedelta(seconds=20))
    overlapping = Cursor(at=onwards.at - timedelta(seconds=10))
    assert "P00051" not in [record.name for record in odoo.changed(Watched.PURCHASE_ORDER, onwards, 10).records]
    found = odoo.changed(Watched.PURCHASE_ORDER, overlapping, 10).records
    assert [record.name for record in found] == ["P00051", "P00052"]


def _plan_later(odoo, order) -> None:
    from agent.actions.model import SetLineDate

    line = order.lines[0]
    action = SetLineDate(record=order.ref, line_id=line.id, seen=line.planned, value=line.planned + timedelta(days=3))
    odoo.apply(action, key=new_id())


def test_twin_and_sandbox_tell_the_same_snapshots(company_file, tmp_path):
    sandbox = a_sandbox(a_copy(company_file, tmp_path))
    twin = a_twin(sandbox)
    unlike = {"lines": True, "changed_at": True, "made_at": True}
    for model in (Watched.SALE_ORDER, Watched.PURCHASE_ORDER, Watched.BILL):
        mine, other = (odoo.changed(model, Cursor(at=EPOCH), MOST).records for odoo in (sandbox, twin))
        assert [record.model_dump(exclude=unlike) for record in mine] == [
            record.model_dump(exclude=unlike) for record in other
        ]
        assert [[line.model_dump(exclude={"id"}) for line in record.lines] for record in mine] == [
            [line.model_dump(exclude={"id"}) for line in record.lines] for record in other
        ]
