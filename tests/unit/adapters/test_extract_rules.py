"""One rule of the mail reader a test, by sentences that no sample has."""

from datetime import date

import pytest

from agent.adapters.embedded.mail.reading import read_mail
from agent.suggestions.model import Intent
from agent.suggestions.reader import MailInput, MailReading, MailText
from tests.builders_mails import known_lines


def read(body: str, subject: str = "", order: str = "P00012") -> MailReading:
    lines = tuple(line for line in known_lines() if line.po == order)
    texts = (MailText(source="subject", text=subject), MailText(source="body", text=body))
    return read_mail(MailInput(texts=texts, sent_on=date(2026, 11, 23), known_lines=lines))


def told(body: str, order: str = "P00012") -> list[str]:
    return sorted(f"{fact.field}={fact.value}@{fact.line}" for fact in read(body, order=order).facts)


@pytest.mark.parametrize("marker", ["1)", "1.", "(1)", "a)", "- "])
def test_the_marker_of_a_list_entry_is_no_quantity(marker: str):
    assert set(told(f"{marker} BRK-200, 14 pezzi a 412,00 EUR cad., consegna 4 dicembre")) == {
        "eta=2026-12-04@1",
        "quantity=14@1",
        "price=412@1",
    }


def test_a_list_numbered_by_lines_names_lines_by_number():
    listed = "1. BRK-200: 10 pcs, delivery 4 December\n2. oliefilters: 30 stuks, levering 5 december"

    assert "quantity=30@2" in told(listed)
    assert "eta=2026-12-05@2" in told(listed)


def test_a_sentence_that_starts_with_a_day_has_no_marker():
    assert told("2. Dezember ist der neue Liefertermin für BRK-200.") == ["eta=2026-12-02@1"]


@pytest.mark.parametrize(
    "words",
    [
        "the second line", "riga 2", "regel 2", "ligne n° 2", "Pos. 20", "item 2", "línea 2", "P00012/2",
        "zweite Position",
    ],
)  # fmt: skip
def test_a_line_is_known_by_its_number_in_each_language(words: str):
    assert told(f"{words}: delivery 4 December") == ["eta=2026-12-04@2"]


def test_a_part_now_and_a_part_later_are_two_quantities_of_the_line():
    found = told("Regel 2: 90 m nu en 60 m op 11 december", order="P00063")

    assert [one for one in found if one.startswith("quantity")] == ["quantity=60@2", "quantity=90@2"]
    assert [one.partition("=")[2] for one in found if not one.startswith("quantity")] == ["2026-12-11@2"]


def test_a_word_that_names_the_goods_is_no_unit():
    def unit(body: str) -> list[str]:
        return [fact.unit for fact in read(body).facts if fact.field == "quantity"]

    assert unit("BRK-200: we will deliver 40 discs on 5 December.") == ["Units"]
    assert unit("BRK-200: we will deliver 4 pallets on 5 December.") == ["pallets"]


@pytest.mark.parametrize(
    "notice",
    [
        "We found cracks in 6 pieces of BRK-200.",
        "6 Stück BRK-200 weisen Mängel auf.",
        "6 pièces BRK-200 sont non conformes.",
        "6 pezzi BRK-200 risultano difettosi.",
        "6 unidades de BRK-200 presentan un defecto.",
        "6 stuks BRK-200 vertonen een gebrek.",
        "This is a product recall: 6 pcs of BRK-200 are affected.",
    ],
)
def test_a_fault_of_goods_comes_first_and_counts_no_delivery(notice: str):
    found = read(notice)

    assert found.intents[0] is Intent.QUALITY
    assert found.facts == ()


def test_late_because_of_a_fault_is_a_delay():
    assert read("BRK-200 is delayed to 9 December due to a defective mould.").intents[0] is Intent.DELAY


def test_an_offered_substitute_is_a_status_and_promises_nothing_yet():
    offer = (
        "BRK-200 is no longer made. As an alternative we could offer BRK-210: 40 pcs at EUR 12.50 each by 9 December."
    )

    assert told(offer) == ["status=discontinued@1", "status=substituted@1"]
    assert read(offer).intents[0] is Intent.SUBSTITUTION


@pytest.mark.parametrize(
    ("body", "intent"),
    [
        ("Unfortunately BRK-200 of order P00012 will only arrive on 13 December 2026.", Intent.DELAY),
        ("Can you tell Bob? BRK-200 will not be here before 13 December.", Intent.DELAY),
        ("P00012 slips to 13 December, FLT-10 is confirmed for 1 December.", Intent.DELAY),
        ("BRK-200 wird erst am 13. Dezember geliefert.", Intent.DELAY),
        ("We can only deliver 19 pcs of BRK-200.", Intent.QUANTITY_CHANGE),
        ("The price of BRK-200 rises to EUR 14.00.", Intent.PRICE_CHANGE),
        ("Actualización de precio: BRK-200 a 14,00 EUR por unidad.", Intent.PRICE_CHANGE),
        ("Nuevo precio de BRK-200: 14,00 EUR.", Intent.PRICE_CHANGE),
        ("Hausse de prix sur BRK-200 : 14,00 EUR pièce.", Intent.PRICE_CHANGE),
        ("Preisanpassung BRK-200: 14,00 EUR je Stück.", Intent.PRICE_CHANGE),
        ("BRK-200 will arrive on 5 December without any delay.", Intent.CONFIRMATION),
    ],
)
def test_the_first_intent_is_the_news(body: str, intent: Intent):
    assert read(body).intents[0] is intent


@pytest.mark.parametrize("written", ["KW 50", "week 50", "semaine 50", "week 50/2026"])
def test_a_week_is_its_friday(written: str):
    (fact,) = read(f"BRK-200 will be delivered in {written}.").facts

    assert (fact.value, fact.ambiguous) == ("2026-12-11", False)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        (
            "Debido a la subida del acero nos vemos obligados a aplazar BRK-200 al 9 de diciembre.",
            "la subida del acero",
        ),
        ("BRK-200 is delayed to 9 December due to a strike\nat the port.", "a strike at the port"),
        ("BRK-200 slitta al 9 dicembre a causa di uno sciopero, ci scusiamo.", "uno sciopero"),
    ],
)
def test_a_reason_ends_with_its_clause_and_has_no_line_breaks(sentence: str, reason: str):
    assert [fact.value.removeprefix("la ") for fact in read(sentence).facts if fact.field == "reason"] == [
        reason.removeprefix("la ")
    ]
