"""The sandbox company keeps Odoo's rules: append-only, one transaction an action, honest about failing."""

import json
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from agent.actions.model import Outcome, SetLineQuantity
from agent.adapters.sandbox import SandboxOdoo, ledger
from agent.approvals.model import Scenario
from agent.errors import ActionRefused, OdooUnavailable
from agent.intake.changes import Cursor, Watched
from agent.kit.clock import to_micros
from tests.builders_company import NOW, a_content, a_copy, a_decision, a_filled_file, a_note, a_sandbox, an_activity


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_filled_file(tmp_path_factory.mktemp("company"))


@pytest.fixture
def odoo(company: Path, tmp_path: Path) -> SandboxOdoo:
    return a_sandbox(a_copy(company, tmp_path))


@pytest.fixture
def record(odoo: SandboxOdoo):
    return odoo.purchase_orders(["P00051"])[0].ref


@pytest.mark.parametrize("table", ["decision", "content", "receipt"])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {0} SET key = 'forged'",
        "DELETE FROM {0}",
        "INSERT OR REPLACE INTO {0} SELECT * FROM {0}",
        "INSERT OR REPLACE INTO {0} SELECT 99, * FROM (SELECT {1} FROM {0})",
    ],
)
def test_the_log_cannot_be_changed_even_past_the_adapter(odoo, record, table, change):
    odoo.append([a_decision("d"), a_content("c")])
    odoo.apply(a_note(record), key="k")
    with closing(sqlite3.connect(odoo.path)) as outside:
        columns = ", ".join(row[1] for row in outside.execute(f"PRAGMA table_info({table})") if row[1] != "id")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            outside.execute(change.format(table, columns))


def test_an_erasure_is_the_one_change_that_the_log_allows(odoo):
    odoo.append([a_content("c", text="Dear Mr Quill")])
    forged = [
        "row = json_set(row, '$.text', 'Dear Mr Quill', '$.digest', 'forged'), erased_at = 1, erase_reason = 'x'",
        "row = json_set(row, '$.text', 'another text'), erased_at = 1, erase_reason = 'x'",
        "row = json_set(row, '$.text', '')",
        "row = json_set(row, '$.text', ''), erased_at = 1, erase_reason = 'x', key = 'other'",
    ]
    with closing(sqlite3.connect(odoo.path)) as outside:
        for change in forged:
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                outside.execute(f"UPDATE content SET {change}")

    odoo.erase(["c"], reason="asked for")

    with closing(sqlite3.connect(odoo.path)) as outside:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            outside.execute("UPDATE content SET erase_reason = 'another'")
        (row,) = outside.execute("SELECT erase_reason, row FROM content").fetchall()
    assert row[0] == "asked for"
    assert "Quill" not in row[1]


def test_an_erased_text_is_on_the_disk_no_more(odoo):
    odoo.append([a_content(f"c{number}", text=f"Dear Mr Quill {number} " * 200) for number in range(5)])
    odoo.close()
    assert b"Mr Quill" in odoo.path.read_bytes()

    odoo.erase([f"c{number}" for number in range(5)], reason="asked for")
    odoo.close()

    files = [path for path in odoo.path.parent.iterdir() if path.name.startswith(odoo.path.name)]
    assert [path.name for path in files if b"Mr Quill" in path.read_bytes()] == []


