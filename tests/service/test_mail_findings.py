"""A supplier's mail on the way from its bytes over the company's orders to gates, summary and offered changes."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from agent.actions.model import OpenActivity
from agent.actions.proposals import proposals
from agent.adapters.scripted import ScriptedReader
from agent.cases.model import CaseKind
from agent.evidence.collect import collect
from agent.intake.mail import parse_mail
from agent.reviews.model import Final, FinalFact
from agent.suggestions.model import FactField, Intent
from agent.suggestions.reader import Draft, MailReading, RawFact
from agent.suggestions.tasks import read_supplier_email
from tests.builders import a_case
from tests.builders_company import NOW, a_filled_file, a_sandbox

TRUE, FALSE = "s.jost@kugellager-hartwig.example", "s.jost@kugellager-hartvvig.example"
LATER = (NOW + timedelta(days=30)).date().isoformat()


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_filled_file(tmp_path_factory.mktemp("company"))


def read(company: Path, sender: str, *facts: RawFact, reply_to: str = "", intent: Intent = Intent.DELAY):
    words = "\n".join(fact.quote for fact in facts)
    header = f"Reply-To: {reply_to}\n" if reply_to else ""
    raw = (
        f"From: Sabine Jost <{sender}>\nTo: buying@acme.example\n{header}Subject: P00051\n"
        f"Date: {NOW:%a, %d %b %Y %H:%M:%S} +0000\nMessage-ID: <1@x.example>\n\n{words}\n"
    )
    with closing(a_sandbox(company)) as odoo:
        found = collect(a_case(kind=CaseKind.SUPPLIER_EMAIL, company=""), [], [parse_mail(raw.encode())], odoo, NOW)
    reading = MailReading(intents=(intent,), facts=facts)
    return found, read_supplier_email.run(found, ScriptedReader(reading, Draft(sentences=("It is late.",))), None)


def eta(value: str = LATER) -> RawFact:
    return RawFact(field=FactField.ETA, value=value, quote=f"It arrives on {value}.", po="P00051", line=1)


def test_a_true_contact_raises_no_doubt_and_the_change_is_told_against_the_order(company: Path):
    found, made = read(company, TRUE, eta())
    planned = found.purchases[0].lines[0].planned

    assert made.mail is not None
    assert made.mail.sender == ()
    assert made.summary.startswith(f"It is late. P00051 line 1: delivery {LATER} instead of {planned}, ")
    assert made.added_sentences == 1


def test_a_look_alike_that_wants_answers_elsewhere_is_stopped_with_words_for_a_planner(company: Path):
    _, made = read(company, FALSE, eta(), reply_to="jost.hartwig@gmail.com")

    gates = [(str(one.gate), one.detail) for one in made.findings]
    assert (
        "sender_suspect",
        "kugellager-hartvvig.example looks like kugellager-hartwig.example of Kugellager Hartwig GmbH, but is another"
        " domain",
    ) in gates
    assert ("sender_suspect", f"answers would go to jost.hartwig@gmail.com, not to {FALSE}") in gates


def test_more_than_was_ordered_and_two_dates_are_gates_with_both_quotes(company: Path):
    other = (NOW + timedelta(days=40)).date().isoformat()
    much = RawFact(field=FactField.QUANTITY, value="99999", quote="99999 pieces", po="P00051", line=1)

    _, made = read(company, TRUE, eta(), eta(other), much)

    told = {one.detail for one in made.findings}
    assert made.mail is not None
    assert {one.kind for one in made.mail.contradictions} == {"two_dates", "more_than_ordered"}
    assert any(f"It arrives on {LATER}." in text and f"It arrives on {other}." in text for text in told)
    assert any("99999" in text and "ordered" in text for text in told)


def test_a_discontinued_product_becomes_a_to_do_that_a_person_may_open(company: Path):
    ended = RawFact(field=FactField.STATUS, value="discontinued", quote="replaced by BRG-6205-X", po="P00051", line=1)
    found, made = read(company, TRUE, ended, intent=Intent.SUBSTITUTION)
    facts = tuple(
        FinalFact(field=one.field, value=one.value, po=one.po, line=one.line, quote=one.quote.text)
        for one in made.facts
    )
    final = Final(
        label=made.label, severity=made.severity, team=made.team, next_step=made.next_step, facts=facts,
        intents=made.intents,
    )  # fmt: skip

    (offered,) = proposals(found, final)

    assert made.mail is not None
    assert [task.substitute for task in made.mail.tasks] == ["BRG-6205-X"]
    assert isinstance(offered.change, OpenActivity)
    assert offered.change.summary == made.mail.tasks[0].summary
