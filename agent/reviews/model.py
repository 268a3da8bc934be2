"""The review, the verdict a person gives, and the decision that is kept."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from agent.kit.values import Value
from agent.suggestions.model import Fact, FactField, Intent, NextStep, Reply, Severity, Suggestion, Team


class ReviewState(StrEnum):
    """Where a review stands."""

    OPEN = "open"
    DECIDED = "decided"
    SUPERSEDED = "superseded"


class Level(StrEnum):
    """Who is asked: the planner first, a manager when the planner hands it on."""

    PLANNER = "planner"
    MANAGER = "manager"


class Verb(StrEnum):
    """What a person can do with a suggestion."""

    ACCEPT = "accept"
    EDIT = "edit"
    REJECT = "reject"
    ESCALATE = "escalate"


MACHINE = "gatehouse"
"""Who decided what nobody reviewed. Its decisions are never taken for a person's label."""

CONSENTS = frozenset({Verb.ACCEPT, Verb.EDIT})
"""The verbs that bring something about in Odoo."""

REASONS: dict[Verb, dict[str, str]] = {
    Verb.ACCEPT: {"correct": "Correct", "right_for_wrong_reason": "Right, but for the wrong reason"},
    Verb.EDIT: {
        "wrong_label": "Wrong label",
        "wrong_value": "Wrong value",
        "missing_fact": "A fact was missing",
        "wrong_record": "Wrong order or line",
        "wrong_priority": "Wrong severity, team or next step",
        "other": "Something else (see note)",
    },
    Verb.REJECT: {
        "no_exception": "Nothing is wrong here",
        "duplicate": "Same matter as another case",
        "settled_already": "Settled already",
        "untrusted": "Sender or content cannot be trusted",
        "not_enough_evidence": "Not enough evidence",
        "other": "Something else (see note)",
    },
    Verb.ESCALATE: {
        "above_my_limit": "Above my limit",
        "needs_expert": "Needs somebody who knows this",
        "customer_impact": "Customer impact",
        "other": "Something else (see note)",
    },
}


class FactEdit(Value):
    """A fact of the suggestion (by position) with another value, or dropped when `value` is None."""

    index: int = Field(ge=0)
    value: str | None = Field(default=None, max_length=200)


class NewFact(Value):
    """A fact that the reader missed, as the person enters it."""

    field: FactField
    value: str = Field(min_length=1, max_length=200)
    unit: str = Field(default="", max_length=40)
    po: str | None = Field(default=None, max_length=64)
    line: int | None = None


class Verdict(Value):
    """What a person says about a suggestion. An edit names at least one change."""

    verb: Verb
    reason_code: str
    note: str = Field(default="", max_length=4000)
    label: str | None = None
    severity: Severity | None = None
    team: Team | None = None
    next_step: NextStep | None = None
    facts: tuple[FactEdit, ...] = ()
    new_facts: tuple[NewFact, ...] = ()
    changes: tuple[str, ...] = Field(default=(), description="digests of the changes in Odoo that the person ticked")

    @model_validator(mode="after")
    def _fits_its_verb(self) -> Self:
        if self.reason_code not in REASONS[self.verb]:
            known = ", ".join(REASONS[self.verb])
            raise ValueError(f"{self.reason_code!r} is no reason to {self.verb}; choose one of: {known}")
        if self.reason_code == "other" and not self.note.strip():
            raise ValueError("the reason 'other' needs a note")
        edited = any((self.label, self.severity, self.team, self.next_step, self.facts, self.new_facts))
        if edited and self.verb is not Verb.EDIT:
            raise ValueError(f"changes belong to an edit, not to {self.verb}")
        if self.changes and self.verb not in CONSENTS:
            raise ValueError(f"who wants to {self.verb} it changes nothing in Odoo")
        if self.verb is Verb.EDIT and not edited:
            raise ValueError("an edit changes something: the label, a fact, severity, team or next step")
        return self


class FinalFact(Value):
    """A fact as it stands after the decision."""

    field: FactField
    value: str
    unit: str = ""
    po: str | None = None
    line: int | None = None
    quote: str = ""
    entered_by_person: bool = False


