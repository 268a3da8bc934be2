"""Odoo's records as typed values, as far as the tasks need them. Dates are calendar dates of the site."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from agent.kit.values import Money, Value


class Model(StrEnum):
    """Odoo models that we know by name."""

    PARTNER = "res.partner"
    SALE_ORDER = "sale.order"
    PURCHASE_ORDER = "purchase.order"
    PICKING = "stock.picking"
    BILL = "account.move"
    PRODUCT = "product.product"


class RecordRef(Value):
    """A record in Odoo: enough to show, to link and to read it again."""

    model: Model
    id: int
    name: str


class Rated(Value):
    """An amount in the company's currency, for comparison, and the rate of Odoo that it was reckoned at."""

    value: Money
    rate: Decimal  # how many of the record's currency one of the company's currency is; 1 where they are the same


class Transfer(Value):
    """A transfer of goods for an order: a delivery, a receipt, or a step between; drafts and cancelled ones too."""

    ref: RecordRef
    kind: str  # outgoing, incoming, internal; another word where Odoo has more
    state: str
    scheduled: date | None = None
    done: date | None = None
    picked: bool = False  # some of it is taken from its place
    carrier: str = ""
    freight: Money | None = None


class Party(Value):
    """A customer or supplier."""

    id: int
    name: str
    emails: tuple[str, ...] = ()
    country: str = ""
    language: str = ""
    tier: int = 3  # 1 key account, 2 preferred, 3 standard
    credit_limit: Money | None = None
    credit_used: Money | None = None
    credit_ordered: Money | None = None  # confirmed and not invoiced yet; None where Odoo does not reckon it


class SaleLine(Value):
    """A line of a sale order; open quantity = ordered - delivered."""

    id: int
    product_code: str
    product_name: str
    ordered: Decimal
    delivered: Decimal
    reserved: Decimal
    unit: str
    unit_price: Decimal
    margin_percent: Decimal | None = None  # in percent: 4.8 means 4.8 %
    picked: Decimal = Decimal(0)  # the part of what is reserved that was taken from its place already


class SaleOrder(Value):
    """A customer's order."""

    ref: RecordRef
    company: str
    state: str
    held: bool = False  # for credit: nothing of it is delivered
    customer: Party
    ordered_at: datetime | None = None
    promised: date | None = None
    total: Money
    margin_percent: Decimal | None = None  # in percent: 4.8 means 4.8 %
    lines: tuple[SaleLine, ...] = ()
    carrier: str = ""
    freight: Money | None = None
    standard_carrier: str = ""  # the delivery method that the customer has by default
    in_company: Rated | None = None  # the total; None where Odoo states no rate
    transfers: tuple[Transfer, ...] = ()
    unread: tuple[str, ...] = ()  # what this Odoo does not keep, or hides, in words


class PurchaseLine(Value):
    """A line of a purchase order; open quantity = ordered - received."""

    id: int
    position: int
    product_code: str
    supplier_code: str = ""
    product_name: str
    ordered: Decimal
    received: Decimal
    invoiced: Decimal
    unit: str
    unit_price: Decimal
    planned: date | None = None
    tax_percent: Decimal | None = None  # of the net price; None where it is no plain percentage, or not shown to us
    units: dict[str, Decimal] = Field(default_factory=dict)  # other units that Odoo can turn into this one: how many


class PurchaseOrder(Value):
    """An order to a supplier."""

    ref: RecordRef
    company: str
    state: str
    supplier: Party
    supplier_ref: str = ""
    ordered_at: datetime | None = None
    planned: date | None = None
    total: Money
    lines: tuple[PurchaseLine, ...] = ()
    in_company: Rated | None = None  # the total; None where Odoo states no rate
    transfers: tuple[Transfer, ...] = ()
    unread: tuple[str, ...] = ()  # what this Odoo does not keep, or hides, in words


