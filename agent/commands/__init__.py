"""The commands that a person may give, from deciding and certifying to halting and signing in. One transaction each."""

from agent.commands.approving import answer_approval
from agent.commands.certifying import begin_epoch, propose_certificates, prospects, set_sprint, sign_certificate
from agent.commands.deciding import decide
from agent.commands.labelling import label_blind, label_second, reopen
from agent.commands.operating import halt, redrive, resume
from agent.commands.people import add_person, change_person, make_ticket
from agent.commands.signing_in import sign_in, sign_in_by_odoo_ticket, sign_in_by_ticket, visitor
from agent.commands.undoing import take_back, undo
from agent.steps.answers import take_odoo_answer

__all__ = [
    "add_person",
    "answer_approval",
    "begin_epoch",
    "change_person",
    "decide",
    "halt",
    "label_blind",
    "label_second",
    "make_ticket",
    "propose_certificates",
    "prospects",
    "redrive",
    "reopen",
    "resume",
    "set_sprint",
    "sign_certificate",
    "sign_in",
    "sign_in_by_odoo_ticket",
    "sign_in_by_ticket",
    "take_back",
    "take_odoo_answer",
    "undo",
    "visitor",
]
