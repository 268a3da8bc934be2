"""Where a supplier's mail contradicts the purchase orders in Odoo. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from agent.evidence.collect import OUR_PURCHASE
from agent.evidence.match_policy import Tolerance
from agent.evidence.records import PurchaseOrder
from agent.evidence.units import same_unit
from agent.kit.values import Value
from agent.suggestions.fact_model import Fact, FactField, Quote, Severity
from agent.suggestions.mail_model import Contradiction, ContradictionKind, Side
from agent.suggestions.reader import MailText
from agent.suggestions.tasks.mail_lines import (
    Placed,
    amount,
    counted,
    day,
    factor,
    number,
    of_field,
    ours,
    plain,
    quoted,
    stated,
)

K = ContradictionKind
FRESH = timedelta(days=14)  # so old a mail is held against its own day alone
TWICE = 2
HUNDRED = Decimal(100)
STILL_TO_COME = frozenset({"delayed", "back_ordered", "back-ordered", "cancelled", "on_hold", "discontinued"})
DEFAULT = Tolerance()


class Against(Value):
    """What the facts are held against besides the orders."""

    today: date | None = None
    sent_on: date | None = None
    tolerance: Tolerance = DEFAULT

    @property
    def earliest(self) -> date | None:
        """Before which day nothing can arrive any more; None when no day is known."""
        if self.sent_on is None or self.today is None:
            return self.sent_on or self.today
        fresh = timedelta(0) <= self.today - self.sent_on <= FRESH
        return self.today if fresh else self.sent_on


def against_odoo(
    items: Sequence[Placed], missing: Sequence[str], texts: Sequence[MailText], against: Against
) -> list[Contradiction]:
    """Every contradiction of the facts with what Odoo has, each kind and value once a line.

    `missing` says which references Odoo does not know, as the evidence has it.
    """
    found: list[Contradiction] = list(_unknown(missing, texts))
    for item in items:
        if item.order is not None:
            found += _of_order(item)
        if item.order is not None and item.order.state != "cancel":
            found += [*_of_line(item), *_of_quantity(item), *_of_price(item, against)]
        found += _of_date(item, against)
    found += _more_in_parts(items)
    once = {(one.kind, one.po, one.line, one.sides[0].value): one for one in found}
    return list(once.values())


def _unknown(missing: Sequence[str], texts: Sequence[MailText]) -> Iterator[Contradiction]:
    """References of the mail that Odoo does not know or that are not this company's, as the evidence says."""
    for said in missing:
        named = OUR_PURCHASE.search(said)
        if named is None:
            continue
        for part in texts:
            start = part.text.casefold().find(named[0].casefold())
            if start >= 0:
                end = start + len(named[0])
                quote = Quote(text=part.text[start:end], source=part.source, start=start, end=end)
                yield Contradiction(
                    kind=K.ORDER_UNKNOWN, severity=Severity.HIGH, po=named[0],
                    sides=(Side(value=named[0], quote=quote),), detail=said,
                )  # fmt: skip
                break


def _of_order(item: Placed) -> Iterator[Contradiction]:
    order = item.order
    if order is not None and order.state == "cancel":
        side = Side(value="cancelled", record=order.ref.name)
        yield _made(K.ORDER_ENDED, Severity.HIGH, item, side, f"{order.ref.name} is cancelled in Odoo")


def _of_line(item: Placed) -> Iterator[Contradiction]:
    """News of a line of which nothing is to come any more."""
    fact, line = item.fact, item.line
    moves = fact.field in {FactField.ETA, FactField.SHIP_DATE, FactField.QUANTITY}
    if line is None or not (moves or (fact.field is FactField.STATUS and fact.value.lower() in STILL_TO_COME)):
        return
    if line.ordered == 0 and any(other.ordered for other in (item.order.lines if item.order else ())):
        side = ours(line.ordered, line.unit, item.target)
        yield _made(K.LINE_ENDED, Severity.HIGH, item, side, "is cancelled in Odoo: nothing is ordered")
    elif 0 < line.ordered <= line.received:
        side = ours(line.received, line.unit, item.target)
        said = f"has been received in full ({amount(plain(line.received), line.unit)})"
        yield _made(K.ALREADY_RECEIVED, Severity.HIGH, item, side, said)


def _of_quantity(item: Placed) -> Iterator[Contradiction]:
    fact, line = item.fact, item.line
    if fact.field is not FactField.QUANTITY or line is None:
        return
    ratio, value = factor(item), counted(item)
    if ratio is not None and ratio != 1 and value is not None and not same_unit(fact.unit, line.unit):
        turned = f"{amount(plain(value), line.unit)} at {plain(ratio)} each"
        side = ours(line.ordered, line.unit, item.target)
        said = f"{amount(fact.value, fact.unit)} is {turned}; the order is in {line.unit}"
        yield _made(K.OTHER_UNIT, Severity.LOW, item, side, said)
    if value is not None and value > line.ordered > 0:
        yield _too_much(item, value)


