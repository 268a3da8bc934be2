"""Which labels a kind of case can have."""

from agent.cases.model import CaseKind
from agent.suggestions.model import ExceptionLabel, Intent, InvoiceLabel, PatternLabel, RiskLabel

LABELS: dict[CaseKind, tuple[str, ...]] = {
    CaseKind.EXCEPTION: tuple(ExceptionLabel),
    CaseKind.INVOICE: tuple(InvoiceLabel),
    CaseKind.SUPPLIER_EMAIL: tuple(Intent),
    CaseKind.RISK_SUMMARY: tuple(RiskLabel),
    CaseKind.PATTERN: tuple(PatternLabel),
}


def labels_of(kind: CaseKind) -> tuple[str, ...]:
    """Every label that a case of this kind can have, in the order in which people see them."""
    return LABELS[kind]
