"""The words of attached PDFs and spreadsheets, within limits; no macros, no formulas computed, nothing fetched."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from textwrap import dedent
from threading import Lock
from typing import Any

MAX_PAGES = 40
MAX_RECTS = 20_000  # runs of text on a page
MAX_SHEETS, MAX_ROWS, MAX_COLUMNS = 12, 3_000, 60
MAX_CELL = 2_000  # characters
MAX_UNPACKED = 80 * 1024 * 1024  # bytes of a spreadsheet's parts together
MAX_PARTS = 2_000
MAX_RATIO = 300  # times that a part may grow when it is unpacked
MAX_TEXT = 200_000  # characters
_PDFIUM = Lock()  # the library may not be entered by two threads


class Unreadable(Exception):
    """Why an attachment's words cannot be had, as a clause for people."""


def pdf_text(data: bytes) -> tuple[str, str]:
    """The text of a PDF with its columns kept apart by blanks, and what was left out.

    Raises:
        Unreadable: it is locked, broken, or holds no text.
    """
    with _PDFIUM:
        return _pdf_text(data)


def _pdf_text(data: bytes) -> tuple[str, str]:
    import pypdfium2

    try:
        document: Any = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise Unreadable("it is locked with a password" if locked else "the PDF is broken") from error
    try:
        pages, found, size = len(document), list[str](), 0
        for number in range(min(pages, MAX_PAGES)):
            text = _page_text(document, number)
            found.append(text)
            size += len(text)
            if size > MAX_TEXT:
                break
    finally:
        document.close()
    text = "\n\n".join(dedent(one) for one in found if one.strip())
    if not text.strip():
        raise Unreadable("the PDF holds pictures of text only; ask for one with text")
    return text[:MAX_TEXT], f"only its first {len(found)} of {pages} pages were read" if pages > len(found) else ""


def _page_text(document: Any, number: int) -> str:
    """The lines of a page from top to bottom; what is apart on the page is apart in the line."""
    import pypdfium2

    try:
        page = document[number]
        content = page.get_textpage()
    except pypdfium2.PdfiumError:
        return ""
    try:
        runs = [
            (*box, words.replace("\r\n", " ").strip("\r\n"))
            for index in range(min(content.count_rects(), MAX_RECTS))
            for box in [content.get_rect(index)]
            if (words := content.get_text_bounded(*box)).strip()
        ]
        whole = content.get_text_range() if not runs else ""
    finally:
        content.close()
        page.close()
    return "\n".join(_lines(runs)) if runs else whole


def _lines(runs: list[tuple[float, float, float, float, str]]) -> Iterator[str]:
    """Runs (left, bottom, right, top, words) on one height as one line, each at its place in characters."""
    widths = sorted((right - left) / max(1, len(words)) for left, _, right, _, words in runs)
    width = max(widths[len(widths) // 2], 1.0)
    rows: list[list[tuple[float, float, float, float, str]]] = []
    for run in sorted(runs, key=lambda one: (-(one[1] + one[3]) / 2, one[0])):
        middle = (run[1] + run[3]) / 2
        if rows and rows[-1][0][1] <= middle <= rows[-1][0][3]:
            rows[-1].append(run)
        else:
            rows.append([run])
    below = None
    for row in rows:
        top, height = max(one[3] for one in row), max(one[3] - one[1] for one in row)
        if below is not None and below - top > height:
            yield ""
        below = min(one[1] for one in row)
        yield _line(sorted(row), width)


def _line(row: list[tuple[float, float, float, float, str]], width: float) -> str:
    line, right = "", 0.0
    for left, _, ends, _, words in row:
        if not line:
            line = " " * min(int(left / width), 200) + words
        elif left - right < width * 0.3:
            line += words
        elif left - right < width * 1.8:
            line += " " + words
        else:
            line += " " * max(3, min(int(left / width) - len(line), 200)) + words
        right = ends
    return line.rstrip()


def sheet_text(data: bytes) -> tuple[str, str]:
    """The visible sheets of an XLSX or XLSM as rows with tabs, values as last computed, and what was left out.

    Raises:
        Unreadable: it is locked, broken, empty, or would unpack to more than may be.
    """
    _refuse_bomb(data)
    import openpyxl

    try:
        book: Any = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # the library fails in many ways on broken files
        raise Unreadable("the spreadsheet is broken") from error
    left_out = ""
    parts: list[str] = []
    try:
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in visible[:MAX_SHEETS]:
            rows, more = _rows(sheet)
            left_out = left_out or (f"only the first {MAX_ROWS} rows of a sheet were read" if more else "")
            title = f"{sheet.title}\n" if len(visible) > 1 else ""
            parts += [f"{title}{rows}"] if rows else []
        left_out = left_out or (f"only its first {MAX_SHEETS} sheets were read" if len(visible) > MAX_SHEETS else "")
    except Exception as error:
        raise Unreadable("the spreadsheet is broken") from error
    finally:
        book.close()
    text = "\n\n".join(parts)
    if not text.strip():
        raise Unreadable("the spreadsheet holds no values")
    return text[:MAX_TEXT], left_out


def _refuse_bomb(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        locked = data.startswith(b"\xd0\xcf\x11\xe0")
        raise Unreadable("it is locked with a password" if locked else "the spreadsheet is broken") from error
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("it is locked with a password")
    grown = any(part.file_size > MAX_RATIO * max(part.compress_size, 1024) for part in parts)
    if grown or sum(part.file_size for part in parts) > MAX_UNPACKED or len(parts) > MAX_PARTS:
        raise Unreadable("it would unpack to more than may be read")


def _rows(sheet: Any) -> tuple[str, bool]:
    """Rows with tabs between the cells, without empty rows and trailing empty cells; and whether there are more."""
    lines: list[str] = []
    size = 0
    for number, row in enumerate(sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True)):
        if number >= MAX_ROWS or size > MAX_TEXT:
            return "\n".join(lines), True
        line = "\t".join(_cell(value) for value in row).rstrip("\t")
        if line.strip():
            lines.append(line)
            size += len(line)
    return "\n".join(lines), False


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return _decimal(value)
    return " ".join(str(value)[:MAX_CELL].split())


def _decimal(value: float) -> str:
    """A number with a point; never with three decimals, which look like thousands to a reader of another country."""
    if abs(value) >= 1e15:  # noqa: PLR2004 - exact so far
        return repr(value)
    text = f"{value:.10f}".rstrip("0").rstrip(".")
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text  # noqa: PLR2004 - as many as a group has
