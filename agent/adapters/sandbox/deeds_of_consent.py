"""Holds, disputes and approvals in the sandbox: a consent row for every answer, and the end of what was held."""

import json
import sqlite3

from agent.actions.model import DisputeBill, HoldOrder, RecordApproval
from agent.adapters import guards
from agent.adapters.sandbox.change import Change
from agent.adapters.sandbox.figures import plain, shown_figures
from agent.adapters.sandbox.records import company_of, row_of
from agent.approvals.model import Consent, Via
from agent.evidence.records import Model, RecordRef
from agent.kit.values import from_micro_units

HELD: dict[Model, tuple[str, str, str]] = {
    Model.SALE_ORDER: ("sale_order", "held", "hold_reason"),
    Model.BILL: ("bill", "disputed", "dispute_reason"),
}


def hold(change: Change, action: HoldOrder | DisputeBill) -> None:
    """Hold an order or dispute a bill; or take back what we held. Raises StaleRecord or ActionRefused."""
    model = Model.SALE_ORDER if isinstance(action, HoldOrder) else Model.BILL
    row = row_of(change.db, action.record, model)
    _, field, _ = HELD[model]
    guards.may_hold(action.record, row["state"], seen=action.seen, held=bool(row[field]), value=action.value)
    _set_held(change, action.record, held=action.value, reason=action.reason)


def record(change: Change, action: RecordApproval, key: str) -> tuple[int, bool | None, bool | None]:
    """Keep the answers as one consent row; its id, and whether the record was held before and is after.

    Consent ends a hold or dispute; a refusal after it brings back what that consent had ended.
    """
    row = row_of(change.db, action.record, *guards.ABOUT[action.scenario])
    before = held(row)
    figures = shown_figures(change.db, action.scenario, action.record)
    if action.consent is Consent.APPROVE:
        guards.must_have_figures(action.seen, figures | _total(row))
    ended = action.scenario in guards.HOLDING and action.consent is Consent.APPROVE and bool(before)
    back = action.consent is Consent.REFUSE and not before and _ended_by_last(change.db, action)
    if ended or back:
        _set_held(change, action.record, held=back, reason="consent was taken back" if back else "")
    made = change.add(
        "approval",
        key=key,
        scenario=action.scenario.value,
        model=action.record.model.value,
        record_id=action.record.id,
        record_name=row["name"],
        company=company_of(change.db, action.record),
        consent=action.consent.value,
        roles=guards.joined(answer.role for answer in action.answers),
        login=guards.logins(action.answers),
        asked_by=action.asked_by,
        reason_code=guards.joined(answer.reason_code for answer in action.answers),
        note=guards.notes(action.answers),
        figures=json.dumps(guards.kept_figures(action.seen, figures), sort_keys=True),
        via=Via.DESK.value,
        at=change.micros,
        ended=ended,
    )
    return made, before, back if ended or back else before


def _total(row: sqlite3.Row) -> dict[str, str]:
    """What a consent about an order is bound to whatever its scenario."""
    return {"order_total": plain(from_micro_units(row["total"]))} if "total" in row.keys() else {}  # noqa: SIM118 - `in` a row looks among its values


def held(row: sqlite3.Row) -> bool | None:
    """Whether an order is held or a bill disputed; None for what cannot be."""
    return next((bool(row[field]) for field in ("held", "disputed") if field in row.keys()), None)  # noqa: SIM118 - `in` a row looks among its values


def _ended_by_last(db: sqlite3.Connection, action: RecordApproval) -> bool:
    asked = """SELECT ended FROM approval WHERE scenario = ? AND model = ? AND record_id = ? AND consent <> 'request'
        ORDER BY id DESC LIMIT 1"""
    place = (action.scenario.value, action.record.model.value, action.record.id)
    last = db.execute(asked, place).fetchone()
    return last is not None and bool(last["ended"])


def _set_held(change: Change, about: RecordRef, *, held: bool, reason: str) -> None:
    table, field, words = HELD[about.model]
    change.put(table, about.id, **{field: held, words: reason if held else ""})
