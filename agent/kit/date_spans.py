"""The shapes in which people write weeks, months, quarters and days counted from now or from another day."""

from agent.kit.date_words import (
    AFTER_NEXT,
    DAYS_FROM_NOW,
    ENDS,
    FEASTS,
    IN,
    LAST,
    MIDDLES,
    MONTH_WORDS,
    MONTHS,
    NEXT,
    NOT_ALONE,
    NTH,
    QUARTER_WORDS,
    SHORT_WEEKDAYS,
    STARTS,
    THIS,
    UNITS,
    WEEK_WORDS,
    WEEKDAYS,
    YEAR_WORDS,
    alternatives,
)
from agent.kit.numbers import SPELLED

MAX_COUNT = 20  # days or weeks that people spell out

_NEXT, _THIS, _M = f"que viene|{alternatives(NEXT)}", alternatives(THIS), alternatives(MONTHS)
_AFTER_NEXT = alternatives(AFTER_NEXT)
_LAST = alternatives(LAST)
_DAY = alternatives(WEEKDAYS)
_ABBREVIATED = "lun mer mié jeu jue gio ven vie sam sáb sab dim dom mar"  # names and words of other languages
_NAMED_DAY = alternatives(word for word in WEEKDAYS if word not in _ABBREVIATED.split())
_ANY_DAY = alternatives([*WEEKDAYS, *SHORT_WEEKDAYS])
_WEEK = alternatives(WEEK_WORDS)
_SPAN = alternatives(f"{WEEK_WORDS} {MONTH_WORDS} {QUARTER_WORDS}")
_PERIOD = alternatives(f"{WEEK_WORDS} {MONTH_WORDS} {YEAR_WORDS} {QUARTER_WORDS}")
_NOW = alternatives(DAYS_FROM_NOW)
_SMALL = "due|" + alternatives(word for word, number in SPELLED.items() if number <= MAX_COUNT)
_PART = rf"(?P<part>{alternatives(f'{STARTS} {MIDDLES} {ENDS}')})"
_NTH = alternatives(NTH)
_LINK = (
    r"(?:[\s-](?:of|der|des|dem|de|de l['\u2019]|del|du|di|van|von|della|dell['\u2019]|in|to|d['\u2019])?\s?"
    r"(?:the\s|la\s|le\s|el\s|il\s|de\s|den\s)?|\s)"
)
_YEAR = r"(?:,?[\s/-](?:de\s|del\s|of\s|van\s|von\s)?(?P<y>20\d\d|['\u2019]\d\d(?!\d)))?"
_COUNT = rf"(?P<n>\d{{1,3}}|{_SMALL}|one|a|an|ein|eine|einer|einem|une|una|un|uno|een)"
_ABOUT = (
    r"(?:about\s|approx\.?\s|approximately\s|around\s|ca\.?\s|roughly\s|the next\s|den n\u00e4chsten\s|von\s|de\s"
    r"|unos\s"
    r"|circa\s|etwa\s|rund\s|environ\s|ongeveer\s|another\s|weiteren\s|les\s|los\s|le\s)?"
)
_TO_COUNT = rf"(?:(?P<n0>\d{{1,2}}|{_SMALL})\s?(?:-|\u2013|to|bis|or|oder|\u00e0|a|tot|ou|o|/)\s?)?"
_WEEK_NAME = (
    r"(?:(?:calendar\s)?weeks?(?:\s(?:no|nr)\b\.?|\snumber|nummer)?|wks?|cw|kws?|kalenderwochen?|semaines?|sem|semanas?"
    r"|settiman[ae]|weeknr|vecka|uge|w(?=\s?\d\d?\b)|s(?=\d\d\b))"
)
_WEEK_NUMBER = (
    r"(?P<w>[0-5]?\d)(?!\d)(?:\s?(?:-|\u2013|/|to|or|bis|und|and|oder|ou|y|o|et|e|en|\u00e0|tot|of|\+)\s?"
    r"(?:wk|kw|week|cw|w)?\.?\s?(?P<w2>[0-5]?\d)(?!\d))?(?:[\s/,.-]{1,3}(?:of\s|in\s|del?\s|van\s|von\s)?"
    r"(?P<y>20\d\d|['\u2019]\d\d(?!\d)))?(?![.,]\d)(?!\s?(?:days|weeks|pcs|units|%|x\b|pieces|stk|st\u00fcck))"
)
_WORKING = (
    rf"(?P<working>working\s|business\s|calendar\s)?(?P<unit>{alternatives(UNITS)})\b"
    r"(?:\s(?P<working2>ouvr\w+|h\u00e1biles|laborables|lavorativi))?"
)
_LATER = (
    r"later|after(?: that|wards)?|thereafter|danach|darauf|sp\u00e4ter|plus tard|apr\u00e8s|m\u00e1s tarde"
    r"|despu\u00e9s|daarna|dopo|pi\u00f9 tardi"
)
_OF_EVENT = (
    r"(?!\s(?:after|nach|apr\u00e8s|from (?!now|today)|ab\b|tras|dopo|na\b|later|ago|old|prior|before|ARO|netto?\b))"
)
_QUARTER = (
    rf"(?:q|t(?=[1-4][\s/-]20\d\d))(?P<q>[1-4])(?!\w)|(?P<nth>{_NTH}|[1-4](?:st|nd|rd|th|er|e|\.)?)"
    rf"\s(?:{alternatives(QUARTER_WORDS)})\b"
)
_ALONE = alternatives(word for word in MONTHS if word not in NOT_ALONE and len(word) > 3)  # noqa: PLR2004 - no abbreviations

