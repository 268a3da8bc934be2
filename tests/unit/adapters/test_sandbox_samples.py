"""The samples agree with the sandbox company, with the intake and with their own truth, on whatever day they run."""

import json
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agent.adapters.samples import sample_events, sample_mails, sample_truth
from agent.adapters.samples.render import render
from agent.errors import InputError
from agent.evidence.records import PurchaseOrder
from agent.intake.events import parse_event
from agent.intake.mail import parse_mail
from agent.intake.model import Event, EventType, Mail
from agent.suggestions.model import ExceptionLabel, FactField, Gate, Intent, InvoiceLabel
from tests.builders_company import NOW, TODAY, a_filled_file, a_sandbox

YEAR = [TODAY + timedelta(days=days) for days in range(0, 372, 31)]


@pytest.fixture(scope="module")
def odoo(tmp_path_factory: pytest.TempPathFactory):
    return a_sandbox(a_filled_file(tmp_path_factory.mktemp("company")))


@pytest.fixture(scope="module")
def mails() -> dict[str, Mail]:
    found = dict(sample_mails(TODAY))
    via_event = next(event for event in sample_events(NOW) if "raw" in event["data"])
    return {name: parse_mail(raw) for name, raw in found.items()} | {
        "via_event_fjordtek_delay_en.eml": parse_mail(via_event["data"]["raw"].encode())
    }


@pytest.fixture(scope="module")
def events() -> dict[str, Event]:
    return {event["id"]: parse_event(event) for event in sample_events(NOW)}


@pytest.fixture(scope="module")
def truth() -> dict:
    return sample_truth(TODAY)


def test_every_mail_and_event_has_its_truth(mails, events, truth):
    assert truth["mails"].keys() == mails.keys()
    assert truth["events"].keys() == events.keys()


def test_every_type_of_event_occurs_and_most_labels(events, truth):
    labels = Counter(told["label"] for told in truth["events"].values() if "label" in told)

    assert {event.type for event in events.values()} == set(EventType)
    assert len(labels) >= 10
    assert labels.keys() <= {*ExceptionLabel, *InvoiceLabel}


def test_in_a_third_of_the_events_the_obvious_label_is_wrong(events, truth):
    twisted = [told for told in truth["events"].values() if told.get("twisted")]

    assert len(events) >= 27
    assert 3 * len(twisted) >= len(events)
    assert all(told["label"] != told["obvious"] for told in twisted)


def test_events_come_oldest_first_and_none_from_the_future(events):
    times = [event.time for event in events.values()]

    assert times == sorted(times)
    assert times[-1] < NOW


def test_what_the_events_speak_of_is_in_odoo(events, odoo):
    for event in events.values():
        refs = [event.subject, *_named(event, "order", "to_order", "purchase", "bill")]
        known = {order.ref.name for order in (*odoo.purchase_orders(refs), *odoo.sale_orders(refs), *odoo.bills(refs))}
        assert known == set(refs), event.subject
        codes = {*_named(event, "product"), *(line.product for line in event.data.lines)}
        assert {level.product_code for level in odoo.stock(sorted(codes))} == codes, event.subject


def test_what_the_events_say_of_amounts_and_parties_is_what_odoo_says(events, odoo):
    for event in events.values():
        order = next(iter(odoo.sale_orders([event.subject])), None)
        if order is None or event.type is EventType.RETURN_REQUESTED:
            continue
        assert getattr(event.data, "customer", None) in (None, order.customer.name)
        assert getattr(event.data, "amount", None) in (None, order.total), event.subject
        assert getattr(event.data, "margin_percent", None) in (None, order.margin_percent), event.subject
        assert getattr(event.data, "limit", None) in (None, order.customer.credit_limit)
        assert getattr(event.data, "exposure", None) in (None, order.customer.credit_used)
        assert event.data.company == order.company


def test_the_date_that_moves_is_the_one_that_odoo_plans_with(events, odoo):
    moved = [
        event for event in events.values() if getattr(event.data, "purchase", None) and _named(event, "date_before")
    ]

    assert len(moved) >= 5
    for event in moved:
        (order,) = odoo.purchase_orders([event.data.purchase])
        assert {line.product_code: line.planned for line in order.lines}[event.data.product] == event.data.date_before


def test_the_sender_is_the_orders_supplier_unless_the_truth_says_otherwise(mails, truth, odoo):
    for name, told in truth["mails"].items():
        sender = odoo.supplier_by_email(mails[name].sender)
        for order in odoo.purchase_orders(told["purchases"]):
            foreign = sender is None or sender.id != order.supplier.id
            assert foreign == (Gate.SENDER_NOT_SUPPLIER in told["gates"]), name


def test_facts_name_lines_that_exist_and_words_that_the_contract_knows(mails, truth, odoo):
    for name, told in truth["mails"].items():
        orders = {order.ref.name: order for order in odoo.purchase_orders(told["purchases"])}
        assert orders.keys() == set(told["purchases"]), name
        assert set(told["intents"]) <= set(Intent)
        assert set(told["gates"]) <= set(Gate)
        for fact in told["facts"]:
            assert fact["field"] in set(FactField)
            assert fact["line"] is None or fact["line"] in _positions(orders[fact["po"]]), name


