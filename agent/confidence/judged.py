"""What is judged in a suggestion: its label, and for a mail each field; features f1-f8 and hard gates of each. Pure.

| task | judged label | what counts as wrong |
|---|---|---|
| classify_exception | the label | a person gives another label |
| read_supplier_email | the first intent; eta, ship_date, quantity, price: `change` or `no_change` | any of them |
| risk_summary | commitments at risk or none | a person gives the other one |
| invoice_discrepancy | the kind of difference | another kind |
| pattern_watch | the kind of pattern | a person says that it is none, or another |

A mail is judged as a whole: its score is the least of its parts', and it is wrong when any part is (section 1).
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from statistics import fmean
from typing import NamedTuple

from pydantic import Field

from agent.confidence.model import WHOLE, Features
from agent.kit.values import Value
from agent.suggestions.model import Fact, FactField, Finding, Gate, LabelScore, Suggestion, Task
from agent.suggestions.tasks.compare import differs
from agent.suggestions.values import normal_value

FEATURES_VERSION = "features-1"  # a new name whenever anything here changes what a feature is
FIELDS = (FactField.ETA, FactField.SHIP_DATE, FactField.QUANTITY, FactField.PRICE)
CHANGE, NO_CHANGE = "change", "no_change"
NEAREST = 10
NOVEL = "unlike_anything_seen"
STATED_LOW, STATED_HIGH = 0.02, 0.98
FACTOR = 3  # a price or a quantity so many times Odoo's is not plausible
CHECKS: dict[Task, tuple[Gate, ...]] = {
    Task.CLASSIFY_EXCEPTION: (
        Gate.RECORD_UNKNOWN,
        Gate.CONFLICT_WITH_ODOO,
        Gate.CONTRADICTION,
        Gate.DEFECTIVE_MAIL,
        Gate.ATTACHMENT_UNREAD,
    ),
    Task.READ_SUPPLIER_EMAIL: (
        Gate.PURCHASE_UNKNOWN,
        Gate.SENDER_NOT_SUPPLIER,
        Gate.AMBIGUOUS_DATE,
        Gate.CONTRADICTION,
        Gate.CONFLICT_WITH_ODOO,
        Gate.DEFECTIVE_MAIL,
        Gate.ATTACHMENT_UNREAD,
    ),
    Task.RISK_SUMMARY: (Gate.RECORD_UNKNOWN, Gate.CONTRADICTION, Gate.CONFLICT_WITH_ODOO),
    Task.INVOICE_DISCREPANCY: (
        Gate.PURCHASE_UNKNOWN,
        Gate.RECORD_UNKNOWN,
        Gate.SENDER_NOT_SUPPLIER,
        Gate.CONTRADICTION,
        Gate.CONFLICT_WITH_ODOO,
        Gate.ATTACHMENT_UNREAD,
    ),
    Task.PATTERN_WATCH: (Gate.RECORD_UNKNOWN, Gate.CONTRADICTION, Gate.CONFLICT_WITH_ODOO),
}
_ANY_FIELD = frozenset(field.value for field in FactField)


class Neighbour(NamedTuple):
    """A case that people have decided: the label they gave, and the cosine to this one."""

    label: str
    similarity: float


class Context(Value):
    """What a suggestion cannot know by itself. All of it may be missing; labels come from people alone."""

    nearest: tuple[Neighbour, ...] = Field(default=(), description="decided cases, nearest first")
    novelty_limit: float | None = Field(default=None, description="99th percentile of 1 - cosine among decided cases")
    samples: dict[str, float] = Field(default_factory=dict, description="share of repeated samples agreeing, by part")
    seen: frozenset[str] | None = Field(default=None, description="`field=value` known for this supplier or order")


NO_CONTEXT = Context()


class Judged(Value):
    """One judged part: what is predicted, the features it rests on, and the gates that send it to a person."""

    name: str
    predicted: str
    features: Features
    gates: tuple[str, ...]


def judge(made: Suggestion, context: Context = NO_CONTEXT) -> tuple[Judged, ...]:
    """The parts of a suggestion that are right or wrong apart; the first is its own label."""
    whole = Judged(
        name=WHOLE, predicted=made.label, features=_whole(made, context), gates=_gates(made.findings, context)
    )
    if made.task is not Task.READ_SUPPLIER_EMAIL:
        return (whole,)
    return (whole, *(_field(made, field, context) for field in FIELDS))


def predicted_of(facts: Iterable[Fact], field: FactField) -> str:
    """`eta:change` where a fact would change what stands in Odoo, else `eta:no_change`: a missed change is an error."""
    changes = any(fact.field is field and differs(fact) for fact in facts)
    return f"{field}:{CHANGE if changes else NO_CHANGE}"


def _whole(made: Suggestion, context: Context) -> Features:
    stated, margin = _stated(made.scores, made.label)
    return Features(
        stated=stated,
        margin=margin,
        samples=_unit(context.samples.get(WHOLE)),
        second_reader=None if made.second_opinion is None else float(made.second_opinion == made.label),
        precedents=_precedents(context.nearest, made.label),
        familiarity=_familiarity(context.nearest),
        validators=_validators(made),
        evidence=_evidence(made),
    )


def _stated(scores: Sequence[LabelScore], label: str) -> tuple[float | None, float | None]:
    """f1 and f2: the reader's own probability, clipped, and its distance to the next label."""
    mine = next((score.probability for score in scores if score.label == label), None)
    rival = max((score.probability for score in scores if score.label != label), default=0.0)
    return (None, None) if mine is None else (_clipped(mine), max(0.0, mine - rival))


