"""In-memory twins of the ports, for unit tests: an Odoo made of values, and (from `scripted`) a reader."""

import threading
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from agent.actions.log import ContentKind, ContentRow, DecisionRow, LogCounts
from agent.actions.model import AnyAction, OpenActivity, Outcome, PostNote, Receipt
from agent.adapters.odoo.public_domains import PUBLIC_DOMAINS
from agent.adapters.scripted import ScriptedReader
from agent.errors import ActionRefused, OdooUnavailable
from agent.evidence.records import (
    Baseline,
    Bill,
    BillLine,
    Commitment,
    LateLine,
    Model,
    OdooInfo,
    Party,
    PurchaseLine,
    PurchaseOrder,
    RecordRef,
    SaleOrder,
    StockLevel,
    SupplyPicture,
)
from agent.evidence.supply import assemble
from agent.kit.clock import Clock, utc_now
from agent.kit.values import Money

__all__ = ["MemoryOdoo", "ScriptedReader"]

OPEN_PURCHASES = 20
MARGIN_FLOOR_PERCENT = 15


class MemoryOdoo:
    """An Odoo in memory: reader, writer and log in one, safe from many threads.

    Every call raises OdooUnavailable between `break_down` and `recover`.
    """

    def __init__(
        self,
        *,
        purchases: Iterable[PurchaseOrder] = (),
        sales: Iterable[SaleOrder] = (),
        bills: Iterable[Bill] = (),
        stock: Iterable[StockLevel] = (),
        suppliers: Iterable[Party] = (),
        clock: Clock = utc_now,
    ) -> None:
        self._purchases = tuple(sorted(purchases, key=lambda order: order.ref.id))
        self._sales = tuple(sorted(sales, key=lambda order: order.ref.id))
        self._bills = tuple(sorted(bills, key=lambda bill: bill.ref.id))
        self._stock = tuple(sorted(stock, key=lambda level: level.product_code))
        owners = {order.supplier.id: order.supplier for order in self._purchases}
        self._suppliers = {**owners, **{party.id: party for party in suppliers}}
        self._clock = clock
        self._lock = threading.RLock()
        self._down = False
        self._receipts: dict[str, Receipt] = {}
        self._log: dict[tuple[str, str], DecisionRow | ContentRow] = {}
        self.done: list[AnyAction] = []

    # --- reading --------------------------------------------------------------------------------
    def info(self) -> OdooInfo:
        with self._answering():
            companies = dict.fromkeys(order.company for order in (*self._purchases, *self._sales))
            return OdooInfo(
                product="Odoo in memory", version="18.0", database="memory", user="test", companies=tuple(companies)
            )

    def purchase_orders(self, refs: Sequence[str]) -> tuple[PurchaseOrder, ...]:
        wanted = _folded(refs)
        with self._answering():
            return tuple(order for order in self._purchases if _folded((order.ref.name, order.supplier_ref)) & wanted)

    def open_purchases_of(self, email: str) -> tuple[PurchaseOrder, ...]:
        supplier = self.supplier_by_email(email)
        if supplier is None:
            return ()
        found = [order for order in self._purchases if order.supplier.id == supplier.id and any(_open_lines(order))]
        found.sort(key=lambda order: (order.ordered_at is not None, order.ordered_at, order.ref.id), reverse=True)
        return tuple(found[:OPEN_PURCHASES])

    def supplier_by_email(self, email: str) -> Party | None:
        address = email.strip().casefold()
        domain = address.rpartition("@")[2]
        with self._answering():
            parties = [self._suppliers[number] for number in sorted(self._suppliers)]
        exact = [party for party in parties if address in party.emails]
        if exact:
            return exact[0]
        if not domain or domain == address or domain in PUBLIC_DOMAINS:
            return None
        same = [party for party in parties if any(known.rpartition("@")[2] == domain for known in party.emails)]
        return same[0] if len(same) == 1 else None

    def sale_orders(self, refs: Sequence[str]) -> tuple[SaleOrder, ...]:
        wanted = _folded(refs)
        with self._answering():
            return tuple(order for order in self._sales if _folded((order.ref.name,)) & wanted)

    def bills(self, refs: Sequence[str]) -> tuple[Bill, ...]:
        wanted = _folded(refs)
        with self._answering():
            return tuple(bill for bill in self._bills if _folded((bill.ref.name, bill.supplier_invoice)) & wanted)

    def stock(self, product_codes: Sequence[str]) -> tuple[StockLevel, ...]:
        wanted = _folded(product_codes)
        with self._answering():
            return tuple(level for level in self._stock if _folded((level.product_code,)) & wanted)

    def supply_picture(self, today: date, horizon_days: int) -> SupplyPicture:
        with self._answering():
            lines = [late for order in self._purchases for late in _open_lines(order)]
            commitments = [item for order in self._sales for item in _commitments(order)]
            return assemble(
                sorted(lines, key=lambda line: line.line_id),
                sorted(commitments, key=lambda item: item.line_id),
                self._stock,
                today=today,
                horizon_days=horizon_days,
                read_at=self._clock(),
            )

    def baseline(self, since: date, until: date) -> Baseline:
        """As far as the records tell: they hold no day of receipt or delivery, so only what is still open is late."""
        with self._answering():
            confirmed = [order for order in self._purchases if order.state == "purchase"]
            due = [
                line for order in confirmed for line in order.lines if line.planned and since <= line.planned <= until
            ]
            late = [
                (until - line.planned).days for line in due if line.planned and _is_open(line) and line.planned < until
            ]
            sold = [order for order in self._sales if order.state == "sale"]
            promised = [order for order in sold if order.promised and since <= order.promised <= until]
            taken = [order for order in sold if order.ordered_at and since <= order.ordered_at.date() <= until]
            billed = [
                bill for bill in self._bills if bill.state == "posted" and bill.billed and since <= bill.billed <= until
            ]
            prices = {(o.ref.name, line.product_code): line for o in confirmed for line in o.lines}
            return Baseline(
                since=since,
                until=until,
                purchase_lines_due=len(due),
                purchase_lines_late=len(late),
                mean_days_late=round(Decimal(sum(late)) / len(late), 1) if late else None,
                sale_orders_promised=len(promised),
                sale_orders_late=sum(1 for order in promised if any(_commitments(order)) and order.promised != until),
                sale_orders_below_margin=sum(1 for order in taken if _below_margin(order)),
                bills=len(billed),
                bills_off_order=sum(1 for bill in billed if any(_off(line, prices) for line in bill.lines)),
            )

    # --- changing -------------------------------------------------------------------------------
    def apply(self, action: AnyAction, *, key: str) -> Receipt:
        with self._answering():
            if key in self._receipts:
                return self._receipts[key].model_copy(update={"outcome": Outcome.ALREADY})
            if (action.record.model, action.record.id) not in self._records():
                raise ActionRefused(f"There is no {action.record.model} with id {action.record.id}.")
            self.done.append(action)
            receipt = Receipt(key=key, outcome=Outcome.APPLIED, record_id=len(self.done), at=self._clock())
            self._receipts[key] = receipt
            return receipt

    def append(self, rows: Sequence[DecisionRow | ContentRow]) -> int:
        with self._answering():
            new: dict[tuple[str, str], DecisionRow | ContentRow] = {}
            for row in rows:
                if (row.kind, row.key) not in self._log:
                    new.setdefault((row.kind, row.key), row)
            self._log |= new
            return len(new)

    def counts(self) -> LogCounts:
        with self._answering():
            contents = [row.content for row in self._log.values() if isinstance(row, ContentRow)]
            return LogCounts(
                prompts=contents.count(ContentKind.PROMPT),
                outputs=contents.count(ContentKind.OUTPUT),
                final_actions=len(self._log) - len(contents),
            )

    # --- for tests ------------------------------------------------------------------------------
    @property
    def log(self) -> tuple[DecisionRow | ContentRow, ...]:
        """The rows of the log, in the order they were stored."""
        with self._lock:
            return tuple(self._log.values())

    def notes(self, record: RecordRef) -> tuple[PostNote, ...]:
        """The notes on a record, oldest first."""
        with self._lock:
            return tuple(done for done in self.done if isinstance(done, PostNote) and _same(done.record, record))

    def activities(self, record: RecordRef) -> tuple[OpenActivity, ...]:
        """The to-dos on a record, oldest first."""
        with self._lock:
            return tuple(done for done in self.done if isinstance(done, OpenActivity) and _same(done.record, record))

    def break_down(self) -> None:
        """From now on every call raises OdooUnavailable."""
        self._down = True

    def recover(self) -> None:
        """Answer again."""
        self._down = False

    @contextmanager
    def _answering(self) -> Generator[None]:
        with self._lock:
            if self._down:
                raise OdooUnavailable("The Odoo in memory was told to break down.")
            yield

    def _records(self) -> set[tuple[Model, int]]:
        kept = (*self._purchases, *self._sales, *self._bills)
        return {(item.ref.model, item.ref.id) for item in kept} | {
            (Model.PARTNER, number) for number in self._suppliers
        }


