"""Statuses, reasons and tracking numbers of supplier mails, in the words of six languages."""

from datetime import date

import pytest

from agent.adapters.embedded.mail.told import word_facts
from agent.suggestions.model import FactField
from agent.suggestions.reader import KnownLine, MailInput, MailText

LINES = (
    KnownLine(po="P00771", line=1, product_code="VLV-20", product_name="Ball valve 20 mm"),
    KnownLine(po="P00771", line=2, product_code="VLV-40", product_name="Ball valve 40 mm"),
)


def told(body: str, field: FactField, lines: tuple[KnownLine, ...] = LINES[:1]) -> list[tuple[str, str, int | None]]:
    asked = MailInput(
        texts=(MailText(source="subject", text="Order P00771"), MailText(source="body", text=body)),
        sent_on=date(2027, 3, 1),
        known_lines=lines,
    )
    found = word_facts(asked)
    assert all(body[fact.start : (fact.start or 0) + len(fact.quote)] == fact.quote for fact in found)
    return [(fact.value, fact.quote, fact.line) for fact in found if fact.field is field]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("We had to cancel line 1, sorry.", "cancelled"),
        ("Diese Position wird storniert.", "cancelled"),
        ("Le modèle est définitivement supprimé du catalogue.", "discontinued"),
        ("El artículo está descatalogado.", "discontinued"),
        ("Nothing will be shipped until we hear from you.", "on_hold"),
        ("L'ordine resta fermo.", "on_hold"),
        ("We have no date yet.", "delayed"),
        ("The valves were handed to the forwarder.", "shipped"),
        ("Your purchase order was rejected.", "rejected"),
        ("De kleppen staan klaar.", "ready"),
    ],
)
def test_a_stated_state_is_one_word_of_the_list(body: str, status: str):
    assert [value for value, _, _ in told(body, FactField.STATUS)] == [status]


@pytest.mark.parametrize(
    "body",
    [
        "If we hear nothing the order is cancelled.",
        "The order was not cancelled.",
        "Is line 1 cancelled?",
        "Our invoice 5540 is cancelled.",
        "Thank you for your order.",
    ],
)
def test_what_is_asked_denied_conditional_or_about_papers_is_no_state(body: str):
    assert told(body, FactField.STATUS) == []


def test_a_replacement_quotes_the_new_product_code():
    assert told("VLV-20 has been replaced by VLV-20B.", FactField.STATUS) == [("substituted", "VLV-20B", 1)]


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("UPS 1Z 999 AA1 01 2345 6784 went out.", "1Z 999 AA1 01 2345 6784"),
        ("Container MSKU 771920-4 is on board.", "MSKU 771920-4"),
        ("AWB 172-4481 0023", "172-4481 0023"),
        ("Tracking no.: 7712-00349981", "7712-00349981"),
        ("Paketnummer 01535088812345", "01535088812345"),
        ("Sent with DHL 61 2240 9981.", "61 2240 9981"),
        ("Numéro de suivi : 6G48811207", "6G48811207"),
        ("Parcel 3SABCD1234567 is with PostNL", "3SABCD1234567"),
    ],
)
def test_numbers_under_which_goods_travel_are_read_as_written(body: str, number: str):
    assert [value for value, _, _ in told(body, FactField.TRACKING)] == [number]


@pytest.mark.parametrize("body", ["Tel. +49 711 5552201", "Invoice 20270144 attached.", "Container dated 02/12/2026"])
def test_phones_bills_and_dates_are_no_tracking_numbers(body: str):
    assert told(body, FactField.TRACKING) == []


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ("Due to a strike at the port we deliver later.", "a strike at the port"),
        ("Wegen eines Maschinenschadens verschiebt sich der Termin.", "eines Maschinenschadens"),
        ("Our extruder broke down on Monday, so it will be a week later.", "Our extruder broke down on Monday"),
        ("Purtroppo il forno ha avuto un guasto, consegniamo più tardi.", "il forno ha avuto un guasto"),
    ],
)
def test_the_cause_is_quoted_where_something_changes(body: str, cause: str):
    assert [value for value, _, _ in told(body, FactField.REASON)] == [cause]


def test_a_state_belongs_to_the_line_that_its_sentence_names():
    found = told("VLV-20 comes on time. VLV-40 is cancelled.", FactField.STATUS, LINES)

    assert [(value, line) for value, _, line in found] == [("cancelled", 2)]


@pytest.mark.parametrize("body", ["", "1Z" * 5000, "a" * 20_000, "due to " * 1000, "12 " * 2000, "\x00\ufeff?"])
def test_odd_texts_do_no_harm(body: str):
    assert len(word_facts(MailInput(texts=(MailText(source="body", text=body),), sent_on=None))) <= 60
