"""When a trouble with the model is worth another try, and what of it may be shown."""

from datetime import UTC, datetime

import pytest

from agent.adapters.llm.ladder import Dialect, DialectBook, Rung, rungs_for
from agent.adapters.llm.trouble import SLOW, Trouble, retry_after, safe_words, wait_before_retry
from tests.builders_llm import Shelf

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "asked", "retries_done", "wait"),
    [
        (503, None, 0, 0.5),
        (503, None, 1, 1.0),
        (503, None, 9, 20.0),
        (None, None, 0, 0.5),
        (408, None, 0, 0.5),
        (429, 7.0, 0, 7.0),
        (429, 0.0, 1, 1.0),
        (429, 21.0, 0, None),
        (503, None, 10, None),
        (400, None, 0, None),
        (404, None, 0, None),
        (401, None, 0, None),
    ],
)
def test_how_long_to_wait(status, asked, retries_done: int, wait):
    trouble = Trouble("no", status=status, retry_after=asked)

    assert wait_before_retry(trouble, retries_done, max_retries=10) == wait


def test_an_answer_that_took_too_long_is_not_asked_for_again_at_once():
    assert wait_before_retry(Trouble("slow", code=SLOW), 0, max_retries=10) is None
    assert Trouble("slow", code=SLOW).may_pass


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Mon, 23 Nov 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Mon, 23 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after-ms": "nan"}, None),
        ({"retry-after": "9" * 400}, None),
    ],
)
def test_what_the_server_asks_to_wait(headers, seconds):
    assert retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("trouble", "unwanted"),
    [
        (Trouble("x", status=400, param="temperature"), "temperature"),
        (Trouble("Use 'max_completion_tokens', not 'max_tokens'", status=400, param="max_tokens"), "max_tokens"),
        (Trouble("'temperature' does not support 0", status=422), "temperature"),
        (Trouble("'format' is not permitted", status=400), "format"),
        (Trouble("response_format is not supported", status=400), ""),
        (Trouble("temperature too high in the server room", status=500), ""),
    ],
)
def test_which_parameter_is_not_taken(trouble: Trouble, unwanted: str):
    assert trouble.unwanted == unwanted


def test_a_server_s_words_are_shown_without_key_and_prompt():
    assert safe_words("bad key sk-1 !", key="sk-1", private="") == "bad key [key] !"
    assert "Meyer" not in safe_words("cannot parse: Mrs Meyer is ill", key="", private="Hi\n| Mrs Meyer is ill")
    assert len(safe_words("x" * 999, key="", private="")) == 200


def test_what_one_process_learned_another_knows_unless_it_was_only_a_guess():
    shelf = Shelf()
    learned = Dialect(rung=Rung.PROMPT, dropped=frozenset({"temperature"}))
    DialectBook("http://a", shelf).learn("m", learned, proven=True)
    DialectBook("http://a", shelf).learn("guess", learned, proven=False)

    assert DialectBook("http://a", shelf).known("m") == learned
    assert DialectBook("http://a", shelf).known("guess") is None
    assert DialectBook("http://b", shelf).known("m") is None


def test_three_answers_of_the_wrong_form_in_a_row_make_it_forget():
    book = DialectBook("http://a")
    book.learn("m", Dialect(rung=Rung.PROMPT), proven=True)
    for strike in (book.struck, book.struck, book.worked, book.struck, book.struck):
        strike("m")
    assert book.known("m") is not None

    book.struck("m")
    assert book.known("m") is None


@pytest.mark.parametrize(("model", "first"), [("gpt-4o", Rung.JSON_SCHEMA), ("gpt-4", Rung.JSON_OBJECT_WITH_SCHEMA)])
def test_the_ladder_begins_where_the_library_keeps_its_word(model: str, first: Rung):
    assert rungs_for(model)[0] is first
