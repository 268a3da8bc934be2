"""One contract for all who remember precedents: the twin, Chroma in a folder, Chroma on a server."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.adapters.chroma.embedding import MiniLMEmbedding
from agent.adapters.chroma.place import Folder, Server
from agent.adapters.chroma.store import ChromaPrecedents
from agent.adapters.memory.precedents import MemoryPrecedents, by_words
from agent.errors import ConfigurationError, PrecedentsUnavailable
from agent.evidence.precedents import Precedents
from tests.builders_precedents import CREDIT, LATE, a_precedent, chroma_server


class ByWords(MiniLMEmbedding):
    identity = "words"

    def __call__(self, texts):
        return by_words(texts)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as url:
        yield url


@pytest.fixture(params=["twin", "folder", "server"])
def precedents(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Precedents]:
    if request.param == "twin":
        yield MemoryPrecedents()
        return
    place = Folder(tmp_path / "chroma") if request.param == "folder" else Server(request.getfixturevalue("server"))
    store = ChromaPrecedents(place, ByWords())
    store.clear()
    yield store
    store.close()


def test_what_is_remembered_comes_back_whole(precedents: Precedents):
    kept = a_precedent(references="product A-100; supplier 14")
    precedents.put([kept])

    assert precedents.get(["d1", "d9"]) == (kept,)
    assert precedents.count() == 1


def test_the_nearest_come_first_with_their_cosine(precedents: Precedents):
    precedents.put([a_precedent(1, description=CREDIT, label="credit_hold"), a_precedent(2)])

    near = precedents.nearest(LATE, company="Acme", kind="exception")

    assert [one.precedent.case_id for one in near] == ["c2", "c1"]
    assert near[0].similarity == pytest.approx(1, abs=1e-5)
    assert near[1].similarity < 0.6


def test_another_company_and_another_kind_are_never_seen(precedents: Precedents):
    precedents.put([a_precedent(1, company="Other"), a_precedent(2, kind="supplier_email"), a_precedent(3, company="")])

    assert precedents.nearest(LATE, company="Acme", kind="exception") == ()


def test_a_case_decided_again_is_remembered_by_its_last_decision(precedents: Precedents):
    precedents.put([a_precedent(1)])
    precedents.put([a_precedent(1, decision_id="d7", label="other")])

    assert [item.decision_id for item in precedents.get(["d1", "d7"])] == ["d7"]
    assert precedents.count() == 1


def test_remembering_twice_is_remembering_once(precedents: Precedents):
    precedents.put([a_precedent(1), a_precedent(2)])
    precedents.put([a_precedent(2), a_precedent(1)])

    assert precedents.count() == 2


def test_what_is_forgotten_is_gone(precedents: Precedents):
    precedents.put([a_precedent(1), a_precedent(2)])
    precedents.forget(["c1", "c9"])

    assert [one.precedent.case_id for one in precedents.nearest(LATE, company="Acme", kind="exception")] == ["c2"]


def test_no_more_than_the_limit_is_found(precedents: Precedents):
    precedents.put([a_precedent(number) for number in range(1, 16)])

    assert len(precedents.nearest(LATE, company="Acme", kind="exception")) == 10
    assert len(precedents.nearest(LATE, company="Acme", kind="exception", limit=3)) == 3


def test_clearing_forgets_also_how_far_the_log_was_read(precedents: Precedents):
    precedents.put([a_precedent(1)])
    precedents.note_read(41)
    assert precedents.read_until() == 41

    precedents.clear()

    assert (precedents.count(), precedents.read_until()) == (0, 0)


# --- Chroma alone -------------------------------------------------------------------------------
def test_a_folder_keeps_what_it_holds_for_the_next_owner(tmp_path: Path):
    first = ChromaPrecedents(Folder(tmp_path), ByWords())
    first.put([a_precedent(1)])
    first.note_read(7)
    first.close()
    second = ChromaPrecedents(Folder(tmp_path), ByWords())

    assert (second.count(), second.read_until()) == (1, 7)
    second.close()


def test_a_second_process_on_the_folder_is_refused_with_the_way_out(tmp_path: Path):
    hold = (
        "import sys, fcntl, pathlib; f = pathlib.Path(sys.argv[1], 'owner.lock').open('a+');"
        "fcntl.flock(f, fcntl.LOCK_EX); f.write('process 4711'); f.flush(); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdin is not None
        owner.stdout.readline()
        second = ChromaPrecedents(Folder(tmp_path), ByWords())
        with pytest.raises(PrecedentsUnavailable, match="process 4711 owns") as refused:
            second.count()
        owner.stdin.close()

    assert "GATEHOUSE_CHROMA_URL" in refused.value.next_step
    assert "process 4711 owns" in second.trouble()
    assert second.count() == 0, "its owner is gone: the folder is free"
    assert second.trouble() == ""
    second.close()


def test_a_damaged_folder_is_said_to_be_and_cleared(tmp_path: Path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "chroma.sqlite3").write_bytes(b"no database" * 100)
    damaged = ChromaPrecedents(Folder(tmp_path), ByWords())

    with pytest.raises(PrecedentsUnavailable):
        damaged.count()
    damaged.clear()

    assert damaged.count() == 0
    damaged.close()


def test_another_embedder_starts_anew(tmp_path: Path):
    words = ChromaPrecedents(Folder(tmp_path), ByWords())
    words.put([a_precedent(1)])
    words.close()
    neural = ChromaPrecedents(Folder(tmp_path), MiniLMEmbedding())

    assert neural.count() == 0
    neural.put([a_precedent(1), a_precedent(2, description=CREDIT)])
    assert neural.nearest(LATE, company="Acme", kind="exception")[0].precedent.case_id == "c1"
    neural.close()


def test_a_collection_made_anew_elsewhere_is_found_again(server: str):
    mine, other = (ChromaPrecedents(Server(server), ByWords()) for _ in range(2))
    mine.put([a_precedent(1)])
    other.clear()
    other.put([a_precedent(2)])

    with pytest.raises(PrecedentsUnavailable):
        mine.count()
    assert mine.count() == 1
    mine.close()
    other.close()


def test_a_server_that_is_not_there_is_said_to_be_missing():
    with pytest.raises(PrecedentsUnavailable):
        ChromaPrecedents(Server("http://127.0.0.1:9"), ByWords()).count()


@pytest.mark.parametrize("url", ["chroma:8000", "ftp://chroma", "http://me:secret@chroma", "http://chroma/path"])
def test_an_address_that_cannot_be_right_is_refused(url: str):
    with pytest.raises(ConfigurationError):
        Server(url)
