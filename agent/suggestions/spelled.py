"""Numbers spelled out in a sentence: English in full, German, French, Spanish, Dutch and Italian up to 99. Pure."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ENGLISH: dict[str, int] = {
    **{word: number for number, word in enumerate(_SMALL.split())},
    **{word: 10 * number for number, word in enumerate(_TENS.split(), start=2)},
    "nil": 0,
    "fourty": 40,
}
SCALES: dict[str, int] = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 10**9, "dozen": 12}
_ARTICLES = frozenset({"a", "an", "half"})

# units 2 to 9, then 10 to 19, then the tens; what is a common word of another of the languages is left out
_GERMAN = (
    "zwei drei vier fünf sechs sieben acht neun",
    "zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn",
    "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
)
_DUTCH = (
    "twee drie vier vijf zes zeven acht negen",
    "tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien",
    "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
)
_FRENCH = (
    "deux trois quatre cinq six sept huit neuf",
    "dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf",
    "vingt trente quarante cinquante soixante",
)
_SPANISH = (
    "dos tres cuatro cinco seis siete ocho nueve",
    "diez onze doce trece catorce quince dieciséis diecisiete dieciocho diecinueve",
    "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
)
_ITALIAN = (
    "due tre quattro cinque sei sette otto nove",
    "dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove",
    "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
)
_AMBIGUOUS = frozenset({"due", "sei", "once", "dix", "tres", "nove"})  # English, or too many other things
_NOT_A_COUNT = re.compile(
    r"(?:this|that|each|every|which|another|no|any|the other|the only|the last|the first|the next|the new|the same) $",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


class Spelled(NamedTuple):
    """A number in words, where it stands."""

    start: int
    end: int
    value: int


@cache
def foreign() -> dict[str, int]:
    """The words of the five other languages."""
    found: dict[str, int] = {}
    for small, teens, tens in (_GERMAN, _DUTCH, _FRENCH, _SPANISH, _ITALIAN):
        found |= {word: number for number, word in enumerate(small.split(), start=2)}
        found |= {word: number for number, word in enumerate(teens.split(), start=10)}
        found |= {word: 10 * number for number, word in enumerate(tens.split(), start=2)}
    found |= dict(_compounds())
    found |= {"hundert": 100, "einhundert": 100, "honderd": 100, "cento": 100, "cien": 100, "ciento": 100}
    found |= {"tausend": 1000, "eintausend": 1000, "duizend": 1000, "mille": 1000, "zweihundert": 200}
    found |= {"dutzend": 12, "douzaine": 12, "docena": 12, "dozijn": 12, "dozzina": 12}
    return {word: number for word, number in found.items() if word not in _AMBIGUOUS}


def _compounds() -> Iterator[tuple[str, int]]:
    """21 to 99 as each language joins them."""
    for (units, _, tens), joint, one in ((_GERMAN, "und", "ein"), (_DUTCH, "en", "een")):
        for ten, head in enumerate(tens.split(), start=2):
            for unit, tail in enumerate([one, *units.split()], start=1):
                middle = "ën" if joint == "en" and tail.endswith("e") else joint
                yield f"{tail}{middle}{head}", 10 * ten + unit
    for ten, head in enumerate(_FRENCH[2].split(), start=2):
        for unit, tail in enumerate(_FRENCH[0].split(), start=2):
            yield f"{head}-{tail}", 10 * ten + unit
        yield f"{head}-et-un", 10 * ten + 1
    yield from (
        ("soixante-dix", 70),
        ("quatre-vingts", 80),
        ("quatre-vingt-dix", 90),
        ("septante", 70),
        ("nonante", 90),
    )
    yield from ((f"veinti{tail}", 20 + unit) for unit, tail in enumerate(_SPANISH[0].split(), start=2))
    for ten, head in enumerate(_ITALIAN[2].split(), start=2):
        for unit, tail in enumerate(["uno", *_ITALIAN[0].split()], start=1):
            joined = head[:-1] + tail if tail[0] in "uo" else head + tail
            yield joined, 10 * ten + unit


def spelled_numbers(text: str) -> list[Spelled]:
    """Every number in words, neighbours that make one number together."""
    words = list(_WORD.finditer(text))
    found: list[Spelled] = []
    at = 0
    while at < len(words):
        taken, value = _english(text, words[at:])
        if not taken:
            number = foreign().get(words[at][0].lower())
            taken, value = (1, number) if number is not None else (0, None)
        if value is not None and not _is_pronoun(text, words[at], taken):
            found.append(Spelled(words[at].start(), words[at + taken - 1].end(), value))
        at += max(taken, 1)
    return found


def _is_pronoun(text: str, word: re.Match[str], taken: int) -> bool:
    """Whether "one" counts nothing: "this one", "one another", "one by one"."""
    if taken != 1 or word[0].lower() != "one":
        return False
    after = text[word.end() : word.end() + 9].lower()
    return bool(_NOT_A_COUNT.search(text[: word.start()])) or after.startswith((" another", " by one"))


def _english(text: str, words: list[re.Match[str]]) -> tuple[int, int | None]:
    """How many words from here on make one English number, and which."""
    total, part, taken, sure = 0, 0, 0, False
    end = words[0].start() if words else 0
    for place, word in enumerate(words):
        between = text[end : word.start()]
        if place and not re.fullmatch(r"[ \u00a0-]", between):
            break
        pieces = [piece for piece in word[0].lower().split("-") if piece]
        if place and pieces == ["and"] and sure and part and _goes_on(words, place):
            end = word.end()
            continue
        if place == 0 and pieces[0] in _ARTICLES and len(words) > 1 and words[1][0].lower() in SCALES:
            part, end = 1, word.end()
            continue
        values = [
            ENGLISH.get(piece, SCALES.get(piece.removesuffix("s") if piece != "s" else piece)) for piece in pieces
        ]
        if any(value is None for value in values):
            break
        for piece in pieces:
            if piece in ENGLISH:
                if part % 10 or (part % 100 and ENGLISH[piece] >= 10):  # noqa: PLR2004 - tens: two numbers in a row
                    return (taken, total + part) if sure else (0, None)
                part += ENGLISH[piece]
            else:
                scale = SCALES[piece.removesuffix("s")]
                part = max(part, 1) * scale
                if scale >= 1000:  # noqa: PLR2004 - a thousand closes a group
                    total, part = total + part, 0
        sure, taken, end = True, place + 1, word.end()
    return (taken, total + part) if sure else (0, None)


def _goes_on(words: list[re.Match[str]], place: int) -> bool:
    """Whether a number follows the "and" of "two hundred and five"."""
    following = words[place + 1][0].lower().split("-")[0] if place + 1 < len(words) else ""
    before = words[place - 1][0].lower()
    return following in ENGLISH and before.removesuffix("s") in SCALES
