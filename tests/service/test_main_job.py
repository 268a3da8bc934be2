"""The main job over real stores, steps and commands: from what comes in to what stands in Odoo, on both databases."""

import json
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from agent.access.model import Role
from agent.adapters.memory import MemoryOdoo, ScriptedReader
from agent.cases.model import Status
from agent.commands import decide, halt, label_blind, redrive, resume
from agent.errors import ActionRefused, AlreadyDecided, BadEvent, ModelUnavailable, NotAllowed
from agent.inline import run_due, seal
from agent.intake.model import EventType
from agent.kit.db import Database
from agent.outbox.model import WorkState
from agent.pipeline import App
from agent.receiving import receive_events, receive_mail
from agent.reporting.views import case_view, queue
from agent.reviews.model import Verb, Verdict
from agent.routing.model import Lane, Policy, ReasonCode
from agent.steps import STEPS
from agent.suggestions.model import FactField, Gate, Intent, LabelScore, Severity
from agent.suggestions.reader import Classification, Draft, MailReading, RawFact
from agent.suggestions.service import Readers
from tests.builders import MASTER, NOON, a_person, a_purchase, an_event_document

ACCEPT = Verdict(verb=Verb.ACCEPT, reason_code="correct")
DELAY = Classification(scores=(LabelScore(label="supplier_delay", probability=0.9),), severity=Severity.HIGH)
SAID = Draft(sentences=("The supplier is late.",))
BODY = "Dear all,\n\nyour order P00012 will arrive on 12 December 2026.\n\nAnna"
ETA = RawFact(field=FactField.ETA, value="2026-12-12", quote="12 December 2026", po="P00012", line=1)
LATE = MailReading(intents=(Intent.DELAY,), facts=(ETA,))


