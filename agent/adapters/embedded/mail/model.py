"""What a survey of a mail finds, before anything is decided: segments, mentions of values, references to lines."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Zone(StrEnum):
    """What sort of text a segment is."""

    PROSE = "prose"
    ROW = "row"  # of a table: pipes, tabs, columns, CSV, or label: value pairs under each other
    SUBJECT = "subject"
    QUOTED = "quoted"  # an older mail; nothing in it is news
    SIGNATURE = "signature"
    NOTICE = "notice"  # disclaimer, terms, opening hours, advertising
    TO_MACHINES = "to_machines"  # sentences that address a machine: blanked, never read


class Kind(StrEnum):
    """What a mention can be a value of."""

    DATE = "date"
    NUMBER = "number"  # a count or measure, with or without its unit
    MONEY = "money"
    CODE = "code"  # parcel and waybill numbers, container numbers


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row, with the words of its column's head ("" where the table has none)."""

    start: int
    end: int
    head: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence, or a row of a table. Offsets are code points of the source's text."""

    source: str
    start: int
    end: int
    zone: Zone
    paragraph: int
    cells: tuple[Cell, ...] = ()
    heading: str = ""  # the nearest heading or label line above, such as "Confirmed delivery dates:"


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that can carry a value: `text[start:end]` of the segment's source is what a quote would be."""

    kind: Kind
    segment: int  # index into Survey.segments
    start: int
    end: int
    readings: tuple[str, ...]  # normalised values, likeliest first: ISO dates, plain decimals, codes as written
    unit: str = ""  # ISO currency, or the unit as written
    per: Decimal = Decimal(1)  # a price per 100 has readings of one piece already, and 100 here
    form: str = ""  # how it was written: full, named, week, month, weekday, relative, range, spelled, dozen, percent, …
    also: tuple[str, ...] = ()  # less likely values: a range's first day, the past Friday, 12 of a dozen, t in kg


@dataclass(frozen=True, slots=True)
class Target:
    """Which order line words are about; `line` None is the whole order, `po` None one that is not known."""

    po: str | None = None
    line: int | None = None
    stated: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """Words that name an order, a line or a product."""

    segment: int
    start: int
    end: int
    target: Target
    kind: str  # po, line, product, group ("both", "the rest", "all other lines")


@dataclass(frozen=True, slots=True)
class Survey:
    """All that stands in a mail; `texts` are the sources by name."""

    texts: dict[str, str]
    segments: tuple[Segment, ...]
    mentions: tuple[Mention, ...]
    references: tuple[Reference, ...]
