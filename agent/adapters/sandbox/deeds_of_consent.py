"""Holds, disputes and approvals in the sandbox: a consent row for every answer, and the end of what was held."""

import json
import sqlite3
from decimal import Decimal, InvalidOperation

from agent.actions.model import DisputeBill, HoldOrder, RecordApproval
from agent.adapters.sandbox.change import Change
from agent.adapters.sandbox.deeds_of_orders import guard
from agent.adapters.sandbox.records import company_of, row_of
from agent.approvals.model import Consent, Figure, Scenario, Via
from agent.errors import ActionRefused, StaleRecord
from agent.evidence.records import Model, RecordRef
from agent.kit.values import from_micro_units

HELD: dict[Model, tuple[str, str, str]] = {
    Model.SALE_ORDER: ("sale_order", "held", "hold_reason"),
    Model.BILL: ("bill", "disputed", "dispute_reason"),
}
HOLDING = frozenset({Scenario.CREDIT_RELEASE, Scenario.INVOICE_DISCREPANCY})
ABOUT: dict[Scenario, tuple[Model, ...]] = {
    Scenario.DISCOUNT_EXCEPTION: (Model.SALE_ORDER,),
    Scenario.EMERGENCY_PROCUREMENT: (Model.PURCHASE_ORDER,),
    Scenario.INVENTORY_REALLOCATION: (Model.SALE_ORDER, Model.PICKING),
    Scenario.CREDIT_RELEASE: (Model.SALE_ORDER,),
    Scenario.SHIPMENT_UPGRADE: (Model.SALE_ORDER, Model.PICKING),
    Scenario.RETURN_AUTHORIZATION: (Model.SALE_ORDER, Model.PICKING),
    Scenario.SENSITIVE_CHANGE: (Model.PARTNER, Model.PURCHASE_ORDER),
    Scenario.INVOICE_DISCREPANCY: (Model.BILL,),
}
"""The records that an approval of each scenario may be about."""


def hold(change: Change, action: HoldOrder | DisputeBill) -> None:
    """Hold an order or dispute a bill; or take back what we held. Raises StaleRecord or ActionRefused."""
    model = Model.SALE_ORDER if isinstance(action, HoldOrder) else Model.BILL
    row = row_of(change.db, action.record, model)
    _, field, _ = HELD[model]
    guard(field, action.seen, bool(row[field]))
    if not action.value and not row[field]:
        raise ActionRefused(f"{action.record.name} is not held.")
    if action.value and row["state"] == "cancel":
        raise ActionRefused(f"{action.record.name} is cancelled in Odoo.")
    _set_held(change, action.record, held=action.value, reason=action.reason)


def record(change: Change, action: RecordApproval, key: str) -> tuple[int, bool | None, bool | None]:
    """Keep the answers as one consent row; its id, and whether the record was held before and is after.

    Consent ends a hold or dispute; a refusal after it brings back what that consent had ended.
    """
    row = row_of(change.db, action.record, *ABOUT[action.scenario])
    before = held(row)
    if action.consent is Consent.APPROVE:
        _same_figures(change.db, action)
    ended = action.scenario in HOLDING and action.consent is Consent.APPROVE and bool(before)
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
        roles=" ".join(answer.role for answer in action.answers),
        login=" ".join(answer.by for answer in action.answers),
        asked_by=action.asked_by,
        reason_code=action.answers[0].reason_code if action.answers else "",
        note="\n".join(answer.note for answer in action.answers if answer.note),
        figures=json.dumps({figure.field: figure.value for figure in action.seen}, sort_keys=True),
        via=Via.DESK.value,
        at=change.micros,
        ended=ended,
    )
    return made, before, back if ended or back else before


def held(row: sqlite3.Row) -> bool | None:
    """Whether an order is held or a bill disputed; None for what cannot be."""
    return next((bool(row[field]) for field in ("held", "disputed") if field in row.keys()), None)  # noqa: SIM118 - `in` a row looks among its values


def present_figures(db: sqlite3.Connection, about: RecordRef) -> dict[str, str]:
    """The figures of a record that a consent can be bound to, as plain text, by their technical names."""
    row = row_of(db, about)
    found = {
        name: _plain(row[column]) for name, column in _FIGURES.get(about.model, {}).items() if row[column] is not None
    }
    if about.model is Model.SALE_ORDER:
        customer = db.execute("SELECT * FROM partner WHERE id = ?", (row["partner_id"],)).fetchone()
        for name in ("credit_used", "credit_limit"):
            if customer[name] is not None:
                found[name] = _plain(customer[name])
    return found


_FIGURES: dict[Model, dict[str, str]] = {
    Model.SALE_ORDER: {"amount_total": "total", "margin_percent": "margin_percent", "freight": "freight"},
    Model.PURCHASE_ORDER: {"amount_total": "total"},
    Model.BILL: {"amount_total": "total"},
}


def _same_figures(db: sqlite3.Connection, action: RecordApproval) -> None:
    """Raises StaleRecord when a figure of the record is another than the one consented to; others are only kept."""
    now = present_figures(db, action.record)
    wrong = [item for item in action.seen if item.field in now and not _same(item.value, now[item.field])]
    if wrong:
        raise StaleRecord(
            "; ".join(f"{item.field} was {item.value} and is {now[item.field]} now" for item in wrong) + ".",
            differences=tuple(_difference(item, now) for item in wrong),
        )


def _difference(seen: Figure, now: dict[str, str]) -> tuple[str, str, str]:
    return seen.field, seen.value, now[seen.field]


def _same(left: str, right: str) -> bool:
    try:
        return Decimal(left) == Decimal(right)
    except InvalidOperation:
        return left == right


def _ended_by_last(db: sqlite3.Connection, action: RecordApproval) -> bool:
    asked = """SELECT ended FROM approval WHERE scenario = ? AND model = ? AND record_id = ? AND consent <> 'request'
        ORDER BY id DESC LIMIT 1"""
    place = (action.scenario.value, action.record.model.value, action.record.id)
    last = db.execute(asked, place).fetchone()
    return last is not None and bool(last["ended"])


def _set_held(change: Change, about: RecordRef, *, held: bool, reason: str) -> None:
    table, field, words = HELD[about.model]
    change.put(table, about.id, **{field: held, words: reason if held else ""})


def _plain(stored: int) -> str:
    return f"{from_micro_units(stored).normalize():f}"