def test_consent_rows_cannot_be_changed_either(odoo):
    order = odoo.sale_orders(["S00061"])[0].ref
    odoo.as_user("ada").ask_consent(Scenario.DISCOUNT_EXCEPTION, order)
    with closing(sqlite3.connect(odoo.path)) as outside:
        for change in ("UPDATE approval SET consent = 'approve'", "DELETE FROM approval"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                outside.execute(change)


def test_a_receipt_keeps_what_was_there_before_and_after(odoo):
    (order,) = odoo.purchase_orders(["P00051"])
    line = order.lines[0]
    odoo.apply(SetLineQuantity(record=order.ref, line_id=line.id, seen=line.ordered, value=line.ordered + 7), key="k")

    with closing(sqlite3.connect(odoo.path)) as outside:
        (row,) = outside.execute("SELECT before, after FROM receipt WHERE key = 'k'").fetchall()
    assert [json.loads(text) for text in row] == [{"value": str(line.ordered)}, {"value": str(line.ordered + 7)}]


def test_ten_thousand_changes_are_read_in_pages_that_cost_the_same(odoo):
    with closing(sqlite3.connect(odoo.path)) as outside, outside:
        outside.execute(
            """WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 10000)
               INSERT INTO picking (name, company_id, kind, origin, state, scheduled, changed_at)
               SELECT 'WH/MANY/' || n, 1, 'outgoing', 'S00061', 'assigned', '2026-12-01', ? FROM many""",
            (to_micros(NOW),),
        )
    statements: list[str] = []
    watching = a_sandbox(odoo.path, trace=statements.append)
    cursor, seen, costs, more = Cursor(at=NOW), 0, set(), True
    while more:
        before = len(statements)
        page = watching.changed(Watched.PICKING, cursor, 500)
        assert len(page.records) <= 500
        costs.add(len(statements) - before)
        seen, cursor, more = seen + len(page.records), page.cursor, page.more

    assert seen == 10_000
    assert max(costs) - min(costs) <= 1


def test_a_row_that_odoo_refuses_takes_its_whole_batch_with_it(odoo):
    with closing(sqlite3.connect(odoo.path)) as outside:
        outside.execute(
            "CREATE TRIGGER bad BEFORE INSERT ON content WHEN NEW.key = 'bad' BEGIN SELECT RAISE(ABORT, 'no'); END"
        )

    with pytest.raises(ActionRefused):
        odoo.append([a_decision("d"), a_content("good"), a_content("bad")])

    assert (ledger(odoo.path).decisions, ledger(odoo.path).contents) == ((), ())


def test_an_action_that_fails_half_way_leaves_nothing(odoo, record):
    with closing(sqlite3.connect(odoo.path)) as outside:
        outside.execute("CREATE TRIGGER bad BEFORE INSERT ON receipt BEGIN SELECT RAISE(ABORT, 'no'); END")

    with pytest.raises(ActionRefused):
        odoo.apply(a_note(record), key="k")

    assert odoo.notes(record) == ()


def test_notes_and_activities_can_be_read_on_their_record_only(odoo, record):
    other = odoo.sale_orders(["S00061"])[0].ref
    odoo.apply(a_note(record, "late again"), key="k1")
    odoo.apply(an_activity(record), key="k2")

    assert [(note.text, note.key, note.at) for note in odoo.notes(record)] == [("late again", "k1", NOW)]
    assert [activity.summary for activity in odoo.activities(record)] == ["Call the supplier"]
    assert (odoo.notes(other), odoo.activities(other)) == ((), ())


def test_the_ledger_names_what_each_key_did(odoo, record):
    odoo.apply(a_note(record), key="k1")
    odoo.apply(a_note(record), key="k1")
    odoo.apply(an_activity(record), key="k2")

    held = ledger(odoo.path)

    assert (held.receipts, held.notes, held.activities) == (("k1", "k2"), {"k1": 1}, {"k2": 1})


def test_a_file_that_somebody_else_is_writing_is_unavailable_and_nothing_is_done(company, tmp_path):
    odoo = SandboxOdoo(a_copy(company, tmp_path), clock=lambda: NOW, busy_seconds=0.01)
    record = odoo.purchase_orders(["P00051"])[0].ref
    with closing(sqlite3.connect(odoo.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OdooUnavailable) as caught:
            odoo.apply(a_note(record), key="k")
        other.rollback()

    assert "Another process" in caught.value.next_step
    assert odoo.apply(a_note(record), key="k").outcome is Outcome.APPLIED


def test_in_an_outage_nothing_answers_until_its_end(company, tmp_path):
    now = [NOW]
    odoo = SandboxOdoo(a_copy(company, tmp_path), clock=lambda: now[0])
    record = odoo.purchase_orders(["P00051"])[0].ref
    a_sandbox(odoo.path).fail_until(NOW + timedelta(minutes=5))

    for call in (odoo.info, odoo.counts, lambda: odoo.append([a_decision("d")])):
        with pytest.raises(OdooUnavailable):
            call()
    with pytest.raises(OdooUnavailable):
        odoo.apply(a_note(record), key="k")

    now[0] += timedelta(minutes=5)
    assert odoo.apply(a_note(record), key="k").outcome is Outcome.APPLIED
    assert ledger(odoo.path).decisions == ()


def test_an_outage_can_be_ended(odoo):
    odoo.fail_until(NOW + timedelta(days=1))
    odoo.recover()

    assert odoo.info().companies


def test_when_the_answer_is_lost_the_work_is_done_and_the_key_says_so(odoo, record):
    odoo.fail_until(NOW + timedelta(minutes=1), after_commit=True)
    with pytest.raises(OdooUnavailable):
        odoo.apply(a_note(record), key="k")
    odoo.recover()

    assert odoo.apply(a_note(record), key="k").outcome is Outcome.ALREADY
    assert len(odoo.notes(record)) == 1


def test_a_file_that_is_no_database_is_named(tmp_path):
    path = tmp_path / "sandbox.db"
    path.write_text("this is a letter, not a database, and it is long enough to be read as one " * 3)

    with pytest.raises(OdooUnavailable, match="sandbox") as caught:
        SandboxOdoo(path).info()
    assert str(path) in caught.value.next_step


def test_a_ledger_without_a_file_is_unavailable_and_makes_none(tmp_path):
    with pytest.raises(OdooUnavailable):
        ledger(tmp_path / "nothing.db")
    assert not (tmp_path / "nothing.db").exists()


def test_threads_that_make_the_same_fresh_file_at_once_all_find_it_made(tmp_path):
    start = threading.Barrier(6)

    def first_use(_: int) -> int:
        start.wait()
        return a_sandbox(tmp_path / "fresh.db").counts().final_actions

    with ThreadPoolExecutor(6) as racers:
        assert list(racers.map(first_use, range(6))) == [0] * 6


def test_a_file_that_was_made_but_never_filled_is_filled(tmp_path):
    odoo = a_sandbox(tmp_path / "sandbox.db")
    assert odoo.info().companies == ()

    a_filled_file(tmp_path)

    assert len(odoo.info().companies) == 2


def test_it_goes_on_after_being_closed(odoo):
    odoo.close()

    assert odoo.info().version == "18.0"
