"""What a mail leaves open: doubts about its facts, what it should have said, and to-dos for the buyer. Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from agent.evidence.records import PurchaseLine, PurchaseOrder
from agent.suggestions.fact_model import Fact, FactField
from agent.suggestions.mail_model import BuyerTask, BuyerTaskKind, Doubt, DoubtKind, Missing, MissingKind
from agent.suggestions.model import Intent
from agent.suggestions.tasks.mail_lines import (
    Placed,
    Target,
    amount,
    by_target,
    counted,
    factor,
    of_field,
    plain,
    quoted,
)

DATES = (FactField.ETA, FactField.SHIP_DATE)
FIGURES = (FactField.QUANTITY, FactField.PRICE)
LATE = frozenset({"delayed", "back_ordered", "back-ordered", "on_hold"})
TASKS = {
    "discontinued": BuyerTaskKind.DISCONTINUED,
    "substituted": BuyerTaskKind.SUBSTITUTED,
}
_CODE = re.compile(r"(?<![\w./-])(?=[\w./-]*\d)[A-Za-z0-9][\w./-]{1,39}(?<![./-])")
_NO_CODE = re.compile(r"\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?|\d+(?:[.,]\d+)?|\d{4}-\d\d-\d\d")


def doubts(items: Sequence[Placed]) -> list[Doubt]:
    """What of the facts cannot be taken as it stands."""
    found: list[Doubt] = []
    for item in items:
        found += _of_fact(item)
    return list(dict.fromkeys(found))


def _of_fact(item: Placed) -> Iterator[Doubt]:
    fact, target = item.fact, item.target
    values = (fact.value, *fact.alternatives)
    if fact.ambiguous and fact.field in (*DATES, *FIGURES):
        kind = DoubtKind.AMBIGUOUS_DATE if fact.field in DATES else DoubtKind.AMBIGUOUS_FIGURE
        detail = f"{target}: {quoted(fact.quote)} may be {' or '.join(values)}"
        yield _doubt(kind, item, values, detail)
    if fact.field is FactField.QUANTITY and factor(item) is None and item.line is not None:
        units = (fact.unit, item.line.unit)
        detail = f"{target}: how many {units[1]} {amount(fact.value, fact.unit)} is, nothing tells"
        yield _doubt(DoubtKind.UNIT_UNKNOWN, item, units, detail)
    if fact.field in FIGURES and item.line is None and item.order is not None and len(item.order.lines) > 1:
        codes = tuple(line.product_code for line in item.order.lines[:5])
        detail = f"{target}: which line {fact.field} {amount(fact.value, fact.unit)} by {quoted(fact.quote)} is for"
        yield _doubt(DoubtKind.LINE_UNCLEAR, item, codes, detail)


def _doubt(kind: DoubtKind, item: Placed, values: tuple[str, ...], detail: str) -> Doubt:
    return Doubt(
        kind=kind, field=item.fact.field, po=item.target.po, line=item.target.line, readings=values,
        quote=item.fact.quote, detail=detail,
    )  # fmt: skip


def missing(items: Sequence[Placed], intents: Sequence[Intent], purchases: Sequence[PurchaseOrder]) -> list[Missing]:
    """What somebody has to ask for."""
    found: list[Missing] = []
    groups = by_target(items)
    dated = {target for target, facts in groups.items() if of_field(facts, *DATES)}
    for target, facts in groups.items():
        found += _no_date(target, facts, _is_dated(target, dated), intents)
        found += _no_date_of_rest(target, facts, intents)
    if Intent.DELAY in intents and not dated and not any(one.kind is MissingKind.NEW_DATE for one in found):
        name = purchases[0].ref.name if len(purchases) == 1 else None
        detail = f"{name or 'the order'}: late, and no new date is named"
        found.append(Missing(kind=MissingKind.NEW_DATE, po=name, detail=detail))
    if not purchases and not any(item.fact.po or item.fact.stated_ref for item in items):
        found.append(Missing(kind=MissingKind.ORDER_NUMBER, detail="which of our orders it is about"))
    found += _no_substitute(items)
    return list(dict.fromkeys(found))


def _is_dated(target: Target, dated: set[Target]) -> bool:
    """Whether the line, or its whole order, has a date."""
    return target in dated or any(one.po == target.po and one.line is None and not one.ref for one in dated)


def _no_date(target: Target, facts: Sequence[Placed], dated: bool, intents: Sequence[Intent]) -> Iterator[Missing]:
    """Late by its status, and nothing says until when."""
    late = any(item.fact.value.lower() in LATE for item in of_field(facts, FactField.STATUS))
    if late and not dated and Intent.CANCELLATION not in intents:
        detail = f"{target}: late, and no new date is named"
        yield Missing(kind=MissingKind.NEW_DATE, po=target.po, line=target.line, detail=detail)


def _no_date_of_rest(target: Target, facts: Sequence[Placed], intents: Sequence[Intent]) -> Iterator[Missing]:
    """A part comes, and of the rest nothing is said."""
    amounts = of_field(facts, FactField.QUANTITY)
    line = amounts[0].line if amounts else None
    if line is None or Intent.PARTIAL_SHIPMENT not in intents or Intent.CANCELLATION in intents:
        return
    values = {value for item in amounts if (value := counted(item)) is not None}
    rest = line.ordered - line.received - sum(values, Decimal(0))
    days = {item.fact.value for item in of_field(facts, FactField.ETA)} or {
        item.fact.value for item in of_field(facts, FactField.SHIP_DATE)
    }
    if rest > 0 and len(days) <= len(values):
        detail = f"{target}: when the remaining {amount(plain(rest), line.unit)} come"
        yield Missing(
            kind=MissingKind.DATE_OF_REST, po=target.po, line=target.line, quantity=plain(rest), unit=line.unit,
            detail=detail,
        )  # fmt: skip


def _no_substitute(items: Sequence[Placed]) -> Iterator[Missing]:
    """Another product comes, and it is not said which."""
    for item in of_field(items, FactField.STATUS):
        if item.fact.value.lower() == "substituted" and not substitute(item.fact, item.line):
            detail = f"{item.target}: which product comes instead"
            yield Missing(kind=MissingKind.SUBSTITUTE, po=item.target.po, line=item.target.line, detail=detail)


def substitute(fact: Fact, line: PurchaseLine | None) -> str:
    """The code of the product that comes instead, as the quote of the status has it; empty where there is none."""
    known = {line.product_code.casefold(), line.supplier_code.casefold()} if line else set[str]()
    for hit in _CODE.finditer(fact.quote.text):
        code = hit[0]
        if code.casefold() not in known and not _NO_CODE.fullmatch(code):
            return code
    return ""


def _instead(code: str) -> str:
    return f"approve its successor {code}, or find another" if code else "find a successor or another supplier"


def tasks(items: Sequence[Placed], today: date) -> list[BuyerTask]:
    """To-dos for the buyer where a product is discontinued or another comes: proposals, nothing is changed by them."""
    found: dict[tuple[str, int], BuyerTask] = {}
    for item in of_field(items, FactField.STATUS):
        kind = TASKS.get(item.fact.value.lower())
        if kind is None or item.order is None or item.line is None:
            continue
        line, code = item.line, substitute(item.fact, item.line)
        what = f"{line.product_code or line.product_name} on {item.target}"
        said = {
            BuyerTaskKind.DISCONTINUED: f"Supplier discontinues {what}: {_instead(code)}",
            BuyerTaskKind.SUBSTITUTED: f"Supplier offers {code or 'another product'} for {what}: approve or refuse",
        }[kind]
        key = (item.order.ref.name, line.position)
        if key not in found or code:
            found[key] = BuyerTask(
                kind=kind, record=item.order.ref, line=line.position, product_code=line.product_code,
                substitute=code, summary=said[:200], due=today + timedelta(days=1), quote=item.fact.quote,
            )  # fmt: skip
    return list(found.values())
