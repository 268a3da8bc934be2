"""What reading costs beside what it is made of, in one run: the embedded reader, the model's port, and their memory."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from agent.adapters.embedded import minilm
from agent.adapters.embedded.reader import EmbeddedReader
from agent.adapters.llm.accept import to_classification, validated
from agent.adapters.llm.endpoint import Endpoint
from agent.adapters.llm.reader import ModelReader
from agent.adapters.llm.wire import ClassificationWire
from agent.kit.clock import utc_now
from agent.reporting.one_shot import classify, of_words
from agent.routing.model import Policy
from agent.suggestions.prompt import load_prompt
from agent.suggestions.reader import ExceptionInput
from agent.suggestions.service import Readers
from tests.bench.figures import tell
from tests.builders_llm import CLASSIFICATION, an_exception

NOTES = Path(__file__).parents[2] / "evals" / "datasets" / "exceptions"
AT_ONCE, LATENCY = 64, 0.5
POSSIBLE = AT_ONCE / LATENCY  # calls a second
MEGABYTE = 1024


def exceptions(count: int) -> list[ExceptionInput]:
    """Notes of the training set, the same in each run."""
    lines = [line for path in sorted(NOTES.glob("train_*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    items = [json.loads(line) for line in lines]
    asked = [ExceptionInput(**{key: item[key] for key in ("event_type", "note", "figures")}) for item in items]
    worded = [one for one in asked if one.note.strip()]
    return worded[:: max(1, len(worded) // count)][:count]


def best_rate(work: Callable[[], object], count: int, rounds: int = 5) -> float:
    """Items a second in the best of some rounds: what others do on the machine only ever slows it down."""
    best = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return count / best


def test_classifying_in_full_beside_embedding_the_same_notes():
    asked = exceptions(256)
    notes, now = [one.note for one in asked], utc_now()
    readers, policy = Readers(embedded=EmbeddedReader()), Policy()
    items = [of_words(one, now) for one in asked]
    list(classify(items[:2], readers, policy, now))  # loads the weights

    bare = task = 0.0
    for _ in range(4):  # in turn, so that both see the same machine
        bare = max(bare, best_rate(lambda: minilm.shared()(notes), len(notes), 1))
        task = max(task, best_rate(lambda: list(classify(items, readers, policy, now)), len(notes), 1))

    tell("classify_exception, embedded reader", bare_embeddings_a_second=bare, tasks_a_second=task, share=task / bare)
    assert task / bare >= 0.6


@contextmanager
def slow_model(seconds: float) -> Iterator[str]:
    """A model of fixed latency, in a process of its own; yields its address."""
    command = [sys.executable, "-m", "tests.bench.slow_model", str(seconds)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
        finally:
            server.terminate()


def calls_a_second(call: Callable[[int], object], count: int) -> float:
    """With as many threads as calls are allowed at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(call, range(AT_ONCE)))
        began = time.perf_counter()
        list(pool.map(call, range(count)))
        return count / (time.perf_counter() - began)


def test_a_model_of_half_a_second_is_kept_busy_by_64_calls(scale: Callable[[int], int]):
    count = AT_ONCE * max(10, scale(40))
    body = {"model": "m", "messages": [{"role": "user", "content": "x" * 4000}]}
    with slow_model(LATENCY) as url:
        reader = ModelReader(Endpoint(base_url=url, model="m", concurrency=AT_ONCE))
        reader.classify(an_exception())  # finds out in which way the server answers
        with httpx2.Client(limits=httpx2.Limits(max_connections=AT_ONCE), trust_env=False) as client:
            address = f"{url}/chat/completions"
            bare = calls_a_second(lambda _: client.post(address, json=body, timeout=60).json(), count)
        port = calls_a_second(lambda number: reader.classify(an_exception(f"{number} days late")), count)
        reader.close()

    quiet = os.getloadavg()[0] < (os.cpu_count() or 1)
    figures = {"possible_a_second": POSSIBLE, "bare_http_a_second": bare, "port_a_second": port}
    tell("model's port", **figures, share=port / POSSIBLE, quiet_machine=str(quiet))
    assert port >= (0.9 if quiet else 0.7) * min(POSSIBLE, bare)  # its processor time is not there beside other work


def test_rendering_a_prompt_and_validating_an_answer_beside_what_a_call_may_cost():
    prompt, answer = load_prompt("classify_exception"), json.dumps(CLASSIFICATION)
    asked = exceptions(200)
    prompt.render_from(asked[0])
    best = float("inf")
    for _ in range(5):
        began = time.thread_time()
        for one in asked:
            prompt.render_from(one)
            to_classification(validated(ClassificationWire, answer))
        best = min(best, (time.thread_time() - began) / len(asked) * 1000)

    tell("prompt and answer", milliseconds_a_call=best, share_of_2_ms=best / 2)
    assert best / 2 < 1


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the resident memory is read from /proc")
def test_a_worker_that_has_read_and_remembered_stays_small(tmp_path: Path):
    env = {**os.environ, "GATEHOUSE_HOME": str(tmp_path)}
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.worker"], cwd=root, env=env, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])

    tell("memory of a worker, MB", **found)
    assert found["now"] < 400
