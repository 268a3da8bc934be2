"""What the figures of an exception say, as named signs: pure arithmetic over plain decimal text.

A sign compares figures (needed against available, billed against ordered); that a figure is present says
nothing, because every figure that Odoo knows is sent along.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from agent.suggestions.model import ExceptionLabel as Label

ABSURD_MARGIN = Decimal(90)
ABSURD_FREIGHT = Decimal(100)
ABSURD_DAYS = Decimal(180)
ABSURD_RATIO = Decimal(40)
RETURN_WINDOW_DAYS = Decimal(30)
SAME_PRICE = Decimal("0.005")

SIGNS = (
    "margin_low",
    "margin_fine",
    "margin_negative",
    "margin_absurd",
    "freight_high",
    "freight_fine",
    "freight_absurd",
    "freight_explains_margin",
    "late",
    "on_time",
    "early",
    "late_absurd",
    "late_but_received",
    "quantity_changed",
    "quantity_same",
    "changed_after_reservation",
    "changed_unreserved",
    "change_absurd",
    "picked",
    "short",
    "covered",
    "none_available",
    "short_absurd",
    "stock_negative",
    "reserved_elsewhere",
    "received_less",
    "received_more",
    "received_all",
    "received_nothing",
    "billed_more_than_received",
    "billed_as_received",
    "price_billed_differs",
    "price_billed_same",
    "price_changed",
    "price_above_standard",
    "cost_above_standard",
    "cost_absurd",
    "over_limit",
    "within_limit",
    "limit_absent",
    "duplicate",
    "product_unknown",
    "delivered",
    "delivered_long_ago",
    "nothing_wrong",
)
BENIGN = frozenset(
    (
        "margin_fine",
        "freight_fine",
        "on_time",
        "early",
        "late_but_received",
        "quantity_same",
        "changed_unreserved",
        "covered",
        "received_all",
        "billed_as_received",
        "price_billed_same",
        "within_limit",
    )
)
# Signs that speak against a label: a note may still be right, but nobody should be sure of it.
AGAINST: Mapping[Label, frozenset[str]] = {
    Label.CREDIT_HOLD: frozenset(("within_limit", "limit_absent", "duplicate")),
    Label.STOCK_SHORTAGE: frozenset(("covered", "short_absurd", "stock_negative", "reserved_elsewhere", "duplicate")),
    Label.SUPPLIER_DELAY: frozenset(("on_time", "early", "late_absurd", "late_but_received", "duplicate")),
    Label.PRICE_OR_MARGIN_VARIANCE: frozenset(
        ("margin_fine", "margin_absurd", "cost_absurd", "freight_explains_margin")
    ),
    Label.QUANTITY_MISMATCH: frozenset(("received_all", "duplicate")),
    Label.INVOICE_DISCREPANCY: frozenset(("price_billed_same", "billed_as_received", "duplicate")),
    Label.ORDER_CHANGE_AFTER_RESERVATION: frozenset(("changed_unreserved", "change_absurd", "duplicate")),
    Label.SHIPMENT_CHANGE_OR_FREIGHT: frozenset(("freight_absurd", "duplicate")),
    Label.ALLOCATION_CONFLICT: frozenset(("covered", "duplicate")),
    Label.NO_EXCEPTION: frozenset(
        (
            "margin_low",
            "freight_high",
            "late",
            "changed_after_reservation",
            "short",
            "received_less",
            "received_more",
            "billed_more_than_received",
            "price_billed_differs",
            "over_limit",
            "duplicate",
        )
    ),
}
NEUTRAL = frozenset(("received_nothing", "picked", "delivered", "reserved_elsewhere", "quantity_changed"))


def number(figures: Mapping[str, str], name: str) -> Decimal | None:
    """A figure as a finite decimal; None when it is absent or no number."""
    try:
        value = Decimal(figures[name].strip().rstrip("%"))
    except (KeyError, InvalidOperation):
        return None
    return value if value.is_finite() else None


def signs(figures: Mapping[str, str]) -> frozenset[str]:
    """The names of all signs that hold; a subset of SIGNS."""
    found: set[str] = set()
    for group in (_margin, _freight, _lateness, _change, _stock, _receipt, _bill, _price, _credit, _words):
        found |= {name for name, holds in group(figures).items() if holds}
    if found & BENIGN and not found - BENIGN - NEUTRAL:
        found.add("nothing_wrong")
    return frozenset(found)


def disputed(label: Label, figures: Mapping[str, str]) -> bool:
    """Whether the figures speak against the label."""
    return bool(AGAINST.get(label, frozenset()) & signs(figures))


def _margin(figures: Mapping[str, str]) -> dict[str, bool]:
    margin, threshold = number(figures, "margin_percent"), number(figures, "threshold_percent")
    if margin is None:
        return {}
    absurd = abs(margin) >= ABSURD_MARGIN
    low = margin < threshold if threshold is not None else margin < 0
    freight = number(figures, "freight_percent")
    return {
        "margin_absurd": absurd,
        "margin_negative": margin < 0 and not absurd,
        "margin_low": low and not absurd,
        "margin_fine": threshold is not None and not low and not absurd,
        "freight_explains_margin": bool(low and freight and threshold and margin + freight > threshold),
    }


def _freight(figures: Mapping[str, str]) -> dict[str, bool]:
    freight, threshold = number(figures, "freight_percent"), number(figures, "threshold_percent")
    if freight is None:
        return {}
    limit = threshold if threshold is not None and "margin_percent" not in figures else Decimal(15)
    return {
        "freight_absurd": freight >= ABSURD_FREIGHT,
        "freight_high": limit < freight < ABSURD_FREIGHT,
        "freight_fine": freight <= limit,
    }


def _lateness(figures: Mapping[str, str]) -> dict[str, bool]:
    days = number(figures, "days_late")
    if days is None:
        return {}
    received, ordered = number(figures, "quantity_received"), number(figures, "quantity_ordered")
    here = received is not None and ordered is not None and received >= ordered > 0
    absurd = abs(days) >= ABSURD_DAYS
    return {
        "late": days > 0 and not here and not absurd,
        "on_time": days == 0,
        "early": days < 0 and not absurd,
        "late_absurd": absurd,
        "late_but_received": days > 0 and here,
    }


def _change(figures: Mapping[str, str]) -> dict[str, bool]:
    picked = figures.get("picked", "").lower() == "yes"
    before, after = number(figures, "quantity_before"), number(figures, "quantity_after")
    if before is None or after is None:
        return {"picked": picked}
    reserved = number(figures, "quantity_reserved") or Decimal(0)
    changed = before != after
    return {
        "picked": picked,
        "quantity_changed": changed,
        "quantity_same": not changed,
        "changed_after_reservation": changed and (reserved > 0 or picked),
        "changed_unreserved": changed and "quantity_reserved" in figures and reserved <= 0 and not picked,
        "change_absurd": changed and before > 0 and after / before >= ABSURD_RATIO,
    }


def _stock(figures: Mapping[str, str]) -> dict[str, bool]:
    available = number(figures, "quantity_available")
    needed = number(figures, "quantity_needed")
    if needed is None:
        needed = number(figures, "quantity_ordered")
    if available is None or needed is None:
        return {"none_available": available == 0, "stock_negative": available is not None and available < 0}
    reserved = number(figures, "quantity_reserved") or Decimal(0)
    absurd = needed > ABSURD_RATIO * max(available, Decimal(1))
    return {
        "short": needed > available and not absurd,
        "covered": available >= needed >= 0,
        "none_available": available == 0 and needed > 0,
        "short_absurd": absurd,
        "stock_negative": available < 0,
        "reserved_elsewhere": available <= 0 and reserved > 0,
    }


def _receipt(figures: Mapping[str, str]) -> dict[str, bool]:
    received, ordered = number(figures, "quantity_received"), number(figures, "quantity_ordered")
    if received is None or ordered is None:
        return {"received_nothing": received == 0}
    return {
        "received_nothing": received == 0,
        "received_less": 0 < received < ordered,
        "received_more": received > ordered,
        "received_all": received == ordered > 0,
    }


def _bill(figures: Mapping[str, str]) -> dict[str, bool]:
    found: dict[str, bool] = {}
    billed, received = number(figures, "quantity_billed"), number(figures, "quantity_received")
    if billed is not None and received is not None:
        found |= {"billed_more_than_received": billed > received, "billed_as_received": billed == received}
    charged, agreed = number(figures, "price_billed"), number(figures, "price_ordered")
    if charged is not None and agreed is not None:
        same = abs(charged - agreed) <= SAME_PRICE * max(abs(agreed), Decimal(1))
        found |= {"price_billed_differs": not same, "price_billed_same": same}
    return found


def _price(figures: Mapping[str, str]) -> dict[str, bool]:
    before, after = number(figures, "price_before"), number(figures, "price_after")
    ordered, cost, standard = (number(figures, name) for name in ("price_ordered", "cost", "standard_cost"))
    return {
        "price_changed": before is not None and after is not None and before != after,
        "price_above_standard": ordered is not None and standard is not None and standard > 0 and ordered > standard,
        "cost_above_standard": cost is not None and standard is not None and cost > standard > 0,
        "cost_absurd": cost == 0 or (cost is not None and standard is not None and cost > 5 * standard > 0),
    }


def _credit(figures: Mapping[str, str]) -> dict[str, bool]:
    exposure, limit = number(figures, "exposure"), number(figures, "credit_limit")
    if exposure is None or limit is None:
        return {}
    return {
        "over_limit": exposure > limit > 1,
        "within_limit": exposure <= limit and limit > 1,
        "limit_absent": limit <= 1,
    }


def _words(figures: Mapping[str, str]) -> dict[str, bool]:
    delivered = number(figures, "days_since_delivery")
    return {
        "duplicate": bool(figures.get("duplicate_of", "").strip()),
        "product_unknown": figures.get("product_known", "").lower() == "no",
        "delivered": delivered is not None,
        "delivered_long_ago": delivered is not None and delivered > RETURN_WINDOW_DAYS,
    }
