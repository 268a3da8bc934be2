"""What is stored of trust, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from agent.confidence.certify import Subject, Terms, propose, sign
from agent.confidence.records import Epoch, GoldDraw, GoldLabel, Issued, LabelKind, Look, Scored
from agent.confidence.service import audit_item, grounds, watch_anew, watch_score
from agent.confidence.store import Share, Stood
from agent.errors import AlreadyDecided, NotFound
from agent.kit.db import Database
from agent.kit.ids import new_id
from agent.suggestions.model import Task
from tests.builders import NOON, a_database, some_work
from tests.builders_confidence import LABEL, labels

TASK, DAY = Task.CLASSIFY_EXCEPTION, timedelta(days=1)
DELAYS = Subject(task=TASK, label=LABEL)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = a_database(database_url)
    yield made
    made.close()


def a_row(n: int, **given: Any) -> Scored:
    values = {
        "suggestion_id": f"s{n:04d}", "case_id": f"c{n:04d}", "company": "Acme", "thread": f"t{n}", "task": TASK,
        "predicted": LABEL, "version_hash": "v1", "model_id": "m1", "score": 0.9, "gated": False, "gold": False,
        "drawn_at": NOON + n * DAY,
    }  # fmt: skip
    return Scored.model_validate(values | given)


def a_given(n: int, kind: LabelKind = LabelKind.BLIND, **given: Any) -> GoldLabel:
    values = {
        "id": new_id(), "suggestion_id": f"s{n:04d}", "case_id": f"c{n:04d}", "company": "Acme", "task": TASK,
        "kind": kind, "label": LABEL, "by": "ada", "at": NOON,
    }  # fmt: skip
    return GoldLabel.model_validate(values | given)


def a_look(**given: Any) -> Look:
    made = propose(DELAYS, "v1", labels(60), [0.9], given.pop("terms", Terms()))
    values = {
        "id": new_id(), "task": TASK, "label": LABEL, "version_hash": "v1", "model_id": "m1", "epoch": 0, "at": NOON,
        "by": "eva", "proposal": made,
    }  # fmt: skip
    return Look.model_validate(values | given)


def test_a_score_is_kept_once_a_version_and_what_people_say_of_it_beside_it(db: Database):
    with some_work(db) as work:
        items = work.trust.items
        items.add([a_row(1, gold=True), a_row(1, version_hash="v2", replayed=True), a_row(2)])
        items.add([a_row(1, score=0.1)])
        items.judge("s0001", "v1", wrong=True, at=NOON)
        items.judge_shown("s0002", wrong=False)

        (first,) = items.of_version(TASK, "v1", [LABEL])[:1]
        assert (first.score, first.wrong, first.labelled_at) == (0.9, True, NOON)
        assert first.labelled() is not None
        assert items.of_version(TASK, "v2", [])[0].wrong is None
        (other,) = [row for row in items.of_task(TASK, NOON + 9 * DAY) if row.suggestion_id == "s0002"]
        assert other.labelled() is None
        assert other.calibrating() is not None
        assert items.newest(TASK) == other
        assert items.unlabelled(TASK, 9) == ["s0002"]


def test_counts_above_the_bar_leave_out_gates_other_versions_and_replays(db: Database):
    with some_work(db) as work:
        items = work.trust.items
        items.add([a_row(n, gold=n % 2 == 0) for n in range(10)])
        items.add([a_row(20, gated=True), a_row(21, score=0.5), a_row(22, version_hash="v2"), a_row(23, replayed=True)])
        for n in (0, 2, 4):
            items.judge(f"s{n:04d}", "v1", wrong=n == 4, at=NOON + n * DAY)

        assert items.above(TASK, "v1", [LABEL], 0.8, NOON + 3 * DAY) == (7, NOON + 3 * DAY)
        assert items.above(TASK, "v9", [LABEL], 0.8, NOON) == (0, None)
        assert sorted(items.labelled_above(TASK, "v1", [LABEL], 0.8, NOON + DAY)) == [NOON + 2 * DAY, NOON + 4 * DAY]
        assert items.due(TASK, [LABEL], NOON, NOON + 8 * DAY) == (4, 1)


def test_shares_and_lists_are_of_one_s_own_companies(db: Database):
    with some_work(db) as work:
        items = work.trust.items
        items.add([a_row(1, automatic=True), a_row(2), a_row(3, automatic=True, company="Byte")])

        assert items.shares_since(NOON) == (3, 2)
        assert items.shares_since(NOON, ("Acme",)) == (2, 1)
        assert [row.company for row in items.automatic_since(NOON, ("Byte",))] == ["Byte"]


def test_labels_are_given_once_sealed_and_paired(db: Database):
    with some_work(db) as work:
        items = work.trust.items
        stated = a_given(1, fields={"eta": ("2026-12-12",)})
        assert items.add_label(stated, "t1")
        assert not items.add_label(a_given(1, label="other"), "t1")
        items.add_label(a_given(1, LabelKind.SECOND, label="stock_shortage"), "t1")
        items.add_label(a_given(2), "t2")

        assert items.labels(LabelKind.BLIND, TASK)[0] == stated
        assert items.pairs(TASK) == [(LABEL, "stock_shortage")]
        assert [one.kind for one in items.labels_of("c0001")] == [LabelKind.BLIND, LabelKind.SECOND]


def test_a_draw_is_kept_with_its_share(db: Database):
    drawn = GoldDraw(case_id="c1", company="Acme", task=TASK, rho=0.1, double=True, drawn_at=NOON)
    with some_work(db) as work:
        work.trust.items.draw(drawn)
        work.trust.items.draw(drawn.model_copy(update={"rho": 0.3}))

        assert work.trust.items.drawn("c1") == drawn
        assert work.trust.items.draws(NOON, NOON + DAY) == [drawn]
        assert work.trust.items.drawn("c2") is None


def test_each_look_spends_once_and_is_signed_once(db: Database):
    with some_work(db) as work:
        look = a_look()
        work.trust.add_look(look)
        with pytest.raises(AlreadyDecided):
            work.trust.add_look(a_look())
        assert work.trust.looks_spent(TASK, LABEL, 0) == 1
        assert work.trust.look(look.id) == work.trust.last_look(TASK, LABEL) == look
        assert work.trust.unsigned(NOON - DAY) == [look]
        with pytest.raises(NotFound):
            work.trust.look("%")

        issued = Issued(id=new_id(), look_id=look.id, certificate=sign(look.proposal, "mara", NOON, "m1"))
        work.trust.issue(issued)
        with pytest.raises(AlreadyDecided):
            work.trust.issue(issued.model_copy(update={"id": new_id()}))
        assert work.trust.newest(TASK, LABEL) == work.trust.newest(TASK, LABEL, "v1") == issued
        assert work.trust.newest(TASK, LABEL, "v2") is None
        assert work.trust.unsigned(NOON - DAY) == []
        assert work.trust.certificates() == [issued]


def test_epochs_count_on_and_begin_once(db: Database):
    with some_work(db) as work:
        assert work.trust.epoch(TASK).number == 0
        work.trust.begin_epoch(Epoch(task=TASK, number=1, by="mara"), NOON)
        with pytest.raises(AlreadyDecided):
            work.trust.begin_epoch(Epoch(task=TASK, number=1, by="eva"), NOON)

        assert (work.trust.epoch(TASK).number, work.trust.epoch(TASK).started_at) == (1, NOON)


def test_states_are_kept_and_replaced(db: Database):
    with some_work(db) as work:
        trust = work.trust
        for share in (Share(rho=0.1), Share(rho=0.3, why="drift")):
            trust.keep_share(TASK, share, NOON)
        trust.keep_stood(TASK, LABEL, Stood(automatic=True), NOON)
        trust.keep_sprint(NOON + DAY, NOON)
        for n in range(40):
            watch_score(trust, TASK, 0.5 + n / 100, NOON)

        assert trust.share(TASK) == Share(rho=0.3, why="drift")
        assert trust.stood(TASK, LABEL) == Stood(automatic=True)
        assert trust.sprint_until() == NOON + DAY
        assert trust.score_watch(TASK).drift.seen_in_all == 40
        assert trust.watch(TASK, LABEL) is None


def test_audited_errors_alarm_once_and_the_alarm_outlives_a_new_certificate(db: Database):
    with some_work(db) as work:
        look = a_look()
        issued = Issued(id=new_id(), look_id=look.id, certificate=sign(look.proposal, "mara", NOON, "m1"))
        work.trust.issue(issued)
        assert audit_item(work.trust, DELAYS, wrong=True, now=NOON) == []  # nothing is watched yet
        work.trust.keep_watch(watch_anew(DELAYS, issued, None), NOON)
        told = [
            event for n in range(60) for event in audit_item(work.trust, DELAYS, wrong=n % 2 == 0, now=NOON + n * DAY)
        ]

        assert [event.which for event in told] == ["promise", "errors"]  # type: ignore[attr-defined]
        watch = work.trust.watch(TASK, LABEL)
        assert watch is not None
        anew = watch_anew(DELAYS, issued, watch)
        assert anew.alarm_at == watch.alarm_at
        assert anew.errors.audited == 0
        reasons = {one.code for one in grounds(work.trust, DELAYS, "v1", ["m1"], NOON + 70 * DAY).standing.reasons}
        assert {"errors_rose", "promise_broken"} <= reasons
