"""The shapes in which people write dates, as regular expressions by kind; `dates` turns their groups into days."""

import re
from collections.abc import Iterator
from functools import cache

from agent.kit.date_words import (
    DAYS_FROM_NOW,
    ENDS,
    IN,
    MIDDLES,
    MONTH_WORDS,
    MONTHS,
    NEXT,
    STARTS,
    THIS,
    UNITS,
    WEEK_WORDS,
    WEEKDAYS,
    YEAR_WORDS,
    alternatives,
)
from agent.kit.numbers import SPELLED

MAX_COUNT = 12  # days or weeks that people spell out

_NEXT, _THIS, _M = alternatives(NEXT), alternatives(THIS), alternatives(MONTHS)
_DAY = alternatives(WEEKDAYS)
_WEEK = alternatives(WEEK_WORDS)
_SPAN = alternatives(f"{WEEK_WORDS} {MONTH_WORDS}")
_PERIOD = alternatives(f"{WEEK_WORDS} {MONTH_WORDS} {YEAR_WORDS}")
_NOW = "|".join(sorted(DAYS_FROM_NOW, key=len, reverse=True))
_SMALL = alternatives(word for word, number in SPELLED.items() if number <= MAX_COUNT)
_WD = rf"(?:(?P<wd>{_DAY})\b\.?,?\s{{1,3}}(?:the |den |dem |der |le |el |il |de |op )?)?"
_TH = "(?:st|nd|rd|th|er|e|ste|\u00ba|\u00b0|\\.)?"
_YEAR = r"(?P<y>20\d\d|'\d\d|\d\d(?!\d|[.,:%]\d|\s?(?:pcs|pieces|units|stk|st|x|h|am|pm)\b))"
_LONG_YEAR = r"(?P<y>20\d\d)"
_TO = r"(?:-|\u2013|to|and|or|und|bis|oder|y|al|a|et|ou|au|en|tot|e|/|&)"
_FROM_DAY = rf"(?:(?P<d0>\d{{1,2}}){_TH}\s?{_TO}\s?(?:the\s)?)?"
_PART = rf"(?P<part>{alternatives(f'{STARTS} {MIDDLES} {ENDS}')})"
_LINK = (
    r"(?:[\s-](?:of|der|des|de la|de l'|de|del|du|di|van de|van|von|della|dell'|in|to)?\s?(?:the\s|la\s|le\s|el\s"
    r"|il\s)?|\s)"
)
_COUNT = rf"(?P<n>\d{{1,3}}|{_SMALL}|one|a|ein|eine|einer|einem|une|una|un|uno|een)"
_ABOUT = (
    r"(?:about\s|approx\.?\s|approximately\s|around\s|ca\.?\s|the next\s|den n\u00e4chsten\s|von\s|de\s|unos\s"
    r"|circa\s|etwa\s"
    r"|environ\s|ongeveer\s)?"
)
_TO_COUNT = r"(?:(?P<n0>\d{1,2})\s?(?:-|\u2013|to|bis|or|\u00e0|a|tot)\s?)?"

