"""Making a suggestion: the first reader reads, the second reads independently, code grounds and assembles."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from agent.cases.model import Case, CaseKind
from agent.errors import ConfigurationError, ModelAnswerInvalid, ModelError
from agent.evidence.allocation import AllocationPolicy
from agent.evidence.match_policy import MatchPolicy
from agent.evidence.model import Evidence
from agent.evidence.precedents import familiar
from agent.kit.ids import new_id
from agent.kit.values import Value
from agent.suggestions.model import Suggestion, Task, Usage
from agent.suggestions.reader import Accounted, ExceptionInput, Reader
from agent.suggestions.tasks import (
    classify_exception,
    invoice_discrepancy,
    pattern_watch,
    read_supplier_email,
    risk_summary,
)
from agent.suggestions.tasks.assembled import Assembled, in_place_of, joined, total

MATCHING = MatchPolicy()
ALLOCATION = AllocationPolicy()
TASKS: dict[CaseKind, Task] = {
    CaseKind.EXCEPTION: Task.CLASSIFY_EXCEPTION,
    CaseKind.INVOICE: Task.INVOICE_DISCREPANCY,
    CaseKind.SUPPLIER_EMAIL: Task.READ_SUPPLIER_EMAIL,
    CaseKind.RISK_SUMMARY: Task.RISK_SUMMARY,
    CaseKind.PATTERN: Task.PATTERN_WATCH,
}


@dataclass(frozen=True)
class Readers:
    """The embedded reader, which always answers, and the language model when one is configured."""

    embedded: Reader
    model: Reader | None = None

    def for_case(self, case_id: str, found: Evidence) -> Self:
        """The same readers, what the model uses put on this case's account, the names of its evidence known."""
        return replace(self, model=self.model.for_case(case_id, found)) if isinstance(self.model, Accounted) else self


class Made(Value):
    """A suggestion, and why the model's answer could not be used, when that was so."""

    suggestion: Suggestion
    fell_back: str = ""


def suggest(
    case: Case,
    found: Evidence,
    readers: Readers,
    now: datetime,
    matching: MatchPolicy = MATCHING,
    allocation: AllocationPolicy = ALLOCATION,
    relay: str = "",
) -> Made:
    """The suggestion for this round of a case. Never raises for a model that fails: the embedded reader answers
    then, with a gate that sends the case to a person.
    """
    task = TASKS[case.kind]
    today = now.date()
    match task:
        case Task.CLASSIFY_EXCEPTION:
            return _made(
                case, found, readers, task, now, lambda r, s: classify_exception.run(found, today, r, s, allocation)
            )
        case Task.READ_SUPPLIER_EMAIL:
            return _made(
                case, found, readers, task, now, lambda r, s: read_supplier_email.run(found, r, s, matching, relay)
            )
        case Task.RISK_SUMMARY:
            return _made(case, found, readers, task, now, lambda r, _: risk_summary.run(found, now, r))
        case Task.INVOICE_DISCREPANCY:
            return _made(case, found, readers, task, now, lambda r, s: invoice_discrepancy.run(found, r, s, matching))
        case Task.PATTERN_WATCH:
            return _made(case, found, readers, task, now, lambda r, _: pattern_watch.run(found, r))


def classify_text(case: Case, asked: ExceptionInput, found: Evidence, readers: Readers, now: datetime) -> Made:
    """The suggestion for words that belong to no event; falls back like `suggest`."""
    task = Task.CLASSIFY_EXCEPTION
    return _made(case, found, readers, task, now, lambda r, s: classify_exception.run_on(asked, found, r, s))


def _made(
    case: Case,
    found: Evidence,
    readers: Readers,
    task: Task,
    now: datetime,
    run: Callable[[Reader, Reader | None], Assembled],
) -> Made:
    fell_back = ""
    readers = readers.for_case(case.id, found)
    if readers.model is None:
        result = run(readers.embedded, None)
    else:
        try:
            result = run(readers.model, readers.embedded)
        except (ModelError, ConfigurationError) as error:
            fell_back = type(error).__name__
            result = _instead(run(readers.embedded, None), error)
    return Made(suggestion=_suggestion(case, found, task, result, now), fell_back=fell_back)


def _instead(result: Assembled, error: ModelError | ConfigurationError) -> Assembled:
    """The embedded reader's answer in place of the model's; what the model was asked and said stays in the log."""
    marked = result.with_findings(in_place_of(error))
    if not isinstance(error, ModelAnswerInvalid):
        return marked
    texts = {"prompt": joined(error.prompt, result.prompt), "output": joined(error.output, result.output)}
    spent: Usage = getattr(error, "usage", Usage())
    return marked.model_copy(update={**texts, "usage": total(spent, result.usage)})


def _suggestion(case: Case, found: Evidence, task: Task, result: Assembled, now: datetime) -> Suggestion:
    return Suggestion(
        id=new_id(),
        case_id=case.id,
        evidence_id=found.id,
        round=found.round,
        task=task,
        made_at=now,
        familiar=familiar(found.precedents, result.label) if found.precedents else None,
        **{name: getattr(result, name) for name in Assembled.model_fields},
    )
