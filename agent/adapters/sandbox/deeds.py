"""What each kind of action does in the sandbox, within the writer's transaction; refused as an Odoo refuses."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from agent.actions.model import (
    AddTag,
    AnyAction,
    CloseActivity,
    DisputeBill,
    HoldOrder,
    OpenActivity,
    PostNote,
    RecordApproval,
    RecordSubstitution,
    RemoveTag,
    SendReply,
    SetCommitmentDate,
    SetLineDate,
    SetLinePrice,
    SetLineQuantity,
)
from agent.adapters import guards
from agent.adapters.sandbox import deeds_of_consent, deeds_of_orders
from agent.adapters.sandbox.change import Change
from agent.adapters.sandbox.records import partner_of, row_of


class Done(NamedTuple):
    """The record that was made or changed (None: it was so already), and values before and after, to take it back."""

    made: int | None
    before: Mapping[str, object] = MappingProxyType({})
    after: Mapping[str, object] = MappingProxyType({})


def carry_out(change: Change, action: AnyAction, key: str) -> Done:
    """Do it. Raises StaleRecord or ActionRefused, and then nothing of it stays."""
    return _DEEDS[type(action)](change, action, key)


def _post_note(change: Change, action: PostNote, key: str) -> Done:
    row_of(change.db, action.record)
    return Done(note(change, action, action.text, key))


def _substitute(change: Change, action: RecordSubstitution, key: str) -> Done:
    line, before = deeds_of_orders.substitute(change, action)
    note(change, action, guards.substitution(action.value, action.seen), key)
    return Done(line, {"substitute": before}, {"substitute": action.value})


def _set_value(
    change: Change, action: SetLineDate | SetLineQuantity | SetLinePrice | SetCommitmentDate, _: str
) -> Done:
    changed = deeds_of_orders.set_value(change, action)
    return Done(changed, {"value": _plain(action.seen)}, {"value": _plain(action.value)})


def _hold(change: Change, action: HoldOrder | DisputeBill, key: str) -> Done:
    deeds_of_consent.hold(change, action)
    note(change, action, guards.holding(action.record, action.reason, value=action.value), key)
    return Done(action.record.id, {"held": action.seen}, {"held": action.value})


def _record_approval(change: Change, action: RecordApproval, key: str) -> Done:
    made, before, after = deeds_of_consent.record(change, action, key)
    return Done(made, {"held": before}, {"held": after})


def note(change: Change, action: AnyAction, text: str, key: str) -> int:
    """Put a note on the action's record; its id."""
    place = {"model": action.record.model.value, "record_id": action.record.id}
    return change.add("note", **place, body=text, action_key=key, at=change.micros)


def _open_activity(change: Change, action: OpenActivity, key: str) -> Done:
    row_of(change.db, action.record)
    made = change.add(
        "activity",
        model=action.record.model.value,
        record_id=action.record.id,
        summary=action.summary,
        note=action.note,
        due=action.due.isoformat(),
        login=action.login,
        action_key=key,
        at=change.micros,
    )
    return Done(made)


def _close_activity(change: Change, action: CloseActivity, _: str) -> Done:
    row_of(change.db, action.record)
    asked = "SELECT * FROM activity WHERE id = ? AND model = ? AND record_id = ? AND closed_at IS NULL"
    place = (action.activity_id, action.record.model.value, action.record.id)
    if change.db.execute(asked, place).fetchone() is None:
        raise guards.no_to_do(action.record, action.activity_id)
    change.put("activity", action.activity_id, closed_at=change.micros)
    return Done(action.activity_id)


def _add_tag(change: Change, action: AddTag, _: str) -> Done:
    row_of(change.db, action.record, *guards.TAKES_TAGS)
    place = (action.record.model.value, action.record.id)
    tag = _tag(change, action.tag)
    if tag is None:
        tag = change.add("tag", name=action.tag.strip())
    fresh = change.db.execute("INSERT OR IGNORE INTO record_tag VALUES (?, ?, ?)", (*place, tag))
    return Done(tag if fresh.rowcount else None)


def _remove_tag(change: Change, action: RemoveTag, _: str) -> Done:
    row_of(change.db, action.record, *guards.TAKES_TAGS)
    tag = _tag(change, action.tag)
    place = (action.record.model.value, action.record.id, tag)
    gone = change.db.execute("DELETE FROM record_tag WHERE model = ? AND record_id = ? AND tag_id = ?", place)
    return Done(tag if gone.rowcount else None)


def _tag(change: Change, name: str) -> int | None:
    found = change.db.execute("SELECT id FROM tag WHERE fold(name) = fold(?)", (name,)).fetchone()
    return int(found["id"]) if found else None


def _send_reply(change: Change, action: SendReply, key: str) -> Done:
    row_of(change.db, action.record)
    partner = partner_of(change.db, action.record)
    asked = "SELECT email FROM partner WHERE ? IN (id, parent_id) AND fold(email) = fold(?) AND email <> '' LIMIT 1"
    found = change.db.execute(asked, (partner, action.to)).fetchone()
    if found is None:
        raise guards.no_address(action.record)
    made = change.add(
        "outgoing",
        model=action.record.model.value,
        record_id=action.record.id,
        recipient=found["email"],
        subject=action.subject,
        body=action.text,
        in_reply_to=action.in_reply_to,
        action_key=key,
        at=change.micros,
    )
    return Done(made)


def _plain(value: date | Decimal | None) -> str | None:
    return None if value is None else str(value)


_DEEDS: dict[type, Callable[[Change, Any, str], Done]] = {
    PostNote: _post_note,
    OpenActivity: _open_activity,
    CloseActivity: _close_activity,
    AddTag: _add_tag,
    RemoveTag: _remove_tag,
    SendReply: _send_reply,
    RecordSubstitution: _substitute,
    SetLineDate: _set_value,
    SetLineQuantity: _set_value,
    SetLinePrice: _set_value,
    SetCommitmentDate: _set_value,
    HoldOrder: _hold,
    DisputeBill: _hold,
    RecordApproval: _record_approval,
}
