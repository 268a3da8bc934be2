"""Holds generated sentences against the facts: every number, date, id, amount and name in them must be backed.

A sentence is read by type. What the facts name verbatim (names, ids, codes) is set aside first; then come dates,
numbers with what they count, and capitalised words. Whatever is left with a digit in it is backed by nothing.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from importlib import resources

from agent.kit.money import CURRENCIES
from agent.suggestions.said_dates import said_dates
from agent.suggestions.said_numbers import KINDS, SaidNumber, said_numbers

BLANK = "\u00b7"
ONLY_TYPED = frozenset({"week", "month", "year", "hour", "working day"})  # bare figures count days
ROUNDED = Decimal("0.05")  # a figure that is rounded, or "about", may be off by so much of itself
_TYPED = re.compile(r"([-\u2212]?\d[\d,]*(?:\.\d+)?) ([^\W\d_]+|%)")
_FRACTIONS = re.compile(
    r"(?<!\w)(?:half|halves|twice|thrice|double[ds]?|tripled?|quadrupled?|quarters?|two thirds|a third|one third|dozens"
    r"|an? (?:whole |full )?(?:week|month|year|hour)|scores|hundreds|thousands|millions|a couple|a pair|weekend"
    r"|fortnight(?:ly)?|hälfte|doppelt|moitié|mitad|helft|metà)(?!\w)",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(r"https?:|www\.|\S@\S", re.IGNORECASE)
_ID = re.compile(r"(?<!\w)(?=[\w/#.-]*\d)(?=[\w/#.-]*[^\W\d_])[^\W_]+(?:[-/_#.][^\W_]+)*(?!\w)")
_SUFFIXED = re.compile(
    r"(?:[A-Z]{3})?\d[\d.,]*(?:st|nd|rd|th|x|k|m|mn|bn|d|h|pcs|kg|g|mm|cm|l|[-\u2011](?:[a-z]{3,}|k|m))?", re.IGNORECASE
)
_TIME = re.compile(r"(?<![\w:.,])\d{1,2}:\d{2}(?::\d{2})?(?![\w:])")
_YEAR = re.compile(
    r"(?<!\w)(?:in|of|since|year|until|for|during)\s(?P<y>(?:19|20)\d\d)(?!\d|[.,]\d|\s?%)", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_][^\W\d_'\u2019]*(?:['\u2019][^\W\d_]+)*")
_JOINT = re.compile(r"\s|-|\s?&\s?|\.\s|\s(?:de|del|du|di|da|der|des|den|van|von|vom|la|le|el|et|y|und|of|the)\s")
_TITLE = re.compile(r"(?<!\w)(?:Mr|Mrs|Ms|Miss|Dr|Herr|Frau|Monsieur|Madame|Mme|Sig|Sra?|Mevrouw|Dhr)\.?\s$")


@dataclass(frozen=True)
class _Allowed:
    """The facts, sorted by type."""

    dates: frozenset[date]
    times: frozenset[str]
    plain: frozenset[Decimal]
    typed: dict[str, frozenset[Decimal]]
    units: frozenset[str]
    currencies: frozenset[str]
    phrases: re.Pattern[str] | None
    names: tuple[frozenset[str], ...]
    words: frozenset[str]


def keep_backed(
    sentences: Iterable[str], allowed: Collection[str], *, language: str = "en", today: date | None = None
) -> tuple[tuple[str, ...], int]:
    """The sentences that are backed, in order, and how many were dropped because they are not."""
    facts = _sorted_facts(allowed)
    given = tuple(sentences)
    kept = tuple(sentence for sentence in given if _backed(sentence, facts, language, today))
    return kept, len(given) - len(kept)


def backed(sentence: str, allowed: Collection[str], *, language: str = "en", today: date | None = None) -> bool:
    """Whether every number, date, id-like token, amount of money and name in the sentence is among `allowed`.

    `allowed` holds plain strings: decimals, ISO dates, ids, names, and figures with what they count: "1250.00 EUR",
    "11 days", "9 orders", "40 pcs"; a figure with a kind backs no other kind, a bare one backs any. A figure may be
    rounded to the places shown within 5 %, written with any separators, scaled (12.5k) or spelled out. Words like
    "tomorrow" are backed only where `today` is given and the day they mean is among the facts. In German, where every
    noun is a capital, single capitalised words are not held against the names.
    """
    return _backed(sentence, _sorted_facts(allowed), language, today)


def _sorted_facts(allowed: Collection[str]) -> _Allowed:
    dates, times, plain, currencies = set[date](), set[str](), set[Decimal](), set[str]()
    typed: dict[str, set[Decimal]] = defaultdict(set)
    phrases: list[str] = []
    for fact in dict.fromkeys(_plain_text(one).strip() for one in allowed):
        if day := re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d).*)?", fact):
            dates.update(_day(day[1]))
            times.update([day[2]] if day[2] else [])
        elif (number := _decimal(fact)) is not None:
            plain.add(number)
        elif fact.casefold() in CURRENCIES:
            currencies.add(CURRENCIES[fact.casefold()])
            typed[CURRENCIES[fact.casefold()]].update(())
        elif (figure := _TYPED.fullmatch(fact)) and (number := _decimal(figure[1].replace(",", ""))) is not None:
            kind = _kind(figure[2])
            typed[kind].add(number)
            currencies.update([kind] if kind.isupper() else [])
        elif re.search(r"[^\W\d_]", fact):
            phrases.append(fact)
    return _Allowed(
        dates=frozenset(dates),
        times=frozenset(times),
        plain=frozenset(plain),
        typed={kind: frozenset(values) for kind, values in typed.items()},
        units=frozenset(kind for kind in typed if kind.islower() and kind not in KINDS.values()),
        currencies=frozenset(currencies),
        phrases=_verbatim(phrases),
        names=tuple(frozenset(_parts(phrase)) for phrase in phrases),
        words=frozenset(part for phrase in phrases for part in _parts(phrase)),
    )


def _plain_text(text: str) -> str:
    """Full-width letters, odd blanks, dashes and quotes as their plain kin; what cannot be seen is taken out."""
    folded = unicodedata.normalize("NFKC", text)
    folded = re.sub("[\u200b-\u200f\u2060\ufeff\u00ad]", "", folded)
    folded = re.sub("[\u2010-\u2015\u2212]", "-", folded)
    return re.sub(r"\s", " ", folded.replace("\u2019", "'").replace("\u2018", "'"))


def _day(text: str) -> Iterable[date]:
    try:
        return (date.fromisoformat(text),)
    except ValueError:
        return ()


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _kind(word: str) -> str:
    known = CURRENCIES.get(word.casefold()) if word.isupper() else None
    return known or (word if word.isupper() and len(word) == 3 else KINDS.get(word.casefold(), word.casefold()))  # noqa: PLR2004 - a currency's code


def _verbatim(phrases: Collection[str]) -> re.Pattern[str] | None:
    """All phrases, the longest first; not where they are only the beginning or end of a longer id."""
    listed = "|".join(re.escape(phrase) for phrase in sorted(set(phrases), key=len, reverse=True))
    if not listed:
        return None
    return re.compile(rf"(?<!\w)(?<!\w[-/_#.])(?:{listed})(?!\w|[-/_#]\d|[-/_#][A-Z]|\.\d)", re.IGNORECASE)


def _parts(phrase: str) -> list[str]:
    return [word.casefold() for word in re.findall(r"[^\W\d_]+", phrase)]


def _backed(sentence: str, facts: _Allowed, language: str, today: date | None) -> bool:
    shown = _plain_text(sentence)
    if _OUTSIDE.search(shown):
        return False
    rest = shown if facts.phrases is None else facts.phrases.sub(lambda hit: BLANK * len(hit[0]), shown)
    for said in said_dates(rest):
        if said.backed(facts.dates, today):
            rest = _without(rest, said.start, said.end)
        elif not _is_number(rest[said.start : said.end]):
            return False
    rest = _YEAR.sub(lambda hit: _year(hit, facts), rest)
    for time in _TIME.finditer(rest):
        if time[0] not in facts.times:
            return False
        rest = _without(rest, *time.span())
    if _FRACTIONS.search(rest) or any(not _SUFFIXED.fullmatch(hit[0]) for hit in _ID.finditer(rest)):
        return False
    numbers = _rest_of_numbers(rest, shown, facts)
    return numbers is not None and _names_backed(numbers, facts, language)


def _is_number(text: str) -> bool:
    """Whether what looks like a date may be a number before a full stop: "So far 14.2."."""
    return re.fullmatch(r"\d{1,2}\.\d{1,2}\.?", text.strip()) is not None


def _year(hit: re.Match[str], facts: _Allowed) -> str:
    known = any(day.year == int(hit["y"]) for day in facts.dates)
    return BLANK * len(hit[0]) if known else hit[0]


def _without(text: str, start: int, end: int) -> str:
    return text[:start] + BLANK * (end - start) + text[end:]


def _rest_of_numbers(text: str, shown: str, facts: _Allowed) -> str | None:
    """The text without its numbers; None when one of them, or any digit that is left, is not backed."""
    for said in said_numbers(text, shown, facts.units):
        if not _number_backed(said, facts):
            return None
        text = _without(text, said.start, said.end)
    return None if re.search(r"\d", text) else text


def _number_backed(said: SaidNumber, facts: _Allowed) -> bool:
    known = set(facts.typed.get(said.kind, ()))
    money = said.kind.isupper()
    if said.kind not in ONLY_TYPED and (not money or said.kind in facts.currencies):
        known |= facts.plain
    if money and said.kind not in facts.currencies:
        return False
    if not said.kind:
        known |= {value for values in facts.typed.values() for value in values}
    if said.kind == "%":
        known |= {100 * value for value in facts.plain if 0 < abs(value) < 1}
    return any(_same(value, fact, said) for value in said.readings for fact in known)


def _same(value: Decimal, fact: Decimal, said: SaidNumber) -> bool:
    """Equal, or the fact rounded to the places shown, within 5 %; a minus must be the fact's own."""
    if said.negative and fact > 0:
        return False
    size = abs(fact)
    if value == size:
        return True
    if not size or abs(size - value) > ROUNDED * size:
        return False
    if said.about and value >= 10:  # noqa: PLR2004 - "about": within 5 %
        return True
    steps = size / said.step
    return any(steps.quantize(Decimal(1), how) * said.step == value for how in (ROUND_HALF_UP, ROUND_HALF_EVEN))


