"""What only frames a note is not read: names and times of a chat, heads of forwards, greetings and closings."""

import pytest

from agent.adapters.embedded.bare import bare
from agent.adapters.embedded.classify import shipped
from agent.suggestions.model import ExceptionLabel
from agent.suggestions.reader import ExceptionInput


@pytest.mark.parametrize(
    "chat",
    [
        "[09:12, 14/02/2027] Ines: two are dented\n[09:13, 14/02/2027] Mark: send them back",
        "14.02.27, 08:44 - Ines: two are dented\n14.02.27, 08:45 - Mark: send them back",
        "Ines (Lager) 10:01: two are dented\nMark 10:02: send them back",
        "Ines [08:01] two are dented\nMark [08:03] send them back",
        "Ines: two are dented\nMark: send them back",
    ],
)
def test_names_and_times_of_a_chat_are_left_out(chat: str):
    assert bare(chat) == "two are dented\nsend them back"


def test_heads_of_a_forwarded_mail_are_left_out_but_its_subject_is_kept():
    mail = (
        "FYI\n-----Original Message-----\nFrom: a@b.example\nSent: Monday\nSubject: RE: cracked tiles\n\nDear Jo,\nsix."
    )

    assert bare(mail) == "FYI\ncracked tiles\nsix."


def test_greeting_closing_and_name_are_left_out():
    assert bare("Sehr geehrte Frau Ott,\n\ndie Pumpe leckt.\n\nMit freundlichen Grüßen\nJan Roth\nRoth GmbH") == (
        "die Pumpe leckt."
    )


@pytest.mark.parametrize(
    "note", ["", "Hello", "Regards\nAnn", "Reason: late\nitem 4 is late", "x" * 50_000, ":\n" * 900]
)
def test_nothing_is_lost_where_nothing_else_would_be_left(note: str):
    assert bare(note) == note or bare(note)


def test_a_chat_is_classified_by_what_is_said():
    chat = "Kai 07:31: Auftrag Brandt braucht 80 Ventile\nKai 07:32: im Lager sind 20, nichts bestellt\nUte 07:33: oje"

    found = shipped(neural=True)([ExceptionInput(event_type=None, note=chat)])[0]

    assert found.label is ExceptionLabel.STOCK_SHORTAGE
    assert len(found.scores) == 3
