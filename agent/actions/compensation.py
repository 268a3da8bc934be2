"""What takes an action back after it was carried out: another action, with a key of its own, logged like any. Pure."""

from datetime import datetime

from agent.actions.model import (
    AddTag,
    AnyAction,
    CloseActivity,
    DisputeBill,
    HoldOrder,
    OpenActivity,
    PostNote,
    Receipt,
    RecordApproval,
    RecordSubstitution,
    RemoveTag,
    SendReply,
    SetCommitmentDate,
    SetLineDate,
    SetLinePrice,
    SetLineQuantity,
)
from agent.approvals.model import Consent

QUOTED = 200


def take_back(action: AnyAction, receipt: Receipt, now: datetime) -> AnyAction | None:  # noqa: PLR0911 - a line each
    """The action that undoes this one; None for what cannot be undone or has changed nothing.

    It says in `seen` what this one left behind, so Odoo refuses it when somebody changed the record since. Nobody is
    named in it: whoever asks for it is known from its decision.
    """
    match action:
        case SetLineDate() | SetLineQuantity() | SetLinePrice() | SetCommitmentDate():
            return _values_back(action)
        case HoldOrder() | DisputeBill():
            return action.model_copy(update={"seen": action.value, "value": False}) if action.value else None
        case RecordSubstitution():
            return action.model_copy(update={"value": ""}) if action.value else None
        case AddTag() if receipt.record_id is not None:
            return RemoveTag(record=action.record, tag=action.tag)
        case RemoveTag() if receipt.record_id is not None:
            return AddTag(record=action.record, tag=action.tag)
        case OpenActivity() if receipt.record_id is not None:
            return CloseActivity(record=action.record, activity_id=receipt.record_id)
        case PostNote():
            return PostNote(record=action.record, text=_correction(action, receipt, now))
        case RecordApproval():
            return _consent_back(action)
        case AddTag() | RemoveTag() | OpenActivity() | CloseActivity() | SendReply():
            return None


def _values_back(
    action: SetLineDate | SetLineQuantity | SetLinePrice | SetCommitmentDate,
) -> AnyAction | None:
    if action.seen == action.value:
        return None
    return action.model_copy(update={"seen": action.value, "value": action.seen})


def _consent_back(action: RecordApproval) -> RecordApproval | None:
    """A refusal ends every consent before it; to take a refusal back somebody has to consent anew."""
    if action.consent is not Consent.APPROVE:
        return None
    return action.model_copy(update={"consent": Consent.REFUSE, "seen": (), "answers": ()})


def _correction(action: PostNote, receipt: Receipt, now: datetime) -> str:
    begun = " ".join(action.text.split())
    shown = begun if len(begun) <= QUOTED else f"{begun[:QUOTED].rstrip()}…"
    posted, taken = (f"{when:%Y-%m-%d %H:%M} UTC" for when in (receipt.at, now))
    return f"Taken back on {taken}: the note of {posted} does not hold any more (“{shown}”)."
