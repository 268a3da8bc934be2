"""Who writes: the language of a mail, and how its writer orders the day and month of a slashed date. Pure."""

import re

from agent.kit.dates import slashed_order
from agent.suggestions.reader import MailInput

MONTH_FIRST = frozenset({"US", "PH", "PW", "FM", "MH"})
EITHER = frozenset({"", "CA", "CN", "HK", "TW", "JP", "KR", "IN", "TH", "VN", "MY", "SG"})
_COMMON = {
    "de": "der die das und nicht ist wir ihre für mit von leider bitte wird sie werden auf",
    "fr": "le la les des et nous votre pour avec est pas vous de une que sera",
    "es": "el la los las de y su para con que no nos del por está pedido",
    "nl": "de het een en van wij uw voor met niet is op zijn dat wordt bestelling",
    "it": "il la di e che per con non del ordine gentile sono vi una della è",
    "en": "the and we you your for with is are will on of to please not this",
}


def language_of(text: str) -> str:
    """The language that most of the common words are of: de, fr, es, nl, it or en."""
    seen = re.findall(r"[^\W\d_]+", text[:5000].lower())
    scores = {name: sum(seen.count(word) for word in listed.split()) for name, listed in _COMMON.items()}
    return max(scores, key=lambda name: (scores[name], name == "en"))


def day_first(asked: MailInput) -> bool | None:
    """How this writer orders slashed dates: by another date of the mail, country, language; None when nothing tells."""
    text = "\n".join(one.text for one in asked.texts)
    told = slashed_order(text)
    if told is not None:
        return told
    country = asked.sender_country.upper()
    if country not in EITHER:
        return country not in MONTH_FIRST
    language = asked.sender_language.replace("-", "_")
    if not country and language:
        return language != "en_US"
    return True if language_of(text) != "en" else None
