"""Bills from Odoo's rows: rates of tax, units, what is billed on order, and the same number written otherwise."""

from decimal import Decimal

import pytest

from agent.adapters.odoo.bills import by_refs
from agent.evidence.match_model import MatchKind
from agent.evidence.matching import match
from tests.builders_rows import a_lookup

PARTNER = {"id": 7, "name": "Brandt", "commercial_partner_id": [7, "Brandt"], "email": False, "supplier_rank": 1,
           "credit": 0.0, "credit_limit": 0.0, "country_id": False, "lang": False, "category_id": []}  # fmt: skip
PRODUCT = {"id": 5, "name": "Bolt", "default_code": "BOLT", "barcode": False, "uom_id": [1, "Units"],
           "product_tmpl_id": [50, "Bolt"], "purchase_method": "receive", "categ_id": [3, "Steel"]}  # fmt: skip
TAXES = [
    {"id": 1, "name": "19 %", "amount": 19.0, "amount_type": "percent"},
    {"id": 2, "name": "7 %", "amount": 7.0, "amount_type": "percent"},
    {"id": 3, "name": "Levy", "amount": 1.5, "amount_type": "fixed"},
]


def a_bill(number: int, ref: str, **given):
    return {
        "id": number, "name": f"BILL/2026/{number:04d}", "ref": ref, "partner_id": [7, "Brandt"], "state": "draft",
        "invoice_date": "2026-11-20", "invoice_date_due": False, "amount_total": 120.0, "amount_total_signed": -120.0,
        "currency_id": [1, "EUR"], "company_id": [1, "Acme"], "invoice_origin": "P00012", "move_type": "in_invoice",
        "commercial_partner_id": [7, "Brandt"], "x_gatehouse_hold": False, **given,
    }  # fmt: skip


def a_line(**given):
    return {
        "id": 1, "move_id": [4, "BILL/2026/0004"], "product_id": [5, "Bolt"], "name": "Bolt", "quantity": 10.0,
        "price_unit": 12.0, "discount": 0.0, "sequence": 1, "purchase_order_id": [12, "P00012"],
        "purchase_line_id": [3, "Bolt"], "product_uom_id": [2, "Dozens"], "display_type": "product", "tax_ids": [1],
        **given,
    }  # fmt: skip


def an_order_line(**given):
    return {
        "id": 3, "product_qty": 120.0, "qty_received": 120.0, "qty_invoiced": 120.0, "price_unit": 1.0,
        "discount": 0.0, "product_uom": [1, "Units"], "taxes_id": [1], **given,
    }  # fmt: skip


def read(*bills, line=None, order=None, product=PRODUCT):
    tables = {
        "account_move": list(bills), "account_move_line": [line or a_line()], "res_partner": [PARTNER],
        "purchase_order_line": [order or an_order_line()], "product_product": [product], "account_tax": TAXES,
    }  # fmt: skip
    look = a_lookup(**tables)
    return by_refs(look, ["BILL/2026/0004"])[0], look


def test_a_line_knows_its_unit_in_the_orders_and_both_rates_of_tax():
    bill, _ = read(a_bill(4, "RE-403377"))
    (line,) = bill.lines

    assert (line.unit, line.ordered_unit, line.per_unit) == ("Dozens", "Units", 12)
    assert (line.tax_percent, line.ordered_tax_percent) == (19, 19)
    assert (line.category, line.on_ordered) == ("Steel", False)
    assert match(bill, ()).kind is MatchKind.MATCHES


@pytest.mark.parametrize(
    ("line", "order", "rates"),
    [
        ({"tax_ids": [2]}, {}, (7, 19)),
        ({"tax_ids": []}, {"taxes_id": []}, (0, 0)),
        ({"tax_ids": [1, 2]}, {}, (26, 19)),
        ({"tax_ids": [3]}, {}, (None, 19)),
        ({}, {"taxes_id": False, "tax_ids": [2]}, (19, 7)),  # as Odoo 19 calls it
    ],
)
def test_rates_are_plain_percentages_added_up_or_not_known(line, order, rates):
    bill, _ = read(a_bill(4, "RE-403377"), line=a_line(**line), order=an_order_line(**order))

    assert (bill.lines[0].tax_percent, bill.lines[0].ordered_tax_percent) == rates


def test_a_service_is_billed_on_what_was_ordered():
    bill, _ = read(a_bill(4, "RE-403377"), product={**PRODUCT, "purchase_method": "purchase"})

    assert bill.lines[0].on_ordered


def test_the_suppliers_other_bills_of_its_number_are_found_in_one_call_however_they_are_written():
    others = [a_bill(2, "re 0403377", state="posted"), a_bill(3, "RE-403378"), a_bill(8, "X-RE-4033770")]
    gone = [a_bill(6, "RE-403377", state="cancel"), a_bill(7, "RE-403377", commercial_partner_id=[9, "Other"])]

    bill, look = read(a_bill(4, "RE-403377"), *others, *gone)

    assert [(one.ref.id, one.state) for one in bill.alike] == [(2, "posted")]
    assert match(bill, ()).kind is MatchKind.DUPLICATE
    assert match(bill, ()).amount.amount == Decimal(120)
    assert look.connection.calls.count("account.move") == 2
