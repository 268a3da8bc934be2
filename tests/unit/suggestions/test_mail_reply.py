"""The drafted reply: typed values in six languages, questions in order, and nothing promised or accepted."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.kit.dates import find_dates
from agent.suggestions.fact_model import FactField, Quote, Severity
from agent.suggestions.mail_changes import Change
from agent.suggestions.mail_model import (
    Contradiction,
    ContradictionKind,
    Doubt,
    DoubtKind,
    MailFindings,
    Missing,
    MissingKind,
    SenderDoubt,
    SenderSign,
    Side,
)
from agent.suggestions.tasks.mail_reply import MOST_ASKS, Draft, draft_reply, language_for
from agent.suggestions.tasks.mail_reply_words import FRAMES, LANGUAGES, RANK, question
from tests.builders import a_purchase

QUOTE = Quote(text="the 3rd", source="body", start=0, end=7)
NO_DATE = Missing(kind=MissingKind.NEW_DATE, po="P00012", line=1, detail="late")
ORDER = a_purchase(name="P00012")


def a_draft(language: str = "en", *, changes=(), purchases=(ORDER,), **found) -> Draft:
    return Draft(
        language=language, sent_on=date(2026, 11, 23), found=MailFindings(**found), changes=changes, purchases=purchases
    )


def an_eta(value: str = "2027-01-14", **given) -> Change:
    return Change(field=FactField.ETA, po="P00012", line=1, value=value, **given)


def test_a_late_line_without_a_date_is_asked_about_by_our_order_line_and_code():
    made = draft_reply(a_draft(missing=(NO_DATE,)))

    assert made is not None
    (line, *_) = ORDER.lines
    assert made.asks == (f"the new delivery date of order P00012, line 1 ({line.product_code})",)
    assert made.subject == "P00012: questions about your message"
    assert "Thank you for your message of November 23, 2026." in made.text
    assert made.unverified == ()


def test_what_the_mail_claims_anew_is_put_to_it_and_marked_unverified():
    made = draft_reply(a_draft(missing=(NO_DATE,), changes=(an_eta(), an_eta("2026-12-01", before="2026-12-01"))))

    assert made is not None
    (claim,) = made.unverified
    assert claim.endswith("arrives with us on January 14, 2027")
    assert f"- {claim}" in made.text


def test_without_a_question_there_is_no_draft():
    assert draft_reply(a_draft(changes=(an_eta(),))) is None


def test_a_sender_who_may_be_somebody_else_gets_no_draft():
    odd = SenderDoubt(sign=SenderSign.LOOKALIKE_DOMAIN, severity=Severity.CRITICAL, detail="looks like another")

    assert draft_reply(a_draft(missing=(NO_DATE,), sender=(odd,))) is None


def test_an_ambiguous_date_is_asked_about_with_both_readings_written_out():
    doubt = Doubt(
        kind=DoubtKind.AMBIGUOUS_DATE, field=FactField.ETA, po="P00012", line=1, quote=QUOTE, detail="",
        readings=("2027-03-04", "2027-04-03"),
    )  # fmt: skip
    made = draft_reply(a_draft("de", doubts=(doubt,)))

    assert made is not None
    assert "4. März 2027 / 3. April 2027" in made.asks[0]


def test_what_presses_most_is_asked_first_and_five_things_at_most():
    sides = (Side(value="40", quote=QUOTE), Side(value="60", quote=QUOTE))
    two = Contradiction(
        kind=ContradictionKind.TWO_QUANTITIES, severity=Severity.HIGH, field=FactField.QUANTITY, po="P00012", line=1,
        sides=sides, detail="",
    )  # fmt: skip
    rests = tuple(
        Missing(kind=MissingKind.DATE_OF_REST, po="P00012", quantity=str(n), unit="m", detail="") for n in range(1, 8)
    )
    made = draft_reply(a_draft(missing=(*rests, NO_DATE), contradictions=(two,)))

    assert made is not None
    assert len(made.asks) == MOST_ASKS
    assert made.asks[0].startswith("the new delivery date")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(RANK, key=RANK.__getitem__))
def test_every_question_is_there_in_every_language(language, kind):
    told = question(kind, language).format(about="X", values="Y", rest="Z")

    assert told
    assert "{" not in told


@given(st.sampled_from(LANGUAGES), st.dates(date(2026, 12, 1), date(2028, 12, 31)))
def test_a_date_in_a_draft_reads_back_as_the_date_that_was_meant(language, day):
    made = draft_reply(a_draft(language, missing=(NO_DATE,), changes=(an_eta(day.isoformat()),)))

    assert made is not None
    found = [one for mention in find_dates(made.unverified[0], day - timedelta(days=30)) for one in mention.readings]
    assert day in found


@pytest.mark.parametrize(
    ("partner", "text", "language"),
    [
        ("de_DE", "Hello, the goods will be late", "de"),
        ("", "Die Ware wird leider erst am 3. Dezember geliefert und wir bitten um Ihr Verständnis", "de"),
        ("pt_BR", "the goods are late and we are sorry for that", "en"),
        ("", "", "en"),
    ],
)
def test_the_language_is_the_partners_else_the_mails_else_english(partner, text, language):
    assert language_for(partner, text) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_that_is_not_known_is_not_named(language):
    ask = Missing(kind=MissingKind.ORDER_NUMBER, po="P99999", detail="")
    made = draft_reply(a_draft(language, missing=(ask,), purchases=()))

    assert made is not None
    assert "P99999" not in made.text + made.subject
    assert FRAMES[language].closing in made.text
