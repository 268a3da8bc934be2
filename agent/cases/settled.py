"""Whether somebody settled a case's matter in Odoo meanwhile: the record as it was and as it is, judged. Pure."""

from collections.abc import Callable
from datetime import date, datetime

from agent.cases.model import Case, CaseKind, Status
from agent.intake.changes import Snapshot, Watched
from agent.intake.model import Event, EventType, PurchaseData, ShipmentData
from agent.intake.watch_policy import WatchPolicy, below_floor, complaints, freight_over, over_limit
from agent.kit.values import Value

WAITING = frozenset({Status.OPEN, Status.IN_REVIEW})


class Matter(Value):
    """What a case is about, as far as it is known: its newest event, or the purchase and days that a mail names."""

    case: Case
    event: Event | None = None
    purchases: tuple[str, ...] = ()
    proposed: tuple[date, ...] = ()


class Settlement(Value):
    """How a matter was settled in Odoo, by whom (login), and when."""

    how: str
    by: str
    at: datetime


Test = Callable[[Matter, Snapshot, WatchPolicy], str]


def settled_by(matter: Matter, before: Snapshot | None, after: Snapshot, policy: WatchPolicy) -> Settlement | None:
    """Who settled the matter by changing the record, and how; None when it stands as before.

    Only what became so counts: what was already so when the case was opened is part of the case. A case that
    was decided is left alone. What Gatehouse itself changed is no news: the caller has it in `before` as well; who
    settled it is empty when Gatehouse wrote to the record afterwards.
    """
    if matter.case.status not in WAITING or not _is_about(matter, after):
        return None
    who = "" if after.changed_by in policy.own_logins else after.changed_by
    for test in TESTS[after.model]:
        how = test(matter, after, policy)
        if not how:
            continue
        was = test(matter, before, policy) if before is not None else ""
        if (before is not None and not was) or (before is None and after.changed_at > matter.case.opened_at):
            return Settlement(how=how, by=who, at=after.changed_at)
    return None


def _is_about(matter: Matter, seen: Snapshot) -> bool:
    """Whether the record is what the case is about, not merely one that it mentions."""
    if matter.case.kind is CaseKind.SUPPLIER_EMAIL:
        return seen.model is Watched.PURCHASE_ORDER and matter.purchases == (seen.name,)
    names = {seen.name, seen.reference, *([seen.origin] if seen.model is Watched.PICKING else [])} - {""}
    return matter.case.subject.lower() in {name.lower() for name in names}


def _cancelled(matter: Matter, seen: Snapshot, policy: WatchPolicy) -> str:  # noqa: ARG001 - the shape of every test
    if seen.model is Watched.PICKING and not _its_shipment(matter, seen):
        return ""
    return f"{seen.name} was cancelled" if seen.state == "cancel" else ""


def _delivered(matter: Matter, seen: Snapshot, policy: WatchPolicy) -> str:  # noqa: ARG001 - the shape of every test
    goods = [line for line in seen.lines if line.quantity > 0]
    done = bool(goods) and all(line.done >= line.quantity for line in goods)
    return f"{seen.name} was delivered in full" if done and _is_open_matter(matter) else ""


def _received(matter: Matter, seen: Snapshot, policy: WatchPolicy) -> str:  # noqa: ARG001 - the shape of every test
    goods = [line for line in seen.lines if line.quantity > 0]
    done = bool(goods) and all(line.done >= line.quantity for line in goods)
    return f"{seen.name} was received in full" if done else ""


def _is_open_matter(matter: Matter) -> bool:
    """A return is asked for after the delivery: that goods were delivered settles none."""
    return matter.event is None or matter.event.type is not EventType.RETURN_REQUESTED


def _margin_back(matter: Matter, seen: Snapshot, policy: WatchPolicy) -> str:
    if not _is(matter, EventType.MARGIN_BELOW_THRESHOLD) or seen.margin_percent is None or below_floor(seen, policy):
        return ""
    return f"the margin is {seen.margin_percent:.1f} % again"


def _credit_back(matter: Matter, seen: Snapshot, policy: WatchPolicy) -> str:
    known = seen.credit_used is not None and seen.credit_limit is not None
    fits = _is(matter, EventType.ORDER_BLOCKED_ON_CREDIT) and known and not over_limit(seen, policy)
    return "the customer is within the credit limit again" if fits else ""


def _freight_back(matter: Matter, seen: Snapshot, policy: WatchPolicy) -> str:
    known = seen.freight is not None and seen.standard_freight is not None
    fits = _is(matter, EventType.SHIPMENT_COST_EXCEEDED) and known and not freight_over(seen, policy)
    return "the freight is what the standard method costs" if fits else ""


def _date_back(matter: Matter, seen: Snapshot, policy: WatchPolicy) -> str:  # noqa: ARG001 - the shape of every test
    """No open line is planned later than before the delay."""
    data = matter.event.data if matter.event else None
    if not isinstance(data, PurchaseData) or data.date_before is None:
        return ""
    days = [line.day for line in seen.lines if line.day and line.done < line.quantity]
    back = bool(days) and max(days) <= data.date_before
    return f"the planned date is {max(days)} again" if back else ""


def _as_proposed(matter: Matter, seen: Snapshot, policy: WatchPolicy) -> str:  # noqa: ARG001 - the shape of every test
    days = {line.day for line in seen.lines if line.done < line.quantity}
    taken = bool(matter.proposed) and set(matter.proposed) <= days
    return f"the planned date is {max(matter.proposed)}, as the supplier wrote" if taken else ""


def _not_urgent(matter: Matter, seen: Snapshot, policy: WatchPolicy) -> str:  # noqa: ARG001 - the shape of every test
    return "the purchase is not urgent any more" if _is(matter, EventType.PURCHASE_REQUESTED_URGENT) and (
        not seen.urgent
    ) else ""  # fmt: skip


def _shipped(matter: Matter, seen: Snapshot, policy: WatchPolicy) -> str:  # noqa: ARG001 - the shape of every test
    if seen.state != "done" or not _its_shipment(matter, seen):
        return ""
    return f"{seen.name} was {'taken back' if seen.returns else 'shipped'}"


def _its_shipment(matter: Matter, seen: Snapshot) -> bool:
    data = matter.event.data if matter.event else None
    if _is(matter, EventType.RETURN_REQUESTED):
        return seen.returns
    return isinstance(data, ShipmentData) and data.shipment == seen.name


def _bill_ended(matter: Matter, seen: Snapshot, policy: WatchPolicy) -> str:  # noqa: ARG001 - the shape of every test
    return {"posted": f"{seen.name} was posted", "paid": f"{seen.name} was paid"}.get(seen.state, "")


def _bill_right(matter: Matter, seen: Snapshot, policy: WatchPolicy) -> str:
    about = _is(matter, EventType.INVOICE_DISPUTED) and seen.state == "draft" and bool(seen.lines)
    return "the bill is as ordered and received" if about and not complaints(seen, policy) else ""


def _is(matter: Matter, kind: EventType) -> bool:
    return matter.event is not None and matter.event.type is kind


TESTS: dict[Watched, tuple[Test, ...]] = {
    Watched.SALE_ORDER: (_cancelled, _delivered, _margin_back, _credit_back, _freight_back),
    Watched.PURCHASE_ORDER: (_cancelled, _received, _as_proposed, _date_back, _not_urgent),
    Watched.PICKING: (_cancelled, _shipped, _freight_back),
    Watched.BILL: (_cancelled, _bill_ended, _bill_right),
}
