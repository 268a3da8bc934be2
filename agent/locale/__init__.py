"""Texts for people: English in the source, other languages as gettext catalogues beside this file."""

from functools import lru_cache
from gettext import NullTranslations, translation
from pathlib import Path

DOMAIN = "gatehouse"
FOLDER = Path(__file__).parent


@lru_cache(maxsize=32)
def catalogue(language: str) -> NullTranslations:
    """The catalogue of a language (`de`, `pt_BR`); English, which is the source itself, when there is none."""
    return translation(DOMAIN, localedir=FOLDER, languages=[language.replace("-", "_")], fallback=True)


def mark(text: str) -> str:
    """Marks a text for extraction where it is only kept; it is translated where it is shown."""
    return text
