"""The shapes in which people write days, as regular expressions; `date_readings` turns their groups into days."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from agent.kit.date_spans import SPANS
from agent.kit.date_triggers import WORDS_NEEDED
from agent.kit.date_words import MONTHS, SHORT_WEEKDAYS, SPELLED_DAYS, WEEKDAYS, alternatives

_WINDOW = 48  # characters before and behind a telling word in which its date stands
_WORD = re.compile(r"[^\W\d_]+|\d")

_DAY_NAME = alternatives([*WEEKDAYS, *SHORT_WEEKDAYS])
_ARTICLE = r"(?:(?:the|den|dem|der|am|le|el|il|de|op|lo|d\u00eda|on)\s){0,2}"
_WD_NEEDED = rf"(?P<wd>{_DAY_NAME})\b[.,)]{{0,2}}\s{{1,3}}{_ARTICLE}"
WEEKDAY_BEFORE = rf"(?<!\w)\(?(?P<wd>{_DAY_NAME})\b[.,)]{{0,2}}\s{{0,3}}{_ARTICLE}$"
_TH = "(?:st|nd|rd|th|er|\u00e8re|\u00e8me|e|ste|de|\u00ba|\u00b0|\u00aa|\\.)?"
_COUNTED = (
    r"(?:pcs|pieces|units|stk|st\u00fcck|st|x|h|am|pm|uhr|kg|rolls|boxes|sets|uds|pz|st\u00fccke?|pi\u00e8ces|stuks)"
)
_YEAR = rf"(?P<y>20\d\d|['\u2019]\d\d|\d\d(?!\d|[.,:%]\d|\s?{_COUNTED}\b))"
_LONG_YEAR = r"(?P<y>20\d\d|['\u2019]\d\d(?!\d))"
_TO = r"(?:-|\u2013|to|till|and|or|und|bis|oder|y|o|al|a|et|ou|au|en|of|tot|e|/|&|\+)"
_DASH = r"(?:-|\u2013|bis|/|und|to|and|al|et|y|e|en|tot)"
_FROM_DAY = rf"(?:(?P<d0>\d{{1,2}}){_TH}\s?{_TO}\s?(?:the\s|dem\s|le\s|el\s|il\s)?)?"
_BEHIND_DAY = (
    rf"(?:\s?(?:-|\u2013|to|and|or|/|&)\s?(?:the\s)?(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?![\d/.-]|\s?{_COUNTED}\b))?"
)
_NO_MONEY = r"(?<![$\u20ac\u00a3])(?<![$\u20ac\u00a3]\s)(?<!(?:EUR|USD|CHF|GBP)\s)"
_M = alternatives(MONTHS)
_SPELLED_DAY = alternatives(SPELLED_DAYS)
_SPELLED_ENGLISH = alternatives(word for word in SPELLED_DAYS if word.endswith(("th", "first", "second", "third")))
_LEAD = (
    r"(?P<lead>(?<!\w)(?:am|bis|ab|zum|vom|den|der|dem|on|by|until|till|before|after|with|since|le|du|d\u00e8s|au|el|al"
    r"|il|dal|op|per|eta|etd|date|dated|tot|voor|vanaf|sp\u00e4testens|termin|lieferung|liefertermin|delivery|ship|due"
    r"|lev|levering|leverdatum|consegna|entrega|livraison|von|ca\.|um den)\b[:.]?\s{1,2})"
)
_MEASURE = (
    r"(?!\w|%|[.,]\d|\s?(?:\u20ac|\$|\u00a3|eur\b|usd\b|chf\b|gbp\b|kg\b|mm\b|cm\b|m\b|l\b|bar\b|inch|uhr\b|h\b|%"
    r"|pcs\b|stk\b))"
)
_FUNCTION = (
    r"(?=\s{0,2}(?:$|[.,;:!?)\n\x00/]|-\s)|\s(?:is|was|are|at|and|und|y|e|et|en|of|or|oder|ou|instead|as|in|for|we|you"
    r"|they|it|because|not|now|latest|with|on|to|but|if|will|would|should|works?|holds?|stands?|by|due|then|when|from"
    r"|via|only|already|still|remains?|stays?|morning|afternoon|subject|against|per|since|i|has|had|may|might|can"
    r"|could|so|that|please|after|before|the|all|both|everything|fits?|suits?|our|your|unless|while)\b)"
)
_NOT_NTH = (
    r"(?!\s(?:\w+\s)?(?:batch|lots?|deliver|shipment|part|half|line|item|position|order|pallets?|quarter|time|floor"
    r"|party|truck|container|one\b|week|grade|choice|run|production|call-off|consignment|reminder|instalment))"
)
_UNIT_NEXT = (
    r"(?!\d|[.,/-]\d|\s?(?:%|\u20ac|mm|cm|m|kg|l|bar|pi\u00e8ces|pieds|ft|uds|pz|pezzi|palets?|palettes|h)\b|\s?%"
    r"|[\u00e8e]me|-)"
)

# kind, handler, words needed ("" for digits alone), pattern; the longest mention wins where several overlap
_DAYS: tuple[tuple[str, str, str, str], ...] = (
    (
        "full",
        "ymd",
        "",
        r"(?<![\w.])(?P<y>20\d\d)(?P<mark>[-/.])(?P<m>\d{1,2})(?P=mark)(?P<d>\d{1,2})(?![\d-])(?!\.\d)",
    ),
    (
        "full",
        "ymd",
        "",
        r"(?<![\w.,/+#-])(?P<y>20[2-4]\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?![\w/-])(?![.,]\d)",
    ),
    (
        "full",
        "ymd",
        "",
        (
            rf"(?<![\w.,])(?:(?P<d0>\d{{1,2}})\.?(?:(?P<m0>\d{{1,2}})\.)?\s?{_DASH}\s?)?(?P<d>\d{{1,2}})\.\s?"
            rf"(?P<m>\d{{1,2}})\.(?:\s?(?P<y>20\d\d)|(?P<y2>\d\d))(?!\d|[.,:]\d)"
        ),
    ),
    (
        "yearless",
        "ymd",
        "",
        (
            rf"(?<![\w.,$\u20ac\u00a3]){_NO_MONEY}(?:(?P<d0>\d{{1,2}})\.?(?:(?P<m0>\d{{1,2}})\.)?\s?{_DASH}\s?)?"
            rf"(?P<d>\d{{1,2}})\.\s?(?P<m>\d{{1,2}})\.(?!\d|\s?20\d\d)(?!\w)"
        ),
    ),
    (
        "yearless",
        "ymd",
        "named_day",
        rf"(?<![\w.,]){_WD_NEEDED}(?P<d>0?[1-9]|[12]\d|3[01])[.-](?P<m>0?[1-9]|1[0-2]){_MEASURE}",
    ),
    (
        "yearless",
        "ymd",
        "",
        (
            rf"{_LEAD}(?:(?P<d0>\d{{1,2}})\.\s?{_DASH}\s?)?(?P<d>0?[1-9]|[12]\d|3[01])[.-]"
            rf"(?P<m>0[1-9]|1[0-2]){_MEASURE}"
        ),
    ),
    (
        "yearless",
        "ymd",
        "",
        (
            rf"(?<=[^\W\d_]\s){_NO_MONEY}(?<!\sat\s)(?<!@\s)(?<!je\s)(?<!\szu\s)(?<!\u00e0\s)(?<!\sto\s)(?<!\sby\s)"
            rf"(?<!price\s)(?<!preis\s)(?<!prix\s)(?P<d>0[1-9]|[12]\d|3[01])\.(?P<m>0[1-9]|1[0-2]){_MEASURE}"
            rf"(?!\s(?:each|per|je|pro|la|par|cad|ea))(?:{_FUNCTION})"
        ),
    ),
    (
        "slashed",
        "slashed",
        "",
        (
            r"(?<![\w./-])(?P<a>\d{1,2})\s?(?P<mark>[/-])\s?(?P<b>\d{1,2})\s?(?P=mark)\s?(?P<y>20\d\d|\d\d)"
            r"(?![\w/-])"
        ),
    ),
    (
        "slashed",
        "slashed",
        "",
        (
            r"(?<![\w./-])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?<!24/7)(?![\w/%])"
            r"(?!\s?(?:\"|''|inch|mm|pcs|hours|shift|zoll|pouce|pollici|of (?:the|your)|der\b|des\b|de la\b))"
        ),
    ),
    (
        "named",
        "named",
        "month",
        (
            rf"(?<![\w.,/]){_FROM_DAY}(?P<d>\d{{1,2}}){_TH}[\s/.-]{{0,2}}(?:of |de |di |d['\u2019]|del )?"
            rf"(?P<m>{_M})(?:\b|(?=\d\d(?!\d)|20\d\d))\.?(?:,?[\s/.-]{{0,2}}(?:de |del |di )?{_YEAR})?"
        ),
    ),
    (
        "named",
        "named",
        "month_first",
        (
            rf"(?<![\w-])(?P<m>{_M})\b\.?[\s-]{{0,2}}(?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd"
            rf"|th)?{_BEHIND_DAY}(?![\w])"
            rf"(?!\s?(?:{_COUNTED}\b|%))(?:,?\s{{1,2}}{_LONG_YEAR})?"
        ),
    ),
    (
        "named",
        "named",
        "month",
        (
            rf"(?<![\w-])(?P<spelled>{_SPELLED_DAY})\s(?:of\s|de\s|di\s|d['\u2019])?(?P<m>{_M})\b\.?"
            rf"(?:,?\s(?:de\s|del\s)?{_LONG_YEAR})?"
        ),
    ),
    (
        "named",
        "named",
        "month_first",
        rf"(?<![\w-])(?P<m>{_M})\b\.?\s(?:the )?(?P<spelled>{_SPELLED_ENGLISH})\b(?:,?\s{_LONG_YEAR})?",
    ),
    (
        "yearless",
        "day_only",
        "article",
        (
            r"(?<!\w)(?:(?:(?P<lead>on|by|until|till|before|to|for|from)\s)?the (?P<d>\d{1,2})(?:st|nd|rd|th)"
            rf"{_NOT_NTH}(?:(?<=th){_NOT_NTH}|{_FUNCTION})"
            rf"|(?:on|by|until|till|before) (?P<d2>\d{{1,2}})(?:st|nd|rd|th){_NOT_NTH}"
            r"|(?:am|zum|bis|den|dem|ab|vom|bis zum) (?P<d3>\d{1,2})\.(?!\s?\d)(?!\s(?:KW|Kalender|Monat"
            r"|Woche)))(?=\W|$)"
        ),
    ),
    (
        "yearless",
        "day_only",
        "article",
        (
            r"(?<!\w)(?:(?:le|il|el|lo|al|el d\u00eda|il giorno|del|au|op de|de|den)\s|[ld]['\u2019]|all['\u2019])"
            rf"(?P<d>[1-9]|[12]\d|3[01])(?:\u00ba|er|e(?=\W)|ste)?(?=\W|$){_UNIT_NEXT}"
            r"(?=\s{0,2}(?:$|[.,;:!?)\n\x00])|\s(?:au|\u00e0|et|ou|y|o|e|en|por|in|al|sur|chez|in|per|pour|para|op"
            r"|om|of"
            r"|sera|ser\u00e1|sar\u00e0|come|como|comme|maar|pas|ou|avec|con|met|no|non|ne|est|es|\u00e8|is|tal|van|bij"
            r"|sin|senza|sans|zijn|kan|wordt|komt|if|as|and|but)\b)"
        ),
    ),
    (
        "yearless",
        "weekday_day",
        "weekday",
        (
            rf"(?<!\w)(?P<wd>{alternatives(WEEKDAYS)})\b\.?(?:,?\s(?:the |den |dem |le |el |il |de |d\u00eda )|\s)"
            rf"(?P<d>[1-9]|[12]\d|3[01])(?:st|nd|rd|th|\.|er|e|ste|\u00ba)?(?=\W|$)(?!\s?[:h]\d|\s?(?:am|pm|uhr|h"
            rf"|o'clock)\b)"
            rf"{_UNIT_NEXT}(?!\s?(?:{_M})\b|\s?{_COUNTED}\b|\s(?:to|-)\s?\d{{1,2}}\s?(?:am|pm|h))"
            r"(?!\s[^\W\d_]{3,}s\b)"
        ),
    ),
)


@dataclass(frozen=True)
class Shape:
    """A way to write a date: its kind, what reads it, what must stand near, and the expression."""

    kind: str
    handler: str
    needs: str
    pattern: re.Pattern[str]


def hits(text: str) -> Iterator[tuple[Shape, re.Match[str]]]:
    """Every place where a shape fits, searched only around the words that it needs; linear in the text's length."""
    near: dict[str, list[list[int]]] = {}
    for word in _WORD.finditer(text):
        for need in _needs().get(word[0].lower(), ("",) if word[0].isdigit() else ()):
            windows = near.setdefault(need, [])
            left = 0 if need == "month_first" else _WINDOW
            start, end = max(0, word.start() - left), word.end() + _WINDOW
            if windows and start <= windows[-1][1]:
                windows[-1][1] = end
            else:
                windows.append([start, end])
    for shape in _shapes():
        for start, end in near.get(shape.needs, ()):
            for hit in shape.pattern.finditer(text, start, min(end, len(text))):
                yield shape, hit


@cache
def _shapes() -> tuple[Shape, ...]:
    return tuple(Shape(kind, how, need, re.compile(text, re.IGNORECASE)) for kind, how, need, text in (*_DAYS, *SPANS))


@cache
def _needs() -> dict[str, tuple[str, ...]]:
    """What each word is telling for."""
    found: dict[str, tuple[str, ...]] = {}
    for need, words in WORDS_NEEDED.items():
        for word in words:
            found[word] = (*found.get(word, ()), need)
    return found
