"""What is known while a mail is read, and the one door through which facts are added."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from agent.adapters.embedded import extract_reasons as reasons
from agent.adapters.embedded.extract_refs import NOTHING, Refs, Target
from agent.adapters.embedded.numbers import comma_is_decimal
from agent.kit.dates import DateMention
from agent.suggestions.model import FactField
from agent.suggestions.reader import MailInput, RawFact
from agent.suggestions.writer import day_first

MAX_TEXT = 40_000  # characters of one text that are read
MAX_CUE = 60  # characters of a quote before the date itself


@dataclass
class Reading:
    """The mail, how its writer writes, what is spoken of, and the facts so far."""

    asked: MailInput
    refs: Refs
    day_first: bool | None
    comma: bool | None
    units: frozenset[str]
    trouble: bool
    source: str = ""
    facts: list[RawFact] = field(default_factory=list[RawFact])
    old_dates: list[date] = field(default_factory=list[date])
    role: FactField | None = None
    listed: FactField | None = None  # what dates of a list are, by its heading or the entries before
    numbered_by_line: bool | None = None  # whether the entries of lists carry the numbers of their lines; None unknown
    context: Target = NOTHING
    default: Target = NOTHING

    @classmethod
    def of(cls, asked: MailInput) -> "Reading":
        """A reading of this mail, nothing read yet."""
        units = frozenset(line.unit.lower() for line in asked.known_lines)
        trouble = any(reasons.TROUBLE.search(one.text[:MAX_TEXT]) for one in asked.texts)
        return cls(asked, Refs(asked.known_lines), day_first(asked), comma_is_decimal(asked), units, trouble)

    def add(
        self,
        kind: FactField,
        value: str,
        quote: tuple[int, str],
        targets: Sequence[Target],
        *,
        unit: str = "",
        others: tuple[str, ...] = (),
    ) -> None:
        """Add a fact for each of the targets; `quote` is its start in the source and its words."""
        for target in targets:
            self.facts.append(
                RawFact(
                    field=kind,
                    value=value,
                    unit=unit,
                    quote=quote[1],
                    source=self.source,
                    start=quote[0],
                    stated_ref=target.stated,
                    po=target.po,
                    line=target.line,
                    ambiguous=bool(others),
                    alternatives=others,
                )
            )

    def add_date(
        self,
        kind: FactField,
        mention: DateMention,
        text: str,
        base: int,
        targets: Sequence[Target],
        cue: int | None = None,
    ) -> None:
        """Add a date with the shortest words that carry it, its cue included when that is near."""
        start = mention.start if cue is None or mention.start - cue > MAX_CUE else cue
        if re.search(r"\d", text[start : mention.start]):
            start = mention.start
        first, *others = (day.isoformat() for day in mention.readings)
        self.add(kind, first, (base + start, text[start : mention.end]), targets, others=tuple(others))
