"""A service that is killed while many senders post: what it acknowledged is there, once, and nothing else is lost."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from agent.intake.store import received
from agent.kit.db import Database
from agent.receiving import open_stored
from tests.builders_engine import an_app
from tests.builders_load import a_service, events, send_all

SENDERS = 32


def stored(url: str) -> int:
    database = Database(url)
    with database.read() as connection:
        count = len(connection.execute(received.select()).all())
    database.close()
    return count


def test_every_acknowledged_event_survives_sigkill_exactly_once(
    database_url: str, tmp_path: Path, scale: Callable[[int], int]
):
    url = f"sqlite:///{tmp_path / 'gatehouse.db'}" if database_url.startswith("sqlite") else database_url
    app = an_app(url, tmp_path)
    names = [[f"{sender}-{number}" for number in range(1000)] for sender in range(SENDERS)]
    work = [[events(name) for name in mine] for mine in names]
    before = 0
    for _ in range(max(2, scale(20))):
        with a_service(database_url, tmp_path) as (service, port):

            def kill(service=service, least=before + 100) -> None:
                end = time.monotonic() + 60
                while time.monotonic() < end and stored(url) < least:
                    time.sleep(0.01)
                service.kill()

            killer = threading.Thread(target=kill)
            killer.start()
            answered, _ = send_all(port, work)
            killer.join()
        kept = [sum(one.status == 202 for one in mine) for mine in answered]
        assert any(mine[-1].status == 0 for mine in answered), "it was killed in the middle"
        with app.look() as look:
            for mine, count in zip(names, kept, strict=True):
                keys = [f"event:5:/shop|{name}" for name in mine[:count]]
                assert set(look.intake.digests(keys)) == set(keys)
        before = stored(url)

    opened = open_stored(app)
    while more := open_stored(app):
        opened += more

    assert len(opened) == len(set(opened)) == before
    with app.look() as look:
        assert look.audit.counts()["event:received"] == before
    app.db.close()