# kind, handler, words needed, pattern
SPANS: tuple[tuple[str, str, str, str], ...] = (
    (
        "week",
        "week",
        "week",
        (
            rf"(?<!\w)(?:(?P<wd>{_ANY_DAY})\b\.?,?\s(?:(?:of|in|der|van|de|la|della"
            rf"|in der)\s){{0,2}})?(?:{_PART}{_LINK})?"
            rf"{_WEEK_NAME}\.?\s?#?\s?{_WEEK_NUMBER}(?:,?\s\(?(?:on\s)?(?P<wd2>{_DAY})\b\)?(?!\s\d)"
            rf"|,?\s\(?(?P<part2>anfang|mitte|ende)(?:\sder woche|\))?)?"
        ),
    ),
    ("week", "week", "", r"(?<!\w)(?P<y>20\d\d)[-\s]?W(?P<w>[0-5]?\d)(?!\d)"),
    ("week", "week", "week", rf"(?<!\w)(?:{_PART}{_LINK})?(?P<w>[0-5]?\d)\.\s?(?:kw|kalenderwoche)\b{_YEAR}"),
    (
        "week",
        "nth_week",
        "week",
        (
            rf"(?<!\w)(?P<nth>{_NTH})\s(?:full\s|volle\s)?(?:{_WEEK}|(?=(?:{_M})woche))\s?"
            rf"(?:(?:of|in|im|des|de|del|di|van|von|d['\u2019])\s?)?(?P<m>{_M})(?:\b\.?|woche){_YEAR}"
        ),
    ),
    (
        "weekday",
        "weekday",
        "weekday",
        (
            rf"(?<!\w)(?:(?P<near>{_AFTER_NEXT}|{_NEXT}|{_THIS}|{_LAST})\s)?(?P<w>{_NAMED_DAY})\b(?!\s?\d)"
            rf"(?:,?\s(?:of\s|in\s|in der\s|der\s|de\s|de la\s|della\s|van\s|la\s)?(?P<far>(?:{_AFTER_NEXT}"
            rf"|{_NEXT}|{_THIS})\s"
            rf"(?:{_WEEK})|(?:{_WEEK})\s(?:{_NEXT}))\b"
            rf"|\s(?P<after>{_NEXT}|{_LAST})\b|\s(?P<more>week|after next|en huit|in einer woche|in a week"
            rf"|in eight days"
            rf"|en quinze|in zwei wochen|in two weeks|in 14 tagen)\b)?"
        ),
    ),
    (
        "weekday",
        "weekday",
        "weekday",
        (
            rf"(?<!\w)(?P<far>(?:{_AFTER_NEXT}|{_NEXT}|{_THIS})\s(?:{_WEEK})|(?:la |de )?(?:{_WEEK})\s(?:{_NEXT}))"
            rf"[\s,]{{1,2}}(?:on\s|am\s|op\s|le\s|el\s)?(?P<w>{_DAY})\b(?!\s?\d)"
        ),
    ),
    ("weekday", "weekday", "weekday", rf"(?<!\w)(?P<more>a week)\s(?:on\s)?(?P<w>{_DAY})\b(?!\s?\d)"),
    (
        "weekday",
        "short_weekday",
        "short",
        (
            rf"(?<!\w)(?:(?P<lead>am|bis|ab|kommt erst|erst|op|vor|zum|n\u00e4chsten|kommenden)\s)"
            rf"(?P<w>{alternatives(SHORT_WEEKDAYS)})(?=[.,;!?)\n\x00]|\s?$)"
        ),
    ),
    (
        "part",
        "part",
        "part",
        (
            rf"(?<!\w){_PART}{_LINK}(?:(?P<near>{_AFTER_NEXT}|{_NEXT}|{_THIS})\s)?(?P<unit>{_PERIOD})\b"
            rf"(?:\s(?P<after>{_NEXT})\b)?(?!\s?\d)"
        ),
    ),
    (
        "part",
        "part",
        "compound",
        (
            r"(?<!\w)(?:(?P<unit>monats?|wochen|jahres|quartals|maand|jaar)(?P<part>anfang|mitte|ende|einde)"
            r"|(?P<unit2>week|month|quarter|year)[\s-](?P<part2>end)(?!s))(?!\w)"
        ),
    ),
    (
        "month",
        "month",
        "month",
        rf"(?<!\w){_PART}{_LINK}(?P<m>{_M})\b\.?{_YEAR}(?!\s?\d{{1,2}}(?:st|nd|rd|th|\.)?(?![\d%]))",
    ),
    (
        "month",
        "month",
        "month",
        (
            rf"(?<!\w)(?:(?P<half>{_NTH})\s(?:half|h\u00e4lfte|moiti\u00e9|mitad|helft|met\u00e0|quinzaine|quincena)\s?"
            rf"(?:(?:of|im|des|de|del|di|van|von|d['\u2019])\s?)?(?P<m>{_M})\b\.?"
            rf"|(?P<half2>{_NTH})\s(?P<m2>{_M})h\u00e4lfte){_YEAR}"
        ),
    ),
    (
        "month",
        "month",
        "month",
        (
            rf"(?<!\w)(?:in|im|en|until|till|by|for|during|bis|\u00e0|ad|a|per|nel mese di|au mois de|el mes de|of)\s"
            rf"(?P<m>{_M})\b\.?{_YEAR}(?!\s?\d)(?!\s(?:be|have|not|i|we)\b)"
        ),
    ),
    ("month", "month", "month_first", rf"(?<![\w-])(?P<m>{_M})\.?[\s/-](?P<y>20\d\d|['\u2019]\d\d(?!\d))(?![\d/-])"),
    ("month", "month", "month_first", rf"(?<![\w-])(?P<m>{_ALONE})\b\.?(?!\s?\d|[-/]\w)(?<!\d\s)"),
    ("month", "numbered_month", "", r"(?<![\w./,-])(?P<m>0[1-9]|1[0-2])/(?P<y>20[23]\d)(?![\w/-])"),
    (
        "month",
        "quarter",
        "quarter",
        rf"(?<!\w)(?:{_PART}{_LINK})?(?:{_QUARTER})(?:[\s/-](?:of\s|de\s)?(?P<y>20\d\d|['\u2019]\d\d(?!\d)))?",
    ),
    (
        "span",
        "part",
        "span",
        (
            rf"(?<!\w)(?:(?P<near>{_AFTER_NEXT}|{_NEXT}|{_THIS})\s(?P<unit>{_SPAN})"
            rf"|(?P<unit2>{_SPAN})\s(?P<after>{_NEXT}))\b"
            rf"(?:\s(?P<after2>after next))?(?!\s(?:on\s)?(?:{_DAY})\b)"
        ),
    ),
    ("span", "week_after", "week", r"(?<!\w)(?:the\s)?week after next\b"),
    (
        "relative",
        "in_units",
        "unit",
        (
            rf"(?<!\w)(?:heute\s|today\s)?(?:{alternatives(IN)})\s{_ABOUT}{_TO_COUNT}{_COUNT}\s?(?:more\s|further\s|full\s)?{_WORKING}"
            rf"(?:\stime|\sfrom now|\sfrom today)?{_OF_EVENT}"
        ),
    ),
    (
        "relative",
        "in_units",
        "unit",
        (
            rf"(?<!\w){_TO_COUNT}{_COUNT}\s(?:more\s)?{_WORKING}\s(?:from\s(?:now|today)|ab heute|vanaf nu"
            rf"|vanaf vandaag)\b"
        ),
    ),
    (
        "anchored",
        "anchored_units",
        "later",
        rf"(?<!\w)(?:(?:about|ca\.|nog|noch|un|une)\s)?{_COUNT}\s{_WORKING}\s(?:{_LATER})\b",
    ),
    (
        "anchored",
        "same",
        "same",
        (
            r"(?<!\w)(?:(?:the\s)?same(?:\s(?:day|date|time|truck|shipment|delivery|week))?(?=\s?(?:$|[.,;|\n\x00]))"
            r"|(?:the\s)?same (?:day|date)|(?:am )?(?:selbe[nr]|gleiche[nr]) (?:tag|termin|datum|lieferung|sendung)"
            r"|m\u00eame (?:date|jour|envoi|livraison)|(?:la )?(?:misma|mismo) (?:fecha|d\u00eda|env\u00edo|entrega)"
            r"|(?:stessa|medesima) (?:data|consegna|spedizione)|stesso giorno|(?:de)?zelfde (?:dag|datum|zending"
            r"|levering)"
            r"|d\u00edto|ditto|dito|idem)(?!\w)"
        ),
    ),
    (
        "anchored",
        "next_week",
        "later",
        r"(?<!\w)(?:(?:the )?week after(?!\s?(?:next|\d))(?: that)?|(?:la )?semaine d['\u2019]apr[e\u00e8]s"
        r"|die woche (?:darauf|danach)"
        r"|la settimana dopo|la semana (?:despu\u00e9s|siguiente)|de week (?:erna|daarna|erop))(?!\w)",
    ),
    (
        "anchored",
        "transit",
        "unit",
        (
            r"(?<!\w)(?:laufzeit|transit(?:\stime)?|transport|d\u00e9lai d['\u2019]acheminement|tr\u00e1nsito"
            r"|transito|transittijd"
            rf"|takes|en route)\b[^\d.;\n]{{0,24}}?\s{_ABOUT}{_TO_COUNT}{_COUNT}\s{_WORKING}"
        ),
    ),
    (
        "anchored",
        "anchored_weekday",
        "later",
        rf"(?<!\w)the\s(?:following\s)?(?P<w>{_DAY})\s(?:after(?!\snext)(?: that)?|darauf)\b",
    ),
    (
        "anchored",
        "next_day",
        "later",
        (
            r"(?<!\w)(?:(?:the\s)?(?:following|next) day|the day after(?!\stomorrow)|le lendemain|am (?:folge"
            r"|n\u00e4chsten )tag"
            r"|(?:einen )?tag (?:danach|darauf|sp\u00e4ter)|(?:al|el) d\u00eda siguiente|al giorno successivo|il giorno"
            r" (?:dopo|successivo)|de (?:volgende dag|dag erna|dag daarna)|am n\u00e4chsten tag)(?!\w)"
        ),
    ),
    ("relative", "from_now", "now", rf"(?<![\w-])(?P<word>{_NOW})(?![\w-])"),
    (
        "feast",
        "feast",
        "feast",
        (
            rf"(?<![\w-])(?:(?P<after>after|nach|apr\u00e8s|despu\u00e9s de|na"
            rf"|dopo)\s)?(?P<name>{alternatives(FEASTS)})(?!\w)"
        ),
    ),
)
