"""Suites `read_mail` (held back) and `read_mail_dev`: supplier mails parsed, read and grounded as in production."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from agent.errors import InputError
from agent.suggestions.model import Fact, FactField, Intent
from agent.suggestions.reader import Reader
from agent.suggestions.tasks.read_supplier_email import check
from evals.dataset import LabelledFact, SupplierMail, supplier_mails
from evals.mail_report import FieldReport, MailsReport, Share

SCORED = (FactField.ETA, FactField.SHIP_DATE, FactField.QUANTITY, FactField.PRICE)
CERTAINTY = 0.90
MOST_WRONG_SHOWN = 400


class Read(NamedTuple):
    """A mail and what was read of it."""

    item: SupplierMail
    intents: tuple[Intent, ...]
    facts: tuple[Fact, ...]
    texts: dict[str, str]


def run(reader: Reader) -> MailsReport:
    """The held-back mails; single mistakes are not shown, so that nothing is tuned to them."""
    return score("read_mail", reader, supplier_mails("test")).model_copy(update={"wrong": ()})


def run_dev(reader: Reader) -> MailsReport:
    """The mails to build with, every mistake shown."""
    return score("read_mail_dev", reader, supplier_mails("dev"))


def score(suite: str, reader: Reader, items: Sequence[SupplierMail]) -> MailsReport:
    """Read the mails and score them. Raises InputError when there are none, and what the reader raises."""
    if not items:
        raise InputError("The suite has no mails.", remedy="Install the package with its datasets.")
    model_id = ""
    read: list[Read] = []
    for item in items:
        asked = item.asked
        answered = reader.read_mail(asked)
        checked = check(answered.answer, asked, ())
        texts = {part.source: part.text for part in asked.texts}
        read.append(Read(item, checked.intents, checked.facts, texts))
        model_id = answered.provenance.model_id
    first = sum(one.intents[0] == one.item.intents[0] for one in read)
    named = sum(len({*one.intents} & {*one.item.intents}) for one in read)
    quotes = [(one.texts, fact.quote) for one in read for fact in one.facts]
    return MailsReport(
        suite=suite,
        reader=model_id,
        n=len(items),
        fields=tuple(_field(field, read) for field in SCORED),
        first_intent=share(first, len(read)),
        intents_precision=share(named, sum(len({*one.intents}) for one in read)),
        intents_recall=share(named, sum(len({*one.item.intents}) for one in read)),
        quotes_verbatim=share(sum(t.get(q.source, "")[q.start : q.end] == q.text for t, q in quotes), len(quotes)),
        slices=_slices(read),
        wrong=tuple(_mistakes(read))[:MOST_WRONG_SHOWN],
    )


def share(right: int, of: int) -> Share:
    """The share with its one-sided lower bound."""
    from scipy.stats import beta

    low = float(beta.ppf(1 - CERTAINTY, right, of - right + 1)) if right else 0.0
    return Share(right=right, of=of, share=right / of if of else None, at_least=low)


def _field(field: FactField, read: Sequence[Read]) -> FieldReport:
    hits, said, true = _counts(read, (field,))
    with_line = sum((_keys(one.facts, field) & _keys(one.item.facts, field)).total() for one in read)
    both = sum((_values(one.facts, field) & _values(one.item.facts, field)).total() for one in read)
    return FieldReport(
        field=field, precision=share(hits, said), recall=share(hits, true), with_line=share(min(with_line, both), both)
    )


def _counts(read: Iterable[Read], fields: Iterable[FactField]) -> tuple[int, int, int]:
    """Values right, said and true; each value of a field counts once a mail."""
    hits = said = true = 0
    for one in read:
        for field in fields:
            mine, wanted = _values(one.facts, field), _values(one.item.facts, field)
            hits, said, true = hits + (mine & wanted).total(), said + mine.total(), true + wanted.total()
    return hits, said, true


def _values(facts: Iterable[Fact | LabelledFact], field: FactField) -> Counter[str]:
    return Counter({_normal(fact.value): 1 for fact in facts if fact.field is field})


def _keys(facts: Iterable[Fact | LabelledFact], field: FactField) -> Counter[tuple[str, str | None, int | None]]:
    return Counter({(_normal(fact.value), fact.po, fact.line): 1 for fact in facts if fact.field is field})


def _normal(value: str) -> str:
    try:
        return f"{Decimal(value).normalize():f}"
    except InvalidOperation:
        return value


def _slices(read: Sequence[Read]) -> dict[str, tuple[Share, Share]]:
    groups: dict[str, list[Read]] = {}
    for one in read:
        form = "html" if one.item.html else "attachment" if one.item.attachments else "plain text"
        for name in (f"language {one.item.language}", form):
            groups.setdefault(name, []).append(one)
    found = {name: _counts(group, SCORED) for name, group in sorted(groups.items())}
    return {name: (share(hits, said), share(hits, true)) for name, (hits, said, true) in found.items()}


def _mistakes(read: Iterable[Read]) -> Iterable[str]:
    for one in read:
        for field in SCORED:
            mine, wanted = _values(one.facts, field), _values(one.item.facts, field)
            yield from (f"{one.item.id}: missed {field} {value}" for value in sorted(wanted - mine))
            yield from (f"{one.item.id}: invented {field} {value}" for value in sorted(mine - wanted))
        if one.intents[0] != one.item.intents[0]:
            yield f"{one.item.id}: first intent {one.intents[0]}, should be {one.item.intents[0]}"
