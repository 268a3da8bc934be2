"""Finds the dates, amounts, numbers and codes of a mail's text, each with all it can mean."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agent.adapters.embedded.mail.layout import scan_text
from agent.adapters.embedded.mail.layout_heads import column_role
from agent.adapters.embedded.mail.mentions_noise import codes, noise, strangers
from agent.adapters.embedded.mail.model import Cell, Kind, Mention, Segment, Zone
from agent.kit.dates import DateMention, find_dates
from agent.kit.money import CURRENCIES, find_money
from agent.kit.numbers import NumberMention, find_numbers, plain

MAX_MENTIONS = 5_000  # of one text
_UNIT = re.compile(r"\s?([^\W\d_]{1,14}\d?(?![\w])\.?|%|\u2030|m[\u00b2\u00b3])")
_MEASURED = re.compile(
    (
        r"(?:kg|kgs|kilos?|g|t|to|tons?|tonnes?|tonnen|m|mtrs?|met(?:re|er)s?|m2|m3|m\u00b2|m\u00b3|l|lit(?:re"
        r"|er)s?|ltr|km)\.?"
    ),
    re.IGNORECASE,
)
_SIZED = re.compile(
    (
        r"(?:mm|cm|my|\u00b5m|micron|bar|kv|kw|ah|hz|nm|gsm|ml|cl|gb|tb|mb|dpi|ohm|kohm|psi|rpm|\u00b0c|inch|zoll"
        r"|ft|(?-i:[VWAKg]))\.?"
    ),
    re.IGNORECASE,
)
_PACKED = re.compile(
    r"\s?(?:pallets?|palett\w*|cartons?|kartons?|kisten?|boxes|box|packs?|packages?|crates?|cases?|bags?|bundles?"
    r"|rolls?|colli|collis?"
    r"|cajas?|pal\u00e9s?|doz\w*|dozen|zakken|scatole|confezioni|bancali|b[o\u00f4][i\u00ee]tes?|caisses?|drums?"
    r"|trays?|sets?|gebinde|bund)"
    r"\s(?:of|\u00e0|a|de|da|zu(?: je)?|je|van|mit(?: je)?|x|\u00d7|@|with)\s(\d{1,5})(?![\d.,%])",
    re.IGNORECASE,
)
_BASIS = re.compile(
    r"(?:/|\bx\b|\bper\b|\bpro\b|\bje\b|\bles?\b|\bpor\b|\bal\b|%|\bcada\b|\u2030)\s?(1[.,' ]?000|100|thousand|hundred"
    r"|mille|mil|tausend|hundert"
    r"|cento?|duizend|honderd|millar)\b|(?P<percent>%)\s?$",
    re.IGNORECASE,
)
_PER_BEFORE = re.compile(r"(?:/|\bper|\bpro|\bje|\bx)\s?$", re.IGNORECASE)  # "Preis/100 EUR" is a head
_BASIS_COUNTS = frozenset({Decimal(100), Decimal(1000)})
_BASES = {"thousand": 1000, "mille": 1000, "mil": 1000, "millar": 1000, "tausend": 1000, "duizend": 1000}
_CURRENCY = re.compile(r"(?<![A-Z])(?:EUR|USD|GBP|CHF|SEK|DKK|NOK|PLN|CZK|CAD|AUD|CNY|JPY)(?![A-Z])|[\u20ac$\u00a3]")
_WEEK_HEAD = re.compile(r"(?<!\w)(?:week|wk|kw|cw|semaine|sem|semana|settimana)\b|woche\b|leverweek", re.IGNORECASE)
_WEEK_CELL = re.compile(r"\s*(\d{1,2})(?:\s?[-/.]\s?((?:20)?\d\d))?\s*")
_SPANS = frozenset({"week", "month", "span", "part"})


@dataclass(frozen=True)
class Manner:
    """How this mail's writer writes: his day, order of slashed dates, decimal mark, language."""

    sent_on: date | None
    day_first: bool | None
    comma: bool | None
    told: bool  # the mail's own numbers tell its decimal mark
    language: str
    pieces: bool = False  # all known lines are counted in pieces, so that 45 cartons of 12 are 540
    names: str = ""  # all product names: "1/2" in one of them is no date


