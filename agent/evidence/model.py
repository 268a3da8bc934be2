"""The frozen snapshot of all that was read for a case, and the port to read it from Odoo."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, Protocol

from pydantic import Field

from agent.evidence.history import History, ReorderPoint
from agent.evidence.pattern_model import Pattern
from agent.evidence.precedents import Recalled
from agent.evidence.records import (
    Baseline,
    Bill,
    OdooInfo,
    Party,
    PurchaseOrder,
    RecordRef,
    SaleOrder,
    StockLevel,
    SupplyPicture,
)
from agent.intake.model import Event, Mail
from agent.kit.values import Value


class SenderStatus(Value):
    """Whether the mail's sender is known, and as whom."""

    supplier: Party | None = None
    matches_purchase: bool = False


class Evidence(Value):
    """All that was read for one round of a case; later steps see only this."""

    version: Literal[1] = 1
    id: str
    case_id: str
    round: int
    read_at: datetime
    events: tuple[Event, ...] = ()
    mail: Mail | None = None
    sender: SenderStatus = SenderStatus()
    purchases: tuple[PurchaseOrder, ...] = ()
    sales: tuple[SaleOrder, ...] = ()
    bills: tuple[Bill, ...] = ()
    stock: tuple[StockLevel, ...] = ()
    supply: SupplyPicture | None = None
    claims: SupplyPicture | None = Field(default=None, description="all that concerns goods that several orders claim")
    pattern: Pattern | None = None
    parameters: dict[str, str] = Field(default_factory=dict, description="tolerances set in Odoo, for a bill")
    precedents: tuple[Recalled, ...] = Field(default=(), description="decided cases like this one, nearest first")
    missing: tuple[str, ...] = ()  # references that Odoo does not know, or could not be asked for, in words

    @property
    def source_record(self) -> RecordRef | None:
        """The record in Odoo that notes about this case belong to."""
        for found in (self.sales, self.purchases, self.bills):
            if found:
                return found[0].ref
        return None


class OdooReader(Protocol):
    """Reads from Odoo; a reference that Odoo does not know is simply absent from the answer.

    Every method raises OdooUnavailable or OdooDenied and nothing else of its own.
    """

    def info(self) -> OdooInfo: ...

    def purchase_orders(self, refs: Sequence[str]) -> tuple[PurchaseOrder, ...]:
        """By our name (P00012) or the supplier's reference, case-insensitive."""
        ...

    def open_purchases_of(self, email: str) -> tuple[PurchaseOrder, ...]:
        """Confirmed orders with something still to receive, of the supplier with this address; newest 20."""
        ...

    def supplier_by_email(self, email: str) -> Party | None:
        """Exact address first; else the only supplier of that (non-public) mail domain."""
        ...

    def sale_orders(self, refs: Sequence[str]) -> tuple[SaleOrder, ...]: ...

    def bills(self, refs: Sequence[str]) -> tuple[Bill, ...]:
        """By our name (BILL/2026/…) or the supplier's invoice number."""
        ...

    def stock(self, product_codes: Sequence[str], companies: Sequence[str] = ()) -> tuple[StockLevel, ...]:
        """Of the companies named, else of all that our user sees."""
        ...

    def supply_picture(self, today: date, horizon_days: int, products: Sequence[str] = ()) -> SupplyPicture:
        """Late purchase lines, and what concerns the same products.

        Late is a line planned before today and not fully received, or planned so late that it misses a commitment
        within the horizon. With them: the other open lines (`on_time`), all open commitments and the stock of these
        products, in the product's own unit. With codes of products: all about these alone, late or not.
        `agent.evidence.supply.assemble` decides this for every adapter.
        """
        ...

    def baseline(self, since: date, until: date) -> Baseline: ...

    def history(self, since: date, until: date) -> History:
        """Confirmed sales with their margins and purchase lines that came in full, both by day, in a fixed number of
        calls; of more than 10,000 sale or purchase lines the newest, and `cut` says so.
        """
        ...

    def replenishment(self) -> tuple[ReorderPoint, ...]:
        """Products whose forecast lies below their reordering minimum, or below nothing, with what is under way.

        At most 500 of each company; in a fixed number of calls and some for each company.
        """
        ...
