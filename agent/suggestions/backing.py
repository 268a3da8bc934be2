"""Holds generated sentences against the facts: every number, date, id, amount and name in them must be backed."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation

from agent.kit.date_words import MONTHS, UNITS
from agent.kit.dates import DateMention, find_dates
from agent.kit.money import CURRENCIES, find_money
from agent.kit.numbers import SPELLED, find_numbers

_ANCHOR = date(2000, 1, 1)
_ID = re.compile(r"(?<!\w)(?=[\w/#.-]*\d)(?=[\w/#.-]*[^\W\d_])[^\W_]+(?:[-/_#.][^\W_]+)*(?!\w)")
_SUFFIXED = re.compile(
    r"^(\d[\d.,]*)(?:st|nd|rd|th|x|%|k|m|[-\u2011](?:days?|weeks?|months?|lines?|units?|pieces?|orders?|points?))$",
    re.IGNORECASE,
)
_BARE = re.compile(r"\d{1,2}\.\d{1,2}\.?")  # 14.2 at the end of a sentence looks like a German date
_SCALE = re.compile(
    r"^\s?(?:(k|thousand|tsd\.?|tausend|mil)|(m|mn|mio\.?|million(?:en|s)?|millones))(?!\w)", re.IGNORECASE
)
_ABOUT = re.compile(
    r"(?<!\w)(?:about|around|roughly|approximately|approx\.?|nearly|almost|some"
    r"|over|more than|ca\.?|rund|etwa|fast|environ)\s\W?$",
    re.IGNORECASE,
)
_FRACTIONS = re.compile(
    r"(?<!\w)(?:half|twice|double[ds]?|triple[ds]?|a third|two thirds|a quarter|three quarters"
    r"|dozens|hundreds|thousands)(?!\w)",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(r"https?://|www\.|\S@\S", re.IGNORECASE)
_CAPITAL = re.compile(r"(?<![\w'\u2019-])[^\W\d_a-z\u00df-\u00ff][\w\u00c0-\u024f'\u2019&-]*")
_CODE = re.compile(r"(?<![A-Za-z])([A-Z]{3})(?![A-Za-z])")
_ENDS_LIKE_A_WORD = re.compile(r".{3,}(?:ing|ed|ly|tions?|ments?|ances?|ences?|able|ages?|ities|ity|ers?)$")
_ORDINARY_WORDS = (
    "a an the this that these those it its they their there here we our you your he she his her i no none not "
    "all any both each every either some several many most more few other another such only also and or but so "
    "if when while once until after before since because due as at by for from in into of off on onto out over "
    "per than to under up upon with within without via about above below between during against despite instead "
    "however therefore meanwhile otherwise still already now then today currently unfortunately please note eta "
    "etd po pos sku qty erp ai utc asap ok n/a id order orders purchase sales line lines item items supplier "
    "suppliers customer customers delivery deliveries shipment shipments stock price prices quantity quantities "
    "unit units pieces invoice bill date new old late early delayed expected confirmed cancelled total value "
    "amount status reason planner planners case risk risks mail mails message what which who where why how is "
    "are was were be been has have had does do did can could will would may might must shall should next last "
    "first second third remaining open partial full further additional high low medium critical severity "
    "tracking goods parts products product material production warehouse team january february march april june "
    "july august september october november december monday tuesday wednesday thursday friday saturday sunday "
    "odoo yes nothing everything action actions decision check "
    "exposure credit limit limits margin margins freight cost costs average forecast demand supply reserved free "
    "available availability balance threshold promised planned due overdue average median share rate rates trend "
    "change changes difference gap shortage shortages surplus backlog revenue turnover profit loss losses discount "
    "discounts refund refunds return returns invoices bills receipt receipts received shipped ordered requested "
    "reordering replenishment inventory lead time times week weeks day days month months year years urgent normal "
    "worst best least fewer less half lateness slack safety minimum maximum number count sum net gross tax taxes "
    "duplicate duplicates variance variances allocation allocations transfer transfers carrier carriers route "
    "evidence history past present future recent recently compared according overall together alone combined "
    "again once twice never always often usually even yet soon later earlier ahead behind just nearly almost about "
    "agreed approved refused rejected accepted released blocked held pending waiting needs need asks says offers "
    "ships arrives comes leaves remains stays falls rises drops grows exceeds affects endangers covers costs "
    "approve release reject ask call confirm contact review compare move keep split expedite cancel replace "
)
_ORDINARY = frozenset(_ORDINARY_WORDS.split()) | SPELLED.keys() | MONTHS.keys()


@dataclass(frozen=True)
class _Allowed:
    """The facts, sorted by type."""

    dates: frozenset[date]
    numbers: frozenset[Decimal]
    currencies: frozenset[str]
    phrases: tuple[str, ...]
    words: frozenset[str]


def keep_backed(
    sentences: Iterable[str], allowed: Collection[str], *, language: str = "en"
) -> tuple[tuple[str, ...], int]:
    """The sentences that are backed, in order, and how many were dropped because they are not."""
    facts = _sorted_facts(allowed)
    given = tuple(sentences)
    kept = tuple(sentence for sentence in given if _backed(sentence, facts, language))
    return kept, len(given) - len(kept)


def backed(sentence: str, allowed: Collection[str], *, language: str = "en") -> bool:
    """Whether every number, date, id-like token, amount of money and name in the sentence is among `allowed`.

    `allowed` holds plain strings: decimals, ISO dates, amounts ("1250.00 EUR"), ids, names. A figure may be
    rounded to the places shown, written with any separators, scaled (12.5k) or spelled out. In German, where
    every noun is a capital, single capitalised words are not held against the names.
    """
    return _backed(sentence, _sorted_facts(allowed), language)


def _sorted_facts(allowed: Collection[str]) -> _Allowed:
    dates, numbers, currencies = set[date](), set[Decimal](), set[str]()
    for fact in allowed:
        found = find_dates(fact, None)
        dates.update(day for mention in found for day in mention.readings[:1])
        try:
            numbers.add(abs(Decimal(fact.strip())))
        except InvalidOperation:
            bare = _without(fact, [(one.start, one.end) for one in found])
            numbers.update(value for one in find_numbers(bare, comma_is_decimal=False) for value in one.readings)
        currencies.update(code for code in _CODE.findall(fact) if code.lower() in CURRENCIES)
        currencies.update(one.currency for one in find_money(fact))
    phrases = sorted({fact.strip() for fact in allowed if re.search(r"[^\W\d_]", fact)}, key=len, reverse=True)
    words = frozenset(word.casefold() for phrase in phrases for word in re.findall(r"[^\W_]+", phrase))
    return _Allowed(frozenset(dates), frozenset(numbers), frozenset(currencies), tuple(phrases), words)


def _backed(sentence: str, facts: _Allowed, language: str) -> bool:
    if _OUTSIDE.search(sentence):
        return False
    rest = sentence
    for phrase in facts.phrases:
        rest = re.sub(
            rf"(?<!\w){re.escape(phrase)}(?!\w)", lambda hit: "\u00b7" * len(hit[0]), rest, flags=re.IGNORECASE
        )
    mentions = find_dates(rest, min(facts.dates, default=_ANCHOR))
    mentions = [one for one in mentions if not _is_plain_words(one, rest, facts)]
    if not all(_date_backed(one, rest, facts) for one in mentions):
        return False
    rest = _without(rest, [(one.start, one.end) for one in mentions])
    if any(one.currency not in facts.currencies for one in find_money(rest)):
        return False
    if _FRACTIONS.search(rest) or any(not _SUFFIXED.match(hit[0]) for hit in _ID.finditer(rest)):
        return False
    return _numbers_backed(rest, facts) and (language.startswith("de") or _names_backed(rest, facts))


def _is_plain_words(mention: DateMention, text: str, facts: _Allowed) -> bool:
    """Whether this is no date to be backed as one: "may", a count of days ("in 7 days"), a number before a full stop.

    What is left in the text is then held against the numbers.
    """
    words = text[mention.start : mention.end]
    if mention.kind == "month":
        return not re.search(r"\d|of|in", words)
    if mention.kind == "relative":
        unit = re.search(r"[^\W\d_]+$", words)
        working = re.search(r"working|business|ouvr|h\u00e1bil|labor|lavor", words, re.IGNORECASE)
        days = unit is not None and UNITS.get(unit[0].lower()) == "day" and not working
        return days and bool(find_numbers(words))
    ends = re.match(r"[.!?)]*(?:\s*$|\s+[A-Z])", text[mention.end :])
    return bool(ends and _BARE.fullmatch(words.strip())) and not _date_backed(mention, text, facts)


def _without(text: str, spans: Collection[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _date_backed(mention: DateMention, text: str, facts: _Allowed) -> bool:
    words = text[mention.start : mention.end]
    if mention.kind == "relative" or mention.kind in ("span", "part"):
        return False
    if mention.kind == "weekday":
        return any(day.weekday() == mention.readings[0].weekday() for day in facts.dates) and len(words.split()) == 1
    if re.search(r"20\d\d", words) or mention.kind == "full":
        wanted = set(mention.readings[:1] if mention.kind == "month" else mention.readings)
        return not wanted.isdisjoint(facts.dates) or (mention.vague and _same_span(mention, facts, with_year=True))
    if mention.vague:
        return _same_span(mention, facts, with_year=False)
    pairs = {(day.month, day.day) for day in facts.dates}
    return any((day.month, day.day) in pairs for day in mention.readings)


def _same_span(mention: DateMention, facts: _Allowed, *, with_year: bool) -> bool:
    day = mention.readings[0]
    if mention.kind == "week":
        return any(one.isocalendar()[:2] == day.isocalendar()[:2] for one in facts.dates)
    return any(one.month == day.month and (one.year == day.year or not with_year) for one in facts.dates)


def _numbers_backed(text: str, facts: _Allowed) -> bool:
    for mention in find_numbers(text):
        right = text[mention.end :]
        if re.match(r"(?:st|nd|rd|th)\b", right):
            right = right[2:]
        scale = _SCALE.match(right)
        factor = Decimal(1) if not scale else Decimal(1000) if scale[1] else Decimal(1_000_000)
        percent = right.lstrip().startswith(("%", "percent"))
        loose = bool(_ABOUT.search(text[: mention.start]))
        if not any(_value_backed(value, factor, facts, percent=percent, loose=loose) for value in mention.readings):
            return False
    return True


def _value_backed(value: Decimal, factor: Decimal, facts: _Allowed, *, percent: bool, loose: bool) -> bool:
    """Equal to an allowed number, or to one rounded to the places shown."""
    exponent = value.as_tuple().exponent
    step = Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(1)
    for allowed in (*facts.numbers, *((number * 100 for number in facts.numbers) if percent else ())):
        scaled = allowed / factor
        if any(
            scaled.quantize(step, rounding=how) == value
            for how in (ROUND_HALF_UP, ROUND_HALF_EVEN)
            if abs(scaled) < Decimal(10) ** 18
        ):
            return True
        if loose and value >= 10 and abs(scaled - value) * 20 <= value:  # noqa: PLR2004 - "about": within 5 %
            return True
    return False


def _names_backed(text: str, facts: _Allowed) -> bool:
    for hit in _CAPITAL.finditer(text):
        word = re.sub(r"['\u2019]s?$", "", hit[0]).casefold()
        known = all(part in facts.words or part in _ORDINARY for part in re.findall(r"[^\W_]+", word))
        starts = not re.search(r"[^\W_]", text[: hit.start()]) or bool(re.search(r"[.!?:]\s+\W*$", text[: hit.start()]))
        if known or word.upper() in facts.currencies or (starts and _ENDS_LIKE_A_WORD.match(word)):
            continue
        return False
    return True
