"""Decided cases are remembered from the rows and recalled for new ones; what does not stand is never recalled."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.adapters.chroma.embedding import MiniLMEmbedding
from agent.adapters.chroma.place import Folder
from agent.adapters.chroma.store import ChromaPrecedents
from agent.adapters.embedded.reader import EmbeddedReader
from agent.adapters.memory import MemoryOdoo
from agent.adapters.memory.precedents import MemoryPrecedents, by_words
from agent.adapters.scripted import ScriptedReader
from agent.audit.model import CaseJoined
from agent.cases.model import Status, move
from agent.commands import decide, undo
from agent.errors import PrecedentsUnavailable
from agent.evidence.records import Model, RecordRef
from agent.inline import run_due, seal
from agent.intake.model import EventType
from agent.kit.db import Database
from agent.pipeline import App
from agent.receiving import receive_events, receive_mail
from agent.reporting.views import case_view
from agent.reviews.model import Verb, Verdict
from agent.routing.model import Policy
from agent.steps import STEPS
from agent.steps.remember import rebuild, recalled, remember, remember_quietly
from agent.suggestions.model import Intent, LabelScore, Severity
from agent.suggestions.reader import Classification, Draft, MailReading
from agent.suggestions.service import Readers
from tests.builders import MASTER, NOON, a_person, a_purchase, an_event_document

ACCEPT = Verdict(verb=Verb.ACCEPT, reason_code="correct")
SECRET = "Anna Kowalska says the furnace of Hall 7 broke and everything is two weeks late"


class Clock:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


SAID = Classification(scores=(LabelScore(label="supplier_delay", probability=0.9),), severity=Severity.HIGH)


class Delayed(EmbeddedReader):
    """The embedded reader, were everything a delay to it."""

    def classify(self, asked):
        return super().classify(asked).model_copy(update={"answer": SAID})

    def read_mail(self, asked):
        return ScriptedReader(MailReading(intents=(Intent.DELAY,))).read_mail(asked)


def an_order(number: int):
    ref = RecordRef(model=Model.PURCHASE_ORDER, id=number, name=f"P{number:05d}")
    return a_purchase(ref=ref, company="Other" if number == 90 else "Acme")


@pytest.fixture
def app(state_url, tmp_path) -> Iterator[App]:
    db = Database(state_url)
    odoo = MemoryOdoo(purchases=[an_order(12), an_order(13), an_order(14), an_order(90)], clock=lambda: NOON)
    yield App(
        db=db, master=MASTER, clock=Clock(), odoo=odoo, writer=odoo, log=odoo, policy=Policy(), home=tmp_path,
        readers=Readers(embedded=Delayed(neural=False)), desk_url="http://desk", precedents=MemoryPrecedents(),
    )  # fmt: skip
    db.close()


def opened(app: App, number: int, purchase: str = "P00012", note: str = SECRET):
    document = an_event_document(str(number), EventType.PURCHASE_DELAYED, purchase=purchase, note=note)
    (taken,) = receive_events(app, json.dumps(document).encode())
    run_due(app, STEPS)
    return view(app, taken.case_id)


def view(app: App, case_id: str):
    with app.look() as look:
        return case_view(look, case_id, viewer=None)


def settled(app: App, number: int, purchase: str = "P00012", verdict: Verdict = ACCEPT, **given):
    found = opened(app, number, purchase, **given)
    decide(app, found.review.id, verdict, a_person())
    run_due(app, STEPS)
    learn(app)
    return view(app, found.case.id)


def learn(app: App) -> None:
    seal(app)
    remember(app)


def test_a_case_that_a_person_decided_is_recalled_for_the_next_one_like_it(app):
    first = settled(app, 1)

    second = opened(app, 2, "P00013")

    (near,) = second.evidence.precedents
    assert (near.precedent.case_number, near.precedent.label) == (first.case.number, "supplier_delay")
    assert near.similarity > 0.8
    assert second.suggestion.familiar.agreement == 1.0
    assert second.suggestion.familiar.novelty == pytest.approx(1 - near.similarity)
    assert second.confidence.features.precedents == 1.0
    assert second.confidence.features.familiarity == pytest.approx(near.similarity)


def test_what_is_remembered_holds_no_words_of_anybody(app):
    settled(app, 1)

    (kept,) = app.precedents.get([next(iter(app.precedents._items))])

    assert "filed as purchase delayed" in kept.description
    assert "late" in kept.description
    assert kept.references == "supplier 5; product BRG-6204"
    stored = kept.model_dump_json().lower()
    assert not {"anna", "kowalska", "furnace", "hall", "weeks", "kugel"} & set(stored.replace('"', " ").split())


def test_the_label_is_what_the_person_called_it(app):
    settled(app, 1, verdict=Verdict(verb=Verb.EDIT, reason_code="wrong_label", label="stock_shortage"))
    settled(app, 2, "P00013", verdict=Verdict(verb=Verb.REJECT, reason_code="no_exception"))

    found = opened(app, 3, "P00014")

    assert {one.precedent.label for one in found.evidence.precedents} == {"stock_shortage", "no_exception"}
    assert found.suggestion.familiar.agreement == 0.0


@pytest.mark.parametrize("reason", ["duplicate", "untrusted", "settled_already"])
def test_a_refusal_that_says_nothing_of_the_label_is_not_remembered(app, reason):
    settled(app, 1, verdict=Verdict(verb=Verb.REJECT, reason_code=reason))

    assert app.precedents.count() == 0


def test_what_nobody_decided_is_not_remembered(app):
    found = opened(app, 1)
    decide(app, found.review.id, Verdict(verb=Verb.ESCALATE, reason_code="needs_expert"), a_person())
    run_due(app, STEPS)
    learn(app)

    assert app.precedents.count() == 0


def test_what_decided_itself_is_not_remembered(app, monkeypatch):
    monkeypatch.setattr("agent.steps.remember.MACHINE", a_person().login)

    settled(app, 1)

    assert app.precedents.count() == 0, "the one who decided counts as the machine here"


def test_a_reopened_case_is_not_recalled_even_before_the_memory_has_heard_of_it(app):
    first = settled(app, 1)
    with app.work() as work:
        case = work.cases.get(first.case.id, hold=True)
        work.cases.save(move(case, Status.OPEN, work.now).model_copy(update={"round": 2}))
        work.audit.append([CaseJoined(case_id=case.id, round=2, key="9")], work.now)
    assert app.precedents.count() == 1, "it has not heard of it"

    assert opened(app, 2, "P00013").evidence.precedents == ()
    learn(app)
    assert app.precedents.count() == 0


def test_an_undone_decision_leaves_nothing(app):
    app = replace(app, grace=timedelta(minutes=5))
    found = opened(app, 1)
    made = decide(app, found.review.id, ACCEPT, a_person())
    undo(app, made.id, a_person())
    learn(app)

    assert app.precedents.count() == 0


def test_another_companys_cases_are_never_recalled(app):
    settled(app, 1, "P00090")

    assert opened(app, 2, "P00013").evidence.precedents == ()
    assert len(app.precedents._items) == 1


def test_a_case_is_no_precedent_of_itself(app):
    first = settled(app, 1)

    assert len(recalled(app, first.case.model_copy(update={"id": "x"}), "Acme", first.evidence)) == 1
    assert recalled(app, first.case, "Acme", first.evidence) == ()


def test_a_lost_memory_is_made_anew_from_the_rows(app):
    settled(app, 1)
    settled(app, 2, "P00013")
    lost = MemoryPrecedents()
    told: list[tuple[int, int]] = []

    remember(replace(app, precedents=lost))
    assert lost.count() == 2
    assert rebuild(replace(app, precedents=lost), lambda done, of: told.append((done, of))) == 2
    assert told[-1][0] == told[-1][1]
    assert lost._items == app.precedents._items


def test_a_memory_ahead_of_the_rows_is_of_another_time_and_made_anew(app):
    settled(app, 1)
    app.precedents.put([next(iter(app.precedents._items.values())).model_copy(update={"case_id": "x"})])
    app.precedents.note_read(10_000)

    remember(app)

    assert [item.case_id != "x" for item in app.precedents._items.values()] == [True]


class Broken(MemoryPrecedents):
    def nearest(self, text, **given):
        raise PrecedentsUnavailable("gone")

    def read_until(self):
        raise PrecedentsUnavailable("gone")


def test_a_case_is_read_without_a_memory_that_cannot_be_asked(app):
    settled(app, 1)
    app = replace(app, precedents=Broken())

    found = opened(app, 2, "P00013")

    assert found.suggestion.label == "supplier_delay"
    assert found.suggestion.familiar is None
    assert found.confidence.features.precedents is None
    remember_quietly(app)
    with pytest.raises(PrecedentsUnavailable):
        remember(app)


def test_before_anything_was_decided_the_memory_is_not_opened(app):
    opened(replace(app, precedents=Broken()), 1)
    seal(app)

    assert remember(replace(app, precedents=Broken())) == 0


def test_the_model_is_shown_decided_cases_and_the_second_reader_is_not(app):
    settled(app, 1)
    model, embedded = ScriptedReader(SAID, Draft(sentences=("It is late.",))), ScriptedReader(SAID)

    opened(replace(app, readers=Readers(embedded=embedded, model=model)), 2, "P00013")

    (shown,) = model.asked[0].examples
    assert shown.label == "supplier_delay"
    assert "filed as purchase delayed" in shown.description
    assert "supplier 5" not in shown.description
    assert embedded.asked[0].examples == ()


def test_a_mails_case_is_remembered_too(app):
    raw = b"From: sales@kugel.example\nTo: buy@acme.example\nSubject: Your order P00012\nMessage-ID: <1@k>\n\n"
    taken = receive_mail(app, raw + b"Unfortunately P00012 is delayed and arrives on 12 December 2026.\n")
    run_due(app, STEPS)
    found = view(app, taken.case_id)
    decide(app, found.review.id, ACCEPT, a_person())
    run_due(app, STEPS)
    learn(app)

    (kept,) = app.precedents._items.values()
    assert (kept.kind, kept.label) == ("supplier_email", found.suggestion.label)
    assert kept.description.startswith("a supplier's mail; says")
    assert "unfortunately" not in kept.description


def test_the_same_in_chroma(app, tmp_path: Path):
    class ByWords(MiniLMEmbedding):
        identity = "words"

        def __call__(self, texts):
            return by_words(texts)

    app = replace(app, precedents=ChromaPrecedents(Folder(tmp_path / "chroma"), ByWords()))
    settled(app, 1)
    found = opened(app, 2, "P00013")
    app.precedents.close()

    assert [one.precedent.label for one in found.evidence.precedents] == ["supplier_delay"]
