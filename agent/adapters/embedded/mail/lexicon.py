"""What the words of suppliers' mails mean: concepts by word, beginning or ending, in six languages, without accents."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

FILE = Path(__file__).parents[1] / "data" / "mail_words.txt"
MAX_WORD = 24  # characters of a word that tell what it means
MIN_ENDING = 5


class Lexicon:
    """Concepts of single words and of words side by side."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.whole: dict[str, set[str]] = {}
        self.beginnings: dict[str, set[str]] = {}
        self.endings: dict[str, set[str]] = {}
        self.joint: dict[str, dict[tuple[str, ...], set[str]]] = {}
        for line in lines:
            concept, _, words = line.partition(":")
            if line.strip() and not line.startswith("#"):
                for word in words.split():
                    self._add(concept.strip(), word)

    def _add(self, concept: str, word: str) -> None:
        if "_" in word:
            parts = tuple(word.split("_"))
            self.joint.setdefault(parts[0], {}).setdefault(parts, set()).add(concept)
        elif word.startswith("*"):
            self.endings.setdefault(word[1:], set()).add(concept)
        elif word.endswith("*"):
            self.beginnings.setdefault(word[:-1], set()).add(concept)
        else:
            self.whole.setdefault(word, set()).add(concept)

    def concepts(self, word: str) -> tuple[str, ...]:
        """The concepts of one folded word, in the order of the alphabet."""
        word = word[:MAX_WORD]
        found = set(self.whole.get(word, ()))
        for length in range(2, len(word) + 1):
            found.update(self.beginnings.get(word[:length], ()))
            if len(word) - length >= 0 and length >= MIN_ENDING:
                found.update(self.endings.get(word[-length:], ()))
        return tuple(sorted(found))

    def joined(self, words: Sequence[str], at: int) -> list[tuple[int, tuple[str, ...]]]:
        """How many words from here form a phrase, with its concepts; several where phrases begin alike."""
        found: list[tuple[int, tuple[str, ...]]] = []
        for parts, concepts in self.joint.get(words[at], {}).items():
            if tuple(words[at : at + len(parts)]) == parts:
                found.append((len(parts), tuple(sorted(concepts))))
        return found


@cache
def shipped() -> Lexicon:
    """The lexicon of this package."""
    return Lexicon(FILE.read_text("utf-8").splitlines())


@lru_cache(maxsize=20_000)
def concepts_of(word: str) -> tuple[str, ...]:
    """The concepts of one folded word."""
    return shipped().concepts(word)


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Small letters without accents; ß as ss, typographic apostrophes plain."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.lower().replace("ß", "ss").replace("\u2019", "'"))
    return re.sub(r"[\u0300-\u036f]", "", plain)