def _precedents(nearest: Sequence[Neighbour], label: str) -> float | None:
    """f5: share of the label among the ten nearest decided cases."""
    found = nearest[:NEAREST]
    return fmean(float(one.label == label) for one in found) if found else None


def _familiarity(nearest: Sequence[Neighbour]) -> float | None:
    """f6: greatest cosine to a decided case (1 - novelty)."""
    return _unit(max((one.similarity for one in nearest), default=None))


def _validators(made: Suggestion) -> float:
    """f7: share of the task's soft checks that passed; for a bill also the share of lines that can be compared."""
    found = {finding.gate for finding in made.findings}
    passed = [float(gate not in found) for gate in CHECKS[made.task]]
    if made.match is not None:
        passed.append(float(bool(made.match.purchases)))
        passed += [1 - fmean(bool(line.unclear) for line in made.match.lines)] if made.match.lines else [0.0]
    return fmean(passed)


def _evidence(made: Suggestion) -> float | None:
    """f8: share of facts whose quote stands in the source and carries the value; for a bill, of lines whose order and
    receipt are known; for worded tasks, of sentences that the facts back. None where nothing is quoted or worded.
    """
    if made.task in {Task.RISK_SUMMARY, Task.PATTERN_WATCH}:
        kept = made.summary.count(". ") + bool(made.summary)
        return kept / (kept + made.dropped_sentences) if kept + made.dropped_sentences else None
    if made.match is not None and made.match.lines:
        return fmean(float(line.ordered is not None and line.received is not None) for line in made.match.lines)
    return _quoted([fact for fact in made.facts if fact.field in FIELDS], made.findings)


def _quoted(facts: Sequence[Fact], findings: Iterable[Finding]) -> float | None:
    """Share of facts that their quotes carry; a fact left out for want of its quote counts as one that is not."""
    gates = [finding.gate for finding in findings]
    absent, not_in = gates.count(Gate.QUOTE_ABSENT), gates.count(Gate.VALUE_NOT_IN_QUOTE)
    stated = max(len(facts), not_in) + absent
    return max(0.0, 1 - (absent + not_in) / stated) if stated else None


