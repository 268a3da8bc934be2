"""Quantities and unit prices of a sentence that are meant as facts, with unit, currency and "per 100"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.adapters.embedded import extract_words as words
from agent.adapters.embedded.extract_refs import Ref
from agent.kit.money import MoneyMention, find_money
from agent.kit.numbers import NumberMention, decimal_mark, find_numbers
from agent.suggestions.reader import MailInput
from agent.suggestions.writer import language_of

NEAR = 3  # characters between a number and the product it counts: "40 x BRG-6204"
MAX_GAP = 24  # characters between the two numbers of "from 50 to 45"
_COMMA_COUNTRIES = "AT BE BR CZ DE DK ES FI FR GR HU IT LU NL NO PL PT RO SE SI SK TR"
COMMA = frozenset(_COMMA_COUNTRIES.split())
_PIECES = (
    r"pcs?\b\.?|pieces?\b|units?\b|ea\b|nos\b|items?\b|st(?:ü|ue)ck\w*|stk\b\.?|st\.|pi[èe]ces?\b|unit[ée]s?\b"
    r"|uds?\b\.?|unidades|piezas"
    r"|pzas?\b|stuks?\b|pezzi\b|pezz[oi]\b|pz\b\.?|x\b"
)
_PACKS = (
    r"sets?\b|box(?:es)?\b|cartons?\b|pallets?\b|rolls?\b|reels?\b|drums?\b|pairs?\b|packs?\b|bags?\b|karton\w*"
    r"|paletten?\b|rollen?\b"
    r"|palettes?\b|cajas?\b|pal[eé]s?\b|dozen\b|sätze\b|paar\b|kisten?\b|säcke?\b|trommeln?\b|ringe?\b"
    r"|bo[iî]tes?\b|rouleaux?\b|bobin\w+\b|bidons?\b|sacs?\b|lots?\b(?! \d)|rollos?\b|sacos?\b|bidones\b|paquetes?\b"
    r"|juegos?\b|doos\b|dozen\b|rollen\b|zakken\b|vaten\b|scatol[ae]\b|rotol[oi]\b|confezion[ei]\b|colli\b"
    r"|sacch[io]+\b"
    r"|bancal\w*\b|coppi[ae]\b"
)
_MEASURES = r"kg\b|kilos?\b|tonnes?\b|tons?\b|mtrs?\b|met(?:re|er)s?\b|meter\b|m[eè]tres?\b|metr[oi]s?\b|m\b"
r"|lit(?:re|er)s?\b|l\b|m2\b|m²"
_UNIT = re.compile(rf"^\s?(?:({_PIECES})|({_PACKS})|({_MEASURES}))", re.IGNORECASE)
_ORDERED = re.compile(
    r"^\W{0,3}(?:\S+\s){0,3}?(?:ordered|bestellt\w*|command[ée]\w*|pedid[ao]s|besteld\w*|ordinat\w*|on order)",
    re.IGNORECASE,
)
_OTHER_LEFT = re.compile(
    r"(?:instead of|rather than|out of|in place of|order(?:ed)?(?: quantity)?(?: of| for| over)?|ordered|statt"
    r"|anstatt|anstelle von|von(?: den)?"
    r"|bestellung (?:über|von)|au lieu d[eu']|sur(?: les)?|commande de|en (?:lugar|vez) de|de (?:las|los)|pedido de"
    r"|in plaats van"
    r"|van de|invece di|anziché|per|pro|je|par|por|/|minimum(?: order)?(?: quantity)?(?: of)?|moq(?: is| of)?|pack"
    r"(?:s|ed)? of|box(?:es)? of"
    r"|short by|shortage of|short of|missing|batch|lot|not|from(?: the)?|of the|size|version|model|type)\s?(?:the "
    r"|only |your )?$",
    re.IGNORECASE,
)
_REST_LEFT = re.compile(
    r"(?:remaining|balance of|rest (?:of|von|van)|remainder of|outstanding|restlichen|übrigen|restliche|resterende"
    r"|rimanenti"
    r"|restanti|resto de)\s?$",
    re.IGNORECASE,
)
_REST_RIGHT = re.compile(r"^\s(?:restantes?|restants|restanti|remaining|verbleibenden|outstanding)\b", re.IGNORECASE)
_CHANGED_LEFT = re.compile(
    r"(?<!\w)(?:qty|quantity|menge|anzahl|cant(?:idad)?|qt[ée]|quantit[ée]|aantal|quantit[àa]|q\.?t[àa])\.?:?\s?$|"
    r"(?:quantity|qty|menge|quantit[ée]|cantidad|hoeveelheid|aantal|quantit[àa])\b.{0,60}?(?:\bto|\bof|\bis|:|auf|à"
    r"|a|naar|op)\s?$"
    r"|(?:reduc\w*|increas\w*|chang\w*|cut|rais\w*|adjust\w*|lower\w*|reduzier\w*|erhöh\w*|gekürzt)\b.{0,60}?\b(?:to"
    r"|auf|à|a|naar)\s$",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"(?<!\w)(?:only|available|remaining|balance|rest\b|remainder|reduc\w*|quantity|qty|supply|supplied|can\b|will\b"
    r"|in stock|confirm\w*|short|send|nur\b"
    r"|verfügbar|restlich\w*|können|menge|bestätig\w*|ne\b.{0,30}que|seulement|solde|confirm\w*|disponib\w*|podemos"
    r"|s[óo]lo|restantes|resto|cantidad"
    r"|slechts|kunnen|resterende|aantal|bevestig\w*|solo\b|possiamo|rimanenti|quantità)",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(r"^[^,.;:]{0,30}\b(?:cannot|can't|will not|won't|nicht|niet)\b", re.IGNORECASE)
_PART_OF = re.compile(r"^\s(?:out )?(?:of|von|sur|de|van|di)\s(?:the |your |den |les |las |los |de )?\d", re.IGNORECASE)
_SENT_LEFT = re.compile(
    r"(?:ship|send|deliver|supply|dispatch|liefern|livrer|enviar|leveren)\w*\s(?:you |the |only |another |a further "
    r"|out )?$",
    re.IGNORECASE,
)
_COMING = re.compile(
    r"^\s(?!days|weeks|months|hours|orders|lines|parcels|containers|trucks|tage|wochen|jours|semaines|d[ií]as"
    r"|semanas|dagen"
    r"|weken|giorni|settimane|people|working|business)[^\W\d_]{3,}(?<=[sniera])\s(?:will |have |are |werden "
    r"|worden |zullen )?"
    r"(?:arriv\w*|be (?:with|delivered|shipped)|deliver\w*|ship\w*|llegar\w*|saldr\w*|se entreg\w*|arriver\w*"
    r"|seront|liv\w+"
    r"|treffen|kommen|gehen|geliefert|geleverd|verzonden|versandt|partir\w*)",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"^\s(?!weeks|days|months|hours|times|years|business|working)[a-z]{3,}s\b")
_SPOILT = re.compile(rf"(?<!\w)(?:{words.SPOILT}|wrong|missing|minimum|moq)", re.IGNORECASE)
_PRICE_CUE = re.compile(
    r"(?<!\w)(?:(?:unit |net |list |sales |new |our )?prices?\b|pricing|priced|preis\w*|prix|tarifs?|precios?"
    r"|prij[sz]\w*|stukprijs|prezz[oi]|unit cost|rate\b|each\b"
    r"|apiece|@|quote[ds]?\b|stückpreis"
    r"|(?:remains?|stays?|bleib\w+|rest[ea]\w*|qued\w+|se mantiene\w*|blij\w+|riman\w+)\s(?:\w+\s){0,2}(?:at|bei"
    r"|auf|à|en|op|a)\s(?=\W?\d))",
    re.IGNORECASE,
)
_EACH_LEFT = re.compile(
    r"(?:\d\s?(?:[^\W\d_]+\.?)?\s(?:\w+[\w-]*\s){0,3}?(?:at|à|a|zu|zu je|à je|te|tegen|@|x|\u00d7)|@|\bje"
    r"|\bcad(?:auno|a uno)?\.?|\bone at)\s$",
    re.IGNORECASE,
)
_NOT_PRICE = re.compile(
    r"(?<!\w)(?:total|amount|invoice|freight|shipping (?:cost|charge)|transport|fee|surcharge|deposit|value|sum"
    r"|credit|discount|order value|balance|due|payment"
    r"|minimum|charges?|gesamt\w*|summe|betrag|fracht\w*|versandkosten|zuschlag|rabatt|rechnung|warenwert|montant"
    r"|port\b|remise|facture|importe|flete|portes"
    r"|factura|descuento|totaal|bedrag|vracht\w*|korting|factuur|totale|importo|trasporto|sconto|fattura|over"
    r"|über)\W{0,3}(?:\w+\W{1,2}){0,3}$",
    re.IGNORECASE,
)
_OLD_PRICE = re.compile(
    r"(?<!\w)(?:current(?:ly)?|today'?s|actual(?:mente)?|bisher\w*|aktuell\w*|huidige|attual\w*|actuel\w*)\W{1,3}"
    r"(?:\w+\W{1,2}){0,3}$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Amount:
    """A quantity or price that is meant: its place, its value, its unit or currency, other readings."""

    start: int
    end: int
    value: Decimal
    unit: str
    others: tuple[Decimal, ...] = ()


def comma_is_decimal(asked: MailInput) -> bool | None:
    """Whether this writer separates decimals by comma: by the mail's own numbers, country, language; else None."""
    text = "\n".join(one.text for one in asked.texts)
    told = decimal_mark(text)
    if told is not None:
        return told
    if asked.sender_country:
        return asked.sender_country.upper() in COMMA
    return True if language_of(text) != "en" else None


