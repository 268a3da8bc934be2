"""Suite `smoke`: seconds; every fourth item of the test split and a few mails."""

from collections.abc import Sequence

from agent.suggestions.model import FactField
from agent.suggestions.reader import MailReading, Reader
from evals.dataset import MailItem, exceptions, mails
from evals.report import MailReport, Report
from evals.suites.exceptions import score

EVERY = 4
SCORED = frozenset((FactField.ETA, FactField.QUANTITY, FactField.PRICE))


def run(reader: Reader) -> Report:
    """Classify the fixed part and read the mails."""
    report = score("smoke", reader, exceptions("test")[::EVERY])
    items = mails()
    return report.model_copy(update={"mails": _mails(items, [reader.read_mail(item.asked).answer for item in items])})


def _mails(items: Sequence[MailItem], readings: Sequence[MailReading]) -> MailReport:
    """Facts are compared as (field, value); the intent is the first one."""
    wanted = found = invented = right = 0
    wrong: list[str] = []
    for item, reading in zip(items, readings, strict=True):
        expected = {(fact.field, fact.value) for fact in item.facts}
        read = {(fact.field, fact.value) for fact in reading.facts if fact.field in SCORED}
        wanted, found = wanted + len(expected), found + len(expected & read)
        invented += len(read - expected)
        right += reading.intents[0] == item.intent
        wrong += _differences(item, reading, expected, read)
    return MailReport(
        n=len(items),
        intents_right=right,
        facts_wanted=wanted,
        facts_found=found,
        facts_invented=invented,
        wrong=tuple(wrong),
    )


def _differences(
    item: MailItem, reading: MailReading, expected: set[tuple[FactField, str]], read: set[tuple[FactField, str]]
) -> list[str]:
    lines = [f"{item.id}: missed {field} {value}" for field, value in sorted(expected - read)]
    lines += [f"{item.id}: invented {field} {value}" for field, value in sorted(read - expected)]
    if reading.intents[0] != item.intent:
        lines.append(f"{item.id}: intent {reading.intents[0]}, should be {item.intent}")
    return lines
