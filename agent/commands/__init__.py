"""The commands that a person may give: decide, undo, approve, halt, re-drive, sign in. One transaction each."""

from agent.commands.approving import answer_approval
from agent.commands.deciding import decide, label_blind
from agent.commands.operating import halt, redrive, resume
from agent.commands.people import add_person, change_person, make_ticket
from agent.commands.signing_in import sign_in, sign_in_by_odoo_ticket, sign_in_by_ticket, visitor
from agent.commands.undoing import take_back, undo
from agent.steps.answers import take_odoo_answer

__all__ = [
    "add_person",
    "answer_approval",
    "change_person",
    "decide",
    "halt",
    "label_blind",
    "make_ticket",
    "redrive",
    "resume",
    "sign_in",
    "sign_in_by_odoo_ticket",
    "sign_in_by_ticket",
    "take_back",
    "take_odoo_answer",
    "undo",
    "visitor",
]
