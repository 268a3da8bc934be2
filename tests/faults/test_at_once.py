"""Everything at once on one state: feeders that name the same matters in other orders, workers, and a person."""

import json
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from agent.access.model import Role
from agent.adapters.memory import MemoryOdoo
from agent.commands import decide
from agent.errors import Conflict
from agent.inline import run_due
from agent.kit.clock import utc_now
from agent.kit.db import Database
from agent.pipeline import App
from agent.receiving import receive_events
from agent.reviews.model import Verb, Verdict
from agent.routing.model import Policy
from agent.steps import STEPS
from tests.builders import MASTER, a_person, an_event_document
from tests.faults.plain_reader import readers

ACCEPT = Verdict(verb=Verb.ACCEPT, reason_code="correct")
ESCALATE = Verdict(verb=Verb.ESCALATE, reason_code="above_my_limit")
ORDERS = ("S00001", "S00002", "S00003")
FEEDERS, ROUNDS = 4, 6
ADA = a_person(Role.PLANNER, Role.MANAGER)


@pytest.fixture
def app(state_url, tmp_path):
    db, odoo = Database(state_url), MemoryOdoo()
    yield App(
        db=db, master=MASTER, clock=utc_now, odoo=odoo, writer=odoo, log=odoo, readers=readers(),
        policy=Policy(gold_share=0.05), home=tmp_path, desk_url="http://desk",
    )  # fmt: skip
    db.close()


def feed(app: App, feeder: int) -> None:
    orders = ORDERS if feeder % 2 else ORDERS[::-1]
    for number in range(ROUNDS):
        batch = [an_event_document(f"{feeder}-{number}-{order}", order=order) for order in orders]
        receive_events(app, json.dumps(batch).encode())


def decide_whatever_waits(app: App) -> None:
    with app.look() as look:
        reviews = look.reviews.open_of([case.id for case in look.cases.page()])
    for number, review in enumerate(reviews.values()):
        try:
            decide(app, review.id, ESCALATE if number % 2 and review.level == "planner" else ACCEPT, ADA)
        except Conflict:
            continue  # overtaken by a newer event, as it should be


def everything_at_once(app: App) -> list[BaseException]:
    failed: list[BaseException] = []
    fed = threading.Event()

    def keeping(work: Callable[[], object], *, until_fed: bool) -> None:
        try:
            work()
            while until_fed and not fed.is_set():
                work()
        except BaseException as error:  # noqa: BLE001 - whatever a thread dies of is what the test is about
            failed.append(error)

    feeders = [
        threading.Thread(target=keeping, args=(lambda n=n: feed(app, n),), kwargs={"until_fed": False})
        for n in range(FEEDERS)
    ]
    others = [lambda: run_due(app, STEPS), lambda: run_due(app, STEPS), lambda: decide_whatever_waits(app)]
    busy = [threading.Thread(target=keeping, args=(work,), kwargs={"until_fed": True}) for work in others]
    for thread in (*feeders, *busy):
        thread.start()
    for thread in feeders:
        thread.join()
    fed.set()
    for thread in busy:
        thread.join()
    return failed


def test_nothing_is_lost_or_doubled_when_all_happens_at_once(app: App):
    assert everything_at_once(app) == []
    run_due(app, STEPS)

    with app.db.read() as state:

        def rows(query: str) -> list[tuple[object, ...]]:
            return [tuple(row) for row in state.execute(text(query))]

        assert rows("SELECT count(*), count(case_id) FROM received") == [(FEEDERS * ROUNDS * 3, FEEDERS * ROUNDS * 3)]
        assert rows("SELECT matter FROM case_file WHERE status <> 'closed' GROUP BY matter HAVING count(*) > 1") == []
        assert rows("SELECT case_id FROM review WHERE state = 'open' GROUP BY case_id HAVING count(*) > 1") == []
        assert rows("SELECT kind, last_error FROM work_item WHERE state = 'dead'") == []
        stranded = "SELECT number FROM case_file WHERE status = 'open' AND id NOT IN (SELECT key FROM work_item)"
        assert rows(stranded) == []
