"""With pseudonyms no name leaves the process, and every quote comes back letter by letter."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.adapters.llm.pseudonyms import Pseudonyms, hidden, mapped
from agent.evidence.impact import AtRisk, Impact
from agent.evidence.records import Party, RecordRef
from agent.kit.values import Money
from agent.suggestions.model import ExceptionLabel, Intent
from agent.suggestions.names import Name, NameKind, names_in
from agent.suggestions.reader import (
    ExceptionInput,
    ExceptionSummaryInput,
    MailSummaryInput,
    MailText,
    RiskSummaryInput,
)
from tests.builders import a_case, a_purchase, an_evidence
from tests.builders_llm import CLASSIFICATION, DATE, DRAFT, READING, a_mail, an_exception, reading, says, serving

BODY = """Dear Mr. Okonkwo,

line 2 of P00012 (80 pcs at 1.25 EUR) arrives on 14 January 2027. HARTWIG VENTILE confirms it; so did our
carrier Brömmel & Söhne GmbH.
Please call Katrin on +49 203 4477-12 (Tel. 0203/447799) or write to k.ahlers@hartwig-ventile.example.

Mit freundlichen Grüßen
Katrin Ahlers

Hartwig Ventile GmbH, Hafenstraße 88, Duisburg
www.hartwig-ventile.example
IBAN DE89 3704 0044 0532 0130 00
"""
SECRETS = [
    "Okonkwo", "Hartwig", "HARTWIG", "Brömmel", "Katrin", "Ahlers", "ahlers", "447", "hartwig-ventile",
    "Hafenstraße 88", "DE89", "0130",
]  # fmt: skip
KEPT = ["line 2 of P00012", "80 pcs at 1.25 EUR", "14 January 2027", "Duisburg"]
SUPPLIER = Party(id=3, name="Hartwig Ventile GmbH", emails=("sales@hartwig-ventile.example",))


def sent_by(server) -> str:
    return "\n".join(json.dumps(asked.body, ensure_ascii=False) for asked in server.asked)


def of_a_case(reader):
    return reader.for_case("case-1", an_evidence(a_case(), purchases=(a_purchase(supplier=SUPPLIER),)))


def test_no_name_of_a_mail_leaves_and_the_quotes_come_back_letter_by_letter():
    def obedient(asked):
        shown = asked.body["messages"][1]["content"]
        line = next(line for line in shown.splitlines() if "confirms it" in line).removeprefix("| ")
        return says(json.dumps({**READING, "dates": [{**DATE, "quote": line, "stated_ref": line.split()[0]}]}))

    with serving(obedient) as server, reading(server.url, pseudonyms=True) as reader:
        answered = of_a_case(reader).read_mail(a_mail(BODY))

    assert [secret for secret in SECRETS if secret in sent_by(server)] == []
    assert [words for words in KEPT if words not in sent_by(server)] == []
    (fact,) = answered.answer.facts
    assert fact.quote in BODY
    assert "HARTWIG VENTILE confirms it" in fact.quote
    assert fact.source == "body"
    assert "PARTY_" in answered.output, "the log keeps exactly what came back"


def test_without_the_setting_the_mail_is_sent_as_it_is():
    with serving(lambda _: says(json.dumps(READING))) as server, reading(server.url) as reader:
        of_a_case(reader).read_mail(a_mail(BODY))

    assert "Katrin Ahlers" in sent_by(server)


def test_no_name_of_a_note_or_a_figure_leaves_and_the_reason_is_in_our_words_again():
    says_who = {**CLASSIFICATION, "reason": "PARTY_1 is late."}
    asked = an_exception(
        "Hartwig Ventile is late again, says Frau Ahlers.", figures={"supplier": "Hartwig Ventile GmbH"}
    )
    with serving(lambda _: says(json.dumps(says_who))) as server, reading(server.url, pseudonyms=True) as reader:
        answered = of_a_case(reader).classify(asked)

    assert [secret for secret in SECRETS if secret in sent_by(server)] == []
    assert answered.answer.reason in {"Hartwig Ventile is late.", "Hartwig Ventile GmbH is late."}


RISK = RiskSummaryInput(
    as_of=datetime(2026, 11, 23, tzinfo=UTC),
    impact=Impact(
        as_of=date(2026, 11, 23),
        late_lines=1,
        totals=(),
        at_risk=(
            AtRisk(
                order=RecordRef(model="sale.order", id=1, name="S00001"),
                customer="Meyer & Partners Ltd",
                tier=1,
                product_code="B-2",
                quantity=Decimal(4),
                unit="pcs",
                value=Money(amount=Decimal(10), currency="EUR"),
                promised=date(2026, 11, 30),
                arrives=None,
                days_late=5,
                purchase=None,
                supplier="Hartwig Ventile GmbH",
            ),
        ),
    ),
)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (MailSummaryInput(supplier="Hartwig Ventile GmbH", intents=(Intent.DELAY,), facts=()), ["Hartwig"]),
        (ExceptionSummaryInput(label=ExceptionLabel.OTHER, subject="S1", party="Meyer Ltd"), ["Meyer"]),
        (RISK, ["Meyer", "Hartwig"]),
    ],
)
def test_no_name_of_a_summary_leaves_and_the_sentences_have_them_again(asked, names: list[str]):
    def obedient(sent):
        shown = sent.body["messages"][1]["content"]
        named = sorted({word.strip(".,:;()") for word in shown.split() if word.strip(".,:;()").startswith("PARTY_")})
        return says(json.dumps({**DRAFT, "sentences": [f"It concerns {' and '.join(named)}."]}))

    with serving(obedient) as server, reading(server.url, pseudonyms=True) as reader:
        answered = reader.summarise(asked)

    assert [name for name in names if name in sent_by(server)] == []
    said = " ".join(answered.answer.sentences)
    assert any(name in said for name in names)
    assert "PARTY_" not in said


def test_what_a_mail_writes_like_a_placeholder_stays_what_it_is():
    found = Pseudonyms((Name(kind=NameKind.PERSON, text="Ada Byron"),), ("PERSON_1 met Ada Byron.",))
    shown = found.hide("PERSON_1 met Ada Byron.")

    assert "Ada" not in shown
    assert found.show(shown) == "PERSON_1 met Ada Byron."


@pytest.mark.parametrize(
    "text",
    [
        "Please mark the May delivery: 1,200 pcs of 4006381333931 by 2026-12-04, invoice 20261123.",
        "We need 12000 Units for 26.500,00 EUR, ref. 2026/4711-88.",
        "Best regards\nplease confirm",
    ],
)
def test_dates_quantities_prices_codes_and_plain_words_are_not_names(text: str):
    names = (Name(kind=NameKind.PERSON, text="Mark May"),)

    assert Pseudonyms(names, (text,)).hide(text) == text


def test_the_same_words_get_the_same_placeholder_and_each_spelling_comes_back():
    text = "Acme Tools Ltd and ACME TOOLS LTD and Acme\nTools Ltd; Acme Tools too."
    found = Pseudonyms((Name(kind=NameKind.PARTY, text="Acme Tools Ltd"),), (text,))

    assert "cme" not in found.hide(text).casefold()
    assert found.show(found.hide(text)) == text
    assert found.hide(text) == found.hide(text)


def test_every_text_of_an_input_is_looked_at():
    asked = a_mail(texts=(MailText(source="attachment:1", text="ask Ada Byron"),), sender_language="en_GB")
    shown, names = hidden(asked, (Name(kind=NameKind.PERSON, text="Ada Byron"),))

    assert "Ada" not in shown.model_dump_json()
    assert mapped(shown, names.show) == asked


def test_names_are_found_in_an_evidence_wherever_they_stand():
    found = names_in(an_evidence(a_case(), purchases=(a_purchase(supplier=SUPPLIER),)))

    assert Name(kind=NameKind.PARTY, text="Hartwig Ventile GmbH") in found
    assert Name(kind=NameKind.EMAIL, text="sales@hartwig-ventile.example") in found


def test_a_figure_that_names_nobody_stays():
    shown, _ = hidden(ExceptionInput(event_type=None, note="", figures={"days_late": "14"}), ())

    assert shown.figures == {"days_late": "14"}
