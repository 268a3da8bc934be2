"""Which dates of a sentence are promises (arrival or shipping), and which are old, conditional, denied or of other"
" things.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agent.adapters.embedded import extract_words as words
from agent.kit.dates import DateMention
from agent.suggestions.model import FactField

_CLAUSE_CUT = re.compile(
    r",\s(?!unfortunately|however|leider|sadly)|\s(?:and|und|et|y|en|e)\s|[:\u2013]\s|\s-\s", re.IGNORECASE
)
_TURNED = re.compile(r"\b(?:now|we|will|wird|werden|jetzt|nun|neu|nous|ahora|wij|ora|new)\b", re.IGNORECASE)
_SHARES_ROLE = re.compile(r"follow|folg|suivr|seguir|volg|remain|balance|rest", re.IGNORECASE)
_WAS = re.compile(
    r"(?<!\w)(?:was|were|war|était|era|before:|vorher|avant:|antes:)\W{1,3}(?:on |for |the |am |le |el )?$",
    re.IGNORECASE,
)
_TO_COME = re.compile(r"(?<!\w)(?:will|to be|be|going to|shall|should|can|wird|werden|sera|seront)\b", re.IGNORECASE)
_DONE = re.compile(
    r"(?<!\w)(?<!be )(?<!get )(?:shipped|sent|dispatched|collected|left|picked up|handed over|verschickt|versandt"
    r"|abgeholt|expédi\w+|enviad\w+"
    r"|verzonden|spedit\w)\b",
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(r"not (?:before|until)", re.IGNORECASE)
_OLD_AFTER = re.compile(
    r"^\s?(?:\(?(?:was|were) (?:planned|the original|originally)|originally|ursprünglich)", re.IGNORECASE
)


@dataclass(frozen=True)
class Role:
    """A date with what it promises."""

    mention: DateMention
    field: FactField
    cue_start: int


def roles(
    sentence: str,
    mentions: Sequence[DateMention],
    sent_on: date | None,
    before: FactField | None,
    *,
    asks: bool,
    listed: FactField | None = None,
) -> list[Role]:
    """The promises among the dates of one sentence. `before` is the role of the last date of the mail; `listed` is
    what dates mean in an entry of a list ("BRK-200 - 50 pcs - 7 August"), where they need no cue.
    """
    found: list[Role] = []
    if asks:
        return found
    for index, mention in enumerate(mentions):
        start = mentions[index - 1].end if index else 0
        end = mentions[index + 1].start if index + 1 < len(mentions) else len(sentence)
        left, right = sentence[start : mention.start], sentence[mention.end : end]
        if _is_old(left, right) or _is_denied(sentence, mention) or _is_conditional(sentence, mention, left):
            continue
        if mention.kind == "weekday" and _DONE.search(left) and not _TO_COME.search(left):
            continue  # last Friday, not the coming one
        role = _role(sentence, mention, left, right, found[-1].field if found else before)
        if role is None and listed and not words.NO_FACT.search(left):
            role = Role(mention, listed, mention.start)
        past = sent_on is not None and max(mention.readings) < sent_on
        if role and not (past and role.field is FactField.ETA):
            found.append(role)
    return found


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007 - the last one is wanted
        pass
    return found


def _is_old(left: str, right: str) -> bool:
    if words.FROM_WORD.search(left) and words.TO_WORD.match(right) and len(right) < 16:  # noqa: PLR2004 - "from A to B"
        return True
    if _OLD_AFTER.match(right) or _WAS.search(left):
        return True
    old = _last(words.OLD, left)
    return old is not None and not _TURNED.search(left[old.end() :])


def _is_denied(sentence: str, mention: DateMention) -> bool:
    left = sentence[: mention.start]
    cuts = [hit.end() for hit in (*words.BUT.finditer(left), *_CLAUSE_CUT.finditer(left))]
    clause = left[max(cuts, default=0) :]
    if words.NOT_UNTIL.search(clause):
        return False
    after = re.split(r"[,;:(]|\s(?:and|but|und|sondern|aber)\s", sentence[mention.end :], maxsplit=1)[0][:60]
    return bool(words.NOT.search(clause) or (words.NOT.search(after) and not words.NOT_UNTIL.search(after)))


def _is_conditional(sentence: str, mention: DateMention, left: str) -> bool:
    if words.conditional(sentence[: mention.start]):
        return not words.NEW_DATE.search(left)
    offered = words.OFFER.search(sentence) is not None
    return not offered and words.conditional(sentence[mention.end :][:60].split(";", maxsplit=1)[0])


def _role(sentence: str, mention: DateMention, left: str, right: str, before: FactField | None) -> Role | None:
    """By the nearest cue before the date, else behind it, else anywhere before it in the sentence."""
    offset = mention.start - len(left)
    near = _nearest_cue(left)
    if near is None:
        near = _first_cue(right[:60])
        offset = mention.end
    if near is None:
        near, offset = _nearest_cue(sentence[: mention.start]), 0
    if near is None and (verb := _first_cue(sentence[mention.end :])) and verb[0]:
        near, offset = verb, mention.end
    if near is None:
        new = _last(words.NEW_DATE, left)
        return (
            Role(mention, FactField.ETA, mention.start - len(left) + new.start()) if new and not mention.vague else None
        )
    field, hit = near
    if field is None:
        return None
    if before and _SHARES_ROLE.match(hit[0]):
        field = before
    return Role(mention, field, min(offset + hit.start(), mention.start))


def _cues(text: str) -> list[tuple[FactField | None, re.Match[str]]]:
    return [
        (field, hit)
        for field, pattern in ((FactField.SHIP_DATE, words.SHIP), (FactField.ETA, words.DELIVER), (None, words.NO_FACT))
        for hit in pattern.finditer(text)
    ]


def _nearest_cue(text: str) -> tuple[FactField | None, re.Match[str]] | None:
    found = _cues(text)
    telling = [cue for cue in found if not _NOT_BEFORE.match(cue[1][0])]  # "ready not before" is about being ready
    return max(telling or found, key=lambda cue: (cue[1].start(), cue[1].end()), default=None)


def _first_cue(text: str) -> tuple[FactField | None, re.Match[str]] | None:
    return min(_cues(text), key=lambda cue: (cue[1].start(), cue[0] is None), default=None)


def old_dates(sentence: str, mentions: Sequence[DateMention]) -> list[date]:
    """The dates that the sentence says no longer hold."""
    found: list[date] = []
    for index, mention in enumerate(mentions):
        start = mentions[index - 1].end if index else 0
        end = mentions[index + 1].start if index + 1 < len(mentions) else len(sentence)
        if _is_old(sentence[start : mention.start], sentence[mention.end : end]):
            found.append(mention.readings[0])
    return found