def quantities(
    sentence: str,
    refs: Sequence[Ref],
    *,
    comma: bool | None,
    asks: bool,
    units: frozenset[str],
    listing: bool,
    busy: Sequence[tuple[int, int]],
) -> list[Amount]:
    """Quantities that will come, as this sentence tells. `busy` are spans that are dates or references."""
    if asks or words.conditional(sentence) or _SPOILT.search(sentence):
        return []
    found: list[Amount] = []
    mentions = find_numbers(sentence)
    for index, mention in enumerate(mentions):
        if any(a < mention.end and mention.start < b for a, b in busy):
            continue
        unit = _unit_of(sentence[mention.end :], units)
        measured = unit and not unit.pieces and comma is not None
        here = find_numbers(sentence[: mention.end], comma_is_decimal=comma)[-1] if measured else mention
        gap = mentions[index + 1].start - mention.end if index + 1 < len(mentions) else None
        if _is_promise(sentence, here, unit, refs, gap, listing=listing):
            found.append(_amount(here, unit))
    return found


def _is_promise(
    sentence: str, mention: NumberMention, unit: "_Unit | None", refs: Sequence[Ref], gap: int | None, *, listing: bool
) -> bool:
    """Whether the number is a quantity that will come: named as one, of nothing else, not denied, and promised."""
    left, right = sentence[: mention.start], sentence[mention.end :]
    near_product = any(0 <= ref.start - mention.end <= NEAR and ref.kind == "line" for ref in refs)
    rest = bool(_REST_LEFT.search(left) or _REST_RIGHT.match(right))
    changed = bool(_CHANGED_LEFT.search(left[-90:]))
    part = bool(_PART_OF.match(right) or _COMING.match(right)) or bool(_SENT_LEFT.search(left) and _PLURAL.match(right))
    if not (unit or near_product or rest or changed or part) or right[:2].lstrip().startswith("%"):
        return False
    if mention.readings[0] == 1 and not sentence[mention.start : mention.end].isdigit():
        return False
    confirmed = bool(words.STATUSES[0][1].search(sentence))
    of_others = _OTHER_LEFT.search(left) and not rest and not confirmed
    if of_others or _ORDERED.match(right[len(unit.match) if unit else 0 :]) or _from_to(left, right, gap):
        return False
    if _denied(left) or _DENIED_AFTER.match(right):
        return False
    return listing or part or rest or changed or near_product or _has_cue(sentence)


