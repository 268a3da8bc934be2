"""Drafts the answer to a supplier's mail from typed facts alone: what we understood, and what is missing or unclear."""

from collections.abc import Iterator, Sequence
from datetime import date

from agent.evidence.records import PurchaseOrder
from agent.kit.values import Value
from agent.suggestions.fact_model import FactField, Severity
from agent.suggestions.mail_changes import Change
from agent.suggestions.mail_model import Contradiction, Doubt, MailFindings, Missing
from agent.suggestions.model import Reply
from agent.suggestions.tasks.mail_lines import number
from agent.suggestions.tasks.mail_reply_words import CLAIMS, DEFAULT, FRAMES, LANGUAGES, RANK, Asked, Frame, question
from agent.suggestions.writer import language_of

MOST_ASKS, MOST_CLAIMS, MOST_VALUES = 5, 8, 4
_FIELDS = frozenset(CLAIMS[DEFAULT])


class Draft(Value):
    """What a reply is made of: typed values, and the language to write in. No word of the mail."""

    language: str
    sent_on: date | None
    found: MailFindings
    changes: tuple[Change, ...]
    purchases: tuple[PurchaseOrder, ...]


def language_for(partner: str, text: str) -> str:
    """The language to answer in: the partner's in Odoo ("de_DE"), else the mail's own, else English."""
    named = partner.replace("-", "_").partition("_")[0].lower()
    chosen = named or language_of(text)
    return chosen if chosen in LANGUAGES else DEFAULT


def draft_reply(draft: Draft) -> Reply | None:
    """The draft, or None: when nothing is to be asked, or when the sender may not be who they seem.

    Its claims are the mail's and nothing of ours confirms them; it accepts and promises nothing.
    """
    if any(one.severity in (Severity.HIGH, Severity.CRITICAL) for one in draft.found.sender):
        return None
    asks = tuple(dict.fromkeys(_asks(draft)))[:MOST_ASKS]
    if not asks:
        return None
    frame = FRAMES[draft.language]
    claims = tuple(dict.fromkeys(_claims(draft)))[:MOST_CLAIMS]
    orders = ", ".join(order.ref.name for order in draft.purchases[:3])
    subject = frame.subject.format(orders=orders) if orders else frame.subject.partition("{orders}")[2].lstrip(" :")
    return Reply(
        subject=f"{subject[:1].upper()}{subject[1:]}"[:200],
        text=_text(frame, draft, claims, asks),
        asks=asks,
        unverified=claims,
    )


def _text(frame: Frame, draft: Draft, claims: Sequence[str], asks: Sequence[str]) -> str:
    thanks = frame.thanks.format(date=_day(draft.sent_on, draft.language)) if draft.sent_on else frame.thanks_undated
    parts = [frame.greeting, thanks]
    if claims:
        parts.append("\n".join([frame.understood, *(f"- {claim}" for claim in claims)]))
    parts.append("\n".join([frame.asks, *(f"{place}. {ask}" for place, ask in enumerate(asks, start=1))]))
    return "\n\n".join([*parts, frame.closing])


def _claims(draft: Draft) -> Iterator[str]:
    """What the mail states anew, in our words; what Odoo has already needs no confirming."""
    for change in draft.changes:
        if change.field in _FIELDS and not change.same and not change.ambiguous:
            about = _about(draft, change.po, change.line)
            value = _shown(change.value, change.unit, change.field, draft.language)
            yield CLAIMS[draft.language][change.field].format(about=about, value=value)


def _asks(draft: Draft) -> list[str]:
    """All questions, the most pressing first."""
    found = draft.found
    listed: list[tuple[Asked, Missing | Doubt | Contradiction]] = [
        (one.kind, one) for group in (found.missing, found.doubts, found.contradictions) for one in group
    ]
    return [
        _ask(kind, one, draft) for kind, one in sorted(listed, key=lambda item: RANK.get(item[0], -1)) if kind in RANK
    ]


def _ask(kind: Asked, one: Missing | Doubt | Contradiction, draft: Draft) -> str:
    values, rest = "", ""
    if isinstance(one, Missing):
        rest = _shown(one.quantity, one.unit, FactField.QUANTITY, draft.language)
    elif isinstance(one, Doubt):
        values = " / ".join(_shown(value, "", one.field, draft.language) for value in one.readings[:MOST_VALUES])
    else:
        sides = [_shown(side.value, side.unit, one.field, draft.language) for side in one.sides]
        values = " / ".join(list(dict.fromkeys(sides))[:MOST_VALUES])
    return question(kind, draft.language).format(about=_about(draft, one.po, one.line), values=values, rest=rest)


def _about(draft: Draft, po: str | None, line: int | None) -> str:
    """Our order and line, with our code of the product; an order of ours alone is ever named."""
    frame = FRAMES[draft.language]
    order = next((one for one in draft.purchases if one.ref.name == po), None)
    if order is None:
        order = draft.purchases[0] if len(draft.purchases) == 1 else None
    if order is None:
        return frame.whole
    named = frame.order.format(po=order.ref.name)
    found = next((one for one in order.lines if one.position == line), None)
    return f"{named}, {frame.line.format(line=line)} ({found.product_code})" if found else named


def _shown(value: str, unit: str, field: FactField | None, language: str) -> str:
    """A value as a reader of this language writes it; what is no date or number is one of our codes, as it is."""
    from babel.numbers import format_decimal

    if field in (FactField.ETA, FactField.SHIP_DATE):
        try:
            return _day(date.fromisoformat(value), language)
        except ValueError:
            return value
    amount = number(value)
    return value if amount is None else f"{format_decimal(amount, '#,##0.######', locale=language)} {unit}".strip()


def _day(day: date, language: str) -> str:
    from babel.dates import format_date

    return format_date(day, "long", locale=language)
