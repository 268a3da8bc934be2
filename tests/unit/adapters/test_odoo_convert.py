"""Odoo's numbers, times, links and texts become our values without loss."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from agent.adapters.odoo.convert import (
    addresses,
    any_of,
    decimal,
    iso_currency,
    net_price,
    rated,
    same_text,
    site_date,
    text,
    wanted,
)
from agent.adapters.odoo.lookup import Company, Tables, Unit
from agent.evidence.records import Rated
from agent.kit.values import Money


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (0.1 + 0.2, "0.3"),
        (12, "12"),
        (1e6, "1000000"),
        (19.999999999999996, "20"),
        (-0.0, "0"),
        (False, "0"),
        (1234567.89, "1234567.89"),
    ],
)
def test_a_float_becomes_the_decimal_that_it_stands_for(sent, meant):
    assert str(decimal(sent)) == meant


@pytest.mark.parametrize(
    ("price", "discount", "net"), [(240.0, 10.0, "216"), (19.99, 0.0, "19.99"), (10.0, False, "10")]
)
def test_the_price_of_a_line_is_what_is_paid(price, discount, net):
    assert net_price({"price_unit": price, "discount": discount}) == Decimal(net)


def test_a_promise_is_the_calendar_date_of_the_site():
    late_evening = "2026-11-23 23:30:00"
    assert site_date(late_evening, ZoneInfo("UTC")) == date(2026, 11, 23)
    assert site_date(late_evening, ZoneInfo("Europe/Berlin")) == date(2026, 11, 24)
    assert site_date(late_evening, ZoneInfo("America/New_York")) == date(2026, 11, 23)
    assert site_date("2026-11-23", ZoneInfo("Asia/Tokyo")) == date(2026, 11, 23)
    assert site_date(None, ZoneInfo("UTC")) is None


def test_several_addresses_stand_in_one_field():
    field = "Sales <Order@Example.DE>; info@example.de, broken"
    assert addresses(field) == ["order@example.de", "info@example.de"]
    assert addresses("") == []


def test_a_reference_is_searched_literally():
    assert same_text("100%_x\\") == "100\\%\\_x\\\\"


def test_a_search_for_nothing_finds_nothing():
    assert any_of(["name"], []) == [("id", "=", 0)]
    assert any_of(["name", "ref"], ["a"]) == ["|", ("name", "=ilike", "a"), ("ref", "=ilike", "a")]


def test_references_are_asked_for_once_whatever_their_case():
    assert wanted([" P00012", "p00012", "/", "", "B-1"]) == ["P00012", "B-1"]


def test_a_currency_of_ones_own_making_is_no_iso_currency():
    assert [iso_currency(name) for name in ("eur", "Points", "")] == ["EUR", "XXX", "XXX"]


def a_table(**changes):
    units = {1: Unit(name="Units", factor=Decimal(1)), 2: Unit(name="Dozens", factor=Decimal("0.08333333333333333"))}
    values = {"companies": {}, "warehouse_zones": {}, "warehouse_of": {}, "units": units, "tiers": {}, "countries": {}}
    values["kind_of"] = {}
    return Tables(**values | changes)


def test_dozens_become_pieces():
    assert decimal(5 * a_table().ratio(2, 1)) == 60
    assert a_table().ratio(1, 1) == 1
    assert a_table().ratio(9, 1) == 1


def test_the_warehouse_s_zone_goes_before_the_company_s_and_a_broken_one_is_utc():
    company = Company(name="A", currency="EUR", zone="Europe/Berlin")
    table = a_table(companies={1: company}, warehouse_zones={7: "America/Chicago", 8: "", 9: "Mars/Base"})
    assert [table.zone(1, place).key for place in (7, 8, 0)] == ["America/Chicago", "Europe/Berlin", "Europe/Berlin"]
    assert table.zone(1, 9).key == "UTC"
    assert table.zone(2).key == "UTC"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("<p>Bolt <b>M8</b></p><br/>zinc &amp; steel", "Bolt M8 zinc & steel"),
        ("<script>alert(1)</script>Bolt<style>*{}</style>", "Bolt"),
        ('<img src=x onerror="steal()">Bolt', "Bolt"),
        ("Hose <1/2 in> <M8> a<b", "Hose <1/2 in> <M8> a<b"),
        ("one\nline\tonly \x00\u202e", "one line only"),
        (False, ""),
        ("x" * 5_000_000, "x" * 1999 + "…"),
        ("<" * 100_000, "<" * 1999 + "…"),
    ],
)
def test_a_text_is_plain_on_one_line_and_bounded(given, shown):
    assert text(given) == shown


def test_an_address_in_angle_brackets_is_no_tag():
    assert addresses("Ann <a@x.example>; B <b@x.example>") == ["a@x.example", "b@x.example"]


def test_an_amount_is_reckoned_at_the_rate_that_is_kept_beside_it():
    assert rated(Decimal(110), 1.1, "USD", "EUR") == Rated(value=Money(amount=100, currency="EUR"), rate=Decimal("1.1"))
    assert rated(Decimal(5), 0, "EUR", "EUR") == Rated(value=Money(amount=5, currency="EUR"), rate=Decimal(1))
    assert rated(Decimal(5), None, "USD", "EUR") is None
