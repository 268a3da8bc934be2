"""Watched bills from Odoo's rows: units that can be turned into the order's, and those that cannot."""

from decimal import Decimal

from agent.adapters.odoo.seen_supply import bills
from tests.builders_rows import a_lookup

STAMP = {"write_date": "2026-11-20 08:00:00", "write_uid": [2, "Ada"], "create_date": "2026-11-20 08:00:00"}
UNITS = [
    {"id": 1, "name": "Units", "factor": 1.0, "category_id": [1, "Unit"]},
    {"id": 2, "name": "Dozens", "factor": 1 / 12, "category_id": [1, "Unit"]},
    {"id": 3, "name": "kg", "factor": 1.0, "category_id": [2, "Weight"]},
]
PRODUCT = {"id": 5, "name": "Bolt", "default_code": "BOLT", "barcode": False, "purchase_method": "receive"}


def seen(quantity: float, price: float, unit: list, currency: str = "EUR"):
    bill = {
        "id": 4, "name": "BILL/4", "ref": "RE-1", "move_type": "in_invoice", "invoice_origin": "P00012",
        "invoice_date": "2026-11-20", "amount_total": 1.0, "company_id": [1, "Acme"],
        "currency_id": [1 if currency == "EUR" else 3, currency],
        "state": "draft", "partner_id": [7, "Brandt"], "commercial_partner_id": [7, "Brandt"], **STAMP,
    }  # fmt: skip
    line = {
        "id": 40, "move_id": [4, "BILL/4"], "product_id": [5, "Bolt"], "product_uom_id": unit, "quantity": quantity,
        "price_unit": price, "discount": 0.0, "purchase_line_id": [9, "Bolt"], "display_type": "product", **STAMP,
    }  # fmt: skip
    order = {
        "id": 9, "order_id": [12, "P00012"], "product_qty": 24.0, "qty_received": 24.0, "qty_invoiced": 24.0,
        "product_uom": [1, "Units"], "price_unit": 2.5, "discount": 0.0, "currency_id": [1, "EUR"],
    }  # fmt: skip
    look = a_lookup(
        account_move_line=[line], purchase_order_line=[order], product_product=[PRODUCT], account_move=[bill],
        uom_uom=UNITS,
    )  # fmt: skip
    (record,) = bills.read(look, [bill])
    return record.lines[0]


def test_a_bill_in_dozens_is_compared_with_an_order_in_units():
    line = seen(2, 30.0, [2, "Dozens"])

    assert (line.expected_quantity, line.expected_price, line.unlike) == (Decimal(2), Decimal(30), "")


def test_a_bill_in_kilograms_says_that_nobody_compared_it():
    line = seen(5, 12.0, [3, "kg"])

    assert (line.expected_quantity, line.expected_price) == (None, None)
    assert line.unlike == "5 kg billed, 24 Units ordered"


def test_a_bill_in_another_currency_says_both_prices():
    line = seen(24, 2.8, [1, "Units"], "USD")

    assert (line.expected_quantity, line.expected_price) == (Decimal(24), None)
    assert line.unlike == "2.8 USD billed, 2.5 EUR ordered"
