"""What was decided before in cases like this one, at the desk: small, linked, and hidden from who labels blind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from agent.access.model import Role
from agent.adapters.embedded.reader import EmbeddedReader
from agent.cases.model import Case
from agent.evidence.precedents import Recalled
from agent.suggestions.service import Readers, suggest
from agent.work import Work
from tests import builders_desk
from tests.builders import NOON, a_person, an_event, an_evidence
from tests.builders_desk import TestDesk, a_test_desk
from tests.builders_precedents import a_precedent

PIA = a_person(Role.PLANNER, login="pia")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    made = a_test_desk(tmp_path)
    yield made
    made.close()


def a_case_like_others(work: Work, **given: Any) -> Case:
    case = builders_desk._case(work, 0, **given)
    near = tuple(Recalled(precedent=a_precedent(number), similarity=1 - number / 10) for number in range(1, 6))
    found = an_evidence(case, events=(an_event(),), precedents=near)
    made = suggest(case, found, Readers(embedded=EmbeddedReader(neural=False)), NOON).suggestion
    return builders_desk._waiting(work, case, found, made, blind=case.gold)


def shown(desk: TestDesk, **given: Any) -> BeautifulSoup:
    case = desk.add(a_case_like_others, **given)
    return BeautifulSoup(desk.client(PIA).get(f"/cases/{case.number}").text, "html.parser")


def test_the_three_nearest_are_linked_with_what_people_called_them(desk: TestDesk):
    (card,) = [card for card in shown(desk).select("section.card") if card.h2.text == "Decided before"]

    assert [link["href"] for link in card.select("a")] == [f"/cases/C-2026-00000{number}" for number in (1, 2, 3)]
    assert "Supplier delay" in card.text
    assert "0.9 alike" in card.text


def test_they_are_hidden_while_a_label_is_asked_for_blind(desk: TestDesk):
    assert "Decided before" not in shown(desk, gold=True).text
