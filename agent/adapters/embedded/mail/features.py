"""What is seen of a mention before its role is decided: words and concepts around it, table head, place, own form."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from agent.adapters.embedded.mail.lexicon import concepts_of, fold
from agent.adapters.embedded.mail.model import Kind, Mention, Segment, Survey, Zone
from agent.adapters.embedded.mail.words import Token, tokens_of
from agent.suggestions.reader import MailInput

NEAR, WINDOW = 4, 8  # tokens that are seen with their place, and without it
STEM = 6  # letters
ACTS = frozenset([
    "deliver", "arrive", "withyou", "ship", "pickup", "ready", "produce", "avail", "follow", "confirm", "plan",
    "postpone", "invoice", "pay", "dated", "valid", "meet", "closed", "reply", "offer", "ordered", "requested",
    "price", "total", "pack", "min", "freight", "cancel", "damage", "short", "stay", "change", "transport",
    "receive_done", "qty", "rest", "perunit", "size", "info",
])  # fmt: skip
DAYS = (-60, -8, -1, 0, 1, 8, 31, 121, 245)
SIZES = (2, 10, 100, 1_000, 10_000, 100_000)
_WORD = re.compile(r"[^\W\d_]+")
_PIECES = frozenset([
    "pcs", "pc", "piece", "pieces", "unit", "units", "ea", "each", "no", "nos", "item", "items", "stuck", "stk",
    "st", "stucke", "pce", "piece", "pieces", "unite", "unites", "ud", "uds", "unidad", "unidades", "pieza",
    "piezas", "pza", "pzas", "stuks", "stuk", "pezzi", "pezzo", "pz", "x", "off",
])  # fmt: skip


@dataclass
class View:
    """A mail prepared for looking at its mentions."""

    asked: MailInput
    survey: Survey
    _tokens: dict[int, list[Token]] = field(default_factory=dict[int, list[Token]])

    @cached_property
    def mentions_in(self) -> dict[int, list[int]]:
        """Mentions by segment."""
        found: dict[int, list[int]] = {}
        for number, mention in enumerate(self.survey.mentions):
            found.setdefault(mention.segment, []).append(number)
        return found

    @cached_property
    def said(self) -> Counter[tuple[Kind, str]]:
        """How often each value is mentioned."""
        return Counter((one.kind, one.readings[0]) for one in self.survey.mentions)

    @cached_property
    def references_in(self) -> dict[int, list[int]]:
        """References by segment."""
        found: dict[int, list[int]] = {}
        for number, reference in enumerate(self.survey.references):
            found.setdefault(reference.segment, []).append(number)
        return found

    def tokens(self, segment: int) -> list[Token]:
        """The tokens of a segment."""
        if segment not in self._tokens:
            survey = self.survey
            refs = [survey.references[number] for number in self.references_in.get(segment, ())]
            self._tokens[segment] = tokens_of(survey, survey.segments[segment], self.mentions_in.get(segment, ()), refs)
        return self._tokens[segment]

    @cached_property
    def units(self) -> frozenset[str]:
        """Stems of the known lines' units."""
        return frozenset(_stem(line.unit) for line in self.asked.known_lines if line.unit)

    @cached_property
    def nouns(self) -> frozenset[str]:
        """Stems of the words of the known products' names."""
        words = (word for line in self.asked.known_lines for word in _WORD.findall(line.product_name))
        return frozenset(_stem(word) for word in words if len(word) > 2)  # noqa: PLR2004 - no units

    @cached_property
    def subject(self) -> frozenset[str]:
        """Concepts of the subject."""
        text = "".join(one.text for one in self.asked.texts if one.source == "subject")[:300]
        return frozenset(concept for word in _WORD.findall(text) for concept in concepts_of(fold(word)))


def features_of(view: View, number: int) -> list[str]:
    """Names of all that is true of this mention; each counts once."""
    mention = view.survey.mentions[number]
    segment = view.survey.segments[mention.segment]
    tokens = view.tokens(mention.segment)
    at = next((place for place, token in enumerate(tokens) if token.mention == number), len(tokens))
    left, right = tokens[max(0, at - 40) : at][::-1], tokens[at + 1 : at + 41]
    found = [*_own(view, mention, right), *_place(view, number, segment, tokens)]
    found += _around("L", left)
    found += _around("R", right)
    found += _relations(view, number, tokens, at)
    found += _table(view, mention, segment)
    found += [f"sub#{concept}" for concept in view.subject if concept in ACTS]
    if mention.kind is not Kind.DATE:
        found += [f"{mention.kind}&{name}" for name in found if name[:2] in ("N#", "L1", "R1", "H#")]
    return list(dict.fromkeys(found))


def _own(view: View, mention: Mention, right: Sequence[Token]) -> Iterable[str]:
    yield f"kind={mention.kind}"
    yield f"form={mention.form}"
    if len(mention.readings) > 1:
        yield "open"
    if mention.kind is Kind.DATE:
        yield from _day(view.asked.sent_on, mention)
        return
    value = next(iter(mention.readings))
    yield f"size={sum(float(value) >= size for size in SIZES)}"
    yield "decimals" if "." in value else "whole"
    if "." not in value and len(value) == 4 and value.startswith("20"):  # noqa: PLR2004 - a year
        yield "year"
    if mention.per != 1:
        yield "per"
    if mention.unit == "%" or (right and right[0].word == "%"):
        yield "percent"
    yield from _unit(view, mention, right)


