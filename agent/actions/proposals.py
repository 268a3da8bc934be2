"""From the facts that stand to the changes in Odoo that a person may consent to, each with the values seen. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from agent.actions.model import (
    AnyAction,
    DisputeBill,
    HoldOrder,
    OpenActivity,
    RecordSubstitution,
    SetCommitmentDate,
    SetLineDate,
    SetLinePrice,
    SetLineQuantity,
)
from agent.actions.replying import ENDED, reply_to
from agent.errors import InputError
from agent.evidence.allocation import AllocationPolicy, propose
from agent.evidence.impact import AtRisk, impact
from agent.evidence.model import Evidence
from agent.evidence.records import LateLine, PurchaseLine, PurchaseOrder, RecordRef, SaleOrder, SupplyPicture
from agent.evidence.units import same_unit
from agent.kit.canonical import canonical_json, digest
from agent.kit.values import Value
from agent.reviews.model import Final, FinalFact
from agent.suggestions.model import ExceptionLabel, Fact, FactField, Intent, InvoiceLabel, Quote
from agent.suggestions.tasks.mail_gaps import tasks
from agent.suggestions.tasks.mail_lines import placed

POSTED = frozenset({"posted", "cancel"})
DATES = (FactField.ETA, FactField.SHIP_DATE)
MOST_COMMITMENTS = 20
CLAIMED = frozenset({ExceptionLabel.ALLOCATION_CONFLICT, ExceptionLabel.STOCK_SHORTAGE})
DISPUTED = frozenset({ExceptionLabel.INVOICE_DISCREPANCY, *InvoiceLabel} - {InvoiceLabel.MATCHES, InvoiceLabel.OTHER})
LARGEST = Decimal(10) ** 11
CODE_LENGTH = 128
BY_DEFAULT = AllocationPolicy()


class Proposal(Value):
    """A change that a person may consent to: exactly this value, over exactly the value seen."""

    change: AnyAction
    why: str = ""
    unit: str = ""

    @property
    def digest(self) -> str:
        """What the person ticks: the digest of the typed content and the values seen."""
        return digest(canonical_json(self.change.model_dump(mode="json")))

    @property
    def target(self) -> tuple[str, str, int, int]:
        """What it changes; two changes of one target exclude each other."""
        record = self.change.record
        if isinstance(self.change, OpenActivity):
            return f"{self.change.kind}: {self.change.summary}", record.model, record.id, 0
        return self.change.kind, record.model, record.id, getattr(self.change, "line_id", 0)


def proposals(found: Evidence, final: Final, claims: AllocationPolicy = BY_DEFAULT) -> tuple[Proposal, ...]:
    """Every change in Odoo that the facts as they stand would bring about. What differs in nothing is left out.

    `claims` says who gets goods that several orders claim.
    """
    lines, answer = _Lines(found, final.facts), reply_to(found, final)
    offered = [
        *_dates(lines), *_quantities(lines), *_prices(lines), *_substitutions(lines, final),
        *_reallocations(found, final, claims), *_commitments(found, lines), *_buyer_tasks(found, final),
        *_holds(found, final), *_disputes(found, final),
        *([Proposal(change=answer, why=answer.record.name)] if answer else []),
    ]  # fmt: skip
    return tuple({item.digest: item for item in offered}.values())


def documents(found: Evidence, final: Final, claims: AllocationPolicy = BY_DEFAULT) -> dict[str, str]:
    """The proposals as they are kept with a decision: digest to document."""
    return {item.digest: item.change.model_dump_json() for item in proposals(found, final, claims)}


def must_not_collide(found: Evidence, final: Final, claims: AllocationPolicy = BY_DEFAULT) -> None:
    """Raises InputError when two of the changes consented to would give one value two contents."""
    chosen = {item.digest for item in final.consented}
    seen: set[tuple[str, str, int, int]] = set()
    for item in proposals(found, final, claims):
        if item.digest in chosen and item.target in seen:
            raise InputError(
                f"Two of the ticked changes exclude each other: {item.change.kind} on {item.change.record.name}.",
                remedy="Tick one of them.",
            )
        seen |= {item.target} if item.digest in chosen else set()


class _Lines:
    """The facts by the purchase line that they are about; facts without one propose nothing."""

    def __init__(self, found: Evidence, facts: Sequence[FinalFact]) -> None:
        self.of: dict[tuple[int, int], list[FinalFact]] = defaultdict(list)
        self.lines: dict[tuple[int, int], tuple[PurchaseOrder, PurchaseLine]] = {}
        orders = {order.ref.name.casefold(): order for order in found.purchases if order.state not in ENDED}
        for fact in facts:
            order = orders.get((fact.po or "").casefold())
            line = _line(order, fact) if order else None
            if order is None or line is None or line.received >= line.ordered:
                continue
            key = (order.ref.id, line.id)
            self.of[key].append(fact)
            self.lines[key] = (order, line)

    def __iter__(self) -> Iterator[tuple[PurchaseOrder, PurchaseLine, list[FinalFact]]]:
        return ((*self.lines[key], facts) for key, facts in self.of.items())


def _line(order: PurchaseOrder, fact: FinalFact) -> PurchaseLine | None:
    if fact.line is None:
        return order.lines[0] if len(order.lines) == 1 else None
    return next((line for line in order.lines if line.position == fact.line), None)


def _dates(lines: _Lines) -> Iterator[Proposal]:
    """An arrival date, or where none is named the shipping date. Several dates are offered; one can be chosen."""
    for order, line, facts in lines:
        for day in dict.fromkeys(_days(facts)):
            if day != line.planned:
                change = SetLineDate(record=order.ref, line_id=line.id, seen=line.planned, value=day)
                yield Proposal(change=change, why=_about(order, line))


def _days(facts: Sequence[FinalFact]) -> list[date]:
    for field in DATES:
        if found := [day for fact in facts if fact.field is field and (day := _day(fact.value))]:
            return found
    return []


def _quantities(lines: _Lines) -> Iterator[Proposal]:
    """What is still to come, on top of what was received. Several quantities are parts of one line: no change of it,
    and neither is one in a unit that is not the line's.
    """
    for order, line, facts in lines:
        said = [fact for fact in facts if fact.field is FactField.QUANTITY]
        stated = {fact.value for fact in said} if all(same_unit(fact.unit, line.unit) for fact in said) else set[str]()
        open_ = _number(stated.pop()) if len(stated) == 1 else None
        if open_ is not None and open_ != line.ordered - line.received:
            change = SetLineQuantity(
                record=order.ref, line_id=line.id, seen=_plain(line.ordered), value=_plain(line.received + open_)
            )
            yield Proposal(change=change, why=_about(order, line), unit=line.unit)


def _prices(lines: _Lines) -> Iterator[Proposal]:
    """A price in the order's own currency."""
    for order, line, facts in lines:
        said = [fact for fact in facts if fact.field is FactField.PRICE and fact.unit in {"", order.total.currency}]
        for value in dict.fromkeys(price for fact in said if (price := _number(fact.value)) is not None):
            if value != line.unit_price:
                change = SetLinePrice(
                    record=order.ref, line_id=line.id, seen=_plain(line.unit_price), value=_plain(value)
                )
                yield Proposal(change=change, why=_about(order, line), unit=order.total.currency)