def _folded(refs: Iterable[str]) -> set[str]:
    return {ref.strip().casefold() for ref in refs} - {""}


def _same(left: RecordRef, right: RecordRef) -> bool:
    return (left.model, left.id) == (right.model, right.id)


def _is_open(line: PurchaseLine) -> bool:
    return line.received < line.ordered


def _open_lines(order: PurchaseOrder) -> Iterable[LateLine]:
    for line in order.lines if order.state == "purchase" else ():
        planned = line.planned or order.planned
        if _is_open(line) and planned:
            yield LateLine(
                purchase=order.ref,
                company=order.company,
                supplier=order.supplier.name,
                line_id=line.id,
                product_code=line.product_code,
                product_name=line.product_name,
                open_quantity=line.ordered - line.received,
                unit=line.unit,
                planned=planned,
            )


def _commitments(order: SaleOrder) -> Iterable[Commitment]:
    for line in order.lines if order.state == "sale" and order.promised else ():
        if line.delivered < line.ordered and order.promised:
            yield Commitment(
                order=order.ref,
                company=order.company,
                customer=order.customer.name,
                tier=order.customer.tier,
                line_id=line.id,
                product_code=line.product_code,
                open_quantity=line.ordered - line.delivered,
                unit=line.unit,
                unit_price=Money(amount=line.unit_price, currency=order.total.currency),
                promised=order.promised,
                reserved=line.reserved,
            )


def _below_margin(order: SaleOrder) -> bool:
    return order.margin_percent is not None and order.margin_percent < MARGIN_FLOOR_PERCENT


def _off(line: BillLine, ordered: dict[tuple[str, str], PurchaseLine]) -> bool:
    known = ordered.get((line.purchase_ref, line.product_code))
    return known is None or known.unit_price != line.unit_price or line.quantity > known.received
