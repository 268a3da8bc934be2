"""How numbers, money, dates and figures are written for people, in a language, by Babel."""

from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

from agent.kit.values import Money
from agent.locale import catalogue

ENGLISH = Locale("en")


@lru_cache(maxsize=32)
def locale(language: str) -> Locale:
    """Babel's locale of a language code such as `de` or `pt_BR`; English when it is unknown."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return ENGLISH


class Saying:
    """Writes values in one language. It never rounds: what is written is the value that was given."""

    def __init__(self, language: str = "en") -> None:
        self._locale = locale(language)
        self._texts = catalogue(language)

    def text(self, message: str, **values: str) -> str:
        """A translated message with its values filled in."""
        return self._texts.gettext(message).format(**values)

    def counted(self, one: str, many: str, count: int, **values: str) -> str:
        """A translated message in singular or plural; `{count}` is the number as written."""
        return self._texts.ngettext(one, many, count).format(count=self.number(Decimal(count)), **values)

    def number(self, value: Decimal) -> str:
        """12500.5 as 12,500.5."""
        return format_decimal(value, "#,##0.############", locale=self._locale, decimal_quantization=False)

    def money(self, value: Money) -> str:
        """Amount with at least two decimals and the ISO currency: 12,500.00 EUR."""
        amount = format_decimal(value.amount, "#,##0.00##########", locale=self._locale, decimal_quantization=False)
        return f"{amount} {value.currency}"

    def date(self, value: date) -> str:
        """12 Dec 2026."""
        return format_date(value, "d MMM y", locale=self._locale)

    def plain(self, value: str) -> str:
        """A figure or fact as stored (decimal, ISO date or short word) as it is shown."""
        text = value.strip()
        try:
            return self.date(date.fromisoformat(text))
        except ValueError:
            pass  # not a date: the next reading is tried
        try:
            read = Decimal(text)
        except InvalidOperation:
            return text
        return self.number(read) if read.is_finite() else text

    def joined(self, parts: list[str]) -> str:
        """`a, b and c`."""
        if len(parts) < 2:  # noqa: PLR2004  # a list of one needs no "and"
            return "".join(parts)
        return self.text("{first} and {last}", first=", ".join(parts[:-1]), last=parts[-1])
