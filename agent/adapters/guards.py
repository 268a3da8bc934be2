"""What the stand-ins of Odoo refuse, and what they call stale: the rules of the guarded actions in a real one."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from agent.approvals.model import Answer, Figure, Scenario
from agent.errors import ActionRefused, StaleRecord
from agent.evidence.records import Model, RecordRef

TAKES_TAGS = (Model.SALE_ORDER, Model.PARTNER, Model.PRODUCT)
HOLDING = frozenset({Scenario.CREDIT_RELEASE, Scenario.INVOICE_DISCREPANCY})
"""The scenarios whose consent ends a hold or a dispute."""
ABOUT: dict[Scenario, tuple[Model, ...]] = {
    Scenario.DISCOUNT_EXCEPTION: (Model.SALE_ORDER,),
    Scenario.EMERGENCY_PROCUREMENT: (Model.PURCHASE_ORDER,),
    Scenario.INVENTORY_REALLOCATION: (Model.SALE_ORDER, Model.PICKING),
    Scenario.CREDIT_RELEASE: (Model.SALE_ORDER,),
    Scenario.SHIPMENT_UPGRADE: (Model.SALE_ORDER, Model.PICKING),
    Scenario.RETURN_AUTHORIZATION: (Model.SALE_ORDER, Model.PICKING, Model.BILL),
    Scenario.SENSITIVE_CHANGE: (Model.PARTNER, Model.PURCHASE_ORDER, Model.SALE_ORDER, Model.BILL),
    Scenario.INVOICE_DISCREPANCY: (Model.BILL,),
}
"""The records that an approval of each scenario may be about."""
REREAD = "Open the case again: it reads the record anew."
SMALLEST_QUANTITY = Decimal("0.01")  # to which an Odoo rounds by default
OVER = {"cancel": "cancelled", "done": "locked"}


def gone(record: RecordRef) -> ActionRefused:
    """There is no such record."""
    return ActionRefused(f"There is no {record.model} with id {record.id} ({record.name}).", remedy=REREAD)


def no_line(record: RecordRef, line: int) -> ActionRefused:
    """The order has no such line."""
    return ActionRefused(f"{record.name} has no line with id {line}.", remedy=REREAD)


def must_be_of(record: RecordRef, models: Sequence[Model]) -> None:
    """Raises ActionRefused for a record of another model than these."""
    if models and record.model not in models:
        raise ActionRefused(f"{record.name} is a {record.model}; this is for a {' or '.join(models)}.", remedy=REREAD)


def must_be_open(record: RecordRef, state: str) -> None:
    """Raises ActionRefused for an order that is over."""
    if state in OVER:
        raise ActionRefused(f"{record.name} is {OVER[state]} in Odoo.")


def must_be_seen(field: str, seen: object, now: object) -> None:
    """Raises StaleRecord unless what was seen is there now."""
    if seen != now:
        before, present = said(seen), said(now)
        raise StaleRecord(
            f"{field} was {before or 'empty'} and is {present or 'empty'} now.", differences=((field, before, present),)
        )


def must_be_orderable(value: Decimal, received: Decimal) -> None:
    """Raises ActionRefused for fewer than were received, or for what an Odoo would round."""
    if value < received:
        raise ActionRefused(f"{received:f} of it were received already; {value:f} is less than that.")
    if value % SMALLEST_QUANTITY:
        raise ActionRefused(f"Odoo would round {value:f}.", remedy=f"Order in steps of {SMALLEST_QUANTITY}.")


def may_hold(record: RecordRef, state: str, *, seen: bool, held: bool, value: bool) -> None:
    """Raises StaleRecord when it is held otherwise than seen; ActionRefused when nothing is there to take back."""
    must_be_seen("held", seen, held)
    if not value and not held:
        raise ActionRefused(f"{record.name} is not held.")
    if value and (state == "cancel" or (record.model is Model.BILL and state != "draft")):
        raise ActionRefused(f"{record.name} is {OVER.get(state, state)} already in Odoo.")


def no_to_do(record: RecordRef, number: int) -> ActionRefused:
    """Only an open to-do of ours on this record is closed."""
    return ActionRefused(f"{record.name} has no open to-do with id {number}.")


def substitution(instead: str, of: str) -> str:
    """The note that tells of a substitution, or of its end."""
    return f"{instead} comes instead of {of}." if instead else f"{of} comes as ordered."


def no_product(code: str) -> ActionRefused:
    """Nothing can come instead that is no product."""
    return ActionRefused(f"There is no product {code}.", remedy="Name a product by its code in Odoo.")


def no_address(record: RecordRef) -> ActionRefused:
    """A reply goes to nobody else than the record's partner."""
    return ActionRefused(
        f"The address is none of {record.name}'s partner.",
        remedy="Choose an address that Odoo knows of this partner, or add it there first.",
    )


def must_have_figures(seen: Sequence[Figure], now: Mapping[str, str]) -> None:
    """Raises StaleRecord when a figure is another than the one consented to; what the record does not tell is kept."""
    wrong = [item for item in seen if item.field in now and not _same(item.value, now[item.field])]
    if wrong:
        raise StaleRecord(
            "; ".join(f"{item.field} was {item.value} and is {now[item.field]} now" for item in wrong) + ".",
            differences=tuple((item.field, item.value, now[item.field]) for item in wrong),
        )


def kept_figures(seen: Sequence[Figure], now: Mapping[str, str]) -> dict[str, str]:
    """The figures that a consent row keeps: the controls' own, and others that were consented to."""
    return {item.field: item.value for item in seen if item.field != "order_total"} | dict(now)


def joined(words: Iterable[str]) -> str:
    """Words as an approval row keeps them."""
    return " ".join(sorted(set(words)))


def logins(answers: Sequence[Answer]) -> str:
    """Who answered, one a line: a login may hold a space."""
    return "\n".join(sorted({answer.by for answer in answers}))


def notes(answers: Sequence[Answer]) -> str:
    """What each approver wrote."""
    return "\n".join(f"{answer.by}: {answer.note}" for answer in answers if answer.note)


def holding(record: RecordRef, reason: str, *, value: bool) -> str:
    """The note that tells of a hold or dispute, or of its end."""
    bill = record.model is Model.BILL
    begun = "Disputed: not to be posted" if bill else "Held for credit: nothing is delivered"
    words = begun if value else "No longer disputed" if bill else "No longer held for credit"
    return f"{words}: {reason.strip()}." if reason.strip() else f"{words}."


def said(value: object) -> str:
    """A value as text: decimals without needless zeros, nothing as nothing."""
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _same(left: str, right: str) -> bool:
    try:
        return Decimal(left) == Decimal(right)
    except InvalidOperation:
        return left == right
