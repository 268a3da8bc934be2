"""A mail's facts beside the purchase lines that they are about, in comparable form. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from agent.evidence.records import PurchaseLine, PurchaseOrder
from agent.evidence.units import times, unit_of
from agent.kit.numbers import NUMBER
from agent.kit.numbers import readings as written
from agent.suggestions.fact_model import Fact, FactField, Quote
from agent.suggestions.mail_model import Side


class Target(NamedTuple):
    """What a fact is about: our order and line, or the reference as the mail writes it where none is matched."""

    po: str | None
    line: int | None
    ref: str = ""

    def __str__(self) -> str:
        if self.po is None:
            return self.ref or "the order"
        return f"{self.po} line {self.line}" if self.line is not None else self.po


class Placed(NamedTuple):
    """A fact with its target, and our order and line where they are known."""

    fact: Fact
    target: Target
    order: PurchaseOrder | None
    line: PurchaseLine | None


def placed(facts: Sequence[Fact], purchases: Sequence[PurchaseOrder]) -> list[Placed]:
    """Each fact with what it is about. An order of one line is that line."""
    orders = {order.ref.name: order for order in purchases}
    found: list[Placed] = []
    for fact in facts:
        order = orders.get(fact.po or "") or (purchases[0] if len(purchases) == 1 and fact.po is None else None)
        line = line_of(order, fact)
        position = line.position if line else fact.line
        ref = fact.stated_ref.casefold() if position is None else ""
        found.append(Placed(fact, Target(order.ref.name if order else fact.po, position, ref), order, line))
    return found


def line_of(order: PurchaseOrder | None, fact: Fact) -> PurchaseLine | None:
    """Our line that the fact is about; the only line where the order has but one."""
    if order is None:
        return None
    if fact.line is None:
        return order.lines[0] if len(order.lines) == 1 else None
    return next((line for line in order.lines if line.position == fact.line), None)


def by_target(items: Sequence[Placed]) -> Mapping[Target, list[Placed]]:
    """The facts under what they are about, in their order."""
    found: dict[Target, list[Placed]] = defaultdict(list)
    for item in items:
        found[item.target].append(item)
    return found


def of_field(items: Sequence[Placed], *fields: FactField) -> list[Placed]:
    """Those of the items that are of one of these fields."""
    return [item for item in items if item.fact.field in fields]


def readings(fact: Fact) -> frozenset[str]:
    """All values that the fact may have, in one plain form each."""
    return frozenset(plain_text(text) for text in (fact.value, *fact.alternatives))


def agree(facts: Sequence[Fact]) -> bool:
    """Whether one value fits all of them, each in one of its readings."""
    return bool(frozenset.intersection(*map(readings, facts))) if facts else True


def factor(item: Placed) -> Decimal | None:
    """By how much to multiply a stated quantity to have it in the line's unit; None where nothing tells.

    A reader may have turned it into the line's unit already: then the value does not stand in the quote as written.
    """
    fact, line = item.fact, item.line
    if line is None or not fact.unit or not _as_written(fact):
        return Decimal(1)
    ratio = times(fact.unit, line.unit, line.units)
    return Decimal(1) if ratio is None and _counts_the_same(fact, line) else ratio


def _counts_the_same(fact: Fact, line: PurchaseLine) -> bool:
    """Whether two names of units mean one thing: the numbers are equal, or what we count in units is such a bag."""
    if number(fact.value) in {line.ordered, line.ordered - line.received}:
        return True
    named = {unit_of(word) for word in re.findall(r"[^\W\d_]+", line.product_name)}
    return unit_of(line.unit) == "each" and unit_of(fact.unit) in named


def _as_written(fact: Fact) -> bool:
    value = number(fact.value)
    return any(value in written(token[0]) for token in NUMBER.finditer(fact.quote.text))


def counted(item: Placed) -> Decimal | None:
    """The stated quantity in the line's unit; None when it cannot be told."""
    value, ratio = number(item.fact.value), factor(item)
    return value * ratio if value is not None and ratio is not None else None


def stated(fact: Fact) -> Side:
    """The fact as one side of a contradiction."""
    return Side(value=fact.value, unit=fact.unit, quote=fact.quote)


def ours(value: Decimal | date | str, unit: str, target: Target) -> Side:
    """A value of Odoo as the other side."""
    text = plain(value) if isinstance(value, Decimal) else str(value)
    return Side(value=text, unit=unit, record=str(target))


def quoted(quote: Quote, most: int = 60) -> str:
    """The words of the mail and where they stand."""
    words = " ".join(quote.text.split())
    return f'"{words[:most]}" ({quote.source})'


def amount(value: str, unit: str) -> str:
    """A value with its unit."""
    return f"{value} {unit}".strip()


def number(text: str) -> Decimal | None:
    """The plain decimal; None for anything else."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def day(text: str) -> date | None:
    """The ISO date; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def plain(value: Decimal) -> str:
    """Without trailing zeros or exponent."""
    return f"{value.normalize():f}"


def plain_text(text: str) -> str:
    """A decimal in its plain form, anything else folded."""
    value = number(text)
    return plain(value) if value is not None else " ".join(text.casefold().split())
