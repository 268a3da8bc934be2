"""Cuts a mail's text into sentences and table blocks, each with its place in the text."""

import re
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from agent.adapters.embedded.extract_words import SMALL
from agent.kit.date_words import MONTHS, alternatives

MAX_SENTENCE = 800  # characters
MAX_BLOCK = 60  # lines of a paragraph that tell how wide it is
NARROWEST = 70  # characters of a line at which mail programs break
WRAP = 55  # characters from which a line may have been broken by the mail program
_TABBED = re.compile(r"\t|(?:^|\S)\s?\|\s?\S.*\||^[^;\n]*(?:;(?! )[^;\n]*){2,}$")
_SPACED = re.compile(r"\S {2,}\S")
_BULLET = re.compile(r"^\s*(?:[-*\u2022\u00b7\u2013>]|\(?\d{1,2}[.)]|\(?(?:[a-z]|[ivx]{2,4})\))\s+")
_MARKER = re.compile(
    r"\s*(?:[-*\u2022\u00b7\u2013]\s*)?(?:\(?\d{1,2}\)\s*|\d{1,2}\.\)?\s+|\(?(?:[a-z]|[ivx]{2,4})\)\s+)(?=\S)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\s*[-*\u2022]?\s*[^\W\d_][^:\n.!?]{0,40}:(?:\s|$)|^\s*(?:pos|line|item|ligne|regel|riga)\.?\s?\d", re.IGNORECASE
)
_ENTRY = re.compile(
    r"(?:pos(?:ition)?|line|item|zeile|ligne|regel|riga|l[\u00edi]nea|partida|posizione)\.?\s?(?:no\.?|nr\.?"
    r"|n\u00b0)?\s?\d{1,3}"
    r"\s?(?:[:)\u2013]|-\s)",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:approx|no|nr|nos|pcs|st|stk|stck|ca|mr|mrs|ms|dr|hr|fr|inc|ltd|co|corp|art|pos|ref|tel|max|min|incl"
    r"|excl|qty|wk|sem|etc|vs|est|z|b|d|h|u|a|e|g|i|p|o|bzw|evtl|ggf|ing|sr|sra|srta|uds|ud|pz|cad|resp|jan|feb|mar"
    r"|apr|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez|vol|fig)|\b\d{1,2})$",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?]+(?=[\s\"')]|$)|;(?=\s)")


_NUMBER_ONLY = re.compile(r"\s*(?:[-*\u2022]\s*)?\(?\d{1,2}")
_DAY_OF = re.compile(
    rf"(?:(?:{alternatives(MONTHS)}|kw|wk|week|woche)\b|\d{{1,2}}\.\s?20\d\d"
    rf"|\d{{1,2}}\.?\s?(?:{alternatives(MONTHS)})\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Piece:
    """A sentence or a table, where it starts, its paragraph, and whether it quotes an older mail."""

    start: int
    text: str
    paragraph: int
    quoted: bool = False
    table: bool = False


def pieces(text: str) -> list[Piece]:
    """All sentences and tables of the text in order. `text[piece.start:][:len(piece.text)] == piece.text`."""
    found: list[Piece] = []
    lines = _lines(text)
    at, paragraph = 0, 0
    while at < len(lines):
        start, line = lines[at]
        if not line.strip():
            paragraph += 1
            at += 1
        elif (length := _table_length(lines, at)) > 1:
            end = lines[at + length - 1][0] + len(lines[at + length - 1][1])
            found.append(Piece(start, text[start:end], paragraph, table=True))
            at += length
        else:
            length = _paragraph_length(lines, at)
            end = lines[at + length - 1][0] + len(lines[at + length - 1][1])
            quoted = line.lstrip().startswith(">")
            found += [
                Piece(start + offset, sentence, paragraph, quoted=quoted)
                for offset, sentence in _sentences(text[start:end])
            ]
            at += length
    return found


def unmarked(piece: Piece) -> tuple[Piece, int | None]:
    """The piece without the marker of a list entry, and its number: "1)", "2.", "(3)", "a)"; "2. May" is a date."""
    hit = _MARKER.match(piece.text)
    if hit is None or _DAY_OF.match(piece.text[hit.end() :]):
        return piece, None
    number = re.search(r"\d+", hit[0])
    bare = replace(piece, start=piece.start + hit.end(), text=piece.text[hit.end() :])
    return bare, int(number[0]) if number else None


def _lines(text: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    at = 0
    for line in text.split("\n"):
        found.append((at, line))
        at += len(line) + 1
    return found


def _columns(line: str) -> int:
    if _TABBED.search(line):
        return max(line.count("\t") + 1, line.count(";") + 1, len([cell for cell in line.split("|") if cell.strip()]))
    return len(re.split(r" {2,}", line.strip())) if _SPACED.search(line) else 1


def _table_length(lines: list[tuple[int, str]], at: int) -> int:
    """How many lines from here form a table of at least two columns; single blank lines inside are allowed."""
    length, last = 0, 0
    first = _columns(lines[at][1])
    needed = 2 if _TABBED.search(lines[at][1]) else 3
    if first < needed:
        return 0
    while at + length < len(lines):
        line = lines[at + length][1]
        if _columns(line) >= 2 or re.fullmatch(r"[\s|+=:_-]{3,}", line):  # noqa: PLR2004 - a row has two cells
            length += 1
            last = length
        elif length == last and (not line.strip() or _resumes(lines, at + length + 1, first)):
            length += 1
        else:
            break
    return last


def _resumes(lines: list[tuple[int, str]], at: int, columns: int) -> bool:
    """Whether a table of this many columns goes on here, behind a line that does not belong to it."""
    return columns > 2 and at < len(lines) and _columns(lines[at][1]) == columns  # noqa: PLR2004 - two columns are not telling


def _paragraph_length(lines: list[tuple[int, str]], at: int) -> int:
    """Lines that one sentence may run over: broken by the mail program, not by the writer."""
    length = 1
    block = takewhile(lambda line: line[1].strip(), islice(lines, at, at + MAX_BLOCK))
    longest = max(len(line.rstrip()) for _, line in block)
    while at + length < len(lines):
        before, line = lines[at + length - 1][1], lines[at + length][1]
        if not line.strip() or _BULLET.match(line) or _table_length(lines, at + length) > 1:
            break
        if before.lstrip().startswith(">") or line.lstrip().startswith(">"):
            break
        if not _wrapped(before, line, longest):
            break
        length += 1
    return length


def _wrapped(before: str, line: str, longest: int) -> bool:
    """Whether the mail program broke this line off the one before: its first word would not have fitted there."""
    before, line = before.rstrip(), line.strip()
    if before[-1:] in ":;":
        return False
    if _ENTRY.match(line):
        return False
    if line[:1].islower() and before[-1:] not in ".!?":
        return True
    if len(before) < WRAP or _LABEL.match(line):
        return False
    last = re.search(r"[^\W\d_]+$", before)
    hangs = last is not None and last[0].lower() in SMALL
    return hangs or len(before) + 1 + len(line.split(maxsplit=1)[0]) > max(longest, NARROWEST)


def _sentences(text: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    start = 0
    for stop in _STOP.finditer(text):
        marker = stop[0] == "." and start == 0 and _NUMBER_ONLY.fullmatch(text, 0, stop.start())
        if marker or (stop[0] == "." and _goes_on(text, stop.start(), stop.end())):
            continue
        found.append((start, text[start : stop.end()]))
        start = stop.end()
    found.append((start, text[start:]))
    kept: list[tuple[int, str]] = []
    for at, sentence in _cut_long(found):
        bare = sentence.lstrip()
        if bare.strip():
            kept.append((at + len(sentence) - len(bare), bare.rstrip()))
    return kept


def _cut_long(found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Nobody writes sentences of many hundred characters; cutting them keeps the searching short."""
    return [
        (start + at, sentence[at : at + MAX_SENTENCE])
        for start, sentence in found
        for at in range(0, len(sentence), MAX_SENTENCE)
    ]


def _goes_on(text: str, dot: int, end: int) -> bool:
    """Whether this full stop belongs to an abbreviation, an ordinal or a date."""
    following = text[end:].lstrip()
    if not following:
        return False
    abbreviated = bool(_ABBREVIATED.search(text[max(0, dot - 8) : dot]))
    if following[:1].islower() and (abbreviated or "\n" not in text[end : end + len(text[end:]) - len(following)]):
        return abbreviated or text[dot - 1 : dot].isdigit() or text[end : end + 1] != " "
    if abbreviated and following[:1].isdigit():
        return True
    ordinal = re.search(r"(?<![\w.,])\d{1,2}$", text[max(0, dot - 3) : dot])
    if ordinal:
        word = re.match(r"[^\W\d_]+", following)
        return bool(word and word[0].lower() in MONTHS)
    dotted_date = re.search(r"\d{1,2}\.\d{1,2}$", text[max(0, dot - 6) : dot])
    return (abbreviated and not text[dot - 1 : dot].isdigit()) or bool(
        dotted_date and re.match(r"[a-zäöü]|\d|KW", following)
    )
