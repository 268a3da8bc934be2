"""The words without which a shape of date cannot stand in a text."""

from agent.kit.date_words import (
    AFTER_NEXT,
    DAYS_FROM_NOW,
    FEASTS,
    MONTH_WORDS,
    MONTHS,
    NEXT,
    QUARTER_WORDS,
    SHORT_WEEKDAYS,
    THIS,
    UNITS,
    WEEK_WORDS,
    WEEKDAYS,
    YEAR_WORDS,
)

_ARTICLES = "the le il el lo al del au de den dem am zum bis ab vom l d all op on by until till before"
_WEEK_NAMES = (
    "week weeks wk wks cw kw kws kalenderwoche kalenderwochen semaine semaines sem semana semanas settimana settimane"
    " weeknummer weeknr woche vecka uge w s"
)
_LATER_WORDS = (
    "later after afterwards thereafter danach darauf sp\u00e4ter tard apr\u00e8s apres tarde despu\u00e9s daarna"
    " dopo tardi"
    " day lendemain tag folgetag siguiente successivo dag erna erop"
)
_SAME_WORDS = (
    "same selben selber gleichen gleicher m\u00eame misma mismo stessa stesso medesima zelfde dezelfde ditto dito idem"
)
_COMPOUNDS = (
    *(
        f"{unit}{part}"
        for unit in ("monats", "monat", "wochen", "jahres", "quartals", "maand", "jaar")
        for part in ("anfang", "mitte", "ende", "einde")
    ),
    "end",
)
WORDS_NEEDED: dict[str, tuple[str, ...]] = {
    "week": (*_WEEK_NAMES.split(), *(f"{month}woche" for month in MONTHS)),
    "short": tuple(SHORT_WEEKDAYS),
    "part": tuple(f"{WEEK_WORDS} {MONTH_WORDS} {YEAR_WORDS} {QUARTER_WORDS}".split()),
    "compound": _COMPOUNDS,
    "span": tuple(f"{NEXT} {AFTER_NEXT} {THIS} viene".split()),
    "quarter": (*QUARTER_WORDS.split(), "q", "t"),
    "unit": tuple(UNITS),
    "later": tuple(_LATER_WORDS.split()),
    "same": tuple(_SAME_WORDS.split()),
    "now": tuple({word for phrase in DAYS_FROM_NOW for word in phrase.replace("'", " ").replace("-", " ").split()}),
    "feast": tuple({word for phrase in FEASTS for word in phrase.replace("'", " ").split()}),
    "month": (*MONTHS, *(f"{month}hälfte" for month in MONTHS)),
    "month_first": tuple(MONTHS),  # the month starts the date
    "weekday": tuple(WEEKDAYS),
    "named_day": (*WEEKDAYS, *SHORT_WEEKDAYS),
    "article": tuple(_ARTICLES.split()),
}
