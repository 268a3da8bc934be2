"""The sandbox company is safe from several processes at once, as an Odoo is."""

import multiprocessing
from pathlib import Path

from agent.actions.model import Outcome
from agent.adapters.sandbox import ledger
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
