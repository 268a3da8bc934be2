"""Where facts stand in their source: a text cut at the exact spans of its quotes, so that each can be marked."""

from itertools import pairwise

from agent.kit.values import Value
from agent.suggestions.model import Fact


class Piece(Value):
    """A stretch of text and the facts (by position) whose quotes cover it; `opens` are those that begin here."""

    text: str
    facts: tuple[int, ...] = ()
    opens: tuple[int, ...] = ()


def pieces(text: str, source: str, facts: tuple[Fact, ...]) -> tuple[Piece, ...]:
    """The text cut at every boundary of a quote from this source. A quote that is not at its place marks nothing."""
    spans = [
        (fact.quote.start, fact.quote.end, index)
        for index, fact in enumerate(facts)
        if is_at_its_place(fact, source, text)
    ]
    cuts = sorted({0, len(text), *(start for start, _, _ in spans), *(end for _, end, _ in spans)})
    return tuple(_piece(text, start, end, spans) for start, end in pairwise(cuts))


def _piece(text: str, start: int, end: int, spans: list[tuple[int, int, int]]) -> Piece:
    covering = tuple(index for first, last, index in spans if first <= start and end <= last)
    opening = tuple(index for first, _, index in spans if first == start)
    return Piece(text=text[start:end], facts=covering, opens=opening)


def is_at_its_place(fact: Fact, source: str, text: str) -> bool:
    """True when the fact's quote is from this source and stands there to the letter."""
    quote = fact.quote
    return quote.source == source and quote.start < quote.end and text[quote.start : quote.end] == quote.text
