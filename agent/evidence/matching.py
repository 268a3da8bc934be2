"""The three-way match: a supplier's bill against its purchase orders and what was received. Pure arithmetic.

Billed may be what was received and is on no other bill (what was ordered, for what is billed on order). Amounts are
net of tax in the bill's currency; an amount above zero is what we would pay too much, or be credited too little.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from agent.evidence.bill_numbers import GONE, repeats, twins
from agent.evidence.match_model import BillMatch, Difference, LineMatch, MatchKind, greatest
from agent.evidence.match_policy import MatchPolicy, Tolerance
from agent.evidence.records import Bill, BillLine, PurchaseLine, PurchaseOrder
from agent.kit.values import Money

ZERO = Decimal(0)
HUNDRED = Decimal(100)
CENT = Decimal("0.01")
SIXTH = Decimal("0.000001")
DEFAULT = MatchPolicy()


@dataclass(frozen=True)
class _Ordered:
    """What the order says of one billed line, in the order's unit and currency."""

    key: tuple[str, int | str]
    purchase: str
    ordered: Decimal
    received: Decimal
    before: Decimal  # on other bills
    price: Decimal
    unit: str
    tax: Decimal | None
    on_ordered: bool


def match(bill: Bill, purchases: Sequence[PurchaseOrder], policy: MatchPolicy = DEFAULT) -> BillMatch:
    """The bill held against these orders; what the records do not tell is said, never guessed."""
    held = _Held(bill, purchases, policy)
    lines = _within_the_bill(held, held.lines())
    earlier = repeats(bill)
    kind = _kind(held, lines, repeated=bool(earlier))
    whole = sum((line.billed * line.billed_price for line in lines), ZERO) or bill.total.amount
    at_issue = whole if kind in {MatchKind.DUPLICATE, MatchKind.UNKNOWN_PO} else sum((x.amount for x in lines), ZERO)
    return BillMatch(
        bill=bill.ref,
        supplier=bill.supplier.name,
        supplier_invoice=bill.supplier_invoice,
        refund=bill.refund,
        kind=kind,
        amount=held.money(at_issue),
        lines=lines,
        purchases=tuple(dict.fromkeys(line.purchase for line in lines if line.purchase)),
        repeats=earlier,
        unclear=tuple(dict.fromkeys((*held.said, *(line.unclear for line in lines if line.unclear)))),
        policy_version=policy.version,
    )


def _kind(held: "_Held", lines: tuple[LineMatch, ...], *, repeated: bool) -> MatchKind:
    if repeated:
        return MatchKind.DUPLICATE
    if not any(line.ordered is not None for line in lines) and not held.named:
        return MatchKind.UNKNOWN_PO
    if held.foreign:
        return MatchKind.CURRENCY
    found = tuple(item for line in lines for item in line.found)
    if found:
        return greatest(found)
    return MatchKind.OTHER if any(line.unclear for line in lines) or not lines else MatchKind.MATCHES


