"""Whatever goes wrong on the way to Odoo becomes an error of ours with the right next step."""

import logging
import socket
import time
from decimal import Decimal

import pytest

from agent.adapters.odoo.connection import Connection
from agent.adapters.odoo.faults import UnknownField, about
from agent.adapters.odoo.lookup import Lookup
from agent.adapters.odoo.reader import Reader
from agent.errors import ActionRefused, ConfigurationError, OdooDenied, OdooError, OdooUnavailable, StaleRecord
from agent.kit.clock import utc_now
from agent.kit.values import Money
from tests.builders_odoo import an_odoo, by_method, refusing, result, send


def ask(url: str, timeout: float = 5.0) -> object:
    return Connection(url, "company", "service", "hidden-word", timeout).call("res.partner", "search_count", None, {})


def test_nobody_listening_is_unavailable_and_may_be_tried_again():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(OdooUnavailable) as caught:
            ask(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert caught.value.retry


def test_a_name_that_nobody_knows_is_unavailable():
    with pytest.raises(OdooUnavailable):
        ask("http://odoo.invalid:8069")


@pytest.mark.parametrize("code", [500, 502, 503, 429])
def test_a_broken_server_is_unavailable(code):
    with an_odoo(lambda h, _: send(h, code, "broken")) as url, pytest.raises(OdooUnavailable, match=str(code)):
        ask(url)


@pytest.mark.parametrize("page", ["<html>Welcome</html>", "", "[]", '{"jsonrpc": "2.0"}', '{"error": {}}'])
def test_something_that_is_no_odoo_names_the_address_to_check(page):
    with an_odoo(result, on_hello=lambda h, _: send(h, 200, page)) as url, pytest.raises(OdooUnavailable) as caught:
        ask(url)
    assert "GATEHOUSE_ODOO_URL" in caught.value.next_step
    assert url in str(caught.value)


@pytest.mark.parametrize("code", [404, 405])
def test_a_server_without_odoo_names_the_address_to_check(code):
    with an_odoo(result, on_hello=lambda h, _: send(h, code, "no")) as url, pytest.raises(OdooUnavailable) as caught:
        ask(url)
    assert "GATEHOUSE_ODOO_URL" in caught.value.next_step


def test_a_redirection_is_not_followed_but_named():
    def away(handler, _):
        send(handler, 301, "", Location="https://odoo.example.com/")

    with an_odoo(result, on_hello=away) as url, pytest.raises(OdooUnavailable, match=r"https://odoo\.example\.com/"):
        ask(url)


def test_a_slow_answer_is_unavailable():
    with (
        an_odoo(lambda h, _: (time.sleep(0.3), result(h, 1))[1]) as url,
        pytest.raises(OdooUnavailable, match=r"res\.partner\.search_count"),
    ):
        ask(url, timeout=0.05)


def test_an_answer_cut_off_in_the_middle_is_unavailable():
    def cut(handler, _):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"jsonrpc"')
        handler.close_connection = True

    with an_odoo(cut) as url, pytest.raises(OdooUnavailable):
        ask(url)


@pytest.mark.parametrize(
    ("name", "said", "ours"),
    [
        ("odoo.exceptions.AccessError", "You are not allowed", OdooDenied),
        ("odoo.exceptions.AccessDenied", "Access Denied", OdooDenied),
        ("odoo.http.SessionExpiredException", "Session expired", OdooDenied),
        ("odoo.exceptions.UserError", "Approval required", ActionRefused),
        ("odoo.exceptions.ValidationError", "Wrong value", ActionRefused),
        ("odoo.exceptions.MissingError", "Record does not exist", ActionRefused),
        ("odoo.exceptions.UserError", "stale: the date is 2026-12-01 now", StaleRecord),
        ("psycopg2.errors.SerializationFailure", "could not serialize access", OdooUnavailable),
        ("psycopg2.OperationalError", "server closed the connection", OdooUnavailable),
        ("psycopg2.pool.PoolError", "The Connection Pool Is Full", OdooUnavailable),
        ("builtins.ValueError", "Invalid field 'x' on model 'res.partner'", UnknownField),
        ("builtins.ValueError", "Something else", OdooError),
    ],
)
def test_each_class_of_odoo_becomes_one_of_ours(name, said, ours):
    with an_odoo(refusing(name, said)) as url, pytest.raises(OdooError) as caught:
        ask(url)
    assert type(caught.value) is ours
    assert said.removeprefix("stale: ") in str(caught.value)


def test_a_wrong_password_says_which_settings_to_check():
    with an_odoo(result, on_login=lambda h, _: result(h, value=False)) as url, pytest.raises(OdooDenied) as caught:
        ask(url)
    assert "GATEHOUSE_ODOO_PASSWORD" in caught.value.next_step


def test_an_unknown_database_says_which_setting_to_check():
    gone = refusing("psycopg2.OperationalError", 'FATAL:  database "company" does not exist')
    with an_odoo(result, on_login=gone) as url, pytest.raises(OdooDenied) as caught:
        ask(url)
    assert "GATEHOUSE_ODOO_DB" in caught.value.next_step


def test_a_changed_password_leads_to_a_new_sign_in_with_the_next_call():
    answers = [refusing("odoo.exceptions.AccessDenied", "Access Denied"), lambda h, _: result(h, 7)]
    signed_in = []

    def next_answer(handler, params):
        answers.pop(0)(handler, params)

    with an_odoo(next_answer, on_login=lambda h, _: (signed_in.append(1), result(h, 2))[1]) as url:
        connection = Connection(url, "company", "service", "word")
        with pytest.raises(OdooDenied):
            connection.call("res.partner", "search_count", None, {})
        assert connection.call("res.partner", "search_count", None, {}) == 7
    assert len(signed_in) == 2


def test_the_password_is_in_no_message_and_in_no_log(caplog):
    caplog.set_level(logging.DEBUG)
    with an_odoo(refusing("odoo.exceptions.UserError", "no")) as url:
        connection = Connection(url, "company", "service", "hidden-word")
        with pytest.raises(ActionRefused) as caught:
            connection.call("res.partner", "write", [1], {"vals": {"name": "x"}})
    assert "hidden-word" not in f"{caught.value!r} {caught.value} {connection!r} {vars(caught.value)} {caplog.text}"


def test_a_record_that_vanishes_while_it_is_read_is_no_refusal():
    gone = refusing("odoo.exceptions.MissingError", "Record does not exist")
    with (
        an_odoo(by_method(has_access=True, fields_get={"name": {}}, search_read=gone)) as url,
        pytest.raises(OdooUnavailable),
    ):
        Reader(Connection(url, "company", "service", "word"), utc_now).purchase_orders(["P00001"])


def test_an_app_that_is_not_installed_reads_as_nothing():
    absent = refusing("odoo.exceptions.UserError", "Object purchase.order doesn't exist")
    with an_odoo(absent) as url:
        assert Reader(Connection(url, "company", "service", "word"), utc_now).purchase_orders(["P00001"]) == ()


def test_orders_that_the_user_may_not_read_are_denied_and_not_missing():
    with an_odoo(by_method(has_access=False)) as url, pytest.raises(OdooDenied, match=r"purchase\.order"):
        Reader(Connection(url, "company", "service", "word"), utc_now).purchase_orders(["P00001"])


def test_a_long_text_of_the_server_is_cut():
    with an_odoo(refusing("odoo.exceptions.UserError", "x" * 10_000)) as url, pytest.raises(ActionRefused) as caught:
        ask(url)
    assert len(str(caught.value)) < 1000


def test_a_connection_needs_database_user_and_password():
    with pytest.raises(ConfigurationError, match="database"):
        Connection("http://127.0.0.1", "", "service", "word")


def test_a_field_that_was_removed_meanwhile_reads_as_empty_and_the_rest_goes_on():
    asked: list[list[str]] = []

    def fields(handler, params):
        names = ("id", "name") if asked else ("id", "name", "margin")
        result(handler, {name: {"type": "char", "store": True} for name in names})

    def rows(handler, params):
        wanted = params["args"][6]["fields"]
        asked.append(wanted)
        if "margin" in wanted:
            refusing("builtins.ValueError", "Invalid field 'margin' on model 'sale.order'")(handler, params)
        else:
            result(handler, [{"id": 1, "name": "S00001"}])

    with an_odoo(by_method(has_access=True, fields_get=fields, search_read=rows)) as url:
        look = Lookup(Connection(url, "company", "service", "hidden-word"))

        assert look.rows("sale.order", [], ["name", "margin"]) == [{"id": 1, "name": "S00001", "margin": False}]

    assert asked == [["name", "margin"], ["name"]]


def test_a_value_that_cannot_be_held_names_its_record_and_what_to_do():
    with pytest.raises(OdooError) as caught, about("sale order S00007"):
        Money(amount=Decimal("1e30"), currency="USD")

    assert "sale order S00007: amount:" in str(caught.value)
    assert "Correct this value in Odoo" in caught.value.next_step
