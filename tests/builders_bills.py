"""Bills, their orders and patterns for tests."""

from datetime import date, timedelta
from decimal import Decimal

from agent.evidence.pattern_model import Dimension, Pattern, PatternKind, Point, Window
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
from agent.kit.values import Money

SUPPLIER = Party(id=7, name="Brandt Fasteners", tier=3)


def eur(amount: int | str | Decimal) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def a_line(quantity: int | str = 100, price: int | str = "5.20", **changes) -> BillLine:
    """100 bolts at 5.20, ordered, received and billed alike."""
    given = {
        "product_code": "BOLT", "quantity": Decimal(quantity), "unit_price": Decimal(price), "purchase_ref": "P00012",
        "unit": "pcs", "purchase_line_id": 3, "ordered": Decimal(100), "received": Decimal(100),
        "billed": Decimal(quantity), "ordered_price": Decimal("5.20"),
    }  # fmt: skip
    return BillLine(**(given | {k: Decimal(v) if isinstance(v, int | str) and k in NUMBERS else v
                                for k, v in changes.items()}))  # fmt: skip


NUMBERS = {
    "ordered", "received", "billed", "ordered_price", "per_unit", "tax_percent", "ordered_tax_percent",
}  # fmt: skip


def a_charge(amount: int | str, name: str = "Freight") -> BillLine:
    return BillLine(product_code="", product_name=name, quantity=Decimal(1), unit_price=Decimal(amount))


def the_bill(*lines: BillLine, number: int = 4, **changes) -> Bill:
    total = sum((line.quantity * line.unit_price for line in lines), Decimal(0))
    given = {
        "ref": RecordRef(model=Model.BILL, id=number, name=f"BILL/2026/{number:04d}"), "company": "Acme",
        "state": "draft", "supplier": SUPPLIER, "supplier_invoice": "RE-403377", "billed": date(2026, 11, 20),
        "total": eur(total), "purchase_refs": ("P00012",), "lines": lines,
    }  # fmt: skip
    return Bill(**(given | changes))


def the_order(**changes) -> PurchaseOrder:
    line = PurchaseLine(
        id=3, position=1, product_code="BOLT", supplier_code="BF-8", product_name="Bolt M8", ordered=Decimal(100),
        received=Decimal(100), invoiced=Decimal(100), unit="pcs", unit_price=Decimal("5.20"),
    )  # fmt: skip
    given = {
        "ref": RecordRef(model=Model.PURCHASE_ORDER, id=12, name="P00012"), "company": "Acme", "state": "purchase",
        "supplier": SUPPLIER, "total": eur(520), "lines": (line,), "in_company": Rated(value=eur(520), rate=Decimal(1)),
    }  # fmt: skip
    return PurchaseOrder(**(given | changes))


def another(number: int, invoice: str, **changes) -> OtherBill:
    given = {
        "ref": RecordRef(model=Model.BILL, id=number, name=f"BILL/2026/{number:04d}"), "supplier_invoice": invoice,
        "state": "posted", "total": eur(520), "billed": date(2026, 11, 2),
    }  # fmt: skip
    return OtherBill(**(given | changes))


def a_pattern(kind: PatternKind = PatternKind.SUPPLIER_SLIPPING, **changes) -> Pattern:
    given = {
        "kind": kind, "dimension": Dimension.SUPPLIER, "subject": "Brandt Fasteners", "company": "Acme", "unit": "days",
        "recent": Window(since=date(2026, 10, 1), until=date(2026, 11, 20), count=14, value=Decimal("6.5")),
        "baseline": Window(since=date(2026, 4, 1), until=date(2026, 9, 30), count=40, value=Decimal(1)),
        "effect": Decimal("5.5"), "effect_low": Decimal(3), "effect_high": Decimal(8), "p_value": 0.001,
        "q_value": 0.0123, "tested": 12, "method": "median shift, Mann-Whitney", "records": ("P00071", "P00068"),
        "points": tuple(
            Point(day=date(2026, 4, 6) + timedelta(weeks=week), value=Decimal(1 if week < 26 else 6))
            for week in range(33)
        ),
    }  # fmt: skip
    return Pattern(**(given | changes))
