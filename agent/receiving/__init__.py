"""Receiving: what comes in is stored once, opens or joins a case, and owes the work that follows."""

from agent.receiving.opening import open_risk_summaries
from agent.receiving.rejecting import reject
from agent.receiving.storing import IMAP, INBOX, ODOO, Parcel, open_stored, store, take_hint
from agent.receiving.taking import Input, Taken, read_inputs, receive_events, receive_mail
from agent.receiving.watching import Found, find_patterns, watch_patterns

__all__ = [
    "IMAP",
    "INBOX",
    "ODOO",
    "Found",
    "Input",
    "Parcel",
    "Taken",
    "find_patterns",
    "open_risk_summaries",
    "open_stored",
    "read_inputs",
    "receive_events",
    "receive_mail",
    "reject",
    "store",
    "take_hint",
    "watch_patterns",
]