class _Held:
    """A bill with its orders, and what is said while it is held against them."""

    def __init__(self, bill: Bill, purchases: Sequence[PurchaseOrder], policy: MatchPolicy) -> None:
        self.bill = bill
        self.policy = policy
        self.said: list[str] = []
        self.refused: set[str] = set()
        self.orders = {order.ref.name: order for order in purchases if self._usable(order)}
        self.named = [ref for ref in bill.purchase_refs if ref in self.orders]
        self.rate = bill.in_company.rate if bill.in_company else Decimal(1)
        self.foreign = False
        self._later = sum(1 for one in twins(bill) if one.total == bill.total) - len(repeats(bill))

    def _usable(self, order: PurchaseOrder) -> bool:
        if order.state in GONE:
            self.said.append(f"{order.ref.name} is cancelled.")
            self.refused.add(order.ref.name)
        if order.supplier.id != self.bill.supplier.id and self.bill.supplier.id:
            self.said.append(f"{order.ref.name} is an order to {order.supplier.name}.")
            self.refused.add(order.ref.name)
        return order.ref.name not in self.refused

    def money(self, amount: Decimal) -> Money:
        return Money(amount=amount.quantize(CENT, ROUND_HALF_UP), currency=self.bill.total.currency)

    def lines(self) -> list[LineMatch]:
        """Every line beside its order; lines on one order line use up what is open one after another."""
        pairs = [(line, self._ordered(line)) for line in self.bill.lines]
        mine: dict[tuple[str, int | str], Decimal] = defaultdict(Decimal)
        for line, ordered in pairs:
            if ordered:
                mine[ordered.key] += line.quantity * (line.per_unit or ZERO)
        used: dict[tuple[str, int | str], Decimal] = defaultdict(Decimal)
        found: list[LineMatch] = []
        for place, (line, ordered) in enumerate(pairs, start=1):
            if ordered is None:
                found.append(self._unordered(place, line))
                continue
            before = max(ordered.before - self._own(line, mine[ordered.key]), ZERO) + used[ordered.key]
            found.append(self._against(place, line, ordered, before))
            used[ordered.key] += line.quantity * (line.per_unit or ZERO)
        return found

    def _own(self, line: BillLine, mine: Decimal) -> Decimal:
        """What of the figure of all bills is this one's (a credit note counts against it), or a later twin's."""
        linked = line.ordered is not None and self.bill.state not in GONE and self.bill.ref.id != 0
        own = (-mine if self.bill.refund else mine) if linked else ZERO
        return own + (mine * max(self._later, 0) if linked else ZERO)

    def _ordered(self, line: BillLine) -> _Ordered | None:
        """The order line that a billed line is for: the linked one, else the one of the same product."""
        order = self.orders.get(line.purchase_ref)
        if line.ordered is not None and line.purchase_ref not in self.refused:
            return _Ordered(
                (line.purchase_ref, line.purchase_line_id or line.product_code), line.purchase_ref, line.ordered,
                line.received or ZERO, line.billed or ZERO, line.ordered_price or ZERO,
                line.ordered_unit or line.unit, line.ordered_tax_percent, line.on_ordered,
            )  # fmt: skip
        for one in (order,) if order else tuple(self.orders.values()):
            for kept in one.lines:
                if _is(line, kept):
                    return _Ordered(
                        (one.ref.name, kept.id), one.ref.name, kept.ordered, kept.received, kept.invoiced,
                        kept.unit_price, kept.unit, kept.tax_percent, line.on_ordered,
                    )  # fmt: skip
        return None

    def _price(self, ordered: _Ordered) -> Decimal | None:
        """The ordered price in the bill's currency; None where the rates are not known."""
        order, own = self.orders.get(ordered.purchase), self.bill.total.currency
        if order is None or order.total.currency == own:
            return ordered.price
        self.foreign = True
        theirs, ours = order.in_company, self.bill.in_company
        name = f"{ordered.purchase} is in {order.total.currency}, the bill in {own}"
        if theirs is None or ours is None or theirs.value.currency != ours.value.currency or not theirs.rate:
            self.said.append(f"{name}; no rate is known.")
            return None
        rate = ours.rate / theirs.rate
        self.said.append(f"{name}; compared at {rate.quantize(SIXTH).normalize():f} {own} each.")
        return (ordered.price * rate).quantize(SIXTH)

    def _against(self, place: int, line: BillLine, ordered: _Ordered, before: Decimal) -> LineMatch:
        price, factor = self._price(ordered), line.per_unit
        unclear = ""
        if factor is None or not factor:
            unclear = f"{line.product_code or line.product_name}: billed per {line.unit}, ordered per {ordered.unit}."
            factor = Decimal(1)
        quantity, billed_price = line.quantity * factor, (line.unit_price / factor)
        differences: list[Difference] = []
        allowed = self.policy.of(self.bill.supplier.tier, line.category)
        if price is not None and not unclear:
            differences += self._of_quantity(ordered, before, quantity, price, allowed)
            differences += self._of_price(quantity, billed_price, price, allowed)
        differences += self._of_tax(line, ordered, allowed)
        return LineMatch(
            position=place, product_code=line.product_code, product_name=line.product_name,
            category=line.category, purchase=ordered.purchase, unit=ordered.unit, ordered=ordered.ordered,
            received=ordered.received,
            billed_before=before, billed=quantity, ordered_price=price, billed_price=billed_price,
            tax_percent=line.tax_percent, ordered_tax_percent=ordered.tax, differences=tuple(differences),
            unclear=unclear,
        )  # fmt: skip

    def _of_quantity(
        self, ordered: _Ordered, before: Decimal, quantity: Decimal, price: Decimal, allowed: Tolerance
    ) -> Iterable[Difference]:
        """More than is open to be billed; on a credit note, more than was billed."""
        basis = ordered.ordered if ordered.on_ordered else ordered.received
        over = quantity - max(before if self.bill.refund else basis - before, ZERO)
        if over <= 0:
            return
        absent = not ordered.on_ordered and (
            ordered.received <= 0 or (basis <= before and before + quantity <= ordered.ordered)
        )
        kind = MatchKind.NOT_RECEIVED if absent and not self.bill.refund else MatchKind.QUANTITY
        passes = max(basis, ZERO) * allowed.quantity_percent / HUNDRED
        yield self._difference(kind, over * price, passes * price, tolerated=over <= passes)

    def _of_price(self, quantity: Decimal, billed: Decimal, price: Decimal, allowed: Tolerance) -> Iterable[Difference]:
        amount = (billed - price) * quantity
        if (billed - price) == 0 or quantity == 0:
            return
        passes = max(abs(price * quantity) * allowed.price_percent / HUNDRED, allowed.price_amount * self.rate)
        lower = billed < price and allowed.accept_lower_price
        yield self._difference(MatchKind.PRICE, amount, passes, tolerated=lower or abs(amount) <= passes)

    def _of_tax(self, line: BillLine, ordered: _Ordered, allowed: Tolerance) -> Iterable[Difference]:
        if line.tax_percent is None or ordered.tax is None or line.tax_percent == ordered.tax:
            return
        points, net = line.tax_percent - ordered.tax, line.quantity * line.unit_price
        passes = abs(points) <= allowed.tax_points
        yield self._difference(
            MatchKind.TAX, net * points / HUNDRED, abs(net) * allowed.tax_points / HUNDRED, tolerated=passes
        )

    def _unordered(self, place: int, line: BillLine) -> LineMatch:
        """A line that no order line stands behind: freight, a surcharge, goods nobody ordered."""
        allowed = self.policy.of(self.bill.supplier.tier, line.category)
        amount, passes = line.quantity * line.unit_price, allowed.charge_amount * self.rate
        found = self._difference(MatchKind.FREIGHT_OR_CHARGE, amount, passes, tolerated=amount <= passes)
        return LineMatch(
            position=place, product_code=line.product_code, product_name=line.product_name,
            purchase=line.purchase_ref if line.purchase_ref in self.orders else "", unit=line.unit,
            billed=line.quantity, billed_price=line.unit_price, tax_percent=line.tax_percent,
            differences=(found,) if amount else (), category=line.category,
        )  # fmt: skip

    def _difference(self, kind: MatchKind, amount: Decimal, passes: Decimal, *, tolerated: bool) -> Difference:
        cost = -amount if self.bill.refund else amount
        return Difference(kind=kind, amount=self.money(cost), tolerance=self.money(passes), tolerated=tolerated)


