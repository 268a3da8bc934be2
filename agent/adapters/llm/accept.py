"""From what the model sent to our values: decode, validate, convert; the words of the mail are never touched."""

import json
import re
from datetime import date
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError

from agent.adapters.llm.wire import (
    IMPLIED,
    NO_STATUS,
    NONE,
    AmountWire,
    ClassificationWire,
    DateWire,
    DraftWire,
    ExplanationWire,
    FactWire,
    MailReadingWire,
    PartWire,
    StateWire,
    Wire,
    WordsWire,
)
from agent.suggestions.grounding import locate
from agent.suggestions.model import FactField, Intent, LabelScore, NextStep
from agent.suggestions.reader import Classification, Draft, MailInput, MailReading, RawFact

Form = TypeVar("Form", bound=Wire)
MOST_FACTS = 200
MOST_BRACES = 100  # tried as the beginning of the answer
LONGEST_REASON = 300
DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,10})?")
OUR_MARKS = re.compile(r"^\| ?", re.MULTILINE)  # what the prompt put before each line of the mail
THINKING = re.compile(r"\s*<think>.*?</think>", re.DOTALL)


class Malformed(Exception):
    """The answer is not of the asked form."""


class Misfit(Exception):
    """The answer is of the asked form, but a value in it is impossible."""


def only_object(text: str) -> dict[str, Any]:
    """The JSON object of a text, which may be wrapped in words. Raises Malformed when there is none, or a choice."""
    text = THINKING.sub("", text, count=1).strip()
    found: list[dict[str, Any]] = []
    at, tries = text.find("{"), 0
    while at >= 0 and tries < MOST_BRACES:
        tries += 1
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            found.append(value)
        at = text.find("{", end)
    if len(found) != 1 or at >= 0:
        raise Malformed("the answer has no JSON object" if not found else "the answer has several JSON objects")
    return found[0]


def validated(wire: type[Form], text: str) -> Form:
    """The answer as the asked schema. Raises Malformed with what is wrong, without quoting the answer."""
    try:
        return wire.model_validate(only_object(text))
    except ValidationError as error:
        wrong = [_brief(item) for item in error.errors(include_input=False, include_url=False)[:8]]
        raise Malformed("; ".join(wrong)) from None


def to_classification(wire: ClassificationWire) -> Classification:
    """Labels best first, each once, their percentages together at most 100. Raises Misfit."""
    scores = _scores(
        (wire.label, wire.label_percent),
        (wire.second_label, wire.second_percent),
        (wire.third_label, wire.third_percent),
    )
    return Classification(scores=scores, severity=wire.severity, reason=" ".join(wire.reason.split())[:LONGEST_REASON])


def _scores(*stated: tuple[StrEnum, int]) -> tuple[LabelScore, ...]:
    """At most three labels with their probabilities, best first, each once; more than 100 percent are shares."""
    percents: dict[str, int] = {}
    for label, percent in stated:
        if label.value != NONE:
            percents.setdefault(label.value, _percent(percent))
    total = max(sum(percents.values()), 100)
    scores = [LabelScore(label=label, probability=percent / total) for label, percent in percents.items()]
    return tuple(sorted(scores, key=lambda score: -score.probability))


def to_mail_reading(wire: MailReadingWire, asked: MailInput) -> MailReading:
    """Intents in the model's order, each once, and the facts as stated. Raises Misfit."""
    facts = (
        *(_fact(_date(f"dates.{number}", fact), fact, asked) for number, fact in enumerate(wire.dates)),
        *(_fact(_amount(f"amounts.{number}", fact), fact, asked) for number, fact in enumerate(wire.amounts)),
        *(_fact(read, fact, asked) for number, fact in enumerate(wire.parts) for read in _part(number, fact)),
        *(_fact(_state(fact), fact, asked) for fact in wire.states if fact.kind not in NO_STATUS),
        *(_fact(_words(f"words.{number}", fact), fact, asked) for number, fact in enumerate(wire.words)),
    )
    if len(facts) > MOST_FACTS:
        raise Misfit(f"{len(facts)} facts are too many")
    scores = _scores(
        (wire.intent, wire.intent_percent),
        (wire.second_intent, wire.second_percent),
        (wire.third_intent, wire.third_percent),
    )
    return MailReading(intents=_intents(wire, Intent(scores[0].label)), scores=scores, facts=facts)