def _unit(view: View, mention: Mention, right: Sequence[Token]) -> Iterable[str]:
    words = [fold(word) for word in _WORD.findall(mention.unit)] if mention.kind is Kind.NUMBER else []
    near = [*words, *(token.word for token in right[:2])]
    if not any(near):
        return
    for place, word in enumerate(near[:3]):
        stem = _stem(word)
        where = "first" if place == 0 else "later"
        if word in _PIECES:
            yield f"unit={where}:pieces"
        if stem in view.units:
            yield f"unit={where}:line"
        if stem in view.nouns:
            yield f"unit={where}:noun"
    if view.units and words and _stem(words[0]) not in view.units and words[0] not in _PIECES:
        yield "unit=other"
    if right and right[0].word[0].isalpha() and right[0].word[-1:] in "sneia" and not right[0].concepts:
        yield "unit=plural"


def _day(sent_on: date | None, mention: Mention) -> Iterable[str]:
    if sent_on is not None:
        ahead = (date.fromisoformat(mention.readings[0]) - sent_on).days
        yield f"ahead={sum(ahead >= bound for bound in DAYS)}"


def _place(view: View, number: int, segment: Segment, tokens: Sequence[Token]) -> Iterable[str]:
    mention = view.survey.mentions[number]
    same = [one for one in view.mentions_in[mention.segment] if (view.survey.mentions[one].kind is mention.kind)]
    yield f"zone={segment.zone}"
    yield f"source={segment.source.partition(':')[0]}"
    yield f"same={min(len(same), 3)}"
    yield f"nth={min(same.index(number), 2)}"
    if same[-1] == number:
        yield "last"
    if tokens and tokens[-1].word == "?":
        yield "question"
    yield f"length={min(len(tokens) // 6, 4)}"
    if view.references_in.get(mention.segment):
        yield "refers"
    kinds = {view.survey.mentions[one].kind for one in view.mentions_in[mention.segment]}
    yield from (f"with={kind}" for kind in sorted(kinds - {mention.kind}))
    if view.said[mention.kind, mention.readings[0]] > 1:
        yield "again"


def _around(side: str, tokens: Sequence[Token]) -> Iterable[str]:
    """Words and concepts on one side, nearest first: with their place, in a window, in the clause, in the sentence."""
    clause, act = True, ""
    for place, token in enumerate(tokens):
        names = token.concepts or ((token.word,) if token.word.startswith("<") else ())
        if place < NEAR:
            yield f"{side}{place + 1}={token.word[:12]}"
            yield from (f"{side}{place + 1}#{name}" for name in names)
        if place < WINDOW:
            yield f"{side}w={token.word[:STEM]}"
            yield from (f"{side}w#{name}" for name in names)
        clause = clause and not token.cuts
        if clause:
            yield from (f"{side}c#{name}" for name in names)
        if not act and (acts := [name for name in names if name in ACTS]):
            act = acts[0]
            yield from (f"N{side}#{name}" for name in acts)
            if clause:
                yield from (f"NC{side}#{name}" for name in acts)
        yield from (f"{side}s#{name}" for name in token.concepts)
        yield from (f"S#{name}" for name in token.concepts)
    yield f"{side}12={'_'.join(token.word[:8] for token in tokens[:2])}"
    if not tokens:
        yield f"{side}edge"


def _relations(view: View, number: int, tokens: Sequence[Token], at: int) -> Iterable[str]:
    """What stands between this mention and its neighbours of the same kind."""
    mentions = view.survey.mentions
    kind = mentions[number].kind
    for side, places in (("B", range(at - 1, -1, -1)), ("A", range(at + 1, len(tokens)))):
        between: list[Token] = []
        for place in places:
            token = tokens[place]
            if (
                token.mention >= 0
                and (mentions[token.mention].kind is kind or kind is not Kind.DATE)
                and (mentions[token.mention].kind is not Kind.DATE or kind is Kind.DATE)
            ):
                yield f"{side}gap={min(len(between), 6)}"
                yield from {f"{side}b#{name}" for one in between[:8] for name in one.concepts}
                if len(between) <= 2:  # noqa: PLR2004 - "12 to 14", "12 instead of 14"
                    yield f"{side}bt={'_'.join(one.word for one in between)}"
                break
            between.append(token)


def _table(view: View, mention: Mention, segment: Segment) -> Iterable[str]:
    for place, cell in enumerate(segment.cells):
        if cell.start <= mention.start < cell.end:
            words = [fold(word) for word in _WORD.findall(cell.head)]
            yield f"H={'_'.join(words)[:24]}"
            yield from (f"Hw={word[:STEM]}" for word in words)
            yield from (f"H#{name}" for word in words for name in concepts_of(word))
            yield f"column={min(place, 5)}"
            rest = view.survey.texts[segment.source][cell.start : cell.end]
            if len(rest) - (mention.end - mention.start) <= 1:
                yield "alone"
    if segment.zone is Zone.ROW:
        yield from {
            f"heads#{name}"
            for cell in segment.cells
            for word in _WORD.findall(cell.head)
            for name in concepts_of(fold(word))
        }
    words = [fold(word) for word in _WORD.findall(segment.heading[:80])]
    yield from (f"T#{name}" for word in words for name in concepts_of(word))


def _stem(word: str) -> str:
    """The beginning of a word, its plural's ending cut off."""
    word = fold(word)
    return word[:-1][:STEM] if word.endswith(("s", "n")) and len(word) > 4 else word[:STEM]  # noqa: PLR2004 - words, not units
