"""Numbers that people spell out, in six languages: twenty-five, fünfundzwanzig, three thousand five hundred."""

import re
from collections.abc import Iterator
from functools import cache

_SMALL: dict[int, str] = {
    1: "one ein eins eine einen un une uno una een",
    2: "two zwei deux dos twee due",
    3: "three drei trois tres drie tre",
    4: "four vier quatre cuatro quattro",
    5: "five fünf fuenf cinq cinco vijf cinque",
    6: "six sechs seis zes sei",
    7: "seven sieben sept siete zeven sette",
    8: "eight acht huit ocho otto",
    9: "nine neun neuf nueve negen nove",
    10: "ten zehn dix diez tien dieci",
    11: "eleven elf onze once undici",
    12: "twelve zwölf zwoelf douze doce twaalf dodici",
    13: "thirteen dreizehn treize trece dertien tredici",
    14: "fourteen vierzehn quatorze catorce veertien quattordici",
    15: "fifteen fünfzehn quinze quince vijftien quindici",
    16: "sixteen sechzehn seize dieciséis dieciseis zestien sedici",
    17: "seventeen siebzehn dix-sept diecisiete zeventien diciassette",
    18: "eighteen achtzehn dix-huit dieciocho achttien diciotto",
    19: "nineteen neunzehn dix-neuf diecinueve negentien diciannove",
    20: "twenty zwanzig vingt veinte twintig venti",
    21: "veintiuno ventuno",
    22: "veintidós veintidos",
    23: "veintitrés ventitré",
    24: "veinticuatro",
    25: "veinticinco",
    26: "veintiséis",
    27: "veintisiete",
    28: "veintiocho ventotto",
    29: "veintinueve",
    30: "thirty dreißig dreissig trente treinta dertig trenta",
    40: "forty fourty vierzig quarante cuarenta veertig quaranta",
    50: "fifty fünfzig fuenfzig cinquante cincuenta vijftig cinquanta",
    60: "sixty sechzig soixante sesenta zestig sessanta",
    70: "seventy siebzig setenta zeventig settanta septante",
    80: "eighty achtzig quatre-vingts quatre-vingt ochenta tachtig ottanta",
    90: "ninety neunzig noventa negentig novanta nonante",
    200: "doscientos doscientas",
    300: "trescientos trescientas",
    400: "cuatrocientos cuatrocientas",
    500: "quinientos quinientas",
    600: "seiscientos seiscientas",
    700: "setecientos setecientas",
    800: "ochocientos ochocientas",
    900: "novecientos novecientas",
}
_FACTORS: dict[int, str] = {
    100: "hundred hundert cent cents cien ciento honderd cento",
    1000: "thousand tausend mille mil duizend mila",
    12: "dozen dozens dutzend douzaine douzaines docena docenas dozijn dozzina dozzine",
    144: "gross",
}
_ALONE = {100: "hundert cien ciento honderd cento", 1000: "tausend mille duizend", 12: _FACTORS[12]}
# words of other meanings in another language: due, once, otto, sei, onze, mil, the articles
_DOUBTFUL_WORDS = "due once otto sei onze mil tre ein eins eine einen un une uno una een cent cents gross sept dix"
DOUBTFUL = frozenset(_DOUBTFUL_WORDS.split())
VALUES: dict[str, int] = {word: number for number, words in _SMALL.items() for word in words.split()}
FACTORS: dict[str, int] = {word: number for number, words in _FACTORS.items() for word in words.split()}
ALONE: frozenset[str] = frozenset(word for words in _ALONE.values() for word in words.split())
MAX_WORD = 60  # characters of a compound


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = sorted([*VALUES, *FACTORS], key=len, reverse=True)
    one = "|".join(map(re.escape, words))
    compound = rf"(?:{one})(?:(?:und|en|ën|e|-)?(?:{one}))*"
    joined = rf"(?:\s(?:and\s|et\s|y\s|und\s|en\s|e\s)?|-(?:and-|et-)?)(?:{compound})"
    return re.compile(rf"(?<![\w-])(?:{compound})(?:{joined}){{0,5}}(?!\w|-\w)", re.IGNORECASE), re.compile(
        rf"(?:und|en|ën)(?=[a-zäöü])|({one})", re.IGNORECASE
    )


def spelled_numbers(text: str) -> Iterator[tuple[int, int, int, bool]]:
    """Start, end and value of each spelled number, and whether all its words are of a doubtful meaning."""
    whole, part = _patterns()
    for hit in whole.finditer(text):
        words = [word.lower() for word in part.findall(hit[0]) if word]
        value = value_of(words)
        lonely = len(words) == 1 and words[0] in FACTORS and words[0] not in ALONE
        if value is not None and not lonely:
            yield hit.start(), hit.end(), value, all(word in DOUBTFUL for word in words)


def value_of(words: list[str]) -> int | None:
    """The number that these words make; None when they do not make one, as in "ten eleven"."""
    total, current, last = 0, 0, 10**6
    for word in words:
        if word in FACTORS:
            total, current = _times(total, current, FACTORS[word])
            last = FACTORS[word]
            continue
        number = VALUES[word]
        reversed_tens = current % 100 in range(1, 10) and number >= 20 and number % 10 == 0  # noqa: PLR2004 - five-and-twenty
        teens = 20 if last in (60, 80) else 10  # soixante-quinze
        if not (last >= 100 or (last >= 20 and number < teens) or reversed_tens):  # noqa: PLR2004 - hundreds, tens
            return None
        current += number
        last = 1 if reversed_tens else number
    return total + current


def _times(total: int, current: int, factor: int) -> tuple[int, int]:
    """What was counted so far, times hundred (of the last part), thousand, or a dozen (of the whole)."""
    if factor == 100:  # noqa: PLR2004 - hundreds belong to the thousands before
        return total, current - current % 100 + max(1, current % 100) * 100
    if factor == 1000:  # noqa: PLR2004 - thousands
        return total + max(1, current) * 1000, 0
    return (total + current or 1) * factor, 0
