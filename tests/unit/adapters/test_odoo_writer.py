"""What is written to Odoo goes as one call, keeps every row, and says what is unknown."""

import json
from datetime import UTC, date, datetime

import pytest

from agent.actions.log import ContentKind, ContentRow
from agent.actions.model import OpenActivity, Outcome, PostNote
from agent.adapters.odoo.gateway import OdooGateway
from agent.errors import ActionRefused, OdooDenied, OdooUnavailable, StaleRecord
from agent.evidence.records import Model, RecordRef
from tests.builders_odoo import an_odoo, by_method, refusing, result

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ORDER = RecordRef(model=Model.SALE_ORDER, id=4, name="S00004")
SET_UP = [{"id": 1, "x_action": 77}]


def a_prompt(key="k:prompt", text="Which label?"):
    return ContentRow(
        key=key, case_number="C-2026-000001", content=ContentKind.PROMPT, text=text, digest="d", written_at=NOON
    )


def gateway(url, timeout=5.0):
    return OdooGateway.connect(url, "company", "service", "word", timeout)


def recording(answer):
    seen = []

    def run(handler, params):
        seen.append(params["args"])
        result(handler, answer)

    return run, seen


def test_a_batch_is_one_call_of_the_append_action():
    run, seen = recording({"added": 2})
    with an_odoo(by_method(search_read=SET_UP, run=run)) as url:
        assert gateway(url).append([a_prompt("a"), a_prompt("b")]) == 2
    ((*_, model, method, ids, named),) = seen
    assert (model, method, ids) == ("ir.actions.server", "run", [[77]])
    rows = json.loads(named["context"]["gatehouse_rows"])
    assert [row["x_key"] for row in rows["x_gatehouse_content"]] == ["a", "b"]
    assert rows["x_gatehouse_content"][0]["x_written_at"] == "2026-11-23 12:00:00"


def test_no_rows_are_no_call():
    with an_odoo(by_method()) as url:
        assert gateway(url).append([]) == 0


def test_signs_that_no_database_takes_are_shown_and_the_row_is_kept():
    run, seen = recording({"added": 1})
    with an_odoo(by_method(search_read=SET_UP, run=run)) as url:
        gateway(url).append([a_prompt(text="nul \x00, half \ud800, <b>, 日本")])
    row = json.loads(seen[0][-1]["context"]["gatehouse_rows"])["x_gatehouse_content"][0]
    assert row["x_text"] == "nul \u2400, half ?, <b>, 日本"


def test_what_odoo_answers_becomes_the_receipt():
    run, seen = recording({"outcome": "applied", "record_id": 344, "at": "2026-11-23 18:21:58.210833"})
    activity = OpenActivity(record=ORDER, summary="Call the supplier", due=date(2026, 12, 1))
    with an_odoo(by_method(search_read=SET_UP, run=run)) as url:
        receipt = gateway(url).apply(activity, key="k1")
    assert (receipt.key, receipt.outcome, receipt.record_id) == ("k1", Outcome.APPLIED, 344)
    assert receipt.at == datetime(2026, 11, 23, 18, 21, 58, 210833, tzinfo=UTC)
    assert json.loads(seen[0][-1]["context"]["gatehouse_action"]) == {
        "kind": "open_activity", "key": "k1", "model": "sale.order", "id": 4, "summary": "Call the supplier",
        "note": "", "due": "2026-12-01", "login": "", "role": "", "barred": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "search_read",
    [[], refusing("odoo.exceptions.UserError", "Object x_gatehouse_gate doesn't exist")],
)
def test_without_set_up_the_next_step_is_named(search_read):
    with an_odoo(by_method(search_read=search_read)) as url:
        for doing in (
            lambda: gateway(url).append([a_prompt()]),
            lambda: gateway(url).apply(PostNote(record=ORDER, text="x"), key="k"),
            lambda: gateway(url).counts(),
        ):
            with pytest.raises(ActionRefused) as caught:
                doing()
            assert "gatehouse odoo setup" in caught.value.next_step


def test_a_user_outside_the_service_s_group_is_told_which_group():
    denied = refusing("odoo.exceptions.AccessError", "You are not allowed")
    with an_odoo(by_method(search_read=denied)) as url, pytest.raises(OdooDenied) as caught:
        gateway(url).append([a_prompt()])
    assert "writes the log" in caught.value.next_step


def test_a_refusal_of_odoo_is_passed_on_and_the_action_looked_up_anew():
    looked_up = []

    def look(handler, _):
        looked_up.append(1)
        result(handler, SET_UP)

    refused = refusing("odoo.exceptions.UserError", "The record sale.order,4 is gone or takes no notes.")
    with an_odoo(by_method(search_read=look, run=refused)) as url:
        odoo = gateway(url)
        for _ in range(2):
            with pytest.raises(ActionRefused, match="is gone"):
                odoo.apply(PostNote(record=ORDER, text="x"), key="k")
    assert len(looked_up) == 2


def test_no_answer_leaves_the_outcome_unknown():
    def hang_up(handler, _):
        handler.close_connection = True

    with an_odoo(by_method(search_read=SET_UP, run=hang_up)) as url, pytest.raises(OdooUnavailable) as caught:
        gateway(url).apply(PostNote(record=ORDER, text="x"), key="k")
    assert caught.value.retry


def applying(run):
    with an_odoo(by_method(search_read=SET_UP, run=run)) as url:
        return gateway(url).apply(PostNote(record=ORDER, text="x"), key="k")


def test_values_that_changed_are_told_one_by_one_however_long_they_are():
    long = "x" * 3000
    found = [["planned", "2026-12-01", "2026-12-04"], ["change", "bank  A", long]]
    stale = refusing("odoo.exceptions.UserError", "stale:" + json.dumps(found))
    with pytest.raises(StaleRecord, match="planned: 2026-12-01 seen, 2026-12-04 now") as caught:
        applying(stale)
    assert caught.value.differences == (("planned", "2026-12-01", "2026-12-04"), ("change", "bank  A", long))


def test_a_refusal_of_a_guarded_action_brings_its_own_remedy():
    said = {"said": "P00004 is locked.", "remedy": "Unlock the order in Odoo, then decide again."}
    with pytest.raises(ActionRefused) as caught:
        applying(refusing("odoo.exceptions.UserError", "refused:" + json.dumps(said)))
    assert (caught.value.detail, caught.value.next_step) == (said["said"], said["remedy"])


def test_a_refusal_that_only_looks_like_one_of_ours_is_passed_on_as_it_is():
    for message in ("refused: by the bank", "stale: bread"):
        with pytest.raises(ActionRefused) as caught:
            applying(refusing("odoo.exceptions.UserError", message))
        assert message.partition(": ")[2] in caught.value.detail
