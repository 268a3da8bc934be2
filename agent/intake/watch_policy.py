"""From when on a change in Odoo matters: the thresholds, and the tests that they are used in. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from pydantic import Field

from agent.intake.changes import SeenLine, Snapshot
from agent.intake.model import LineChange
from agent.kit.text import clean
from agent.kit.values import Value

ZERO = Decimal(0)
HUNDRED = Decimal(100)
MOST_LINES = 200
REF_LENGTH = 128
CONFIRMED = frozenset({"sale", "purchase", "done"})
OFFERED = frozenset({"sent", *CONFIRMED})
OWN_LOGINS = frozenset({"gatehouse", "gatehouse_read", "gatehouse_log", "gatehouse_apply"})


class WatchPolicy(Value):
    """From when on a change matters. Money counts in the record's own currency."""

    own_logins: frozenset[str] = Field(default=OWN_LOGINS, description="Gatehouse's users in Odoo")
    change_quantity_percent: Decimal = Field(default=Decimal(10), description="of the reserved line's quantity")
    change_value_percent: Decimal = Field(default=Decimal(5), description="of the order's amount before")
    margin_floor_percent: Decimal = Decimal(15)
    delay_days: int = Field(default=3, description="a purchase that much later is delayed; less is another date")
    urgent_from: Decimal = Field(default=ZERO, description="amount of an urgent purchase")
    freight_over_standard: Decimal = Field(default=Decimal(50), description="amount above the standard method's price")
    over_limit_percent: Decimal = Field(default=ZERO, description="of the credit limit")
    price_tolerance_percent: Decimal = Decimal(2)
    quantity_tolerance_percent: Decimal = ZERO
    reallocation_window: timedelta = timedelta(minutes=5)

    def with_parameters(self, given: Mapping[str, str]) -> "WatchPolicy":
        """The policy with the thresholds that an administrator set in Odoo; what is no number is left as it is."""
        found = {field: value for key, field in PARAMETERS.items() if (value := _number(given.get(key))) is not None}
        return self.model_copy(update=found)


PARAMETERS = {
    "gatehouse.discount_exception.margin_floor_percent": "margin_floor_percent",
    "gatehouse.emergency_procurement.urgent_limit": "urgent_from",
    "gatehouse.shipment_upgrade.over_standard": "freight_over_standard",
    "gatehouse.credit_release.over_limit_percent": "over_limit_percent",
    "gatehouse.invoice_discrepancy.price_percent": "price_tolerance_percent",
    "gatehouse.invoice_discrepancy.quantity_percent": "quantity_tolerance_percent",
    "gatehouse.order_change_after_reservation.quantity_percent": "change_quantity_percent",
    "gatehouse.order_change_after_reservation.value_percent": "change_value_percent",
}


def below_floor(seen: Snapshot, policy: WatchPolicy) -> bool:
    """Whether an order that was offered or confirmed earns less than the approved margin."""
    return seen.state in OFFERED and seen.margin_percent is not None and (
        seen.margin_percent < policy.margin_floor_percent
    )  # fmt: skip


def over_limit(seen: Snapshot, policy: WatchPolicy) -> bool:
    """Whether a confirmed order's customer owes more than may be."""
    used, limit = seen.credit_used, seen.credit_limit
    if seen.state not in CONFIRMED or not used or not limit or limit.amount <= ZERO:
        return False
    return used.amount > limit.amount * (1 + policy.over_limit_percent / HUNDRED)


def freight_over(seen: Snapshot, policy: WatchPolicy) -> bool:
    """Whether the carrier costs more than the standard method, by more than is allowed."""
    paid, usual = seen.freight, seen.standard_freight
    if not paid or not usual or paid.currency != usual.currency or seen.state == "draft":
        return False
    return paid.amount > usual.amount + policy.freight_over_standard


def complaints(seen: Snapshot, policy: WatchPolicy) -> dict[str, str]:
    """What is wrong with a bill against its purchase and receipt, in words, by what it is about."""
    found = {f"line {line.id}": text for line in seen.lines if (text := complaint(line, policy))}
    found |= {f"unlike {line.id}": unlike(line) for line in seen.lines if line.unlike}
    if seen.duplicate_of:
        found["reference"] = f"Its number {seen.reference} stands on {seen.duplicate_of} as well."
    return found


def complaint(line: SeenLine, policy: WatchPolicy) -> str:
    """What is wrong with one line of a bill, in words; empty when nothing is."""
    code = line.product or "a line"
    dear = line.expected_price is not None and line.price is not None and (
        abs(line.price - line.expected_price) > abs(line.expected_price) * policy.price_tolerance_percent / HUNDRED
    )  # fmt: skip
    much = line.expected_quantity is not None and (
        line.quantity > line.expected_quantity * (1 + policy.quantity_tolerance_percent / HUNDRED)
    )
    words = [f"{code}: billed at {line.price}, ordered at {line.expected_price}."] if dear else []
    words += [f"{code}: {line.quantity} billed, {line.expected_quantity} received and not yet billed."] if much else []
    return " ".join(words)


def unlike(line: SeenLine) -> str:
    """That a line of a bill is in another unit or currency than its order, so that nobody compared them."""
    return f"{line.product or 'A line'} could not be compared: {line.unlike}."


def reference(text: str, otherwise: str = "") -> str:
    """A name from Odoo as a reference: one line without control characters, cut to length."""
    plain = " ".join(clean(text)[0].split())[:REF_LENGTH].strip()
    return plain or otherwise


def common(seen: Snapshot) -> dict[str, object]:
    """What every event about a record carries."""
    return {"company": reference(seen.company) or None, "reported_by": reference(seen.changed_by) or None}


def line_change(old: SeenLine | None, new: SeenLine | None) -> LineChange:
    """One line as it was and as it is."""
    some = new or old
    assert some is not None
    return LineChange.model_validate(
        {
            "product": reference(some.product, f"line {some.id}"),
            "quantity_before": old and old.quantity, "quantity_after": new.quantity if new else ZERO,
            "quantity_reserved": some.reserved if old is None else old.reserved,
            "price_before": old and old.price, "price_after": new and new.price,
            "date_before": old and old.day, "date_after": new and new.day,
        }
    )  # fmt: skip


def worth(line: SeenLine) -> Decimal:
    """Quantity x price."""
    return line.quantity * (line.price or ZERO)


def _number(text: str | None) -> Decimal | None:
    try:
        number = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= ZERO else None
