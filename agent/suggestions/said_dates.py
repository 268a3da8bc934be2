"""Dates as a generated sentence may write them, in six languages: what each states, no more. Pure.

Own rules and not those that read suppliers' mails: those guess what a hurried writer meant, these take nothing for
granted. What is written in another way keeps its digits, and a digit that nothing explains drops the sentence.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

_MONTHS = (
    "january januar janvier enero januari gennaio jan jän jänner janv ene gen",
    "february februar février febrero februari febbraio feb févr fév",
    "march märz mars marzo maart mar mär mrz mrt",
    "april avril abril aprile apr avr abr",
    "may mai mayo mei maggio mag",
    "june juni juin junio giugno jun giu",
    "july juli juillet julio luglio jul juil lug",
    "august août agosto augustus aug aoû ago",
    "september septembre septiembre settembre sep sept set",
    "october oktober octobre octubre ottobre oct okt ott",
    "november novembre noviembre nov",
    "december dezember décembre diciembre dicembre dec dez déc dic",
)
MONTHS = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}
_WEEKDAYS = (
    "monday montag lundi lunes maandag lunedì mon",
    "tuesday dienstag mardi martes dinsdag martedì tue",
    "wednesday mittwoch mercredi miércoles woensdag mercoledì wed",
    "thursday donnerstag jeudi jueves donderdag giovedì thu",
    "friday freitag vendredi viernes vrijdag venerdì fri",
    "saturday samstag samedi sábado zaterdag sabato sat",
    "sunday sonntag dimanche domingo zondag domenica sun",
)
WEEKDAYS = {word: number for number, words in enumerate(_WEEKDAYS) for word in words.split()}
RELATIVE = {
    **dict.fromkeys(("today", "tonight", "heute", "aujourd'hui", "hoy", "vandaag", "oggi"), 0),
    **dict.fromkeys(("tomorrow", "morgen", "demain", "mañana", "domani"), 1),
    **dict.fromkeys(("day after tomorrow", "übermorgen", "après-demain", "pasado mañana", "overmorgen"), 2),
    **dict.fromkeys(("yesterday", "gestern", "ayer", "gisteren", "ieri"), -1),
}


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_M = rf"(?P<m>{_any(MONTHS)})(?![^\W\d_])\.?"
_LONG_M = rf"(?P<m>{_any(word for word in MONTHS if len(word) > 3)})(?![^\W\d_])"  # noqa: PLR2004 - no abbreviations
_WD = rf"(?:(?P<wd>{_any(WEEKDAYS)})(?![^\W\d_])\.?,?\s+(?:the |den |dem |le |el |il |de |op )?)?"
_TH = r"(?:st|nd|rd|th|er|ste|de|e|º|\.)?"
_TO = r"\s?(?:-|to|and|or|until|bis|und|oder|au|et|ou|al|y|o|e|tot|en|of)\s?"
_UNTIL = rf"(?:(?P<d0>\d{{1,2}}){_TH}{_TO}(?:the )?)?"
_OF = r"[\s./-]{0,2}(?:of |de |di |d'|del )?"
_LEFT = r"(?<![\w.,/-])"
_SHAPES = (
    rf"(?<![\w/-]){_WD}(?P<y>\d{{4}})-(?P<n>\d{{1,2}})-(?P<d>\d{{1,2}})(?![\w-])",
    rf"{_LEFT}{_WD}(?P<y>\d{{4}})[/.](?P<n>\d{{1,2}})[/.](?P<d>\d{{1,2}})(?![\w/-])(?![.,]\d)",
    rf"{_LEFT}{_WD}(?P<a>\d{{1,2}})(?P<mark>[./-])\s?(?P<b>\d{{1,2}})(?P=mark)\s?(?P<y>\d{{4}}|\d\d)(?![\w/-])(?![.,]\d)",
    rf"{_LEFT}{_WD}(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?![\w/%])(?![.,]\d)",
    rf"{_LEFT}{_WD}{_UNTIL}(?P<d>\d{{1,2}}){_TH}{_OF}{_M}(?:,?\s(?:de |del )?(?P<y>\d{{4}})(?!\d))?",
    rf"(?<![\w-]){_WD}{_M}\s(?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:{_TO}(?P<d0>\d{{1,2}})(?:st|nd|rd|th)?)?"
    r"(?!\w|%|\s%|[.,]\d)(?:,?\s(?P<y>\d{4})(?!\d))?",
    rf"(?<![\w-]){_M},?\s(?:de |del |of )?(?P<y>\d{{4}})(?!\d)",
    rf"(?<![\w-]){_LONG_M}(?![\w-])",
    r"(?<!\w)(?:week|kw|kalenderwoche|semaine|semana|settimana)\s(?:no\.? )?(?P<w>\d{1,2})(?:[ /]+(?P<y>\d{4}))?(?!\d)",
    rf"(?<![\w-])(?:(?P<near>next|this|coming|last|past|previous)\s)?(?P<wd>{_any(WEEKDAYS)})(?![\w-])",
    r"(?<!\w)(?P<near>next|this|coming|last|past|previous|following)\s(?P<unit>week|month|quarter|year)(?!\w)",
    rf"(?<![\w'-])(?P<rel>{_any(RELATIVE)})(?![\w'-])",
    r"(?<!\w)(?:the|on|by|until|till|before|after|since)\s(?:the )?(?P<d>\d{1,2})(?:st|nd|rd|th)(?=\s?(?:$|[.,;:!?)])"
    r"|\s(?:is|was|of|at|and|or|by|to|for|in|on|with|as|but|instead|not|if|when|while|from|at|latest)\b)",
)
_PLAIN_WORDS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun", "may", "march", "mars"})  # written small


@dataclass(frozen=True)
class Stated:
    """What a mention states of a day; a field that is None is left open."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    week: int | None = None

    def holds(self, day: date) -> bool:
        """Whether this day is what is stated."""
        return (
            self.year in (None, day.isocalendar().year if self.week else day.year)
            and self.month in (None, day.month)
            and self.day in (None, day.day)
            and self.weekday in (None, day.weekday())
            and self.week in (None, day.isocalendar().week)
        )


