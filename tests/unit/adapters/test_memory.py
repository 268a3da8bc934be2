"""The twins do as they are told: the reader says its lines and remembers, the Odoo breaks down and recovers."""

import pytest

from agent.actions.model import Outcome
from agent.adapters.memory import MemoryOdoo, ScriptedReader
from agent.errors import ModelUnavailable, OdooUnavailable
from agent.evidence.records import Model, Party, RecordRef
from agent.intake.model import EventType
from agent.suggestions.model import ExceptionLabel, Intent, LabelScore, Severity
from agent.suggestions.reader import Classification, Draft, ExceptionInput, MailInput, MailReading
from tests.builders_company import a_decision, a_note

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
    for call in (odoo.info, odoo.counts, lambda: odoo.append([a_decision("d")])):
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