class Consented(Value):
    """A change in Odoo that the person consented to, exactly as it was shown."""

    digest: str
    document: str = Field(description="the typed action as JSON, with the values seen")


class Final(Value):
    """What stands after the decision."""

    label: str
    intents: tuple[Intent, ...] = ()
    severity: Severity
    team: Team
    next_step: NextStep
    facts: tuple[FinalFact, ...] = ()
    reply: Reply | None = Field(default=None, description="the drafted reply, where the facts stand as they were read")
    consented: tuple[Consented, ...] = ()


class Change(Value):
    """One difference from suggestion to final."""

    what: str
    suggested: str
    final: str


class Review(Value):
    """A case waiting for a person, at one level, about one suggestion."""

    id: str
    case_id: str
    suggestion_id: str
    level: Level
    state: ReviewState
    blind: bool = Field(description="gold sample: the person labels before the suggestion is shown")
    blind_label: str | None = None
    nth: int = Field(default=1, description="how often this suggestion was asked about at this level")
    opened_at: datetime
    decided_at: datetime | None = None

    @property
    def reveals(self) -> bool:
        """True when the suggestion may be shown."""
        return not self.blind or self.blind_label is not None


class Decision(Value):
    """What was decided, by whom, and how it differs from the suggestion."""

    id: str
    review_id: str
    case_id: str
    suggestion_id: str
    verb: Verb
    reason_code: str
    note: str
    final: Final
    changes: tuple[Change, ...]
    decided_by: str
    decided_at: datetime
    undone_by: str = Field(default="", description="who undid it within the grace period; empty when it stands")


def final_of(made: Suggestion, verdict: Verdict) -> tuple[Final, tuple[Change, ...]]:
    """What stands after the verdict, and each difference from the suggestion. Pure.

    Raises ValueError when an edited fact does not exist.
    """
    edits = {edit.index: edit for edit in verdict.facts}
    if unknown := [index for index in edits if index >= len(made.facts)]:
        raise ValueError(f"the suggestion has no fact number {unknown[0] + 1}")
    kept = [_final_fact(fact, edits.get(index)) for index, fact in enumerate(made.facts)]
    added = [FinalFact(**new.model_dump(), entered_by_person=True) for new in verdict.new_facts]
    final = Final(
        label=verdict.label or made.label,
        intents=made.intents,
        severity=verdict.severity or made.severity,
        team=verdict.team or made.team,
        next_step=verdict.next_step or made.next_step,
        facts=tuple([fact for fact in kept if fact is not None] + added),
        reply=None if verdict.facts or verdict.new_facts else made.reply,
    )
    return final, tuple(_changes(made, verdict, edits))


def final_as_suggested(made: Suggestion) -> Final:
    """What stands when nothing is changed and nothing in Odoo is consented to."""
    return Final(
        label=made.label,
        intents=made.intents,
        severity=made.severity,
        team=made.team,
        next_step=made.next_step,
        facts=tuple(found for fact in made.facts if (found := _final_fact(fact, None)) is not None),
    )


def _final_fact(fact: Fact, edit: FactEdit | None) -> FinalFact | None:
    if edit is not None and edit.value is None:
        return None
    value = edit.value if edit is not None and edit.value is not None else fact.value
    return FinalFact(
        field=fact.field,
        value=value,
        unit=fact.unit,
        po=fact.po,
        line=fact.line,
        quote=fact.quote.text,
        entered_by_person=edit is not None,
    )


def _changes(made: Suggestion, verdict: Verdict, edits: dict[int, FactEdit]) -> list[Change]:
    pairs = [
        ("label", made.label, verdict.label),
        ("severity", made.severity, verdict.severity),
        ("team", made.team, verdict.team),
        ("next_step", made.next_step, verdict.next_step),
    ]
    found = [Change(what=what, suggested=old, final=new) for what, old, new in pairs if new is not None and new != old]
    for index, edit in sorted(edits.items()):
        fact = made.facts[index]
        if edit.value != fact.value:
            found.append(Change(what=f"facts[{index}].{fact.field}", suggested=fact.value, final=edit.value or ""))
    found += [Change(what=f"facts[+].{new.field}", suggested="", final=new.value) for new in verdict.new_facts]
    return found
