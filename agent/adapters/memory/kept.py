"""What the Odoo in memory keeps: records as values, who changed them when, and the lock around it all."""

import threading
from collections import defaultdict
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import datetime

from agent.adapters import guards
from agent.errors import OdooUnavailable
from agent.evidence.records import Bill, Model, Party, PurchaseOrder, RecordRef, SaleOrder, StockLevel
from agent.kit.clock import EPOCH, Clock

Order = PurchaseOrder | SaleOrder | Bill
Place = tuple[Model, int]
SERVICE = "gatehouse"


def place_of(record: RecordRef) -> Place:
    """A record whatever it is called."""
    return record.model, record.id


class Kept:
    """Records by model and id; safe from many threads."""

    def __init__(
        self,
        orders: Iterable[Order],
        stock: Iterable[StockLevel],
        suppliers: Iterable[Party],
        clock: Clock,
    ) -> None:
        self.clock = clock
        self.orders: dict[Place, Order] = {place_of(order.ref): order for order in orders}
        self.stock = tuple(sorted(stock, key=lambda level: level.product_code))
        owners = {order.supplier.id: order.supplier for order in self.purchases()}
        self.suppliers = {**owners, **{party.id: party for party in suppliers}}
        self.changed: dict[Place, tuple[datetime, str]] = {}
        self.tags: dict[Place, dict[str, str]] = defaultdict(dict)
        self.held: set[Place] = set()
        self.substitutes: dict[tuple[Place, int], str] = {}
        self._lock = threading.RLock()
        self._down = False

    @contextmanager
    def answering(self) -> Generator[None]:
        """Alone, and only while it is up. Raises OdooUnavailable."""
        with self._lock:
            if self._down:
                raise OdooUnavailable("The Odoo in memory was told to break down.")
            yield

    def go_down(self, *, down: bool) -> None:
        """Answer no more, or again."""
        self._down = down

    def purchases(self) -> tuple[PurchaseOrder, ...]:
        """Purchase orders by increasing id."""
        return tuple(order for _, order in sorted(self.orders.items()) if isinstance(order, PurchaseOrder))

    def sales(self) -> tuple[SaleOrder, ...]:
        """Sale orders by increasing id."""
        return tuple(order for _, order in sorted(self.orders.items()) if isinstance(order, SaleOrder))

    def bills(self) -> tuple[Bill, ...]:
        """Bills by increasing id."""
        return tuple(order for _, order in sorted(self.orders.items()) if isinstance(order, Bill))

    def put(self, order: Order, by: str) -> None:
        """Keep a record as it is now, changed by this login; a real Odoo's clock shows whole seconds."""
        self.orders[place_of(order.ref)] = order
        self.touch(order.ref, by)

    def touch(self, record: RecordRef, by: str) -> None:
        """Somebody wrote to a record."""
        self.changed[place_of(record)] = (self.clock().replace(microsecond=0), by)

    def change_of(self, record: RecordRef) -> tuple[datetime, str]:
        """When a record was changed last, and by whom; long ago for what was never changed here."""
        return self.changed.get(place_of(record), (EPOCH, ""))

    def has(self, record: RecordRef) -> bool:
        """Whether there is such a record."""
        if place_of(record) in self.orders:
            return True
        match record.model:
            case Model.PARTNER:
                return record.id in self.suppliers or any(order.customer.id == record.id for order in self.sales())
            case Model.PICKING:
                return any(moved.ref.id == record.id for order in self.carried() for moved in order.transfers)
            case _:
                return False

    def carried(self) -> tuple[PurchaseOrder | SaleOrder, ...]:
        """The orders that transfers belong to."""
        return (*self.purchases(), *self.sales())

    def products(self) -> set[str]:
        """The codes of all products that occur."""
        lines = (line for order in self.carried() for line in order.lines)
        return {line.product_code for line in lines} | {level.product_code for level in self.stock}

    def must_have(self, record: RecordRef, *models: Model) -> None:
        """Raises ActionRefused when there is no such record, or it is of another model than these."""
        guards.must_be_of(record, models)
        if not self.has(record):
            raise guards.gone(record)