@dataclass
class _Found:
    """What was found in one text, and which places are taken."""

    taken: bytearray
    mentions: list[Mention] = field(default_factory=list[Mention])

    def add(self, mention: Mention) -> None:
        self.mentions.append(mention)
        self.take(mention.start, mention.end)

    def take(self, start: int, end: int) -> None:
        self.taken[start:end] = b"\x01" * (min(end, len(self.taken)) - start)

    def free(self, start: int, end: int) -> bool:
        return not any(self.taken[start:end])


def find_mentions(
    text: str, segments: Sequence[Segment], first: int, manner: Manner, busy: Sequence[tuple[int, int]]
) -> list[Mention]:
    """All mentions in these segments of one text, in order. `first` is the index of the first segment; `busy` are
    the places of orders, lines and products.
    """
    scan = scan_text(text, list(segments))
    starts = [one.start for one in segments]
    found = _Found(bytearray(len(scan) + 1))

    def place(start: int) -> int:
        return first + max(0, bisect_right(starts, start) - 1)

    for start, end in busy:
        found.take(start, end)
    coded = list(codes(scan))
    _codes(found, text, [(start, end) for start, end, cued in coded if cued], place)
    for start, end in strangers(scan):
        found.take(start, end)
    _dates(found, scan, segments, first, manner, place)
    _codes(found, text, [(start, end) for start, end, cued in coded if not cued], place)
    for one in find_money(scan, comma_is_decimal=manner.comma):
        basis = one.readings[0] in _BASIS_COUNTS and _PER_BEFORE.search(scan, max(0, one.start - 5), one.start)
        if found.free(one.start, one.end) and not basis:
            values = tuple(plain(value / one.per) for value in one.readings)
            found.add(Mention(Kind.MONEY, place(one.start), one.start, one.end, values, one.currency, one.per))
    for start, end in noise(scan):
        found.take(start, end)
    for one in find_numbers(scan, language=manner.language):
        if found.free(one.start, one.end) and len(found.mentions) < MAX_MENTIONS:
            found.add(_number(scan, one, place(one.start), manner))
    kept = [one for one in found.mentions if one.segment - first < len(segments)]
    return sorted((_in_column(one, segments[one.segment - first], manner) for one in kept), key=lambda one: one.start)


def _codes(found: _Found, text: str, spans: Sequence[tuple[int, int]], place: Callable[[int], int]) -> None:
    for start, end in spans:
        if found.free(start, end):
            values = tuple(dict.fromkeys((text[start:end].replace(" ", ""), text[start:end])))
            found.add(Mention(Kind.CODE, place(start), start, end, values))


def _dates(
    found: _Found, scan: str, segments: Sequence[Segment], first: int, manner: Manner, place: Callable[[int], int]
) -> None:
    for one in find_dates(scan, manner.sent_on, day_first=manner.day_first):
        size = one.kind == "slashed" and manner.names and scan[one.start : one.end] in manner.names
        if found.free(one.start, one.end) and not size:
            found.add(_date(one, place(one.start)))
    for index, segment in enumerate(segments):
        if segment.zone is Zone.ROW:
            for cell in segment.cells:
                if mention := _date_cell(found, scan, cell, first + index, manner):
                    found.add(mention)


def _date(one: DateMention, segment: int) -> Mention:
    days = tuple(day.isoformat() for day in one.readings)
    keep = len(days) if one.ambiguous or one.kind in _SPANS else 1
    return Mention(Kind.DATE, segment, one.start, one.end, days[:keep], form=one.kind, also=days[keep:])


