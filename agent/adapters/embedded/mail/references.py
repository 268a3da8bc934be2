"""Finds what a mail's words name: orders, lines by number, products by code, name or distinctive word, groups."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from agent.adapters.embedded.mail.layout import scan_text
from agent.adapters.embedded.mail.layout_heads import column_role
from agent.adapters.embedded.mail.model import Reference, Segment, Target, Zone
from agent.adapters.embedded.mail.references_products import Products, Span, runs, squeezed
from agent.adapters.embedded.mail.references_words import (
    CONFIRMED,
    GROUP,
    LINE,
    NTH,
    ORDINALS,
    OURS,
    PLAIN,
    STATED,
)
from agent.suggestions.reader import KnownLine

MAX_OF = 80  # characters between a line and the order that follows it
MAX_LINES_NAMED = 20  # of one "lines 1 to 20"
_OF_ORDER = re.compile(
    r"\W?[^,.;:]{0,30}\b(?:of|on|from|in|von|der|de|du|del|della|dell'|van|op)\b[^,.;:]{0,25}", re.IGNORECASE
)
_BEHIND = re.compile(r"(?:[-/]|\s/\s)0{0,4}(\d{1,3})(?![\w]|[-/.,]\d)")
_MARKER = re.compile(r"\s{0,8}\(?0{0,4}(\d{1,3})[.)]\s")
_LINE_CELL = re.compile(r"\W{0,2}0{0,4}(\d{1,3})\W{0,2}")
_ORDER_CELL = re.compile(r"[A-Z]{0,4}[-/ ]?\d{3,12}(?:[-/]\d{1,6})?", re.IGNORECASE)


class _Found(NamedTuple):
    """A reference before its segment is known."""

    start: int
    end: int
    target: Target
    kind: str


class _Taken:
    """Places of a text that are taken."""

    def __init__(self, size: int, found: Iterable[_Found]) -> None:
        self._marks = bytearray(size + 1)
        for one in found:
            self.take(one.start, one.end)

    def take(self, start: int, end: int) -> None:
        self._marks[start:end] = b"\x01" * (end - start)

    def free(self, start: int, end: int) -> bool:
        return not any(self._marks[start:end])


class Names:
    """The known orders and lines, prepared for finding their mentions in texts."""

    def __init__(self, known: Sequence[KnownLine]) -> None:
        self.known = tuple(known)
        self.orders = tuple(dict.fromkeys(line.po for line in known))
        self._by_code = {squeezed(order): order for order in self.orders}
        self._by_digits = {_digits(order): order for order in self.orders}
        self._products = Products(self.known)

    def find(self, text: str, segments: Sequence[Segment], first: int, po: str | None) -> list[Reference]:
        """All references of one text in order. `first` is the index of its first segment, `po` the order spoken of."""
        scan = scan_text(text, list(segments))
        orders = self._orders_in(scan)
        found = [*orders, *self._others(scan, orders)]
        found += [
            _Found(start, end, self._target(line, scan[start:end]), "product")
            for start, end, lines in self._products.find(scan)
            for line in self._nearest(lines, orders, start, po)
        ]
        found += self._lines_in(scan, orders, po)
        found += self._cells(scan, segments, orders, po)
        for hit in GROUP.finditer(scan):
            order = self._order_at(orders, hit.start(), scan, po)
            found.append(_Found(hit.start(), hit.end(), Target(order, None, hit[0]), "group"))
        found += self._numbered(scan, segments, found, po)
        starts = [one.start for one in segments]
        return [
            Reference(first + max(0, bisect_right(starts, one.start) - 1), one.start, one.end, one.target, one.kind)
            for one in _apart(found)
        ]

    def _target(self, line: KnownLine, words: str) -> Target:
        return Target(line.po, line.line, words)

    def _whole(self, order: str, words: str) -> Target:
        lines = [line.line for line in self.known if line.po == order]
        return Target(order, lines[0] if len(lines) == 1 else None, words)

    def _orders_in(self, scan: str) -> list[_Found]:
        found: list[_Found] = []
        for start, end, order in runs(scan, self._by_code):
            if hit := _BEHIND.match(scan, end):  # P00158/2
                line = self._by_number(int(hit[1]), order)
                if line is not None:
                    found.append(_Found(start, hit.end(), Target(order, line, scan[start : hit.end()]), "line"))
                    continue
            found.append(_Found(start, end, self._whole(order, scan[start:end]), "po"))
        taken = _Taken(len(scan), found)
        for pattern in (STATED, PLAIN):
            for hit in pattern.finditer(scan):
                start, end = hit.span(1) if pattern is STATED else hit.span()
                if not taken.free(start, end) or OURS.search(scan, max(0, hit.start() - 48), hit.start()):
                    continue
                target = self._stated(scan[start:end].strip(" #"))
                if target is not None:
                    taken.take(start, end)
                    found.append(_Found(start, end, target, "po"))
        return sorted(found)

    def _stated(self, words: str) -> Target | None:
        """The known order with these digits, else the order as stated; None for words that are no order's number."""
        order = self._by_digits.get(_digits(words))
        if order is not None and len(_digits(words)) > 1:
            return self._whole(order, words)
        if sum(letter.isdigit() for letter in words) < 3 or re.fullmatch(r"(?:19|20)\d\d", words):  # noqa: PLR2004 - a number
            return None
        return Target(words, None, words)

    def _others(self, scan: str, orders: Sequence[_Found]) -> Iterator[_Found]:
        """Numbers of the supplier's own papers."""
        taken = _Taken(len(scan), orders)
        for hit in CONFIRMED.finditer(scan):
            if taken.free(*hit.span(1)):
                yield _Found(*hit.span(1), Target(None, None, hit[1]), "other")

    def _nearest(
        self, lines: Sequence[KnownLine], orders: Sequence[_Found], at: int, po: str | None
    ) -> list[KnownLine]:
        """Of lines with the same product those of the order spoken of; all when it is none of theirs."""
        now = self._order_at(orders, at, "", po)
        return [line for line in lines if line.po == now] or list(lines)

    def _order_at(self, orders: Sequence[_Found], at: int, scan: str, po: str | None) -> str | None:
        """The order of a line at this place: one that follows ("of P00412"), the last one named, or `po`."""
        place = bisect_left(orders, at, key=lambda one: one.start)
        follows = orders[place] if scan and place < len(orders) and orders[place].start - at < MAX_OF else None
        if follows and _OF_ORDER.fullmatch(scan, at, follows.start):
            return follows.target.po
        return orders[place - 1].target.po if place else po

    def _lines_in(self, scan: str, orders: Sequence[_Found], po: str | None) -> Iterator[_Found]:
        for hit in NTH.finditer(scan):
            order = self._order_at(orders, hit.end(), scan, po)
            if target := self._line_target(ORDINALS[hit[1].lower()], order, hit[0]):
                yield _Found(hit.start(), hit.end(), target, "line")
        for hit in LINE.finditer(scan):
            order = self._order_at(orders, hit.end(), scan, po)
            for number in _numbers(hit):
                if target := self._line_target(number, order, hit[0]):
                    yield _Found(hit.start(), hit.end(), target, "line")

    def _cells(
        self, scan: str, segments: Sequence[Segment], orders: Sequence[_Found], po: str | None
    ) -> Iterator[_Found]:
        """Line and order numbers that stand in columns of their own."""
        taken = _Taken(len(scan), orders)
        for segment in segments:
            if segment.zone is not Zone.ROW:
                continue
            for cell in segment.cells:
                words, role = scan[cell.start : cell.end], column_role(cell.head) if cell.head else ""
                if role == "line" and (hit := _LINE_CELL.fullmatch(words)):
                    place = bisect_left(orders, segment.start, key=lambda one: one.start)
                    here = place < len(orders) and orders[place].start < segment.end
                    order = orders[place].target.po if here else self._order_at(orders, cell.start, "", po)
                    if target := self._line_target(int(hit[1]), order, words.strip()):
                        yield _Found(cell.start, cell.end, target, "line")
                free = role == "po" and taken.free(cell.start, cell.end)
                if free and _ORDER_CELL.fullmatch(words) and (target := self._stated(words)):
                    yield _Found(cell.start, cell.end, target, "po")

    def _numbered(
        self, scan: str, segments: Sequence[Segment], found: Sequence[_Found], po: str | None
    ) -> Iterator[_Found]:
        """The markers of a list that is numbered as the order's lines are: where some entry names the product of the
        line of its number, and none another one.
        """
        marked = [(segment, hit) for segment in segments if (hit := _MARKER.match(scan, segment.start, segment.end))]
        numbers = [int(hit[1]) for _, hit in marked]
        if po is None or len(marked) < 2 or numbers != sorted(set(numbers)):  # noqa: PLR2004 - one entry is no list
            return
        products = sorted(one for one in found if one.kind == "product")
        agreed, rest = False, list[_Found]()
        for segment, hit in marked:
            place = bisect_left(products, segment.start, key=lambda one: one.start)
            target = self._line_target(int(hit[1]), po, hit[1])
            named = place < len(products) and products[place].start < segment.end
            if target is None or (named and products[place].target.line != target.line):
                return
            agreed = agreed or named
            if not named:
                rest.append(_Found(*hit.span(1), target, "line"))
        if agreed:
            yield from rest

    def _line_target(self, number: int, po: str | None, words: str) -> Target | None:
        if po is None or po not in self.orders:
            alone = not self.known or (po is not None and po not in self.orders)
            return Target(po, number, words) if alone and number else None
        line = self._by_number(number, po)
        return Target(po, line, words) if line else None

    def _by_number(self, number: int, po: str | None) -> int | None:
        lines = [line.line for line in self.known if line.po == po]
        if number in lines:
            return number
        if number * 10 in lines and min(lines) >= 10:  # noqa: PLR2004 - lines counted 10, 20, 30
            return number * 10
        return number // 10 if number % 10 == 0 and number // 10 in lines and max(lines) < 10 else None  # noqa: PLR2004 - 10, 20, 30


