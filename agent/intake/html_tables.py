"""Cells and rows of an HTML page as text: spans over columns keep the columns apart, spans over rows are repeated."""

import html
import re
from dataclasses import dataclass, field

MAX_SPAN = 50  # columns or rows that a cell may span
MAX_COLUMNS = 200
LAYOUT_CELL, LAYOUT_LINES = 240, 4  # characters, line breaks of a cell from which a row lays out text
_SPANS = re.compile(r"\b(col|row)span\s{0,9}=\s{0,9}[\"']?\s{0,9}(\d{1,4})", re.IGNORECASE)


@dataclass
class Frame:
    """Where text goes: the page, a table, a row or a cell."""

    kind: str
    parts: list[str] = field(default_factory=list[str])
    cells: list[str] = field(default_factory=list[str])
    columns: int = 1  # that a cell spans
    rows: int = 1
    hanging: dict[int, tuple[int, str]] = field(default_factory=dict[int, tuple[int, str]])  # of a table: by column

    @classmethod
    def cell(cls, attributes: str) -> "Frame":
        """A cell with the spans that its attributes give."""
        spans = {
            name.lower(): min(max(int(count), 1), MAX_SPAN) for name, count in _SPANS.findall(html.unescape(attributes))
        }
        return cls("cell", columns=spans.get("col", 1), rows=spans.get("row", 1))


def add_cell(row: Frame, table: Frame | None, cell: Frame, text: str) -> None:
    """Put a cell into its row, behind the cells that hang down from the rows above."""
    _let_hang(row, table)
    if len(row.cells) >= MAX_COLUMNS:
        return
    if cell.rows > 1 and table is not None:
        table.hanging[len(row.cells)] = (cell.rows - 1, text)
    row.cells += [text, *[""] * (cell.columns - 1)]


def end_row(row: Frame, table: Frame | None) -> None:
    """Fill the cells at the end of a row that hang down from above."""
    if row.cells:
        _let_hang(row, table)


def _let_hang(row: Frame, table: Frame | None) -> None:
    while table is not None and (hanging := table.hanging.get(len(row.cells))) and len(row.cells) < MAX_COLUMNS:
        left, text = hanging
        column = len(row.cells)
        if left > 1:
            table.hanging[column] = (left - 1, text)
        else:
            del table.hanging[column]
        row.cells.append(text)


def row_text(cells: list[str]) -> str:
    """A data row in one line with tabs; a row that only lays out text keeps its lines."""
    filled = [cell for cell in cells if cell]
    if len(filled) <= 1:
        return filled[0] if filled else ""
    if any(len(cell) > LAYOUT_CELL or "\t" in cell or cell.count("\n") > LAYOUT_LINES for cell in filled):
        return "\n".join(filled)
    return "\t".join(" ".join(cell.split()) for cell in cells)


def tidy(text: str) -> str:
    """No trailing blanks, no more than one empty line; tabs between cells stay."""
    lines = [re.sub(r"[ \u00a0]+", " ", line).strip(" \r") for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n ")
