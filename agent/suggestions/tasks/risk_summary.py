"""Task risk_summary: late supply against open commitments, computed by code; the reader only words the figures."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from agent.errors import StateError
from agent.evidence.impact import AtRisk, Impact, OrderAtRisk, impact
from agent.evidence.model import Evidence
from agent.kit.values import Money
from agent.suggestions.model import LabelScore, NextStep, RiskLabel, Severity, Team
from agent.suggestions.omission import Must
from agent.suggestions.reader import Reader, RiskSummaryInput
from agent.suggestions.tasks.assembled import Assembled, word
from agent.suggestions.tasks.catalogue import words

MANY_DAYS = 7
WORST = 3  # orders that every summary names
CENT = Decimal("0.01")


def run(found: Evidence, now: datetime, reader: Reader) -> Assembled:
    """The impact of what is late, worded. Raises what the reader raises."""
    if found.supply is None:
        raise StateError(f"Evidence {found.id} holds no supply picture.")
    computed = impact(found.supply, found.read_at.date())
    label = RiskLabel.AT_RISK if computed.at_risk else RiskLabel.CLEAR
    asked = RiskSummaryInput(as_of=now, impact=computed)
    said = word(reader, asked, allowed(computed), lambda: plain(computed), musts=musts(computed), today=computed.as_of)
    return Assembled(
        label=label,
        scores=(LabelScore(label=label, probability=1.0),),
        severity=severity(computed),
        team=Team.PURCHASING,
        next_step=NextStep.INFORM_CUSTOMERS if computed.at_risk else NextStep.NONE_NEEDED,
        summary=said.summary,
        dropped_sentences=said.dropped,
        added_sentences=said.added,
        findings=said.findings,
        provenance=said.provenance,
        usage=said.usage,
        prompt=said.prompt,
        output=said.output,
    )


def severity(computed: Impact) -> Severity:
    """Critical when a key account waits for more than a week; high when anybody does or a key account waits at all."""
    if not computed.at_risk:
        return Severity.LOW
    key = [item for item in computed.at_risk if item.tier == 1]
    if any(item.days_late > MANY_DAYS for item in key):
        return Severity.CRITICAL
    if key or any(item.days_late > MANY_DAYS for item in computed.at_risk):
        return Severity.HIGH
    return Severity.MEDIUM


def plain(computed: Impact) -> str:
    """The figures in one sentence, by code alone."""
    if not computed.at_risk:
        return words(RiskLabel.CLEAR) + "."
    totals = ", ".join(map(_exact, computed.totals))
    said = computed.sentence
    return f"{said[0].upper()}{said[1:]} ({totals})."


def musts(computed: Impact) -> list[Must]:
    """What no summary may leave out: the whole with its totals, and the worst orders with their days."""
    if not computed.at_risk:
        return []
    whole = (f"{computed.orders} orders", *(_exact(total) for total in computed.totals))
    found = [Must(facts=whole, sentence=plain(computed))]
    for order in computed.by_order[:WORST]:
        found.append(Must(facts=(order.order.name, f"{order.days_late} days"), sentence=_plainly(order)))
    if computed.without_rate:
        found.append(Must(facts=("rate",), sentence=without_rate(computed)))
    return found


def without_rate(computed: Impact) -> str:
    """That amounts of some currencies could not be compared."""
    return f"Odoo states no rate for {' and '.join(computed.without_rate)}: what is in it is ranked apart."


def _plainly(order: OrderAtRisk) -> str:
    days = "1 day" if order.days_late == 1 else f"{order.days_late} days"
    return f"{order.order.name} of {order.customer}: {days} late, {', '.join(map(_exact, order.values))} at risk."


def _exact(amount: Money) -> str:
    """To the cent at least, and never rounded."""
    shown = amount.amount.quantize(CENT) if amount.amount == amount.amount.quantize(CENT) else amount.amount
    return f"{shown:,f} {amount.currency}"


def allowed(computed: Impact) -> list[str]:
    """Every figure, date, id and name that the summary may speak of, each figure with what it counts."""
    found = [computed.as_of.isoformat(), f"{computed.late_lines} lines", f"{computed.orders} orders"]
    customers, purchases = ({getattr(item, name) for item in computed.at_risk} for name in ("customer", "purchase"))
    found += [f"{len(customers)} customers", f"{len(purchases - {None})} purchases"]
    found += [f"{len(computed.at_risk)} commitments", *computed.without_rate, words(RiskLabel.AT_RISK)]
    found += [_exact(total) for total in (*computed.totals, *computed.in_company)]
    for order in computed.by_order:
        found += [_exact(value) for value in order.values]
    for item in computed.at_risk:
        found += _of_item(item)
    return found


def _of_item(item: AtRisk) -> Iterator[str]:
    yield from (item.order.name, item.customer, item.product_code, item.unit, f"tier {item.tier}")
    yield from (f"{item.quantity:f} {item.unit}", _exact(item.value), item.promised.isoformat())
    yield from (f"{item.days_late} days", f"{item.chance.value * 100:.0f} %", f"{item.chance.value:f} probability")
    yield from (f"{days} days" for days in (item.chance.days, item.chance.days_left) if days is not None)
    if item.chance.lines_due:
        yield from (f"{item.chance.lines_late} lines", f"{item.chance.lines_due} lines")
    if item.in_company:
        yield from (_exact(item.in_company.value), f"{item.in_company.rate:f} rate")
    if item.arrives:
        yield item.arrives.isoformat()
    if item.purchase:
        yield from (item.purchase.name, item.supplier)
