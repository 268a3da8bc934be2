"""A command on a full disk or a locked database: a clear error, a next step, and nothing half-saved."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from agent.errors import StorageBusy, StorageError, StorageFull
from agent.kit import db as kit_db
from agent.pipeline import App
from agent.receiving import receive_mail
from tests.faults.worlds import real_app

LARGE_MAIL = (
    b"From: a@supplier.example\r\nTo: us@example.com\r\nSubject: late\r\nMessage-ID: <1@supplier.example>\r\n\r\n"
    + b"".join(b"Line %d will be late.\r\n" % number for number in range(20_000))
)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setattr(kit_db, "BUSY_MILLISECONDS", 100)
    app = real_app(tmp_path, f"sqlite:///{tmp_path / 'state.db'}")
    yield app
    app.db.close()


def everything(app: App) -> dict[str, int]:
    """How many rows each table has, read beside the app."""
    with closing(sqlite3.connect(str(app.db.url.database))) as file:
        tables = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: file.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}


def test_on_a_full_disk_nothing_of_a_mail_is_saved_and_later_all_of_it(app: App):
    before = everything(app)

    def no_room(raw: sqlite3.Connection, _record: object) -> None:
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages}").close()

    app.db.close()
    event.listen(app.db.engine, "connect", no_room)
    with pytest.raises(StorageFull) as full:
        receive_mail(app, LARGE_MAIL)

    assert "Free some space" in full.value.next_step
    assert everything(app) == before
    event.remove(app.db.engine, "connect", no_room)
    app.db.close()
    assert receive_mail(app, LARGE_MAIL).new
    assert everything(app)["work_item"] == 1


def test_on_a_locked_database_nothing_is_saved_and_later_all_of_it(app: App):
    before = everything(app)
    with closing(sqlite3.connect(str(app.db.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageBusy) as busy:
            receive_mail(app, LARGE_MAIL)
        other.execute("ROLLBACK")

    assert "nothing was saved" in busy.value.next_step
    assert everything(app) == before
    assert receive_mail(app, LARGE_MAIL).new


def test_a_database_that_went_away_is_said_and_may_be_tried_again(app: App, tmp_path: Path):
    app.db.close()
    (tmp_path / "state.db").rename(tmp_path / "moved")
    (tmp_path / "state.db").mkdir()

    with pytest.raises(StorageError) as gone:
        receive_mail(app, LARGE_MAIL)

    assert gone.value.retry
    assert gone.value.next_step
