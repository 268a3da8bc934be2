"""What a three-way match finds: every line's difference in money, the tolerance used, and the bill's kind."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from agent.evidence.records import OtherBill, RecordRef
from agent.kit.values import Money, Value


class MatchKind(StrEnum):
    """In what a bill, or a line of it, differs from order and receipts; in the order that decides between equals."""

    DUPLICATE = "duplicate"
    UNKNOWN_PO = "unknown_po"
    CURRENCY = "currency"
    NOT_RECEIVED = "not_received"
    QUANTITY = "quantity"
    PRICE = "price"
    TAX = "tax"
    FREIGHT_OR_CHARGE = "freight_or_charge"
    OTHER = "other"  # the records do not tell
    MATCHES = "matches"


class Difference(Value):
    """One difference of a line: what it costs us net of tax (negative: in our favour), and what would pass."""

    kind: MatchKind
    amount: Money
    tolerance: Money
    tolerated: bool


class LineMatch(Value):
    """A billed line beside its order. Quantities in the order's unit, prices per that unit in the bill's currency."""

    position: int = Field(ge=1)
    product_code: str = ""
    product_name: str = ""
    category: str = ""
    purchase: str = ""
    unit: str = ""
    ordered: Decimal | None = None
    received: Decimal | None = None
    billed_before: Decimal | None = Field(default=None, description="on other bills")
    billed: Decimal
    ordered_price: Decimal | None = None
    billed_price: Decimal
    tax_percent: Decimal | None = None
    ordered_tax_percent: Decimal | None = None
    differences: tuple[Difference, ...] = ()
    unclear: str = Field(default="", description="why it cannot be compared, in words")

    @property
    def found(self) -> tuple[Difference, ...]:
        """The differences that do not pass."""
        return tuple(item for item in self.differences if not item.tolerated)

    @property
    def kind(self) -> MatchKind:
        """The kind of the greatest difference that does not pass."""
        if self.found:
            return greatest(self.found)
        return MatchKind.OTHER if self.unclear else MatchKind.MATCHES

    @property
    def amount(self) -> Decimal:
        """What the differences that do not pass cost us."""
        return sum((item.amount.amount for item in self.found), Decimal(0))

    @property
    def difference(self) -> Decimal:
        """All that differs, whether it passes or not."""
        return sum((item.amount.amount for item in self.differences), Decimal(0))


class BillMatch(Value):
    """A bill held against its orders and receipts."""

    bill: RecordRef
    supplier: str
    supplier_invoice: str = ""
    refund: bool = False
    kind: MatchKind
    amount: Money = Field(description="at issue, net of tax: the whole bill where it repeats one or has no order")
    lines: tuple[LineMatch, ...] = ()
    purchases: tuple[str, ...] = Field(default=(), description="the orders it was held against")
    repeats: tuple[OtherBill, ...] = ()
    unclear: tuple[str, ...] = Field(default=(), description="what could not be compared, and what was converted")
    policy_version: str

    @property
    def kinds(self) -> tuple[MatchKind, ...]:
        """Every kind that does not pass, the bill's own first."""
        own = [] if self.kind is MatchKind.MATCHES else [self.kind]
        return tuple(dict.fromkeys([*own, *(item.kind for item in self.found)]))

    @property
    def found(self) -> Iterator[Difference]:
        """All differences that do not pass."""
        return (item for line in self.lines for item in line.found)


def greatest(found: tuple[Difference, ...]) -> MatchKind:
    """The kind that is most money in all; the order of the kinds decides between equals."""
    sums: dict[MatchKind, Decimal] = {}
    for item in found:
        sums[item.kind] = sums.get(item.kind, Decimal(0)) + abs(item.amount.amount)
    order = list(MatchKind)
    return min(sums, key=lambda kind: (-sums[kind], order.index(kind)))
