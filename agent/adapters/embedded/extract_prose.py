"""Reads one sentence of a mail: dates, quantities, prices, statuses, tracking numbers and reasons that are meant."""

import re
from collections.abc import Sequence

from agent.adapters.embedded import extract_words as words
from agent.adapters.embedded.dates import old_dates, roles
from agent.adapters.embedded.extract_cells import read_cell
from agent.adapters.embedded.extract_reasons import REASON, REASON_END
from agent.adapters.embedded.extract_refs import Ref, Target, targets_of
from agent.adapters.embedded.extract_state import Reading
from agent.adapters.embedded.extract_tables import Cell, label_value
from agent.adapters.embedded.extract_text import Piece, unmarked
from agent.adapters.embedded.numbers import Amount, prices, quantities
from agent.kit.dates import DateMention, find_dates
from agent.kit.money import find_money
from agent.kit.numbers import plain
from agent.suggestions.grounding import injection_signs
from agent.suggestions.model import FactField

MAX_REASON, MAX_LABELLED = 140, 90  # characters
MAX_ENTRY_WORDS, MAX_LABELLED_WORDS = 2, 6  # of a list's entry, beside product, figures and dates
_CARRIERS = (
    r"UPS|DHL|Fed ?Ex|TNT|GLS|DPD|Hermes|USPS|Schenker|K(?:ue|ü)hne|Dachser|DSV|PostNL|Chronopost|Correos|SEUR|BRT"
    r"|Royal Mail|Purolator|Maersk|MSC"
)
_TRACKED = re.compile(
    r"(?<!\w)(?:(?P<ups>1Z ?(?:[0-9A-Z]{3} ?[0-9A-Z]{3} ?[0-9A-Z]{2} ?[0-9A-Z]{4} ?[0-9A-Z]{4}|[0-9A-Z]{16}))|"
    r"(?P<box>[A-Z]{3}U ?\d{6}-?\d)|(?P<post>[A-Z]{2}\d{9}[A-Z]{2}|JJ?D\d{16,20}))(?!\w)"
)
_TRACK_CUE = re.compile(
    r"(?<!\w)(?:track\w*(?: (?:&|and) trace)?|awb|(?:air ?)?way ?bill|consignment|sendungs\w*|paket\w*|suivi"
    rf"|seguimiento|gu[ií]a|zending\w*|spedizione|b/?l\b|bill of lading"
    rf"|container|cmr|pro number|lta|{_CARRIERS})(?P<gap>[^\d\n]{{0,45}}?)(?P<id>(?<![\w-])"
    rf"(?:[A-Z]{{1,4}}-?)?\d[\dA-Z]*(?:[ -]\d[\dA-Z]*)*)(?![\w/])",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"(?:will|to|can|could|should|shall|must|may|not|would|werden|wird|cannot) (?:be |have (?:been )?)?$", re.IGNORECASE
)
_ONCE = re.compile(
    r"(?<!\w)(?:once|as soon as|when|after|until|before|sobald|wenn|nachdem|dès que|una vez|cuando|zodra|quando)\b",
    re.IGNORECASE,
)
_CONFIRMED_AFTER = re.compile(
    r"^\W{0,2}(?:that )?(?:we|it|this|there|the (?:delay|cancel\w*|change of bank))\b", re.IGNORECASE
)
_BEFORE_DATE = re.compile(
    r"\s(?:until|till|to|on|by|auf|bis|am|zum|au|le|hasta|el|al|a|op|tot|il|in|zu)?\s?(?:the |den |le |el |il )?$",
    re.IGNORECASE,
)


def read_sentence(reading: Reading, piece: Piece) -> None:
    """Add the facts of this sentence and remember what it spoke of."""
    piece, number = unmarked(piece)
    sentence = piece.text
    if injection_signs(sentence):
        return
    refs = reading.refs.find(sentence, reading.context.po)
    if number is not None:
        refs = _numbered(reading, refs, number)
    if not piece.quoted and not _read_label(reading, piece, refs):
        _read_words(reading, piece, refs)
    _remember(reading, refs)


