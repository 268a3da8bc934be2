"""The words of a segment with their concepts, in which mentions and references stand as one token each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.adapters.embedded.mail.lexicon import concepts_of, fold, shipped
from agent.adapters.embedded.mail.model import Kind, Mention, Reference, Segment, Survey

MAX_SEGMENT = 1_500  # characters of a segment that are looked at
_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]{1,3})?(?![^\W\d_])|\d[\d.,]*|->|=>|[^\w\s]")
_NAMES = {Kind.DATE: "<date>", Kind.NUMBER: "<number>", Kind.MONEY: "<money>", Kind.CODE: "<code>"}
_CUTS = frozenset(",;:()[]\u2013-/|")
_AND = frozenset([
    "and", "but", "while", "whereas", "however", "und", "aber", "wahrend", "sowie", "et", "mais", "tandis", "y",
    "pero", "mientras", "en", "maar", "terwijl", "e", "ma", "mentre", "so", "therefore", "daher", "donc", "dus",
    "quindi",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A word, mark, mention or reference: its folded writing and its concepts."""

    start: int
    end: int
    word: str
    concepts: tuple[str, ...] = ()
    mention: int = -1  # index into Survey.mentions

    @property
    def cuts(self) -> bool:
        """Whether a clause ends here."""
        return self.word in _CUTS or self.word in _AND


def tokens_of(survey: Survey, segment: Segment, mentions: Sequence[int], refs: Sequence[Reference]) -> list[Token]:
    """All tokens of this segment in order. `mentions` are indices of those in it, `refs` the references in it."""
    spans: list[Token] = []
    for number in mentions:
        one = survey.mentions[number]
        spans.append(Token(one.start, one.end, _NAMES[one.kind], (), number))
    for ref in refs:
        if not any(one.start < ref.end and ref.start < one.end for one in spans):
            spans.append(Token(ref.start, ref.end, f"<{ref.kind}>"))
    spans.sort(key=lambda one: one.start)
    text = survey.texts[segment.source]
    end = min(segment.end, segment.start + MAX_SEGMENT)
    found: list[Token] = []
    at = segment.start
    for span in [*spans, None]:
        until = end if span is None else min(span.start, end)
        if at < until:
            found += [_word(hit) for hit in _TOKEN.finditer(text, at, until)]
        if span is None:
            break
        if span.start >= at:
            found.append(span)
        at = max(at, span.end)
    return _with_phrases(found)


def _word(hit: re.Match[str]) -> Token:
    word = fold(hit[0])
    if word[0].isdigit():
        return Token(hit.start(), hit.end(), "<digits>")
    return Token(hit.start(), hit.end(), word, concepts_of(word))


def _with_phrases(tokens: list[Token]) -> list[Token]:
    """The tokens, each with the concepts of the phrases that it is part of too."""
    words = [token.word for token in tokens]
    lexicon = shipped()
    added: dict[int, set[str]] = {}
    for at, word in enumerate(words):
        if word in lexicon.joint:
            for length, concepts in lexicon.joined(words, at):
                for place in range(at, at + length):
                    added.setdefault(place, set()).update(concepts)
    for place, concepts in added.items():
        one = tokens[place]
        tokens[place] = Token(one.start, one.end, one.word, tuple(sorted({*one.concepts, *concepts})), one.mention)
    return tokens


def joined_words(mention: Mention) -> str:
    """The name under which a mention stands among the tokens."""
    return _NAMES[mention.kind]
