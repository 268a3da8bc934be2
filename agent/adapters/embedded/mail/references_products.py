"""Finds products in a text by their codes, names, distinctive words and sizes; linear in the text's length."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from agent.adapters.embedded.mail.references_words import GENERIC, folded, stems
from agent.suggestions.reader import KnownLine

MIN_CODE, MIN_WORD = 3, 4
MAX_PARTS = 8  # parts of a code that are written apart
_TOKEN = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[\s./_\u2013-]{1,2}")
_NAME_GAP = re.compile(r"[\s\-\u2013/\"']{1,3}(?:(?:of|de|du|d'|di|van|von|mit|with|aus|en|in|a|\u00e0|da|para)\s)?")
_NAME_TOKEN = re.compile(r"\d+(?:[.,]\d+)?(?:[x\u00d7]\d+(?:[.,]\d+)?)*[^\W\d_]{0,4}(?!\w)|[^\W\d_]+\d*")
_SIZE = re.compile(
    r"(\d{1,5}(?:[.,]\d+)?)\s?(mm|cm|bar|micron|nm|kohm|ohm|nf|kw|w|v|ah|my|l|ml|kg|g|gsm|inch|m|m2|mah)\b",
    re.IGNORECASE,
)
_PURPOSE = re.compile(r"\s(?:for|f\u00fcr|pour|para|voor|per)\s", re.IGNORECASE)  # "lid for bucket" is no bucket

Span = tuple[int, int]
T = TypeVar("T")


def squeezed(code: str) -> str:
    """A code without its separators, for comparing."""
    return re.sub(r"[\W_]+", "", code).casefold()


def runs(text: str, wanted: Mapping[str, T]) -> Iterator[tuple[int, int, T]]:
    """Where codes of `wanted` (squeezed) stand, however their parts are separated; the longest of each place."""
    if not wanted:
        return
    longest = max(map(len, wanted))
    tokens = [hit.span() for hit in _TOKEN.finditer(text)]
    at = 0
    while at < len(tokens):
        best, joined, found = 0, "", None
        for more in range(min(MAX_PARTS, len(tokens) - at)):
            start, end = tokens[at + more]
            if more and not _GAP.fullmatch(text, tokens[at + more - 1][1], start):
                break
            joined += text[start:end].casefold()
            if len(joined) > longest:
                break
            if joined in wanted:
                best, found = more + 1, wanted[joined]
        if found is not None and not _is_part(text, tokens[at][0], tokens[at + best - 1][1]):
            yield tokens[at][0], tokens[at + best - 1][1], found
        at += best or 1


def _is_part(text: str, start: int, end: int) -> bool:
    """Whether a longer code goes on at either side: "X-GBX40", "GBX40-B"."""
    before, behind = text[max(0, start - 2) : start], text[end : end + 2]
    left = len(before) == 2 and before[1] in "-_" and before[0].isalnum()  # noqa: PLR2004 - a mark and what it joins
    right = len(behind) == 2 and behind[0] in "-_" and behind[1].isalpha()  # noqa: PLR2004
    return left or right


class _Run(NamedTuple):
    """Words side by side that can name products."""

    start: int
    end: int
    products: frozenset[int]
    alone: bool  # a word that tells a product without another one


class Products:
    """The products of the known lines."""

    def __init__(self, known: Sequence[KnownLine]) -> None:
        self._lines: list[list[KnownLine]] = []
        places: dict[str, int] = {}
        for line in known:
            place = places.setdefault(squeezed(line.product_code) or line.product_name, len(self._lines))
            if place == len(self._lines):
                self._lines.append([])
            self._lines[place].append(line)
        self._codes = self._all_codes()
        self._words: dict[str, frozenset[int]] = {}
        self._sizes: dict[tuple[str, str], frozenset[int]] = {}
        for place, lines in enumerate(self._lines):
            name = lines[0].product_name
            goods = _PURPOSE.split(name, maxsplit=1)[0]
            for stem in {stem for word in re.findall(r"[^\W\d_]{3,}", goods) for stem in stems(word)}:
                self._words[stem] = self._words.get(stem, frozenset()) | {place}
            for token in _NAME_TOKEN.findall(name):
                if any(letter.isdigit() for letter in token):
                    key = token.casefold()
                    self._words[key] = self._words.get(key, frozenset()) | {place}
            for number, unit in _SIZE.findall(name):
                size = (number.replace(",", "."), unit.lower())
                self._sizes[size] = self._sizes.get(size, frozenset()) | {place}

        self._plain = frozenset(place for place in range(len(self._lines)) if not self._own_words(place))

    def _own_words(self, place: int) -> bool:
        """Whether the product's name has a word of its own that mails do not use for other things."""
        words = re.findall(r"[^\W\d_]{4,}", self._lines[place][0].product_name)
        return any(
            word.lower() not in GENERIC and self._words.get(folded(word)) == frozenset({place}) for word in words
        )

    def _all_codes(self) -> dict[str, list[KnownLine]]:
        """All codes, and the parts of codes that only one product has."""
        codes: dict[str, list[KnownLine]] = {}
        parts: dict[str, list[KnownLine]] = {}
        count = Counter[str]()
        for lines in self._lines:
            own: set[str] = set()
            for line in lines:
                for code in {line.product_code, line.supplier_code}:
                    if len(squeezed(code)) >= MIN_CODE and not (code.isdigit() and len(code) <= MIN_CODE):
                        codes.setdefault(squeezed(code), [])
                        if line not in codes[squeezed(code)]:
                            codes[squeezed(code)].append(line)
                        own |= {part.casefold() for part in _TOKEN.findall(code) if _tells(part)}
            count.update(own)
            for part in own:
                parts[part] = list(lines)
        return {**{part: lines for part, lines in parts.items() if count[part] == 1}, **codes}

    def find(self, text: str) -> Iterator[tuple[int, int, list[KnownLine]]]:
        """Start, end and lines of every product that is named."""
        yield from runs(text, self._codes)
        for run in self._runs(text):
            if len(run.products) == 1 and run.alone:
                yield run.start, run.end, self._lines[next(iter(run.products))]

    def _runs(self, text: str) -> Iterator[_Run]:
        """Words side by side that one product can have."""
        run: _Run | None = None
        for start, end, products, alone in sorted(self._telling(text), key=lambda one: (one[0], -one[1])):
            if run and start < run.end:
                continue
            joint = run and (run.products & products) and _NAME_GAP.fullmatch(text, run.end, start)
            if run and joint:
                telling = alone or run.alone or (len(run.products) > 1 and len(run.products & products) == 1)
                run = _Run(run.start, end, run.products & products, telling)
                continue
            if run:
                yield run
            run = _Run(start, end, products, alone)
        if run:
            yield run

    def _telling(self, text: str) -> Iterator[tuple[int, int, frozenset[int], bool]]:
        """Words and sizes of product names: place, products that have them, whether they tell without others."""
        for hit in _SIZE.finditer(text):
            if products := self._sizes.get((hit[1].replace(",", "."), hit[2].lower())):
                yield hit.start(), hit.end(), products, len(products) == 1 and len(self._lines) > 1
        for hit in _NAME_TOKEN.finditer(text):
            word = hit[0]
            if word[0].isdigit() or any(letter.isdigit() for letter in word):
                if products := self._words.get(word.casefold()):
                    mixed = any(not letter.isdigit() for letter in word) and len(word) > 2  # noqa: PLR2004 - "M8" tells little
                    yield hit.start(), hit.end(), products, mixed and len(products) == 1
            elif len(word) >= MIN_CODE:
                products = frozenset[int]().union(*(self._words.get(stem, frozenset()) for stem in stems(word)))
                if products:
                    generic = len(word) < MIN_WORD or (word.lower() in GENERIC and not products & self._plain)
                    yield hit.start(), hit.end(), products, len(products) == 1 and not generic


def _tells(part: str) -> bool:
    """Whether a part of a code is long and odd enough to stand for the whole: "9010", "R12", not "40" or "STL"."""
    digits = sum(letter.isdigit() for letter in part)
    return (digits >= 4 and len(part) >= 4) or (0 < digits < len(part) and len(part) >= MIN_CODE)  # noqa: PLR2004 - "9010"
