"""The log port: append-only, each key once, in order, all or none."""

import json
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cache
from typing import Any

import pytest

from agent.actions.log import ContentKind, LogCounts
from agent.adapters.sandbox import ledger
from agent.kit.ids import new_id
from tests.builders_company import a_content, a_decision
from tests.builders_ground import administrator
from tests.contract.conftest import Place


class BreaksOff(Sequence):
    """Rows of which the last cannot be had."""

    def __init__(self, rows):
        self._rows = rows

    def __len__(self):
        return len(self._rows) + 1

    def __getitem__(self, place):
        if place == len(self._rows):
            raise RuntimeError("the line went dead")
        return self._rows[place]


def test_rows_are_stored_and_counted(place: Place):
    before = place.odoo.counts()

    new = place.odoo.append(
        [a_content(new_id()), a_content(new_id(), ContentKind.OUTPUT), a_decision(new_id(), place.record())]
    )

    assert new == 3
    assert place.odoo.counts() == LogCounts(
        prompts=before.prompts + 1, outputs=before.outputs + 1, final_actions=before.final_actions + 1
    )


def test_nothing_to_append_changes_nothing(place: Place):
    before = place.odoo.counts()

    assert place.odoo.append([]) == 0
    assert place.odoo.counts() == before


def test_known_keys_are_skipped_and_the_rest_is_stored(place: Place):
    first, second, third = a_decision(new_id()), a_decision(new_id()), a_content(new_id())
    place.odoo.append([first, third])
    before = place.odoo.counts()

    assert place.odoo.append([first, second, third]) == 1
    assert place.odoo.counts().final_actions == before.final_actions + 1


def test_a_key_twice_in_one_batch_is_stored_once(place: Place):
    row = a_decision(new_id())

    assert place.odoo.append([row, row]) == 1


def test_a_decision_without_a_record_is_stored_too(place: Place):
    assert place.odoo.append([a_decision(new_id(), None)]) == 1


def test_a_batch_that_breaks_off_leaves_nothing(place: Place):
    before = place.odoo.counts()

    with pytest.raises(RuntimeError):
        place.odoo.append(BreaksOff([a_decision(new_id()), a_content(new_id())]))

    assert place.odoo.counts() == before


def test_racing_writers_store_each_key_once(place: Place):
    rows = [a_decision(new_id()) for _ in range(6)]
    before = place.odoo.counts()

    with ThreadPoolExecutor(4) as racers:
        stored = sum(racers.map(lambda _: place.odoo.append(rows), range(4)))

    assert stored == 6
    assert place.odoo.counts().final_actions == before.final_actions + 6


def test_an_erased_text_is_gone_and_its_tombstone_keeps_the_digest(place: Place):
    row, other = a_content(new_id(), text="Dear Mr Quill"), a_content(new_id(), text="Dear Ms Vane")
    place.odoo.append([row, other])
    before = place.odoo.counts()

    assert place.odoo.erase([row.key], reason="asked for by the person") == 1

    assert _text(place, row.key) != row.text
    assert "Quill" not in _text(place, row.key)
    assert _digest(place, row.key) == row.digest
    assert _text(place, other.key) == other.text
    assert place.odoo.counts() == before


def test_erasing_again_or_what_is_not_there_erases_nothing(place: Place):
    row = a_content(new_id())
    place.odoo.append([row])

    assert place.odoo.erase([row.key, row.key, new_id()], reason="asked for") == 1
    assert place.odoo.erase([row.key], reason="asked for again") == 0
    assert place.odoo.erase([], reason="nothing") == 0


def test_an_erased_row_is_not_written_again(place: Place):
    row = a_content(new_id(), text="Dear Mr Quill")
    place.odoo.append([row])
    place.odoo.erase([row.key], reason="asked for")

    assert place.odoo.append([row]) == 0
    assert "Quill" not in _text(place, row.key)


def test_decisions_cannot_be_erased(place: Place):
    row = a_decision(new_id())
    place.odoo.append([row])

    assert place.odoo.erase([row.key], reason="asked for") == 0
    assert _decisions(place)[-1] == row.key


def test_the_order_of_the_rows_is_kept(place: Place):
    rows = [a_decision(new_id()) for _ in range(5)]
    place.odoo.append([rows[3]])
    place.odoo.append([rows[4], rows[3], rows[0], rows[2]])

    assert _decisions(place)[-4:] == [rows[place_].key for place_ in (3, 4, 0, 2)]


def _decisions(place: Place) -> list[str]:
    match place.kind:
        case "memory":
            return [row.key for row in place.odoo.log if row.kind == "decision"]
        case "sandbox":
            return list(ledger(place.odoo.path).decisions)
        case _:
            found = administrator().call("x_gatehouse_decision", "search_read", kwargs={"order": "id"})
            return [row["x_key"] for row in found]


def _content(place: Place, key: str) -> dict[str, str]:
    match place.kind:
        case "memory":
            (row,) = [row for row in place.odoo.log if row.key == key]
            return row.model_dump()
        case "sandbox":
            with closing(sqlite3.connect(place.odoo.path)) as db:
                return json.loads(db.execute("SELECT row FROM content WHERE key = ?", (key,)).fetchone()[0])
        case _:
            asked = {"domain": [("x_key", "=", key)], "fields": ["x_text", "x_digest"]}
            (row,) = _auditor().call("x_gatehouse_content", "search_read", kwargs=asked)
            return {"text": row["x_text"] or "", "digest": row["x_digest"]}


@cache
def _auditor() -> Any:
    """The administrator of the real Odoo, who gives himself the right to read the words."""
    odoo = administrator()
    asked = {"domain": [("model", "=", "res.groups"), ("name", "=", "group_auditor")], "fields": ["res_id"]}
    (row,) = odoo.call("ir.model.data", "search_read", kwargs=asked)
    odoo.call("res.groups", "write", [row["res_id"]], kwargs={"vals": {"users": [(4, odoo.user_id())]}})
    return odoo


def _text(place: Place, key: str) -> str:
    return _content(place, key)["text"]


def _digest(place: Place, key: str) -> str:
    return _content(place, key)["digest"]
