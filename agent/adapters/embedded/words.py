"""Words summaries from typed facts alone, by templates: plain, short sentences, and no number that was not given."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from agent.adapters.embedded import mail_words
from agent.adapters.embedded.bill_words import explain
from agent.adapters.embedded.figures import number
from agent.adapters.embedded.pattern_words import tell
from agent.adapters.embedded.say import Saying
from agent.evidence.impact import AtRisk
from agent.kit.values import Money
from agent.locale import mark
from agent.suggestions.model import ExceptionLabel as Label
from agent.suggestions.model import InvoiceLabel
from agent.suggestions.reader import (
    Draft,
    ExceptionSummaryInput,
    InvoiceSummaryInput,
    MailSummaryInput,
    PatternSummaryInput,
    RiskSummaryInput,
    SummaryInput,
)
from agent.suggestions.tasks.catalogue import BILLS

MOST_SENTENCES = 3
MOST_RISKS = 7  # beside the opening sentence
MOST_LINES = 4
HUNDRED = 100

_LABELS = {
    Label.ORDER_CHANGE_AFTER_RESERVATION: mark("{subject}: the order changed after goods were set aside."),
    Label.STOCK_SHORTAGE: mark("{subject}: the stock does not cover what is needed."),
    Label.SUPPLIER_DELAY: mark("{subject}: the supplier delivers later than agreed."),
    Label.PRICE_OR_MARGIN_VARIANCE: mark("{subject}: a price, cost or margin is off what was agreed."),
    Label.QUANTITY_MISMATCH: mark("{subject}: what was counted differs from the papers."),
    Label.CREDIT_HOLD: mark("{subject}: credit or payment holds the order."),
    Label.SHIPMENT_CHANGE_OR_FREIGHT: mark("{subject}: the transport or its cost changes."),
    Label.ALLOCATION_CONFLICT: mark("{subject}: several orders claim the same goods."),
    Label.INVOICE_DISCREPANCY: mark("{subject}: the bill does not match order or receipt."),
    Label.RETURN_OR_DAMAGE: mark("{subject}: goods are damaged, faulty or coming back."),
    Label.SUBSTITUTION: mark("{subject}: another product is offered in place of the ordered one."),
    Label.DUPLICATE_OR_DATA_ERROR: mark("{subject}: this looks like a duplicate or a data error."),
    Label.NO_EXCEPTION: mark("{subject}: nothing is left to do."),
    Label.OTHER: mark("{subject}: this fits none of the known kinds of exception."),
}
# What is said of each label: pairs of figures, the first pair that is known; `{a}` and `{b}` are their values.
_CHANGE = (mark("Quantity {a} before, {b} now."), "quantity_before", "quantity_after")
_COVER = (mark("{a} needed, {b} available."), "quantity_needed", "quantity_available")
_COUNT = (mark("{a} ordered, {b} received."), "quantity_ordered", "quantity_received")
_MARGIN = (mark("Margin {a} %, threshold {b} %."), "margin_percent", "threshold_percent")
_PRICE = (mark("Price {a} before, {b} now."), "price_before", "price_after")
_BILLED = (mark("Price {a} ordered, {b} billed."), "price_ordered", "price_billed")
_BILLED_COUNT = (mark("{a} received, {b} billed."), "quantity_received", "quantity_billed")
_CREDIT = (mark("Exposure {a}, credit limit {b}."), "exposure", "credit_limit")
_FREIGHT = (mark("Freight is {a} % of the value."), "freight_percent", "freight_percent")
_LATE = (mark("{a} days late."), "days_late", "days_late")
_RESERVED = (mark("{a} reserved, {b} available."), "quantity_reserved", "quantity_available")
_DELIVERED = (mark("Delivered {a} days ago."), "days_since_delivery", "days_since_delivery")
_TWIN = (mark("It repeats {a}."), "duplicate_of", "duplicate_of")
_TOLD = {
    Label.ORDER_CHANGE_AFTER_RESERVATION: (_CHANGE, _PRICE),
    Label.STOCK_SHORTAGE: (_COVER,),
    Label.SUPPLIER_DELAY: (_LATE,),
    Label.PRICE_OR_MARGIN_VARIANCE: (_MARGIN, _PRICE),
    Label.QUANTITY_MISMATCH: (_COUNT,),
    Label.CREDIT_HOLD: (_CREDIT,),
    Label.SHIPMENT_CHANGE_OR_FREIGHT: (_FREIGHT, _LATE),
    Label.ALLOCATION_CONFLICT: (_RESERVED, _COVER),
    Label.INVOICE_DISCREPANCY: (_BILLED, _BILLED_COUNT),
    Label.RETURN_OR_DAMAGE: (_DELIVERED,),
    Label.SUBSTITUTION: (_COVER, _LATE),
    Label.DUPLICATE_OR_DATA_ERROR: (_TWIN,),
    Label.NO_EXCEPTION: (_COUNT, _COVER),
    Label.OTHER: (),
}
_PROMISED = {Label.STOCK_SHORTAGE, Label.SUPPLIER_DELAY, Label.ALLOCATION_CONFLICT, Label.CREDIT_HOLD}


def summarise(asked: SummaryInput, language: str = "en") -> Draft:
    """At most three sentences (eight for risks), most important first."""
    saying = Saying(language)
    if isinstance(asked, MailSummaryInput):
        return Draft(sentences=tuple(mail_words.tell(asked, saying)))
    if isinstance(asked, RiskSummaryInput):
        return Draft(sentences=tuple(_risks(asked, saying)))
    if isinstance(asked, InvoiceSummaryInput):
        label = InvoiceLabel(asked.match.kind)
        return Draft(sentences=tuple(explain(asked.match, saying)), label=label, next_step=BILLS[label][1])
    if isinstance(asked, PatternSummaryInput):
        return Draft(sentences=tuple(tell(asked.pattern, saying)))
    return Draft(sentences=tuple(_exception(asked, saying))[:MOST_SENTENCES])


def _exception(asked: ExceptionSummaryInput, saying: Saying) -> Iterator[str]:
    about = asked.subject or saying.text("This matter")
    subject = f"{about} ({asked.party})" if asked.party else about
    yield saying.text(_LABELS[asked.label], subject=subject)
    if told := _told(asked.label, asked.figures, saying):
        yield told
    days = number(asked.figures, "days_until_promise")
    if asked.label in _PROMISED and days is not None and days >= 0:
        yield _in_days(int(days), saying)


def _in_days(days: int, saying: Saying) -> str:
    if days == 0:
        return saying.text("It is promised for today.")
    return saying.counted("It is promised in {count} day.", "It is promised in {count} days.", days)


def _told(label: Label, figures: Mapping[str, str], saying: Saying) -> str:
    """The first pair of figures of the label that is known, and worth saying."""
    for message, first, second in _TOLD[label]:
        if figures.get(first) and figures.get(second) and number(figures, first) != 0:
            if message is _LATE[0] and number(figures, first) == 1:
                return saying.text("One day late.")
            return saying.text(message, a=saying.plain(figures[first]), b=saying.plain(figures[second]))
    return ""


def _risks(asked: RiskSummaryInput, saying: Saying) -> Iterator[str]:
    found = asked.impact
    late = saying.counted("{count} late purchase line", "{count} late purchase lines", found.late_lines)
    if not found.at_risk:
        yield saying.text("No customer commitment is at risk ({late}).", late=late)
        return
    orders = saying.counted("{count} customer order", "{count} customer orders", found.orders)
    worth = saying.joined([saying.money(total) for total in found.totals])
    yield saying.text("At risk: {orders} worth {worth}; {late}.", orders=orders, worth=worth, late=late)
    for item in found.at_risk[: MOST_RISKS - bool(found.without_rate)]:
        yield _risk(item, saying)
    if found.without_rate:
        unrated = saying.joined(list(found.without_rate))
        yield saying.text("Odoo states no rate for {currencies}: what is in it is ranked apart.", currencies=unrated)


def _risk(item: AtRisk, saying: Saying) -> str:
    """One endangered commitment: who waits for what, until when, and what it is worth."""
    waits = saying.text(
        "{order} for {customer}: {quantity} {unit} of {product} promised for {promised}",
        order=item.order.name,
        customer=item.customer,
        quantity=saying.number(item.quantity),
        unit=item.unit,
        product=item.product_code,
        promised=saying.date(item.promised),
    )
    due = saying.counted("{count} day late", "{count} days late", item.days_late)
    arrives = saying.text(", expected {date}", date=saying.date(item.arrives)) if item.arrives else ""
    source = saying.text(" by {purchase}", purchase=item.purchase.name) if item.purchase else ""
    value = saying.money(Money(amount=Decimal(item.value.amount), currency=item.value.currency))
    chance = item.chance.value * 100
    likely = saying.text(", {share} % likely", share=saying.number(chance.normalize())) if chance < HUNDRED else ""
    return f"{waits}{arrives}{source}, {due}{likely} ({value})."
