"""Cuts quoted history, signatures and mobile footers off the newest message; inline replies stay whole."""

import re
from functools import cache

MAX_TEXT = 200_000  # characters that are searched for history
MAX_LINES = 10_000  # likewise; what lies beyond counts as history

_FROM = r"from|von|de|da|van|från|od"
_OTHER = (
    r"sent|to|subject|date|cc|gesendet|an|betreff|datum|kopie|envoyé(?: le)?|à|objet|enviado(?: el)?|enviada|para"
    r"|asunto"
    r"|fecha|inviato|inviata|a|oggetto|data|verzonden|aan|onderwerp|assunto|reply-to|organization|importance|priorität"
)
_FROM_LINE = re.compile(rf"^[>\s*]{{0,12}}(?:{_FROM})\s?:[*\s]{{0,4}}\S", re.IGNORECASE)
_OTHER_LINE = re.compile(rf"^[>\s*]{{0,12}}(?:{_OTHER})\s?:", re.IGNORECASE)
_FIRST_DATE = re.compile(r"^[>\s*]{0,12}(?:date|datum|fecha|data|sent|gesendet)\s?:", re.IGNORECASE)
_WROTE = re.compile(
    r"(?:wrote|writes|schrieb|a écrit|ecrit|escribió|escribio|ha scritto|scrisse|schreef|escreveu"
    r"|skrev)\b[^:]{0,120}:\s*$",
    re.IGNORECASE,
)
_WROTE_START = re.compile(
    r"^[>\s]{0,8}(?:on|am|le|el|il|op|em|den|il giorno|a|\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}|<?[\w.+-]+@)",
    re.IGNORECASE,
)
_NAMED_START = re.compile(r"^[>\s]{0,8}[\w\"',. -]{2,80}<")
_ORIGINAL = re.compile(
    r"^[>\s]{0,8}[-_=]{2,}\s*(?:original message|original appointment|ursprüngliche nachricht|original-nachricht"
    r"|message d'origine|message original|mensaje original|messaggio originale|oorspronkelijk bericht"
    r"|original-nachricht"
    r"|mensagem original)\s*[-_=]{2,}\s*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"^\s{0,8}(?:[-_=]{2,}\s*(?:forwarded message|weitergeleitete nachricht|message transféré|message transmis"
    r"|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|forwarded by\b.{0,80})\s*[-_=]*"
    r"|begin forwarded message\s*:|anfang der weitergeleiteten nachricht\s*:|début du message réexpédié\s*:)\s*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s{0,4}[_\-=*]{10,}\s*$")
_MOBILE = re.compile(
    r"^\s{0,4}(?:sent (?:from|via|with) (?:my|outlook|mail|yahoo|samsung|proton)|get outlook for"
    r"|von meinem .{2,30} gesendet"
    r"|gesendet (?:von|mit|aus) (?:meinem|der|mail|outlook)|envoyé (?:de|depuis) mon|télécharger outlook"
    r"|obtenir outlook"
    r"|enviado desde mi|enviado do meu|obtener outlook|inviato da(?:l mio)? (?:iphone|ipad|smartphone|samsung|mail"
    r"|outlook|.{2,20})$"
    r"|ottieni outlook|verstuurd vanaf mijn|verzonden (?:vanaf|met) mijn|outlook voor)\b.{0,120}$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^\s{0,8}(?:(?:with )?(?:best|kind|kindest|warm|warmest|many|sincere)(?: (?:and|&) \w+)? (?:regards|wishes"
    r"|greetings)"
    r"|all the best|best|regards|rgds|brgds|br|cheers|sincerely|yours (?:sincerely|faithfully|truly)|sincerely yours"
    r"|mit freundlichem gru(?:ß|ss)|mit (?:freundlichen|besten|lieben|herzlichen) gr(?:ü|ue)(?:ß|ss)en"
    r"|(?:freundliche|beste|viele|liebe|schöne) gr(?:ü|ue)(?:ß|ss)e(?: aus \w+)?|gru(?:ß|ss)|mfg|vg|hochachtungsvoll"
    r"|(?:bien )?cordialement|sincères salutations|salutations distinguées|meilleures salutations|bien à vous"
    r"|(?:un )?(?:cordial|atento|atentos) saludos?|saludos(?: cordiales)?|atentamente|un saludo"
    r"|reciban? un .{0,20}saludo"
    r"|met vriendelijke groet(?:en)?|(?:vriendelijke|hartelijke) groet(?:en)?|groet(?:en|jes)?|mvg|hoogachtend"
    r"|(?:cordiali|distinti|cari) saluti|saluti|cordialmente)"
    r"\s?(?:/\s?.{2,40})?\s?[,.!]?\s{0,3}$",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"^\s{0,8}[*_]{0,3}(?:(?:this|the) (?:e-?mail|message|communication)(?: and any| is| may| \(incl|, incl"
    r"|s? contain)|disclaimer"
    r"|confidential(?:ity)?(?: notice)?\s*[:\-]|please consider the environment|diese e-?mail (?:enthält|ist|kann)"
    r"|ce (?:message|courriel|mail) (?:et|est|peut|contient)|este (?:mensaje|correo)(?: electrónico)? (?:y|es|puede"
    r"|contiene)"
    r"|(?:dit|deze) (?:bericht|e-?mail) (?:is|kan|en|bevat)|questa? (?:messaggio|e-?mail) (?:è|e|può|contiene)"
    r"|il presente messaggio)",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"^\s{0,4}P\.?\s?P?\.?S\.?\s?[:.,\-]?\s", re.IGNORECASE)
_HANDS_ON = re.compile(
    r"\bbelow\b|\bunten\b|ci-dessous|ci-apr[eè]s|\babajo\b|\bsotto\b|\bonder(?:staand)?\b|hieronder|untenstehend"
    r"|nachfolgend|\bfyi\b|\bf\.y\.i\b|for your information|zur (?:info|kenntnis)|z\.\s?k(?:tn)?\."
    r"|pour info(?:rmation)?\b|para (?:su|tu) información|per conoscenza|ter info(?:rmatie)?\b"
    r"|forward(?:ed|ing)?\b|weitergeleitet|leite ich|je vous transmets|je transfère|reenvío|inoltro"
    r"|stuur ik (?:u )?door|doorgestuurd",
    re.IGNORECASE,
)
_FORWARDS = re.compile(r"\s{0,4}(?:fwd?|wg|tr|rv|i|enc|doorst|vs|vb|fs)\s?:", re.IGNORECASE)
_OWN_NEWS = re.compile(
    r"\d{1,2}[./-]\d{1,2}(?!\d)|\d{1,2}(?:st|nd|rd|th|\.)?\s(?:jan|feb|mar|mär|apr|ma[iy]|jun|jul|aug|sep|o[ck]t"
    r"|nov|d[ei][czs])|\d\s?(?:pcs|pieces|st(?:ü|ue)ck|stk|units|kg)\b|[€$£]\s?\d|\d\s?(?:€|eur\b|usd\b)"
    r"|\b(?:tomorrow|next week|morgen|demain)\b",
    re.IGNORECASE,
)
MAX_COVER, MAX_COVER_WORDS = 300, 25  # characters, words of a note that only hands on another mail
_CALLS = ("On ", "Am ", "Le ", "El ", "Il ", "Op ", "Em ", "Den ", "W dniu", "Dne ")
MAX_SIGNATURE = 25  # lines below a closing that still are a signature


def split_quoted(text: str, *, subject: str = "") -> tuple[str, str]:
    """The newest message's own words, and all that was cut off below it (history, signature, footer).

    A mail that only hands on another one ("see below", or a subject with Fwd: and few words) keeps that one: it is the
    news; what that mail quotes itself is history.
    """
    lines = text[:MAX_TEXT].split("\n")
    beyond = "\n".join([*lines[MAX_LINES:], text[MAX_TEXT:]])
    lines = lines[:MAX_LINES]
    cut = news_end(lines, subject)
    own, history = lines[:cut], lines[cut:]
    if history and _answers_inside(history):
        own, history = lines, []
    own, signature = _without_signature(own)
    body = "\n".join(own).strip()
    if not body and text.strip():  # nothing of their own: a bare forward or a signature-only mail is read whole
        return text[:MAX_TEXT].strip(), text[MAX_TEXT:]
    return body, "\n".join([*signature, *history, beyond]).strip()


def news_end(lines: list[str], subject: str = "") -> int:
    """The index of the first line that is no news: history, or behind a mere cover note that of the
    mail handed on.
    """
    cut = _history_starts(lines)
    if cut == len(lines) or not _is_cover(lines[:cut], subject):
        return cut
    inner = cut
    while inner < len(lines) and (
        not lines[inner].strip() or _ORIGINAL.match(lines[inner]) or _RULE.match(lines[inner])
    ):
        inner += 1
    header = 1 if _is_wrote(lines, inner) else _header_length(lines[inner : inner + 12])
    if inner + header >= len(lines):
        return cut
    handed = [_unquoted(line) for line in lines[inner + header :]]
    return inner + header + _history_starts(handed)


def _is_cover(own: list[str], subject: str) -> bool:
    """Whether these words only hand on what stands below them."""
    told = [line for line in own if line.strip() and not _CLOSING.match(line) and not _MOBILE.match(line)]
    words = " ".join(told)
    if len(words) > MAX_COVER or _OWN_NEWS.search(words):
        return False
    return bool(_HANDS_ON.search(words) or (_FORWARDS.match(subject) and len(words.split()) <= MAX_COVER_WORDS))


def _unquoted(line: str) -> str:
    return re.sub(r"^\s{0,3}>\s?", "", line)


def is_closing(line: str) -> bool:
    """Whether this line closes a letter: "Kind regards", "Mit freundlichen Grüßen"."""
    return bool(_CLOSING.match(line))


def is_footer(line: str) -> bool:
    """Whether this line is a mail program's footer or starts a disclaimer."""
    return bool(_MOBILE.match(line) or _DISCLAIMER.match(line))


def _history_starts(lines: list[str]) -> int:
    """The index of the first line of quoted history, len(lines) when there is none."""
    skip_until = 0
    for at, line in enumerate(lines):
        if at < skip_until or not line.strip():
            continue
        if _FORWARDED.match(line):  # a forward is read: its header lines are not history
            skip_until = at + 1 + _header_length(lines[at + 1 : at + 12])
            continue
        below_rule = _RULE.match(line) and any(_is_header_block(lines, at + more) for more in (1, 2))
        if below_rule or _ORIGINAL.match(line) or _is_wrote(lines, at) or _is_header_block(lines, at):
            return at
    return _trailing_quotes(lines)


def _is_header_block(lines: list[str], at: int) -> bool:
    """From: with at least two of Sent, To, Subject … next to it, as Outlook writes without a rule."""
    block = [line for line in lines[at : at + 8] if line.strip()][:6]
    if not block or not (_FROM_LINE.match(block[0]) or _FIRST_DATE.match(block[0])):
        return False
    headed = sum(1 for line in block[1:] if _OTHER_LINE.match(line) or _FROM_LINE.match(line))
    names_sender = any(_FROM_LINE.match(line) for line in block)
    return names_sender and headed >= 2  # noqa: PLR2004 - two more header lines make a header


def _header_length(lines: list[str]) -> int:
    """How many lines at the top are mail headers or blank."""
    length = 0
    for line in lines:
        if line.strip() and not (_FROM_LINE.match(line) or _OTHER_LINE.match(line) or line.startswith((" ", "\t"))):
            break
        length += 1
    return length


def _is_wrote(lines: list[str], at: int) -> bool:
    """Whether an attribution ("On … wrote:") starts here, in up to three lines; own rules and mail-parser-reply's."""
    for more in (1, 2, 3):
        added = "".join(lines[at + more - 1 : at + more])[:400]
        if more > 1 and (not added.strip() or (_WROTE.search(added) and _WROTE_START.match(added))):
            break
        window = " ".join(line.strip() for line in lines[at : at + more])[:400]
        if _WROTE.search(window):
            dated = any(letter.isdigit() or letter == "@" for letter in window)
            return dated and bool(_WROTE_START.match(window) or (more == 1 and _NAMED_START.match(window)))
    first = lines[at].lstrip("> ")
    if not first.startswith(_CALLS) or not any("@" in line or ":" in line for line in lines[at : at + 3]):
        return False
    return bool(_library_header().match("\n".join(line[:300] for line in lines[at : at + 3])))


@cache
def _library_header() -> re.Pattern[str]:
    """mail-parser-reply's attributions in all its languages; its header blocks are left out, they overreach."""
    from mailparser_reply.constants import MAIL_LANGUAGES

    patterns = [entry["wrote_header"] for entry in MAIL_LANGUAGES.values() if "wrote_header" in entry]
    return re.compile("|".join(patterns), re.MULTILINE | re.IGNORECASE)


def _trailing_quotes(lines: list[str]) -> int:
    """Where a closing run of "> " lines starts, when nothing but it follows."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    has_quotes = any(line.strip() for line in lines[end:])
    return end if has_quotes else len(lines)


def _answers_inside(history: list[str]) -> bool:
    """Whether own words stand between or below "> " lines: an inline reply, kept whole."""
    quoted = False
    for at, line in enumerate(history[1:], start=1):
        bare = line.strip()
        if bare.startswith(">"):
            quoted = True
        elif quoted and bare:
            if _CLOSING.match(line) or _MOBILE.match(line) or _DISCLAIMER.match(line) or bare in ("--", "-- "):
                return False
            if _is_wrote(history, at) or _is_header_block(history, at) or _RULE.match(line):
                return False
            return not _continues_quote(history[at - 1], bare)
    return False


def _continues_quote(before: str, line: str) -> bool:
    """A quoted line that a mail program broke: the rest starts in lower case right below."""
    return before.lstrip().startswith(">") and len(before) > 60 and line[:1].islower()  # noqa: PLR2004 - wrapped at 72


def _without_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines without signature, mobile footer and disclaimer; a postscript and table rows are kept."""
    left = sum(1 for line in lines if line.strip())
    for at, line in enumerate(lines):
        left -= bool(line.strip())
        if line.rstrip() == "--" or line in ("-- ", "—") or (line.rstrip() in ("__", "- -") and at):
            return _keep_postscript(lines, at)
        if _MOBILE.match(line) or (_DISCLAIMER.match(line) and at > len(lines) // 3):
            return _keep_postscript(lines, at)
        if at and left <= MAX_SIGNATURE and _CLOSING.match(line):
            return _keep_postscript(lines, at)
    return lines, []


def _keep_postscript(lines: list[str], at: int) -> tuple[list[str], list[str]]:
    kept, cut, keeping = list(lines[:at]), list[str](), False
    for line in lines[at:]:
        keeping = bool(_POSTSCRIPT.match(line)) or (keeping and bool(line.strip()))
        keeping = keeping and not _MOBILE.match(line) and line.rstrip() != "--"
        (kept if keeping or line.count("\t") > 1 else cut).append(line)
    return kept, cut
