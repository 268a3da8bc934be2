"""What is remembered of a case and recalled for one: a description by code of typed values, never its words. Pure.

A note or a mail goes into it only as the names of the concepts that it touches, from a closed list of our own, and a
number only by its size. So the description may be kept outside the sealed state, and shown to a model as an example.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation

from agent.cases.model import CaseKind
from agent.evidence.model import Evidence
from agent.evidence.precedents import Recalled
from agent.intake.model import Event
from agent.kit.values import Value
from agent.suggestions.model import ExceptionLabel
from agent.suggestions.reader import ExceptionInput, SolvedCase
from agent.suggestions.tasks.figures import figures

Notices = Callable[[str], Iterable[str]]
REMEMBERED = frozenset({CaseKind.EXCEPTION, CaseKind.SUPPLIER_EMAIL, CaseKind.INVOICE})
MOST_EXAMPLES, LEAST_ALIKE = 5, 0.4
LONGEST = 20_000  # characters of a note that concepts are looked for in
MOST_REFERENCES = 8
SIZES = ((Decimal(1), "under one"), (Decimal(10), "a few"), (Decimal(100), "tens"), (Decimal(1000), "hundreds"))


class Described(Value):
    """What a case is about: in words that may be shown to a model, and the references that may not."""

    description: str
    references: str


def described(found: Evidence, notices: Notices) -> Described:
    """The typed description of what was read for a case; the same evidence gives the same description."""
    parts = [f"filed as {_plain(event.type)}" for event in found.events[-1:]]
    parts += ["a supplier's mail"] if found.mail else []
    if touched := sorted({_plain(name) for name in notices(_words(found))}):
        parts.append(f"says {', '.join(touched)}")
    sized = {name: _size(value) for name, value in figures(found, found.read_at.date()).items()}
    parts += [f"{_plain(name)} {size}" for name, size in sorted(sized.items()) if size]
    return Described(description="; ".join(parts), references="; ".join(_references(found)))


def examples(found: Sequence[Recalled]) -> tuple[SolvedCase, ...]:
    """The nearest decided exceptions as a model is shown them: no reference, no name, nobody's words."""
    known = set(ExceptionLabel)
    near = [one for one in found if one.similarity >= LEAST_ALIKE and one.precedent.label in known]
    return tuple(
        SolvedCase(description=one.precedent.description, label=ExceptionLabel(one.precedent.label))
        for one in near[:MOST_EXAMPLES]
    )


def with_examples(asked: ExceptionInput, found: Sequence[Recalled]) -> ExceptionInput:
    """The same input with what people decided in cases like it."""
    shown = examples(found)
    return asked.model_copy(update={"examples": shown}) if shown else asked


def words_of(event: Event) -> str:
    """What the sender wrote of an event, in words of their own."""
    return "\n".join(text for text in (event.data.note, getattr(event.data, "reason", "")) if text)


def _words(found: Evidence) -> str:
    """What is looked through for concepts; none of it is kept."""
    texts = [words_of(event) for event in found.events]
    texts += [found.mail.subject, found.mail.body] if found.mail else []
    return "\n".join(text for text in texts if text)[:LONGEST]


def _references(found: Evidence) -> list[str]:
    products = [line.product_code for order in found.sales for line in order.lines]
    products += [line.product_code for order in found.purchases for line in order.lines]
    partners = [f"customer {order.customer.id}" for order in found.sales]
    partners += [f"supplier {order.supplier.id}" for order in found.purchases]
    named = [f"product {code}" for code in products if code]
    return [*dict.fromkeys(partners), *dict.fromkeys(named)][:MOST_REFERENCES]


def _size(value: str) -> str:
    """A number by its size, a short word as it is; a date says nothing that another case could share."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "" if value[:4].isdigit() else _plain(value)[:40]
    if not number.is_finite():
        return ""
    if number == 0:
        return "none"
    size = next((word for limit, word in SIZES if abs(number) < limit), "thousands")
    return f"below zero by {size}" if number < 0 else size


def _plain(code: str) -> str:
    return code.replace("not:", "not ").replace("_", " ").replace(".", " ").strip()
