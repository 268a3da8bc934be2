"""A sandbox file of an earlier version goes on working: nothing of it is lost, and all that is new can be done."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from agent.actions.log import RiskIndicator, RiskLevel
from agent.actions.model import AddTag, Outcome, SetLineDate
from agent.adapters.sandbox import SandboxOdoo, ledger
from agent.adapters.sandbox.schema import SCHEMA
from agent.intake.changes import Cursor, Watched
from agent.kit.clock import EPOCH
from tests.builders_company import NOW, a_content, a_filled_file, a_note, a_sandbox, an_activity

FIRST_GUARDS = """
CREATE TRIGGER {0}_no_update BEFORE UPDATE ON {0} BEGIN SELECT RAISE(ABORT, 'append-only: {0}'); END;
CREATE TRIGGER {0}_no_delete BEFORE DELETE ON {0} BEGIN SELECT RAISE(ABORT, 'append-only: {0}'); END;
CREATE TRIGGER {0}_no_replace BEFORE INSERT ON {0}
WHEN EXISTS (SELECT 1 FROM {0} WHERE key = NEW.key OR id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'append-only: {0}'); END;
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = a_filled_file(tmp_path_factory.mktemp("new"))
    odoo = a_sandbox(path)
    odoo.append([a_content("c1", text="Dear Mr Quill")])
    record = odoo.purchase_orders(["P00051"])[0].ref
    odoo.apply(a_note(record), key="k1")
    odoo.apply(an_activity(record), key="k2")
    odoo.close()
    return path


@pytest.fixture
def old(filled: Path, tmp_path: Path) -> Path:
    """The same company in a file as the first version made it."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript("PRAGMA journal_mode = WAL;" + SCHEMA)
        db.execute("ATTACH ? AS new", (str(filled),))
        tables = [row[0] for row in db.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
        for table in tables:
            columns = ", ".join(row[1] for row in db.execute(f"PRAGMA main.table_info({table})"))
            db.execute(f"DELETE FROM main.{table}")
            db.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}")
        db.commit()
        db.executescript("".join(FIRST_GUARDS.format(table) for table in ("decision", "content", "receipt")))
    return path


def test_its_records_are_read_as_before(old: Path, filled: Path):
    names = ["P00051", "P00057", "P00080"]

    assert a_sandbox(old).purchase_orders(names) == a_sandbox(filled).purchase_orders(names)
    assert a_sandbox(old).bills(["RE-403377"]) == a_sandbox(filled).bills(["RE-403377"])
    assert ledger(old) == ledger(filled)


def test_all_that_is_new_can_be_done_in_it(old: Path):
    odoo = a_sandbox(old)
    (order,) = odoo.purchase_orders(["P00051"])
    line = order.lines[0]
    later = SetLineDate(record=order.ref, line_id=line.id, seen=line.planned, value=line.planned + timedelta(days=5))

    assert odoo.apply(a_note(order.ref), key="k1").outcome is Outcome.ALREADY
    assert odoo.apply(later, key="k3").outcome is Outcome.APPLIED
    (sale,) = odoo.sale_orders(["S00061"])
    odoo.apply(AddTag(record=sale.ref, tag="Late"), key="k4")
    odoo.as_user("ada").deliver("S00061")
    assert odoo.erase(["c1"], reason="asked for") == 1
    assert odoo.indicate([RiskIndicator(record=order.ref, level=RiskLevel.HIGH, score=90)]) == 1

    assert [record.name for record in odoo.changed(Watched.PURCHASE_ORDER, Cursor(at=NOW), 9).records] == ["P00051"]
    assert len(odoo.changed(Watched.PURCHASE_ORDER, Cursor(at=EPOCH), 500).records) > 80


def test_its_log_can_still_not_be_changed(old: Path):
    a_sandbox(old).info()

    with closing(sqlite3.connect(old)) as outside:
        for table in ("content", "receipt"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                outside.execute(f"UPDATE {table} SET key = 'forged'")


def test_many_that_open_it_at_once_bring_it_up_once(old: Path):
    start = threading.Barrier(6)

    def first_use(_: int) -> int:
        start.wait()
        return len(SandboxOdoo(old, clock=lambda: NOW).info().companies)

    with ThreadPoolExecutor(6) as racers:
        assert list(racers.map(first_use, range(6))) == [2] * 6


def test_a_file_is_brought_up_only_once(old: Path):
    a_sandbox(old).info()
    with closing(sqlite3.connect(old)) as outside:
        before = list(outside.iterdump())

    statements: list[str] = []
    a_sandbox(old, trace=statements.append).info()

    assert not [said for said in statements if said.startswith(("ALTER", "CREATE", "DROP"))]
    with closing(sqlite3.connect(old)) as outside:
        assert list(outside.iterdump()) == before
