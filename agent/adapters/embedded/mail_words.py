"""Words a mail's summary by templates: who writes, what changes from what to what, why, and what is unclear."""

from collections.abc import Iterator, Sequence

from agent.adapters.embedded.say import Saying
from agent.locale import mark
from agent.suggestions.mail_changes import Change, Unclear, changes
from agent.suggestions.mail_model import ContradictionKind as C
from agent.suggestions.mail_model import DoubtKind, MissingKind
from agent.suggestions.model import FactField, Intent
from agent.suggestions.reader import MailSummaryInput
from agent.suggestions.tasks.mail_summary import reason_of

MOST_PLACES = 3
MOST_UNCLEAR = 2
F = FactField
Place = tuple[str | None, int | None, str]

INTENTS = {
    Intent.CONFIRMATION: mark("{supplier} confirms {what}."),
    Intent.DELAY: mark("{supplier} announces a delay of {what}."),
    Intent.QUANTITY_CHANGE: mark("{supplier} changes a quantity of {what}."),
    Intent.PRICE_CHANGE: mark("{supplier} changes a price of {what}."),
    Intent.PARTIAL_SHIPMENT: mark("{supplier} delivers {what} in parts."),
    Intent.CANCELLATION: mark("{supplier} cancels something of {what}."),
    Intent.SUBSTITUTION: mark("{supplier} offers another product for {what}."),
    Intent.TRACKING: mark("{supplier} sends shipment data for {what}."),
    Intent.INVOICE: mark("{supplier} sends a bill for {what}."),
    Intent.QUALITY: mark("{supplier} writes about the quality of {what}."),
    Intent.REQUEST: mark("{supplier} asks for an answer about {what}."),
    Intent.SUSPICIOUS: mark("This message about {what} looks suspicious; check who sent it."),
    Intent.OTHER: mark("{supplier} writes about {what}."),
}
_PIECES = {
    F.ETA: mark("delivery {value}"),
    F.SHIP_DATE: mark("leaves {value}"),
    F.QUANTITY: mark("quantity {value}"),
    F.PRICE: mark("price {value}"),
}
_STATES = {
    "confirmed": mark("confirmed"),
    "in_production": mark("in production"),
    "ready": mark("ready"),
    "shipped": mark("shipped"),
    "delivered": mark("delivered"),
    "delayed": mark("delayed"),
    "back_ordered": mark("back-ordered"),
    "on_hold": mark("on hold"),
    "cancelled": mark("cancelled"),
    "discontinued": mark("discontinued"),
    "substituted": mark("replaced by another product"),
}
_UNCLEAR: dict[str, str] = {
    C.TWO_DATES: mark("different dates for {where} ({values})"),
    C.TWO_QUANTITIES: mark("different quantities for {where} ({values})"),
    C.TWO_PRICES: mark("different prices for {where} ({values})"),
    C.TWO_STATES: mark("whether {where} is cancelled"),
    C.PARTS_AGAINST_TOTAL: mark("the parts of {where} are not the total ({values})"),
    C.SHIPS_AFTER_ARRIVAL: mark("{where} would leave after it arrives ({values})"),
    C.ORDER_IN_SUBJECT: mark("subject and text name different orders ({values})"),
    C.ORDER_UNKNOWN: mark("our Odoo does not have the order {values}"),
    C.ORDER_ENDED: mark("{where} is cancelled in our Odoo"),
    C.LINE_ENDED: mark("{where} is cancelled in our Odoo"),
    C.ALREADY_RECEIVED: mark("{where} was received already"),
    C.MORE_THAN_ORDERED: mark("more than was ordered of {where} ({values})"),
    C.DATE_PAST: mark("the date of {where} is past ({values})"),
    C.OTHER_UNIT: mark("the unit of the quantity of {where}"),
    C.OTHER_CURRENCY: mark("the price of {where} is in another currency ({values})"),
    DoubtKind.AMBIGUOUS_DATE: mark("which day is meant for {where} ({values})"),
    DoubtKind.AMBIGUOUS_FIGURE: mark("which figure is meant for {where} ({values})"),
    DoubtKind.UNIT_UNKNOWN: mark("the unit of the quantity of {where}"),
    DoubtKind.LINE_UNCLEAR: mark("which line of {where} a figure is for"),
    MissingKind.NEW_DATE: mark("the new date of {where}"),
    MissingKind.DATE_OF_REST: mark("when the rest of {where} comes ({values})"),
    MissingKind.ORDER_NUMBER: mark("which of our orders it is about"),
    MissingKind.SUBSTITUTE: mark("which product comes instead for {where}"),
}


def tell(asked: MailSummaryInput, saying: Saying) -> Iterator[str]:
    """At most three sentences: the matter, the values, the reason and what is unclear."""
    what = saying.joined(list(asked.purchases)) or saying.text("an order")
    yield saying.text(INTENTS[asked.intents[0]], supplier=asked.supplier or saying.text("The sender"), what=what)
    if told := "; ".join(_places(asked, saying)):
        yield f"{told[0].upper()}{told[1:]}."
    reason = reason_of(asked)
    listed = saying.joined([_open(one, asked, saying) for one in _once(asked.unclear)[:MOST_UNCLEAR]])
    if reason and listed:
        yield saying.text("Stated reason: {value}; unclear: {what}.", value=reason, what=listed)
    elif reason:
        yield saying.text("Stated reason: {value}.", value=reason)
    elif listed:
        yield saying.text("Unclear: {what}.", what=listed)


