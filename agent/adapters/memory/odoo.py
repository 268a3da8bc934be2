"""`MemoryOdoo`: the ports of an Odoo on values in memory."""

from collections.abc import Iterable

from agent.adapters.memory.acting import Acting
from agent.adapters.memory.kept import Kept, Order
from agent.adapters.memory.logging import Logging
from agent.adapters.memory.reading import Reading
from agent.adapters.memory.watching import Watching
from agent.evidence.history import History, ReorderPoint
from agent.evidence.records import Bill, Party, PurchaseOrder, SaleOrder, StockLevel
from agent.kit.clock import Clock, utc_now


class MemoryOdoo(Reading, Acting, Logging, Watching):
    """An Odoo in memory: reader, writer, log and changes in one, safe from many threads.

    Every call of a port raises OdooUnavailable between `break_down` and `recover`.
    """

    def __init__(
        self,
        *,
        purchases: Iterable[PurchaseOrder] = (),
        sales: Iterable[SaleOrder] = (),
        bills: Iterable[Bill] = (),
        stock: Iterable[StockLevel] = (),
        suppliers: Iterable[Party] = (),
        past: History | None = None,
        levels: Iterable[ReorderPoint] = (),
        clock: Clock = utc_now,
    ) -> None:
        self.kept = Kept((*purchases, *sales, *bills), stock, suppliers, clock)
        self.past = past
        self.levels = tuple(levels)
        Acting.__init__(self)
        Logging.__init__(self)
        Watching.__init__(self)

    # --- for tests ------------------------------------------------------------------------------
    def put(self, order: Order, by: str = "somebody") -> None:
        """Somebody in Odoo makes or changes a record: from now on it stands like this."""
        with self.kept.answering():
            self.kept.put(order, by)

    def break_down(self) -> None:
        """From now on every call raises OdooUnavailable."""
        self.kept.go_down(down=True)

    def recover(self) -> None:
        """Answer again."""
        self.kept.go_down(down=False)
