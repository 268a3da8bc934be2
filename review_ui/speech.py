"""How the desk speaks to one person: words, dates and amounts in the language, customs and zone of that person."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import NumberFormatError, format_currency, format_decimal, format_percent, parse_decimal

from agent.confidence.model import Confidence
from agent.kit.values import Money
from agent.locale import catalogue
from review_ui import words

_CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


class Speech:
    """Words, numbers, dates and money for one language and zone. Unknown ones fall back to English and UTC."""

    def __init__(self, language: str, zone: str, now: datetime) -> None:
        self.locale = _locale(language)
        self.zone = _zone(zone)
        self.now = now
        self._texts = catalogue(str(self.locale))

    @property
    def language(self) -> str:
        """For the lang attribute of a page."""
        return str(self.locale).replace("_", "-")

    def gettext(self, text: str) -> str:
        """The text in this language."""
        return self._texts.gettext(text)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The text for this count in this language."""
        return self._texts.ngettext(one, many, count)

    # --- words ----------------------------------------------------------------------------------
    def word(self, code: str | None, group: str = "") -> str:
        """The words for a code of the product (label, team, status …); a code without words is shown spaced."""
        if not code:
            return ""
        found = words.find(str(code), group)
        return self.gettext(found) if found else str(code).replace("_", " ").capitalize()

    def detail(self, text: str) -> str:
        """A technical detail with the labels in it put into words."""

        def put(match: re.Match[str]) -> str:
            found = words.find(match.group())
            return self.gettext(found).lower() if found else match.group()

        return _CODE.sub(put, text)

    def position(self, confidence: Confidence) -> str:
        """Where the provisional score lies on its scale, in thirds; a position, not a promise."""
        if confidence.score < 1 / 3:
            return self.gettext("lower third")
        return self.gettext("middle third") if confidence.score < 2 / 3 else self.gettext("upper third")

    # --- numbers --------------------------------------------------------------------------------
    def number(self, value: Decimal | float, digits: int | None = None) -> str:
        """A number in the person's customs, with all its digits or with so many."""
        if digits is not None:
            return format_decimal(round(value, digits), locale=self.locale)
        exact = value.normalize() if isinstance(value, Decimal) else value
        return format_decimal(exact, locale=self.locale, decimal_quantization=False)

    def percent(self, share: Decimal | float) -> str:
        """A share of 0..1 as a percentage."""
        return format_percent(share, locale=self.locale)

    def money(self, amount: Money) -> str:
        """An amount with its currency."""
        return format_currency(amount.amount, amount.currency, locale=self.locale)

    def price(self, amount: Decimal, currency: str) -> str:
        """A unit price: with all its digits, at least the currency's."""
        return format_currency(amount, currency, locale=self.locale, decimal_quantization=False)

    def plain(self, value: str) -> str:
        """A stored decimal text as a person would type it: own decimal sign, no grouping."""
        try:
            number = Decimal(value)
        except InvalidOperation:
            return value
        return format_decimal(number, locale=self.locale, decimal_quantization=False, group_separator=False)

    def parse_number(self, text: str) -> Decimal:
        """What a person typed. Raises ValueError when it is no number in the person's customs."""
        try:
            number = parse_decimal(text.strip(), locale=self.locale, strict=True)
        except NumberFormatError as error:
            raise ValueError(str(error)) from error
        if not number.is_finite():
            raise ValueError(text)
        return number

    def figure(self, value: str, unit: str = "") -> str:
        """A figure of an approval (decimal text or words) as people read it."""
        try:
            number = Decimal(value)
        except InvalidOperation:
            return f"{value} {unit}".strip()
        if re.fullmatch(r"[A-Z]{3}", unit):
            return self.price(number, unit)
        return f"{self.number(number)} {unit}".strip()

    # --- time -----------------------------------------------------------------------------------
    def day(self, value: date | None) -> str:
        """A calendar date."""
        return format_date(value, format="medium", locale=self.locale) if value else ""

    def moment(self, value: datetime | None) -> str:
        """A time in the person's zone, to the minute."""
        if value is None:
            return ""
        local = value.astimezone(self.zone)
        return f"{self.day(local.date())}, {format_time(local, format='short', locale=self.locale)}"

    def second(self, value: datetime) -> str:
        """A time of today in the person's zone, to the second."""
        return format_time(value.astimezone(self.zone), format="medium", locale=self.locale)

    def ago(self, value: datetime) -> str:
        """How long ago, roughly."""
        gone = max(self.now - value, timedelta(0))
        return format_timedelta(gone, granularity="minute", threshold=1.0, format="short", locale=self.locale)

    def value(self, text: str, field: str, unit: str = "") -> str:
        """A fact's stored value (ISO date, plain decimal or text) as people read it."""
        if field in words.DATES:
            return self._day_of(text)
        if field not in words.NUMBERS:
            return text
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text
        if field == "price" and re.fullmatch(r"[A-Z]{3}", unit):
            return self.price(number, unit)
        return f"{self.number(number)} {unit}".strip()

    def _day_of(self, text: str) -> str:
        try:
            return self.day(date.fromisoformat(text))
        except ValueError:
            return text


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
