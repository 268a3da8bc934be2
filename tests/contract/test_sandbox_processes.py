"""The sandbox company is safe from several processes at once, as an Odoo is."""

import multiprocessing
from datetime import timedelta
from pathlib import Path

from agent.actions.model import Outcome, SetLineDate
from agent.adapters.sandbox import ledger
from agent.errors import StaleRecord
from tests.builders_company import a_content, a_copy, a_decision, a_note, a_sandbox

PROCESSES = 3
ROUNDS = 5


def _work(path: Path, start, told) -> None:
    """Every process tries every key, and the same batches of the log."""
    odoo = a_sandbox(path)
    record = odoo.purchase_orders(["P00051"])[0].ref
    start.wait()
    outcomes = [odoo.apply(a_note(record), key=f"key {number}").outcome for number in range(ROUNDS)]
    new = [odoo.append([a_decision(f"d{number}"), a_content(f"c{number}")]) for number in range(ROUNDS)]
    told.put((outcomes.count(Outcome.APPLIED), sum(new)))


def _promise(path: Path, action: SetLineDate, start, told) -> None:
    """Every process wants another date for the same line, which all have seen alike."""
    odoo = a_sandbox(path)
    start.wait()
    try:
        told.put((odoo.apply(action, key=f"key {action.value}").outcome.value, action.value))
    except StaleRecord as stale:
        told.put(("stale", stale.differences[0][2]))


def test_of_racing_processes_that_want_different_dates_one_wins_and_the_others_are_told_its_date(
    company_file: Path, tmp_path: Path
):
    path = a_copy(company_file, tmp_path)
    spawn = multiprocessing.get_context("spawn")
    start, told = spawn.Event(), spawn.Queue()
    (order,) = a_sandbox(path).purchase_orders(["P00051"])
    line = order.lines[0]
    wanted = [
        SetLineDate(record=order.ref, line_id=line.id, seen=line.planned, value=line.planned + timedelta(days=days))
        for days in range(1, PROCESSES + 1)
    ]
    processes = [spawn.Process(target=_promise, args=(path, action, start, told)) for action in wanted]
    for process in processes:
        process.start()
    start.set()
    answers = [told.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()

    (won,) = [value for outcome, value in answers if outcome == "applied"]
    assert a_sandbox(path).purchase_orders(["P00051"])[0].lines[0].planned == won
    assert len(ledger(path).receipts) == 1


def test_racing_processes_do_everything_once(company_file: Path, tmp_path: Path):
    path = a_copy(company_file, tmp_path)
    spawn = multiprocessing.get_context("spawn")
    start, told = spawn.Event(), spawn.Queue()
    processes = [spawn.Process(target=_work, args=(path, start, told)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    start.set()
    answers = [told.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()

    assert sum(applied for applied, _ in answers) == ROUNDS
    assert sum(new for _, new in answers) == 2 * ROUNDS
    held = ledger(path)
    assert held.notes == {f"key {number}": 1 for number in range(ROUNDS)}
    assert (held.prompts, held.outputs, held.final_actions) == (ROUNDS, 0, ROUNDS)