@dataclass(frozen=True)
class SaidDate:
    """A date in a sentence: `every` group must hold for some fact, by one of its readings."""

    start: int
    end: int
    every: tuple[tuple[Stated, ...], ...] = ()
    spans: tuple[tuple[int, int], ...] = ()  # days from today that it may mean: relative words

    def backed(self, days: Iterable[date], today: date | None) -> bool:
        """Whether the facts hold it; relative words only where today is known and the day is among the facts."""
        known = tuple(days)
        if self.spans:
            return today is not None and any(
                today + timedelta(days=first) <= day <= today + timedelta(days=last)
                for first, last in self._around(today)
                for day in known
                if all(any(stated.holds(day) for stated in group) for group in self.every)
            )
        return all(any(stated.holds(day) for stated in group for day in known) for group in self.every)

    def _around(self, today: date) -> tuple[tuple[int, int], ...]:
        """Weeks are counted from their Monday."""
        return tuple(
            (first - today.weekday(), last - today.weekday()) if last - first == 6 else (first, last)  # noqa: PLR2004 - a week
            for first, last in self.spans
        )


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(shape, re.IGNORECASE) for shape in _SHAPES)


def said_dates(text: str) -> list[SaidDate]:
    """Every date in the text. Of shapes that overlap the one listed first counts."""
    found: list[SaidDate] = []
    rest = text
    for pattern in _patterns():
        for hit in pattern.finditer(rest):
            if (said := _said(hit)) is not None:
                found.append(said)
                rest = rest[: hit.start()] + "\x00" * (hit.end() - hit.start()) + rest[hit.end() :]
    return sorted(found, key=lambda one: one.start)


def _said(hit: re.Match[str]) -> SaidDate | None:
    groups = {name: value for name, value in hit.groupdict().items() if value}
    end = hit.start() + len(hit[0].rstrip())
    if "rel" in groups:
        ahead = RELATIVE[groups["rel"].lower()]
        return SaidDate(hit.start(), end, spans=((ahead, ahead),))
    if "unit" in groups or "near" in groups:
        return _near(hit, groups, end)
    if len(groups) == 1 and hit[0].strip() in _PLAIN_WORDS:
        return None
    named, month = groups.get("wd", "").lower(), groups.get("m", "")
    year = int(groups["y"]) + (2000 if len(groups["y"]) == 2 else 0) if "y" in groups else None  # noqa: PLR2004
    weekday = WEEKDAYS[named] if named else None
    if "w" in groups:
        return SaidDate(hit.start(), end, ((Stated(year=year, week=int(groups["w"])),),))
    if "a" in groups:
        return SaidDate(hit.start(), end, (_either(groups, year, weekday),))
    number = int(groups["n"]) if "n" in groups else MONTHS[month.lower()] if month else None
    days = [int(groups[name]) for name in ("d0", "d") if name in groups]
    every = tuple((Stated(year, number, day, weekday if day == days[-1] else None),) for day in days)
    return SaidDate(hit.start(), end, every or ((Stated(year, number, None, weekday),),))


def _either(groups: dict[str, str], year: int | None, weekday: int | None) -> tuple[Stated, ...]:
    """Both orders of day and month; with points the day comes first."""
    first, second = int(groups["a"]), int(groups["b"])
    by_day = Stated(year, second, first, weekday)
    return (by_day,) if groups.get("mark") == "." else (by_day, Stated(year, first, second, weekday))


def _near(hit: re.Match[str], groups: dict[str, str], end: int) -> SaidDate:
    """Next week and the like: the days from today that it spans; months and years are not resolved."""
    word = groups["near"].lower()
    back = word in ("last", "past", "previous")
    if "wd" in groups:
        weekday = WEEKDAYS[groups["wd"].lower()]
        weeks = (-1,) if back else (0,) if word == "this" else (0, 1)
        return SaidDate(hit.start(), end, ((Stated(weekday=weekday),),), tuple((7 * w, 7 * w + 6) for w in weeks))
    if groups["unit"].lower() != "week":
        return SaidDate(hit.start(), end, spans=((1, 0),))  # no day
    week = -1 if back else 0 if word == "this" else 1
    return SaidDate(hit.start(), end, spans=((7 * week, 7 * week + 6),))
