"""The embedded reader behind its port: the same answer every time, with all that is needed to replay it."""

import json
from concurrent.futures import ThreadPoolExecutor

from agent.adapters.embedded.classify import WEIGHTS_SHA256
from agent.adapters.embedded.reader import EmbeddedReader
from agent.suggestions.model import ExceptionLabel, Intent
from agent.suggestions.reader import Classification, ExceptionInput, ExceptionSummaryInput, MailInput, MailText, Reader

ASKED = ExceptionInput(event_type=None, note="Customer is 12k over his credit limit.", figures={"exposure": "52000"})


def without_time(answered):
    return answered.model_copy(update={"usage": None})


def test_it_says_who_answered_what_it_was_asked_and_what_it_said():
    reader: Reader = EmbeddedReader()

    found = reader.classify(ASKED)

    assert found.provenance.reader == "embedded"
    assert found.provenance.model_id == f"embedded@{WEIGHTS_SHA256[:10]}"
    assert found.provenance.prompt_version.startswith("embedded@")
    assert ExceptionInput.model_validate(json.loads(found.prompt)) == ASKED
    assert Classification.model_validate(json.loads(found.output)) == found.answer
    assert found.answer.label == ExceptionLabel.CREDIT_HOLD


def test_many_at_once_and_from_many_threads_are_the_same_answers():
    reader = EmbeddedReader()
    asked = [ASKED, ExceptionInput(event_type=None, note="driver late"), ASKED]
    alone = [without_time(reader.classify(item)) for item in asked]

    with ThreadPoolExecutor(3) as pool:
        threaded = list(pool.map(reader.classify, asked))

    assert [without_time(found) for found in reader.classify_many(asked)] == alone
    assert [without_time(found) for found in threaded] == alone


def test_without_the_neural_part_it_says_so_in_its_model():
    found = EmbeddedReader(neural=False).classify(ASKED)

    assert found.provenance.model_id.endswith("-lexical")


def test_it_reads_a_mail():
    body = MailText(source="body", text="We confirm your order P00012, delivery on 12 December 2026.")

    found = EmbeddedReader().read_mail(MailInput(texts=(body,), sent_on=None))

    assert found.answer.intents[0] == Intent.CONFIRMATION
    assert found.provenance.method == "logistic regression over a survey"


def test_it_words_in_the_language_it_is_given():
    asked = ExceptionSummaryInput(
        label=ExceptionLabel.STOCK_SHORTAGE,
        subject="S1",
        figures={"quantity_needed": "1250", "quantity_available": "3"},
    )

    assert "1.250" in " ".join(EmbeddedReader(language="de").summarise(asked).answer.sentences)
