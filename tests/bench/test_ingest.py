"""What taking in costs: hints and events of 32 senders, single and in batches, beside bare inserts in groups."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import insert

from agent.intake.store import received
from agent.kit.gather import Gatherer
from agent.kit.ids import new_id
from agent.pipeline import App
from tests.builders_engine import an_app
from tests.builders_load import Answered, a_hint, a_service, events, send_all

SENDERS = 32
BATCH = 500


def bare_inserts(app: App, each: int) -> float:
    """Rows of the same size a second, by as many threads, saved in groups: what the database alone gives."""

    def save(rows):
        with app.db.write() as connection:
            connection.execute(insert(received), list(rows))
        return [None] * len(rows)

    gatherer: Gatherer = Gatherer(save)
    row = {"kind": "event", "digest": "d" * 64, "thread": "subject:S1", "document": b"x" * 400, "suppressed": True}

    def run() -> None:
        for _ in range(each):
            gatherer.put({"key": f"bare:{new_id()}", "received_at": app.clock(), **row})

    threads = [threading.Thread(target=run) for _ in range(SENDERS)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return SENDERS * each / (time.perf_counter() - begin)


def figures(answered: list[list[Answered]], seconds: float) -> tuple[float, float, float]:
    """Requests a second, p50 and p99 in milliseconds."""
    times = sorted(one.seconds for sender in answered for one in sender)
    assert {one.status for sender in answered for one in sender} <= {202, 204}
    return len(times) / seconds, times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000


def test_hints_and_events_beside_bare_inserts(database_url: str, tmp_path: Path, scale: Callable[[int], int]):
    app = an_app(
        database_url if not database_url.startswith("sqlite") else f"sqlite:///{tmp_path / 'gatehouse.db'}", tmp_path
    )
    each = max(5, scale(200))
    bare = bare_inserts(app, each)
    with a_service(database_url, tmp_path) as (_, port):
        send_all(port, [[a_hint(), events(f"warm-{number}")] for number in range(SENDERS)])
        hints = figures(*send_all(port, [[a_hint()] * each for _ in range(SENDERS)]))
        single = figures(
            *send_all(port, [[events(f"one-{sender}-{number}") for number in range(each)] for sender in range(SENDERS)])
        )
        many = [events(*(f"many-{part}-{number}" for number in range(BATCH))) for part in range(max(2, each // 10))]
        batches = figures(*send_all(port, [many]))
    per_second = batches[0] * BATCH

    print(  # noqa: T201 - the figures are the point
        f"\n{app.db.url.get_backend_name()}, {SENDERS} senders: bare inserts in groups {bare:.0f}/s;"
        f" hints {hints[0]:.0f}/s"
        f" ({hints[0] / bare:.2f} of bare), p50 {hints[1]:.0f} ms, p99 {hints[2]:.0f} ms; events {single[0]:.0f}/s"
        f" ({single[0] / bare:.2f} of bare), p50 {single[1]:.0f} ms, p99 {single[2]:.0f} ms; in batches of {BATCH}"
        f" {per_second:.0f}/s ({per_second / single[0]:.1f} times the single ones)"
    )
    with app.look() as look:
        waiting = len(look.intake.waiting(1_000_000))
    app.db.close()
    assert waiting == SENDERS + SENDERS * each + len(many) * BATCH
    assert per_second > 3 * single[0]