def _numbered(reading: Reading, refs: list[Ref], number: int) -> list[Ref]:
    """The mentions of a list entry; its number names the line where the entries before were numbered so."""
    named = {ref.target.line for ref in refs if ref.kind == "line"}
    if named:
        agrees = named == {number} and reading.numbered_by_line is not False
        reading.numbered_by_line = agrees
        return refs
    target = reading.refs.numbered(number, reading.context.po) if reading.numbered_by_line else None
    return [Ref(0, 0, "line", target), *refs] if target else refs


def read_comment(reading: Reading, piece: Piece, target: Target) -> bool:
    """Add the facts of a comment beside a table row; whether it gives a date."""
    before, context = len(reading.facts), reading.context
    reading.context, reading.role = target, FactField.ETA
    if not injection_signs(piece.text):
        _read_words(reading, piece, [])
    reading.context = context
    return any(fact.field in (FactField.ETA, FactField.SHIP_DATE) for fact in reading.facts[before:])


def _remember(reading: Reading, refs: list[Ref]) -> None:
    lines_of = {ref.target.po for ref in refs if ref.kind == "line"}
    for ref in refs:
        if ref.kind == "po" and ref.target.po in lines_of:
            continue  # "line 2 of P00012" speaks of the line
        same_order = ref.kind == "po" and ref.target.po == reading.context.po and ref.target.po is not None
        if ref.kind == "line" or not same_order or ref.target.line is not None or not reading.default.line:
            reading.context = ref.target


def _read_label(reading: Reading, piece: Piece, refs: list[Ref]) -> bool:
    """Whether the line is a label with its value; its facts are added."""
    found = label_value(piece.text)
    if found is None or len(found[2].text) > MAX_LABELLED or piece.text.rstrip().endswith("?"):
        return False
    role, label, cell = found
    if role in ("po", "product", "line", "description"):
        dated = find_dates(cell.text, reading.asked.sent_on)
        return len(cell.text.split()) <= 3 and bool(refs) and not dated  # noqa: PLR2004 - a name, not a sentence
    before = len(reading.facts)
    targets = targets_of(refs, cell.start, piece.text, reading.context)
    read_cell(reading, role, Cell(piece.start + cell.start, cell.text), targets, head=label)
    return len(reading.facts) > before or role in ("skip", "old", "unit")


def _read_words(reading: Reading, piece: Piece, refs: list[Ref]) -> None:
    sentence = piece.text
    asks = sentence.rstrip().endswith("?") or bool(words.QUESTION_START.match(sentence.lstrip("-*\u2022 ")))
    mentions = find_dates(sentence, reading.asked.sent_on, day_first=reading.day_first)
    reading.old_dates += old_dates(sentence, mentions)
    mark, named = len(reading.facts), any(ref.kind == "line" for ref in refs)

    def about(at: int) -> list[Target]:
        return targets_of(refs, at, sentence, reading.context)

    listing = words.OFFER.search(sentence) is not None or _is_entry(sentence, refs, mentions)
    listed = (reading.listed or FactField.ETA) if listing else None
    found_roles = roles(sentence, mentions, reading.asked.sent_on, reading.role, asks=asks, listed=listed)
    for role in found_roles:
        at = role.mention.start
        reading.add_date(role.field, role.mention, sentence, piece.start, about(at), cue=role.cue_start)
        reading.role = role.field
        reading.listed = role.field if listing or not named else reading.listed
    if asks:
        return
    tracked = _tracking(sentence)
    busy = [(one.start, one.end) for one in (*mentions, *refs, *find_money(sentence))] + [span for span, _ in tracked]
    for amount in quantities(
        sentence, refs, comma=reading.comma, asks=asks, units=reading.units, listing=listing, busy=busy
    ):
        _add_amount(reading, FactField.QUANTITY, amount, piece, about(amount.start))
    for amount in prices(sentence, comma=reading.comma, asks=asks):
        _add_amount(reading, FactField.PRICE, amount, piece, about(amount.start))
    for (start, end), value in tracked:
        reading.add(FactField.TRACKING, value, (piece.start + start, sentence[start:end]), about(start))
    for status, hit in _statuses(sentence):
        start = piece.start + hit.start()
        reading.add(FactField.STATUS, status, (start, hit[0].strip()), about(hit.start()))
    if reading.trouble or len(reading.facts) > mark:
        for start, reason in _reasons(sentence, mentions):
            folded = " ".join(reason.split())
            reading.add(FactField.REASON, folded, (piece.start + start, reason), about(start))


