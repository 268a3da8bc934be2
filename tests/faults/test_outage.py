"""The receiver is down while a hundred things change in Odoo; then it is killed while it catches up, many times."""

import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import event

from agent.steps import STEPS
from tests.builders_company import a_filled_file
from tests.builders_watch import Place, a_place

CHANGES = 100
KILLED = -signal.SIGKILL


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with a_place(f"sqlite:///{tmp_path / 'state.db'}", a_filled_file(tmp_path), tmp_path) as place:
        place.catch_up()
        yield place


def a_mail(number: int) -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Message-ID"] = "P00051", "sales@kugel.example", f"<{number}@kugel.example>"
    mail.set_content(f"Delivery {number} of P00051 will be late.")
    return mail.as_bytes()


def change_much(place: Place) -> Counter[str]:
    """A hundred changes by people and suppliers while nobody listens; what each must be told as, by subject."""
    expected: Counter[str] = Counter()
    for order in place.odoo.purchase_orders([f"P{number:05d}" for number in range(1, 90)]):
        if order.state == "purchase" and order.planned and all(line.received == 0 for line in order.lines):
            place.user().move_purchase_date(order.ref.name, order.planned + timedelta(days=9))
            expected[f"purchase.delayed {order.ref.name}"] += 1
    for order in place.odoo.sale_orders([f"S{number:05d}" for number in range(1, 100)]):
        held = [line for line in order.lines if line.reserved > 0]
        if order.state == "sale" and held:
            place.user().change_sale_line(order.ref.name, held[0].id, quantity=held[0].ordered * 2)
            expected[f"order.changed {order.ref.name}"] += 1
    for number in range(CHANGES - expected.total()):
        place.odoo.file_mail("P00051", a_mail(number))
        expected[f"mail <{number}@kugel.example>"] += 1
    assert expected.total() == CHANGES
    return expected


def told(place: Place) -> Counter[str]:
    """What lies in the intake, each with how often."""
    found: Counter[str] = Counter()
    for case in place.listed():
        with place.app.look() as look:
            events, mails = look.intake.of_case(case.id)
        found.update(f"{item.type} {item.subject}" for item in events)
        found.update(f"mail <{item.message_id.strip('<>')}>" for item in mails)
    return found


def killed_at(statement: int, home: Path, now: Callable[[], object]) -> int:
    """Catch up in another process, which ends by SIGKILL at that statement; its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        place = Place(f"sqlite:///{home / 'state.db'}", home / "sandbox.db", home)
        place.clock.now = now  # type: ignore[assignment]
        passed = 0

        def count(*_: object) -> None:
            nonlocal passed
            passed += 1
            if passed == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(place.db.engine, "after_cursor_execute", count)
        event.listen(place.db.engine, "commit", count)
        while STEPS["catch_up_page"](place.app, "odoo"):
            pass
    except BaseException:  # noqa: BLE001 - a forked test process never returns into the test run
        os._exit(1)
    os._exit(0)


def test_a_hundred_changes_during_an_outage_are_caught_up_with_none_lost_and_none_doubled(place: Place):
    expected = change_much(place)
    place.clock.on(hours=5)
    place.catch_up()
    place.catch_up()

    assert told(place) == expected


def test_killed_at_any_statement_it_loses_and_doubles_nothing(
    place: Place, tmp_path: Path, scale: Callable[[int], int]
):
    expected = change_much(place)
    place.clock.on(hours=5)
    place.odoo.close()
    place.db.close()
    points = random.Random(7).sample(range(1, 400), max(scale(2000), 20))

    codes = Counter(killed_at(point, tmp_path, place.clock.now) for point in points)  # type: ignore[arg-type]

    assert codes[KILLED] >= len(points) // 3
    assert codes[1] == 0
    place.catch_up()
    place.catch_up()
    assert told(place) == expected