class Clock:
    """A clock that moves when it is told."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


class AlwaysTheSame:
    """A reader for tests that are about what happens around it."""

    def __new__(cls, classification=DELAY, reading=LATE):
        class Endless(ScriptedReader):
            def _say(self, asked, wanted):
                self.answers.append({Classification: classification, MailReading: reading, Draft: SAID}[wanted])
                return super()._say(asked, wanted)

        return Endless()


class Refusing:
    """A writer that refuses everything."""

    def apply(self, action, *, key):
        raise ActionRefused(f"no such record for {key}")


@pytest.fixture
def odoo():
    return MemoryOdoo(purchases=[a_purchase()], clock=lambda: NOON)


@pytest.fixture
def app(state_url, odoo, tmp_path):
    db = Database(state_url)
    yield App(
        db=db,
        master=MASTER,
        clock=Clock(),
        odoo=odoo,
        writer=odoo,
        log=odoo,
        readers=Readers(embedded=AlwaysTheSame()),
        policy=Policy(),
        home=tmp_path,
        desk_url="http://desk",
    )
    db.close()


def event(event_id="1", **data):
    data = data or {"purchase": "P00012", "note": "They are late again."}
    return json.dumps(an_event_document(event_id, EventType.PURCHASE_DELAYED, **data)).encode()


def mail(message_id="<m1@kugel.example>", body=BODY, sender="sales@kugel.example", reply_to=None):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "buy@acme.example", "Your order P00012"
    made["Date"], made["Message-ID"] = "Mon, 23 Nov 2026 09:00:00 +0100", message_id
    if reply_to:
        made["In-Reply-To"] = reply_to
    made.set_content(body)
    return made.as_bytes()


def settled(app, raw=None):
    (taken,) = receive_events(app, raw or event())
    run_due(app, STEPS)
    with app.look() as look:
        return case_view(look, taken.case_id, viewer=None)


def view(app, case_id):
    with app.look() as look:
        return case_view(look, case_id, viewer=None)


def test_an_event_becomes_a_case_that_waits_for_a_person_with_every_reason(app):
    found = settled(app)

    assert found.case.status is Status.IN_REVIEW
    assert found.case.company == "Acme"
    assert found.suggestion.label == "supplier_delay"
    assert found.route.to is Lane.REVIEW
    assert ReasonCode.NO_CERTIFICATE in {reason.code for reason in found.route.reasons}
    assert found.confidence.value is None


def test_a_decision_reaches_odoo_once_and_the_log_holds_prompt_output_and_final_action(app, odoo):
    found = settled(app)

    decide(app, found.review.id, ACCEPT, a_person())
    run_due(app, STEPS)
    run_due(app, STEPS)

    assert [item.kind for item in odoo.done] == ["post_note", "open_activity"]
    counts = odoo.counts()
    assert (counts.prompts, counts.outputs, counts.final_actions) == (1, 1, 1)
    after = view(app, found.case.id)
    assert after.case.status is Status.CLOSED
    assert all(item.outcome == "applied" for item in after.actions)
    seal(app)
    with app.look() as look:
        assert look.audit.verify().whole
        assert look.outbox.listed() == []


def test_an_event_that_comes_twice_opens_nothing_new(app):
    receive_events(app, event())

    (again,) = receive_events(app, event())

    assert not again.new
    with app.look() as look:
        assert sum(look.cases.counts().values()) == 1


def test_a_later_event_on_the_same_matter_joins_and_supersedes_the_open_review(app):
    first = settled(app)

    second = settled(app, event("2"))

    assert second.case.id == first.case.id
    assert second.case.round == 2
    with pytest.raises(AlreadyDecided):
        decide(app, first.review.id, ACCEPT, a_person())
    decide(app, second.review.id, ACCEPT, a_person())


def test_a_batch_with_one_bad_event_takes_in_nothing(app):
    batch = b"[" + event("1") + b"," + event("2").replace(b"purchase.delayed", b"purchase.exploded") + b"]"

    with pytest.raises(Exception, match="exploded"):
        receive_events(app, batch)

    with app.look() as look:
        assert sum(look.cases.counts().values()) == 0


def test_a_mail_is_read_into_facts_with_verbatim_quotes_beside_odoos_value(app):
    taken = receive_mail(app, mail())
    run_due(app, STEPS)

    found = view(app, taken.case_id)

    (fact,) = found.suggestion.facts
    body = found.mails[0].body
    assert body[fact.quote.start : fact.quote.end] == "12 December 2026"
    assert fact.now_in_odoo == NOON.date().isoformat()
    assert ReasonCode.NEEDS_A_PERSON in {reason.code for reason in found.route.reasons}
    assert found.route.would is Lane.REVIEW


def test_a_fact_whose_quote_is_not_in_the_mail_is_not_shown_and_sends_the_case_to_a_person(app):
    invented = ETA.model_copy(update={"quote": "31 January 2027", "value": "2027-01-31"})
    reader = AlwaysTheSame(reading=MailReading(intents=(Intent.DELAY,), facts=(invented,)))
    app = replace(app, readers=Readers(embedded=reader))
    taken = receive_mail(app, mail())
    run_due(app, STEPS)

    found = view(app, taken.case_id)

    assert found.suggestion.facts == ()
    assert Gate.QUOTE_ABSENT in {finding.gate for finding in found.suggestion.findings}


def test_a_value_that_its_quote_does_not_carry_is_marked(app):
    swapped = ETA.model_copy(update={"value": "2026-11-30"})
    app = replace(
        app, readers=Readers(embedded=AlwaysTheSame(reading=MailReading(intents=("delay",), facts=(swapped,))))
    )
    taken = receive_mail(app, mail())
    run_due(app, STEPS)

    findings = view(app, taken.case_id).suggestion.findings

    assert Gate.VALUE_NOT_IN_QUOTE in {finding.gate for finding in findings}


def test_a_stranger_who_writes_about_our_order_is_noticed(app):
    taken = receive_mail(app, mail(sender="mallory@elsewhere.example"))
    run_due(app, STEPS)

    gates = {finding.gate for finding in view(app, taken.case_id).suggestion.findings}

    assert Gate.SENDER_NOT_SUPPLIER in gates


def test_a_newer_mail_of_the_thread_supersedes_the_older_one(app):
    first = receive_mail(app, mail())
    run_due(app, STEPS)

    second = receive_mail(app, mail("<m2@kugel.example>", reply_to="<m1@kugel.example>"))
    run_due(app, STEPS)

    assert second.case_id == first.case_id
    found = view(app, second.case_id)
    assert (found.case.round, len(found.mails)) == (2, 2)


def test_a_thread_whose_answer_arrives_first_is_still_one_case(app):
    answer = receive_mail(app, mail("<m2@kugel.example>", reply_to="<m1@kugel.example>"))

    first = receive_mail(app, mail())

    assert first.case_id == answer.case_id


def test_the_same_mail_twice_is_one_mail_with_or_without_an_id(app):
    anonymous = mail().replace(b"Message-ID: <m1@kugel.example>\n", b"")

    assert receive_mail(app, mail()).new
    assert not receive_mail(app, mail()).new
    assert receive_mail(app, anonymous).new
    assert not receive_mail(app, anonymous).new


def test_nobody_hides_a_mail_by_taking_its_id_first(app):
    receive_mail(app, mail(sender="mallory@elsewhere.example", body="hello"))

    taken = receive_mail(app, mail())

    assert taken.new
    run_due(app, STEPS)
    assert Gate.DEFECTIVE_MAIL in {finding.gate for finding in view(app, taken.case_id).suggestion.findings}


def test_a_stranger_cannot_join_a_thread_by_naming_its_messages(app):
    first = receive_mail(app, mail())

    strange = receive_mail(app, mail("<m2@evil.example>", sender="mallory@evil.example", reply_to="<m1@kugel.example>"))

    assert strange.case_id != first.case_id
    run_due(app, STEPS)
    assert view(app, first.case_id).case.round == 1


def test_a_colleague_of_the_supplier_joins_the_thread(app):
    first = receive_mail(app, mail())

    second = receive_mail(app, mail("<m2@kugel.example>", sender="export@kugel.example", reply_to="<m1@kugel.example>"))

    assert second.case_id == first.case_id


def test_the_same_id_with_other_content_is_refused_not_swallowed(app):
    receive_events(app, event())

    with pytest.raises(BadEvent, match="other content"):
        receive_events(app, event(purchase="P00012", note="Cancelled!"))


def test_two_ids_that_look_alike_when_joined_are_two_events(app):
    first = event().replace(b'"id": "1", "source": "/odoo/acme"', b'"id": "a|b", "source": "x"')
    second = event().replace(b'"id": "1", "source": "/odoo/acme"', b'"id": "b", "source": "x|a"')

    assert receive_events(app, first)[0].new
    assert receive_events(app, second)[0].new


def test_an_auto_reply_is_stored_and_opens_nothing(app):
    raw = mail().replace(b"Subject:", b"Auto-Submitted: auto-replied\nSubject:")

    taken = receive_mail(app, raw)

    assert taken.suppressed
    with app.look() as look:
        assert sum(look.cases.counts().values()) == 0
        assert look.audit.counts()["mail:suppressed"] == 1


def test_while_odoo_is_away_work_waits_and_then_goes_on_by_itself(app, odoo):
    odoo.break_down()
    (taken,) = receive_events(app, event())
    run_due(app, STEPS)
    with app.look() as look:
        (item,) = look.outbox.listed()
    assert (item.state, item.attempts) == (WorkState.DUE, 1)
    assert "GATEHOUSE_ODOO_URL" in item.last_error

    odoo.recover()
    app.clock.now += timedelta(minutes=1)
    run_due(app, STEPS)

    assert view(app, taken.case_id).case.status is Status.IN_REVIEW


def test_a_person_can_decide_while_odoo_is_away(app, odoo):
    found = settled(app)
    odoo.break_down()

    decide(app, found.review.id, ACCEPT, a_person())
    run_due(app, STEPS)
    assert view(app, found.case.id).case.status is Status.DECIDED
    odoo.recover()
    app.clock.now += timedelta(hours=1)
    run_due(app, STEPS)

    assert view(app, found.case.id).case.status is Status.CLOSED
    assert len(odoo.done) == 2
    assert odoo.counts().final_actions == 1


def test_an_accident_is_tried_five_times_and_then_waits_for_a_person_to_redrive_it(app):
    class Broken:
        def classify(self, asked):
            raise RuntimeError(f"boom {asked.note}")

    sound = app.readers
    app = replace(app, readers=Readers(embedded=Broken()))
    (taken,) = receive_events(app, event())
    for _ in range(10):
        run_due(app, STEPS)
        app.clock.now += timedelta(hours=1)
    with app.look() as look:
        (item,) = look.outbox.listed(WorkState.DEAD)
        assert look.audit.counts()["work:died"] == 1
    assert "RuntimeError in test_main_job.py" in item.last_error
    assert "late again" not in item.last_error, "what a person wrote never lies open"
    assert item.attempts == 5

    app = replace(app, readers=sound)
    redrive(app, f"settle:{taken.case_id}", a_person(Role.ADMINISTRATOR))
    run_due(app, STEPS)

    assert view(app, taken.case_id).case.status is Status.IN_REVIEW


def test_when_the_model_is_away_the_embedded_reader_answers_and_a_person_is_told(app):
    model = ScriptedReader(ModelUnavailable("no answer"))
    app = replace(app, readers=Readers(embedded=app.readers.embedded, model=model))

    found = settled(app)

    assert Gate.FELL_BACK in {finding.gate for finding in found.suggestion.findings}
    with app.look() as look:
        assert look.audit.counts()["reader:fell_back"] == 1


def test_when_only_the_words_fail_the_models_reading_stands_and_code_says_it(app):
    model = ScriptedReader(DELAY, ModelUnavailable("too slow"))
    app = replace(app, readers=Readers(embedded=app.readers.embedded, model=model))

    found = settled(app)

    assert found.suggestion.provenance.model_id == "scripted"
    assert found.suggestion.summary == "Supplier delay: P00012."
    assert Gate.FELL_BACK in {finding.gate for finding in found.suggestion.findings}


def test_two_readers_that_disagree_send_the_case_to_a_person(app):
    other = Classification(scores=(LabelScore(label="stock_shortage", probability=0.99),), severity=Severity.LOW)
    app = replace(app, readers=Readers(embedded=app.readers.embedded, model=ScriptedReader(other, SAID)))

    found = settled(app)

    assert found.suggestion.label == "stock_shortage"
    assert found.suggestion.second_opinion == "supplier_delay"
    assert Gate.READERS_DISAGREE in {finding.gate for finding in found.suggestion.findings}


def test_a_halt_keeps_every_change_from_odoo_until_it_is_released(app, odoo):
    found = settled(app)
    manager = a_person(Role.MANAGER)
    halt(app, "something is odd", manager)

    decide(app, found.review.id, ACCEPT, manager)
    run_due(app, STEPS)
    assert odoo.done == []
    assert odoo.counts().final_actions == 1, "the log goes on"

    resume(app, manager)
    app.clock.now += timedelta(minutes=1)
    run_due(app, STEPS)
    assert len(odoo.done) == 2


def test_a_planner_may_not_halt(app):
    with pytest.raises(NotAllowed):
        halt(app, "no", a_person(Role.PLANNER))


def test_a_rejected_suggestion_changes_nothing_in_odoo_but_is_logged(app, odoo):
    found = settled(app)

    decide(app, found.review.id, Verdict(verb=Verb.REJECT, reason_code="duplicate"), a_person())
    run_due(app, STEPS)

    assert odoo.done == []
    assert odoo.counts().final_actions == 1
    assert view(app, found.case.id).case.status is Status.CLOSED


def test_a_change_that_odoo_refuses_is_listed_and_can_be_asked_for_again(app, odoo):
    found = settled(app)
    refusing = replace(app, writer=Refusing())
    decide(refusing, found.review.id, ACCEPT, a_person())
    run_due(refusing, STEPS)
    with app.look() as look:
        first, second = look.actions.refused()
    assert "no such record" in first.last_error

    for item in (first, second):
        redrive(app, f"action:{item.id}", a_person(Role.ADMINISTRATOR))
    run_due(app, STEPS)

    assert len(odoo.done) == 2


def test_an_escalated_case_waits_for_a_manager(app):
    found = settled(app)
    decide(app, found.review.id, Verdict(verb=Verb.ESCALATE, reason_code="above_my_limit"), a_person())
    run_due(app, STEPS)

    higher = view(app, found.case.id)

    assert higher.case.status is Status.IN_REVIEW
    with pytest.raises(NotAllowed):
        decide(app, higher.review.id, ACCEPT, a_person())
    decide(app, higher.review.id, ACCEPT, a_person(Role.MANAGER, login="max"))
    assert [item.verb for item in view(app, found.case.id).decisions] == [Verb.ESCALATE, Verb.ACCEPT]


def test_a_gold_sample_hides_its_suggestion_until_it_is_labelled(app):
    app = replace(app, policy=Policy(gold_share=1.0))
    found = settled(app)

    assert found.case.gold
    assert found.suggestion is None
    with app.look() as look:
        assert queue(look, companies=("*",))[0].suggestion is None
    label_blind(app, found.review.id, "stock_shortage", a_person())
    assert view(app, found.case.id).suggestion.label == "supplier_delay"
    with pytest.raises(NotAllowed):
        label_blind(app, found.review.id, "other", a_person())


def test_a_refused_decision_is_audited(app):
    found = settled(app)

    with pytest.raises(NotAllowed):
        decide(app, found.review.id, ACCEPT, a_person(Role.AUDITOR))

    with app.look() as look:
        assert look.audit.counts()["decision:refused"] == 1


def test_the_page_of_the_queue_asks_the_same_number_of_questions_however_long_it_is(app):
    from sqlalchemy import event as listen

    for number in range(12):
        receive_events(app, event(str(number), purchase="P00012", company=f"c{number}", note="late"))
    run_due(app, STEPS)
    asked = []
    listen.listen(app.db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def count(limit):
        asked.clear()
        with app.look() as look:
            assert len(queue(look, companies=("*",), limit=limit)) == limit
        return len(asked)

    assert count(2) == count(12)
