"""The port `OdooChanges` in memory: snapshots of the records, and what tests put there."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from agent.adapters.memory.kept import Kept, Order
from agent.adapters.odoo.controls.scenarios import parameters
from agent.evidence.records import Bill, BillLine, PurchaseOrder, SaleOrder, Transfer
from agent.intake.changes import (
    Attempt,
    ChangePage,
    Cursor,
    Heads,
    OdooAnswer,
    OdooMail,
    SeenLine,
    Snapshot,
    Watched,
)


class Watching:
    """Tells what changed."""

    kept: Kept

    def __init__(self) -> None:
        self._mails: dict[int, OdooMail] = {}
        self._attempts: dict[int, Attempt] = {}
        self._answers: dict[int, OdooAnswer] = {}
        self._parameters = parameters()

    def now(self) -> datetime:
        with self.kept.answering():
            return self.kept.clock()

    def heads(self) -> Heads:
        with self.kept.answering():
            return Heads(
                message=max(self._mails, default=0),
                attempt=max(self._attempts, default=0),
                answer=max(self._answers, default=0),
            )

    def parameters(self) -> dict[str, str]:
        with self.kept.answering():
            return {key: self._parameters[key] for key in sorted(self._parameters) if key.startswith("gatehouse.")}

    def changed(self, model: Watched, after: Cursor, limit: int) -> ChangePage:
        with self.kept.answering():
            records = sorted(self._snapshots(model), key=lambda record: record.id)
        found = [record for record in records if record.changed_at >= after.at and record.id > after.id]
        page = tuple(found[:limit])
        reached = after.model_copy(update={"id": page[-1].id}) if page else after
        return ChangePage(records=page, cursor=reached, more=len(found) > limit)

    def mails(self, after_id: int, limit: int) -> tuple[OdooMail, ...]:
        with self.kept.answering():
            return tuple(self._mails[number] for number in sorted(self._mails) if number > after_id)[:limit]

    def attempts(self, after_id: int, limit: int) -> tuple[tuple[int, Attempt], ...]:
        with self.kept.answering():
            return tuple((number, self._attempts[number]) for number in sorted(self._attempts) if number > after_id)[
                :limit
            ]

    def answers(self, after_id: int, limit: int) -> tuple[OdooAnswer, ...]:
        with self.kept.answering():
            return tuple(self._answers[number] for number in sorted(self._answers) if number > after_id)[:limit]

    # --- for tests ------------------------------------------------------------------------------
    def file_mail(self, purchase: str, raw: bytes, number: int = 0) -> int:
        """Odoo files a mail on a purchase order; its id."""
        number = number or max(self._mails, default=0) + 1
        self._mails[number] = OdooMail(id=number, purchase=purchase, raw=raw)
        return number

    def refuse(self, attempt: Attempt) -> int:
        """A native control refuses or warns; the attempt's id."""
        number = max(self._attempts, default=0) + 1
        self._attempts[number] = attempt
        return number

    def answer(self, answer: OdooAnswer) -> None:
        """Somebody asks, approves or refuses on the form in Odoo."""
        self._answers[answer.id] = answer

    def set_parameter(self, key: str, value: str) -> None:
        """An administrator sets a system parameter."""
        self._parameters[key] = value

    def _snapshots(self, model: Watched) -> Iterable[Snapshot]:
        match model:
            case Watched.SALE_ORDER:
                return [self._sale(order) for order in self.kept.sales()]
            case Watched.PURCHASE_ORDER:
                return [self._purchase(order) for order in self.kept.purchases()]
            case Watched.BILL:
                return [self._bill(bill) for bill in self.kept.bills()]
            case Watched.PICKING:
                return [self._transfer(order, moved) for order in self.kept.carried() for moved in order.transfers]

    def _common(self, model: Watched, order: Order) -> dict[str, object]:
        partner = order.customer if isinstance(order, SaleOrder) else order.supplier
        at, by = self.kept.change_of(order.ref)
        return {
            "model": model,
            "id": order.ref.id,
            "name": order.ref.name,
            "company": order.company,
            "state": order.state,
            "partner": partner.name,
            "partner_id": partner.id,
            "amount": order.total,
            "made_at": None if isinstance(order, Bill) else order.ordered_at,
            "changed_at": at,
            "changed_by": by,
        }

    def _sale(self, order: SaleOrder) -> Snapshot:
        own = {
            "day": order.promised,
            "margin_percent": order.margin_percent,
            "carrier": order.carrier,
            "freight": order.freight,
            "credit_used": order.customer.credit_used,
            "credit_limit": order.customer.credit_limit,
            "lines": tuple(
                SeenLine(
                    id=line.id,
                    product=line.product_code,
                    quantity=line.ordered,
                    done=line.delivered,
                    reserved=line.reserved,
                    picked=line.picked > 0,
                    price=line.unit_price,
                )
                for line in order.lines
            ),
        }
        return Snapshot.model_validate(self._common(Watched.SALE_ORDER, order) | own)

    def _purchase(self, order: PurchaseOrder) -> Snapshot:
        lines = tuple(
            SeenLine(
                id=line.id,
                product=line.product_code,
                quantity=line.ordered,
                done=line.received,
                price=line.unit_price,
                day=line.planned,
            )
            for line in order.lines
        )
        return Snapshot.model_validate(
            self._common(Watched.PURCHASE_ORDER, order) | {"day": order.planned, "lines": lines}
        )

    def _bill(self, bill: Bill) -> Snapshot:
        own = {
            "origin": " ".join(bill.purchase_refs),
            "reference": bill.supplier_invoice,
            "duplicate_of": self._earlier(bill),
            "day": bill.billed,
            "lines": tuple(_bill_line(number, line) for number, line in enumerate(bill.lines, start=1)),
        }
        return Snapshot.model_validate(self._common(Watched.BILL, bill) | own)

    def _earlier(self, bill: Bill) -> str:
        """An earlier bill of this supplier with the same number."""
        same = (
            other.ref.name
            for other in self.kept.bills()
            if other.ref.id < bill.ref.id and other.supplier.id == bill.supplier.id and other.state != "cancel"
            if other.supplier_invoice.strip().casefold() == bill.supplier_invoice.strip().casefold() != ""
        )
        return next(same, "")

    def _transfer(self, order: PurchaseOrder | SaleOrder, moved: Transfer) -> Snapshot:
        """A transfer, as far as its order tells: what it moves is not kept here."""
        sold = order if isinstance(order, SaleOrder) else None
        partner = sold.customer if sold else order.supplier if isinstance(order, PurchaseOrder) else None
        at, by = max(self.kept.change_of(moved.ref), self.kept.change_of(order.ref))
        return Snapshot(
            model=Watched.PICKING,
            id=moved.ref.id,
            name=moved.ref.name,
            company=order.company,
            state=moved.state,
            partner=partner.name if partner else "",
            partner_id=partner.id if partner else None,
            origin=order.ref.name,
            incoming=moved.kind == "incoming",
            day=moved.scheduled,
            deadline=sold.promised if sold else None,
            carrier=moved.carrier,
            freight=moved.freight,
            changed_at=at,
            changed_by=by,
        )


def _bill_line(number: int, line: BillLine) -> SeenLine:
    """What was received and is on no other bill is expected on this one."""
    waiting = None
    if line.received is not None:
        waiting = max(line.received - (line.billed or Decimal(0)) + line.quantity, Decimal(0))
    return SeenLine(
        id=number,
        product=line.product_code,
        quantity=line.quantity,
        price=line.unit_price,
        expected_quantity=waiting,
        expected_price=line.ordered_price,
    )
