"""Surveys a supplier's mail: segments, mentions of values and references to lines, before anything is decided."""

from agent.adapters.embedded.mail.layout import MAX_TEXT, lay_out
from agent.adapters.embedded.mail.mentions import Manner, find_mentions
from agent.adapters.embedded.mail.model import Mention, Reference, Segment, Survey
from agent.adapters.embedded.mail.references import Names
from agent.kit.numbers import decimal_mark
from agent.suggestions.reader import MailInput
from agent.suggestions.writer import day_first, language_of

_COMMA_COUNTRIES = "AT BE BR CZ DE DK ES FI FR GR HU IT LU NL NO PL PT RO SE SI SK TR"
_PIECES = frozenset(
    {"unit", "units", "pc", "pcs", "piece", "pieces", "stk", "st\u00fcck", "ea", "each", "st", "u", "ud", "pz"}
)
COMMA = frozenset(_COMMA_COUNTRIES.split())


def survey(asked: MailInput) -> Survey:
    """All segments, mentions and references of a mail; offsets are code points of each source. Never raises."""
    texts = {one.source: one.text for one in asked.texts}
    manner = _manner(asked)
    names = Names(asked.known_lines)
    po = names.orders[0] if len(names.orders) == 1 else None
    segments: list[Segment] = []
    mentions: list[Mention] = []
    references: list[Reference] = []
    subject = texts.get("subject", "")
    for source in sorted(texts, key=lambda name: name != "subject"):  # the subject tells which order is spoken of
        text, first = texts[source][:MAX_TEXT], len(segments)
        laid = lay_out(source, text, subject)
        found = names.find(text, laid, first, po)
        told = {one.target.po for one in found if one.kind == "po"}
        po = next(iter(told)) if source == "subject" and len(told) == 1 else po
        segments += laid
        references += found
        busy = [(one.start, one.end) for one in found if one.kind != "group"]
        mentions += find_mentions(text, laid, first, manner, busy)
    return Survey(texts, tuple(segments), tuple(mentions), tuple(references))


def _manner(asked: MailInput) -> Manner:
    text = "\n".join(one.text[:20_000] for one in asked.texts)
    language = language_of(text)
    comma = decimal_mark(text)
    told = comma is not None
    if comma is None:
        country = asked.sender_country.upper()
        comma = country in COMMA if country else (True if language != "en" else None)
    names = "\n".join(line.product_name for line in asked.known_lines)
    units = {line.unit.lower().strip(".") for line in asked.known_lines}
    pieces = bool(units) and units <= _PIECES
    return Manner(asked.sent_on, day_first(asked), comma, told, language, pieces, names)