def _too_much(item: Placed, value: Decimal) -> Contradiction:
    line = item.line
    assert line is not None, "only asked with a line"
    severity = Severity.HIGH if value >= TWICE * line.ordered else Severity.MEDIUM
    said = f"{amount(plain(value), line.unit)} stated, {amount(plain(line.ordered), line.unit)} ordered"
    return _made(K.MORE_THAN_ORDERED, severity, item, ours(line.ordered, line.unit, item.target), said)


def _more_in_parts(items: Sequence[Placed]) -> Iterator[Contradiction]:
    """Parts that are more together than was ordered, though each alone is not."""
    parts: dict[tuple[str | None, int | None], list[Placed]] = {}
    for item in of_field(items, FactField.QUANTITY):
        if item.line is not None:
            parts.setdefault((item.target.po, item.target.line), []).append(item)
    for group in parts.values():
        line = group[0].line
        values = {value for item in group if (value := counted(item)) is not None}
        if line is None or len(values) <= 1 or max(values) >= line.ordered or sum(values) <= line.ordered:
            continue
        said = " and ".join(quoted(item.fact.quote) for item in group)
        total = amount(plain(sum(values, Decimal(0))), line.unit)
        side = ours(line.ordered, line.unit, group[0].target)
        yield Contradiction(
            kind=K.MORE_THAN_ORDERED, severity=Severity.MEDIUM, field=FactField.QUANTITY, po=group[0].target.po,
            line=group[0].target.line, sides=(*(stated(item.fact) for item in group), side),
            detail=f"{group[0].target}: {said} make {total}, {amount(plain(line.ordered), line.unit)} ordered",
        )  # fmt: skip


def _of_price(item: Placed, against: Against) -> Iterator[Contradiction]:
    fact, line, order = item.fact, item.line, item.order
    price = number(fact.value)
    if fact.field is not FactField.PRICE or order is None or price is None:
        return
    currency = order.total.currency
    if fact.unit and fact.unit != currency:
        side = ours(line.unit_price if line else "", currency, item.target)
        said = f"{fact.value} {fact.unit} stated, the order is in {currency}{_turned(order, fact, price)}"
        yield _made(K.OTHER_CURRENCY, Severity.HIGH, item, side, said)
    elif line is not None and line.unit_price > 0:
        off = 100 * (price - line.unit_price) / line.unit_price
        if abs(off) > against.tolerance.price_percent:
            severity = Severity.HIGH if abs(off) >= HUNDRED / TWICE else Severity.MEDIUM
            side = ours(line.unit_price, currency, item.target)
            said = f"{fact.value} {currency} stated, {plain(line.unit_price)} {currency} ordered ({off:+.1f} %)"
            yield _made(K.PRICE_OFF_ORDER, severity, item, side, said)


def _turned(order: PurchaseOrder, fact: Fact, price: Decimal) -> str:
    """What a price in the company's own currency is in the order's, at the rate that Odoo reckoned the order at."""
    rated = order.in_company
    if rated is None or rated.value.currency != fact.unit or not rated.rate:
        return ""
    return f" (about {price * rated.rate:.2f} {order.total.currency} at Odoo's rate)"


def _of_date(item: Placed, against: Against) -> Iterator[Contradiction]:
    """An arrival that lies in the past."""
    eta, earliest = day(item.fact.value), against.earliest
    if item.fact.field is not FactField.ETA or eta is None or earliest is None or eta >= earliest:
        return
    if item.fact.ambiguous and any((other := day(text)) and other >= earliest for text in item.fact.alternatives):
        return
    side = Side(value=earliest.isoformat(), record="today" if earliest == against.today else "day of the mail")
    yield _made(K.DATE_PAST, Severity.MEDIUM, item, side, f"{eta} is past ({side.record}: {earliest})")


def _made(kind: ContradictionKind, severity: Severity, item: Placed, theirs: Side, said: str) -> Contradiction:
    order_level = kind is K.ORDER_ENDED
    where = "" if order_level else f"{item.target}: "
    return Contradiction(
        kind=kind, severity=severity, field=item.fact.field, po=item.target.po,
        line=None if order_level else item.target.line, sides=(stated(item.fact), theirs),
        detail=f"{where}{said}, by {quoted(item.fact.quote)}",
    )  # fmt: skip
