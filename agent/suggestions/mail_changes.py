"""What a mail's summary may say: what changes, from what to what, and what is unclear; typed values alone. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date

from pydantic import Field

from agent.evidence.records import PurchaseOrder
from agent.kit.values import Value
from agent.suggestions.fact_model import Fact, FactField, Severity
from agent.suggestions.mail_model import ContradictionKind, DoubtKind, MailFindings
from agent.suggestions.tasks.mail_lines import Placed, placed, plain_text

CHANGING = (FactField.ETA, FactField.QUANTITY, FactField.PRICE, FactField.SHIP_DATE)
TOLD_AS_CHANGE = frozenset({ContradictionKind.PRICE_OFF_ORDER})
UNTYPED = frozenset({ContradictionKind.TWO_STATES, ContradictionKind.OTHER_UNIT, DoubtKind.UNIT_UNKNOWN})
MOST_VALUES = 4


class Change(Value):
    """One value of the mail beside what Odoo has, in plain form."""

    field: FactField
    po: str | None = None
    line: int | None = None
    product: str = Field(default="", description="our product code of the line")
    value: str
    unit: str = ""
    before: str = Field(default="", description="what Odoo has now; of a quantity what is open; empty where nothing is")
    unit_before: str = Field(default="", description="the unit or currency of what Odoo has")
    days: int | None = Field(default=None, description="of an arrival: how many days later; negative when earlier")
    ambiguous: bool = False

    @property
    def same(self) -> bool:
        """True when Odoo has the value already."""
        return bool(self.before) and plain_text(self.before) == plain_text(self.value)


class Unclear(Value):
    """One thing that a person has to clear up; its values are dates, numbers and references of ours alone."""

    kind: str
    field: FactField | None = None
    po: str | None = None
    line: int | None = None
    product: str = ""
    values: tuple[str, ...] = ()


def changes(facts: Sequence[Fact], purchases: Sequence[PurchaseOrder] = ()) -> tuple[Change, ...]:
    """The dates, quantities and prices of the facts: what differs from Odoo first, then in the order of the mail."""
    found = [_change(item) for item in placed(facts, purchases) if item.fact.field in CHANGING]
    unique = list(dict.fromkeys(found))
    return tuple(sorted(unique, key=lambda one: one.same))


def _change(item: Placed) -> Change:
    fact, line = item.fact, item.line
    dated = fact.field is FactField.ETA and fact.now_in_odoo
    ours = ""
    if fact.field is FactField.QUANTITY and line is not None:
        ours = line.unit
    elif fact.field is FactField.PRICE and item.order is not None:
        ours = item.order.total.currency
    return Change(
        field=fact.field,
        po=fact.po,
        line=fact.line,
        product=line.product_code if line and fact.line is not None else "",
        value=fact.value,
        unit=fact.unit.rstrip(".") or ours,
        before="" if fact.field is FactField.SHIP_DATE else fact.now_in_odoo,  # Odoo plans arrivals alone
        unit_before=ours or fact.unit.rstrip("."),
        days=_days(fact.now_in_odoo, fact.value) if dated and not fact.ambiguous else None,
        ambiguous=fact.ambiguous,
    )


def _days(before: str, after: str) -> int | None:
    try:
        return (date.fromisoformat(after) - date.fromisoformat(before)).days
    except ValueError:
        return None


def unclear(found: MailFindings, purchases: Sequence[PurchaseOrder] = ()) -> tuple[Unclear, ...]:
    """What of the findings the summary may tell, the gravest first: contradictions, then gaps, then doubts."""
    codes = _codes(purchases)
    ours = {order.ref.name for order in purchases}
    ranks = list(Severity)

    def one(kind: str, field: FactField | None, po: str | None, line: int | None, values: Iterable[str]) -> Unclear:
        product = codes.get((po or "", line or 0), "")
        known = po if po in ours else None
        return Unclear(kind=kind, field=field, po=known, line=line, product=product, values=_typed(kind, values))

    told = [one_ for one_ in found.contradictions if one_.kind not in TOLD_AS_CHANGE]
    told.sort(key=lambda item: ranks.index(item.severity), reverse=True)
    listed = [one(item.kind, item.field, item.po, item.line, (side.value for side in item.sides)) for item in told]
    listed += [
        one(item.kind, None, item.po, item.line, (item.quantity,) if item.quantity else ()) for item in found.missing
    ]
    listed += [one(item.kind, item.field, item.po, item.line, item.readings) for item in found.doubts]
    return tuple(dict.fromkeys(listed))


def _typed(kind: str, values: Iterable[str]) -> tuple[str, ...]:
    """No words: what a mail says in words is for its reader alone."""
    if kind in UNTYPED or kind == DoubtKind.LINE_UNCLEAR:
        return ()
    return tuple(dict.fromkeys(value for value in values if any(map(str.isdigit, value))))[:MOST_VALUES]


def _codes(purchases: Sequence[PurchaseOrder]) -> dict[tuple[str, int], str]:
    return {(order.ref.name, line.position): line.product_code for order in purchases for line in order.lines}
