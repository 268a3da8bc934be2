"""Mails for the embedded reader's survey, with as little as a test is about."""

from datetime import date

from agent.adapters.embedded.mail.model import Kind, Survey
from agent.adapters.embedded.mail.survey import survey
from agent.suggestions.reader import KnownLine, MailInput, MailText

MONDAY = date(2026, 11, 23)
BARS = (
    KnownLine(po="P00412", line=1, product_code="STL-R12", supplier_code="R12-S235", product_name="Round bar 12 mm"),
    KnownLine(po="P00412", line=2, product_code="STL-F40", supplier_code="F40x5", product_name="Flat bar 40x5 mm"),
)


def a_survey(
    body: str, *, subject: str = "", known: tuple[KnownLine, ...] = BARS, country: str = "", source: str = "body"
) -> Survey:
    """The survey of a mail that was sent on a Monday in November."""
    texts = [MailText(source="subject", text=subject)] if subject else []
    texts.append(MailText(source=source, text=body))
    return survey(MailInput(texts=tuple(texts), sent_on=MONDAY, sender_country=country, known_lines=known))


def values(found: Survey, kind: Kind) -> list[str]:
    """What the mentions of a kind mean first, in order."""
    return [one.readings[0] for one in found.mentions if one.kind is kind]


def words(found: Survey, kind: Kind) -> list[str]:
    """The words of the mentions of a kind, in order."""
    return [
        found.texts[found.segments[one.segment].source][one.start : one.end]
        for one in found.mentions
        if one.kind is kind
    ]


def zones(found: Survey) -> list[tuple[str, str]]:
    """The zone and the words of every segment."""
    return [(one.zone.value, found.texts[one.source][one.start : one.end]) for one in found.segments]


def cells(found: Survey) -> list[dict[str, str]]:
    """Each row that has heads, as head: words."""
    return [
        {cell.head: found.texts[one.source][cell.start : cell.end] for cell in one.cells}
        for one in found.segments
        if any(cell.head for cell in one.cells)
    ]


def named(found: Survey) -> list[tuple[str, str | None, int | None]]:
    """Kind, order and line of every reference, in order."""
    return [(one.kind, one.target.po, one.target.line) for one in found.references]
