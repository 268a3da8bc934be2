"""Cuts running text into sentences, each with its place; lines that the mail program broke are one."""

import re
from collections.abc import Sequence
from itertools import islice, pairwise, takewhile
from typing import NamedTuple

from agent.kit.date_words import MONTHS, alternatives

MAX_SENTENCE = 800  # characters
MAX_BLOCK = 60  # lines of a paragraph that tell how wide it is
NARROWEST = 70  # characters of a line at which mail programs break
WRAP = 55  # characters from which a line may have been broken by the mail program

BULLET = re.compile(
    r"\s*(?:[-*\u2022\u00b7\u2013\u2014\u25aa\u25cf\u2192>+]|\(?\d{1,2}[.)](?!\d)|\(?(?:[a-z]|[ivx]{2,4})\))\s+",
    re.IGNORECASE,
)
ENTRY = re.compile(
    r"\s*(?:pos(?:ition)?|line|item|zeile|ligne|poste|regel|riga|l[\u00edi]nea|partida|posizione|artikel|art)\.?\s?"
    r"(?:no\.?|nr\.?|n\u00b0)?\s?\d{1,3}\s?(?:[:).\u2013]|-\s)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\s*[-*\u2022]?\s*[^\W\d_][^:\n.!?]{0,40}:(?:\s|$)")
_ABBREVIATED = re.compile(
    r"(?:\b(?:approx|no|nr|nos|pcs|st|stk|stck|ca|mr|mrs|ms|dr|hr|fr|inc|ltd|co|corp|art|pos|ref|tel|max|min|incl"
    r"|excl|qty|wk|sem|etc|vs|est|z|b|d|h|u|a|e|g|i|p|o|bzw|evtl|ggf|inkl|zzgl|vsl|voraussichtl|ing|sig|dott|sr|sra"
    r"|srta|uds|ud|pz|cad|resp|jan|janv|feb|febr|mar|apr|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez|vol|fig|best|auftr"
    r"|lief|cant|num|n|m|s|t|vs|spett|mme|mlle|cde|env|del|qt[e\u00e9\u00e0])|\b\d{1,2})$",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?]+(?=[\s\"'\u201d)]|$)|;(?=\s)")
_NUMBER_ONLY = re.compile(r"\s*(?:[-*\u2022]\s*)?\(?\d{1,2}")
_MONTH = re.compile(rf"(?:{alternatives(MONTHS)})\b", re.IGNORECASE)
_SMALL_WORDS = (
    "a an the to of on in at by for with from and or but not is are was were be been will we you your our this that"
    " der die das den dem des ein eine und oder zu zum zur am im an auf mit von vom bei f\u00fcr nicht ist sind wird"
    " werden wir sie ihre ihren le la les un une des du de et ou \u00e0 au aux en par pour avec sur est sont nous vous"
    " votre el los las y o al del por para con su es son il lo gli i e di da per che non \u00e8 sono het een van te op"
    " met voor uw wij niet zijn wordt ab bis until"
)
_SMALL = frozenset(_SMALL_WORDS.split())


class Line(NamedTuple):
    """A line of a text and where it starts."""

    start: int
    text: str


def lines_of(text: str) -> list[Line]:
    """All lines with their places, without their ends."""
    found: list[Line] = []
    at = 0
    for line in text.split("\n"):
        found.append(Line(at, line))
        at += len(line) + 1
    return found


def paragraph_length(lines: Sequence[Line], at: int, last: int) -> int:
    """Lines from here, before `last`, that the writer wrote as one."""
    length = 1
    longest = max(len(line.text.rstrip()) for line in takewhile(_filled, islice(lines, at, min(last, at + MAX_BLOCK))))
    while at + length < last:
        before, line = lines[at + length - 1].text, lines[at + length].text
        if not line.strip() or BULLET.match(line) or not _wrapped(before, line, longest):
            break
        length += 1
    return length


def _filled(line: Line) -> bool:
    return bool(line.text.strip())


def _wrapped(before: str, line: str, longest: int) -> bool:
    """Whether the mail program broke this line off the one before: its first word would not have fitted there."""
    before, line = before.rstrip(), line.strip()
    if before[-1:] in ":;" or ENTRY.match(line):
        return False
    if line[:1].islower() and before[-1:] not in ".!?":
        return True
    if len(before) < WRAP or _LABEL.match(line):
        return False
    last = re.search(r"[^\W\d_]+$", before[-30:])
    hangs = last is not None and last[0].lower() in _SMALL
    return hangs or len(before) + 1 + len(line.split(maxsplit=1)[0]) > max(longest, NARROWEST)


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of one run of text start and end, without blanks around them."""
    cuts = [0]
    for stop in _STOP.finditer(text):
        if stop[0] == ".":
            marker = cuts[-1] == 0 and _NUMBER_ONLY.fullmatch(text, 0, stop.start())
            if marker or _goes_on(text, stop.start(), stop.end()):
                continue
        cuts.append(stop.end())
    if cuts[-1] < len(text):
        cuts.append(len(text))
    found: list[tuple[int, int]] = []
    for start, end in pairwise(cuts):
        for at in range(start, end, MAX_SENTENCE):
            piece = text[at : min(end, at + MAX_SENTENCE)]
            if bare := piece.strip():
                first = at + piece.index(bare[0])
                found.append((first, first + len(bare)))
    return found


def _goes_on(text: str, dot: int, end: int) -> bool:
    """Whether this full stop belongs to an abbreviation, an ordinal or a date."""
    following = text[end : end + 80].lstrip()
    if not following:
        return False
    blank = text[end : end + 80 - len(following)]
    abbreviated = bool(_ABBREVIATED.search(text[max(0, dot - 12) : dot]))
    digit = text[dot - 1 : dot].isdigit()
    if following[:1].islower() and (abbreviated or "\n" not in blank):
        return abbreviated or digit or text[end : end + 1] != " "
    if abbreviated and following[:1].isdigit():
        return True
    if re.search(r"(?<![\w.,])\d{1,2}$", text[max(0, dot - 3) : dot]):
        return bool(_MONTH.match(following))
    dotted_date = re.search(r"\d{1,2}\.\d{1,2}$", text[max(0, dot - 6) : dot])
    return (abbreviated and not digit) or bool(dotted_date and re.match(r"[a-z\u00e4\u00f6\u00fc]|\d|KW", following))
