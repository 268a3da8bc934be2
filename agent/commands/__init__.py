"""The commands that a person may give: decide, label blind, halt, re-drive, sign in. One transaction each."""

from agent.commands.deciding import decide, label_blind
from agent.commands.operating import halt, redrive, resume
from agent.commands.people import add_person, make_ticket, sign_in, sign_in_by_ticket

__all__ = [
    "add_person",
    "decide",
    "halt",
    "label_blind",
    "make_ticket",
    "redrive",
    "resume",
    "sign_in",
    "sign_in_by_ticket",
]