def _is_entry(sentence: str, refs: Sequence[Ref], mentions: Sequence[DateMention]) -> bool:
    """Whether the line only lists a product with figures: hardly a word besides, but for small ones."""
    if not any(ref.kind == "line" for ref in refs):
        return False
    rest = sentence
    for one in sorted((*refs, *mentions), key=lambda one: -one.start):
        rest = rest[: one.start] + " " + rest[one.end :]
    rest = re.sub(r"\d[\d.,]*\s?\w*", " ", rest)
    first = min((ref for ref in refs if ref.kind == "line"), key=lambda ref: ref.start)
    labelled = first.start <= 1 and re.match(r"\s?(?::|[-\u2013]\s)", sentence[first.end :])
    told = sum(word.lower() not in words.SMALL for word in re.findall(r"[^\W\d_]{2,}", rest))
    return told <= (MAX_LABELLED_WORDS if labelled else MAX_ENTRY_WORDS)


def _add_amount(reading: Reading, kind: FactField, amount: Amount, piece: Piece, targets: Sequence[Target]) -> None:
    quote = (piece.start + amount.start, piece.text[amount.start : amount.end])
    others = tuple(plain(value) for value in amount.others)
    reading.add(kind, plain(amount.value), quote, targets, unit=amount.unit, others=others)


def _tracking(sentence: str) -> list[tuple[tuple[int, int], str]]:
    found = [(hit.span(), hit[0].replace(" ", "")) for hit in _TRACKED.finditer(sentence)]
    for hit in _TRACK_CUE.finditer(sentence):
        span, value = hit.span("id"), hit["id"].replace(" ", "")
        enough = sum(letter.isdigit() for letter in value) >= 8  # noqa: PLR2004 - no carrier numbers are shorter
        if enough and not any(a < span[1] and span[0] < b for (a, b), _ in found):
            found.append((span, value))
    return found


def _statuses(sentence: str) -> list[tuple[str, re.Match[str]]]:
    found: list[tuple[str, re.Match[str]]] = []
    for status, pattern in words.STATUSES:
        for hit in pattern.finditer(sentence):
            left = sentence[: hit.start()]
            cuts = [cut.end() for cut in (*words.BUT.finditer(left), *re.finditer(r"[,;:]\s|\sand\s|\sund\s", left))]
            clause = left[max(cuts, default=0) :]
            states_itself = status in ("discontinued", "back-ordered")
            if words.IF.search(clause) or _FUTURE.search(left) or _ONCE.search(clause):
                continue
            if not states_itself and (words.NOT.search(clause) or words.NOT.match(hit[0])):
                continue
            if status == "confirmed" and _CONFIRMED_AFTER.match(sentence[hit.end() :]):
                continue
            found.append((status, hit))
            break
    return found


def _reasons(sentence: str, mentions: Sequence[DateMention]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for hit in REASON.finditer(sentence):
        rest = sentence[hit.end() : hit.end() + MAX_REASON]
        if stop := REASON_END.search(rest):
            rest = rest[: stop.start()]
        for mention in mentions:
            if hit.end() <= mention.start < hit.end() + len(rest):
                rest = rest[: mention.start - hit.end()]
                rest = _BEFORE_DATE.sub("", rest)
                break
        reason = rest.strip(" ,-\n")
        if len(reason) > 3:  # noqa: PLR2004 - a word at least
            found.append((hit.end() + len(rest) - len(rest.lstrip(" ,-\n")), reason))
    return found[:1]
