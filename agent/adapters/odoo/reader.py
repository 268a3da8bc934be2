"""The port `OdooReader` on a real Odoo: one line for each need."""

from collections.abc import Sequence
from datetime import date

from agent.adapters.odoo import baseline, bills, history, parties, products, purchases, replenish, sales, supply
from agent.adapters.odoo.connection import OLDEST, Connection
from agent.adapters.odoo.faults import reading
from agent.adapters.odoo.lookup import Lookup
from agent.adapters.odoo.names import GATE
from agent.evidence.history import History, ReorderPoint
from agent.evidence.records import Baseline, Bill, OdooInfo, Party, PurchaseOrder, SaleOrder, StockLevel, SupplyPicture
from agent.kit.clock import Clock

# What each feature needs, and what is off without it: (model, field, words).
FEATURES = (
    ("purchase.order", "id", "purchase orders and supplier delays: the app Purchase is not installed or not readable"),
    ("purchase.order", "receipt_status", "what is still to receive: Purchase with Inventory is not installed"),
    ("sale.order", "id", "customers' orders: the app Sales is not installed or not readable"),
    ("sale.order", "delivery_status", "delivery status of orders: Sales with Inventory is not installed"),
    ("sale.order", "margin_percent", "margins of orders: the module Sales Margin is not installed"),
    ("sale.order", "carrier_id", "carrier and freight of orders: Delivery Costs is not installed"),
    ("product.product", "qty_available", "stock on hand and reserved: the app Inventory is not installed"),
    ("stock.warehouse.orderpoint", "id", "reordering rules: the app Inventory is not installed or not readable"),
    ("account.move", "id", "suppliers' bills: Invoicing is not installed or not readable"),
    ("account.move.line", "purchase_line_id", "bills against their purchase orders: Purchase is not installed"),
    ("res.partner", "credit", "customers' credit: Invoicing is not installed or not readable"),
    ("base.automation", "id", "set-up of the log in Odoo: Automation Rules is not installed or not readable"),
    (GATE, "id", "the decision log and actions in Odoo: run `gatehouse odoo setup`"),
)


class Reader:
    """Reads through one connection. Raises OdooUnavailable or OdooDenied, and OdooError where Odoo itself breaks."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self.connection = connection
        self.look = Lookup(connection)
        self.clock = clock

    @reading
    def info(self) -> OdooInfo:
        """Which Odoo answers, as whom, and what it cannot give."""
        major = self.connection.major()
        old = (f"Odoo {major} is older than {OLDEST}, the oldest that is supported",) if major < OLDEST else ()
        return OdooInfo(
            product="Odoo",
            version=self.connection.version(),
            database=self.connection.database,
            user=self.connection.user,
            companies=tuple(company.name for _, company in sorted(self.look.tables().companies.items())),
            missing=old + tuple(words for model, field, words in FEATURES if not self.look.has(model, field)),
        )

    @reading
    def purchase_orders(self, refs: Sequence[str]) -> tuple[PurchaseOrder, ...]:
        self.connection.need("purchase.order")
        return purchases.by_refs(self.look, refs)

    @reading
    def open_purchases_of(self, email: str) -> tuple[PurchaseOrder, ...]:
        self.connection.need("purchase.order")
        supplier = parties.supplier_by_email(self.look, email)
        return purchases.open_of(self.look, supplier.id) if supplier else ()

    @reading
    def supplier_by_email(self, email: str) -> Party | None:
        return parties.supplier_by_email(self.look, email)

    @reading
    def sale_orders(self, refs: Sequence[str]) -> tuple[SaleOrder, ...]:
        self.connection.need("sale.order")
        return sales.by_refs(self.look, refs)

    @reading
    def bills(self, refs: Sequence[str]) -> tuple[Bill, ...]:
        self.connection.need("account.move")
        return bills.by_refs(self.look, refs)

    @reading
    def stock(self, product_codes: Sequence[str], companies: Sequence[str] = ()) -> tuple[StockLevel, ...]:
        self.connection.need("product.product")
        return products.stock(self.look, product_codes, companies)

    @reading
    def supply_picture(self, today: date, horizon_days: int, products: Sequence[str] = ()) -> SupplyPicture:
        for model in ("purchase.order", "sale.order"):
            self.connection.need(model)
        return supply.picture(self.look, today, horizon_days, self.clock, products)

    @reading
    def baseline(self, since: date, until: date) -> Baseline:
        return baseline.baseline(self.look, since, until)

    @reading
    def history(self, since: date, until: date) -> History:
        for model in ("purchase.order", "sale.order"):
            self.connection.need(model)
        return history.history(self.look, since, until)

    @reading
    def replenishment(self) -> tuple[ReorderPoint, ...]:
        self.connection.need("product.product")
        return replenish.replenishment(self.look)