@cache
def _ordinary() -> frozenset[str]:
    """Words that are no names, though a sentence may begin with them."""
    listed = resources.files("agent.suggestions").joinpath("ordinary.txt").read_text(encoding="utf-8")
    return frozenset(listed.split())


def _names_backed(text: str, facts: _Allowed, language: str) -> bool:
    """Every run of capitalised words must be ordinary, or within one name of the facts."""
    for run in _runs(text):
        first, words = run[0], [_bare(word[0]) for word in run]
        titled = bool(_TITLE.search(text[: first.start()]))
        named = [word for word in words if titled or not _is_ordinary(word)]
        starts = not re.search(r"\w", text[: first.start()]) or bool(re.search(r"[.!?:]\W*$", text[: first.start()]))
        if not named or any(all(_in_name(word, name) for word in named) for name in facts.names):
            continue
        if language.startswith("de") and len(run) == 1 and not titled:
            continue
        if not language.startswith("en") and starts and len(run) == 1:
            continue
        return False
    return True


def _runs(text: str) -> list[list[re.Match[str]]]:
    """Capitalised words (or of a script without capitals), those beside each other together."""
    found: list[list[re.Match[str]]] = []
    for word in _WORD.finditer(text):
        if word[0][0].islower():
            continue
        before = text[found[-1][-1].end() : word.start()] if found else ""
        if found and _JOINT.fullmatch(before):
            found[-1].append(word)
        else:
            found.append([word])
    return found


def _bare(word: str) -> str:
    return re.sub(r"'s?$", "", word).casefold()


def _is_ordinary(word: str) -> bool:
    return word in _ordinary() or word.upper() in CURRENCIES.values()


def _in_name(word: str, name: frozenset[str]) -> bool:
    """Whether the name has this word, or its singular."""
    return word in name or _is_ordinary(word) or any(word.removesuffix(end) in name for end in ("s", "es", "en", "n"))


def mentions(sentence: str, fact: str) -> bool:
    """Whether the sentence speaks of this one fact, however it is written."""
    facts = _sorted_facts([fact])
    shown = _plain_text(sentence)
    if facts.phrases is not None:
        return facts.phrases.search(shown) is not None
    found = said_dates(shown)
    if facts.dates:
        days = (one for one in found if any(stated.day for group in one.every for stated in group))
        return any(one.backed(facts.dates, None) for one in days)
    rest = shown
    for one in found:
        rest = _without(rest, one.start, one.end)
    return any(_number_backed(one, facts) for one in said_numbers(rest, shown, facts.units))
