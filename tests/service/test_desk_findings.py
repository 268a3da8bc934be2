"""Bills at the desk: the match beside the suggestion, hidden while a label is asked for blind, old labels kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from agent.access.model import Role
from tests.builders import a_person
from tests.builders_desk import TestDesk, a_test_desk
from tests.builders_findings import a_bill_case

PIA = a_person(Role.PLANNER, login="pia")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    made = a_test_desk(tmp_path)
    yield made
    made.close()


def shown(desk: TestDesk, **given) -> BeautifulSoup:
    return BeautifulSoup(desk.client(PIA).get(f"/cases/{desk.add(a_bill_case, **given).number}").text, "html.parser")


def test_every_billed_line_stands_beside_what_was_ordered_and_received(desk: TestDesk):
    rows = [
        [" ".join(cell.text.split()) for cell in row.select("th, td")]
        for row in shown(desk).select("table.match tbody tr")
    ]

    bolt, freight = rows
    assert bolt[:4] == ["BOLT P00012", "100 pcs at €5.20", "90", "120 at €5.85"]
    assert bolt[4:] == ["€156.00 quantity €78.00 price", "€0.00 too much €12.48 too much"]
    assert freight[3:] == ["1 at €48.50", "€48.50 not ordered", "€0.00 too much"]


def test_the_match_is_hidden_while_a_label_is_asked_for_blind(desk: TestDesk):
    page = shown(desk, gold=True)

    assert page.select("table.match") == []
    assert "at issue" not in page.text
    assert {field["value"] for field in page.select("input[name=label]")} >= {"price", "duplicate", "matches"}


def test_a_label_of_an_earlier_version_is_still_the_one_chosen_in_the_form(desk: TestDesk):
    page = shown(desk, label="invoice_discrepancy")

    assert [option["value"] for option in page.select("select[name=label] option[selected]")] == ["invoice_discrepancy"]
