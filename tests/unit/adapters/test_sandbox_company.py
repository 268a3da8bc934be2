"""The invented company: the same every time, at one with itself, and in the trouble that the demo tells of."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from agent.adapters.sandbox import SandboxOdoo, fill
from agent.adapters.sandbox.company.days import workday
from agent.adapters.sandbox.company.partners import CUSTOMERS, SUPPLIERS
from agent.adapters.sandbox.company.products import PRODUCTS
from agent.evidence.impact import impact
from tests.builders_company import TODAY, a_filled_file, a_sandbox

AT_RISK_EVERY_DAY = {"S00092", "S00093", "S00094"}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_filled_file(tmp_path_factory.mktemp("company"))


def _dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


def _rows(path: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


def test_it_is_a_company_of_some_hundred_records(company):
    counts = fill(company, TODAY)

    assert counts["sale_order"] >= 80
    assert counts["purchase_order"] >= 70
    assert counts["bill"] >= 30
    assert (len(SUPPLIERS), len(CUSTOMERS), len(PRODUCTS)) >= (25, 40, 60)


def test_two_fills_of_one_day_are_the_same_to_the_last_row(company, tmp_path):
    assert _dump(a_filled_file(tmp_path)) == _dump(company)


def test_filling_again_changes_nothing(company, tmp_path):
    path = a_filled_file(tmp_path)

    fill(path, TODAY + timedelta(days=30))

    assert _dump(path) == _dump(company)


def test_no_more_is_reserved_than_lies_in_stock(company):
    for level in a_sandbox(company).stock([product.code for product in PRODUCTS]):
        assert 0 <= level.reserved <= level.on_hand, level


def test_nothing_is_received_or_delivered_beyond_the_order(company):
    assert _rows(company, "SELECT * FROM purchase_line WHERE received > ordered OR received < 0") == []
    assert _rows(company, "SELECT * FROM sale_line WHERE delivered > ordered OR delivered < 0") == []


def test_every_address_is_one_that_reaches_nobody(company):
    addresses = _rows(company, "SELECT email FROM partner")

    assert all(address.endswith(".example") for (address,) in addresses)
    assert len({address for (address,) in addresses}) == len(addresses)


def test_each_company_trades_in_its_own_currency(company):
    used = Counter(
        _rows(
            company,
            "SELECT company_id, currency FROM sale_order UNION ALL SELECT company_id, currency FROM purchase_order",
        )
    )

    assert used.keys() == {(1, "EUR"), (2, "USD")}
    assert min(used.values()) >= 10


@pytest.mark.parametrize("days", range(7))
def test_on_every_day_of_the_week_late_supply_endangers_promised_orders(tmp_path, days):
    today = TODAY + timedelta(days=days)
    odoo = a_sandbox(a_filled_file(tmp_path, today))

    found = impact(odoo.supply_picture(today, 30), today)

    assert {item.order.name for item in found.at_risk} >= AT_RISK_EVERY_DAY
    assert {money.currency for money in found.totals} == {"EUR", "USD"}


def test_the_planted_troubles_are_there(company):
    odoo = SandboxOdoo(company)
    billed, ordered = odoo.bills(["AS-118204"])[0].lines[0], odoo.purchase_orders(["P00079"])[0].lines[0]
    twice = odoo.bills(["2024-F-7731"])
    cheap = odoo.sale_orders(["S00084"])[0]
    held = odoo.sale_orders(["S00069"])[0]

    assert billed.unit_price > ordered.unit_price
    assert len(twice) == 2
    assert cheap.margin_percent is not None
    assert 0 < cheap.margin_percent < 15
    assert held.customer.credit_used is not None
    assert held.customer.credit_limit is not None
    assert held.customer.credit_used.amount + held.total.amount > held.customer.credit_limit.amount


@pytest.mark.parametrize("day", [date(2026, 11, 20) + timedelta(days=days) for days in range(8)])
def test_no_date_falls_on_a_weekend_and_none_crosses_today(day):
    for offset in range(-40, 40):
        moved = workday(day, offset)
        assert moved.weekday() < 5
        assert (moved >= day) if offset >= 0 else (moved < day)
