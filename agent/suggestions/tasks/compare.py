"""Comparing a mail's facts with the purchase order in Odoo: what stands there now, and what that implies. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from agent.evidence.records import PurchaseOrder
from agent.suggestions.model import Fact, FactField, Intent
from agent.suggestions.tasks.mail_lines import Placed, factor, number, placed, plain

GIVES_WAY = frozenset({Intent.CONFIRMATION, Intent.OTHER})


def beside_odoo(facts: Sequence[Fact], purchases: Sequence[PurchaseOrder]) -> list[Fact]:
    """The facts as the mail states them, each with Odoo's present value beside it."""
    return [_settled(item.fact.model_copy(update={"now_in_odoo": _now(item)})) for item in placed(facts, purchases)]


def in_our_units(facts: Sequence[Fact], purchases: Sequence[PurchaseOrder]) -> list[Fact]:
    """The facts with their quantities in the unit of the order's line. What nothing can turn into it stands as it is,
    with nothing beside it.
    """
    return [_in_our_unit(item) for item in placed(facts, purchases)]


def _in_our_unit(item: Placed) -> Fact:
    fact, ratio, value = item.fact, factor(item), number(item.fact.value)
    if fact.field is not FactField.QUANTITY or item.line is None or ratio == 1 or value is None:
        return fact
    if ratio is None:
        return fact.model_copy(update={"now_in_odoo": ""})
    return fact.model_copy(update={"value": plain(value * ratio), "unit": item.line.unit})


def _settled(fact: Fact) -> Fact:
    """A price that can be read in several ways (per piece, or per pack of 100) in the one nearest to Odoo's price."""
    now = number(fact.now_in_odoo)
    if fact.field is not FactField.PRICE or not fact.alternatives or not now or now < 0:
        return fact
    readings = [fact.value, *fact.alternatives]
    known = [(abs((value / now).ln()), text) for text in readings if (value := number(text)) is not None and value > 0]
    if not known:
        return fact
    best = min(known)[1]
    others = tuple(text for text in readings if text != best)
    return fact.model_copy(update={"value": best, "alternatives": others, "ambiguous": False})


def _now(item: Placed) -> str:
    fact, order, line = item.fact, item.order, item.line
    if order is None:
        return ""
    match fact.field:
        case FactField.ETA | FactField.SHIP_DATE:
            planned = line.planned if line and line.planned else order.planned
            return planned.isoformat() if planned else ""
        case FactField.QUANTITY if line:
            return plain(line.ordered - line.received)
        case FactField.PRICE if line and fact.unit in {"", order.total.currency}:
            return plain(line.unit_price)
        case _:
            return ""


def differs(fact: Fact) -> bool:
    """True when the fact would change what stands in Odoo, or when that cannot be known."""
    if not fact.now_in_odoo:
        return True
    mine, theirs = number(fact.value), number(fact.now_in_odoo)
    if mine is not None and theirs is not None:
        return mine != theirs
    try:
        return date.fromisoformat(fact.value) != date.fromisoformat(fact.now_in_odoo)
    except ValueError:
        return True


def with_implied(intents: Sequence[Intent], facts: Sequence[Fact]) -> tuple[Intent, ...]:
    """The intents with those that the facts imply against Odoo: a later date is a delay, less than what is open a
    change of quantity, the open quantity in parts a partial shipment, another price a change of price. A plain
    confirmation, or nothing known, gives way to them.
    """
    implied = tuple(dict.fromkeys([*_implied_by_values(facts), *_implied_by_quantities(facts)]))
    ordered = (*implied, *intents) if intents[0] in GIVES_WAY else (*intents, *implied)
    return tuple(dict.fromkeys(ordered))


def _implied_by_values(facts: Sequence[Fact]) -> Iterator[Intent]:
    for fact in facts:
        if fact.ambiguous or not fact.now_in_odoo:
            continue
        if fact.field is FactField.ETA and fact.value > fact.now_in_odoo:  # ISO dates compare as text
            yield Intent.DELAY
        if fact.field is FactField.PRICE and differs(fact):
            yield Intent.PRICE_CHANGE


def _implied_by_quantities(facts: Sequence[Fact]) -> Iterator[Intent]:
    parts: dict[tuple[str | None, int | None], list[tuple[Decimal, Decimal]]] = defaultdict(list)
    for fact in facts:
        stated, open_ = number(fact.value), number(fact.now_in_odoo)
        if fact.field is FactField.QUANTITY and stated is not None and open_ is not None and open_ > 0:
            parts[(fact.po, fact.line)].append((stated, open_))
    for found in parts.values():
        total, open_ = sum((stated for stated, _ in found), Decimal(0)), found[0][1]
        if len(found) > 1 and total == open_:
            yield Intent.PARTIAL_SHIPMENT
        elif total < open_:
            yield Intent.QUANTITY_CHANGE
