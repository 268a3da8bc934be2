"""Fill the dates into a template: `{{+12|de}}` is the working day twelve days on, as a German would write it."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from agent.adapters.sandbox.company.days import workday
from agent.errors import InputError

DAY = re.compile(r"\{\{(?P<offset>[+-]?\d+|clash)\|(?P<style>[^{}|]+)\}\}")
MOMENT = re.compile(r"\{\{now-(?P<minutes>\d+)\}\}")
MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG = {"de": "{d}. {m} {y}", "es": "{d} de {m} de {y}", "pt": "{d} de {m} de {y}", "us": "{m} {d}, {y}"}
LAST_MONTH_AS_DAY = 12


def _month(day: date, language: str) -> str:
    return MONTHS[language].split()[day.month - 1]


def _long(day: date, style: str) -> str:
    pattern = LONG.get(style, "{d} {m} {y}")
    return pattern.format(d=day.day, m=_month(day, style if style in MONTHS else "en"), y=day.year)


def _swapped(day: date) -> date:
    """The other reading of an ambiguous day: month and day exchanged, in the next year when it would have passed."""
    other = date(day.year, day.day, day.month)
    return other if other > day else other.replace(year=day.year + 1)


SHORT: dict[str, Callable[[date], str]] = {
    "iso": date.isoformat,
    "ymd": lambda day: f"{day:%Y%m%d}",
    "year": lambda day: f"{day.year}",
    "d.m.y": lambda day: f"{day:%d.%m.%Y}",
    "d.m.": lambda day: f"{day:%d.%m.}",
    "d/m/y": lambda day: f"{day:%d/%m/%Y}",
    "d-m-y": lambda day: f"{day:%d-%m-%Y}",
    "d/m": lambda day: f"{day:%d/%m}",
    "d mon y": lambda day: f"{day.day:02d} {_month(day, 'en')[:3]} {day.year}",
    "mon d": lambda day: f"{_month(day, 'en')[:3]} {day.day}",
    "kw": lambda day: f"KW {day.isocalendar().week}",
    "swapped": lambda day: _swapped(day).isoformat(),
}


def render(template: str, today: date, now: datetime | None = None) -> str:
    """The template with every date filled in. Raises InputError for a style that is not known."""
    filled = DAY.sub(lambda found: _write(_day(found["offset"], today), found["style"]), template)
    if now is None:
        return filled
    return MOMENT.sub(lambda found: (now - timedelta(minutes=int(found["minutes"]))).isoformat(), filled)


def _day(offset: str, today: date) -> date:
    return _clash(today) if offset == "clash" else workday(today, int(offset))


def _clash(today: date) -> date:
    """The next working day, a week or more on, that reads as another date when day and month are swapped."""
    day = workday(today, 7)
    while day.day > LAST_MONTH_AS_DAY or day.day == day.month:
        day = workday(day, 1)
    return day


def _write(day: date, style: str) -> str:
    if style in SHORT:
        return SHORT[style](day)
    if style in MONTHS or style in LONG:
        return _long(day, style)
    if style.startswith("rfc "):
        return f"{WEEKDAYS[day.weekday()]}, {day.day:02d} {_month(day, 'en')[:3]} {day.year} {style[4:]}"
    raise InputError(f"No date is written in the style {style!r}.", remedy="Correct the placeholder in the sample.")
