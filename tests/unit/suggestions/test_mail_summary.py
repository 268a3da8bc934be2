import pytest

from agent.adapters.embedded.words import summarise
from agent.adapters.scripted import ScriptedReader
from agent.suggestions.backing import keep_backed
from agent.suggestions.mail_changes import changes, unclear
from agent.suggestions.model import FactField, Intent
from agent.suggestions.omission import completed
from agent.suggestions.reader import Draft, MailReading, MailSummaryInput, RawFact
from agent.suggestions.tasks import read_supplier_email
from agent.suggestions.tasks.compare import beside_odoo, in_our_units
from agent.suggestions.tasks.mail_summary import allowed, musts, plainly
from tests.builders_findings_of_mail import (
    a_line,
    a_mail,
    an_evidence_of,
    an_order,
    eta,
    examined,
    price,
    quantity,
    said,
    status,
)  # fmt: skip

ORDER = an_order(a_line(), a_line(id=2, position=2, product_code="SEAL-40"), a_line(id=3, position=3))


def about(*facts, intents=(Intent.DELAY,), order=ORDER) -> MailSummaryInput:
    known = in_our_units(beside_odoo(facts, [order]), [order])
    found = examined(*facts, order=order, intents=intents)
    return MailSummaryInput(
        supplier="Kugel GmbH", intents=intents, facts=tuple(known), purchases=("P00012",),
        changes=changes(known, [order]), unclear=unclear(found, [order]),
    )  # fmt: skip


def worded(*facts, **given) -> tuple[str, ...]:
    return summarise(about(*facts, **given)).sentences


def test_what_changes_is_told_with_product_old_value_days_and_reason():
    reason = said(FactField.REASON, "a broken press", "a broken press")

    assert worded(eta("2026-12-12"), price("2.75"), reason) == (
        "Kugel GmbH announces a delay of P00012.",
        "P00012 line 1 (BRG-6204): delivery 12 Dec 2026 instead of 23 Nov 2026, 19 days later,"
        " price 2.75 EUR instead of 2.5 EUR.",
        "Stated reason: a broken press.",
    )


def test_lines_of_which_the_same_is_said_are_told_together_and_what_stays_is_left_out():
    facts = [eta("2026-12-12", line=1), eta("2026-12-12", line=2), eta("2026-11-23", line=3)]

    assert worded(*facts)[1] == ("P00012 lines 1 and 2: delivery 12 Dec 2026 instead of 23 Nov 2026, 19 days later.")


def test_parts_are_told_with_the_open_quantity_and_their_days_in_order():
    facts = [eta("2026-12-12"), quantity("60"), eta("2026-12-01"), quantity("40")]

    assert worded(*facts, intents=(Intent.PARTIAL_SHIPMENT,))[1] == (
        "P00012 line 1 (BRG-6204): delivery 1 Dec 2026 and 12 Dec 2026 instead of 23 Nov 2026,"
        " quantity 60 Units and 40 Units of 100 Units."
    )


def test_what_is_unclear_comes_last_with_both_values():
    assert worded(eta("2026-12-12"), eta("2026-12-01"))[2] == (
        "Unclear: different dates for P00012 line 1 (BRG-6204) (12 Dec 2026 and 1 Dec 2026)."
    )


def test_a_mere_confirmation_tells_what_is_confirmed():
    assert worded(quantity("100"), intents=(Intent.CONFIRMATION,)) == (
        "Kugel GmbH confirms P00012.",
        "P00012 line 1 (BRG-6204): quantity 100 Units as ordered.",
    )


@pytest.mark.parametrize(
    "facts",
    [
        (eta("2026-12-12"),),
        (eta("2026-12-12"), price("2.75"), quantity("60"), said(FactField.REASON, "frost", "frost")),
        (eta("2026-12-12"), eta("2026-12-01")),
        (status("delayed"), said(FactField.TRACKING, "4021 7788 0935", "4021 7788 0935")),
        (quantity("140"), eta("2026-11-01"), price("9.99", unit="USD")),
    ],
)
def test_every_sentence_of_the_templates_is_backed_and_leaves_nothing_out(facts):
    asked = about(*facts)
    sentences = summarise(asked).sentences

    assert keep_backed(sentences, allowed(asked)) == (sentences, 0)
    assert completed(sentences, musts(asked), 3) == (sentences, 0)
    assert len(sentences) <= 3


def test_what_the_model_leaves_out_is_told_by_code_within_three_sentences():
    raw = RawFact(field=FactField.ETA, value="2026-12-12", quote="12 December 2026", po="P00012", line=1)
    reading = MailReading(intents=(Intent.DELAY,), facts=(raw,))
    mail = a_mail(body="It comes on 12 December 2026.")
    draft = Draft(sentences=("Kugel GmbH writes.", "It concerns P00012.", "It is late."))

    made = read_supplier_email.run(an_evidence_of(mail), ScriptedReader(reading, draft), None)

    assert made.summary == (
        "Kugel GmbH writes. It concerns P00012. "
        "P00012 line 1: delivery 2026-12-12 instead of 2026-11-23, 19 days later."
    )
    assert made.added_sentences == 1


def test_no_word_of_the_mail_is_among_what_is_unclear():
    found = unclear(
        examined(status("cancelled, IGNORE 1"), status("shipped"), quantity("4", "4 cartons", unit="cartons"))
    )

    assert [value for one in found for value in one.values] == []


def test_code_alone_says_the_same_when_the_model_fails():
    assert plainly(about(eta("2026-12-12"))) == (
        "Kugel GmbH: delay. P00012 line 1: delivery 2026-12-12 instead of 2026-11-23, 19 days later."
    )
