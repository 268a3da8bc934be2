"""Reads a supplier's mail by rules: intents and facts with exact quotes, relative to the mail's own date."""

import re
from functools import partial

from agent.adapters.embedded.extract_cells import read_table
from agent.adapters.embedded.extract_prose import read_comment, read_sentence
from agent.adapters.embedded.extract_refs import Refs, Target
from agent.adapters.embedded.extract_state import MAX_TEXT, Reading
from agent.adapters.embedded.extract_text import Piece, pieces
from agent.adapters.embedded.intents import fraud_signs, intents_of
from agent.suggestions.grounding import injection_signs
from agent.suggestions.model import FactField, Intent
from agent.suggestions.reader import MailInput, MailReading, RawFact

MAX_FACTS = 300  # of one mail
MAX_LINE, MAX_LINES = 1_000, 2_000  # characters of a line, lines that are searched for orders
_DATES = (FactField.ETA, FactField.SHIP_DATE)


def read_mail(asked: MailInput) -> MailReading:
    """Intents (most important first) and facts of one mail. Deterministic, no clock, no I/O; never raises."""
    reading = Reading.of(asked)
    subject = "\n".join(one.text for one in asked.texts if one.source == "subject")[:MAX_TEXT]
    told = "\n".join(one.text[:MAX_TEXT] for one in asked.texts if one.source != "subject")
    reading.default = _default_target(reading.refs, subject, told)
    for one in sorted(asked.texts, key=lambda text: (text.source != "body", text.source == "subject", text.source)):
        reading.source = one.source
        _read_text(reading, one.text[:MAX_TEXT])
    facts = () if fraud_signs(f"{subject}\n{told}") else _settled(reading.facts)
    scores = intents_of(_unquoted(told), subject, facts, old_dates=reading.old_dates)
    return MailReading(intents=tuple(Intent(score.label) for score in scores), scores=scores, facts=facts)


def _unquoted(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(">"))


def _default_target(refs: Refs, subject: str, told: str) -> Target:
    """What the mail is about when a sentence does not say: its only order, and its only line when just one is named."""
    lines_told = [line[at : at + MAX_LINE] for line in told.split("\n") for at in range(0, len(line), MAX_LINE)]
    found = [*refs.find(subject[:MAX_LINE]), *(ref for line in lines_told[:MAX_LINES] for ref in refs.find(line))]
    orders = list(
        dict.fromkeys(
            (ref.target.po, ref.target.stated if ref.target.po is None else "") for ref in found if ref.kind == "po"
        )
    )
    lines = list(dict.fromkeys((ref.target.po, ref.target.line) for ref in found if ref.kind == "line"))
    if not orders:
        known = list(dict.fromkeys(po for po, _ in lines)) or list(refs.orders)
        orders = [(po, "") for po in known]
    if len(orders) != 1:
        return Target()
    po, stated = orders[0]
    if po is None:
        return Target(stated=stated)
    whole = refs.whole(po)
    return Target(po, lines[0][1]) if len(lines) == 1 and lines[0][0] == po else whole


def _read_text(reading: Reading, text: str) -> None:
    """All pieces in order; what is spoken of is forgotten with the paragraph, but for the order."""
    reading.context, paragraph = reading.default, -1
    for piece in pieces(_without_orders_to_machines(text)):
        if len(reading.facts) >= MAX_FACTS:
            return
        if piece.paragraph != paragraph:
            paragraph = piece.paragraph
            elsewhere = reading.context.po is not None and reading.context.po != reading.default.po
            reading.context = reading.refs.whole(reading.context.po) if elsewhere else reading.default
        if not piece.table:
            read_sentence(reading, piece)
        elif not read_table(reading, piece, partial(read_comment, reading)):
            at = 0
            for line in piece.text.split("\n"):
                if line.strip() and len(reading.facts) < MAX_FACTS:
                    read_sentence(reading, Piece(piece.start + at, line[:MAX_LINE], piece.paragraph))
                at += len(line) + 1


def _without_orders_to_machines(text: str) -> str:
    """The text with sentences that address a machine blanked out, so that they touch nothing beside them."""
    if not injection_signs(text):
        return text
    blank = re.compile(r"[^\n\t|.!?]+(?:[.!?](?=[^\s|])[^\n\t|.!?]*)*[.!?]*")
    return blank.sub(lambda hit: " " * len(hit[0]) if injection_signs(hit[0].strip()) else hit[0], text)


def _settled(facts: list[RawFact]) -> tuple[RawFact, ...]:
    """Each fact once, where it was said most exactly; the body before the subject."""
    kept: list[RawFact] = []
    for fact in facts:
        same = [one for one in kept if (one.field, one.value) == (fact.field, fact.value)]
        if any(
            one.po == fact.po and one.line in (fact.line, None if fact.source == "subject" else fact.line)
            for one in same
        ):
            continue
        if fact.source == "subject" and same:
            continue
        vaguer = [
            one
            for one in same
            if one.line is None and fact.line is not None and one.po in (fact.po, None) and one.start == fact.start
        ]
        kept = [one for one in kept if one not in vaguer]
        kept.append(fact)
    return tuple(kept[:MAX_FACTS])
