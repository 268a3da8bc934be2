"""Comparing a mail's facts with the purchase order in Odoo: what stands there now, and what does not fit. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from agent.evidence.records import PurchaseLine, PurchaseOrder
from agent.suggestions.model import Fact, FactField, Finding, Gate, Intent

ENDED = frozenset({"cancel", "done"})
GIVES_WAY = frozenset({Intent.CONFIRMATION, Intent.OTHER})


def compare(facts: Sequence[Fact], purchases: Sequence[PurchaseOrder]) -> tuple[list[Fact], list[Finding]]:
    """The facts with Odoo's present value beside each, and the conflicts: an ended order, a line received in full,
    more than was ordered, two different values for the same line in one mail.
    """
    orders = {order.ref.name: order for order in purchases}
    findings: list[Finding] = []
    compared: list[Fact] = []
    for fact in facts:
        order = orders.get(fact.po or "") or (purchases[0] if len(purchases) == 1 and fact.po is None else None)
        line = _line(order, fact)
        compared.append(_settled(fact.model_copy(update={"now_in_odoo": _now(fact, order, line)})))
        if order is not None:
            findings += _conflicts(fact, order, line)
    return compared, [*findings, *_contradictions(compared)]


def _settled(fact: Fact) -> Fact:
    """A price that can be read in several ways (per piece, or per pack of 100) in the one nearest to Odoo's price."""
    now = _decimal(fact.now_in_odoo)
    if fact.field is not FactField.PRICE or not fact.alternatives or not now or now < 0:
        return fact
    readings = [fact.value, *fact.alternatives]
    known = [
        (abs((value / now).ln()), text) for text in readings if (value := _decimal(text)) is not None and value > 0
    ]
    if not known:
        return fact
    best = min(known)[1]
    others = tuple(text for text in readings if text != best)
    return fact.model_copy(update={"value": best, "alternatives": others, "ambiguous": False})


def _line(order: PurchaseOrder | None, fact: Fact) -> PurchaseLine | None:
    if order is None:
        return None
    if fact.line is None:
        return order.lines[0] if len(order.lines) == 1 else None
    return next((line for line in order.lines if line.position == fact.line), None)


def _now(fact: Fact, order: PurchaseOrder | None, line: PurchaseLine | None) -> str:
    if order is None:
        return ""
    match fact.field:
        case FactField.ETA | FactField.SHIP_DATE:
            planned = line.planned if line and line.planned else order.planned
            return planned.isoformat() if planned else ""
        case FactField.QUANTITY if line:
            return _plain(line.ordered - line.received)
        case FactField.PRICE if line:
            return _plain(line.unit_price)
        case _:
            return ""


def _conflicts(fact: Fact, order: PurchaseOrder, line: PurchaseLine | None) -> list[Finding]:
    name = order.ref.name
    if order.state in ENDED:
        return [Finding(gate=Gate.CONFLICT_WITH_ODOO, detail=f"{name} is {order.state} in Odoo")]
    if line is None:
        return []
    if line.received >= line.ordered:
        return [Finding(gate=Gate.CONFLICT_WITH_ODOO, detail=f"{name} line {line.position} has been received in full")]
    quantity = _decimal(fact.value) if fact.field is FactField.QUANTITY else None
    if quantity is not None and quantity > line.ordered:
        detail = f"{name} line {line.position}: {fact.value} stated, {_plain(line.ordered)} ordered"
        return [Finding(gate=Gate.CONFLICT_WITH_ODOO, detail=detail)]
    if fact.field is FactField.PRICE and fact.unit and fact.unit != order.total.currency:
        detail = f"{name} is in {order.total.currency}, the mail says {fact.unit}"
        return [Finding(gate=Gate.CONFLICT_WITH_ODOO, detail=detail)]
    return []


def _contradictions(facts: Sequence[Fact]) -> list[Finding]:
    """Two values for one field of one line. Several dates are no contradiction when quantities come with them
    (a partial shipment), nor when one is ambiguous.
    """
    values: dict[tuple[FactField, str | None, int | None], set[str]] = defaultdict(set)
    partial = any(fact.field is FactField.QUANTITY for fact in facts)
    for fact in facts:
        dated = fact.field in {FactField.ETA, FactField.SHIP_DATE}
        if fact.field is FactField.PRICE or (dated and not partial and not fact.ambiguous):
            values[(fact.field, fact.po, fact.line)].add(fact.value)
    return [
        Finding(gate=Gate.CONTRADICTION, detail=f"{field}: {' and '.join(sorted(found))}")
        for (field, _, _), found in values.items()
        if len(found) > 1
    ]


def differs(fact: Fact) -> bool:
    """True when the fact would change what stands in Odoo, or when that cannot be known."""
    if not fact.now_in_odoo:
        return True
    mine, theirs = _decimal(fact.value), _decimal(fact.now_in_odoo)
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
        stated, open_ = _decimal(fact.value), _decimal(fact.now_in_odoo)
        if fact.field is FactField.QUANTITY and stated is not None and open_ is not None and open_ > 0:
            parts[(fact.po, fact.line)].append((stated, open_))
    for found in parts.values():
        total, open_ = sum((stated for stated, _ in found), Decimal(0)), found[0][1]
        if len(found) > 1 and total == open_:
            yield Intent.PARTIAL_SHIPMENT
        elif total < open_:
            yield Intent.QUANTITY_CHANGE


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
