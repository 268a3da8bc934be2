"""Finds tables in a text (tabs, bars, semicolons, commas, aligned columns, one cell a line) and heads their cells."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from agent.adapters.embedded.mail.layout_heads import MAX_LABEL, column_role
from agent.adapters.embedded.mail.layout_sentences import Line
from agent.adapters.embedded.mail.model import Cell

MAX_ROW = 2_000  # characters of a row that are cut into cells
MAX_CELLS = 60
MAX_HEAD_LINES = 3
RULE = re.compile(r"[\s|+=:_\u2500-\u257f-]{3,}")
_VALUE = re.compile(r"\d{2}|^\W{0,3}\d|[\u20ac$\u00a3]\s?\d|\d\s?[\u20ac$\u00a3]")
_BASIS = re.compile(r"(?<!\d)1(?:[., ]?000|00)(?!\d)")  # a price for so many
_SPACED = re.compile(r"\S+(?: \S+)*")
_TOLD = re.compile(
    r"(?!(?:EUR|USD|GBP|CHF|KW|wk|week|semaine|semana)\b)"
    r"([^\W\d_][\w./\u00b0-]{0,20}(?: [^\W\d_][\w.-]{0,14})?)[:\s]\s{0,3}"
    r"(?=[\d\u20ac$\u00a3]|(?:EUR|USD|GBP|CHF)\b)"
)
_FIELD = re.compile(r'"(?:[^"]|"")*"|[^,"]*')

Spans = list[tuple[int, int]]


class Table(NamedTuple):
    """Rows from a line on: how many lines, how cells are parted, and the rows with their headed cells."""

    length: int
    rows: list[tuple[int, tuple[Cell, ...]]]  # index of the line, its cells
    height: int = 1  # lines of a row


def table_at(lines: Sequence[Line], at: int, last: int) -> Table | None:
    """The table that starts at this line, before line `last`; None when none does."""
    for split, fewest in ((_tabs, 2), (_bars, 2), (_semicolons, 3), (_commas, 4), (_spaces, 3), (_wide_pair, 2)):
        first = split(lines[at].text)
        if len(first) < fewest:
            continue
        taken = _extent(lines, at, last, split, len(first))
        if len(taken) > 1 or split in (_tabs, _bars):
            return Table(taken[-1] - at + 1, _headed(lines, taken, split))
    return _one_cell_a_line(lines, at, last)


def _extent(lines: Sequence[Line], at: int, last: int, split: Callable[[str], Spans], columns: int) -> list[int]:
    """The lines that belong to the table; single blank lines, rules and stray lines inside are passed over."""
    taken, gap = [at], 0
    exact = split in (_commas, _wide_pair)
    index = at + 1
    while index < last and gap < 2:  # noqa: PLR2004 - two foreign lines end a table
        text = lines[index].text
        cells = split(text)
        if RULE.fullmatch(text):
            pass
        elif len(cells) > 1 and (not exact or len(cells) == columns):
            taken.append(index)
            gap = 0
        else:
            gap += 1
        index += 1
    return taken


def _tabs(line: str) -> Spans:
    return _trimmed(line, _parts(line, "\t")) if "\t" in line else []


def _bars(line: str) -> Spans:
    if line.count("|") < 1 or RULE.fullmatch(line):
        return []
    parts = _parts(line, "|")
    if not line[: parts[0][1]].strip():
        parts = parts[1:]
    if parts and not line[parts[-1][0] :].strip():
        parts = parts[:-1]
    return _trimmed(line, parts)


def _semicolons(line: str) -> Spans:
    return _trimmed(line, _parts(line, ";")) if line.count(";") > 1 and line.count("; ") <= line.count(";") // 2 else []


def _commas(line: str) -> Spans:
    if line.count(",") < 3 or line.count(", ") > 1:  # noqa: PLR2004 - a sentence has blanks behind its commas
        return []
    spans: Spans = []
    at = 0
    while at <= len(line) and len(spans) < MAX_CELLS:
        hit = _FIELD.match(line, at)
        end = hit.end() if hit else len(line)
        quoted = line[at:end].startswith('"') and end - at > 1
        spans.append((at + quoted, end - quoted))
        at = end + 1
    return _trimmed(line, spans)


def _spaces(line: str) -> Spans:
    return [hit.span() for hit in _SPACED.finditer(line[:MAX_ROW])][:MAX_CELLS]


def _wide_pair(line: str) -> Spans:
    """Two cells with a gap of three blanks or more: "Valve 1/2     5,40"."""
    spans = _spaces(line)
    wide = len(spans) == 2 and (spans[1][0] - spans[0][1] > 2 or line[spans[0][1] - 1] == ":")  # noqa: PLR2004 - two cells
    return spans if wide else []


def _parts(line: str, mark: str) -> Spans:
    spans: Spans = []
    at = 0
    for part in line[:MAX_ROW].split(mark)[:MAX_CELLS]:
        spans.append((at, at + len(part)))
        at += len(part) + 1
    return spans


def _trimmed(line: str, spans: Spans) -> Spans:
    return [
        (start + len(text) - len(text.lstrip()), start + len(text.rstrip()) if text.strip() else start)
        for start, end in spans
        for text in [line[start:end]]
    ]


def _headed(
    lines: Sequence[Line], taken: Sequence[int], split: Callable[[str], Spans]
) -> list[tuple[int, tuple[Cell, ...]]]:
    rows = [(index, split(lines[index].text)) for index in taken]
    labelled = _labelled(lines, rows)
    found: list[tuple[int, tuple[Cell, ...]]] = []
    heads: list[tuple[int, int, str]] = []
    fresh = 0  # head lines in a row
    for place, (index, spans) in enumerate(rows):
        line = lines[index]
        is_head = not labelled and fresh < MAX_HEAD_LINES and _is_head(line.text, spans, first=place == 0, below=fresh)
        if is_head and place + 1 < len(rows):
            named = [(start, end, line.text[start:end]) for start, end in spans]
            heads = _merged(heads, named, split) if fresh else named
            fresh += 1
            found.append((index, tuple(Cell(line.start + a, line.start + b, "") for a, b in spans if a < b)))
            continue
        fresh = 0
        label = line.text[slice(*spans[0])] if labelled else ""
        found.append((index, tuple(_cells(line, spans, heads, label, split))))
    return found


def _cells(
    line: Line, spans: Spans, heads: list[tuple[int, int, str]], label: str, split: Callable[[str], Spans]
) -> Iterator[Cell]:
    by_index = split not in (_spaces, _wide_pair) or len(spans) == len(heads)
    for place, (start, end) in enumerate(spans):
        if start >= end:
            continue
        head = label if place else ""
        if heads and by_index:
            head = heads[place][2] if place < len(heads) else ""
        elif heads:
            head = max(heads, key=lambda one: (min(end, one[1]) - max(start, one[0]), -abs(one[0] - start)))[2]
        if not head and (told := _TOLD.match(line.text, start, end)) and column_role(told[1]):
            head, start = told[1], told.end()  # noqa: PLW2901 - the label is no part of the value
        yield Cell(line.start + start, line.start + end, " ".join(head.split()).rstrip(":"))


def _is_head(text: str, spans: Spans, *, first: bool, below: int) -> bool:
    """Whether a row names columns: no values in it, and (but for the first row) words that heads are made of."""
    cells = [text[start:end] for start, end in spans if start < end]
    if len(cells) < 2:  # noqa: PLR2004 - a head names two columns
        return False
    if any(len(cell) > MAX_LABEL for cell in cells):
        return False
    named = [cell for cell in cells if column_role(cell)]
    valued = [cell for cell in cells if _VALUE.search(_BASIS.sub("", cell))]
    if below:
        return not valued and (bool(named) or all(re.fullmatch(r"[\W_]*[\w/.%]{0,12}[\W_]*", cell) for cell in cells))
    return len(valued) <= len(cells) // 4 and len(named) >= (1 if first else 2)


def _merged(
    heads: list[tuple[int, int, str]], more: list[tuple[int, int, str]], split: Callable[[str], Spans]
) -> list[tuple[int, int, str]]:
    """Heads of two lines as one: by column, or where they stand above each other."""
    if split not in (_spaces, _wide_pair):
        pairs = zip(
            [*heads, *[(0, 0, "")] * (len(more) - len(heads))], [*more, *[(0, 0, "")] * len(heads)], strict=False
        )
        return [(a[0], a[1], f"{a[2]} {b[2]}".strip()) for a, b in pairs][: max(len(heads), len(more))]
    joined = [*heads]
    for start, end, text in more:
        best = max(range(len(joined)), key=lambda at: min(end, joined[at][1]) - max(start, joined[at][0]))
        if min(end, joined[best][1]) > max(start, joined[best][0]):
            old = joined[best]
            joined[best] = (min(old[0], start), max(old[1], end), f"{old[2]} {text}")
        else:
            joined.append((start, end, text))
    return sorted(joined)


def _labelled(lines: Sequence[Line], rows: list[tuple[int, Spans]]) -> bool:
    """Whether the first cell of each row names what stands beside it, as in a form."""
    edge = min((spans[0][0] for _, spans in rows if spans), default=0)
    firsts = [lines[index].text[slice(*spans[0])] for index, spans in rows if spans and spans[0][0] <= edge + 1]
    named = [text for text in firsts if (column_role(text) or text.endswith(":")) and not _VALUE.search(text)]
    valued = [
        1 for index, spans in rows if len(spans) > 1 and _VALUE.search(lines[index].text[spans[1][0] : spans[-1][1]])
    ]
    return len(named) * 2 >= len(firsts) > 0 and bool(valued) and _mostly_pairs(lines, rows)


def _mostly_pairs(lines: Sequence[Line], rows: list[tuple[int, Spans]]) -> bool:
    """Two columns, or a first row whose other cells are no heads."""
    index, spans = rows[0]
    others = [lines[index].text[start:end] for start, end in spans[1:] if start < end]
    return all(len(spans) <= 2 for _, spans in rows) or not any(column_role(cell) for cell in others)  # noqa: PLR2004


def _one_cell_a_line(lines: Sequence[Line], at: int, last: int) -> Table | None:
    """A table whose cells were written under each other: heads first, then rows of as many lines."""
    heads: list[str] = []
    index = at
    while index < last and len(heads) <= 10 and column_role(lines[index].text.strip()):  # noqa: PLR2004 - columns
        heads.append(lines[index].text.strip().rstrip(":"))
        index += 1
    width = len(heads)
    if width < 3 or len({column_role(head) for head in heads}) < 3:  # noqa: PLR2004 - fewer are a list of labels
        return None
    rows: list[tuple[int, tuple[Cell, ...]]] = [(at, ())]
    while index + width <= last:
        group = lines[index : index + width]
        texts = [line.text.strip() for line in group]
        if any(not text or len(text) > MAX_LABEL * 2 for text in texts) or not any(map(_VALUE.search, texts)):
            break
        starts = [line.start + len(line.text) - len(line.text.lstrip()) for line in group]
        cells = zip(starts, texts, heads, strict=True)
        rows.append((index, tuple(Cell(start, start + len(text), head) for start, text, head in cells)))
        index += width
    return Table(index - at, rows, width) if len(rows) > 1 else None
