"""Where two readers that read independently agree, field by field: recorded for the confidence, never decisive. Pure.

The second reader is always the embedded one, so that a second reading costs no call of the model. Where the embedded
reader is the only one, nothing is recorded, and the feature is missing rather than perfect.
"""

from collections.abc import Iterable, Sequence

from agent.suggestions.model import Agreement, Fact, FactField, Intent
from agent.suggestions.values import normal_value

LABEL = "label"
ALWAYS = (FactField.ETA, FactField.SHIP_DATE, FactField.QUANTITY, FactField.PRICE)  # that both name none is agreement
WHERE_NAMED = (FactField.STATUS, FactField.TRACKING)  # a reason is free words: equal ones would be chance


def on_label(mine: str, other: str | None) -> tuple[Agreement, ...]:
    """Whether both gave the same label; nothing when there was no second reader."""
    return () if other is None else (Agreement(field=LABEL, mine=(mine,), other=(other,)),)


def on_reading(
    intents: Sequence[Intent], facts: Iterable[Fact], others_intents: Sequence[Intent], others_facts: Iterable[Fact]
) -> tuple[Agreement, ...]:
    """Label and values of each field of two readings of one mail, values in their normal form."""
    mine, other = _values(facts), _values(others_facts)
    named = [field for field in WHERE_NAMED if field in mine or field in other]
    fields = (
        Agreement(field=field, mine=mine.get(field, ()), other=other.get(field, ())) for field in (*ALWAYS, *named)
    )
    return (*on_label(intents[0], others_intents[0]), *fields)


def _values(facts: Iterable[Fact]) -> dict[FactField, tuple[str, ...]]:
    found: dict[FactField, set[str]] = {}
    for fact in facts:
        found.setdefault(fact.field, set()).add(normal_value(fact))
    return {field: tuple(sorted(values)) for field, values in found.items()}