def _substitutions(lines: _Lines, final: Final) -> Iterator[Proposal]:
    """Where the matter is a substitution, the product code that a status of the line names."""
    if final.label != ExceptionLabel.SUBSTITUTION and Intent.SUBSTITUTION not in final.intents:
        return
    for order, line, facts in lines:
        known = {line.product_code.casefold(), line.supplier_code.casefold()}
        for fact in facts:
            code = fact.value.strip()
            if fact.field is FactField.STATUS and _is_code(code) and code.casefold() not in known:
                change = RecordSubstitution(record=order.ref, line_id=line.id, seen=line.product_code[:128], value=code)
                yield Proposal(change=change, why=_about(order, line))


def _is_code(text: str) -> bool:
    """A product code: one word with a digit in it."""
    return (
        0 < len(text) <= CODE_LENGTH
        and not any(char.isspace() for char in text)
        and any(char.isdigit() for char in text)
    )


def _commitments(found: Evidence, lines: _Lines) -> Iterator[Proposal]:
    """The promise of every order that rests on a line that comes too late, moved to when all of it has come."""
    news = {line.id: max(days) for _, line, facts in lines if (days := _days(facts))}
    late: dict[int, tuple[RecordRef, date, date, str]] = {}
    for item in _at_risk(found, news):
        assert item.arrives is not None, "left out before"
        known = late.get(item.order.id)
        arrives = max(item.arrives, known[2]) if known else item.arrives
        late[item.order.id] = (item.order, item.promised, arrives, item.customer)
    for order in found.sales:
        days = [*_waits_for(order, lines, news), *(late[order.ref.id][2:3] if order.ref.id in late else ())]
        if order.promised and order.state not in ENDED and days and max(days) > order.promised:
            late[order.ref.id] = (order.ref, order.promised, max(days), order.customer.name)
    for record, seen, value, customer in list(late.values())[:MOST_COMMITMENTS]:
        change = SetCommitmentDate(record=record, seen=seen, value=value)
        yield Proposal(change=change, why=f"{record.name}: {customer}")


