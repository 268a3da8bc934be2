"""The port `OdooReader` on values in memory."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from agent.adapters.memory.kept import Kept
from agent.evidence.bill_numbers import alike_of
from agent.evidence.history import History, ReorderPoint
from agent.evidence.public_domains import PUBLIC_DOMAINS
from agent.evidence.records import (
    Baseline,
    Bill,
    BillLine,
    Commitment,
    LateLine,
    OdooInfo,
    OtherBill,
    Party,
    PurchaseLine,
    PurchaseOrder,
    Rated,
    SaleOrder,
    StockLevel,
    SupplyPicture,
)
from agent.evidence.supply import assemble
from agent.kit.values import Money

OPEN_PURCHASES = 20
MARGIN_FLOOR_PERCENT = 15


class Reading:
    """Reads what is kept."""

    kept: Kept
    past: History | None
    levels: tuple[ReorderPoint, ...]

    def info(self) -> OdooInfo:
        with self.kept.answering():
            companies = dict.fromkeys(order.company for order in (*self.kept.purchases(), *self.kept.sales()))
            return OdooInfo(
                product="Odoo in memory", version="18.0", database="memory", user="test", companies=tuple(companies)
            )

    def purchase_orders(self, refs: Sequence[str]) -> tuple[PurchaseOrder, ...]:
        wanted = _folded(refs)
        with self.kept.answering():
            return tuple(
                order for order in self.kept.purchases() if _folded((order.ref.name, order.supplier_ref)) & wanted
            )

    def open_purchases_of(self, email: str) -> tuple[PurchaseOrder, ...]:
        supplier = self.supplier_by_email(email)
        if supplier is None:
            return ()
        found = [
            order for order in self.kept.purchases() if order.supplier.id == supplier.id and any(_open_lines(order))
        ]
        found.sort(key=lambda order: (order.ordered_at is not None, order.ordered_at, order.ref.id), reverse=True)
        return tuple(found[:OPEN_PURCHASES])

    def supplier_by_email(self, email: str) -> Party | None:
        address = email.strip().casefold()
        domain = address.rpartition("@")[2]
        with self.kept.answering():
            parties = [self.kept.suppliers[number] for number in sorted(self.kept.suppliers)]
        exact = [party for party in parties if address in party.emails]
        if exact:
            return exact[0]
        if not domain or domain == address or domain in PUBLIC_DOMAINS:
            return None
        same = [party for party in parties if any(known.rpartition("@")[2] == domain for known in party.emails)]
        return same[0] if len(same) == 1 else None

    def sale_orders(self, refs: Sequence[str]) -> tuple[SaleOrder, ...]:
        wanted = _folded(refs)
        with self.kept.answering():
            return tuple(order for order in self.kept.sales() if _folded((order.ref.name,)) & wanted)

    def bills(self, refs: Sequence[str]) -> tuple[Bill, ...]:
        wanted = _folded(refs)
        with self.kept.answering():
            every = self.kept.bills()
            found = [bill for bill in every if _folded((bill.ref.name, bill.supplier_invoice)) & wanted]
            return tuple(bill.model_copy(update={"alike": _alike(bill, every)}) for bill in found)

    def stock(self, product_codes: Sequence[str], companies: Sequence[str] = ()) -> tuple[StockLevel, ...]:
        wanted = _folded(product_codes)
        with self.kept.answering():
            found = (level for level in self.kept.stock if _folded((level.product_code,)) & wanted)
            return tuple(level for level in found if not companies or level.company in companies)

    def supply_picture(self, today: date, horizon_days: int, products: Sequence[str] = ()) -> SupplyPicture:
        with self.kept.answering():
            lines = [late for order in self.kept.purchases() for late in _open_lines(order)]
            commitments = [item for order in self.kept.sales() for item in _commitments(order)]
            return assemble(
                sorted(lines, key=lambda line: line.line_id),
                sorted(commitments, key=lambda item: item.line_id),
                self.kept.stock,
                today=today,
                horizon_days=horizon_days,
                read_at=self.kept.clock(),
                products=products,
            )

    def baseline(self, since: date, until: date) -> Baseline:
        """As far as the records tell: they hold no day of receipt or delivery, so only what is still open is late."""
        with self.kept.answering():
            confirmed = [order for order in self.kept.purchases() if order.state == "purchase"]
            due = [
                line for order in confirmed for line in order.lines if line.planned and since <= line.planned <= until
            ]
            late = [
                (until - line.planned).days for line in due if line.planned and _is_open(line) and line.planned < until
            ]
            sold = [order for order in self.kept.sales() if order.state == "sale"]
            promised = [order for order in sold if order.promised and since <= order.promised <= until]
            taken = [order for order in sold if order.ordered_at and since <= order.ordered_at.date() <= until]
            billed = [
                bill
                for bill in self.kept.bills()
                if bill.state == "posted" and bill.billed and since <= bill.billed <= until
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

    def history(self, since: date, until: date) -> History:
        """Of what was given: the records hold no day of receipt."""
        with self.kept.answering():
            given = self.past or History(since=since, until=until)
            sold = tuple(row for row in given.sold if since <= row.day <= until)
            arrived = tuple(row for row in given.arrived if since <= row.came <= until)
            return given.model_copy(update={"since": since, "until": until, "sold": sold, "arrived": arrived})

    def replenishment(self) -> tuple[ReorderPoint, ...]:
        with self.kept.answering():
            return self.levels


def _folded(refs: Iterable[str]) -> set[str]:
    return {ref.strip().casefold() for ref in refs} - {""}


def _alike(bill: Bill, every: Sequence[Bill]) -> tuple[OtherBill, ...]:
    """The bills that are kept here, and those that the record itself names."""
    kept = {one.ref.id for one in every}
    named = [one for one in bill.alike if one.ref.id not in kept]
    return tuple(sorted([*alike_of(bill, every), *named], key=lambda one: one.ref.id))


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
                price_in_company=_rated(order, line.unit_price),
                margin_percent=line.margin_percent,
            )


def _below_margin(order: SaleOrder) -> bool:
    return order.margin_percent is not None and order.margin_percent < MARGIN_FLOOR_PERCENT


def _off(line: BillLine, ordered: dict[tuple[str, str], PurchaseLine]) -> bool:
    known = ordered.get((line.purchase_ref, line.product_code))
    return known is None or known.unit_price != line.unit_price or line.quantity > known.received


def _rated(order: SaleOrder, price: Decimal) -> Rated | None:
    if order.in_company is None:
        return None
    amount = Money(amount=price / order.in_company.rate, currency=order.in_company.value.currency)
    return Rated(value=amount, rate=order.in_company.rate)