def _is(line: BillLine, kept: PurchaseLine) -> bool:
    """Whether a billed line is for this order line, by link or by our or the supplier's product code."""
    if line.purchase_line_id:
        return line.purchase_line_id == kept.id
    code = line.product_code.casefold()
    return bool(code) and code in {kept.product_code.casefold(), kept.supplier_code.casefold()}


def _within_the_bill(held: _Held, lines: Sequence[LineMatch]) -> tuple[LineMatch, ...]:
    """What passed line by line as a small amount stands out after all where together it is more than small."""
    allowed = held.policy.of(held.bill.supplier.tier)
    passed = sum((x.amount.amount for line in lines for x in line.differences if _small(held, line, x)), ZERO)
    value = sum((_value(line) for line in lines), ZERO)
    if passed <= max(value * allowed.bill_percent / HUNDRED, allowed.bill_amount * held.rate):
        return tuple(lines)
    return tuple(
        line.model_copy(
            update={"differences": tuple(_refused(x) if _small(held, line, x) else x for x in line.differences)}
        )
        for line in lines
    )


def _value(line: LineMatch) -> Decimal:
    return abs(line.billed * line.ordered_price) if line.ordered_price is not None else ZERO


def _small(held: _Held, line: LineMatch, item: Difference) -> bool:
    """Whether it passed for its amount, not for its share of the line."""
    share = held.policy.of(held.bill.supplier.tier, line.category).price_percent
    passed = item.tolerated and item.kind is MatchKind.PRICE
    return passed and item.amount.amount > _value(line) * share / HUNDRED


def _refused(item: Difference) -> Difference:
    return item.model_copy(update={"tolerated": False})
