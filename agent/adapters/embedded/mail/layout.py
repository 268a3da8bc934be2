"""Lays a mail's text out in segments: sentences and rows of tables, each with its zone, cells and heading."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.adapters.embedded.mail.layout_heads import GREETS, MAX_LABEL, column_role
from agent.adapters.embedded.mail.layout_sentences import BULLET, Line, lines_of, paragraph_length, sentences
from agent.adapters.embedded.mail.layout_tables import RULE, Table, table_at
from agent.adapters.embedded.mail.layout_zones import (
    history,
    is_contact,
    is_notice,
    is_postscript,
    signature_start,
    to_machines,
)
from agent.adapters.embedded.mail.model import Cell, Segment, Zone

MAX_TEXT = 100_000  # characters of one text that are laid out
MAX_SEGMENTS = 4_000
MAX_VALUE = 90  # characters of a label's value; a longer one is a sentence
MAX_HEADING = 80
_PAIR = re.compile(r"([^\W\d_][\w.\u00b0/()'-]{0,24}(?: [\w.\u00b0/()'-]{1,24}){0,4})\s?(?::|=)\s{0,20}(?=\S)")
_BETWEEN_PAIRS = re.compile(r"(?:\s?[,;|/\u2013]\s{0,3}|\s-\s|\s{2,})$")
_WORDS = re.compile(r"[^\W\d_]+")


@dataclass
class _Text:
    """A text while it is laid out."""

    source: str
    lines: list[Line]
    text: str
    old: list[bool]
    signature: int
    found: list[Segment] = field(default_factory=list[Segment])
    paragraph: int = 0
    heading: str = ""


_WALLS = re.compile(r"[\t\n|;,\"]|\s{2,}")  # what stands between cells; a label keeps its single blanks


def lay_out(source: str, text: str, subject: str = "") -> list[Segment]:
    """The segments of a text in order; never raises. Sentences that address a machine are segments of their own."""
    text = text[:MAX_TEXT]
    machines = to_machines(text)
    for start, end in machines:
        text = text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
    if source == "subject":
        found = [Segment(source, start, end, Zone.SUBJECT, 0) for start, end in sentences(text)]
    else:
        found = _body(source, text, subject)
    found += [Segment(source, start, end, Zone.TO_MACHINES, 0) for start, end in machines]
    return sorted(found, key=lambda one: (one.start, one.end))[:MAX_SEGMENTS]


def _body(source: str, text: str, subject: str) -> list[Segment]:
    lines = lines_of(text)
    is_mail = source == "body"
    old = history(lines, subject) if is_mail else [False] * len(lines)
    ends = signature_start(lines, [not one for one in old]) if is_mail else len(lines)
    laid = _Text(source, lines, text, old, ends)
    at = 0
    while at < len(lines) and len(laid.found) < MAX_SEGMENTS:
        at = _next(laid, at)
    return laid.found


def _next(laid: _Text, at: int) -> int:
    """Lay out what starts at this line; where the next starts."""
    text = laid.lines[at].text
    if not text.strip():
        laid.paragraph += 1
        return at + 1
    if RULE.fullmatch(text):
        return at + 1
    if laid.old[at]:
        return _plain(laid, at, Zone.QUOTED)
    last = _stretch(laid, at)
    if table := table_at(laid.lines, at, last):
        _add_table(laid, at, table)
        return at + table.length
    if at >= laid.signature and not is_postscript(text):
        return _plain(laid, at, Zone.SIGNATURE)
    laid.signature = max(laid.signature, len(laid.lines) if at >= laid.signature else 0)
    return _line(laid, at, last)


def _add_table(laid: _Text, at: int, table: Table) -> None:
    """The rows of a table, and what stands between them as lines of their own."""
    rows = dict(table.rows)
    within = {
        laid_at for index, cells in table.rows for laid_at in range(index, index + (table.height if cells else 1))
    }
    for index in range(at, at + table.length):
        text = laid.lines[index].text
        if rows.get(index):
            _add_row(laid, index, rows[index])
        elif index not in within and text.strip() and not RULE.fullmatch(text):
            _line(laid, index, index + 1)
        elif not text.strip():
            laid.paragraph += 1


def _line(laid: _Text, at: int, last: int) -> int:
    """A line of labels and values, or running text."""
    if cells := _pairs(laid.lines[at]):
        _add_row(laid, at, cells)
        return at + 1
    return _prose(laid, at, last)


def _stretch(laid: _Text, at: int) -> int:
    """The end of the lines from here that are of one kind: news, or older words."""
    last = at + 1
    while last < len(laid.lines) and not laid.old[last] and last - at < MAX_SEGMENTS:
        last += 1
    return last


def _plain(laid: _Text, at: int, zone: Zone) -> int:
    line = laid.lines[at]
    start, end = _bare(line)
    laid.found.append(Segment(laid.source, start, end, zone, laid.paragraph))
    return at + 1


def _bare(line: Line) -> tuple[int, int]:
    start = line.start + len(line.text) - len(line.text.lstrip())
    return start, line.start + len(line.text.rstrip())


def _add_row(laid: _Text, at: int, cells: tuple[Cell, ...]) -> None:
    start, end = _bare(laid.lines[at])
    if cells:
        start, end = min(start, cells[0].start), max(end, cells[-1].end)
    words = laid.text[start:end]
    in_signature = at >= laid.signature and (is_contact(words) or not any(cell.head for cell in cells))
    zone = Zone.SIGNATURE if in_signature else Zone.ROW
    laid.found.append(Segment(laid.source, start, end, zone, laid.paragraph, cells, laid.heading))
    if len(cells) == 1 and not cells[0].head and len(words) <= MAX_HEADING and not re.search(r"\d{2}", words):
        laid.heading = words.strip(" :*#")


def _pairs(line: Line) -> tuple[Cell, ...]:
    """Labels and their values: "Qty: 50  ETA: 12 Jan"; empty when the line is none of these."""
    text = line.text
    hits = [
        hit
        for hit in _PAIR.finditer(text[:1000])
        if column_role(_label(hit[1])) and "://" not in hit[0] + text[hit.end() :][:2]
    ]
    if not hits:
        return ()
    lead = BULLET.match(text)
    first = hits[0].start(1)
    if first > (lead.end() if lead else 0) + len(text) - len(text.lstrip()) and not _BETWEEN_PAIRS.search(text[:first]):
        return ()
    cells: list[Cell] = []
    for place, hit in enumerate(hits):
        end = hits[place + 1].start(1) if place + 1 < len(hits) else len(text)
        value = text[hit.end() : end]
        if place + 1 < len(hits):
            gap = _BETWEEN_PAIRS.search(value)
            if gap is None:
                return ()
            value = value[: gap.start()]
        value = value.rstrip()
        if not value or len(value) > MAX_VALUE or re.search(r"[.!?]\s+[^\W\d_]+\s+[^\W\d_]+\s", value):
            return ()
        cells.append(Cell(line.start + hit.end(), line.start + hit.end() + len(value), _label(hit[1])))
    return tuple(cells)


def _label(text: str) -> str:
    return " ".join(text.split())


def _prose(laid: _Text, at: int, last: int) -> int:
    if laid.signature > at:
        last = min(last, laid.signature)
    length = paragraph_length(laid.lines, at, last)
    start = laid.lines[at].start
    end = laid.lines[at + length - 1].start + len(laid.lines[at + length - 1].text)
    text = laid.text[start:end]
    bullet = bool(BULLET.match(text))
    if heading := _heading(laid, at, length, text):
        laid.found.append(Segment(laid.source, *_bare(laid.lines[at]), Zone.PROSE, laid.paragraph, (), laid.heading))
        laid.heading = heading
        return at + length
    contact = length == 1 and is_contact(text)
    above = laid.heading if bullet or _follows_heading(laid) else ""
    for first, ends in sentences(text):
        zone = Zone.SIGNATURE if contact else Zone.NOTICE if is_notice(text[first:ends]) else Zone.PROSE
        laid.found.append(Segment(laid.source, start + first, start + ends, zone, laid.paragraph, (), above))
    if not bullet and not above:
        laid.heading = ""
    return at + length


def _follows_heading(laid: _Text) -> bool:
    """Whether the segment before is the heading itself, so that this line stands directly under it."""
    before = laid.found[-1] if laid.found else None
    return (
        before is not None
        and bool(laid.heading)
        and laid.text[before.start : before.end].strip(" :*#_-") == laid.heading
    )


def _heading(laid: _Text, at: int, length: int, text: str) -> str:
    """The words of a line that heads what follows: it ends in a colon, or is short and marked as a heading."""
    bare = text.strip()
    if length > 1 or len(bare) > MAX_HEADING * 2 or GREETS.match(bare):
        return ""
    if bare.endswith(":"):
        cut = max(bare.rfind(". "), bare.rfind("! "), 0)
        return bare[cut:].strip(" .!:*#_-") if at + 1 < len(laid.lines) else ""
    marked = re.fullmatch(r"(?:#+\s.*|\*{1,2}[^*]+\*{1,2}|_[^_]+_|=+\s.*=+)", bare) or (
        bare.isupper() and len(bare) <= MAX_LABEL
    )
    follows = laid.lines[at + 1].text if at + 1 < len(laid.lines) else ""
    listed = bool(BULLET.match(follows)) and len(bare) <= MAX_LABEL and bare[-1:] not in ".!?,"
    return (
        bare.strip(" :*#_=") if (marked or listed) and not BULLET.match(bare) and not re.search(r"\d{3}", bare) else ""
    )


def segment_of(segments: list[Segment], starts: list[int], at: int) -> int | None:
    """The index of the segment that holds this place; `starts` are the segments' starts."""
    place = bisect_right(starts, at) - 1
    return place if place >= 0 and at < segments[place].end else None


def scan_text(text: str, segments: list[Segment]) -> str:
    """A text of the same length for searching: only what stands in segments, NUL between segments and cells."""
    parts: list[str] = []
    at = 0
    for segment in segments:
        if segment.start < at or segment.zone is Zone.TO_MACHINES:
            continue
        parts.append("\0" * (segment.start - at))
        parts.extend(_scanned(text, segment))
        at = segment.end
    parts.append("\0" * (len(text) - at))
    return "".join(parts)


def _scanned(text: str, segment: Segment) -> Iterator[str]:
    if len(segment.cells) < 2 and segment.zone is not Zone.ROW:  # noqa: PLR2004 - one cell needs no walls
        yield text[segment.start : segment.end].replace("\n", " ")
        return
    at = segment.start
    for cell in segment.cells:
        if cell.start >= at:
            yield _WALLS.sub(_walled, text[at : cell.start])
            yield text[cell.start : cell.end].replace("\n", " ")
            at = cell.end
    yield _WALLS.sub(_walled, text[at : segment.end]) if segment.cells else text[at : segment.end]


def _walled(hit: re.Match[str]) -> str:
    return "\0" * len(hit[0])
