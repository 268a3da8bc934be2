"""The past and coming shortages from Odoo's rows."""

from datetime import date
from decimal import Decimal

from agent.adapters.odoo.history import history
from agent.adapters.odoo.replenish import replenishment
from agent.evidence.history import Arrived
from tests.builders_rows import a_lookup, day

PRODUCT = {"id": 5, "name": "Pump", "default_code": "PUMP", "barcode": False, "uom_id": [1, "Units"],
           "product_tmpl_id": [50, "Pump"], "type": "consu", "qty_available": 3.0,
           "virtual_available": -4.0}  # fmt: skip


def a_sale(number: int, on: str, margin: float):
    order = {"id": number, "name": f"S{number:05d}", "date_order": day(on), "warehouse_id": False}
    line = {
        "id": 100 + number, "order_id": [number, f"S{number:05d}"], "product_id": [5, "Pump"],
        "company_id": [1, "Acme"],
        "order_partner_id": [8, "Mill, Ada"], "salesman_id": [2, "Sam"], "margin_percent": margin,
        "price_subtotal": 50.0, "state": "sale", "display_type": False,
    }  # fmt: skip
    return order, line


def a_receipt(number: int, planned: str, came: str, *, received: float = 10):
    line = {
        "id": number, "order_id": [12, "P00012 (REF-1)"], "product_id": [5, "Pump"], "company_id": [1, "Acme"],
        "partner_id": [7, "Brandt"], "product_qty": 10.0, "qty_received": received, "date_planned": day(planned),
        "state": "purchase", "product_uom": [1, "Units"], "name": "Pump",
    }  # fmt: skip
    move = {"id": 200 + number, "purchase_line_id": [number, "Pump"], "state": "done", "date": day(came)}
    return line, move


def test_sales_and_receipts_of_the_window_are_read_by_their_days():
    orders, lines = zip(
        a_sale(1, "2026-10-01", 0.251), a_sale(2, "2026-09-30", 0.3), a_sale(3, "2026-11-01", 0.0), strict=True
    )
    bought, moves = zip(
        a_receipt(1, "2026-10-01", "2026-10-05"), a_receipt(2, "2026-10-01", "2026-10-05", received=4), strict=True
    )
    look = a_lookup(
        sale_order=list(orders), sale_order_line=list(lines), purchase_order_line=list(bought),
        stock_move=list(moves), product_product=[PRODUCT],
    )  # fmt: skip

    found = history(look, date(2026, 10, 1), date(2026, 11, 1))

    assert [(row.order, row.day, row.margin_percent) for row in found.sold] == [
        ("S00001", date(2026, 10, 1), Decimal("25.1")),
        ("S00003", date(2026, 11, 1), Decimal(0)),
    ]
    assert {(row.customer, row.salesperson, row.product_code, row.company) for row in found.sold} == {
        ("Mill", "Sam", "PUMP", "Acme")
    }
    assert found.arrived == (
        Arrived(
            purchase="P00012", company="Acme", supplier="Brandt", product_code="PUMP", planned=date(2026, 10, 1),
            came=date(2026, 10, 5),
        ),
    )  # fmt: skip
    assert (found.cut, found.unread) == (False, ())


def test_where_margins_or_receipts_are_not_kept_that_is_said():
    found = history(a_lookup(), date(2026, 10, 1), date(2026, 11, 1))

    assert (found.sold, found.arrived, len(found.unread)) == ((), (), 2)


RULE = {"id": 1, "product_id": [5, "Pump"], "company_id": [1, "Acme"], "product_min_qty": 10.0, "product_max_qty": 40.0,
        "qty_on_hand": 3.0, "qty_forecast": 4.0, "lead_days_date": "2026-12-07", "active": True}  # fmt: skip


def test_a_rule_whose_forecast_is_below_its_minimum_is_told_with_what_is_under_way():
    waiting = {"id": 9, "product_id": [5, "Pump"], "company_id": [1, "Acme"], "product_qty": 2.0, "qty_received": 0.0,
               "product_uom": [2, "Dozens"], "state": "draft"}  # fmt: skip
    look = a_lookup(stock_warehouse_orderpoint=[RULE], product_product=[PRODUCT], purchase_order_line=[waiting])

    (level,) = replenishment(look)

    assert (level.product_code, level.minimum, level.forecast, level.under_way) == ("PUMP", 10, 4, 24)
    assert level.due == date(2026, 12, 7)


def test_without_a_rule_what_runs_below_nothing_is_told():
    enough = {**RULE, "qty_forecast": 11.0, "product_id": [6, "Hose"]}
    look = a_lookup(stock_warehouse_orderpoint=[enough], product_product=[PRODUCT])

    (level,) = replenishment(look)

    assert (level.product_code, level.minimum, level.forecast, level.under_way) == ("PUMP", None, -4, 0)
    assert replenishment(a_lookup()) == ()