def _numbers(hit: re.Match[str]) -> list[int]:
    """The numbers of "lines 1, 2 and 4" and "lines 1 to 4"."""
    numbers = [int(hit[1]), *map(int, re.findall(r"\d+", hit[2]))]
    if len(numbers) == 2 and re.search(r"-|to|bis", hit[2]) and 0 < numbers[1] - numbers[0] < MAX_LINES_NAMED:  # noqa: PLR2004 - a range
        return list(range(numbers[0], numbers[1] + 1))
    return numbers


def _digits(code: str) -> str:
    return (re.findall(r"\d+", code) or [code])[-1].lstrip("0")


def _apart(found: Iterable[_Found]) -> list[_Found]:
    """Without mentions inside longer ones; several lines of one "lines 1 and 2" stay."""
    kept: list[_Found] = []
    spans: dict[Span, bool] = {}
    listed = sorted(dict.fromkeys(found), key=lambda one: (one.start - one.end, one.start, one.kind))
    size = max((one.end for one in listed), default=0)
    taken = bytearray(size)
    for one in listed:
        span = (one.start, one.end)
        if span not in spans:
            spans[span] = not any(taken[one.start : one.end])
            taken[one.start : one.end] = b"\x01" * (one.end - one.start)
        if spans[span]:
            kept.append(one)
    return sorted(kept, key=lambda one: (one.start, one.end))
