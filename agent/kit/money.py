"""Amounts of money as people write them: $4.20, EUR 24,00 / 1000 pcs, 1.28 EUR/m."""

import re
from dataclasses import dataclass
from decimal import Decimal

from agent.kit.numbers import DIGITS, readings

CURRENCIES: dict[str, str] = {
    "us$": "USD",
    "ca$": "CAD",
    "c$": "CAD",
    "a$": "AUD",
    "$": "USD",
    "\u20ac": "EUR",
    "\u00a3": "GBP",
    "\u00a5": "JPY",
    "euros": "EUR",
    "euro": "EUR",
    "dollars": "USD",
    "pounds": "GBP",
    "sfr": "CHF",
    "fr.": "CHF",
    "rmb": "CNY",
    **{
        code.lower(): code
        for code in [
            "USD",
            "EUR",
            "GBP",
            "CHF",
            "CAD",
            "AUD",
            "JPY",
            "CNY",
            "SEK",
            "NOK",
            "DKK",
            "PLN",
            "CZK",
            "HUF",
            "INR",
            "TRY",
        ]
    },
}
_CURRENCY = "|".join(re.escape(word) for word in sorted(CURRENCIES, key=len, reverse=True))
_PER = (
    r"(?:\s?(?P<per>/|les?(?=\s(?:100|1[. ]?000|cent|mille)\b)|per\b|pro\b|je\b|par\b|por\b|la\b|the\b|each\b"
    r"|apiece\b|ea\b|st(?:ü|ue)ck\b|cad(?:auno"
    r"|aun[oa]|a un[oa])\b|cad(?:\.|\b)|c/u\b|c\.u\.|chacune?\b|l['\u2019]unit[ée]\b|stuk\b|p\.\s?p\.)"
    r"\s?(?P<basis>\d{1,3}(?:[., ]?\d{3})?(?!\d)|hundred|thousand|hundert|tausend|mille|cent|mil)?(?:\s?(?:pcs"
    r"|pieces|units|pc|piece|unit|stk|st|stück|pi[èe]ces?"
    r"|unidad(?:es)?|ud|stuks?|pezz[oi]|pz|m|kg|ea|l|set|roll|box)\b\.?)?)?"
)
_MONEY = re.compile(
    rf"(?<![\w.,])(?:(?P<c1>{_CURRENCY})\s?(?P<n1>{DIGITS})(?:\s?,-|\.-)?|(?P<n2>{DIGITS})(?:,-)?\s?"
    rf"(?P<c2>{_CURRENCY})(?!\w)){_PER}",
    re.IGNORECASE,
)
_PER_M = frozenset({"USD", "CAD"})  # where "/M" is a price of a thousand
_WORDS = {"hundred": 100, "hundert": 100, "cent": 100, "thousand": 1000, "tausend": 1000, "mille": 1000, "mil": 1000}


@dataclass(frozen=True)
class MoneyMention:
    """An amount in a text. `per` is the number of units it is for; `per_stated` says that the text names it."""

    start: int
    end: int
    readings: tuple[Decimal, ...]
    currency: str
    per: Decimal
    per_stated: bool


def find_money(text: str, *, comma_is_decimal: bool | None = None) -> list[MoneyMention]:
    """Every amount with a currency in the text, in order."""
    found: list[MoneyMention] = []
    for hit in _MONEY.finditer(text):
        values = readings(hit["n1"] or hit["n2"], comma_is_decimal=comma_is_decimal)
        if not values:
            continue
        basis = (hit["basis"] or "").strip().lower()
        digits = re.sub(r"\D", "", basis)
        per = Decimal(digits) if digits else Decimal(_WORDS.get(basis, 1))
        stated = bool(hit["per"])
        currency = CURRENCIES[(hit["c1"] or hit["c2"]).lower()]
        if currency in _PER_M and hit[0].rstrip(". ").endswith("/M"):
            per = Decimal(1000)
        found.append(
            MoneyMention(hit.start(), hit.start() + len(hit[0].rstrip()), values, currency, per or Decimal(1), stated)
        )
    return found
