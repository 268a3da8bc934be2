"""Surveys a supplier's mail: segments, mentions of values and references to lines, before anything is decided."""

import re
from bisect import bisect_right
from decimal import Decimal

from agent.adapters.embedded.extract_refs import Refs
from agent.adapters.embedded.extract_tables import _cells as cells_of  # pyright: ignore[reportPrivateUsage]
from agent.adapters.embedded.extract_tables import column_role
from agent.adapters.embedded.extract_text import pieces
from agent.adapters.embedded.mail.model import Cell, Kind, Mention, Reference, Segment, Survey, Target, Zone
from agent.adapters.embedded.numbers import comma_is_decimal
from agent.kit.dates import find_dates
from agent.kit.money import find_money
from agent.kit.numbers import find_numbers, plain
from agent.suggestions.reader import MailInput
from agent.suggestions.writer import day_first

MAX_TEXT = 100_000
_CODE = re.compile(r"(?<![\w-])(?=[A-Z0-9 -]{7,}(?!\w))(?:[A-Z]{1,4}[ -]?)?\d[\dA-Z]*(?:[ -]\d[\dA-Z]*)*(?![\w-])")
_UNIT = re.compile(r"\s?([^\W\d_]{1,12}\d?\b\.?|%)")


def survey(asked: MailInput) -> Survey:
    """All segments, mentions and references of a mail; offsets are code points of each source. Never raises."""
    texts = {one.source: one.text for one in asked.texts}
    segments: list[Segment] = []
    for source, text in texts.items():
        segments += _segments(source, text[:MAX_TEXT])
    order, comma = day_first(asked), comma_is_decimal(asked)
    refs = Refs(asked.known_lines)
    mentions: list[Mention] = []
    references: list[Reference] = []
    for index, segment in enumerate(segments):
        words = texts[segment.source][segment.start : segment.end]
        taken = [
            Mention(
                Kind.DATE,
                index,
                segment.start + one.start,
                segment.start + one.end,
                tuple(day.isoformat() for day in one.readings),
                form=one.kind,
            )
            for one in find_dates(words, asked.sent_on, day_first=order)
        ]
        for one in find_money(words, comma_is_decimal=comma):
            values = tuple(plain(value / one.per) for value in one.readings)
            start, end = segment.start + one.start, segment.start + one.end
            if not _covered(taken, start, end):
                taken.append(Mention(Kind.MONEY, index, start, end, values, one.currency, one.per))
        for one in find_numbers(words, comma_is_decimal=comma):
            unit = _UNIT.match(words, one.end)
            start, end = segment.start + one.start, segment.start + one.end
            if not _covered(taken, start, end):
                values = tuple(plain(value) for value in one.readings)
                taken.append(Mention(Kind.NUMBER, index, start, end, values, unit[1] if unit else "", Decimal(1)))
        for hit in _CODE.finditer(words):
            if sum(letter.isdigit() for letter in hit[0]) >= 6:  # noqa: PLR2004 - shorter ones are counts
                start, end = segment.start + hit.start(), segment.start + hit.end()
                taken.append(Mention(Kind.CODE, index, start, end, (re.sub(r"\s", "", hit[0]), hit[0])))
        mentions += sorted(taken, key=lambda one: one.start)
        for ref in refs.find(words):
            target = Target(ref.target.po, ref.target.line, ref.target.stated)
            kind = "po" if ref.kind == "po" else "line"
            references.append(Reference(index, segment.start + ref.start, segment.start + ref.end, target, kind))
    return Survey(texts, tuple(segments), tuple(mentions), tuple(references))


def _covered(taken: list[Mention], start: int, end: int) -> bool:
    return any(one.start < end and start < one.end for one in taken)


def _segments(source: str, text: str) -> list[Segment]:
    found: list[Segment] = []
    for piece in pieces(text):
        if not piece.table:
            zone = Zone.SUBJECT if source == "subject" else Zone.QUOTED if piece.quoted else Zone.PROSE
            found.append(Segment(source, piece.start, piece.start + len(piece.text), zone, piece.paragraph))
            continue
        heads: list[tuple[int, str]] = []
        at = piece.start
        for line in piece.text.split("\n"):
            cells = cells_of(line)
            if not heads and len([1 for cell in cells if column_role(cell.text)]) > 1:
                heads = [(cell.start, cell.text) for cell in cells]
            named: list[Cell] = []
            for place, cell in enumerate(cells):
                exact = len(cells) == len(heads)
                nearest = bisect_right([start for start, _ in heads], cell.start) - 1
                head = heads[place][1] if exact else heads[max(nearest, 0)][1] if heads else ""
                named.append(Cell(at + cell.start, at + cell.start + len(cell.text), head))
            if line.strip():
                found.append(Segment(source, at, at + len(line), Zone.ROW, piece.paragraph, tuple(named)))
            at += len(line) + 1
    return found
