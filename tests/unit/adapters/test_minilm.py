"""The neural embedder: its files are checked, and a text's row never depends on its neighbours or threads."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from agent.adapters.embedded import minilm
from agent.errors import ConfigurationError

TEXTS = ["Goods arrived damaged.", "late", "Lieferung verspätet sich um zwei Wochen", "The bill is too high. " * 9]


def test_rows_have_unit_length_and_similar_texts_lie_close():
    rows = minilm.shared()(["The delivery is late.", "The shipment is delayed.", "I like jazz."])

    assert rows.shape == (3, 384)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    assert rows[0] @ rows[1] > 0.6
    assert rows[0] @ rows[2] < 0.3


def test_a_row_is_the_same_alone_in_company_and_on_one_thread():
    together = minilm.shared()(TEXTS)

    assert np.array_equal(together, np.vstack([minilm.shared()([text]) for text in TEXTS]))
    assert np.array_equal(together, minilm.MiniLM(threads=1)(TEXTS))


def test_threads_that_share_the_embedder_get_the_same_rows():
    fresh = minilm.MiniLM()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: fresh([text])[0], TEXTS))

    assert np.array_equal(np.vstack(found), minilm.shared()(TEXTS))


def test_what_follows_256_tokens_is_not_read():
    long = "pump " * 300

    assert np.array_equal(minilm.shared()([long])[0], minilm.shared()([long + "jazz music tonight"])[0])


def test_no_texts_give_no_rows():
    assert minilm.MiniLM()([]).shape == (0, 384)


def test_another_file_than_the_expected_one_is_refused(tmp_path, monkeypatch):
    other = tmp_path / "tokenizer.json"
    other.write_text("{}")
    monkeypatch.setattr(minilm, "TOKENIZER_FILE", other)

    with pytest.raises(ConfigurationError, match=r"tokenizer\.json has the hash"):
        minilm.MiniLM()(["text"])
    assert minilm.state().startswith("lexical alone")


def test_without_the_package_the_state_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(minilm, "MODEL_PACKAGE", "no_such_package_here")

    assert not minilm.available()
    assert "no_such_package_here" in minilm.state()
    with pytest.raises(ConfigurationError, match="not installed"):
        minilm.MiniLM()(["text"])