def _date_cell(found: _Found, scan: str, cell: Cell, segment: int, manner: Manner) -> Mention | None:
    """A cell that is a date only by its column: a week's number, or "25.02"."""
    words = scan[cell.start : cell.end]
    if not cell.head or len(words) > 10 or not found.free(cell.start, cell.end):  # noqa: PLR2004 - no more than 51 / 2026
        return None
    if _WEEK_HEAD.search(cell.head) and (hit := _WEEK_CELL.fullmatch(words)):
        year = f" {hit[2] if len(hit[2]) == 4 else '20' + hit[2]}" if hit[2] else ""  # noqa: PLR2004 - a year in full
        dates = find_dates(f"week {hit[1]}{year}", manner.sent_on)
    elif column_role(cell.head) == "date" and re.fullmatch(r"\d{1,2}\.\d{1,2}", words):
        dates = find_dates(f"am {words}.", manner.sent_on)
    else:
        return None
    if not dates:
        return None
    mention = _date(dates[0], segment)
    return Mention(Kind.DATE, segment, cell.start, cell.end, mention.readings, form=mention.form, also=mention.also)


def _number(scan: str, one: NumberMention, segment: int, manner: Manner) -> Mention:
    """A number with its unit. Three digits behind a mark are thousands of pieces, but may be decimals of kilograms."""
    hit = _UNIT.match(scan, one.end)
    unit = hit[1] if hit else ""
    written = scan[one.start : one.end]
    form, values = one.form, list(one.readings)
    also: list[Decimal] = []
    if form in ("dozen", "gross", "ton"):
        values, also = values[:1], values[1:]
    elif len(values) > 1:
        values, also = _by_mark(values, written, measured=bool(_MEASURED.fullmatch(unit)), manner=manner)
    if unit in ("%", "\u2030"):
        form = "percent"
    elif _SIZED.fullmatch(unit) and not form:
        form = "measure"
    elif packs := _PACKED.match(scan, one.end):
        form, product = "packs", values[0] * int(packs[1])
        values, also = ([product], [*values, *also]) if manner.pieces else (values, [*also, product])
    readings = tuple(plain(value) for value in values)
    others = tuple(plain(value) for value in also)
    return Mention(Kind.NUMBER, segment, one.start, one.end, readings, unit, form=form, also=others)


def _by_mark(
    values: list[Decimal], written: str, *, measured: bool, manner: Manner
) -> tuple[list[Decimal], list[Decimal]]:
    """Of 1,250 (thousands first) what is likely, and what is not: pieces are whole, kilograms follow the writer."""
    whole, decimal = values[0], values[-1]
    if manner.comma is None:
        return (values, []) if measured else ([whole], [decimal])
    by_decimal = ("," in written) == manner.comma
    follows = measured or (manner.told and decimal == decimal.to_integral_value())
    return ([decimal], [whole]) if by_decimal and follows else ([whole], [decimal])


def _in_column(mention: Mention, segment: Segment, manner: Manner) -> Mention:
    """A number in a column of prices is money, in the column's currency and for as many as its head says."""
    if not segment.cells or mention.kind not in (Kind.MONEY, Kind.NUMBER):
        return mention
    cell = next((one for one in segment.cells if one.start <= mention.start < one.end), None)
    if cell is None or column_role(cell.head) != "price" or mention.form in ("percent", "measure", "packs"):
        return mention
    currency = mention.unit if mention.kind is Kind.MONEY else next(_currencies(cell.head), "")
    basis = _basis(cell.head) if mention.per == 1 else Decimal(1)
    values = tuple(plain(Decimal(value) / basis) for value in _prices(mention, manner))
    per = basis if basis != 1 else mention.per
    return Mention(Kind.MONEY, mention.segment, mention.start, mention.end, values, currency, per, mention.form)


def _prices(mention: Mention, manner: Manner) -> tuple[str, ...]:
    """A price follows the writer's decimal mark: 1,250 is a pound and a quarter where a comma parts decimals."""
    if mention.kind is Kind.MONEY or not mention.also or mention.form:
        return mention.readings
    if manner.comma is None:
        return (*mention.readings, *mention.also)
    return mention.also if any("." in value for value in mention.also) and manner.told else mention.readings


def _currencies(words: str) -> Iterator[str]:
    for hit in _CURRENCY.finditer(words):
        yield CURRENCIES[hit[0].lower()]


def _basis(head: str) -> Decimal:
    hit = _BASIS.search(head)
    if hit is None:
        return Decimal(1)
    if hit["percent"]:
        return Decimal(100)
    digits = re.sub(r"\D", "", hit[1])
    return Decimal(digits) if digits else Decimal(_BASES.get(hit[1].lower(), 100))
