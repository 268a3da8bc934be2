"""One matter for each approval scenario, made in a real Odoo by a person with ordinary rights."""

from collections.abc import Callable
from datetime import UTC, datetime

from agent.approvals.model import Scenario
from agent.kit.ids import new_id
from tests.builders_controls import Company, Matter


def a_thin_order(at: Company) -> Matter:
    at.set("discount_exception", "margin_floor_percent", "15")
    order = at.sale(at.product(standard_price=90.0), price=95.0)
    line = at.lines("sale.order.line", order)[0]
    return _sale(at, order, lambda: at.write("sale.order.line", line, at.worker, price_unit=92.0))


def an_urgent_purchase(at: Company) -> Matter:
    at.set("emergency_procurement", "urgent_limit", "5000")
    order = at.purchase(at.product(), 10, 1000.0)
    line = at.lines("purchase.order.line", order)[0]
    return Matter(
        record=("purchase.order", order),
        attempt=lambda: at.worker.call("purchase.order", "button_confirm", [order]),
        happened=lambda: at.read("purchase.order", order, "state")["state"] == "purchase",
        worsen=lambda: at.write("purchase.order.line", line, at.worker, product_qty=20),
    )


def reserved_goods(at: Company) -> Matter:
    order = at.sale(at.product(stock=10), quantity=10)
    at.worker.call("sale.order", "action_confirm", [order])
    move = at.find("stock.move", ("sale_line_id.order_id", "=", order))[0]
    line = at.find("stock.move.line", ("move_id", "=", move))[0]
    taken = [4.0]

    def attempt() -> None:
        at.write("stock.move.line", line, at.worker, quantity=10 - taken[0])

    return Matter(
        record=("sale.order", order),
        attempt=attempt,
        happened=lambda: at.read("stock.move", move, "quantity")["quantity"] < 10,
        worsen=lambda: taken.__setitem__(0, 7.0),
    )


def an_order_above_the_limit(at: Company) -> Matter:
    customer = at.partner()
    at.write("res.partner", customer, credit_limit=100.0)
    order = at.sale(at.product(), quantity=5, partner=customer)
    line = at.lines("sale.order.line", order)[0]
    return _sale(at, order, lambda: at.write("sale.order.line", line, at.worker, product_uom_qty=6))


def costly_freight(at: Company) -> Matter:
    at.set("shipment_upgrade", "over_standard", "50")
    carrier = a_carrier(at, 200.0)
    service = at.read("delivery.carrier", carrier, "product_id")["product_id"][0]
    freight = {"product_id": service, "product_uom_qty": 1, "price_unit": 200.0, "is_delivery": True}
    order = at.sale(at.product(), carrier_id=carrier, lines=[(0, 0, freight)])
    line = at.find("sale.order.line", ("order_id", "=", order), ("is_delivery", "=", True))[0]
    return _sale(at, order, lambda: at.write("sale.order.line", line, at.worker, price_unit=300.0))


def a_costly_return(at: Company) -> Matter:
    at.set("return_authorization", "return_value", "150")
    order = at.sale(at.product(stock=5), quantity=5)
    at.worker.call("sale.order", "action_confirm", [order])
    delivery = at.find("stock.picking", ("sale_id", "=", order))[0]
    at.worker.call("stock.picking", "button_validate", [delivery])
    sent = at.find("stock.move", ("picking_id", "=", delivery))[0]
    known = at.read("stock.move", sent, "product_id", "location_id", "location_dest_id", "warehouse_id")
    place = at.read("stock.picking", delivery, "partner_id", "group_id")
    kind = at.find("stock.picking.type", ("code", "=", "incoming"), limit=1)[0]
    back = {
        "name": "Back", "product_id": known["product_id"][0], "product_uom_qty": 2, "origin_returned_move_id": sent,
        "location_id": known["location_dest_id"][0], "location_dest_id": known["location_id"][0],
    }  # fmt: skip
    picking = at.make(
        "stock.picking", at.worker, picking_type_id=kind, partner_id=place["partner_id"][0],
        group_id=place["group_id"][0], location_id=back["location_id"], location_dest_id=back["location_dest_id"],
        move_ids=[(0, 0, back)],
    )  # fmt: skip
    move = at.find("stock.move", ("picking_id", "=", picking))[0]
    at.worker.call("stock.picking", "action_confirm", [picking])
    at.write("stock.move", move, at.worker, quantity=2, picked=True)
    return Matter(
        record=("stock.picking", picking),
        attempt=lambda: at.worker.call("stock.picking", "button_validate", [picking]),
        happened=lambda: at.read("stock.picking", picking, "state")["state"] == "done",
        worsen=lambda: at.write("stock.move", move, at.worker, quantity=3, picked=True),
    )