class BillLine(Value):
    """A line of a supplier's bill in its own unit, and what its order says in the order's unit."""

    product_code: str
    quantity: Decimal
    unit_price: Decimal
    purchase_ref: str = ""
    product_name: str = ""
    unit: str = ""
    purchase_line_id: int = 0
    ordered: Decimal | None = None
    received: Decimal | None = None
    billed: Decimal | None = None  # on all bills together, drafts and this one too, credit notes taken off
    ordered_price: Decimal | None = None
    ordered_unit: str = ""  # empty: the same unit
    per_unit: Decimal | None = Decimal(1)  # how many of the order's units one billed unit is; None: nobody knows
    tax_percent: Decimal | None = None  # None where it is no plain percentage, or not shown to us
    ordered_tax_percent: Decimal | None = None
    category: str = ""  # of the product
    on_ordered: bool = False  # billed on what is ordered, whatever was received: services, prepaid goods


class OtherBill(Value):
    """Another bill of the same supplier, as far as it takes to tell whether one repeats the other."""

    ref: RecordRef
    supplier_invoice: str
    state: str
    total: Money
    billed: date | None = None
    refund: bool = False


class Bill(Value):
    """A supplier's bill."""

    ref: RecordRef
    company: str
    state: str
    held: bool = False  # disputed: it is not posted
    supplier: Party
    supplier_invoice: str = ""
    billed: date | None = None
    total: Money
    purchase_refs: tuple[str, ...] = ()
    lines: tuple[BillLine, ...] = ()
    refund: bool = False
    due: date | None = None
    in_company: Rated | None = None  # the total; None where Odoo states no rate
    alike: tuple[OtherBill, ...] = ()  # the supplier's other bills of the same number, however it is punctuated
    unread: tuple[str, ...] = ()  # what this Odoo does not keep, or hides, in words


class StockLevel(Value):
    """What there is of a product, over all warehouses of the company."""

    product_code: str
    product_name: str
    on_hand: Decimal
    reserved: Decimal
    incoming: Decimal
    outgoing: Decimal
    unit: str
    company: str = ""  # empty: read without regard to companies


class LateLine(Value):
    """An open purchase line that is late or will be (or on time, where a picture lists it as such).

    `open_quantity` is in the product's own unit, as stock is, whatever unit the order is written in.
    """

    purchase: RecordRef
    company: str
    supplier: str
    line_id: int
    product_code: str
    product_name: str
    open_quantity: Decimal
    unit: str
    planned: date
    confirmed: bool = False  # the supplier said this very day


class Commitment(Value):
    """An open customer commitment: a sale line still to deliver.

    Quantities and the price are per the product's own unit, as stock is, whatever unit the order is written in.
    """

    order: RecordRef
    company: str
    customer: str
    tier: int
    line_id: int
    product_code: str
    open_quantity: Decimal
    unit: str
    unit_price: Money
    promised: date
    reserved: Decimal = Decimal(0)  # stock already held for this line
    price_in_company: Rated | None = None  # the unit price; None where Odoo states no rate
    margin_percent: Decimal | None = None  # in percent; None where this Odoo does not keep it


class SupplierRecord(Value):
    """How punctual a supplier's purchase lines were in a past window."""

    company: str
    supplier: str
    lines_due: int
    lines_late: int
    mean_days_late: Decimal | None = None  # of the late ones


class SupplyPicture(Value):
    """Late supply, open commitments and stock of the products concerned, read at one moment."""

    read_at: datetime
    late: tuple[LateLine, ...]
    commitments: tuple[Commitment, ...]
    stock: tuple[StockLevel, ...]
    on_time: tuple[LateLine, ...] = ()  # the other open purchase lines of the same products
    until: date | None = None  # end of the horizon; None: no horizon
    suppliers: tuple[SupplierRecord, ...] = ()  # of the lines, as far as known


class Baseline(Value):
    """Figures over a past window, for later comparison. Shares are 0..1; None when nothing was counted."""

    since: date
    until: date
    purchase_lines_due: int
    purchase_lines_late: int
    mean_days_late: Decimal | None
    sale_orders_promised: int
    sale_orders_late: int
    sale_orders_below_margin: int
    bills: int
    bills_off_order: int
    suppliers: tuple[SupplierRecord, ...] = ()


class OdooInfo(Value):
    """Which Odoo answered."""

    product: str
    version: str
    database: str
    user: str
    companies: tuple[str, ...]
    missing: tuple[str, ...] = ()
