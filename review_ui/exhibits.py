"""The evidence of a case, laid out for reading: mails with their quotes marked, event data and impact as plain rows."""

from decimal import Decimal
from typing import Any

from agent.evidence.impact import Impact, impact
from agent.evidence.model import Evidence
from agent.intake.model import Event, Mail, MailData
from agent.kit.values import Money, Value
from agent.reporting.views import CaseView
from agent.suggestions.model import Fact
from review_ui.marks import Piece, is_at_its_place, pieces
from review_ui.pictures import Picture, picture
from review_ui.speech import Speech

MOST_ROWS = 200


class Part(Value):
    """An attachment: its text cut at the quotes, and whether a quote is in it."""

    name: str
    media_type: str
    size: int
    why_unread: str
    pieces: tuple[Piece, ...]
    quoted: bool


class Letter(Value):
    """A mail laid out."""

    mail: Mail
    subject: tuple[Piece, ...]
    body: tuple[Piece, ...]
    parts: tuple[Part, ...]


class Row(Value):
    """A named value of an event."""

    name: str
    value: str


class EventTable(Value):
    """An event as rows, and its lines as a table of their own."""

    event: Event
    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


class Exhibits(Value):
    """All of it."""

    letter: Letter | None
    earlier: tuple[Letter, ...]
    events: tuple[EventTable, ...]
    impact: Impact | None
    picture: Picture | None
    placed: frozenset[int]  # facts whose quote is marked somewhere


def exhibits(view: CaseView, say: Speech) -> Exhibits:
    """The evidence of the case as this round saw it; facts are marked only when the suggestion may be seen."""
    found = view.evidence
    facts = view.suggestion.facts if view.suggestion else ()
    mail = found.mail if found else None
    rest = [other for other in reversed(view.mails) if mail is None or other.key != mail.key]
    return Exhibits(
        letter=_letter(mail, facts) if mail else None,
        earlier=tuple(_letter(other, ()) for other in rest),
        events=tuple(_event_table(event, say) for event in reversed(view.events)),
        impact=_impact(found),
        picture=picture(found.pattern) if found and found.pattern else None,
        placed=frozenset(index for index, fact in enumerate(facts) if mail and _placed(fact, mail)),
    )


def _letter(mail: Mail, facts: tuple[Fact, ...]) -> Letter:
    parts = []
    for index, attached in enumerate(mail.attachments, start=1):
        cut = pieces(attached.text, f"attachment:{index}", facts)
        parts.append(
            Part(
                name=attached.name,
                media_type=attached.media_type,
                size=attached.size,
                why_unread=attached.why_unread,
                pieces=cut,
                quoted=any(piece.facts for piece in cut),
            )
        )
    return Letter(
        mail=mail,
        subject=pieces(mail.subject, "subject", facts),
        body=pieces(mail.body, "body", facts),
        parts=tuple(parts),
    )


def _placed(fact: Fact, mail: Mail) -> bool:
    sources = {"body": mail.body, "subject": mail.subject}
    sources |= {f"attachment:{index}": attached.text for index, attached in enumerate(mail.attachments, start=1)}
    return fact.quote.source in sources and is_at_its_place(fact, fact.quote.source, sources[fact.quote.source])


def _impact(found: Evidence | None) -> Impact | None:
    return impact(found.supply, found.read_at.date()) if found and found.supply else None


def _event_table(event: Event, say: Speech) -> EventTable:
    data = event.data.model_dump(exclude={"lines", "raw"}, exclude_none=True)
    rows = [Row(name=_title(name), value=_text(value, say)) for name, value in data.items() if value not in ("", ())]
    if isinstance(event.data, MailData):
        rows.append(Row(name="Message", value=say.gettext("shown above as a mail")))
    rows += [Row(name=name, value=value) for name, value in event.extensions.items()]
    used = [
        name
        for name in type(event.data.lines[0]).model_fields
        if any(getattr(line, name) is not None for line in event.data.lines)
    ] if event.data.lines else []  # fmt: skip
    lines = [tuple(_text(getattr(line, name), say) for name in used) for line in event.data.lines[:MOST_ROWS]]
    return EventTable(event=event, rows=tuple(rows), columns=tuple(_title(name) for name in used), lines=tuple(lines))


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _text(value: Any, say: Speech) -> str:
    match value:
        case None:
            return ""
        case bool():
            return say.gettext("yes") if value else say.gettext("no")
        case Decimal():
            return say.number(value)
        case {"amount": Decimal() as amount, "currency": str() as currency}:
            return say.money(Money(amount=amount, currency=currency))
        case _ if hasattr(value, "isoformat"):
            return say.day(value)
        case _:
            return str(value)
