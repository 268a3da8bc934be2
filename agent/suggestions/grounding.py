"""Grounding: quotes are found in their source, values in their quotes; words that address a machine are told."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache

from agent.kit.dates import find_dates
from agent.kit.money import find_money
from agent.kit.numbers import find_numbers
from agent.suggestions.backing import backed, keep_backed
from agent.suggestions.model import Fact, FactField, Finding, Gate, Quote
from agent.suggestions.reader import RawFact

__all__ = ["backed", "check_fact", "injection_signs", "keep_backed", "locate", "value_readings"]

_DATES = {FactField.ETA, FactField.SHIP_DATE}
_NUMBERS = {FactField.QUANTITY, FactField.PRICE}
_QUOTES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u2212": "-"}
)


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Where the quote stands in the text, in code points, after NFKC and white-space folding; None when absent."""
    exact = text.find(quote)
    if exact >= 0 and quote.strip():
        return exact, exact + len(quote)
    wanted, _ = _folded(quote)
    wanted = wanted.strip()
    if not wanted:
        return None
    folded, places = _folded(text)
    at = folded.find(wanted)
    return (places[at], places[at + len(wanted) - 1] + 1) if at >= 0 else None


def _folded(text: str) -> tuple[str, list[int]]:
    """Folded text, and for each of its characters the place in the original."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for plain in unicodedata.normalize("NFKC", letter).translate(_QUOTES).casefold():
            if plain.isspace():
                if letters and letters[-1] != " ":
                    letters.append(" ")
                    places.append(place)
            else:
                letters.append(plain)
                places.append(place)
    return "".join(letters), places


def check_fact(
    raw: RawFact, texts: Mapping[str, str], sent_on: date | None, *, day_first: bool | None = None
) -> tuple[Fact, list[Finding]]:
    """The fact with its quote's place, and what is wrong: the quote is absent, the value not in it, or ambiguous."""
    span = _span(raw, texts.get(raw.source, ""))
    quoted = texts[raw.source][slice(*span)] if span else raw.quote
    rivals = (one for one in _rivals(raw, quoted, sent_on, day_first) if one != raw.value)
    others = tuple(dict.fromkeys((*raw.alternatives, *rivals)))
    start, end = span or (0, 0)
    fact = Fact(
        field=raw.field,
        value=raw.value,
        unit=raw.unit,
        quote=Quote(text=quoted, source=raw.source, start=start, end=end),
        ambiguous=raw.ambiguous or bool(others),
        alternatives=others,
        po=raw.po,
        line=raw.line,
        stated_ref=raw.stated_ref,
    )
    readings = value_readings(raw, quoted, sent_on, day_first)
    return fact, list(_wrong(fact, present=span is not None, carried=readings is None or raw.value in readings))


def _wrong(fact: Fact, *, present: bool, carried: bool) -> Iterator[Finding]:
    """What is wrong with a fact, in words."""
    said = f"{fact.field} {fact.value}"
    if not present:
        detail = f'{fact.field}: "{fact.quote.text[:80]}" is not in the {fact.quote.source}'
        yield Finding(gate=Gate.QUOTE_ABSENT, detail=detail)
    if not carried:
        yield Finding(gate=Gate.VALUE_NOT_IN_QUOTE, detail=f'{said} is not in "{fact.quote.text[:80]}"')
    if fact.ambiguous and fact.field in _DATES:
        readings = " or ".join((fact.value, *fact.alternatives))
        yield Finding(gate=Gate.AMBIGUOUS_DATE, detail=f'{fact.field} "{fact.quote.text[:60]}" may be {readings}')


def _span(raw: RawFact, source: str) -> tuple[int, int] | None:
    if raw.start is not None and raw.quote.strip() and source[raw.start : raw.start + len(raw.quote)] == raw.quote:
        return raw.start, raw.start + len(raw.quote)
    return locate(raw.quote, source)


def value_readings(raw: RawFact, quoted: str, sent_on: date | None, day_first: bool | None) -> set[str] | None:
    """All values of the fact's kind that its quote can mean; the raw value itself is kept when text carries it."""
    if raw.field in _DATES:
        return {
            day.isoformat() for mention in find_dates(quoted, sent_on, day_first=day_first) for day in mention.readings
        }
    if raw.field in _NUMBERS:
        return {raw.value} if _number_in(raw, quoted) else set()
    if raw.field is FactField.STATUS:
        return None if quoted.strip() else set()
    wanted, _ = _folded(raw.value)
    held, _ = _folded(quoted)
    squeezed = re.sub(r"[\s-]", "", wanted)
    return {raw.value} if wanted.strip() in held or (squeezed and squeezed in re.sub(r"[\s-]", "", held)) else set()


