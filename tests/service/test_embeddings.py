"""Embeddings by an OpenAI-compatible endpoint: rows in order and of unit length, or an error that says why."""

import base64

import numpy as np
import pytest

from agent.adapters.chroma.compose import store
from agent.adapters.llm.embeddings import BATCH, EndpointEmbedding
from agent.adapters.llm.endpoint import Endpoint
from agent.errors import ConfigurationError, ModelUnavailable, PrecedentsUnavailable
from agent.settings import load_settings
from tests.builders_llm import KEY, Answer, fails, serving
from tests.builders_precedents import LATE, a_precedent


def rows_of(asked):
    """A row a text: its length and its first letter."""
    rows = [[float(len(text)), float(ord(text[0])), 1.0] for text in asked.body["input"]]
    data = [{"object": "embedding", "index": number, "embedding": row} for number, row in enumerate(rows)]
    return Answer(
        {"object": "list", "model": "e", "data": data[::-1], "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    )


def sends(data):
    return lambda _: Answer({"object": "list", "model": "e", "data": data})


def embedding(url, waits=None, **given):
    endpoint = Endpoint(
        **{"base_url": url, "model": "e", "api_key": KEY, "timeout": 5, "max_retries": 1, "settings": "EMBEDDING"}
        | given
    )
    return EndpointEmbedding(endpoint, wait=[].append if waits is None else waits.append)


def asked_of(behave, texts=("one", "three"), **given):
    with serving(behave) as server:
        made = embedding(server.url, **given)
        try:
            return made(texts), server
        finally:
            made.close()


def test_rows_come_in_the_order_of_the_texts_and_have_unit_length():
    rows, server = asked_of(rows_of)

    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    assert rows[0] @ [3, 111, 1] == pytest.approx(np.linalg.norm([3, 111, 1]))
    (asked,) = server.asked
    assert (asked.path, asked.body["model"], asked.body["encoding_format"]) == ("/v1/embeddings", "e", "float")
    assert asked.headers["authorization"] == f"Bearer {KEY}"


def test_many_texts_are_asked_in_batches():
    rows, server = asked_of(rows_of, [f"text {number}" for number in range(BATCH + 3)])

    assert len(rows) == BATCH + 3
    assert [len(asked.body["input"]) for asked in server.asked] == [BATCH, 3]


@pytest.mark.parametrize(
    "data",
    [
        [],
        [{"index": 0, "embedding": [1.0]}],
        [{"index": 0, "embedding": [1.0, 2.0]}, {"index": 1, "embedding": [1.0]}],
        [{"index": 0, "embedding": [0.0, 0.0]}, {"index": 1, "embedding": [1.0, 0.0]}],
        [{"index": 0, "embedding": ["x", 1]}, {"index": 1, "embedding": [1.0, 0.0]}],
        [{"index": 0, "embedding": base64.b64encode(b"12345678").decode()}] * 2,
        None,
    ],
    ids=["none", "too few", "ragged", "empty row", "words", "base64", "null"],
)
def test_what_are_no_such_rows_are_refused(data):
    with pytest.raises(ModelUnavailable):
        asked_of(sends(data))


def test_a_server_that_is_busy_is_asked_again_when_it_says_so():
    waits: list[float] = []
    with serving(rows_of) as server:
        server.queue.append(fails(429, headers={"retry-after": "3"}))
        made = embedding(server.url, waits)
        made(["one"])
        made.close()

    assert waits == [3.0]


def test_a_wrong_key_names_its_own_setting_and_never_the_key():
    with pytest.raises(ConfigurationError, match="GATEHOUSE_EMBEDDING_API_KEY") as refused:
        asked_of(lambda _: fails(401, f"bad key {KEY}"))
    assert KEY not in str(refused.value)


def test_the_setting_makes_the_memory_compare_by_the_endpoint(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with serving(rows_of) as server:
        settings = load_settings(embedding_base_url=server.url, embedding_model="e", home=tmp_path / "home")
        memory = store(settings)
        memory.put([a_precedent(1), a_precedent(2)])
        near = memory.nearest(LATE, company="Acme", kind="exception")
        memory.close()

    assert [round(one.similarity, 3) for one in near] == [1.0, 1.0]
    assert "e at http" in memory.where()


def test_an_endpoint_that_is_gone_makes_the_memory_unavailable_and_nothing_worse(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = load_settings(embedding_base_url="http://127.0.0.1:9/v1", embedding_model="e", home=tmp_path / "home")
    memory = store(settings)
    with pytest.raises(PrecedentsUnavailable):
        memory.nearest(LATE, company="Acme", kind="exception")
    memory.close()


def test_an_endpoint_without_its_model_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match="GATEHOUSE_EMBEDDING_MODEL"):
        load_settings(embedding_base_url="http://127.0.0.1:9/v1")
