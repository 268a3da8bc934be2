"""A record as our own actions left it, so that what we changed is not taken for news. Pure."""

from collections.abc import Iterable

from agent.actions.model import AnyAction, SetCommitmentDate, SetLineDate, SetLinePrice, SetLineQuantity
from agent.intake.changes import Snapshot

CHANGING = ("set_purchase_line_date", "set_purchase_line_quantity", "set_purchase_line_price", "set_commitment_date")
"""The kinds of actions that change what is watched."""


def as_we_left_it(before: Snapshot, done: Iterable[AnyAction]) -> Snapshot:
    """The record as last seen, with what we did to it since; what differs from it then was done by somebody else."""
    for action in done:
        if (action.record.model.value, action.record.id) == (before.model.value, before.id):
            before = _with(before, action)
    return before


def _with(seen: Snapshot, action: AnyAction) -> Snapshot:
    match action:
        case SetLineDate():
            return _line(seen, action.line_id, "day", action.value)
        case SetLineQuantity():
            return _line(seen, action.line_id, "quantity", action.value)
        case SetLinePrice():
            return _line(seen, action.line_id, "price", action.value)
        case SetCommitmentDate():
            return seen.model_copy(update={"day": action.value})
        case _:
            return seen


def _line(seen: Snapshot, line_id: int, field: str, value: object) -> Snapshot:
    lines = tuple(line.model_copy(update={field: value}) if line.id == line_id else line for line in seen.lines)
    return seen.model_copy(update={"lines": lines})
