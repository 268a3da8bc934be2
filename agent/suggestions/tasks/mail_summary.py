"""What the summary of a mail may speak of, what it must not leave out, and the same by code alone. Pure."""

from collections.abc import Iterator

from agent.suggestions.mail_changes import Change, Unclear
from agent.suggestions.model import FactField, Intent
from agent.suggestions.omission import Must
from agent.suggestions.reader import MailSummaryInput
from agent.suggestions.tasks.catalogue import words

MOST_SENTENCES = 3
MOST_MUSTS = 3  # changes that every summary tells
LONGEST_REASON = 120
SHORT_UNIT = 2
_FIELDS = {
    FactField.ETA: "delivery",
    FactField.SHIP_DATE: "shipping",
    FactField.QUANTITY: "quantity",
    FactField.PRICE: "price",
}


def allowed(about: MailSummaryInput) -> list[str]:
    """Every value, unit, reference and name that the summary may speak of, each figure with what it counts."""
    found = [about.supplier, *about.purchases, *(words(intent) for intent in about.intents)]
    for fact in about.facts:
        found += [fact.value, fact.unit, fact.po or "", fact.now_in_odoo, *fact.alternatives]
        found += [str(fact.line)] if fact.line is not None else []
        found += [f"number {fact.value}"] if fact.field is FactField.TRACKING else []  # digits alone are no name
    for change in about.changes:
        found += [change.product, change.unit, change.unit_before, f"{change.value} {change.unit}".strip()]
        found += [f"{change.before} {change.unit_before}".strip()] if change.before else []
        found += [f"{abs(change.days)} days"] if change.days is not None else []
    for one in about.unclear:
        found += [one.product, *one.values]
    found.append(reason_of(about))
    return [text for text in found if text]


def musts(about: MailSummaryInput) -> list[Must]:
    """What no summary may leave out: the weightiest changes from what to what, the reason, and what is unclear."""
    found = [Must(facts=_facts(one), sentence=_said(one)) for one in _weightiest(about)]
    if reason := reason_of(about):
        found.append(Must(facts=(reason,), sentence=f"Stated reason: {reason}."))
    for one in about.unclear[:1]:
        if one.values:
            found.append(Must(facts=one.values, sentence=_open_question(one)))
    return found


def reason_of(about: MailSummaryInput) -> str:
    """The cause that the mail gives, cut to length; empty where it gives none, or only confirms."""
    stated = next((fact.value for fact in about.facts if fact.field is FactField.REASON), "")
    reason = " ".join(stated.split()).rstrip(".")
    return reason if len(reason) <= LONGEST_REASON else f"{reason[: LONGEST_REASON - 1].rstrip()}…"


def _weightiest(about: MailSummaryInput) -> list[Change]:
    """One change of each line and field, lines in their order. What is in Odoo already changes nothing, and several
    values are parts.
    """
    of_place: dict[tuple[str | None, int | None, FactField], list[Change]] = {}
    for one in about.changes:
        of_place.setdefault((one.po, one.line, one.field), []).append(one)
    single = [found[0] for found in of_place.values() if len(found) == 1]
    return [one for one in single if one.before and not one.same and not one.ambiguous][:MOST_MUSTS]


def _facts(one: Change) -> tuple[str, ...]:
    """The new and the old value as they are looked for in a sentence: money with its currency, and what is counted
    where the unit is so short that it could be part of the number ("12 m").
    """
    with_unit = one.field is FactField.PRICE or 0 < len(one.unit) <= SHORT_UNIT
    before = f"{one.before} {one.unit_before}" if with_unit else one.before
    return (f"{one.value} {one.unit}".strip() if with_unit else one.value, before.strip())


def _said(one: Change) -> str:
    after, before = _facts(one)
    return f"{_where(one)}: {_FIELDS[one.field]} {after} instead of {before}{_days(one)}."


def _where(one: Change | Unclear) -> str:
    order = one.po or "the order"
    return f"{order} line {one.line}" if one.line is not None else order


def _days(one: Change) -> str:
    if not one.days:
        return ""
    return f", {abs(one.days)} {'day' if abs(one.days) == 1 else 'days'} {'later' if one.days > 0 else 'earlier'}"


def _open_question(one: Unclear) -> str:
    return f"Unclear for {_where(one)}: {words(one.kind).lower()} ({', '.join(one.values)})."


def plainly(about: MailSummaryInput) -> str:
    """The whole by code alone: who writes, what changes, what is unclear."""
    return " ".join(_sentences(about))


def _sentences(about: MailSummaryInput) -> Iterator[str]:
    kinds = ", ".join(words(intent).lower() for intent in about.intents if intent is not Intent.OTHER)
    yield f"{about.supplier or 'An unknown sender'}: {kinds or 'a message'}."
    if told := [_said(one).rstrip(".") for one in _weightiest(about)]:
        yield f"{'; '.join(told)}."
    for one in about.unclear[:1]:
        if one.values:
            yield _open_question(one)
