"""How bad an exception is if nobody acts: fixed rules over label and figures, pure.

Each label starts at a base; every rule below moves it by whole steps; the result stays between low and critical.

| rule | steps |
|---|---|
| no exception | always low |
| a first-tier customer | +1 |
| value at stake (amount) from 10,000 / from 50,000 | +1 / +2 |
| value at stake known and below 250 | -1 |
| late by more than 14 / more than 30 days | +1 / +2 |
| late by at most 2 days, or early (delay and shipment labels) | -1 |
| promised within 2 days (labels that endanger a promise) | +1 |
| margin below zero / at most 1 point under the threshold (price label) | +1 / -1 |
| exposure from 1.5 times the limit / at most 5 % over it (credit label) | +1 / -1 |
| short, or counted otherwise, by at most 5 % (shortage and quantity labels) | -1 |
| short, or counted otherwise, by half or more (shortage and quantity labels) | +1 |
| already picked (order change) | +1 |
| the note says that a line stands still | +1 |

Critical is earned, otherwise high is the most: a key account (first tier) that is late by more than two weeks or
promised within two days; a line that stands still; a value from 100,000; or a value from 50,000 and one more reason.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from agent.adapters.embedded.concepts import fold
from agent.adapters.embedded.figures import number
from agent.suggestions.model import ExceptionLabel as Label
from agent.suggestions.model import Severity

_ORDER = (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
_LARGE, _HUGE = Decimal(50_000), Decimal(100_000)
_STARTS_LOW = {Label.OTHER}
_ENDANGERS_PROMISE = {
    Label.ORDER_CHANGE_AFTER_RESERVATION,
    Label.STOCK_SHORTAGE,
    Label.SUPPLIER_DELAY,
    Label.CREDIT_HOLD,
    Label.SHIPMENT_CHANGE_OR_FREIGHT,
    Label.ALLOCATION_CONFLICT,
    Label.SUBSTITUTION,
}
_TIMED = {Label.SUPPLIER_DELAY, Label.SHIPMENT_CHANGE_OR_FREIGHT}
_COUNTED = {Label.STOCK_SHORTAGE, Label.QUANTITY_MISMATCH}


_LINE_STOPS = re.compile(  # a line, not "production": that is mostly the supplier's
    r"\b(?:line (?:has |is |was |will be |would be )?(?:stop|stand|down\b|halt|idle)|line[- ]?(?:down|stop)"
    r"|(?:band|linie) (?:steht|stehen)|bandstillstand|(?:ligne|chaine) (?:est )?(?:a l')?arret"
    r"|linea (?:esta )?parada|linea (?:e )?ferma|lijn (?:staat|ligt) stil)"
)


def severity(label: Label, figures: Mapping[str, str], note: str = "") -> Severity:
    """The severity by the table above."""
    if label is Label.NO_EXCEPTION:
        return Severity.LOW
    base = 0 if label in _STARTS_LOW else 1
    key_account = figures.get("customer_tier", "").strip() == "1"
    stopped = label in _ENDANGERS_PROMISE and _LINE_STOPS.search(fold(note)) is not None
    value, time = _value(figures), _time(label, figures)
    others = time + _measure(label, figures) + key_account + stopped
    worth = abs(number(figures, "amount") or Decimal(0))
    earned = stopped or (key_account and time > 0) or worth >= _HUGE or (worth >= _LARGE and others > 0)
    return _ORDER[min(max(base + value + others, 0), len(_ORDER) - (1 if earned else 2))]


def _value(figures: Mapping[str, str]) -> int:
    amount = number(figures, "amount")
    if amount is None:
        return 0
    size = abs(amount)
    return (size >= 10_000) + (size >= _LARGE) - (size < 250)  # noqa: PLR2004  # the table of the docstring


def _time(label: Label, figures: Mapping[str, str]) -> int:
    late, promise = number(figures, "days_late"), number(figures, "days_until_promise")
    steps = 0
    if late is not None:
        steps += (late > 14) + (late > 30)  # noqa: PLR2004  # the table of the docstring
        steps -= label in _TIMED and late <= 2  # noqa: PLR2004  # likewise
    if promise is not None and label in _ENDANGERS_PROMISE:
        steps += promise <= 2  # noqa: PLR2004  # likewise
    return steps


def _measure(label: Label, figures: Mapping[str, str]) -> int:
    if label is Label.PRICE_OR_MARGIN_VARIANCE:
        margin, threshold = number(figures, "margin_percent"), number(figures, "threshold_percent")
        if margin is None:
            return 0
        return int(margin < 0) - int(threshold is not None and 0 <= threshold - margin <= 1)
    if label is Label.CREDIT_HOLD:
        exposure, limit = number(figures, "exposure"), number(figures, "credit_limit")
        if exposure is None or limit is None or limit <= 0:
            return 0
        return int(exposure >= limit * Decimal("1.5")) - int(limit < exposure <= limit * Decimal("1.05"))
    if label is Label.ORDER_CHANGE_AFTER_RESERVATION:
        return int(figures.get("picked", "").strip().lower() == "yes")
    return _gap(figures) if label in _COUNTED else 0


def _gap(figures: Mapping[str, str]) -> int:
    """One step down for a gap of at most 5 %, one up from a half."""
    needed, available = number(figures, "quantity_needed"), number(figures, "quantity_available")
    if needed is None or available is None:
        needed, available = number(figures, "quantity_ordered"), number(figures, "quantity_received")
    if needed is None or available is None or needed <= 0:
        return 0
    share = abs(needed - available) / needed
    return int(share >= Decimal("0.5")) - int(share <= Decimal("0.05"))