def _intents(wire: MailReadingWire, best: Intent) -> tuple[Intent, ...]:
    """The main intent, what else the mail tells, and what its facts imply; the main one's rivals are no intents."""
    implied = [IMPLIED[fact.kind] for fact in wire.states if fact.kind in IMPLIED]
    implied += [Intent.PARTIAL_SHIPMENT] if len(wire.parts) > 1 else []
    implied += [Intent.TRACKING for fact in wire.words if fact.kind == "tracking"]
    return tuple(dict.fromkeys((best, wire.intent, *wire.more_intents, *implied)))


def to_draft(wire: DraftWire, most: int) -> Draft:
    """The sentences, a line each. Raises Misfit when there are none or too many."""
    sentences = tuple(line for sentence in wire.sentences if (line := " ".join(sentence.split())))
    if not 1 <= len(sentences) <= most:
        raise Misfit(f"sentences: {len(sentences)}, but 1 to {most} are asked")
    return Draft(sentences=sentences)


def to_explanation(wire: ExplanationWire, most: int) -> Draft:
    """The sentences, and what the model would call the bill and do. Raises Misfit like `to_draft`."""
    draft = to_draft(wire, most)
    return draft.model_copy(update={"label": wire.kind.value, "next_step": NextStep(wire.next_step)})


def _date(where: str, wire: DateWire | PartWire) -> dict[str, Any]:
    day, other = wire.date.strip(), wire.other_date.strip()
    if not _is_day(day) or (other and not _is_day(other)):
        raise Misfit(f"{where}: a date as YYYY-MM-DD is asked; leave out the fact when no date is stated")
    others = () if other in {"", day} else (other,)
    return {"field": FactField(wire.kind), "value": day, "ambiguous": bool(others), "alternatives": others}


def _part(number: int, wire: PartWire) -> list[dict[str, Any]]:
    """A part delivery is a quantity, and a date when one is stated."""
    where = f"parts.{number}"
    found: list[dict[str, Any]] = [
        {"field": FactField.QUANTITY, "value": _number(where, wire.number), "unit": wire.unit.strip()}
    ]
    return [*found, _date(where, wire)] if wire.date.strip() else found


def _state(wire: StateWire) -> dict[str, Any]:
    return {"field": FactField.STATUS, "value": wire.kind.value}


def _amount(where: str, wire: AmountWire) -> dict[str, Any]:
    return {"field": FactField(wire.kind), "value": _number(where, wire.number), "unit": wire.unit.strip()}


def _number(where: str, stated: str) -> str:
    number = stated.strip()
    if DECIMAL.fullmatch(number) is None:
        raise Misfit(f"{where}.number: a plain number is asked")
    return number


def _words(where: str, wire: WordsWire) -> dict[str, Any]:
    words = wire.words.strip()
    if not words:
        raise Misfit(f"{where}.words: some words are asked")
    return {"field": FactField(wire.kind), "value": words}


def _fact(read: dict[str, Any], wire: FactWire, asked: MailInput) -> RawFact:
    """Quote and references as the model wrote them (code checks them later), and the part that has the quote."""
    quote, source = _found(wire.quote, asked) or _found(OUR_MARKS.sub("", wire.quote), asked) or (wire.quote, "body")
    po, line = _order_line(wire.order_line.strip(), {known.po for known in asked.known_lines})
    return RawFact(**read, quote=quote, source=source, stated_ref=wire.stated_ref, po=po, line=line)


def _found(quote: str, asked: MailInput) -> tuple[str, str] | None:
    return next(((quote, part.source) for part in asked.texts if locate(quote, part.text)), None)


def _order_line(stated: str, known: set[str]) -> tuple[str | None, int | None]:
    """`P00012/2` is line 2 of P00012; an order's own name may have a slash."""
    po, slash, line = stated.rpartition("/")
    if stated not in known and slash and line.isascii() and line.isdigit() and int(line[:9]) > 0:
        return po or None, int(line[:9])
    return stated or None, None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _percent(given: int) -> int:
    if not 0 <= given <= 100:  # noqa: PLR2004 - percent
        raise Misfit(f"a percentage of {given}: 0 to 100 is asked")
    return given


def _brief(item: Any) -> str:
    """Where and what, without the value; for an enum Pydantic's words name what is allowed."""
    where = ".".join(str(part)[:24] for part in item["loc"]) or "the answer"
    return f"{where}: not asked for" if item["type"] == "extra_forbidden" else f"{where}: {item['msg'][:400]}"


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_float=str, parse_constant=_no_constant)
