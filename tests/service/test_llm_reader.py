"""One call to a model over HTTP: what it gives, costs and refuses."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from agent.adapters.llm.jobs import AnswerRejected
from agent.errors import ConfigurationError, ModelAnswerInvalid, ModelCutOff, ModelRefused, ModelUnavailable
from agent.suggestions.model import FactField, Intent, Severity
from agent.suggestions.reader import Price
from tests.builders_llm import (
    AMOUNT,
    CLASSIFICATION,
    DATE,
    KEY,
    READING,
    Answer,
    a_mail,
    an_exception,
    fails,
    holds,
    reading,
    says,
    serving,
)

GOOD = says(json.dumps(CLASSIFICATION))


def broken(**changed):
    return says(json.dumps({**CLASSIFICATION, **changed}))


def classified(*answers, waits=None, **given):
    """The outcome of one classification by a server that plays these answers, then good ones; and the server."""
    with (
        serving(lambda _: GOOD) as server,
        reading(server.url, **given, **({} if waits is None else {"waits": waits})) as reader,
    ):
        server.queue.extend(answers)
        return reader.classify(an_exception()), server


# --- answers ------------------------------------------------------------------------------------
def test_a_classification_has_its_labels_best_first_and_all_that_is_needed_to_replay_it():
    answered, server = classified()

    assert [(score.label, score.probability) for score in answered.answer.scores] == [
        ("supplier_delay", 0.8),
        ("stock_shortage", 0.15),
    ]
    assert answered.answer.severity is Severity.HIGH
    assert answered.provenance.reader == "model"
    assert answered.provenance.prompt_version.startswith("classify_exception@")
    assert json.loads(answered.prompt) == server.asked[0].body
    assert answered.output == json.dumps(CLASSIFICATION)


def test_a_mail_is_read_into_facts_whose_numbers_keep_their_digits():
    words = json.dumps({**READING, "amounts": [AMOUNT]}).replace("1.25", "1.250")
    with serving(lambda _: says(words)) as server, reading(server.url) as reader:
        answered = reader.read_mail(a_mail())

    day, price = answered.answer.facts
    assert answered.answer.intents == (Intent.DELAY,)
    assert (day.field, day.value, day.po, day.line) == (FactField.ETA, "2027-01-14", "P00012", 2)
    assert (price.field, price.value, price.unit, price.po, price.line) == (FactField.PRICE, "1.250", "EUR", None, None)


def test_a_broken_answer_is_repaired_once_and_said_to_be():
    answered, server = classified(broken(label="late_goods"))

    assert answered.repaired is False, "another rung answered well: nothing was repaired"
    assert server.ways == ["json_schema", "json_object_with_schema"]


def test_an_impossible_value_is_sent_back_with_what_is_wrong():
    answered, server = classified(broken(label_percent=170))

    assert answered.repaired
    *_, said, asked = server.asked[1].body["messages"]
    assert said["content"] == broken(label_percent=170).body["choices"][0]["message"]["content"]
    assert "a percentage of 170: 0 to 100 is asked" in asked["content"]


def test_an_answer_that_stays_impossible_is_given_up_after_one_repair():
    wrong = json.dumps({**READING, "dates": [{**DATE, "date": "next Friday"}]})
    with (
        serving(lambda _: says(wrong)) as server,
        reading(server.url) as reader,
        pytest.raises(AnswerRejected, match="after one repair") as caught,
    ):
        reader.read_mail(a_mail())

    assert len(server.asked) == 2
    assert isinstance(caught.value, ModelAnswerInvalid)
    assert caught.value.output == wrong
    assert json.loads(caught.value.prompt) == server.asked[1].body
    assert caught.value.usage.tokens_in == 2000


@pytest.mark.parametrize(
    "answer",
    [
        says('{"reason": "It', finish="length"),
        says("null"),
        says(""),
        says(None),
        says("{not json}"),
        says(json.dumps([CLASSIFICATION])[:-3]),
        says("[" * 5000),
    ],
)
def test_an_answer_cut_off_empty_or_broken_is_never_an_answer(answer):
    with serving(lambda _: answer) as server, reading(server.url) as reader, pytest.raises(ModelAnswerInvalid):
        reader.classify(an_exception())


def test_a_refusal_and_an_answer_cut_off_are_failures_of_their_own():
    with serving(lambda _: says(None, message={"refusal": "No."})) as server, reading(server.url) as reader:
        with pytest.raises(ModelRefused) as refused:
            reader.classify(an_exception())
        server.behave = lambda _: says('{"reason": "It is', finish="length")
        with pytest.raises(ModelCutOff, match="cut off") as cut:
            reader.classify(an_exception())
        server.behave = lambda _: fails(400, "filtered", code="content_filter")
        with pytest.raises(ModelRefused):
            reader.classify(an_exception())

    assert refused.value.usage.tokens_in == 1000
    assert cut.value.output == '{"reason": "It is'


def test_a_cut_off_answer_is_asked_again_and_its_tokens_are_counted():
    answered, _ = classified(says('{"reason": "It is', finish="length"))

    assert answered.repaired
    assert answered.usage.tokens_out == 200


@pytest.mark.parametrize(
    "answer",
    [
        says(None, message={"refusal": "I cannot help with that."}),
        says("", finish="content_filter"),
        fails(400, "filtered", code="content_filter"),
    ],
)
def test_a_refusal_is_final(answer):
    with (
        serving(lambda _: answer) as server,
        reading(server.url) as reader,
        pytest.raises(ModelAnswerInvalid, match="refused"),
    ):
        reader.classify(an_exception())

    assert len(server.asked) == 1


def test_a_prompt_longer_than_the_model_takes_is_refused_and_not_tried_in_other_ways():
    too_long = fails(400, "This request exceeds the available context size", code="exceed_context_size_error")
    with (
        serving(lambda _: too_long) as server,
        reading(server.url) as reader,
        pytest.raises(ModelAnswerInvalid, match="context size"),
    ):
        reader.classify(an_exception())

    assert len(server.asked) == 1


def test_an_endless_mail_is_not_sent_at_all():
    with (
        serving(lambda _: GOOD) as server,
        reading(server.url) as reader,
        pytest.raises(ModelAnswerInvalid, match="not asked"),
    ):
        reader.read_mail(a_mail("word " * 50_000))

    assert server.asked == []


# --- what it used -------------------------------------------------------------------------------
def test_tokens_cost_what_the_price_says_over_all_requests_of_the_call():
    price = Price(per_million_in=Decimal("2.5"), per_million_out=Decimal(10), currency="EUR")

    answered, _ = classified(broken(label_percent=170), price=price)

    assert (answered.usage.tokens_in, answered.usage.tokens_out) == (2000, 200)
    assert (answered.usage.cost, answered.usage.currency) == (Decimal("0.007"), "EUR")


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": None, "completion_tokens": None}])
def test_without_usage_from_the_server_the_cost_is_unknown_not_nothing(usage):
    answered, _ = classified(says(json.dumps(CLASSIFICATION), usage=usage), price=Price(per_million_in=Decimal(1)))

    assert answered.answer.label == "supplier_delay"
    assert answered.usage.cost is None


def test_the_model_that_really_answered_is_recorded():
    answered, _ = classified(says(json.dumps(CLASSIFICATION), model="scripted-1-2026-11-01"))

    assert answered.provenance.model_id == "scripted-1-2026-11-01"


def test_a_server_that_does_not_say_who_answered_is_taken_at_its_name():
    answered, _ = classified(says(json.dumps(CLASSIFICATION), model=None))

    assert answered.provenance.model_id == "scripted-1"


# --- troubles that may pass ---------------------------------------------------------------------
@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504])
def test_a_trouble_that_passes_is_waited_out(status: int):
    waits: list[float] = []

    answered, _ = classified(fails(status), waits=waits)

    assert answered.answer.label == "supplier_delay"
    assert waits == [0.5]


def test_the_wait_that_the_server_asks_for_is_kept():
    waits: list[float] = []

    classified(fails(429, headers={"retry-after": "7"}), waits=waits)

    assert waits == [7]


def test_a_wait_that_is_too_long_is_left_to_the_engine():
    waits: list[float] = []
    with (
        serving(lambda _: fails(429, headers={"retry-after": "3600"})) as server,
        reading(server.url, waits=waits) as reader,
        pytest.raises(ModelUnavailable),
    ):
        reader.classify(an_exception())

    assert waits == []


def test_trying_again_has_an_end():
    with serving(holds(CLASSIFICATION, "json_schema")) as server, reading(server.url, max_retries=2) as reader:
        reader.classify(an_exception())
        server.asked.clear()
        server.behave = lambda _: fails(503, "loading")
        with pytest.raises(ModelUnavailable, match="loading"):
            reader.classify(an_exception())

    assert len(server.asked) == 3


def test_an_empty_account_is_not_asked_again():
    with (
        serving(lambda _: fails(429, "quota", code="insufficient_quota")) as server,
        reading(server.url) as reader,
        pytest.raises(ModelUnavailable, match="quota"),
    ):
        reader.classify(an_exception())

    assert len(server.asked) == 1


def test_a_server_that_is_not_there_is_unavailable():
    with serving(lambda _: GOOD) as server:
        gone = server.url
    with reading(gone) as reader, pytest.raises(ModelUnavailable):
        reader.classify(an_exception())


def test_a_server_that_does_not_answer_in_time_is_unavailable():
    with (
        serving(lambda _: Answer({}, before=60)) as server,
        reading(server.url, timeout=0.2) as reader,
        pytest.raises(ModelUnavailable, match=r"0\.2 s"),
    ):
        reader.classify(an_exception())


def test_a_server_that_sends_drop_by_drop_is_unavailable_too():
    drops = Answer(says(json.dumps(CLASSIFICATION)).body, drop=0.1)
    with (
        serving(lambda _: drops) as server,
        reading(server.url, timeout=0.3) as reader,
        pytest.raises(ModelUnavailable),
    ):
        reader.classify(an_exception())


@pytest.mark.parametrize(
    "body", [b"<html>Welcome</html>", b"", b"{", b"null", b"[]", b'{"choices": null}', b'{"choices": []}', b'{"a": 1}']
)
def test_what_is_no_chat_completion_is_an_unavailable_model(body: bytes):
    with serving(lambda _: Answer(body)) as server, reading(server.url) as reader, pytest.raises(ModelUnavailable):
        reader.classify(an_exception())


def test_no_more_requests_run_at_the_same_time_than_allowed():
    slow = Answer(GOOD.body, before=0.02)
    with serving(lambda _: slow) as server, reading(server.url, concurrency=2) as reader:
        reader.classify(an_exception())
        with ThreadPoolExecutor(8) as pool:
            answered = list(pool.map(reader.classify, [an_exception(f"case {number}") for number in range(12)]))

    assert [answer.answer.label for answer in answered] == ["supplier_delay"] * 12
    assert server.most_at_once == 2


# --- key and address ----------------------------------------------------------------------------
@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_names_the_setting_and_never_the_key(status: int, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    with (
        serving(lambda _: fails(status, f"Incorrect API key provided: {KEY}")) as server,
        reading(server.url) as reader,
        pytest.raises(ConfigurationError, match="GATEHOUSE_LLM_API_KEY") as caught,
    ):
        reader.classify(an_exception())

    assert len(server.asked) == 1
    chain, seen = caught.value, []
    while chain is not None:
        seen.append(f"{chain!r} {chain} {vars(chain)}")
        chain = chain.__cause__ or chain.__context__
    assert KEY not in "".join(seen)
    assert KEY not in caplog.text


def test_a_server_that_repeats_the_key_does_not_get_it_into_an_error():
    with (
        serving(lambda _: fails(418, f"teapot {KEY}")) as server,
        reading(server.url) as reader,
        pytest.raises(ConfigurationError, match=r"teapot \[key\]"),
    ):
        reader.classify(an_exception())


def test_a_server_that_repeats_the_mail_does_not_get_it_into_an_error():
    with (
        serving(lambda asked: fails(400, str(asked.body["messages"]))) as server,
        reading(server.url) as reader,
        pytest.raises(ConfigurationError) as caught,
    ):
        reader.classify(an_exception("Mrs Meyer of Lindenweg 4 is ill."))

    assert "Meyer" not in str(caught.value)


def test_the_key_goes_to_the_server_and_no_key_of_another_service_does(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-service")
    with (
        serving(lambda _: GOOD) as server,
        reading(server.url) as with_key,
        reading(server.url, api_key="") as without_key,
    ):
        with_key.classify(an_exception())
        without_key.classify(an_exception())

    assert [asked.headers["authorization"] for asked in server.asked] == [f"Bearer {KEY}", "Bearer none"]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed_with_the_key(status: int):
    with serving(lambda _: GOOD) as other, serving(lambda _: GOOD) as server, reading(server.url) as reader:
        server.behave = lambda _: Answer({}, status, {"location": f"{other.url}/chat/completions"})
        with pytest.raises(ConfigurationError, match="redirects"):
            reader.classify(an_exception())

    assert other.asked == []


def test_nothing_is_sent_to_a_tracing_service(monkeypatch: pytest.MonkeyPatch):
    with serving(lambda _: Answer({})) as tracer, serving(lambda _: GOOD) as server, reading(server.url) as reader:
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGSMITH_API_KEY", "key")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", tracer.url)
        reader.classify(an_exception())

    assert tracer.asked == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"base_url": "ftp://model"}, "BASE_URL"),
        ({"base_url": "model.example:80/v1"}, "BASE_URL"),
        ({"base_url": "http://user:secret@model/v1"}, "BASE_URL carries credentials"),
        ({"base_url": "https://model/v1?key=secret"}, "BASE_URL carries credentials"),
        ({"model": " "}, "MODEL is empty"),
        ({"api_key": "schlüssel"}, "API_KEY"),
    ],
)
def test_an_endpoint_that_cannot_be_right_is_refused_at_the_start(given, words: str):
    with (
        pytest.raises(ConfigurationError, match=words) as caught,
        reading(given.pop("base_url", "http://localhost/v1"), **given),
    ):
        pass

    assert "secret" not in str(caught.value)
