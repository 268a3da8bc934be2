"""Strips a note of what only frames it: names and times of a chat, heads of forwarded mails, greetings and closings."""

import re

_NAME = r"(?:[^\W\d_][\w.'\u2019-]{0,24}(?: [^\W\d_(][\w.'\u2019-]{0,24}){0,2}(?: \([^()\n]{1,30}\))?)"
_TIME = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[ap]\.?m\.?)?"
_DAY = r"(?:\d{1,4}[./-]\d{1,2}(?:[./-]\d{1,4})?\.?)"
_WHEN = rf"[\[(]?(?:{_DAY},?[ T]{{1,2}}{_TIME}|{_TIME}(?:, ?{_DAY})?|{_DAY})[\])]?"
_TURN = re.compile(
    rf"^\s{{0,4}}(?:{_WHEN}\s{{0,2}}(?:[-\u2013|]\s)?{_NAME}\s?:\s|{_NAME},?\s{{1,3}}{_WHEN}\s?:?(?:\s|$)|<{_NAME}>\s"
    rf"|{_WHEN}\s?[-\u2013]\s{_NAME}:\s)",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"^\s{{0,4}}{_NAME}\s?:\s(?=\S)")
_HEAD = re.compile(
    r"^[\s>*]{0,6}(?:from|von|de|da|van|sent|gesendet|envoy[ée]|enviado|inviato|verzonden|date|datum|fecha|data|to"
    r"|an|[àa]|para|aan|cc"
    r"|reply-to)\s?:\s",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"^[\s>*]{0,6}(?:subject|betreff|objet|asunto|onderwerp|oggetto)\s?:\s{0,3}", re.IGNORECASE)
_REPLIES = re.compile(r"^[\s>]{0,6}(?:(?:re|aw|fwd?|wg|tr|rv|r|i|antw|doorst|rif)\s?:\s{0,3}){1,4}", re.IGNORECASE)
_RULE = re.compile(
    r"^[\s>]{0,6}(?:[-_=*]{3,}.{0,60}|(?:reenviado|weitergeleitet|forwarded|transf[ée]r[ée]|inoltrato"
    r"|doorgestuurd)\b.{0,40}:)$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:dear|hello|hi|hey|good (?:morning|afternoon|day)|morning|hallo|guten (?:tag|morgen)|moin|liebe[rs]?"
    r"|sehr geehrte[rs]?|bonjour"
    r"|madame|monsieur|messieurs|ch[eè]re?s?|buen[oa]s(?: d[íi]as| tardes)?|estimad[oa]s?|hola|beste|geachte"
    r"|goede(?:morgen|middag|dag)"
    r"|goedemorgen|goedendag|dag|buongiorno|buonasera|gentil[ei]\w*|egregi\w*|salve|ciao"
    r"|spett\w*)\b(?: [\w.'\u2019&/-]{1,25}){0,5}\s?[,:!.]?$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^(?:(?:(?:with )?(?:kind|best|warm|many)\s)?regards|best|cheers|thanks|many thanks|thank you|yours (?:\w+)"
    r"|sincerely"
    r"|(?:mit )?(?:freundlichen|besten|vielen|herzlichen|lieben?|sch[öo]nen?) (?:gr[üu](?:ß|ss)en?|dank)|gru(?:ß"
    r"|ss)|vg|mfg|lg"
    r"|(?:bien )?(?:cordialement|[àa] vous)|sinc[èe]res salutations|salutations|merci(?: d'avance)?"
    r"|(?:un )?(?:cordial )?saludos?|atentamente|gracias"
    r"|(?:met )?(?:vriendelijke|hartelijke) groet(?:en)?|groet(?:en|jes)?|mvg|(?:cordiali|distinti) saluti|saluti"
    r"|grazie)"
    r"\b[^.!?\n]{0,30}[,.!]?$",
    re.IGNORECASE,
)
MOST_SIGNED = 3  # lines below a closing that are a name or a firm
FEWEST_TURNS = 2
SHORT_LINE = 6  # words


def bare(note: str) -> str:
    """The note's own words, a line a line; the note itself where nothing else would be left."""
    lines = note.splitlines()
    if len(lines) < FEWEST_TURNS:
        return _REPLIES.sub("", note)
    timed = sum(_TURN.match(line) is not None for line in lines) >= FEWEST_TURNS
    named = timed or sum(_NAMED.match(line) is not None and not _HEAD.match(line) for line in lines) > len(lines) // 2
    kept: list[str] = []
    signed = 0
    for line in lines:
        told = _told(line, timed=timed, named=named)
        if not told:
            continue
        if signed and len(told.split()) <= SHORT_LINE:
            signed -= 1
            continue
        signed = MOST_SIGNED if _CLOSING.match(told) else 0
        if not signed:
            kept.append(told)
    return "\n".join(kept) or note


def _told(line: str, *, timed: bool, named: bool) -> str:
    """What a line says, "" for a head, a rule or a greeting."""
    if _RULE.match(line) or _HEAD.match(line):
        return ""
    if (timed and (turn := _TURN.match(line))) or (named and (turn := _NAMED.match(line))):
        line = line[turn.end() :]
    line = _REPLIES.sub("", _SUBJECT.sub("", line)).lstrip("> ").strip()
    return "" if _GREETING.match(line) else line
