"""Pseudonyms: names, addresses and numbers of people leave the process as placeholders, and come back by code.

What is known by name (from the evidence) is replaced wherever it stands; what only its form gives away (an address,
a telephone number, a signature, a form of address, a company's legal form) is found by patterns. The same words get
the same placeholder within a call, each way of writing one of its own, so that quotes come back letter by letter.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import BaseModel

from agent.suggestions.names import Name, NameKind, names_in

Given = TypeVar("Given")
LETTER = "[^\\W\\d_]"
UPPER = "[A-Z\u00c0-\u00d6\u00d8-\u00de\u0141\u015a\u017b\u0160\u017d\u010c]"
WORD = f"{UPPER}(?:{LETTER}|['\u2019.-])*{LETTER}"
SHORTEST = 3
EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
WEB = re.compile(r"\b(?:https?://|www\.)[^\s<>\"')\]]+", re.IGNORECASE)
ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,3})?\b")
PHONE = re.compile(
    r"(?<![\w+])(?:\+|00)\d[\d ()./-]{6,18}\d"
    r"|(?:\b(?:tel|phone|telephone|fon|telefon|fax|mob|mobile|mobil|handy|cell|gsm|t\u00e9l\u00e9phone|t\u00e9l|tfno"
    r"|tel\u00e9fono|telefono|telefoon|cellulare|m\u00f3vil)\b[.: ]{1,3})([(\d+][\d ()./-]{5,18}\d)",
    re.IGNORECASE,
)
COMPANY = re.compile(
    rf"(?:{UPPER}[\w&'.\u2019-]*[ ]+(?:(?:&|and|und|et|y|en|e|de|del|di|van)[ ]+)?){{1,4}}"
    r"(?:GmbH(?: & Co\. ?KG)?|AG|KGaA|KG|OHG|UG|Ltd|Limited|LLC|LLP|PLC|Inc|Corp|Co|S\.?A\.?S?|SARL|S\.?[rR]\.?l"
    r"|S\.?p\.?A|B\.?V|N\.?V|S\.?L\.?U?|Sp\. z o\.o|A/S|ApS|AB|Oy|s\.r\.o|Kft)\b\.?",
)
STREET = re.compile(
    rf"\b{UPPER}[\w\u00df.-]*(?:str(?:a\u00dfe|asse|\.)|weg|platz|allee|gasse|straat|laan|kade)[ ]*\d+[a-z]?\b"
    r"|\b\d{1,5}[ ](?:[A-Z][\w'.-]*[ ]){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Way|Boulevard|Blvd|Close)\b"
    r"|\b\d{1,4}(?:[ ]?bis)?,?[ ](?:rue|avenue|boulevard|place|chemin|quai)[ ][^\n,;]{3,40}"
    r"|\b(?:Calle|Avenida|Avda\.?|Via|Viale|Piazza|Rua)[ ][^\n,;\d]{3,30},?[ ](?:n[.\u00ba\u00b0]?[ ]?)?\d{1,4}\b"
)
TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Herrn?|Frau|Mme|Monsieur|Madame|Sra?|Se\u00f1ora?|Dhr|Mevr|Mevrouw|Meneer|Sig|Sig\.ra|Signora?"
    rf"|Pan|Pani)\b\.?[ ]+((?:(?:von|van|de|der|den|di|da|le|la)[ ]+)*{WORD}(?:[ ]+{WORD})?)"
)
GREETED = re.compile(
    r"^[ ]*(?:Dear|Hi|Hello|Hey|Hallo|Moin|Liebe[r]?|Sehr geehrte[r]?|Guten Tag|Bonjour|Ch(?:er|\u00e8re)|Estimad[oa]"
    rf"|Hola|Beste|Geachte|Goedendag|Gentile|Egregio|Buongiorno|Ciao)[ ]+({WORD}(?:[ ]+{WORD})?)[ ]*[,!.:\u2013-]",
    re.MULTILINE,
)
SIGNED = re.compile(
    r"(?i:^[ ]*(?:(?:with )?(?:kind|best|warm|kindest) (?:regards|wishes)|regards|sincerely|yours (?:sincerely|truly)"
    r"|(?:many )?thanks|thank you|cheers|best|mit (?:freundlichen|besten) gr\u00fc(?:\u00df|ss)en"
    r"|(?:viele|beste|liebe|sch\u00f6ne|freundliche) gr\u00fc(?:\u00df|ss)e|gru(?:\u00df|ss)|mfg"
    r"|(?:bien )?cordialement|bien \u00e0 vous|salutations|(?:un )?(?:cordial )?saludos?|atentamente|cordialmente"
    r"|(?:met )?(?:vriendelijke )?groet(?:en|jes)?|mvg|(?:cordiali|distinti) saluti|saluti)[^\n]{0,20}\n)"
    rf"(?:[ ]*\n)*[ ]*((?:{WORD}|{UPPER}\.)(?:[ ]+(?:{WORD}|{UPPER}\.|van|von|de|der)){{0,3}})[ ]*$",
    re.MULTILINE,
)
LEGAL = re.compile(
    r"[ ,]+(?:GmbH(?: & Co\. ?KG)?|AG|KGaA|KG|OHG|UG|Ltd|Limited|LLC|LLP|PLC|Inc|Corp|Co|S\.?A\.?S?|SARL|S\.?[rR]\.?l"
    r"|S\.?p\.?A|B\.?V|N\.?V|S\.?L\.?U?|Sp\. z o\.o|A/S|ApS|AB|Oy|s\.r\.o|Kft)\.?$"
)
NO_NAMES = re.compile(
    "all|team|sirs?|madam|colleagues?|customers?|damen|herren|zusammen|kollegen|sales|purchasing|logistics|orders?|your"
    "|april|may|june|august|mai|mars|juni|juin|mei|abril|mayo|junio|agosto|aprile|maggio|giugno|friday|our|the|best|kind|supply|trading|steel|metal|group|company|international|europe|industries|parts|tools"
)
KINDS = ("PARTY", "PERSON", "EMAIL", "WEB", "ACCOUNT", "PHONE", "ADDRESS")
"""What a placeholder says of what it stands for."""


class Pseudonyms:
    """The placeholders of one call."""

    def __init__(self, names: Iterable[Name], texts: Iterable[str]) -> None:
        texts = tuple(texts)
        joined = "\n".join(texts)
        self._salt = next(salt for n in range(99) if f"{(salt := 'X' * n)}PERSON_" not in joined.upper())
        self._words: dict[str, str] = {}  # folded words and what they are
        known = [(name.kind.value, name.text) for name in names]
        for kind, words in (*known, *(found for text in texts for found in _found(text))):
            for part in _forms(kind, words):
                self._words.setdefault(_folded(part), kind)
        self._given: dict[str, str] = {}  # as written: its placeholder
        self._numbers: dict[str, int] = {}
        self._pattern = _one_of(self._words)
        self._back = re.compile(rf"\b{self._salt}(?:{'|'.join(KINDS)})_\d+[a-z]*\b", re.IGNORECASE)
        self._written: dict[str, str] = {}

    def hide(self, text: str) -> str:
        """The text with its names replaced."""
        return self._pattern.sub(self._placeholder, text) if self._pattern else text

    def show(self, text: str) -> str:
        """The text with its names put back; a placeholder that was never given stays."""
        return self._back.sub(lambda found: self._written.get(found[0].upper(), found[0]), text)

    def _placeholder(self, found: re.Match[str]) -> str:
        written = found[0]
        if written not in self._given:
            folded = _folded(written)
            kind = self._words[folded].upper()
            same = [word for word in self._given if _folded(word) == folded]
            number = self._numbers.setdefault(folded, len(self._numbers) + 1)
            self._given[written] = f"{self._salt}{kind}_{number}{'b' * len(same)}"
            self._written[self._given[written].upper()] = written
        return self._given[written]


def hidden(asked: Given, given: Iterable[Name]) -> tuple[Given, Pseudonyms]:
    """What is asked without the names in it, and the way back."""
    found = Pseudonyms((*given, *names_in(asked)), _texts(asked))
    return mapped(asked, found.hide), found


def mapped(value: Given, change: Callable[[str], str]) -> Given:
    """The same value, every text in it changed; enumerations and the names of fields stay."""
    return _mapped(value, change)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case StrEnum():
            return value
        case str():
            return change(value)
        case BaseModel():
            fields = {name: _mapped(getattr(value, name), change) for name in type(value).model_fields}
            return value.model_copy(update=fields)
        case Mapping():
            return {key: _mapped(item, change) for key, item in value.items()}
        case tuple() | list():
            return type(value)(_mapped(item, change) for item in value)
        case _:
            return value


def _texts(value: object) -> list[str]:
    found: list[str] = []
    mapped(value, lambda text: found.append(text) or text)
    return found


def _found(text: str) -> Iterator[tuple[str, str]]:
    """Names and addresses that their form gives away: (kind, words)."""
    for kind, pattern in (("email", EMAIL), ("web", WEB), ("account", ACCOUNT), ("address", STREET)):
        yield from ((kind, hit[0]) for hit in pattern.finditer(text))
    yield from (("phone", hit[1] or hit[0]) for hit in PHONE.finditer(text))
    yield from (("party", hit[0]) for hit in COMPANY.finditer(text))
    for pattern in (TITLED, GREETED, SIGNED):
        yield from (("person", hit[1]) for hit in pattern.finditer(text))


def _forms(kind: str, words: str) -> Iterator[str]:
    """The ways in which a name may be written: whole, without its legal form, and a person's or firm's main words."""
    text = " ".join(words.split()).strip(" ,.;:")
    if len(text) < SHORTEST or NO_NAMES.fullmatch(text.casefold()):
        return
    yield text
    core = LEGAL.sub("", text) if kind == NameKind.PARTY else text
    if core != text and len(core) >= SHORTEST:
        yield core
    parts = [part for part in re.split(r"[ ,]+", core) if len(part) >= SHORTEST and part[0].isupper()]
    main = [part for part in parts if not NO_NAMES.fullmatch(part.casefold())]
    if kind == NameKind.PERSON and len(main) > 1:
        yield from main
    if kind == NameKind.PARTY and len(parts) > 1 and parts[0] in main and len(parts[0]) > SHORTEST + 1:
        yield parts[0]


def _folded(words: str) -> str:
    return " ".join(words.split()).lower()


def _one_of(words: Mapping[str, str]) -> re.Pattern[str] | None:
    """Any of the words, the longest first, however it is spaced; a single word of letters only with a capital."""
    if not words:
        return None
    longest = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(rf"(?<!\w){_any_case(word)}(?!\w)" for word in longest))


def _any_case(word: str) -> str:
    if word.isalpha():
        return f"(?=[^a-z\u00df-\u00f6\u00f8-\u00ff])(?i:{re.escape(word)})"
    return "(?i:" + r"\s+".join(re.escape(part) for part in word.split(" ")) + ")"
