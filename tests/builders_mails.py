"""Sample mails of the tests: what they say, and how far a reading agrees."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from agent.suggestions.reader import KnownLine, MailInput, MailReading, MailText, RawFact

SAMPLES = Path(__file__).parent / "unit" / "samples"


@dataclass(frozen=True)
class Expected:
    """A fact as the sample states it; `wanted` is False where it may be missed."""

    field: str
    value: str
    po: str | None
    line: int | None
    wanted: bool
    contains: bool

    def fits(self, fact: RawFact) -> bool:
        if fact.field != self.field:
            return False
        if self.field in ("price", "quantity"):
            return Decimal(self.value) == Decimal(fact.value)
        return self.value.lower() in fact.value.lower() if self.contains else fact.value == self.value

    def fits_target(self, fact: RawFact) -> bool:
        return self.po is None or (fact.po, fact.line) == (self.po, self.line)


@dataclass(frozen=True)
class Sample:
    """A mail with what it says."""

    name: str
    asked: MailInput
    intents: tuple[str, ...]
    facts: tuple[Expected, ...]


@dataclass
class Score:
    """Facts found rightly, wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    misplaced: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


def known_lines() -> list[KnownLine]:
    rows = [row.split("|") for row in (SAMPLES / "known_lines.txt").read_text().splitlines() if row]
    return [
        KnownLine(po=po, line=int(line), product_code=code, supplier_code=supplier, product_name=name, unit=unit)
        for po, line, code, supplier, name, unit in rows
    ]


def samples(name: str) -> list[Sample]:
    """All samples of a file: `=== name | sent on | orders | country | language`, mail, intents, facts."""
    blocks = (SAMPLES / name).read_text().split("\n=== ")
    return [_sample(block.removeprefix("=== ")) for block in blocks]


def _sample(block: str) -> Sample:
    head, _, rest = block.partition("\n")
    name, sent_on, orders, country, language = (part.strip() for part in head.split("|"))
    mail, _, answer = rest.partition("\n--- intents:")
    intents, _, facts = answer.partition("\n--- facts:")
    subject, _, body = mail.partition("\n")
    lines = tuple(line for line in known_lines() if line.po in orders.split(","))
    asked = MailInput(
        texts=(
            MailText(source="subject", text=subject.removeprefix("Subject: ")),
            MailText(source="body", text=body.strip()),
        ),
        sent_on=date.fromisoformat(sent_on),
        sender_country=country,
        sender_language=language,
        known_lines=lines,
    )
    wanted = tuple(_expected(one.strip()) for one in facts.split(";") if one.strip())
    return Sample(name, asked, tuple(one.strip() for one in intents.split(",")), wanted)


def _expected(written: str) -> Expected:
    mark = "~" if "~" in written else "="
    field, _, rest = written.partition(mark)
    value, _, target = rest.partition("@")
    po, _, line = target.partition("/")
    if po and not line:
        only = [known for known in known_lines() if known.po == po]
        line = str(only[0].line) if len(only) == 1 else ""
    return Expected(
        field.rstrip("?"), value, po or None, int(line) if line else None, not field.endswith("?"), mark == "~"
    )


def compare(sample: Sample, reading: MailReading, score: Score) -> list[str]:
    """What differs, in words; adds to the score."""
    left = list(sample.facts)
    notes: list[str] = []
    for fact in reading.facts:
        found = [one for one in left if one.fits(fact)]
        best = next((one for one in found if one.fits_target(fact)), found[0] if found else None)
        if best is None:
            score.wrong += 1
            notes.append(f"wrong {fact.field}={fact.value}@{fact.po}/{fact.line} {fact.quote!r}")
            continue
        left.remove(best)
        score.right += best.wanted
        if not best.fits_target(fact):
            score.misplaced += 1
            notes.append(f"place {fact.field}={fact.value}@{fact.po}/{fact.line} wanted {best.po}/{best.line}")
    for one in left:
        if one.wanted:
            score.missed += 1
            notes.append(f"missed {one.field}={one.value}@{one.po}/{one.line}")
    if reading.intents[0] != sample.intents[0]:
        notes.append(f"intent {[str(i) for i in reading.intents]} wanted {sample.intents[0]}")
    return notes
