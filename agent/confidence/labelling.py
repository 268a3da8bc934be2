"""What a label says about a suggestion: whether it was right, part by part. Pure.

| a person | says of the suggestion |
|---|---|
| labels it blind | wrong where the label differs, or for a mail the new values of any field |
| accepts it, for whatever reason | right |
| edits severity, team or next step | right: none of them is judged |
| edits label or a fact that is judged | wrong |
| rejects it as duplicate or settled already | nothing |
| rejects it as no exception | right when that was suggested, else wrong |
| rejects it otherwise | wrong |
| escalates it | nothing |
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from agent.confidence.judged import FIELDS
from agent.errors import InputError
from agent.suggestions.model import ExceptionLabel, Fact, FactField, Suggestion, Task
from agent.suggestions.tasks.compare import differs
from agent.suggestions.values import normal_value

DATED = frozenset({FactField.ETA, FactField.SHIP_DATE})
MOST_VALUES, VALUE_LENGTH = 40, 200
SAYS_NOTHING = frozenset({"duplicate", "settled_already"})
Fields = Mapping[str, Sequence[str]]


def wrong_against(made: Suggestion, label: str, fields: Fields | None) -> bool | None:
    """Whether a blind label contradicts the suggestion. None: a mail whose fields were not labelled proves nothing
    when its label is right.
    """
    if made.label != label:
        return True
    if made.task is not Task.READ_SUPPLIER_EMAIL:
        return False
    return None if fields is None else bool(wrong_fields(made.facts, fields))


def wrong_fields(facts: Sequence[Fact], truth: Fields) -> tuple[FactField, ...]:
    """The fields in which something was misread or missed; a field without a new value says that nothing changes."""
    return tuple(field for field in FIELDS if not _same(facts, field, set(truth.get(field, ()))))


def _same(facts: Sequence[Fact], field: FactField, truth: set[str]) -> bool:
    mine = [fact for fact in facts if fact.field is field]
    changed = {normal_value(fact) for fact in mine if differs(fact)}
    unchanged = {normal_value(fact) for fact in mine if not differs(fact)}
    return changed == truth - (unchanged - changed)  # who names a value that stands already calls it no change


def clean_fields(given: Fields) -> dict[str, tuple[str, ...]]:
    """The values of a blind label in their normal form, every judged field named. Raises InputError for what is no
    date, no number, or no field.
    """
    if strangers := sorted(set(given) - set(FIELDS)):
        raise InputError(f"{strangers[0]!r} is no field that is labelled.", remedy=f"Use {', '.join(FIELDS)}.")
    return {field.value: tuple(sorted({_normal(field, text) for text in given.get(field, ())})) for field in FIELDS}


def _normal(field: FactField, text: str) -> str:
    """A value as `normal_value` writes it."""
    stated = text.strip()
    try:
        if field in DATED:
            return date.fromisoformat(stated).isoformat()
        number = Decimal(stated)
        if number.is_finite() and len(stated) <= MOST_VALUES:
            return f"{number.normalize():f}"
    except (ValueError, InvalidOperation):
        pass
    wanted = "a date like 2026-12-24" if field in DATED else "a number like 12.5"
    raise InputError(f"{stated[:VALUE_LENGTH]!r} is not {wanted}.", remedy="Correct it and send it again.")


def wrong_by_decision(
    made: Suggestion, verb: str, reason_code: str, final_label: str, changed: Sequence[str]
) -> bool | None:
    """Whether a decision made with the suggestion in view contradicts it; None where it says nothing."""
    match verb:
        case "accept":
            return False
        case "edit":
            return final_label != made.label or any(_judged(what) for what in changed)
        case "reject" if reason_code == "no_exception":
            return made.label != ExceptionLabel.NO_EXCEPTION
        case "reject":
            return None if reason_code in SAYS_NOTHING else True
        case _:
            return None


def _judged(what: str) -> bool:
    """Whether a change's name (`facts[0].eta`, `facts[+].price`) is of a field that is judged."""
    return what.startswith("facts[") and what.rpartition(".")[2] in set(FIELDS)
