"""What catching up with ten thousand changed records costs: steps, memory and time, on the sandbox company."""

import sqlite3
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from math import ceil
from pathlib import Path

import pytest

from agent.kit.clock import to_micros
from agent.steps import STEPS
from agent.steps.watching import PAGE
from tests.builders_company import a_filled_file
from tests.builders_watch import Place, a_place

MEGABYTE = 1e6


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with a_place(f"sqlite:///{tmp_path / 'state.db'}", a_filled_file(tmp_path), tmp_path) as place:
        place.catch_up()
        yield place


def change(place: Place, count: int) -> None:
    """So many more purchases, all written at one moment."""
    now = to_micros(place.clock.now)
    order = """INSERT INTO purchase_order (name, company_id, partner_id, state, currency, planned, total, changed_at,
        changed_by, created_at) SELECT 'B' || ?, company_id, partner_id, 'draft', currency, planned, total, ?, 'olga', ?
        FROM purchase_order WHERE name = 'P00052'"""
    line = """INSERT INTO purchase_line (order_id, position, product_id, ordered, unit_price, planned)
        SELECT max(o.id), 1, l.product_id, l.ordered, l.unit_price, l.planned
        FROM purchase_order o, purchase_line l WHERE l.id = 94"""
    with closing(sqlite3.connect(place.odoo.path)) as db, db:
        last = db.execute("SELECT max(id) FROM purchase_order").fetchone()[0]
        for number in range(last, last + count):
            db.execute(order, (number, now, now))
            db.execute(line)


def catch_up(place: Place) -> tuple[int, float, float]:
    """Steps, peak of allocated memory in MB, seconds."""
    tracemalloc.start()
    began, steps = time.perf_counter(), 1
    while STEPS["catch_up_page"](place.app, "odoo"):
        steps += 1
    seconds = time.perf_counter() - began
    peak = tracemalloc.get_traced_memory()[1] / MEGABYTE
    tracemalloc.stop()
    return steps, peak, seconds


def test_ten_times_the_changes_need_no_more_memory_and_a_step_a_page(place: Place, scale: Callable[[int], int]):
    few, many = PAGE, scale(100_000) * 2
    place.clock.on(hours=1)
    change(place, few)
    _, small, _ = catch_up(place)
    place.clock.on(hours=1)
    change(place, many)
    steps, peak, seconds = catch_up(place)

    print(  # noqa: T201 - the figures are the point
        f"{many} changed records: {steps} steps, peak {peak:.1f} MB (one page: {small:.1f} MB), {seconds:.1f} s traced"
    )
    assert ceil(many / PAGE) <= steps <= ceil(many / PAGE) + 5
    assert peak < 2 * small
