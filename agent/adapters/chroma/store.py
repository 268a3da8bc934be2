"""The port of precedents on Chroma. Opened at the first use; what fails is opened anew at the next."""

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from agent.adapters.chroma.embedding import Embedding, OwnFunction, collection_name
from agent.adapters.chroma.place import Folder, Server
from agent.errors import PrecedentsUnavailable
from agent.evidence.precedents import NEAREST, Precedent, Recalled

Got = TypeVar("Got")
PORTION = 100
READ_UNTIL = "read_until"
HNSW = {"hnsw": {"space": "cosine", "ef_search": 300}}


class ChromaPrecedents:
    """Precedents in one collection of Chroma. Safe for threads. Raises PrecedentsUnavailable and nothing else."""

    def __init__(self, place: Folder | Server, embedding: Embedding) -> None:
        self._place = place
        self._embedding = embedding
        self._name = collection_name(embedding.identity)
        self._lock = threading.RLock()
        self._client: Any = None
        self._found: Any = None
        self._trouble = ""

    def put(self, items: Sequence[Precedent]) -> None:
        newest = {item.case_id: item for item in items}
        for start in range(0, len(newest), PORTION):
            self._with(partial(self._put, list(newest.values())[start : start + PORTION]))

    def forget(self, case_ids: Sequence[str]) -> None:
        for start in range(0, len(case_ids), PORTION):
            self._with(partial(_forget, list(case_ids[start : start + PORTION])))

    def get(self, decision_ids: Sequence[str]) -> tuple[Precedent, ...]:
        if not decision_ids:
            return ()
        rows = self._with(lambda found: found.get(ids=list(dict.fromkeys(decision_ids)), include=["metadatas"]))
        return tuple(_precedent(id_, row) for id_, row in zip(rows["ids"], rows["metadatas"], strict=True))

    def nearest(self, text: str, *, company: str, kind: str, limit: int = NEAREST) -> tuple[Recalled, ...]:
        return self._with(lambda found: self._nearest(found, text, company, kind, limit))

    def read_until(self) -> int:
        return self._with(_read_until)

    def note_read(self, until: int) -> None:
        self._with(lambda found: found.modify(metadata={READ_UNTIL: until}))

    def count(self) -> int:
        return int(self._with(lambda found: found.count()))

    def clear(self) -> None:
        with self._lock:
            try:
                self._with(lambda _: self._client.delete_collection(self._name))
            except PrecedentsUnavailable:
                self.close()
                with _translated():
                    self._place.wipe()  # it cannot be opened, and nothing is lost with it
            self._found = None

    def where(self) -> str:
        return f"{self._place}, compared by {self._embedding.identity}"

    def trouble(self) -> str:
        return self._trouble

    def close(self) -> None:
        with self._lock:
            self._found = self._client = None
            self._embedding.close()
            with _translated():
                self._place.close()

    # --- inside -----------------------------------------------------------------------------------
    def _with(self, ask: Callable[[Any], Got]) -> Got:
        """Ask the collection; after a failure it is looked up anew the next time (it may have been made anew)."""
        try:
            with self._lock:
                if self._found is None:
                    self._found = self._opened()
                found = self._found
            with _translated():
                answer = ask(found)
        except PrecedentsUnavailable as error:
            with self._lock:
                self._found, self._trouble = None, f"{error} {error.next_step}"
            raise
        self._trouble = ""
        return answer

    def _opened(self) -> Any:
        with _translated():
            if self._client is None:
                self._client = self._place.open()
            return self._client.get_or_create_collection(
                self._name, configuration=HNSW, embedding_function=OwnFunction(self._embedding)
            )

    def _put(self, items: list[Precedent], found: Any) -> None:
        known = found.get(where={"case_id": {"$in": [item.case_id for item in items]}}, include=[])["ids"]
        texts = [item.compared for item in items]
        found.upsert(
            ids=[item.decision_id for item in items],
            embeddings=self._embedding(texts),
            documents=texts,
            metadatas=[_metadata(item) for item in items],
        )
        if stale := sorted(set(known) - {item.decision_id for item in items}):
            found.delete(ids=stale)

    def _nearest(self, found: Any, text: str, company: str, kind: str, limit: int) -> tuple[Recalled, ...]:
        theirs = {"$and": [{"company": company}, {"kind": kind}]}
        rows = found.query(
            query_embeddings=self._embedding([text]),
            n_results=limit,
            where=theirs,
            include=["metadatas", "distances"],
        )
        near = zip(rows["ids"][0], rows["metadatas"][0], rows["distances"][0], strict=True)
        return tuple(
            Recalled(precedent=_precedent(id_, row), similarity=max(-1.0, min(1.0, 1 - float(distance))))
            for id_, row, distance in near
        )


def _read_until(found: Any) -> int:
    return int((found.metadata or {}).get(READ_UNTIL, 0))


def _forget(case_ids: list[str], found: Any) -> None:
    found.delete(where={"case_id": {"$in": case_ids}})


@contextmanager
def _translated() -> Generator[None]:
    """Whatever Chroma, its server or its store raises, as one error of ours; a panic of its core is one of them."""
    try:
        yield
    except PrecedentsUnavailable:
        raise
    except Exception as error:
        raise PrecedentsUnavailable(_words(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what Rust code raises is no Exception
            raise
        raise PrecedentsUnavailable(_words(error)) from error


def _words(error: BaseException) -> str:
    said = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _metadata(item: Precedent) -> dict[str, str]:
    return item.model_dump(mode="json", exclude={"decision_id"})


def _precedent(decision_id: str, row: dict[str, Any]) -> Precedent:
    return Precedent.model_validate({"decision_id": decision_id} | row)
