"""Reads tables and label-value lines of a mail: each cell by the meaning of its heading."""

import re
from collections.abc import Callable
from decimal import Decimal

from agent.adapters.embedded import extract_words as words
from agent.adapters.embedded.extract_refs import Target
from agent.adapters.embedded.extract_state import Reading
from agent.adapters.embedded.extract_tables import Cell, Row, table_rows
from agent.adapters.embedded.extract_text import Piece
from agent.kit.dates import find_dates
from agent.kit.money import CURRENCIES, find_money
from agent.kit.numbers import find_numbers, plain
from agent.suggestions.model import FactField


def read_table(reading: Reading, piece: Piece, speak: Callable[[Piece, Target], bool]) -> bool:
    """Add the facts of a table with headings; False when it has none that are understood.

    `speak` reads the words of a comment and says whether they give a date, which then replaces the row's own.
    """
    rows = table_rows(piece.text)
    if rows is None:
        return False
    for row in rows:
        target = _row_target(reading, row)
        currency = _currency_of(row.heads.get("price", "")) or _currency_of(piece.text)
        comment = row.cells.get("comment")
        said = comment is not None and speak(
            Piece(piece.start + row.start + comment.start, comment.text, piece.paragraph), target
        )
        for role, cell in row.cells.items():
            if role in ("eta", "ship_date") and said:
                continue
            if role != "ordered" or "quantity" not in row.cells:
                place = Cell(piece.start + row.start + cell.start, cell.text)
                read_cell(reading, role, place, [target], head=row.heads.get(role, ""), currency=currency)
    return True


def _row_target(reading: Reading, row: Row) -> Target:
    """The order and line of a table row by its cells; a row that names neither belongs to what was spoken of."""
    cells, refs = row.cells, reading.refs
    order = _row_order(reading, cells)
    if order is not None and order.po is None and order.stated:
        return order
    po = order.po if order else reading.context.po
    told = [cells[role].text for role in ("product", "description", "po") if role in cells]
    number = re.search(r"\d+", cells["line"].text) if "line" in cells else None
    numbered = f"line {number[0]} " if number else ""
    for text in (*told, row.text, numbered):
        for ref in refs.find(text, po):
            if ref.kind == "line" and (po is None or ref.target.po == po):
                return ref.target
    whole = refs.whole(po)
    line = None if {"product", "line"} & cells.keys() else whole.line
    return Target(po, line, cells.get("product", Cell(0, "")).text)


def _row_order(reading: Reading, cells: dict[str, Cell]) -> Target | None:
    """The order that the row's own column names; None when it has none."""
    if "po" not in cells:
        return None
    for text in (cells["po"].text, f"PO {cells['po'].text}"):
        for ref in reading.refs.find(text):
            if ref.kind == "po":
                return ref.target
    return None


def _currency_of(text: str) -> str:
    mentions = find_money(text)
    if mentions:
        return mentions[0].currency
    hit = re.search(r"(?<![A-Z])(?:EUR|USD|GBP|CHF|SEK|DKK|NOK|PLN|CAD|AUD|CNY|JPY)(?![A-Z])|[\u20ac$\u00a3]", text)
    return CURRENCIES[hit[0].lower()] if hit else ""


def read_cell(
    reading: Reading, role: str, cell: Cell, targets: list[Target], *, head: str = "", currency: str = ""
) -> None:
    """Add what a cell says by the meaning of its heading; `cell.start` counts from the start of the source."""
    if role in ("eta", "ship_date"):
        mentions = find_dates(cell.text, reading.asked.sent_on, day_first=reading.day_first)
        if mentions and not words.NOT.search(cell.text) and not words.IF.search(cell.text):
            kind = FactField.ETA if role == "eta" else FactField.SHIP_DATE
            reading.add_date(kind, mentions[-1], cell.text, cell.start, targets)
    elif role in ("quantity", "ordered"):
        _add_quantity(reading, cell, targets)
    elif role == "price":
        _add_price(reading, cell, targets, head, currency)
    elif role == "status":
        _add_status(reading, cell, targets)
    elif role == "tracking":
        _add_tracking(reading, cell, targets)
    elif role == "reason" and len(cell.text.split()) > 1:
        words_of_it = cell.text.rstrip(". ")
        reading.add(FactField.REASON, words_of_it, (cell.start, words_of_it), targets)


def _add_status(reading: Reading, cell: Cell, targets: list[Target]) -> None:
    if re.search(r"\bnot\b|nicht|\bun", cell.text, re.IGNORECASE):
        return
    for status, pattern in words.STATUS_FOR_CELL.items():
        if pattern.search(cell.text):
            reading.add(FactField.STATUS, status, (cell.start, cell.text), targets)
            return


def _add_tracking(reading: Reading, cell: Cell, targets: list[Target]) -> None:
    if found := re.search(r"(?=[A-Z0-9 -]*\d{4})[A-Z0-9]+(?:[ -][A-Z0-9]+)*", cell.text):
        place = (cell.start + found.start(), found[0])
        reading.add(FactField.TRACKING, found[0].replace(" ", ""), place, targets)


def _add_quantity(reading: Reading, cell: Cell, targets: list[Target]) -> None:
    numbers = find_numbers(cell.text, spelled=False)
    if len(numbers) == 1:
        whole = [value for value in numbers[0].readings if value == value.to_integral_value()]
        unit = _unit_name(re.sub(r"[\d\s.,]", "", cell.text[numbers[0].end :])[:12])
        value = plain((whole or list(numbers[0].readings))[0])
        reading.add(FactField.QUANTITY, value, (cell.start, cell.text), targets, unit=unit)


def _unit_name(written: str) -> str:
    return (
        "Units"
        if re.fullmatch(r"(?i)(?:pcs?|pieces?|units?|ea|st(?:ü|ue)ck|stk|st|uds?|pz)?\.?", written) and written
        else written
    )


def _add_price(reading: Reading, cell: Cell, targets: list[Target], head: str, currency: str) -> None:
    money = find_money(cell.text, comma_is_decimal=reading.comma)
    basis = re.search(r"(?:/|per|pro|je)\s?(100|1[.,]?000|%)(?!\d)", head, re.IGNORECASE)
    per = Decimal(1) if not basis else Decimal(100) if basis[1] in ("100", "%") else Decimal(1000)
    if money:
        values, currency = [value / money[0].per for value in money[0].readings], money[0].currency
    else:
        numbers = find_numbers(cell.text, comma_is_decimal=reading.comma, spelled=False)
        values = list(numbers[0].readings) if numbers else []
    if values:
        first, *others = (plain(value / per) for value in values)
        reading.add(FactField.PRICE, first, (cell.start, cell.text), targets, unit=currency, others=tuple(others))
