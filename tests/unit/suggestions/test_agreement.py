"""Where two readers agree: recorded per field when the second one read too, and missing when it did not."""

import pytest

from agent.adapters.embedded.reader import EmbeddedReader
from agent.adapters.scripted import ScriptedReader
from agent.cases.model import CaseKind
from agent.confidence.score import features
from agent.errors import ModelUnavailable
from agent.suggestions.agreement import on_reading
from agent.suggestions.model import FactField, Intent, LabelScore, Severity
from agent.suggestions.reader import Classification, Draft, MailReading, RawFact
from agent.suggestions.service import Readers, suggest
from tests.builders import NOON, a_case, a_fact, a_purchase, an_event, an_evidence
from tests.builders_desk import a_mail

DELAY = Classification(scores=(LabelScore(label="supplier_delay", probability=0.9),), severity=Severity.HIGH)
SHORT = Classification(scores=(LabelScore(label="stock_shortage", probability=0.8),), severity=Severity.HIGH)
SAID = Draft(sentences=("S00001 is late.",))
CASE = a_case()
FOUND = an_evidence(CASE, events=(an_event(),))
MAIL_CASE = a_case(kind=CaseKind.SUPPLIER_EMAIL)
BODY = "Your order P00012 will arrive on 12 December 2026."
MAIL = an_evidence(MAIL_CASE, mail=a_mail(body=BODY), purchases=(a_purchase(),))


def eta(day: str, quote: str = "12 December 2026") -> RawFact:
    return RawFact(field=FactField.ETA, value=day, quote=quote, po="P00012", line=1)


def reading(*facts: RawFact, intent: Intent = Intent.DELAY) -> MailReading:
    return MailReading(intents=(intent,), facts=facts)


def test_both_labels_of_an_exception_are_recorded():
    readers = Readers(embedded=ScriptedReader(SHORT), model=ScriptedReader(DELAY, SAID))

    made = suggest(CASE, FOUND, readers, NOON).suggestion

    assert [(one.field, one.mine, one.other, one.share) for one in made.agreement] == [
        ("label", ("supplier_delay",), ("stock_shortage",), 0.0)
    ]


def test_a_mails_fields_are_recorded_by_their_values_and_nothing_from_both_is_agreement():
    readers = Readers(
        embedded=ScriptedReader(reading(eta("2026-12-12"))), model=ScriptedReader(reading(eta("2026-12-12")), SAID)
    )

    made = suggest(MAIL_CASE, MAIL, readers, NOON).suggestion

    assert {one.field: one.share for one in made.agreement} == {
        "label": 1.0, "eta": 1.0, "ship_date": 1.0, "quantity": 1.0, "price": 1.0,
    }  # fmt: skip
    assert next(one for one in made.agreement if one.field == "eta").mine == ("2026-12-12",)


def test_a_field_that_one_reader_missed_is_no_agreement():
    mine = (a_fact(value="2026-12-12"), a_fact(value="2026-12-19"))
    other = (a_fact(value="2026-12-12"),)

    found = {one.field: one.share for one in on_reading((Intent.DELAY,), mine, (Intent.DELAY,), other)}

    assert (found["eta"], found["price"]) == (0.5, 1.0)


def test_status_and_tracking_count_only_where_somebody_names_them():
    mine = (a_fact(FactField.TRACKING, "1Z999"), a_fact(FactField.REASON, "strike"))

    found = {one.field: one.share for one in on_reading((Intent.TRACKING,), mine, (Intent.OTHER,), ())}

    assert (found["tracking"], found["label"]) == (0.0, 0.0)
    assert "status" not in found
    assert "reason" not in found


@pytest.mark.parametrize(("case", "found"), [(CASE, FOUND), (MAIL_CASE, MAIL)])
def test_where_the_embedded_reader_is_the_only_one_nothing_is_recorded_and_the_feature_is_missing(case, found):
    made = suggest(case, found, Readers(embedded=EmbeddedReader()), NOON).suggestion

    assert made.agreement == ()
    assert made.second_opinion is None
    assert features(made).second_reader is None


def test_an_embedded_answer_in_place_of_the_models_has_no_second_reader():
    class Down(ScriptedReader):
        def classify(self, asked):
            raise ModelUnavailable

    made = suggest(CASE, FOUND, Readers(embedded=ScriptedReader(SHORT, SAID), model=Down()), NOON).suggestion

    assert (made.label, made.agreement, made.second_opinion) == ("stock_shortage", (), None)


@pytest.mark.parametrize(
    ("case", "found", "answers", "other"),
    [(CASE, FOUND, (DELAY, SAID), SHORT), (MAIL_CASE, MAIL, (reading(), SAID), reading())],
)
def test_a_second_reading_costs_no_call_of_the_model(case, found, answers, other):
    model, embedded = ScriptedReader(*answers), ScriptedReader(other)

    suggest(case, found, Readers(embedded=embedded, model=model), NOON)

    assert len(model.answers) == 0, "it was asked to read and to word, and no more"
    assert len(embedded.answers) == 0
