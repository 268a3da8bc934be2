"""The twins do as they are told: the reader says its lines and remembers, the Odoo breaks down and recovers."""

import pytest

from agent.actions.log import RiskIndicator, RiskLevel
from agent.actions.model import Outcome
from agent.adapters.memory import MemoryOdoo, MemoryPeople, ScriptedReader
from agent.errors import ModelUnavailable, OdooUnavailable
from agent.evidence.records import Model, Party, RecordRef, Transfer
from agent.intake.changes import Attempt, Cursor, Heads, OdooAnswer, Watched
from agent.intake.model import EventType
from agent.kit.clock import EPOCH
from agent.suggestions.model import ExceptionLabel, Intent, LabelScore, Severity
from agent.suggestions.reader import Classification, Draft, ExceptionInput, MailInput, MailReading
from tests.builders import a_purchase
from tests.builders_company import NOW, a_decision, a_note

DELAY = Classification(
    scores=(LabelScore(label=ExceptionLabel.SUPPLIER_DELAY, probability=0.7),), severity=Severity.MEDIUM
)
ASKED = ExceptionInput(event_type=EventType.PURCHASE_DELAYED, note="two weeks later")
MAIL = MailInput(texts=(), sent_on=None)
PARTNER = RecordRef(model=Model.PARTNER, id=7, name="Foundry")


def test_a_scripted_reader_gives_its_answers_in_order_and_remembers_the_questions():
    reader = ScriptedReader(DELAY, MailReading(intents=(Intent.DELAY,)))

    assert reader.classify(ASKED).answer == DELAY
    assert reader.read_mail(MAIL).answer.intents == (Intent.DELAY,)
    assert reader.asked == [ASKED, MAIL]


def test_what_it_was_asked_and_said_is_kept_as_prompt_and_output():
    said = ScriptedReader(DELAY, model_id="actor").classify(ASKED)

    assert ExceptionInput.model_validate_json(said.prompt) == ASKED
    assert Classification.model_validate_json(said.output) == DELAY
    assert said.provenance.model_id == "actor"


def test_a_queued_error_is_raised_once_and_then_the_script_goes_on():
    reader = ScriptedReader(ModelUnavailable("asleep"), DELAY)

    with pytest.raises(ModelUnavailable, match="asleep"):
        reader.classify(ASKED)
    assert reader.classify(ASKED).answer == DELAY


@pytest.mark.parametrize("script", [(), (Draft(sentences=()),)])
def test_a_script_that_does_not_fit_fails_the_test(script):
    with pytest.raises(AssertionError):
        ScriptedReader(*script).classify(ASKED)


def test_a_broken_down_odoo_does_nothing_until_it_recovers():
    odoo = MemoryOdoo(suppliers=[Party(id=7, name="Foundry", emails=("sales@foundry.example",))])
    odoo.break_down()
    for call in (
        odoo.info,
        odoo.counts,
        odoo.now,
        odoo.heads,
        odoo.parameters,
        lambda: odoo.append([a_decision("d")]),
        lambda: odoo.erase(["c"], reason="asked for"),
        lambda: odoo.indicate([]),
        lambda: odoo.changed(Watched.SALE_ORDER, Cursor(at=EPOCH), 5),
        lambda: odoo.mails(0, 5),
        lambda: odoo.attempts(0, 5),
        lambda: odoo.answers(0, 5),
    ):
        with pytest.raises(OdooUnavailable):
            call()
    with pytest.raises(OdooUnavailable):
        odoo.apply(a_note(PARTNER), key="k")

    odoo.recover()

    assert odoo.apply(a_note(PARTNER), key="k").outcome is Outcome.APPLIED
    assert (odoo.log, odoo.notes(PARTNER)) == ((), (a_note(PARTNER),))


def test_a_domain_shared_by_two_suppliers_names_neither():
    odoo = MemoryOdoo(
        suppliers=[
            Party(id=1, name="Iron", emails=("a@group.example",)),
            Party(id=2, name="Steel", emails=("b@group.example",)),
        ]
    )

    assert odoo.supplier_by_email("c@group.example") is None
    assert odoo.supplier_by_email("b@group.example").name == "Steel"


def test_what_somebody_puts_there_is_a_change_of_theirs():
    odoo = MemoryOdoo(purchases=[a_purchase()], clock=lambda: NOW)
    assert odoo.changed(Watched.PURCHASE_ORDER, Cursor(at=NOW), 5).records == ()

    odoo.put(a_purchase().model_copy(update={"state": "cancel"}), by="ada")

    (record,) = odoo.changed(Watched.PURCHASE_ORDER, Cursor(at=NOW), 5).records
    assert (record.state, record.changed_by, record.changed_at) == ("cancel", "ada", NOW)
    assert odoo.purchase_orders([record.name])[0].state == "cancel"


def test_a_transfer_is_known_by_its_order():
    moved = Transfer(ref=RecordRef(model=Model.PICKING, id=3, name="WH/IN/3"), kind="incoming", state="assigned")
    order = a_purchase().model_copy(update={"transfers": (moved,)})
    odoo = MemoryOdoo(purchases=[order], clock=lambda: NOW)
    odoo.put(order, by="ada")

    (record,) = odoo.changed(Watched.PICKING, Cursor(at=NOW), 5).records

    assert (record.name, record.origin, record.incoming, record.changed_by) == ("WH/IN/3", order.ref.name, True, "ada")
    assert odoo.indicate([RiskIndicator(record=moved.ref, level=RiskLevel.LOW, score=20)]) == 1


def test_what_the_controls_refused_and_people_answered_is_told_from_an_id_on():
    odoo = MemoryOdoo(clock=lambda: NOW)
    common = {
        "scenario": "credit_release", "model": "sale.order", "record_id": 7, "record_name": "S00007",
        "company": "Halvorsen Dray", "login": "ada", "at": NOW,
    }  # fmt: skip
    number = odoo.refuse(Attempt(id="a", mode="block", **common))
    odoo.answer(OdooAnswer(id=4, consent="approve", role="finance", reason_code="guarantee", **common))
    odoo.file_mail("P00012", b"Subject: later", number=9)
    odoo.file_mail("P00012", b"Subject: committed late", number=8)

    assert odoo.heads() == Heads(message=9, attempt=number, answer=4)
    assert [found for found, _ in odoo.attempts(0, 5)] == [number]
    assert [answer.id for answer in odoo.answers(3, 5)] == [4]
    assert odoo.answers(4, 5) == ()
    assert [mail.id for mail in odoo.mails(7, 5)] == [8, 9]


def test_people_are_gone_while_it_is_down():
    people = MemoryPeople()
    people.break_down()
    for call in (lambda: people.authenticate("a", "b"), lambda: people.ticket_holder("t"), lambda: people.by_number(1)):
        with pytest.raises(OdooUnavailable):
            call()
    people.recover()

    assert people.authenticate("a", "b") is None
