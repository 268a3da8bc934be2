"""What is remembered of a case: typed words, never its own; and what neighbours say of a label."""

import pytest

from agent.adapters.embedded.reader import EmbeddedReader
from agent.evidence.precedents import Recalled, familiar
from agent.intake.model import EventType
from agent.suggestions.ahead import ahead
from agent.suggestions.reader import ExceptionInput
from agent.suggestions.recall import described, examples
from agent.suggestions.service import Readers
from tests.builders import a_case, a_purchase, an_event, an_evidence
from tests.builders_precedents import a_precedent

NOTE = "Herr Meyer of Brandt called: the truck with 4500 valves for Hall 7 is three weeks late, tel. 0171 555."


def notices(text: str) -> tuple[str, ...]:
    return ("late", "not:damage") if "late" in text else ()


def near(label: str, similarity: float) -> Recalled:
    return Recalled(precedent=a_precedent(label=label), similarity=similarity)


def test_a_description_names_type_concepts_and_the_size_of_figures_and_no_word_of_the_note():
    event = an_event(kind=EventType.PURCHASE_DELAYED, purchase="P00012", note=NOTE)
    found = an_evidence(a_case(), events=(event,), purchases=(a_purchase(),))

    made = described(found, notices)

    assert made.description.startswith("filed as purchase delayed; says late, not damage; ")
    assert "quantity ordered hundreds" in made.description
    assert made.references == "supplier 5; product BRG-6204"
    assert not {"meyer", "brandt", "truck", "4500", "0171", "kugel"} & set(made.model_dump_json().lower().split())


def test_the_same_evidence_gives_the_same_description():
    found = an_evidence(a_case(), events=(an_event(),))

    assert described(found, notices) == described(found.model_copy(update={"id": "other"}), notices)


def test_examples_are_the_nearest_that_are_like_it_and_carry_a_label_of_this_task():
    found = [near("supplier_delay", 0.9), near("delay", 0.8), near("other", 0.39), near("credit_hold", 0.5)]

    assert [one.label for one in examples(found)] == ["supplier_delay", "credit_hold"]
    assert len(examples([near("other", 0.9)] * 9)) == 5


def test_agreement_is_the_share_among_the_ten_nearest_and_novelty_what_is_left_of_the_greatest_cosine():
    found = [near("other", 0.2)] * 4 + [near("supplier_delay", 0.9)] * 8

    said = familiar(found, "supplier_delay")

    assert said.agreement == pytest.approx(0.8)
    assert said.novelty == pytest.approx(0.1)
    assert len(said.labels) == 10
    assert familiar([], "other").agreement is None


def test_reading_ahead_gives_the_answers_of_reading_one_by_one_and_asks_for_the_rest():
    reader = EmbeddedReader(neural=False)
    asked = [ExceptionInput(event_type=None, note=note) for note in ("two weeks late", "the bill is wrong", "broken")]

    made = ahead(Readers(embedded=reader), asked[:2]).embedded

    assert [made.classify(one).answer for one in asked] == [reader.classify(one).answer for one in asked]
    assert ahead(Readers(embedded=reader), asked[:1]).embedded is reader
