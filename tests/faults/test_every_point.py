"""The product's own steps, killed with SIGKILL at every point: nothing is lost and nothing is doubled."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.access.model import Role
from agent.access.store import new_person
from agent.adapters.samples import sample_events, sample_mails
from agent.adapters.sandbox import fill, ledger
from agent.cases.model import Status
from agent.commands import add_person
from agent.kit.clock import utc_now
from agent.kit.values import Value
from agent.receiving import receive_events, receive_mail
from tests.faults.worlds import PERSON, real_app
from tests.faults.zygote import Zygote

EVENTS = 2
KILLED = -9


class Seen(Value):
    """What another process reads afterwards: from our database, and from the sandbox company's file."""

    closed: int
    owed: int
    dead: int
    whole: bool
    sealed: bool
    events: dict[str, int]
    prompts: int
    outputs: int
    final_actions: int
    doubled: list[str]
    notes: int
    activities: int
    changed: int


def a_home(home: Path) -> Path:
    """A home where a mail and some events have just come in, and a person may decide."""
    home.mkdir()
    now = utc_now()
    fill(home / "sandbox.db", now.date())
    app = real_app(home, url_of(home))
    for document in sample_events(now)[:EVENTS]:
        receive_events(app, json.dumps(document).encode())
    receive_mail(app, sample_mails(now.date())[0][1])
    add_person(app, new_person(PERSON, "Ada", frozenset({Role.PLANNER})), None, "test")
    app.db.close()
    return home


def url_of(home: Path) -> str:
    return f"sqlite:///{home / 'gatehouse.db'}"


def seen(home: Path) -> Seen:
    app = real_app(home, url_of(home))
    with app.look() as look:
        cases, log, counts = look.cases.page(statuses=tuple(Status)), look.audit.verify(), look.outbox.counts()
        events = look.audit.counts()
    app.db.close()
    held = ledger(home / "sandbox.db")
    keys = [*held.decisions, *held.contents, *held.receipts]
    many = {**held.notes, **held.activities}
    return Seen(
        closed=sum(case.status is Status.CLOSED for case in cases),
        owed=counts["due"] + counts["log_due"],
        dead=counts["dead"] + counts["log_dead"],
        whole=log.whole,
        sealed=log.stored == log.sealed,
        events={name: count for name, count in events.items() if name not in {"log:delivered", "action:attempted"}},
        prompts=held.prompts,
        outputs=held.outputs,
        final_actions=held.final_actions,
        doubled=[key for key in keys if keys.count(key) > 1] + [key for key, times in many.items() if times > 1],
        notes=len(held.notes),
        activities=len(held.activities),
        changed=len(held.receipts) - len(held.notes) - len(held.activities),
    )


@pytest.fixture(scope="module")
def undisturbed(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> tuple[Seen, int]:
    """How it ends when nothing happens, and how many points there are."""
    home = a_home(tmp_path_factory.mktemp("undisturbed") / "home")
    assert zygote.run("real", home, url=url_of(home), threads=1) == 0, (home / "service.log").read_text()
    return seen(home), len(json.loads((home / "points.json").read_text()))


def some(points: int, wanted: int) -> Iterator[int]:
    """So many of the points, evenly spread; all of them when that is enough."""
    count = min(points, wanted)
    return (1 + index * points // count for index in range(count))


def test_killed_at_every_point_and_started_again_all_is_as_if_nothing_had_happened(
    zygote: Zygote, tmp_path: Path, undisturbed: tuple[Seen, int], scale: Callable[[int], int]
):
    expected, points = undisturbed
    assert expected.closed == EVENTS + 1
    assert expected.changed >= 1
    assert expected.prompts == expected.outputs == expected.final_actions == EVENTS + 1
    assert (expected.owed, expected.dead, expected.whole, expected.sealed) == (0, 0, True, True)

    for number in some(points, points if scale(100) > 1 else 4):
        home = a_home(tmp_path / f"killed-at-{number}")
        first = zygote.run("real", home, url=url_of(home), threads=1, kill_at=number)
        assert first in {KILLED, 0}, (home / "service.log").read_text()
        assert zygote.run("real", home, url=url_of(home), threads=1) == 0, (home / "service.log").read_text()

        assert seen(home) == expected, (home / "killed-at").read_text()


def test_killed_again_and_again_on_its_way_it_arrives_all_the_same(
    zygote: Zygote, tmp_path: Path, undisturbed: tuple[Seen, int]
):
    expected, points = undisturbed
    home = a_home(tmp_path / "home")
    for kill_at in (points // 7, points // 3, 11):
        assert zygote.run("real", home, url=url_of(home), threads=4, kill_at=kill_at) in {KILLED, 0}

    assert zygote.run("real", home, url=url_of(home), threads=4) == 0, (home / "service.log").read_text()

    assert seen(home) == expected