def _at_risk(found: Evidence, news: dict[int, date]) -> Iterator[AtRisk]:
    """What comes too late by the supply picture, as it is with the news; by the purchases concerned when some are."""
    if found.supply is None:
        return
    concerned = {order.ref.id for order in found.purchases}
    for item in impact(_with_news(found.supply, news), found.read_at.date()).at_risk:
        if item.purchase is None or item.arrives is None or item.estimated:
            continue
        if not concerned or item.purchase.id in concerned:
            yield item


def _waits_for(order: SaleOrder, lines: _Lines, news: dict[int, date]) -> Iterator[date]:
    """When what an order lacks comes by lines of the same products."""
    lacking = {line.product_code for line in order.lines if line.delivered + line.reserved < line.ordered}
    return (news[line.id] for _, line, _ in lines if line.id in news and line.product_code in lacking)


def _with_news(picture: SupplyPicture, news: dict[int, date]) -> SupplyPicture:
    """The picture as it is when the lines come on the days that the facts name."""

    def renewed(line: LateLine) -> LateLine:
        return line.model_copy(update={"planned": news[line.line_id]}) if line.line_id in news else line

    return picture.model_copy(
        update={"late": tuple(map(renewed, picture.late)), "on_time": tuple(map(renewed, picture.on_time))}
    )


def _reallocations(found: Evidence, final: Final, policy: AllocationPolicy) -> Iterator[Proposal]:
    """What the proposal of who gets what leaves to do: a later promise where it makes an order late. The goods
    themselves are moved in Odoo by a person, once operations consented.
    """
    if found.claims is None or final.label not in CLAIMED:
        return
    products = {claim.product_code for claim in found.claims.commitments}
    for made in propose(found.claims, found.read_at.date(), policy, products):
        for claim in made.claims:
            arrives = claim.after.arrives
            if arrives and claim.after.days_late > claim.before.days_late:
                change = SetCommitmentDate(record=claim.order, seen=claim.promised, value=arrives)
                yield Proposal(change=change, why=f"{claim.order.name}: {claim.customer}, gives {made.product_code}")


def _buyer_tasks(found: Evidence, final: Final) -> Iterator[Proposal]:
    """To-dos for the buyer where the mail says that a product is discontinued or another comes; they change nothing."""
    facts = [Fact(quote=Quote(text=fact.quote, source="body", start=0, end=len(fact.quote)),
                  **fact.model_dump(include={"field", "value", "unit", "po", "line"}))
             for fact in final.facts if fact.field is FactField.STATUS]  # fmt: skip
    for task in tasks(placed(facts, found.purchases), found.read_at.date()):
        note = f'The supplier writes: "{task.quote.text[:300]}"'
        change = OpenActivity(record=task.record, summary=task.summary, note=note, due=task.due)
        yield Proposal(change=change, why=f"{task.record.name} line {task.line}: {task.product_code}")


def _holds(found: Evidence, final: Final) -> Iterator[Proposal]:
    if final.label == ExceptionLabel.CREDIT_HOLD:
        for order in found.sales[:1]:
            if order.state not in ENDED and not order.held:
                yield Proposal(change=HoldOrder(record=order.ref, reason="credit"), why=order.customer.name)


def _disputes(found: Evidence, final: Final) -> Iterator[Proposal]:
    if final.label in DISPUTED:
        for bill in found.bills[:1]:
            if bill.state not in POSTED and not bill.held:
                yield Proposal(change=DisputeBill(record=bill.ref, reason="does not match"), why=bill.supplier.name)


def _about(order: PurchaseOrder, line: PurchaseLine) -> str:
    return f"{order.ref.name} line {line.position}: {line.product_code}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    usable = value.is_finite() and 0 <= value < LARGEST and value == round(value, 6)
    return _plain(value) if usable else None


def _plain(value: Decimal) -> Decimal:
    """The same number in its one plain form, so that equal values have equal digests."""
    return Decimal(f"{value.normalize():f}")
