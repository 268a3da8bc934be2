from datetime import date

import pytest

from agent.adapters.embedded.reader import EmbeddedReader
from agent.suggestions.model import FactField, Intent
from agent.suggestions.reader import Answered, MailInput, MailReading, RawFact
from evals.dataset import LabelledFact, SupplierMail, supplier_mails
from evals.suites.read_mail import score, share

SPAN = "The goods of P00012 arrive on 14 January 2027, 300 pieces."


def a_mail(*facts: LabelledFact, **more: object) -> SupplierMail:
    given = {"id": "t-1", "split": "dev", "supplier": "Oak", "language": "en", "situation": "late", "subject": "P00012"}
    return SupplierMail.model_validate(
        {**given, "from": "a@oak.example", "sent_on": date(2026, 12, 1), "body": SPAN, "intents": ["delay"], **more}
        | {"facts": facts}
    )


ETA = LabelledFact(field=FactField.ETA, value="2027-01-14", quote="14 January 2027")
QUANTITY = LabelledFact(field=FactField.QUANTITY, value="300", quote="300 pieces")


class Fixed:
    """A reader that says what it is told to say."""

    def __init__(self, *facts: RawFact) -> None:
        self._facts = facts

    def read_mail(self, asked: MailInput) -> Answered[MailReading]:
        answered = EmbeddedReader(neural=False).read_mail(asked)
        return answered.model_copy(update={"answer": MailReading(intents=(Intent.DELAY,), facts=self._facts)})


def test_a_value_that_is_missed_and_one_that_is_invented_count_against_their_field_alone():
    reader = Fixed(
        RawFact(field=FactField.ETA, value="2027-01-14", quote="14 January 2027"),
        RawFact(field=FactField.SHIP_DATE, value="2027-01-14", quote="14 January 2027"),
    )
    report = score("t", reader, [a_mail(ETA, QUANTITY)])
    by_field = {one.field: one for one in report.fields}
    assert by_field["eta"].precision.share == by_field["eta"].recall.share == 1
    assert by_field["ship_date"].precision.share == 0
    assert by_field["quantity"].recall.share == 0
    assert set(report.wrong) == {"t-1: missed quantity 300", "t-1: invented ship_date 2027-01-14"}


def test_numbers_are_compared_as_numbers():
    reader = Fixed(RawFact(field=FactField.QUANTITY, value="300.0", quote="300 pieces"))
    (found,) = [one for one in score("t", reader, [a_mail(QUANTITY)]).fields if one.field == "quantity"]
    assert found.recall.share == 1


def test_a_bound_is_below_its_share_and_nears_it_with_the_count():
    few, many = share(19, 20), share(950, 1000)
    assert few.share == many.share
    assert few.at_least < many.at_least < 0.95
    assert share(45, 45).at_least == pytest.approx(0.10 ** (1 / 45))


@pytest.mark.parametrize("html", ["", "<table><tr><td>P00012</td><td>14 January 2027</td></tr></table>"])
def test_a_mail_is_parsed_as_any_other(html: str):
    item = a_mail(body="" if html else SPAN, html=html, attachments=({"name": "lines.csv", "text": "a;b\n1;2\n"},))
    texts = {part.source: part.text for part in item.asked.texts}
    assert "14 January 2027" in texts["body"]
    assert "<" not in texts["body"]
    assert texts["attachment:1"].split() == ["a", "b", "1", "2"]


def test_every_labelled_mail_can_be_read_and_no_supplier_stands_in_two_splits():
    dev, test = supplier_mails("dev"), supplier_mails("test")
    assert len(dev) >= 300
    assert len(test) == 150
    assert not {item.supplier for item in dev} & {item.supplier for item in test}
    assert len({item.id for item in dev + test}) == len(dev) + len(test)
