"""Counterfactual sensitivity: a value swapped for a wrong one from the same mail; the confidence must fall. Pure.

Many estimators of confidence do not move when the answer is replaced by a wrong one (section 1): this one must.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from pydantic import Field

from agent.confidence.judged import NO_CONTEXT, Context
from agent.confidence.model import Confidence, Part
from agent.confidence.score import HAND, Scoring, confidence
from agent.kit.values import Value
from agent.suggestions.grounding import check_fact
from agent.suggestions.model import Agreement, Fact, FactField, Finding, Gate, Suggestion
from agent.suggestions.reader import MailInput, MailText, RawFact
from agent.suggestions.values import normal_value
from agent.suggestions.writer import day_first

DATES = frozenset({FactField.ETA, FactField.SHIP_DATE})
KINDS = (DATES, frozenset({FactField.QUANTITY, FactField.PRICE}))
OF_QUOTE = frozenset({Gate.QUOTE_ABSENT, Gate.VALUE_NOT_IN_QUOTE, Gate.AMBIGUOUS_DATE})


class Swap(Value):
    """One value swapped, and what it did to the confidence."""

    field: FactField
    was: str
    became: str
    quote_too: bool = Field(description="the wrong value came with its own quote, as a plausible misreading does")
    before: float = Field(description="score of the field with the value as read")
    after: float = Field(description="score of the field with the wrong value")
    whole_before: float = Field(description="score of the whole mail; the least of its parts")
    whole_after: float
    gated: tuple[str, ...] = Field(description="gates of the field before the swap")
    gates: tuple[str, ...] = Field(description="gates that the swap added to the mail")

    @property
    def fell(self) -> bool:
        """Whether the score fell, as it must where the value was supported before."""
        return self.after < self.before

    @property
    def caught(self) -> bool:
        """Whether the wrong value would go to a person: the score fell, or a gate came up that was not there."""
        return self.fell or bool(self.gates)


def swaps(
    made: Suggestion, asked: MailInput, context: Context = NO_CONTEXT, scoring: Scoring = HAND
) -> tuple[Swap, ...]:
    """Every valued fact of a mail's suggestion with each other value of its kind that the mail's facts hold; once the
    value alone against the old quote, once with the other value's own quote.
    """
    before = confidence(made, context, scoring)
    return tuple(
        _swap(made, asked, at, other, quote_too=quote_too, before=before, context=context, scoring=scoring)
        for at, fact in enumerate(made.facts)
        for other in _rivals(made.facts, fact)
        for quote_too in (False, True)
    )


def _rivals(facts: Sequence[Fact], fact: Fact) -> Iterator[Fact]:
    """Facts of the same mail with another value of the same kind, each value once."""
    kind = next((kind for kind in KINDS if fact.field in kind), frozenset[FactField]())
    seen = {normal_value(fact), *fact.alternatives}
    for other in facts:
        if other.field in kind and normal_value(other) not in seen:
            seen.add(normal_value(other))
            yield other


def _swap(
    made: Suggestion,
    asked: MailInput,
    at: int,
    other: Fact,
    *,
    quote_too: bool,
    before: Confidence,
    context: Context,
    scoring: Scoring,
) -> Swap:
    changed = swapped(made, asked, at, other, quote_too=quote_too)
    after = confidence(changed, context, scoring)
    return Swap(
        field=made.facts[at].field,
        was=made.facts[at].value,
        became=other.value,
        quote_too=quote_too,
        before=_part(before, made.facts[at].field).score,
        after=_part(after, made.facts[at].field).score,
        whole_before=before.score,
        whole_after=after.score,
        gated=_part(before, made.facts[at].field).gates,
        gates=tuple(gate for gate in after.gates if gate not in before.gates),
    )


def _part(found: Confidence, field: FactField) -> Part:
    return next(part for part in found.parts if part.name == field)


def swapped(made: Suggestion, asked: MailInput, at: int, other: Fact, *, quote_too: bool) -> Suggestion:
    """The suggestion with one fact's value taken from another fact, grounded anew by the production check, the second
    reader's recorded values held against it.
    """
    old = made.facts[at]
    unit = old.unit or other.unit
    wrong = old.model_copy(update={"value": other.value, "unit": unit, "alternatives": (), "ambiguous": False})
    if quote_too:
        wrong = wrong.model_copy(update={"quote": other.quote})
    checked, found = _grounded(wrong, asked.texts, asked.sent_on, order=day_first(asked))
    facts = (*made.facts[:at], checked.model_copy(update={"now_in_odoo": old.now_in_odoo}), *made.facts[at + 1 :])
    agreement = tuple(_against(one, facts) if one.field == old.field else one for one in made.agreement)
    disagrees = [one for one in agreement if one.field == old.field and one.share < 1]
    told = [Finding(gate=Gate.READERS_DISAGREE, detail=f"{old.field}: the second reader reads otherwise")]
    findings = dict.fromkeys([*made.findings, *found, *(told if disagrees else [])])
    return made.model_copy(update={"facts": facts, "agreement": agreement, "findings": tuple(findings)})


def _against(one: Agreement, facts: Sequence[Fact]) -> Agreement:
    mine = dict.fromkeys(normal_value(fact) for fact in facts if fact.field == one.field)
    return one.model_copy(update={"mine": tuple(mine)})


def _grounded(
    fact: Fact, texts: Sequence[MailText], sent_on: date | None, *, order: bool | None
) -> tuple[Fact, list[Finding]]:
    """The fact checked as if a reader had stated it."""
    raw = RawFact(
        field=fact.field,
        value=fact.value,
        unit=fact.unit,
        quote=fact.quote.text,
        source=fact.quote.source,
        start=fact.quote.start,
        stated_ref=fact.stated_ref,
        po=fact.po,
        line=fact.line,
    )
    checked, found = check_fact(raw, {part.source: part.text for part in texts}, sent_on, day_first=order)
    return checked, [finding for finding in found if finding.gate in OF_QUOTE]
