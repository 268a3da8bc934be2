"""People at work in the sandbox: what follows from what they do is what follows in an Odoo."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agent.adapters.sandbox import SandboxOdoo, SandboxUser
from agent.errors import ActionRefused
from agent.intake.changes import Cursor, Snapshot, Watched
from tests.builders_company import NOW, TODAY, a_copy, a_filled_file

LATER = timedelta(minutes=3)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_filled_file(tmp_path_factory.mktemp("company"))


@pytest.fixture
def odoo(company: Path, tmp_path: Path) -> Iterator[SandboxOdoo]:
    made = SandboxOdoo(a_copy(company, tmp_path), clock=lambda: NOW + LATER)
    yield made
    made.close()


@pytest.fixture
def ada(odoo: SandboxOdoo) -> SandboxUser:
    return odoo.as_user("ada")


def changed(odoo: SandboxOdoo, model: Watched) -> dict[str, Snapshot]:
    return {record.name: record for record in odoo.changed(model, Cursor(at=NOW), 50).records}


def sale(odoo: SandboxOdoo, name: str):
    (order,) = odoo.sale_orders([name])
    return order


def purchase(odoo: SandboxOdoo, name: str):
    (order,) = odoo.purchase_orders([name])
    return order


def test_nothing_has_changed_before_somebody_works(odoo):
    assert [changed(odoo, model) for model in Watched] == [{}] * 4


def test_a_line_changed_after_reservation_moves_total_margin_demand_and_stamps_order_and_transfer(odoo, ada):
    before = sale(odoo, "S00061").lines[0]
    ada.change_sale_line("S00061", before.id, quantity=before.ordered + 50)

    order = changed(odoo, Watched.SALE_ORDER)["S00061"]
    assert (order.changed_by, order.changed_at) == ("ada", NOW + LATER)
    assert (order.lines[0].quantity, order.lines[0].reserved) == (before.ordered + 50, before.reserved)
    assert order.amount == sale(odoo, "S00061").total
    assert order.amount.amount == sum(line.quantity * line.price for line in order.lines)
    transfer = changed(odoo, Watched.PICKING)["WH/OUT/00061"]
    assert (transfer.origin, transfer.incoming, transfer.lines[0].quantity) == ("S00061", False, before.ordered + 50)


def test_fewer_than_were_reserved_gives_the_rest_back(odoo, ada):
    line = sale(odoo, "S00061").lines[0]

    ada.change_sale_line("S00061", line.id, quantity=line.ordered - 80)

    assert sale(odoo, "S00061").lines[0].reserved == line.reserved - 80


def test_fewer_than_were_delivered_is_refused(odoo, ada):
    line = sale(odoo, "S00061").lines[0]
    ada.deliver("S00061")

    with pytest.raises(ActionRefused):
        ada.change_sale_line("S00061", line.id, quantity=line.ordered - 1)


def test_a_confirmed_quotation_has_a_delivery_and_what_is_in_stock(odoo, ada):
    ada.confirm_sale("S00069")

    order = sale(odoo, "S00069")
    (transfer,) = order.transfers
    assert (order.state, transfer.ref.name, transfer.kind) == ("sale", "WH/OUT/00069", "outgoing")
    (level,) = odoo.stock([order.lines[0].product_code], [order.company])
    assert 0 < order.lines[0].reserved <= order.lines[0].ordered
    assert level.reserved <= level.on_hand
    with pytest.raises(ActionRefused):
        ada.confirm_sale("S00069")


def test_a_delivery_takes_from_stock_what_was_reserved(odoo, ada):
    line = sale(odoo, "S00061").lines[0]
    (before,) = odoo.stock([line.product_code], [sale(odoo, "S00061").company])
    ada.pick("S00061")
    assert sale(odoo, "S00061").lines[0].picked == line.reserved
    ada.deliver("S00061")

    (after,) = odoo.stock([line.product_code], [sale(odoo, "S00061").company])
    assert (sale(odoo, "S00061").lines[0].delivered, after.on_hand) == (line.ordered, before.on_hand - line.ordered)
    assert sale(odoo, "S00061").transfers[0].state == "done"


def test_what_is_not_reserved_is_delivered_later(odoo, ada):
    line = sale(odoo, "S00072").lines[0]
    ada.deliver("S00072")

    after = sale(odoo, "S00072").lines[0]
    assert (after.delivered, after.reserved) == (line.reserved, 0)
    assert sale(odoo, "S00072").transfers[0].state == "assigned"


def test_reserved_stock_goes_from_one_order_to_another(odoo, ada):
    giver, taker = sale(odoo, "S00076").lines[0], sale(odoo, "S00075").lines[0]
    assert giver.product_code == taker.product_code

    ada.move_reservation("S00076", "S00075", giver.product_code, Decimal(5))

    assert sale(odoo, "S00076").lines[0].reserved == giver.reserved - 5
    assert sale(odoo, "S00075").lines[0].reserved == taker.reserved + 5
    assert changed(odoo, Watched.SALE_ORDER).keys() == {"S00075", "S00076"}
    with pytest.raises(ActionRefused):
        ada.move_reservation("S00076", "S00075", giver.product_code, Decimal(1000))


def test_a_cancelled_order_gives_its_stock_back(odoo, ada):
    ada.cancel_sale("S00061")

    assert sale(odoo, "S00061").state == "cancel"
    assert {line.reserved for line in sale(odoo, "S00061").lines} == {0}
    assert changed(odoo, Watched.PICKING)["WH/OUT/00061"].state == "cancel"


def test_another_day_of_a_purchase_is_on_its_lines_and_its_receipt(odoo, ada):
    ada.move_purchase_date("P00051", TODAY + timedelta(days=30))

    order = changed(odoo, Watched.PURCHASE_ORDER)["P00051"]
    assert {line.day for line in order.lines} == {order.day} == {TODAY + timedelta(days=30)}
    assert changed(odoo, Watched.PICKING)["WH/IN/00051"].day == order.day
    line = order.lines[0]
    ada.move_purchase_date("P00051", TODAY + timedelta(days=12), line_id=line.id)
    assert purchase(odoo, "P00051").planned == TODAY + timedelta(days=12)
    assert purchase(odoo, "P00051").lines[1].planned == TODAY + timedelta(days=30)


def test_a_receipt_in_parts_ends_when_all_has_come(odoo, ada):
    line = purchase(odoo, "P00057").lines[0]
    ada.receive("P00057", line.id, Decimal(15))
    assert purchase(odoo, "P00057").transfers[0].state == "assigned"
    ada.receive("P00057", line.id, line.ordered - 15)

    assert purchase(odoo, "P00057").lines[0].received == line.ordered
    assert (purchase(odoo, "P00057").transfers[0].state, purchase(odoo, "P00057").transfers[0].done) == ("done", TODAY)
    with pytest.raises(ActionRefused):
        ada.receive("P00057", line.id, Decimal(1))
    with pytest.raises(ActionRefused):
        ada.cancel_purchase("P00057")


def test_a_confirmed_purchase_waits_for_its_goods(odoo, ada):
    ada.confirm_purchase("P00075", urgent=True)

    order = changed(odoo, Watched.PURCHASE_ORDER)["P00075"]
    assert (order.state, order.urgent) == ("purchase", True)
    assert changed(odoo, Watched.PICKING)["WH/IN/00075"].lines[0].quantity == order.lines[0].quantity
    ada.cancel_purchase("P00075")
    assert changed(odoo, Watched.PICKING)["WH/IN/00075"].state == "cancel"


def test_a_bill_says_what_was_expected_of_it_and_whether_it_repeats_another(odoo, ada):
    lines = {line.product_code: (line.ordered, line.unit_price + 1) for line in purchase(odoo, "P00071").lines}
    first = ada.enter_bill("P00071", "N-1", lines)
    second = ada.enter_bill("P00071", " n-1 ", lines)

    bill, twice = (changed(odoo, Watched.BILL)[name] for name in (first, second))
    (line,) = bill.lines
    ordered = purchase(odoo, "P00071").lines[0]
    assert (line.quantity, line.price, line.expected_price) == (60, ordered.unit_price + 1, ordered.unit_price)
    assert (bill.state, bill.origin, bill.reference, bill.duplicate_of) == ("draft", "P00071", "N-1", "")
    assert twice.duplicate_of == first
    assert twice.lines[0].expected_quantity == 0
    ada.post_bill(first)
    assert changed(odoo, Watched.BILL)[first].state == "posted"


def test_goods_come_back_only_when_they_were_delivered(odoo, ada):
    line = sale(odoo, "S00061").lines[0]
    with pytest.raises(ActionRefused):
        ada.ask_return("S00061", line.id, Decimal(5))
    ada.deliver("S00061")

    transfer = ada.ask_return("S00061", line.id, Decimal(5))
    asked = changed(odoo, Watched.PICKING)[transfer]
    assert (asked.returns, asked.incoming, asked.lines[0].quantity) == (True, True, 5)
    ada.validate_return(transfer)

    assert sale(odoo, "S00061").lines[0].delivered == line.ordered - 5
    with pytest.raises(ActionRefused):
        ada.validate_return(transfer)


def test_an_order_that_does_not_exist_is_refused(odoo, ada):
    for act in (lambda: ada.confirm_sale("S99999"), lambda: ada.post_bill("BILL/1"), lambda: ada.deliver("S9")):
        with pytest.raises(ActionRefused, match="There is no"):
            act()


def test_a_mail_is_filed_on_its_order_and_does_not_change_it(odoo):
    number = odoo.file_mail("P00051", b"Subject: late\n\nSorry")

    assert [(mail.id, mail.purchase) for mail in odoo.mails(0, 5)] == [(number, "P00051")]
    assert changed(odoo, Watched.PURCHASE_ORDER) == {}
    with pytest.raises(ActionRefused):
        odoo.file_mail("P99999", b"Subject: x\n\n")