def _amount(mention: NumberMention, unit: "_Unit | None") -> Amount:
    """The quantity with its readings: pieces are whole numbers where they can be."""
    pieces = not unit or unit.pieces
    whole = [value for value in mention.readings if value == value.to_integral_value()]
    best = whole[0] if whole and pieces else mention.readings[0]
    settled = len(whole) == 1 and pieces
    others = () if settled else tuple(value for value in mention.readings if value != best)
    end = mention.end + (len(unit.match) if unit else 0)
    return Amount(mention.start, end, best, unit.name if unit else "", others)


@dataclass(frozen=True)
class _Unit:
    match: str
    name: str
    pieces: bool


def _unit_of(right: str, units: frozenset[str]) -> _Unit | None:
    hit = _UNIT.match(right)
    if not hit:
        return None
    if hit[1]:
        return _Unit(hit[0], "Units", pieces=True)
    if hit[2]:
        return _Unit(hit[0], hit[2].lower(), pieces=True)
    short = {"m": "m", "k": "kg", "l": "l", "t": "t"}[hit[3][0].lower()]
    return _Unit(hit[0], short, pieces=False) if short in units else None


def _has_cue(sentence: str) -> bool:
    return bool(_CUE.search(sentence) or words.SHIP.search(sentence) or words.DELIVER.search(sentence))