def _field(made: Suggestion, field: FactField, context: Context) -> Judged:
    facts = [fact for fact in made.facts if fact.field is field]
    findings = tuple(finding for finding in made.findings if _concerns(finding, field))
    predicted = predicted_of(facts, field)
    stated, margin = _stated(made.scores, made.label)  # readers state none for a field: that of the whole reading
    features = Features(
        stated=stated,
        margin=margin,
        samples=_unit(context.samples.get(field)),
        second_reader=_agrees(made, field, findings),
        precedents=_seen(facts, context.seen),
        familiarity=_familiarity(context.nearest),
        validators=_plausible(facts, findings),
        evidence=_quoted(facts, findings),
    )
    return Judged(name=field, predicted=predicted, features=features, gates=_gates(findings, context))


def _agrees(made: Suggestion, field: FactField, findings: Iterable[Finding]) -> float | None:
    """f4 of a field: share of values that both readers named; else whether a disagreement was found."""
    recorded = next((one.share for one in made.agreement if one.field == field), None)
    disagreed = any(finding.gate is Gate.READERS_DISAGREE and _names(finding) == field for finding in findings)
    if recorded is not None:
        return 0.0 if disagreed and recorded == 1 else recorded
    return None if made.second_opinion is None else float(not disagreed)


def _seen(facts: Sequence[Fact], seen: frozenset[str] | None) -> float | None:
    """f5 of a field: share of its values that are known for this supplier or order."""
    if seen is None or not facts:
        return None
    return fmean(float(f"{fact.field}={normal_value(fact)}" in seen) for fact in facts)


def _plausible(facts: Sequence[Fact], findings: Sequence[Finding]) -> float:
    """f7 of a field: the mail's checks that concern it; order and line matched, value plausible, for each fact."""
    found = {finding.gate for finding in findings}
    passed = [float(gate not in found) for gate in CHECKS[Task.READ_SUPPLIER_EMAIL]]
    tests: tuple[Callable[[Fact], bool], ...] = (lambda fact: bool(fact.po), lambda fact: bool(fact.line), _ordinary)
    if facts:
        passed += [fmean(float(test(fact)) for fact in facts) for test in tests]
    return fmean(passed)


def _ordinary(fact: Fact) -> bool:
    """A date, or a positive number not many times off what Odoo holds."""
    if fact.field in {FactField.ETA, FactField.SHIP_DATE}:
        return not fact.ambiguous
    try:
        value = Decimal(fact.value)
        now = Decimal(fact.now_in_odoo) if fact.now_in_odoo else value
    except InvalidOperation:
        return False
    if not value.is_finite() or not now.is_finite() or value <= 0:
        return False
    most = now * FACTOR if now > 0 else value
    least = now / FACTOR if fact.field is FactField.PRICE else Decimal(0)
    return least <= value <= most


def _gates(findings: Iterable[Finding], context: Context) -> tuple[str, ...]:
    """Every finding of code is a hard gate; so is novelty beyond the 99th percentile."""
    familiar = _familiarity(context.nearest)
    novel = context.novelty_limit is not None and familiar is not None and 1 - familiar > context.novelty_limit
    return tuple(dict.fromkeys([*(finding.gate.value for finding in findings), *([NOVEL] if novel else [])]))


def _concerns(finding: Finding, field: FactField) -> bool:
    """A finding concerns a field unless it names another one."""
    named = _names(finding)
    return named is None or named == field


def _names(finding: Finding) -> str | None:
    """The field that a finding's words begin with, if any."""
    first = finding.detail.split(" ", 1)[0].rstrip(":")
    return first if first in _ANY_FIELD else None


def _clipped(value: float) -> float:
    return min(max(value, STATED_LOW), STATED_HIGH)


def _unit(value: float | None) -> float | None:
    return None if value is None or value != value else min(max(value, 0.0), 1.0)  # noqa: PLR0124 - NaN