# kind, handler, pattern; the longest mention wins where several overlap
_WRITTEN: tuple[tuple[str, str, str], ...] = (
    (
        "full",
        "ymd",
        rf"(?<![\w.]){_WD}(?P<y>20\d\d)(?P<mark>[-/.])(?P<m>\d{{1,2}})(?P=mark)(?P<d>\d{{1,2}})(?![\d-])(?!\.\d)",
    ),
    (
        "full",
        "ymd",
        (
            rf"(?<![\w.,]){_WD}(?:(?P<d0>\d{{1,2}})\.?\s?(?:-|\u2013|bis|/)\s?)?(?P<d>\d{{1,2}})\.\s?"
            rf"(?P<m>\d{{1,2}})\.\s?(?P<y>20\d\d|\d\d)(?!\d|[.,:]\d)"
        ),
    ),
    (
        "yearless",
        "ymd",
        (
            rf"(?<![\w.,$\u20ac\u00a3])(?<![$\u20ac\u00a3]\s)(?<!(?:EUR|USD|CHF|GBP)\s){_WD}(?:(?P<d0>\d{{1,2}})\.?\s?"
            rf"(?:-|\u2013|bis|/)\s?)?(?P<d>\d{{1,2}})\.\s?(?P<m>\d{{1,2}})\.(?!\s?\d)(?!\w)"
        ),
    ),
    (
        "slashed",
        "slashed",
        rf"(?<![\w./-]){_WD}(?P<a>\d{{1,2}})(?P<mark>[/-])(?P<b>\d{{1,2}})(?P=mark)(?P<y>20\d\d|\d\d)(?![\w/-])",
    ),
    (
        "slashed",
        "slashed",
        rf"(?<![\w./-]){_WD}(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?<!24/7)(?![\w/%])(?!\s?(?:\"|inch|mm|pcs|hours|shift))",
    ),
    (
        "named",
        "named",
        (
            rf"(?<![\w.,/]){_WD}{_FROM_DAY}(?P<d>\d{{1,2}}){_TH}[\s/-]{{0,2}}(?:of |de |di |d')?(?P<m>{_M})\b\.?"
            rf"(?:,?[\s/-]{{0,2}}(?:de |del )?{_YEAR})?"
        ),
    ),
    (
        "named",
        "named",
        (
            rf"(?<![\w-]){_WD}(?P<m>{_M})\b\.?\s{{0,2}}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\w])(?!\s?(?:pcs|pieces"
            rf"|units"
            rf"|%))(?:,?\s{{1,2}}{_LONG_YEAR})?"
        ),
    ),
    (
        "week",
        "week",
        (
            rf"(?<!\w)(?:{_PART}{_LINK})?(?:(?:calendar\s)?week(?:\sno\.?|\snumber|nummer)?|wk|cw|kw|kalenderwoche"
            r"|semaine|sem\.|semana|settimana|w(?=\d))\.?\s?#?\s?(?P<w>[0-5]?\d)(?!\d)(?:\s?(?:-|\u2013|/|to|or|bis)\s?"
            r"(?:wk"
            rf"|kw|week|cw)?\s?(?P<w2>[0-5]?\d)(?!\d))?(?:[\s/,-]{{1,2}}(?:of\s)?{_LONG_YEAR})?(?!\s?(?:days|weeks|pcs"
            rf"|units|%|x\b))"
        ),
    ),
    (
        "week",
        "week",
        r"(?<!\w)(?P<y>20\d\d)[-\s]?W(?P<w>[0-5]?\d)(?!\d)",
    ),
    (
        "weekday",
        "weekday",
        (
            rf"(?<!\w)(?:(?P<near>{_NEXT}|{_THIS})\s)?(?P<w>{_DAY})\b(?!\s?\d)"
            rf"(?:,?\s(?:of\s|in\s|der\s|de\s(?:la\s)?|della\s)?(?P<far>(?:{_NEXT})\s(?:{_WEEK})|(?:{_WEEK})\s"
            rf"(?:{_NEXT}))\b"
            rf"|\s(?P<after>{_NEXT})\b)?"
        ),
    ),
    (
        "weekday",
        "weekday",
        rf"(?<!\w)(?P<far>(?:{_NEXT})\s(?:{_WEEK}))\s(?:on\s)?(?P<w>{_DAY})\b",
    ),
    (
        "part",
        "part",
        (
            rf"(?<!\w){_PART}{_LINK}(?:(?P<near>{_NEXT}|{_THIS})\s)?(?P<unit>{_PERIOD})\b(?:\s(?P<after>{_NEXT})\b)?"
            rf"(?!\s?\d)"
        ),
    ),
    (
        "month",
        "month",
        rf"(?<!\w){_PART}{_LINK}(?P<m>{_M})\b\.?(?:,?\s(?:de\s)?{_LONG_YEAR})?(?!\s?\d{{1,2}}(?!\d))",
    ),
    (
        "month",
        "month",
        (
            rf"(?<!\w)(?:in|im|en|until|till|by|for|a|bis|\u00e0|ad)\s(?P<m>{_M})\b\.?(?:,?\s(?:de\s)?{_LONG_YEAR})?"
            rf"(?!\s?\d)"
        ),
    ),
    (
        "span",
        "part",
        (
            rf"(?<!\w)(?:(?P<near>{_NEXT})\s(?P<unit>{_SPAN})|(?P<unit2>{_SPAN})\s(?P<after>{_NEXT}))\b(?!\s(?:on\s)?"
            rf"(?:{_DAY})\b)"
        ),
    ),
    (
        "relative",
        "in_units",
        (
            rf"(?<!\w)(?:{alternatives(IN)})\s{_ABOUT}{_TO_COUNT}{_COUNT}\s(?:more\s|further\s)?(?P<working>working\s"
            rf"|business\s|calendar\s)?(?P<unit>{alternatives(UNITS)})\b(?:\s(?P<working2>ouvr\w+|h\u00e1biles"
            rf"|laborables|lavorativi))?(?:\s(?:from now|from today))?"
        ),
    ),
    (
        "relative",
        "in_units",
        rf"(?<!\w){_COUNT}\s(?P<working>working\s|business\s)?(?P<unit>{alternatives(UNITS)})\sfrom\s(?:now|today)\b",
    ),
    (
        "yearless",
        "day_only",
        (
            r"(?<!\w)(?:(?:on|by|until|till|before|to|for|from) the (?P<d>\d{1,2})(?:st|nd|rd|th)"
            r"|(?:am|zum|bis) (?P<d2>\d{1,2})\.)"
            r"(?!\s?(?:\d|of\b|\w+ (?:order|time|item|line)))(?=\W|$)"
        ),
    ),
    (
        "relative",
        "from_now",
        rf"(?<![\w-])(?P<word>{_NOW})(?![\w-])",
    ),
)


_WEEK_NAMES = "week wk cw kw kalenderwoche semaine sem semana settimana weeknummer w"
_WORDS = re.compile(r"[^\W\d_]+")
_NEEDED: dict[str, frozenset[str]] = {
    "named": frozenset(MONTHS),
    "month": frozenset(MONTHS),
    "weekday": frozenset(WEEKDAYS),
    "part": frozenset(f"{WEEK_WORDS} {MONTH_WORDS} {YEAR_WORDS}".split()),
    "week": frozenset(_WEEK_NAMES.split()),
    "in_units": frozenset(UNITS),
    "from_now": frozenset(word for phrase in DAYS_FROM_NOW for word in _WORDS.findall(phrase)),
}


def patterns_for(text: str) -> Iterator[tuple[str, str, re.Pattern[str]]]:
    """Kind, handler and pattern of every shape that the text has the words for; this saves most of the searching."""
    words = set(_WORDS.findall(text.lower()))
    for kind, handler, pattern in _compiled():
        needed = _NEEDED.get(handler)
        if needed is None or not needed.isdisjoint(words):
            yield kind, handler, pattern


@cache
def _compiled() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple((kind, handler, re.compile(pattern, re.IGNORECASE)) for kind, handler, pattern in _WRITTEN)
