"""A labelled supplier mail as a case would hold it: the parsed mail beside the orders that it is about."""

from datetime import UTC, datetime, time
from decimal import Decimal
from email.utils import parseaddr
from itertools import groupby

from agent.evidence.model import Evidence, SenderStatus
from agent.evidence.records import Model, Party, PurchaseLine, PurchaseOrder, RecordRef
from agent.intake.mail import parse_mail
from agent.kit.values import Money
from evals.dataset import OrderedLine, SupplierMail


def evidence_of(item: SupplierMail, raw: bytes | None = None) -> Evidence:
    """What would be read for the mail, its sender being the supplier of the orders; `raw` in place of its own bytes."""
    address = parseaddr(item.sender)[1].lower()
    supplier = Party(id=1, name=item.supplier, emails=(address,), country=item.country)
    orders = groupby(sorted(item.lines, key=lambda line: (line.po, line.line)), key=lambda line: line.po)
    purchases = tuple(
        _order(number, name, list(lines), supplier) for number, (name, lines) in enumerate(orders, start=1)
    )
    return Evidence(
        id=item.id,
        case_id=item.id,
        round=1,
        read_at=datetime.combine(item.sent_on, time(12), UTC),
        mail=parse_mail(raw or item.raw),
        sender=SenderStatus(supplier=supplier, matches_purchase=bool(purchases)),
        purchases=purchases,
    )


def _order(number: int, name: str, lines: list[OrderedLine], supplier: Party) -> PurchaseOrder:
    typed = tuple(_line(number * 1000 + at, line) for at, line in enumerate(lines, start=1))
    total = sum((line.ordered * line.unit_price for line in typed), Decimal(0))
    return PurchaseOrder(
        ref=RecordRef(model=Model.PURCHASE_ORDER, id=number, name=name),
        company="",
        state="purchase",
        supplier=supplier,
        total=Money(amount=total, currency=lines[0].currency or "EUR"),
        lines=typed,
    )


def _line(number: int, line: OrderedLine) -> PurchaseLine:
    return PurchaseLine(
        id=number,
        position=line.line,
        product_code=line.product_code,
        supplier_code=line.supplier_code,
        product_name=line.product_name,
        ordered=Decimal(line.ordered or "0"),
        received=Decimal(0),
        invoiced=Decimal(0),
        unit=line.unit,
        unit_price=Decimal(line.price or "0"),
        planned=line.planned or None,
    )
