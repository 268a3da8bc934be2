"""Words what a three-way match found, by templates: what differs, the worst line, and what is at issue in all."""

from collections.abc import Iterator

from agent.adapters.embedded.say import Saying
from agent.evidence.match_model import BillMatch, LineMatch, MatchKind
from agent.kit.values import Money
from agent.locale import mark

MOST_NAMED = 3
K = MatchKind
_HEADS = {
    K.PRICE: mark("{bill}: prices differ from the order."),
    K.QUANTITY: mark("{bill}: more is billed than was received and is still to be billed."),
    K.NOT_RECEIVED: mark("{bill}: goods are billed that were not received."),
    K.DUPLICATE: mark("{bill}: the supplier's number {number} stands on {others} as well."),
    K.TAX: mark("{bill}: the tax rate differs from the order's."),
    K.UNKNOWN_PO: mark("{bill}: no order stands behind this bill."),
    K.FREIGHT_OR_CHARGE: mark("{bill}: something is charged that was not ordered."),
    K.CURRENCY: mark("{bill}: it is in another currency than its order."),
    K.OTHER: mark("{bill}: the records do not tell whether this bill is right."),
    K.MATCHES: mark("{bill}: it matches its order and receipts, or differs by no more than is let pass."),
}
_LINES = {
    K.PRICE: mark("{product}: billed at {billed_price}, ordered at {ordered_price}."),
    K.QUANTITY: mark("{product}: {billed} billed, {received} received, {before} on other bills."),
    K.NOT_RECEIVED: mark("{product}: {billed} billed, {received} received of {ordered} ordered."),
    K.TAX: mark("{product}: {tax} % tax billed, {ordered_tax} % on the order."),
    K.FREIGHT_OR_CHARGE: mark("{product}: {charge} without an order line."),
}


def explain(match: BillMatch, saying: Saying) -> Iterator[str]:
    """At most three sentences."""
    about = f"{match.bill.name} ({match.supplier})" if match.supplier else match.bill.name
    others = saying.joined([one.ref.name for one in match.repeats[:MOST_NAMED]])
    yield saying.text(_HEADS[match.kind], bill=about, number=match.supplier_invoice, others=others)
    if match.kind is K.MATCHES:
        return
    worst = max((line for line in match.lines if line.found), key=lambda line: abs(line.amount), default=None)
    if worst is not None and match.kind is not K.DUPLICATE:
        yield _line(worst, match, saying)
    concerned = sum(1 for line in match.lines if line.found)
    if match.amount.amount and concerned > 1:
        amount = saying.money(match.amount)
        yield saying.text("At issue on {count} lines, net of tax: {amount}.", count=str(concerned), amount=amount)
    elif match.amount.amount:
        yield saying.text("At issue, net of tax: {amount}.", amount=saying.money(match.amount))


def _line(line: LineMatch, match: BillMatch, saying: Saying) -> str:
    kind = line.kind if line.kind in _LINES else K.FREIGHT_OR_CHARGE
    amount = line.found[0].amount if line.found else match.amount
    shown = {
        "ordered": line.ordered, "received": line.received, "billed": line.billed, "before": line.billed_before,
        "tax": line.tax_percent, "ordered_tax": line.ordered_tax_percent,
    }  # fmt: skip
    prices = {"billed_price": line.billed_price, "ordered_price": line.ordered_price}
    currency = match.amount.currency
    return saying.text(
        _LINES[kind],
        product=line.product_code or line.product_name or saying.text("Line {number}", number=str(line.position)),
        charge=saying.money(amount),
        **{name: saying.number(value) if value is not None else "?" for name, value in shown.items()},
        **{
            name: saying.money(Money(amount=value, currency=currency)) if value is not None else "?"
            for name, value in prices.items()
        },
    )
