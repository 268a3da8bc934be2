"""Cases about a bill and about a pattern, read and waiting for a person at the desk."""

from typing import Any

from agent.adapters.embedded.reader import EmbeddedReader
from agent.cases.model import Case, CaseKind
from agent.evidence.model import Evidence
from agent.suggestions.model import Suggestion
from agent.suggestions.service import Readers, suggest
from agent.work import Work
from tests import builders_desk
from tests.builders import NOON, an_evidence
from tests.builders_bills import a_charge, a_line, a_pattern, the_bill, the_order


def a_bill_case(work: Work, *, gold: bool = False, label: str = "", **bill: Any) -> Case:
    """A bill with a price and a quantity too high, and freight that nobody ordered."""
    lines = (a_line(120, "5.85", received=90, billed=120), a_charge("48.50"))
    found = the_bill(*lines, **bill)
    case = builders_desk._case(
        work, 0, kind=CaseKind.INVOICE, subject=found.ref.name, title=f"{found.ref.name}: disputed", gold=gold
    )
    return _read(work, case, an_evidence(case, bills=(found,), purchases=(the_order(),)), label)


def a_pattern_case(work: Work, **pattern: Any) -> Case:
    """A supplier whose dates slip."""
    found = a_pattern(**pattern)
    case = builders_desk._case(
        work, 0, kind=CaseKind.PATTERN, subject=found.subject, title=f"{found.subject}: dates slip"
    )
    return _read(work, case, an_evidence(case, pattern=found))


def _read(work: Work, case: Case, found: Evidence, label: str = "") -> Case:
    made: Suggestion = suggest(case, found, Readers(embedded=EmbeddedReader()), NOON).suggestion
    made = made.model_copy(update={"label": label or made.label})
    return builders_desk._waiting(work, case, found, made, blind=case.gold)
