"""Reads the labelled bills: a compact form that says only what matters, and the records that it stands for."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib import resources

from pydantic import Field, ValidationError

from agent.errors import InputError
from agent.evidence.records import (
    Bill,
    BillLine,
    Model,
    OtherBill,
    Party,
    PurchaseLine,
    PurchaseOrder,
    Rated,
    RecordRef,
)
from agent.kit.values import Money, Value
from agent.suggestions.model import InvoiceLabel

THE_SUPPLIER = 7
HERE = "EUR"


class LineItem(Value):
    """A billed line, and what its order says of it; no order line where `ordered` is absent."""

    product: str
    name: str
    quantity: Decimal
    price: Decimal
    unit: str = ""
    order: str = ""
    line: int = 1
    ordered: Decimal | None = None
    received: Decimal | None = None
    billed: Decimal | None = Field(default=None, description="on all bills together, this one too")
    order_price: Decimal | None = None
    order_unit: str = ""
    per_unit: Decimal | None = Decimal(1)
    tax: Decimal | None = None
    order_tax: Decimal | None = None
    on_ordered: bool = False

    def record(self) -> BillLine:
        """The record."""
        return BillLine(
            product_code=self.product, product_name=self.name, quantity=self.quantity, unit_price=self.price,
            unit=self.unit, purchase_ref=self.order, purchase_line_id=self.line if self.ordered is not None else 0,
            ordered=self.ordered, received=self.received, billed=self.billed, ordered_price=self.order_price,
            ordered_unit=self.order_unit, per_unit=self.per_unit, tax_percent=self.tax,
            ordered_tax_percent=self.order_tax, on_ordered=self.on_ordered,
        )  # fmt: skip


class OtherItem(Value):
    """Another bill of the same supplier and number."""

    name: str
    id: int
    invoice: str
    state: str
    total: Decimal
    date: date
    refund: bool = False


class BillItem(Value):
    """The bill."""

    name: str
    id: int = 400
    invoice: str
    supplier: str
    supplier_id: int = THE_SUPPLIER
    state: str = "draft"
    refund: bool = False
    currency: str = HERE
    rate: Decimal = Decimal(1)
    date: date
    total: Decimal
    refs: tuple[str, ...] = ()
    lines: tuple[LineItem, ...]
    alike: tuple[OtherItem, ...] = ()


class OrderLineItem(Value):
    """A line of an order that the bill does not link."""

    product: str
    supplier_code: str = ""
    ordered: Decimal
    received: Decimal
    billed: Decimal
    price: Decimal
    unit: str


class OrderItem(Value):
    """An order, as far as it matters."""

    name: str
    state: str = "purchase"
    currency: str = HERE
    rate: Decimal = Decimal(1)
    supplier: str = "The supplier"
    supplier_id: int = THE_SUPPLIER
    lines: tuple[OrderLineItem, ...] = ()


class InvoiceItem(Value):
    """One labelled bill: what differs most, and the money at issue, net of tax, in the bill's currency."""

    id: str
    situation: str
    bill: BillItem
    orders: tuple[OrderItem, ...] | None = Field(default=None, description="absent: those that the lines name")
    label: InvoiceLabel
    amount: Decimal

    @property
    def record(self) -> Bill:
        """The bill as a record."""
        it = self.bill
        total = Money(amount=it.total, currency=it.currency)
        named = tuple(dict.fromkeys([*it.refs, *(line.order for line in it.lines if line.order)]))
        alike = tuple(
            OtherBill(
                ref=RecordRef(model=Model.BILL, id=one.id, name=one.name), supplier_invoice=one.invoice,
                state=one.state, total=Money(amount=one.total, currency=it.currency), billed=one.date,
                refund=one.refund,
            )
            for one in it.alike
        )  # fmt: skip
        return Bill(
            ref=RecordRef(model=Model.BILL, id=it.id, name=it.name), company="Test Company", state=it.state,
            supplier=Party(id=it.supplier_id, name=it.supplier), supplier_invoice=it.invoice, billed=it.date,
            total=total, purchase_refs=named, lines=tuple(line.record() for line in it.lines), refund=it.refund,
            in_company=Rated(value=Money(amount=it.total / it.rate, currency=HERE), rate=it.rate), alike=alike,
        )  # fmt: skip

    @property
    def purchases(self) -> tuple[PurchaseOrder, ...]:
        """The orders as records."""
        if self.orders is not None:
            return tuple(_order(order, number) for number, order in enumerate(self.orders, start=100))
        linked = dict.fromkeys(line.order for line in self.bill.lines if line.ordered is not None)
        orders = [OrderItem(name=name, supplier_id=self.bill.supplier_id) for name in linked]
        return tuple(_order(order, number) for number, order in enumerate(orders, start=100))


def _order(item: OrderItem, number: int) -> PurchaseOrder:
    one = Money(amount=Decimal(1), currency=item.currency)
    lines = tuple(
        PurchaseLine(
            id=1000 + place, position=place, product_code=line.product, supplier_code=line.supplier_code,
            product_name=line.product, ordered=line.ordered, received=line.received, invoiced=line.billed,
            unit=line.unit, unit_price=line.price,
        )
        for place, line in enumerate(item.lines, start=1)
    )  # fmt: skip
    return PurchaseOrder(
        ref=RecordRef(model=Model.PURCHASE_ORDER, id=number, name=item.name), company="Test Company", state=item.state,
        supplier=Party(id=item.supplier_id, name=item.supplier), total=one, lines=lines,
        in_company=Rated(value=Money(amount=1 / item.rate, currency=HERE), rate=item.rate),
    )  # fmt: skip


def bills() -> list[InvoiceItem]:
    """All labelled bills. Raises InputError when a line is broken."""
    return list(_read())


def _read() -> Iterator[InvoiceItem]:
    files = (resources.files("evals") / "datasets" / "invoices").iterdir()
    for path in sorted((path for path in files if path.name.endswith(".jsonl")), key=lambda path: path.name):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            try:
                yield InvoiceItem.model_validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                detail = f"{path.name} line {number}: {'.'.join(map(str, first['loc']))}: {first['msg']}"
                raise InputError(detail, remedy="Correct that line of the dataset.") from error
