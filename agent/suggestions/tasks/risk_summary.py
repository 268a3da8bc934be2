"""Task risk_summary: late supply against open commitments, computed by code; the reader only words the figures."""

from datetime import datetime

from agent.errors import StateError
from agent.evidence.impact import Impact, impact
from agent.evidence.model import Evidence
from agent.suggestions.model import LabelScore, NextStep, RiskLabel, Severity, Team
from agent.suggestions.reader import Reader, RiskSummaryInput
from agent.suggestions.tasks.assembled import Assembled, word
from agent.suggestions.tasks.catalogue import words

MANY_DAYS = 7


def run(found: Evidence, now: datetime, reader: Reader) -> Assembled:
    """The impact of what is late, worded. Raises what the reader raises."""
    if found.supply is None:
        raise StateError(f"Evidence {found.id} holds no supply picture.")
    computed = impact(found.supply, found.read_at.date())
    label = RiskLabel.AT_RISK if computed.at_risk else RiskLabel.CLEAR
    said = word(reader, RiskSummaryInput(as_of=now, impact=computed), allowed(computed), lambda: plain(computed))
    return Assembled(
        label=label,
        scores=(LabelScore(label=label, probability=1.0),),
        severity=severity(computed),
        team=Team.PURCHASING,
        next_step=NextStep.INFORM_CUSTOMERS if computed.at_risk else NextStep.NONE_NEEDED,
        summary=said.summary,
        dropped_sentences=said.dropped,
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
    totals = ", ".join(str(total) for total in computed.totals)
    said = computed.sentence
    return f"{said[0].upper()}{said[1:]} ({totals})."


def allowed(computed: Impact) -> list[str]:
    """Every figure, date, id and name that the summary may speak of."""
    found = [str(computed.late_lines), str(computed.orders), str(len(computed.at_risk)), computed.as_of.isoformat()]
    found += [str(total) for total in computed.totals]
    for item in computed.at_risk:
        found += [item.order.name, item.customer, item.product_code, str(item.quantity), item.unit, str(item.value)]
        found += [item.promised.isoformat(), str(item.days_late), item.supplier]
        found += [item.arrives.isoformat()] if item.arrives else []
        found += [item.purchase.name] if item.purchase else []
    return found