def _from_to(left: str, right: str, gap: int | None) -> bool:
    """Whether this is the first of "from 50 to 45"."""
    return bool(
        words.FROM_WORD.search(left)
        and gap is not None
        and gap < MAX_GAP
        and re.search(r"\b(?:to|auf|à|a|naar)\s*$", right[:gap])
    )


def _denied(left: str) -> bool:
    cuts = [hit.end() for hit in (*words.BUT.finditer(left), *re.finditer(r"[,:;]\s|\s(?:and|und|et|y|en|e)\s", left))]
    clause = left[max(cuts, default=0) :]
    french_only = re.search(r"\bne\b.{0,40}\bque?\b|\bn['\u2019].{0,40}\bque?\b", clause, re.IGNORECASE)
    return bool(words.NOT.search(clause) and not french_only and not words.NOT_UNTIL.search(clause))


def prices(sentence: str, *, comma: bool | None, asks: bool) -> list[Amount]:
    """Unit prices that will hold, as this sentence tells."""
    if asks or words.conditional(sentence):
        return []
    mentions = find_money(sentence, comma_is_decimal=comma)
    found: list[Amount] = []
    for index, mention in enumerate(mentions):
        left = sentence[mentions[index - 1].end if index else 0 : mention.start]
        follower = mentions[index + 1] if index + 1 < len(mentions) else None
        cued = mention.per_stated or _PRICE_CUE.search(sentence) or _EACH_LEFT.search(left)
        if not cued or _NOT_PRICE.search(left):
            continue
        if _is_old_price(sentence, left, mention, follower) or _denied(left):
            continue
        first, *others = (reading / mention.per for reading in mention.readings)
        as_stated = mention.readings if mention.per != 1 else ()  # the order may be in packs of so many
        found.append(Amount(mention.start, mention.end, first, mention.currency, (*others, *as_stated)))
    return found


def _is_old_price(sentence: str, left: str, mention: MoneyMention, follower: MoneyMention | None) -> bool:
    gap = sentence[mention.end : follower.start] if follower else ""
    if follower and words.FROM_WORD.search(left) and re.search(r"\b(?:to|auf|à|al?|naar)\s*$", gap):
        return True
    return bool(
        (follower and _OLD_PRICE.search(left))
        or re.search(rf"{words.OLD.pattern}\W{{1,3}}(?:\w+\W{{1,2}}){{0,4}}$", left, re.IGNORECASE)
    )
