"""Collecting evidence: every read for a case happens here; later steps see only the result."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from agent.cases.model import Case, CaseKind
from agent.evidence.bill_numbers import stated_number
from agent.evidence.model import Evidence, OdooReader, SenderStatus
from agent.evidence.records import Bill, PurchaseOrder, SaleOrder, SupplyPicture
from agent.intake.model import Event, EventType, Mail, StockData
from agent.kit.ids import new_id

PURCHASE_REF = re.compile(r"\b(?:PO|P)[ -]?#?[ ]?(\d{4,10})\b", re.IGNORECASE)
OUR_PURCHASE = re.compile(r"\bP\d{5,}\b")
OUR_SALE = re.compile(r"\bS\d{5,}\b")
LONG_NUMBER = re.compile(r"\b(?=[A-Z0-9/-]{0,24}\d{4})[A-Z0-9][A-Z0-9/-]{4,24}\b")
MOST_REFS = 40
HORIZON_DAYS = 30
RECORD_DAYS = 365  # of a supplier's past lines
CLAIMS = (EventType.ALLOCATION_MOVED, EventType.STOCK_SHORTAGE_DETECTED)
SALE_FIELDS = ("order", "to_order")
PURCHASE_FIELDS = ("purchase",)
PRODUCT_FIELDS = ("product",)


def collect(case: Case, events: Sequence[Event], mails: Sequence[Mail], odoo: OdooReader, now: datetime) -> Evidence:
    """Read all that this round of the case needs, in a fixed number of calls. Raises OdooUnavailable or OdooDenied."""
    blank = Evidence(id=new_id(), case_id=case.id, round=case.round, read_at=now, events=tuple(events[-20:]))
    match case.kind:
        case CaseKind.SUPPLIER_EMAIL:
            found = _for_mail(blank, mails[-1], odoo)
        case CaseKind.RISK_SUMMARY:
            found = _for_risk(blank, case.company, odoo, now.date())
        case _:
            found = _for_events(blank, case.company, odoo)
    return within(found, case.company)


def within(found: Evidence, company: str) -> Evidence:
    """The evidence with the records of one company alone: the case's, else that of the first record found.

    Who works for one company never sees another's orders because a mail or an event names them.
    """
    records = (*found.sales, *found.purchases, *found.bills)
    own = company or next((record.company for record in records if record.company), "")
    foreign = tuple(record.ref.name for record in records if record.company not in {"", own})
    if not foreign:
        return found
    return found.model_copy(
        update={
            "sales": tuple(order for order in found.sales if order.company in {"", own}),
            "purchases": tuple(order for order in found.purchases if order.company in {"", own}),
            "bills": tuple(bill for bill in found.bills if bill.company in {"", own}),
            "stock": tuple(level for level in found.stock if level.company in {"", own}),
            "missing": (*found.missing, *(f"{name} belongs to another company." for name in foreign)),
        }
    )


def _for_mail(blank: Evidence, mail: Mail, odoo: OdooReader) -> Evidence:
    texts = [mail.subject, mail.body, *(part.text for part in mail.attachments)]
    stated = stated_purchases(texts)
    named = odoo.purchase_orders(stated) if stated else ()
    purchases = named or odoo.open_purchases_of(mail.sender)
    waiting = purchases if not named else ()  # all of the supplier behind the address
    supplier = waiting[0].supplier if waiting else odoo.supplier_by_email(mail.sender)
    matches = bool(supplier) and any(order.supplier.id == supplier.id for order in named if supplier)
    number = stated_number(reversed(texts))
    known = {order.ref.name.lower() for order in named} | {order.supplier_ref.lower() for order in named}
    missing = tuple(ref for ref in stated if OUR_PURCHASE.fullmatch(ref) and ref.lower() not in known)
    return blank.model_copy(
        update={
            "mail": mail,
            "sender": SenderStatus(supplier=supplier, matches_purchase=matches),
            "purchases": purchases,
            "bills": odoo.bills([number]) if number and purchases else (),
            "missing": tuple(f"Odoo has no purchase order {ref}." for ref in missing),
        }
    )


def _for_risk(blank: Evidence, company: str, odoo: OdooReader, today: date) -> Evidence:
    """With the punctuality of the suppliers over the past year."""
    picture = of_company(odoo.supply_picture(today, HORIZON_DAYS), company)
    suppliers = odoo.baseline(today - timedelta(days=RECORD_DAYS), today).suppliers if picture.late else ()
    named = {line.supplier for line in (*picture.late, *picture.on_time)}
    known = tuple(item for item in suppliers if item.company == company and item.supplier in named)
    return blank.model_copy(update={"supply": picture.model_copy(update={"suppliers": known})})


def of_company(picture: SupplyPicture, company: str) -> SupplyPicture:
    """The part of the picture that belongs to one company; stock is kept for the products that remain."""
    late = tuple(line for line in picture.late if line.company == company)
    commitments = tuple(item for item in picture.commitments if item.company == company)
    on_time = tuple(line for line in picture.on_time if line.company == company)
    codes = {line.product_code for line in late} | {item.product_code for item in commitments}
    stock = tuple(level for level in picture.stock if level.product_code in codes and level.company in {"", company})
    changes = {"late": late, "on_time": on_time, "commitments": commitments, "stock": stock}
    return picture.model_copy(update=changes)


def _for_events(blank: Evidence, company: str, odoo: OdooReader) -> Evidence:
    stated = _Stated(blank.events)
    sales = odoo.sale_orders(stated.sales) if stated.sales else ()
    purchases = odoo.purchase_orders(stated.purchases) if stated.purchases else ()
    bills = odoo.bills(stated.bills) if stated.bills else ()
    known = {name.casefold() for order in purchases for name in (order.ref.name, order.supplier_ref)}
    behind = unique(ref for bill in bills for ref in bill.purchase_refs if ref.casefold() not in known)
    if behind:
        purchases = (*purchases, *odoo.purchase_orders(behind))
    bought = purchases if stated.purchases else ()  # behind a bill it is the receipts that matter, not the stock
    codes = unique([*stated.products, *_codes(sales, bought)])
    records = (*sales, *purchases, *bills)
    companies = unique(name for name in ([company] if company else [record.company for record in records]) if name)
    return blank.model_copy(
        update={
            "sales": sales,
            "purchases": purchases,
            "bills": bills,
            "stock": odoo.stock(codes, companies) if codes else (),
            "claims": _claims(blank, companies, odoo),
            "missing": _missing(stated, sales, purchases, bills),
        }
    )


def _claims(blank: Evidence, companies: Sequence[str], odoo: OdooReader) -> SupplyPicture | None:
    """Who claims the goods that the events say several want or that are short; None without such an event."""
    events = [event for event in blank.events if event.type in CLAIMS]
    wanted = unique(event.data.product for event in events if isinstance(event.data, StockData))
    if not wanted:
        return None
    picture = odoo.supply_picture(blank.read_at.date(), HORIZON_DAYS, wanted)
    return of_company(picture, companies[0]) if companies else picture


class _Stated:
    """The references that the events state in their fields; our own numbers also where the note names them."""

    def __init__(self, events: Sequence[Event]) -> None:
        data = [event.data.model_dump() for event in events]
        notes = [str(item.get("note", "")) for item in data]
        self.named_sales = unique(_fields(data, SALE_FIELDS))
        self.named_purchases = unique(_fields(data, PURCHASE_FIELDS))
        self.sales = unique([*self.named_sales, *(ref for note in notes for ref in OUR_SALE.findall(note))])
        self.purchases = unique([*self.named_purchases, *(ref for note in notes for ref in OUR_PURCHASE.findall(note))])
        self.bills = unique(_fields(data, ("bill",)))
        lines = [line["product"] for item in data for line in item.get("lines", ())]
        self.products = unique([*_fields(data, PRODUCT_FIELDS), *lines])


def _fields(data: list[dict[str, object]], names: tuple[str, ...]) -> list[str]:
    return [str(item[name]) for item in data for name in names if item.get(name)]


def _codes(sales: Iterable[SaleOrder], purchases: Iterable[PurchaseOrder]) -> list[str]:
    lines = [*(line for order in sales for line in order.lines), *(line for order in purchases for line in order.lines)]
    return [line.product_code for line in lines if line.product_code]


def _missing(
    stated: _Stated, sales: tuple[SaleOrder, ...], purchases: tuple[PurchaseOrder, ...], bills: tuple[Bill, ...]
) -> tuple[str, ...]:
    known_sales = {order.ref.name.lower() for order in sales}
    known_purchases = {name.lower() for order in purchases for name in (order.ref.name, order.supplier_ref)}
    known_bills = {name.lower() for bill in bills for name in (bill.ref.name, bill.supplier_invoice)}
    found = [f"Odoo has no sale order {ref}." for ref in stated.named_sales if ref.lower() not in known_sales]
    found += [f"Odoo has no purchase order {r}." for r in stated.named_purchases if r.lower() not in known_purchases]
    found += [f"Odoo has no bill {ref}." for ref in stated.bills if ref.lower() not in known_bills]
    return tuple(found)


def stated_purchases(texts: Iterable[str]) -> list[str]:
    """References in the texts that may name a purchase order, ours first; what Odoo does not know, it leaves out."""
    joined = "\n".join(texts)[:200_000]
    ours = OUR_PURCHASE.findall(joined)
    loose = [f"P{number}" for number in PURCHASE_REF.findall(joined)]
    other = LONG_NUMBER.findall(joined)
    return unique([*ours, *loose, *other])[:MOST_REFS]


def unique(items: Iterable[str]) -> list[str]:
    """The items once each, in order of first appearance."""
    return list(dict.fromkeys(items))