def a_new_bank_account(at: Company) -> Matter:
    supplier = at.partner(supplier_rank=1)
    number = [f"DE{new_id()[-12:]}"]
    return Matter(
        record=("res.partner", supplier),
        attempt=lambda: at.make("res.partner.bank", at.worker, partner_id=supplier, acc_number=number[0]),
        happened=lambda: bool(at.find("res.partner.bank", ("partner_id", "=", supplier))),
        worsen=lambda: number.__setitem__(0, f"DE{new_id()[-12:]}"),
    )


def a_wrong_bill(at: Company) -> Matter:
    at.set("invoice_discrepancy", "price_percent", "2")
    order = at.purchase(at.product(purchase_method="purchase"), 10, 10.0)
    at.worker.call("purchase.order", "button_confirm", [order])
    ordered = at.read("purchase.order.line", at.lines("purchase.order.line", order)[0], "product_id", "partner_id")
    line = {
        "product_id": ordered["product_id"][0], "purchase_line_id": ordered["id"], "quantity": 10, "price_unit": 12.0,
    }  # fmt: skip
    bill = at.make(
        "account.move", at.worker, move_type="in_invoice", partner_id=ordered["partner_id"][0],
        invoice_date=datetime.now(UTC).date().isoformat(), ref=new_id(), invoice_line_ids=[(0, 0, line)],
    )  # fmt: skip
    billed = at.find("account.move.line", ("move_id", "=", bill), ("purchase_line_id", "!=", False))[0]
    return Matter(
        record=("account.move", bill),
        attempt=lambda: at.worker.call("account.move", "action_post", [bill]),
        happened=lambda: at.read("account.move", bill, "state")["state"] == "posted",
        worsen=lambda: at.write("account.move", bill, at.worker, invoice_line_ids=[(1, billed, {"price_unit": 15.0})]),
    )


def a_carrier(at: Company, price: float) -> int:
    service = at.make("product.product", name=f"Freight {new_id()[-6:]}", type="service", list_price=price)
    return at.make("delivery.carrier", name=f"Express {new_id()[-6:]}", delivery_type="fixed", fixed_price=price,
                   product_id=service)  # fmt: skip


def _sale(at: Company, order: int, worsen: Callable[[], None]) -> Matter:
    return Matter(
        record=("sale.order", order),
        attempt=lambda: at.worker.call("sale.order", "action_confirm", [order]),
        happened=lambda: at.read("sale.order", order, "state")["state"] == "sale",
        worsen=worsen,
    )


MATTERS: dict[Scenario, Callable[[Company], Matter]] = {
    Scenario.DISCOUNT_EXCEPTION: a_thin_order,
    Scenario.EMERGENCY_PROCUREMENT: an_urgent_purchase,
    Scenario.INVENTORY_REALLOCATION: reserved_goods,
    Scenario.CREDIT_RELEASE: an_order_above_the_limit,
    Scenario.SHIPMENT_UPGRADE: costly_freight,
    Scenario.RETURN_AUTHORIZATION: a_costly_return,
    Scenario.SENSITIVE_CHANGE: a_new_bank_account,
    Scenario.INVOICE_DISCREPANCY: a_wrong_bill,
}
