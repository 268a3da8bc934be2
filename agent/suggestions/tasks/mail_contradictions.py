"""Where a supplier's mail contradicts itself: two values for one thing, parts that are not their total. Pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from agent.evidence.collect import OUR_PURCHASE
from agent.suggestions.fact_model import FactField, Quote, Severity
from agent.suggestions.mail_model import Contradiction, ContradictionKind, Side
from agent.suggestions.model import Intent
from agent.suggestions.reader import MailText
from agent.suggestions.tasks.mail_lines import (
    Placed,
    Target,
    agree,
    amount,
    by_target,
    counted,
    day,
    of_field,
    plain,
    plain_text,
    quoted,
    stated,
)

GOES_ON = frozenset({"confirmed", "in_production", "ready", "shipped", "delivered"})
ENDS = frozenset({"cancelled"})
FEWEST_PARTS = 2
NAMES = {FactField.ETA: "delivery date", FactField.SHIP_DATE: "shipping date", FactField.PRICE: "price"}
K = ContradictionKind


def within(items: Sequence[Placed], intents: Sequence[Intent], texts: Sequence[MailText]) -> list[Contradiction]:
    """Every contradiction of the mail with itself, line by line."""
    found = list(_orders(items, texts))
    for target, facts in by_target(items).items():
        in_parts = Intent.PARTIAL_SHIPMENT in intents
        found += [*_dates(target, facts, in_parts=in_parts), *_quantities(target, facts, in_parts=in_parts)]
        found += [*_prices(target, facts), *_ships_late(target, facts), *_states(target, facts)]
    return found


def _dates(target: Target, facts: Sequence[Placed], *, in_parts: bool) -> Iterator[Contradiction]:
    """More dates than there are parts to deliver. One quantity that is less than what is open leaves a rest."""
    amounts = _distinct(of_field(facts, FactField.QUANTITY))
    rest = any(one.line and (value := counted(one)) is not None and value < _open(one) for one in amounts)
    parts = max(len(amounts) + rest, FEWEST_PARTS if in_parts else 1)
    for field in (FactField.ETA, FactField.SHIP_DATE):
        days = _distinct(of_field(facts, field))
        if len(days) > parts and not agree([item.fact for item in days]):
            yield _two(K.TWO_DATES, Severity.HIGH, field, target, days)


def _quantities(target: Target, facts: Sequence[Placed], *, in_parts: bool) -> Iterator[Contradiction]:
    """Two quantities that are no parts of one delivery, or parts that are not the total beside them."""
    amounts = _distinct(of_field(facts, FactField.QUANTITY))
    if len(amounts) < FEWEST_PARTS or agree([item.fact for item in amounts]):
        return
    days = len(_distinct(of_field(facts, FactField.ETA, FactField.SHIP_DATE)))
    values = [value for item in amounts if (value := counted(item)) is not None]
    if len(values) < len(amounts):
        return  # in units that cannot be compared: a doubt of its own
    most, all_ = max(values), sum(values, Decimal(0))
    open_ = next((_open(item) for item in amounts if item.line), None)
    if all_ == 2 * most or all_ == open_:
        return
    if not in_parts and days < FEWEST_PARTS:
        yield _two(K.TWO_QUANTITIES, Severity.HIGH, FactField.QUANTITY, target, amounts)
    elif len(amounts) > FEWEST_PARTS and most == open_:
        parts = [item for item in amounts if counted(item) != most]
        total = next(item for item in amounts if counted(item) == most)
        said = " and ".join(quoted(item.fact.quote) for item in parts)
        detail = f"{target}: the parts {said} make {plain(all_ - most)}, not {quoted(total.fact.quote)}"
        yield Contradiction(
            kind=K.PARTS_AGAINST_TOTAL, severity=Severity.MEDIUM, field=FactField.QUANTITY, po=target.po,
            line=target.line, sides=tuple(stated(item.fact) for item in (total, *parts)), detail=detail,
        )  # fmt: skip


def _prices(target: Target, facts: Sequence[Placed]) -> Iterator[Contradiction]:
    """Two prices in one currency; a price in another may be the same."""
    prices = _distinct(of_field(facts, FactField.PRICE))
    for currency in dict.fromkeys(item.fact.unit for item in prices):
        same = [item for item in prices if item.fact.unit == currency]
        if len(same) > 1 and not agree([item.fact for item in same]):
            yield _two(K.TWO_PRICES, Severity.HIGH, FactField.PRICE, target, same)


def _ships_late(target: Target, facts: Sequence[Placed]) -> Iterator[Contradiction]:
    """Nothing arrives before it leaves: every shipping date lies behind every arrival."""
    leaves, arrives = of_field(facts, FactField.SHIP_DATE), of_field(facts, FactField.ETA)
    if not leaves or not arrives or any(item.fact.ambiguous for item in (*leaves, *arrives)):
        return
    first = min(leaves, key=lambda item: item.fact.value)
    last = max(arrives, key=lambda item: item.fact.value)
    ship, eta = day(first.fact.value), day(last.fact.value)
    if ship and eta and ship > eta:
        detail = (
            f"{target}: leaves on {ship} by {quoted(first.fact.quote)}, but arrives on {eta} by"
            f" {quoted(last.fact.quote)}"
        )
        yield Contradiction(
            kind=K.SHIPS_AFTER_ARRIVAL, severity=Severity.HIGH, field=FactField.SHIP_DATE, po=target.po,
            line=target.line, sides=(stated(first.fact), stated(last.fact)), detail=detail,
        )  # fmt: skip


def _states(target: Target, facts: Sequence[Placed]) -> Iterator[Contradiction]:
    """Cancelled, and yet on its way. What is said of a whole order of several lines settles no line of it."""
    if target.line is None and facts[0].order is not None:
        return
    states = {item.fact.value.strip().lower().replace("-", "_"): item for item in of_field(facts, FactField.STATUS)}
    ended = next((item for state, item in states.items() if state in ENDS), None)
    going = next((item for state, item in states.items() if state in GOES_ON), None)
    if ended and going:
        yield _two(K.TWO_STATES, Severity.CRITICAL, FactField.STATUS, target, [ended, going])


def _orders(items: Sequence[Placed], texts: Sequence[MailText]) -> Iterator[Contradiction]:
    """The subject names one of our orders, the body only another, and the facts are about that one."""
    by_source = {part.source: part.text for part in texts}
    subject = list(OUR_PURCHASE.finditer(by_source.get("subject", "")))
    body = list(OUR_PURCHASE.finditer(by_source.get("body", "")))
    here, there = ({hit[0] for hit in hits} for hits in (subject, body))
    about = {item.target.po for item in items}
    if not here or here & there or here & about or not there & about:
        return
    told = next(hit for hit in body if hit[0] in about)
    sides = [
        Side(value=hit[0], quote=Quote(text=hit[0], source=source, start=hit.start(), end=hit.end()))
        for source, hit in (("subject", subject[0]), ("body", told))
    ]
    detail = f"the subject names {subject[0][0]}, the text {told[0]}"
    yield Contradiction(kind=K.ORDER_IN_SUBJECT, severity=Severity.HIGH, sides=tuple(sides), detail=detail)


def _distinct(items: Sequence[Placed]) -> list[Placed]:
    """The first fact of each value."""
    found: dict[tuple[str, str], Placed] = {}
    for item in items:
        found.setdefault((plain_text(item.fact.value), item.fact.unit.casefold()), item)
    values: dict[str, Placed] = {}
    for (value, _), item in found.items():
        if item.fact.field is not FactField.PRICE:
            values.setdefault(value, item)
    return list(values.values()) or list(found.values())


def _open(item: Placed) -> Decimal:
    return item.line.ordered - item.line.received if item.line else Decimal(0)


def _two(
    kind: ContradictionKind, severity: Severity, field: FactField, target: Target, items: Sequence[Placed]
) -> Contradiction:
    said = " and ".join(f"{amount(item.fact.value, item.fact.unit)} by {quoted(item.fact.quote)}" for item in items)
    detail = f"{target}, {NAMES.get(field, field.value)}: {said}"
    return Contradiction(
        kind=kind, severity=severity, field=field, po=target.po, line=target.line,
        sides=tuple(stated(item.fact) for item in items), detail=detail,
    )  # fmt: skip
