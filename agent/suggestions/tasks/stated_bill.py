"""A bill as an event or a mail states it, where Odoo has none: its lines by code, from checked facts. Pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from agent.evidence.bill_numbers import alike_of, stated_number
from agent.evidence.model import Evidence
from agent.evidence.records import Bill, BillLine, Model, Party, PurchaseLine, PurchaseOrder, RecordRef
from agent.intake.model import InvoiceData
from agent.kit.values import Money
from agent.suggestions.model import Fact, FactField
from agent.suggestions.reader import MailText

UNKNOWN = "XXX"  # ISO 4217: no currency
LARGEST = Decimal(10) ** 11


def from_event(found: Evidence) -> Bill | None:
    """The bill as the newest event states it: its lines, or its amount as one line; None when it states neither."""
    data = next((event.data for event in reversed(found.events) if isinstance(event.data, InvoiceData)), None)
    if data is None:
        return None
    order = data.purchase or ""
    currency = (data.amount or data.expected or Money(amount=Decimal(0), currency=_currency(found))).currency
    lines = tuple(
        BillLine(
            product_code=line.product, quantity=line.quantity_after, unit_price=line.price_after,
            purchase_ref=order, unit=line.unit or "", ordered=line.quantity_before, received=line.quantity_before,
            billed=Decimal(0) if line.quantity_before is not None else None, ordered_price=line.price_before,
        )
        for line in data.lines
        if line.quantity_after is not None and line.price_after is not None
    )  # fmt: skip
    if not lines and data.amount and data.expected and data.amount.currency == data.expected.currency:
        one = Decimal(1)
        lines = (
            BillLine(
                product_code="", quantity=one, unit_price=data.amount.amount, purchase_ref=order, ordered=one,
                received=one, billed=Decimal(0), ordered_price=data.expected.amount,
            ),
        )  # fmt: skip
    if not lines and data.amount is None:
        return None
    total = data.amount or Money(amount=sum((x.quantity * x.unit_price for x in lines), Decimal(0)), currency=currency)
    supplier = found.purchases[0].supplier if found.purchases else Party(id=0, name=data.supplier or "")
    return Bill(
        ref=RecordRef(model=Model.BILL, id=0, name=data.bill),
        company=data.company or "",
        state="draft",
        supplier=supplier,
        supplier_invoice=data.bill,
        total=total,
        purchase_refs=(order,) if order else (),
        lines=lines,
    )


def from_mail(
    texts: Sequence[MailText],
    facts: Sequence[Fact],
    purchases: Sequence[PurchaseOrder],
    others: Sequence[Bill] = (),
) -> Bill | None:
    """The bill that a mail or its attachment states: every order line with a quantity or a price that was read.

    A quantity alone is billed at the ordered price, a price alone for what is received and not billed. None when no
    line of a known order is named. Of the `others` those of the same number say whether it came before.
    """
    lines = tuple(_lines(facts, purchases))
    if not lines:
        return None
    order = next(order for order in purchases if order.ref.name == lines[0].purchase_ref)
    currency = next((f.unit for f in facts if f.field is FactField.PRICE and _is_code(f.unit)), order.total.currency)
    number = invoice_number(texts)
    bill = Bill(
        ref=RecordRef(model=Model.BILL, id=0, name=number or "the bill"),
        company=order.company,
        state="draft",
        supplier=order.supplier,
        supplier_invoice=number,
        total=Money(amount=sum((x.quantity * x.unit_price for x in lines), Decimal(0)), currency=currency),
        purchase_refs=tuple(dict.fromkeys(line.purchase_ref for line in lines)),
        lines=lines,
        in_company=order.in_company if currency == order.total.currency else None,
    )
    return bill.model_copy(update={"alike": alike_of(bill, others)})


def _lines(facts: Sequence[Fact], purchases: Sequence[PurchaseOrder]) -> Iterator[BillLine]:
    for order in purchases:
        for line in order.lines:
            mine = [fact for fact in facts if fact.po == order.ref.name and fact.line == line.position]
            quantity = _value(mine, FactField.QUANTITY)
            price = _value(mine, FactField.PRICE)
            if quantity is not None or price is not None:
                yield _line(order, line, quantity, price)


def _line(order: PurchaseOrder, line: PurchaseLine, quantity: Decimal | None, price: Decimal | None) -> BillLine:
    waiting = max(line.received - line.invoiced, Decimal(0))
    return BillLine(
        product_code=line.product_code,
        product_name=line.product_name,
        quantity=waiting if quantity is None else quantity,
        unit_price=line.unit_price if price is None else price,
        unit=line.unit,
        purchase_ref=order.ref.name,
        purchase_line_id=line.id,
    )


def _value(facts: Sequence[Fact], field: FactField) -> Decimal | None:
    """The sum of the quantities stated, or the one price; None where it is not stated, or in two ways."""
    found = [value for fact in facts if fact.field is field and not fact.ambiguous and (value := _decimal(fact.value))]
    if field is FactField.QUANTITY:
        return sum(found, Decimal(0)) if found else None
    return found[0] if len(set(found)) == 1 else None


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 < value < LARGEST else None


def invoice_number(texts: Sequence[MailText]) -> str:
    """The first number that is called an invoice's, in attachments before body and subject."""
    rank = {"body": 1, "subject": 2}
    return stated_number(part.text for part in sorted(texts, key=lambda part: rank.get(part.source, 0)))


def _is_code(unit: str) -> bool:
    return len(unit) == len(UNKNOWN) and unit.isupper() and unit.isalpha()


def _currency(found: Evidence) -> str:
    return found.purchases[0].total.currency if found.purchases else UNKNOWN
