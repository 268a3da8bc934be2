"""Watching for patterns: a finding becomes one case with its evidence, worded by figures, and never a second one."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from agent import commands
from agent.access.model import Role
from agent.adapters.embedded.reader import EmbeddedReader
from agent.adapters.memory import MemoryOdoo
from agent.cases.model import CaseKind, Status
from agent.evidence.history import History, ReorderPoint, Sold
from agent.evidence.patterns import windows
from agent.inline import run_due
from agent.intake.model import Event, StockData
from agent.kit.canonical import canonical_json
from agent.pipeline import App
from agent.receiving import find_patterns, receive_events, watch_patterns
from agent.reviews.model import Verb, Verdict
from agent.steps import STEPS
from agent.suggestions.model import ExceptionLabel, PatternLabel
from agent.suggestions.service import Readers
from tests.builders import NOON, a_person
from tests.builders_desk import TestDesk, a_test_desk

SPAN = windows(NOON.date())
PIA = a_person(Role.PLANNER, login="pia")


def sales() -> tuple[Sold, ...]:
    """Ten months in which the margins of one of three customers fall at the end."""
    chance = random.Random(5)
    days = (SPAN.recent_until - SPAN.baseline_since).days
    rows: list[Sold] = []
    for number in range(180):
        day = SPAN.baseline_since + timedelta(days=chance.randrange(days + 1))
        fallen = 9 if number % 3 == 0 and day >= SPAN.recent_since else 0
        rows.append(
            Sold(
                day=day, order=f"S{number:05d}", company="Acme", customer=f"Customer {number % 3}", product_code="",
                margin_percent=Decimal(str(round(chance.gauss(25, 3) - fallen, 2))), value=Decimal(100),
            )
        )  # fmt: skip
    return tuple(rows)


def a_level(code: str, forecast: int) -> ReorderPoint:
    return ReorderPoint(
        product_code=code, product_name="Pump", company="Acme", unit="Units", on_hand=Decimal(3),
        forecast=Decimal(forecast), minimum=Decimal(10), under_way=Decimal(0),
    )  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    made = a_test_desk(tmp_path)
    yield made
    made.close()


@pytest.fixture
def app(desk: TestDesk) -> App:
    past = History(since=SPAN.baseline_since, until=NOON.date(), sold=sales())
    odoo = MemoryOdoo(past=past, levels=[a_level("PUMP-1", -4)], clock=lambda: NOON)
    return replace(desk.app, odoo=odoo, readers=Readers(embedded=EmbeddedReader()))


def test_each_finding_becomes_one_case_and_stays_one(app: App):
    first = watch_patterns(app)
    again = watch_patterns(app)

    assert [(one.pattern.kind.value, one.pattern.subject) for one in first] == [
        ("margin_erosion", "Customer 0"),
        ("coming_shortage", "PUMP-1"),
    ]
    assert all(one.number for one in first)
    assert [one.pattern for one in again] == [one.pattern for one in first]
    assert not any(one.number for one in again)


def test_the_case_is_settled_with_the_pattern_as_its_evidence_and_words_that_the_figures_carry(app: App):
    number = watch_patterns(app)[0].number
    run_due(app, STEPS)

    with app.look() as look:
        case = look.cases.get(number)
        made = look.suggestions.of_round(case.id, case.round)
        found = look.evidence.get(made.evidence_id)
    assert (case.kind, case.status, case.company) == (CaseKind.PATTERN, Status.IN_REVIEW, "Acme")
    assert made.label == PatternLabel.MARGIN_EROSION
    assert made.summary.startswith(f"Customer 0: the median margin fell by {abs(found.pattern.effect)} percentage")
    assert (made.dropped_sentences, made.findings) == (0, ())


def test_what_was_decided_is_not_opened_anew_in_its_window(app: App, desk: TestDesk):
    number = watch_patterns(app)[1].number
    run_due(app, STEPS)
    with app.look() as look:
        case = look.cases.get(number)
        review = look.reviews.open_of([case.id])[case.id]
    if review.blind:
        commands.label_blind(app, review.id, PatternLabel.COMING_SHORTAGE, PIA)
    commands.decide(app, review.id, Verdict(verb=Verb.ACCEPT, reason_code="correct"), PIA)
    run_due(app, STEPS)

    assert not any(one.number for one in watch_patterns(app))


def test_a_flood_is_let_in_by_tens(app: App):
    many = replace(app, odoo=MemoryOdoo(levels=[a_level(f"PUMP-{n}", 2) for n in range(14)], clock=lambda: NOON))

    assert sum(bool(one.number) for one in watch_patterns(many)) == 10
    assert sum(bool(one.number) for one in watch_patterns(many)) == 4


def conflicts(app: App, count: int) -> list[str]:
    """So many conflicts about one product in the recent window; the keys of their cases."""
    events = [
        Event(
            id=str(n), source="/odoo", type="allocation.moved", subject=f"S{n:05d}",
            time=NOON.replace(hour=8) - timedelta(days=(NOON.date() - SPAN.recent_since).days - 3 * n),
            data=StockData(product="VALVE", order=f"S{n:05d}", company="Acme"),
        )
        for n in range(count)
    ]  # fmt: skip
    return [receive_events(app, canonical_json(event.model_dump(mode="json", exclude_none=True)))[0].case_id
            for event in events]  # fmt: skip


def test_stored_events_count_and_what_a_person_found_them_to_be_goes_before_their_type(app: App):
    cases = conflicts(app, 8)
    kinds = {(one.kind.value, one.subject, one.recent.count) for one in find_patterns(app)}
    assert ("recurring_allocation_conflicts", "VALVE", 8) in kinds

    run_due(app, STEPS)
    for case_id in cases[:5]:
        with app.look() as look:
            review = look.reviews.open_of([case_id])[case_id]
            label = look.suggestions.get(review.suggestion_id).label
        if review.blind:
            commands.label_blind(app, review.id, ExceptionLabel.NO_EXCEPTION, PIA)
        edit = {} if label == ExceptionLabel.NO_EXCEPTION else {"label": ExceptionLabel.NO_EXCEPTION}
        verdict = Verdict(
            verb=Verb.EDIT if edit else Verb.ACCEPT, reason_code="wrong_label" if edit else "correct", **edit
        )
        commands.decide(app, review.id, verdict, PIA)

    assert "recurring_allocation_conflicts" not in {one.kind.value for one in find_patterns(app)}


def test_nothing_is_opened_where_odoo_does_not_answer(app: App):
    app.odoo.break_down()

    with pytest.raises(Exception, match="break down"):
        watch_patterns(app)
    app.odoo.recover()
    with app.look() as look:
        assert look.cases.page(kind=CaseKind.PATTERN) == []


def test_the_page_shows_counts_windows_interval_and_a_picture(app: App, desk: TestDesk):
    number = watch_patterns(app)[0].number
    run_due(app, STEPS)

    page = BeautifulSoup(desk.client(a_person(Role.MANAGER)).get(f"/cases/{number}").text, "html.parser")

    if page.select_one("svg.picture") is None:
        pytest.skip("drawn for blind review")
    assert len(page.select("svg.picture circle")) > 20
    text = " ".join(page.text.split())
    assert "95 % interval" in text
    assert "Mann-Whitney" in text
