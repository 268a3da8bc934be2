"""Finds what a note speaks of: concepts named by word lists in six languages, and whether they are denied."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "concepts.txt"
DENIED = "not:"
_DENIAL = re.compile(
    r"(?:\b(?:not|no|never|nothing|nobody|without|isn't|wasn't|doesn't|don't|didn't|nicht|kein\w*|ohne|pas|aucun\w*"
    r"|sans|sin|ningun\w*|geen|niet|zonder|non|nessun\w*|senza))(?:\W+\w+){0,2}\W*$"
)
_DENIAL_REACH = 30  # characters looked at before the word
_DISMISSED = "dismissed"  # the concept of what is fine, settled or beside the point
_GOOD_NEWS = {_DISMISSED, "all_fine", "settled", "arrived", "no_action", "confirmed_order"}
_CLAUSE = re.compile(r"[.!?;:,](?=\s|$)|\s[-\u2013\u2014]\s|\s(?=(?:but|yet|though|aber|doch|mais|pero|maar|ma)\b)|\n")
_OPENS_DENIED = re.compile(
    r"(?:it's |it is |das ist |c'est |es |e )?"
    r"(?:not?|nobody|nothing|none|neither|without|nicht|kein\w*|niemand|nichts|pas|aucun\w*|rien|ningun\w*|nadie|geen"
    r"|niet|niemand|non|nessun\w*)\b"
)


def clauses(text: str) -> list[tuple[str, bool]]:
    """The clauses of a text, and whether each only says what is fine, settled or beside the point."""
    parts = [part.strip() for part in _CLAUSE.split(text) if part and part.strip()]
    return [(part, _dismissed(fold(part))) for part in parts]


def _dismissed(clause: str) -> bool:
    found = _patterns()[_DISMISSED].search(clause)
    if _OPENS_DENIED.match(clause):
        return found is None or not _near_denial(clause, found.start())
    return found is not None and not _near_denial(clause, found.start())


def _near_denial(text: str, at: int) -> bool:
    return _DENIAL.search(text[max(0, at - _DENIAL_REACH) : at]) is not None


def fold(text: str) -> str:
    """Lower case without accents, white space as single blanks: what the word lists are compared with."""
    lower = text.lower().replace("ß", "ss").replace("\u2019", "'")
    plain = "".join(char for char in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", plain)


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """All concepts in the order of the file, then their denials."""
    found = tuple(_patterns())
    return found + tuple(DENIED + name for name in found)


def concepts(text: str) -> frozenset[str]:
    """The concepts that a text names; `not:X` where X is named and denied. A subset of `names()`."""
    found: set[str] = set()
    for clause, dismissed in clauses(fold(text)):
        for name, pattern in _patterns().items():
            for match in pattern.finditer(clause):
                denied = _near_denial(clause, match.start()) or (dismissed and name not in _GOOD_NEWS)
                found.add(DENIED + name if denied else name)
    return frozenset(found)


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    patterns: dict[str, re.Pattern[str]] = {}
    for line in FILE.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        name, listed = line.split(":", 1)
        words = sorted({word.replace("_", " ").strip() for word in listed.split()}, key=lambda word: (-len(word), word))
        patterns[name] = re.compile(r"(?<!\w)(?:" + "|".join(map(_as_pattern, words)) + ")")
    return patterns


def _as_pattern(word: str) -> str:
    """A word matches the beginning of a word; `=word` the whole word; `~` stands for up to five words between."""
    whole = word.startswith("=")
    parts = [re.escape(part) for part in word.removeprefix("=").split("~")]
    return r"\w*(?:\W+\w+){0,5}\W+".join(parts) + (r"(?!\w)" if whole else "")
