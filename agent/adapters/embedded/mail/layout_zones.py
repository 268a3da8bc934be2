"""Which words of a mail are news, and which are history, signature, notice, or addressed to a machine."""

import re
from collections.abc import Sequence

from agent.adapters.embedded.mail.layout_sentences import Line
from agent.intake.quotes import is_closing, is_footer, news_end
from agent.suggestions.grounding import injection_signs

MAX_SIGNATURE = 25  # filled lines below a closing that still are a signature
MAX_CONTACT = 160  # characters of a line of addresses and numbers
_CONTACT = re.compile(
    r"(?:(?:^|\W)(?:tel(?:efon|éfono|\.)?|phone|fon|fax|mob(?:ile|il|iel)?|cell|direct|durchwahl|t|m|f|e|w)\s?[.:]?\s?"
    r"(?=[+(]?\d[\d\s()/.-]{5,}))|\+\d[\d\s()/.-]{7,}|www\.|https?://|[\w.+-]+@[\w-]+\.\w|\bHR[AB]\s?\d|Amtsgericht"
    r"|Geschäftsführer|USt-?Id|VAT(?: reg| no|:| ID)|\bTVA\b.{0,4}FR|\bSIRET\b|\bP\.\s?IVA|\bPartita IVA|\bKvK\b"
    r"|\bBTW\b.?(?:nr|NL)"
    r"|\bC\.?I\.?F\b|\bNIF\b|\bIBAN\b|\bBIC\b|\bSWIFT\b|Registered (?:office|in)|Co\.? reg|Company (?:no|reg)",
    re.IGNORECASE,
)
_ABOUT_ORDER = re.compile(
    r"\b(?:your|ihre[nr]?|votre|vos|vuestro|su|uw|je|vostr[oa]|vs\.?|the) (?:\w+ )?(?:orders?|goods|parts|shipment"
    r"|delivery"
    r"|bestell\w+|auftrag|lieferung|ware|commandes?|livraison|pedidos?|entrega|bestelling|levering|ordin[ei]"
    r"|consegna)\b"
    r"|\bP0?\d{4,}|\bPO\b|therefore|daher|deshalb|\bdonc\b|por lo que|quindi|\bdus\b|\bpos(?:ition)?\.? \d|\bline \d"
    r"|(?:ship|deliver|dispatch|liefern|versenden|livr(?:er|ons)|entregar|leveren|consegn)\w* (?:on|by|am|bis"
    r"|le|el|op|il|will)\b",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"\b(?:closed|close (?:down|for|from)|shut ?down|holidays? (?:period|closure|season)|opening (?:hours|times)"
    r"|business hours|office hours|bank holiday|betriebs(?:ferien|urlaub|ruhe)|geschlossen|öffnungszeiten"
    r"|bürozeiten|erreichbar von|fermé[es]*|fermeture|horaires?|congés|cerrad[oa]s?|cierre|vacaciones|horario|gesloten"
    r"|openingstijden|chius[oaie]|chiusura|orari[oa]?|ferie)\b",
    re.IGNORECASE,
)
_TERMS = re.compile(
    r"\b(?:terms and conditions|general terms|conditions of (?:sale|delivery)|AGB|allgemeinen? geschäftsbedingungen"
    r"|conditions générales|condiciones generales|algemene voorwaarden|condizioni generali|retention of title"
    r"|eigentumsvorbehalt|réserve de propriété|minimum order|mindestbestell\w+"
    r"|free (?:of charge )?delivery (?:from|above|over)"
    r"|frei haus ab|franco (?:vanaf|à partir)|carriage paid (?:over|above))\b"
    r"|\b(?:visit us|besuchen sie uns|visitez|rendez-vous (?:au|sur)|visítenos|bezoek ons|venite a trovarci"
    r"|trade (?:fair|show)"
    r"|exhibition|messe|salon|feria|beurs|fiera|booth|halle \d|hall \d|stand \w?\d|newsletter|web ?shop|online shop"
    r"|special offer|black friday|sonderaktion|unsubscribe|abmelden|follow us|new catalogue|neuer katalog)\b"
    r"|\b(?:confidential|intended (?:only )?for|vertraulich|confidentiel|confidencial|vertrouwelijk|riservat[oa]"
    r"|think before (?:you )?print|environment before printing|computer[- ]generated|maschinell erstellt"
    r"|ohne unterschrift)\b",
    re.IGNORECASE,
)
_BLANKED = re.compile(r"[^\n\t|.!?]+(?:[.!?](?=[^\s|])[^\n\t|.!?]*)*[.!?]*")
_FIGURE = re.compile(r"\d[\d.,]*")
MANY_FIGURES = 4  # figures from which a sentence speaks of goods, whatever terms it adds
_POSTSCRIPT = re.compile(r"\s{0,4}(?:P\.?\s?P?\.?S\b|NB\b|N\.B\.)", re.IGNORECASE)


def is_notice(words: str) -> bool:
    """Whether a sentence is about opening hours, holidays, terms or advertising, and not about the order."""
    if _ABOUT_ORDER.search(words):
        return False
    return bool(_CLOSED.search(words)) or (bool(_TERMS.search(words)) and len(_FIGURE.findall(words)) < MANY_FIGURES)


def history(lines: Sequence[Line], subject: str) -> list[bool]:
    """For each line whether it is an older mail's: quoted with ">" or below the header of one."""
    texts = [line.text for line in lines]
    end = news_end(texts, subject)
    marks = [text.lstrip().startswith(">") for text in texts]
    own = [text for text, mark in zip(texts[:end], marks, strict=False) if text.strip() and not mark]
    if not own and any(text.strip() for text in texts[:end]):
        return [at >= end for at in range(len(texts))]  # nothing but quotes: they are the news
    answers = any(text.strip() and not mark for text, mark in zip(texts[end:], marks[end:], strict=True))
    if answers and any(marks[end:]) and _answered_below(texts[end:]):
        return [mark or at == end for at, mark in enumerate(marks)]
    return [mark or at >= end for at, mark in enumerate(marks)]


def _answered_below(texts: Sequence[str]) -> bool:
    """Whether own words stand between the quoted lines of "On … wrote:"."""
    seen = False
    for text in texts[1:]:
        if text.lstrip().startswith(">"):
            seen = True
        elif seen and text.strip():
            return not (is_closing(text) or is_footer(text))
    return False


def signature_start(lines: Sequence[Line], news: Sequence[bool]) -> int:
    """The index of the line that closes the letter; len(lines) when none does. `news` are the lines of this mail."""
    left = sum(1 for line, own in zip(lines, news, strict=True) if own and line.text.strip())
    for at, line in enumerate(lines):
        if not news[at] or not line.text.strip():
            continue
        left -= 1
        if line.text.rstrip() == "--" or is_footer(line.text):
            return at
        if at and left <= MAX_SIGNATURE and is_closing(line.text):
            return at
    return len(lines)


def is_contact(text: str) -> bool:
    """Whether a line gives addresses, telephone or register numbers."""
    return len(text) <= MAX_CONTACT and bool(_CONTACT.search(text)) and not _ABOUT_ORDER.search(text)


def is_postscript(text: str) -> bool:
    """Whether a line below the signature starts a postscript."""
    return bool(_POSTSCRIPT.match(text))


def to_machines(text: str) -> list[tuple[int, int]]:
    """Where sentences stand that address a machine."""
    if not injection_signs(text):
        return []
    return [hit.span() for hit in _BLANKED.finditer(text) if injection_signs(hit[0].strip())]