def _number_in(raw: RawFact, quoted: str) -> bool:
    try:
        value = Decimal(raw.value)
    except InvalidOperation:
        return False
    if any(value in mention.readings for mention in find_numbers(quoted)):
        return True
    per_unit = (reading / mention.per for mention in find_money(quoted) for reading in mention.readings)
    if any(value == one for one in per_unit):
        return True
    bases = [reading for mention in find_numbers(quoted) for reading in mention.readings if reading in (100, 1000)]
    return any(value * base in mention.readings for base in bases for mention in find_numbers(quoted))


def _rivals(raw: RawFact, quoted: str, sent_on: date | None, day_first: bool | None) -> tuple[str, ...]:
    """Other readings of the very mention that carries a date fact."""
    if raw.field not in _DATES:
        return ()
    for mention in find_dates(quoted, sent_on, day_first=day_first):
        readings = tuple(day.isoformat() for day in mention.readings)
        if raw.value in readings:
            return readings if mention.ambiguous else ()
    return ()


# --- instructions to a machine -------------------------------------------------------------------
_ANSWER = r"your (?:answer|response|output)"
_MACHINE = (
    (
        "tells a reader to drop its instructions",
        r"\b(?:ignore|disregard|forget|override|bypass|neglect)\b.{0,40}\b(?:previous|prior|above|earlier|all|any"
        r"|your|the|these|system)\b"
        r".{0,40}\b(?:instruction|prompt|rule|guideline|direction|command|constraint|polic|training)",
    ),
    (
        "tells a reader to drop its instructions",
        r"\b(?:ignorier\w*|missacht\w*|vergiss)\b.{0,60}\b(?:anweisung\w*|regel\w*|befehl\w*)|\b(?:ignore[zr]?"
        r"|oublie[zr]?)\b.{0,50}\binstructions?\b"
        r"|\b(?:ignor[ae]\w*|olvid[ae]\w*)\b.{0,50}\binstrucciones\b|\bnegeer\b.{0,50}\binstructies\b"
        r"|\bignora\w*\b.{0,50}\bistruzioni\b",
    ),
    (
        "speaks to an AI",
        r"\b(?:as an?|you are (?:now )?an?|dear|attention|hey|notes? (?:to|for)(?: the| any| all)?|to (?:the|any"
        r"|all)) (?:\w+ )?(?:AI|A\.I\.|LLM|(?:large )?language models?|chat ?bot"
        r"|AI assistant|chatgpt|gpt|copilot|virtual assistant|bots?|automated (?:agent|system|reader))\b"
        r"|\b(?:AI|LLM) (?:assistant|agent|model|system|reader)s?\b.{0,60}\b(?:must|should|please|shall|will)\b"
        r"|(?:^|[\n.!?]\s?)\W{0,3}(?:AI|A\.I\.|KI|IA|LLM|chat ?bot)(?: (?:assistant|agent|model|system|reader))?\s?[:,]"
        r"|\bif you are an? (?:AI|LLM|language model|assistant|bot)\b"
        r"|\byou are (?:now )?in (?:\w+ ){0,2}mode\b|\b(?:enter|switch to|activate) (?:\w+ ){0,2}mode\b[.;:]"
        r"|\bals (?:KI|AI)\b|\ben tant qu['\u2019]IA\b|\bcomo (?:una )?IA\b",
    ),
    (
        "poses as a system message",
        r"(?:^|\n)\s*(?:[#*\[<({]+\s*)?(?:system|assistant|developer)(?:["
        r" _-]?(?:alert|prompt|message|override|instruction|note|update))?s?\s*[\]>)}*]*\s*[:>\]]"
        r"|<\|?(?:im_start|im_end|system|endoftext)\|?>|\[/?INST\]|\bsystem (?:override|prompt)\b|\b(?:begin|end) "
        r"(?:of )?(?:system|new) (?:prompt|instructions?)"
        r"|\bnew instructions?\s*:|\bhidden (?:instruction|prompt)s?\b",
    ),
    (
        "tells a reader how to answer",
        rf"\b{_ANSWER}s?\b.{{0,40}}\b(?:must|should|has to|shall|in the (?:form|style|language)|using|to numbers|in "
        rf"(?:base64|reverse|emoji|anagram\w*|typos?))"
        r"|(?:^|[.!?:\n]\s*)(?:please |then |also |now )?(?:replace|use|convert|change|mis-?spell|scramble"
        rf"|rearrange|insert|introduce|remove|delete|rewrite|modify|enhance|alter|encode"
        r"|translate|compose|craft|render|format|shuffle|jumble|embed|begin|end|start|finish|append|incorporate"
        rf"|include|add|write|provide|mention|hint|promote|spell|group|anagram)\b"
        rf"[^.!?\n]{{0,80}}\b(?:{_ANSWER}|(?:modify|enhance|alter|rewrite) your (?:reply|message)|in your (?:reply"
        rf"|message)\b.{{0,30}}(?:letter|word|vowel|symbol|number|space))"
        r"|(?:^|[.!?:\n]\s*)(?:replace|use|convert|change|mis-?spell|scramble|rearrange|insert|introduce|remove"
        r"|delete|rewrite"
        r"|modify|enhance|alter|adjust|encode|translate|compose|craft|render|format|shuffle|jumble|embed|begin|end"
        r"|start"
        r"|finish|append|incorporate|integrate|include|add|write|provide|mention|hint|promote|spell|group|anagram"
        r"|weave|place"
        r"|augment|suggest|combine|expand|extend)\b(?:[^.!?\n]|[.!?](?=[\w\"'/])){0,160}\byour (?:reply|message"
        r"|answer|response|output)\b"
        r"|\bin your (?:response|answer|output),|(?:^|[.!?:\n]\s*)(?:modify|enhance|alter|rewrite|adjust) your "
        r"(?:reply|message)"
        r"|\b(?:replace|remove|swap|substitute|scramble|rearrange|reverse|mis-?spell|jumble|shuffle|convert"
        r"|encode)\b.{0,40}\b(?:letters?|vowels?|consonants?|spaces|every (?:\w+ )?(?:word|letter))"
        r"|(?:^|[.!?:\n]\s*)(?:please )?(?:respond|reply|answer) (?:only )?(?:with (?:the word|only|just|\W)|in "
        r"(?:json|base64|code|the style)|as (?:if|a))"
        r"|\b(?:do not|don't|never) (?:mention|reveal|tell|show|flag|report|extract)\b.{0,40}\b(?:this|user|human"
        r"|reviewer|instruction|planner)\b",
    ),
    (
        "orders a machine to act",
        r"\b(?:set|mark|classify|treat|flag|label|change|rate)\b.{0,50}\b(?:as (?:approved|safe|no[_ ]exception"
        r"|trusted|verified|low[- ]risk|auto\w*)|confidence (?:to|of|score)"
        r"|all (?:\w+ )?(?:prices|quantities|orders|dates|amounts|etas|lines) to)\b"
        r"|\b(?:set|put|change)\b.{0,30}\bto (?:0|zero)\b"
        r"|\b(?:output|emit)\b.{0,20}\b(?:quantit(?:y|ies)|prices?|etas?|dates?|json|values?|facts?)\b"
        r"|\b(?:auto-?approve|skip (?:the )?(?:review|approval|human)|without (?:human|any) (?:review|approval)"
        r"|execute (?:the following|this) (?:code|command|sql|script)|run the following"
        r"|call the (?:tool|function|api)|drop table|forward (?:this|all|the) (?:e-?mails?|messages?"
        r"|conversation) to)\b"
        r"|\bconfidence\s*(?:=|:|of|is)\s*(?:1(?:\.0+)?|100\s?%|0\.9\d*)",
    ),
)


@cache
def _machine_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((sign, re.compile(pattern, re.IGNORECASE)) for sign, pattern in _MACHINE)


def injection_signs(text: str) -> list[str]:
    """What in the text addresses a machine instead of a person, with the place quoted; empty when nothing does."""
    plain = unicodedata.normalize("NFKC", text[:200_000])
    plain = re.sub(r"\s+", lambda blank: "\n" if "\n" in blank[0] else " ", plain)
    found: list[str] = []
    for sign, pattern in _machine_patterns():
        if hit := pattern.search(plain):
            found.append(f'{sign}: "{" ".join(hit[0].split())[:100]}"')
    return list(dict.fromkeys(found))