def _once(found: Sequence[Unclear]) -> list[Unclear]:
    """One thing a line, the gravest."""
    first: dict[Place, Unclear] = {}
    for one in found:
        first.setdefault((one.po, one.line, ""), one)
    return list(first.values())


def _places(asked: MailSummaryInput, saying: Saying) -> Iterator[str]:
    """What is said of each line, lines of which the same is said together; at most three."""
    said: dict[tuple[str, str], list[Place]] = {}
    for place, listed in _by_place(asked).items():
        pieces = ", ".join(_pieces(place, listed, asked, saying))
        if pieces:
            said.setdefault((place[0] or place[2], pieces), []).append(place)
    for (_, pieces), places in list(said.items())[:MOST_PLACES]:
        yield f"{_where_all(places, asked, saying)}: {pieces}"
    if len(said) > MOST_PLACES:
        yield saying.text("more is listed with the message")


def _by_place(asked: MailSummaryInput) -> dict[Place, list[Change]]:
    """The changes by order and line, what changes most in front; where anything changes, what stays is left out."""
    found: dict[Place, list[Change]] = {}
    for one in asked.changes or changes(asked.facts):
        found.setdefault((one.po, one.line, ""), []).append(one)
    changed = {place: listed for place, listed in found.items() if any(_news(one) for one in listed)}
    found = changed or found
    for fact in asked.facts:
        if fact.field in {F.STATUS, F.TRACKING}:
            found.setdefault((fact.po, fact.line, ""), [])
    return found


def _news(one: Change) -> bool:
    """Whether it is another value than Odoo has; Odoo plans no shipping dates."""
    return not one.same and one.field is not F.SHIP_DATE


def _pieces(place: Place, listed: Sequence[Change], asked: MailSummaryInput, saying: Saying) -> Iterator[str]:
    """What is said of one line, what stays as ordered behind what changes."""
    of_field = [[one for one in listed if one.field is field] for field in _PIECES]
    for mine in sorted((some for some in of_field if some), key=lambda some: all(one.same for one in some)):
        yield _piece(mine, saying)
    for fact in asked.facts:
        if (fact.po, fact.line) == place[:2]:
            state = fact.value.lower().replace("-", "_").replace(" ", "_")
            if fact.field is F.STATUS and state in _STATES:
                yield saying.text(_STATES[state])
            if fact.field is F.TRACKING:
                yield saying.text("tracking number {value}", value=fact.value)


def _piece(mine: Sequence[Change], saying: Saying) -> str:
    """One field of a line: its value or values, beside what Odoo has."""
    first, parts = mine[0], len(mine) > 1
    ordered = sorted(mine, key=lambda one: one.value) if first.field in {F.ETA, F.SHIP_DATE} else mine
    values = saying.joined(list(dict.fromkeys(_value(one.value, one.unit, saying) for one in ordered)))
    text = saying.text(_PIECES[first.field], value=values)
    if any(one.ambiguous for one in mine):
        text += saying.text(" (it can be read in more than one way)")
    if not parts and first.same:
        return text + saying.text(" as ordered")
    if first.before and not any(one.same for one in mine):
        before = _value(first.before, first.unit_before, saying)
        of_it = parts and first.field is F.QUANTITY
        text += saying.text(" of {value}", value=before) if of_it else saying.text(" instead of {value}", value=before)
    if not parts and first.days:
        text += _days(first.days, saying)
    return text


def _value(text: str, unit: str, saying: Saying) -> str:
    return f"{saying.plain(text)} {unit}".strip()


def _days(days: int, saying: Saying) -> str:
    if days > 0:
        return saying.counted(", {count} day later", ", {count} days later", days)
    return saying.counted(", {count} day earlier", ", {count} days earlier", -days)


def _where_all(places: Sequence[Place], asked: MailSummaryInput, saying: Saying) -> str:
    if len(places) == 1 or any(line is None for _, line, _ in places):
        return saying.joined([_where(po, line, asked, saying) for po, line, _ in places])
    lines = saying.joined([str(line) for _, line, _ in places])
    order = places[0][0] or _any_order(asked, saying)
    return saying.text("{order} lines {lines}", order=order, lines=lines)


def _where(po: str | None, line: int | None, asked: MailSummaryInput, saying: Saying) -> str:
    """The order and line as people name them, with our product code where it is known."""
    order = po or _any_order(asked, saying)
    if line is None:
        return order
    product = next((one.product for one in (*asked.changes, *asked.unclear) if (one.po, one.line) == (po, line)), "")
    named = saying.text("{order} line {line}", order=order, line=str(line))
    return f"{named} ({product})" if product else named


def _any_order(asked: MailSummaryInput, saying: Saying) -> str:
    return saying.joined(list(asked.purchases)) or saying.text("the order")


def _open(one: Unclear, asked: MailSummaryInput, saying: Saying) -> str:
    """One thing to clear up; without values where none are known."""
    where = _where(one.po, one.line, asked, saying)
    values = saying.joined([saying.plain(value) for value in one.values])
    text = saying.text(_UNCLEAR[one.kind], where=where, values=values)
    return text.replace(" ()", "")