def test_the_confirmation_that_matches_odoo_does(truth, odoo):
    (told,) = [told for told in truth["mails"].values() if told.get("matches_odoo")]
    (order,) = odoo.purchase_orders(told["purchases"])

    for fact in told["facts"]:
        for line in order.lines:
            if fact["line"] in (None, line.position):
                now = {"eta": line.planned.isoformat(), "quantity": line.ordered, "price": line.unit_price}[
                    fact["field"]
                ]
                assert fact["value"] == now or Decimal(fact["value"]) == now


def test_a_delay_is_a_date_after_the_one_in_odoo(truth, odoo):
    for name, told in truth["mails"].items():
        if told["intents"][:1] != ["delay"]:
            continue
        planned = [line.planned for order in odoo.purchase_orders(told["purchases"]) for line in order.lines]
        stated = [date.fromisoformat(fact["value"]) for fact in told["facts"] if fact["field"] == "eta"]
        assert max(stated) > max(planned), name


def test_only_what_is_no_work_is_an_auto_reply_or_has_been_seen(mails, truth):
    seen: set[str] = set()
    for name, told in truth["mails"].items():
        waits = not mails[name].auto_reply and mails[name].key not in seen
        seen.add(mails[name].key)
        assert waits == told["queued"], name


def test_a_correction_stands_in_the_thread_of_what_it_corrects(mails, truth):
    ((name, told),) = [(name, told) for name, told in truth["mails"].items() if told.get("supersedes")]

    assert mails[name].thread == mails[told["supersedes"]].thread
    assert truth["mails"][told["supersedes"]]["superseded_by"] == name


def test_the_mails_are_of_many_shapes(mails):
    raw = dict(sample_mails(TODAY))
    text = b"\n".join(raw.values()).lower()

    assert len(raw) >= 14
    for shape in (
        b"iso-8859-1",
        b"windows-1252",
        b"gb18030",
        b"base64",
        b"multipart/report",
        b"text/html",
        b"text/csv",
    ):
        assert shape in text
    assert [name for name, mail in mails.items() if not mail.has_own_id] == ["16_anadolu_no_message_id_en.eml"]
    assert not [name for name, mail in mails.items() if "�" in mail.body]


def test_numbers_of_the_truth_stand_in_the_mail(mails, truth):
    """What a fact says in digits is really written there; dates are checked by the day they name."""
    for name, told in truth["mails"].items():
        words = " ".join([mails[name].body, *(part.text for part in mails[name].attachments)]).replace(",", ".")
        for fact in told["facts"]:
            day = fact["field"] == "eta" and str(date.fromisoformat(fact["value"]).day)
            written = day or fact.get("said", fact["value"])
            assert fact.get("precision") == "week" or written in words, (name, fact)


@pytest.mark.parametrize("today", YEAR)
def test_on_any_day_no_template_is_left_open_and_the_ambiguous_date_has_two_readings(today):
    now = datetime.combine(today, time(9), UTC)
    whole = [raw for _, raw in sample_mails(today)] + [json.dumps(sample_events(now)).encode()]
    (clash,) = sample_truth(today)["mails"]["09_maple_ambiguous_date_en.eml"]["facts"]

    assert not any(b"{{" in raw or b"X-Sample" in raw for raw in whole)
    first, second = date.fromisoformat(clash["value"]), date.fromisoformat(*clash["alternatives"])
    assert (first.day, first.month) == (second.month, second.day)
    assert today < first < second


def test_the_date_header_is_written_in_english_whatever_the_machine_speaks():
    assert render("{{0|rfc 08:00:00 +0100}}", date(2026, 3, 4)) == "Wed, 04 Mar 2026 08:00:00 +0100"


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ("de", "4. März 2026"),
        ("fr", "4 mars 2026"),
        ("es", "4 de marzo de 2026"),
        ("us", "March 4, 2026"),
        ("kw", "KW 10"),
        ("d mon y", "04 Mar 2026"),
    ],
)
def test_dates_are_written_as_in_the_country(style, written):
    assert render(f"{{{{0|{style}}}}}", date(2026, 3, 4)) == written


def test_an_unknown_style_is_an_error():
    with pytest.raises(InputError, match="martian"):
        render("{{0|martian}}", TODAY)


def test_the_truth_lies_beside_the_samples_and_nothing_but_the_loader_reads_it():
    root = Path(__file__).parents[3] / "agent"
    readers = [path.name for path in root.rglob("*.py") if "truth.json" in path.read_text("utf-8")]

    assert readers == ["load.py"]


def _named(event: Event, *fields: str) -> list[str]:
    return [value for field in fields if (value := getattr(event.data, field, None))]


def _positions(order: PurchaseOrder) -> set[int]:
    return {line.position for line in order.lines}
