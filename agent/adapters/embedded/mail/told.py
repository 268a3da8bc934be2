"""Status, reason and tracking facts of a mail: words and numbers that no date, quantity or price carries."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.adapters.embedded.mail import told_words as words
from agent.adapters.embedded.mail.model import Kind, Reference, Segment, Survey, Target, Zone
from agent.adapters.embedded.mail.survey import survey
from agent.suggestions.model import FactField
from agent.suggestions.reader import MailInput, RawFact

MAX_FACTS, MAX_REASONS = 60, 2
MAX_SEGMENT, MAX_REASON, MIN_REASON, MAX_REASON_WORDS = 1_500, 140, 4, 16
_UNREAD = frozenset({Zone.QUOTED, Zone.SIGNATURE, Zone.NOTICE, Zone.TO_MACHINES})
_SILENT_WITH_DATE = frozenset({"delayed", "back_ordered", "ready"})  # a date beside them carries the news
_CLAUSE = re.compile(
    r"[.;!?](?=\s|$)|\n(?![^\W\d_A-Z])|,\s|:\s|\s[\u2013\u2014-]\s|\s(?=(?:but|and|so|aber|und|mais|et|pero|y|maar|en|ma|e)\s)"
)


@dataclass(frozen=True)
class _Place:
    """A segment with its words, its references, and what the paragraph spoke of before it."""

    segment: Segment
    words: str
    references: tuple[Reference, ...]
    dated: bool
    before: Target | None


def word_facts(asked: MailInput, found: Survey | None = None) -> tuple[RawFact, ...]:
    """Statuses, reasons and tracking numbers with exact places. Deterministic; never raises.

    `found` is the survey of the same mail, where the caller has one. A status is one word of a closed list; one that
    says "substituted" quotes the replacement's product code.
    """
    surveyed = found or survey(asked)
    places = list(_places(surveyed))
    tracked = [fact for place in places for fact in _tracking(place, asked)]
    stated = [fact for place in places for fact in _statuses(place, asked, shipped_known=bool(tracked))]
    reasons = _reasons(places, asked)
    return _once([*tracked, *stated, *reasons])[:MAX_FACTS]


def _places(found: Survey) -> Iterator[_Place]:
    references: dict[int, list[Reference]] = defaultdict(list)
    for ref in found.references:
        references[ref.segment].append(ref)
    dated = {one.segment for one in found.mentions if one.kind is Kind.DATE}
    paragraph, before = None, None
    for index, segment in enumerate(found.segments):
        if segment.zone in _UNREAD:
            continue
        if (segment.source, segment.paragraph) != paragraph:
            paragraph, before = (segment.source, segment.paragraph), None
        text = found.texts[segment.source][segment.start : segment.end][:MAX_SEGMENT]
        yield _Place(segment, text, tuple(references[index]), index in dated, before)
        before = next((ref.target for ref in reversed(references[index]) if ref.target.line is not None), before)


def _tracking(place: _Place, asked: MailInput) -> Iterator[RawFact]:
    if place.segment.zone is Zone.SUBJECT and not words.CARRIED.search(place.words):
        return
    ours = {re.sub(r"\W", "", line.po).casefold() for line in asked.known_lines}
    taken: list[tuple[int, int]] = []
    spans = [hit.span() for hit in (*words.CARRIED.finditer(place.words), *words.AIR.finditer(place.words))]
    spans += [hit.span("id") for hit in words.LABEL.finditer(place.words)]
    for begin, stop in spans:
        text = place.words[begin:stop].rstrip(" -/")
        carrier = None if words.CARRIED.match(text) else words.CARRIER_BEFORE.match(text)
        text = text[carrier.end() :] if carrier else text
        start = begin + (carrier.end() if carrier else 0)
        end = start + len(text)
        digits = sum(letter.isdigit() for letter in text)
        if digits < words.FEWEST_DIGITS or any(a < end and start < b for a, b in taken):
            continue
        if words.A_DATE.fullmatch(text) or words.NOT_CARRIED.search(place.words[:start]):
            continue
        if re.sub(r"\W", "", text).casefold() in ours:
            continue
        if any(
            ref.start - place.segment.start < end and start < ref.end - place.segment.start for ref in place.references
        ):
            continue
        taken.append((start, end))
        yield _fact(FactField.TRACKING, " ".join(text.split()), place, start, end, asked)


def _statuses(place: _Place, asked: MailInput, *, shipped_known: bool) -> Iterator[RawFact]:
    if place.segment.zone is Zone.SUBJECT:
        return
    for status, pattern in words.STATUSES:
        if (status in _SILENT_WITH_DATE and place.dated) or (status == "shipped" and shipped_known):
            continue
        hit = next((hit for hit in pattern.finditer(place.words) if _is_so(hit, place.words)), None)
        if hit is not None:
            end = hit.start() + len(hit[0].rstrip())
            yield _fact(FactField.STATUS, status, place, hit.start(), end, asked)
            break
    for hit in words.REPLACED.finditer(place.words):
        code = words.CODE.match(place.words, hit.end())
        if code is not None and not words.DENIED.search(place.words[: hit.start()]):
            yield _fact(FactField.STATUS, "substituted", place, code.start(), code.end(), asked)
            return


def _is_so(hit: re.Match[str], text: str) -> bool:
    """Whether a status is stated as a fact: not denied, not asked, not on a condition."""
    left = text[: hit.start()]
    cuts = [cut.end() for cut in re.finditer(r"[,;:.]\s", left)]
    clause = left[max(cuts, default=0) :]
    asks = "?" in text[hit.end() :].split(".", 1)[0]
    return not (asks or any(one.search(clause) for one in (words.UNREAL, words.DENIED, words.OTHER_PAPER)))


def _reasons(places: Sequence[_Place], asked: MailInput) -> list[RawFact]:
    """What is given as a cause in so many words; else the first clause that names what went wrong."""
    if not any(words.MATTERS.search(place.words) for place in places):
        return []
    read = [place for place in places if place.segment.zone is not Zone.SUBJECT]
    given = [fact for place in read for fact in _given(place, asked)]
    if given:
        return given[:MAX_REASONS]
    return [fact for place in read for fact in _trouble(place, asked)][:1]


def _given(place: _Place, asked: MailInput) -> Iterator[RawFact]:
    for hit in words.CAUSE.finditer(place.words):
        rest = place.words[hit.end() : hit.end() + MAX_REASON]
        if stop := words.CAUSE_END.search(rest):
            rest = rest[: stop.start()]
        start, reason = hit.end() + len(rest) - len(rest.lstrip(" ,-")), rest.strip(" ,-\n")
        if len(reason) >= MIN_REASON and not words.DENIED.search(place.words[: hit.start()]) and not _owed(reason):
            yield _fact(FactField.REASON, " ".join(reason.split()), place, start, start + len(reason), asked)


def _owed(reason: str) -> bool:
    """Whether "due to" began a plan ("due to arrive") rather than a cause."""
    return (
        re.match(r"(?:be|arrive|ship|leave|deliver|come|reach|start|land|dispatch)\b", reason, re.IGNORECASE)
        is not None
    )


def _trouble(place: _Place, asked: MailInput) -> Iterator[RawFact]:
    at = 0
    for cut in (*_CLAUSE.finditer(place.words), None):
        clause, start = place.words[at : cut.start() if cut else len(place.words)], at
        at = cut.end() if cut else at
        bare = clause.strip()
        start += len(clause) - len(clause.lstrip())
        if lead := words.LEAD.match(bare):
            bare, start = bare[lead.end() :], start + lead.end()
        hit = words.TROUBLE.search(bare)
        if hit and len(bare.split()) <= MAX_REASON_WORDS and not words.DENIED.search(bare[: hit.start()]):
            yield _fact(FactField.REASON, " ".join(bare.split()), place, start, start + len(bare), asked)


def _fact(field: FactField, value: str, place: _Place, start: int, end: int, asked: MailInput) -> RawFact:
    target = _target(place, start, asked)
    return RawFact(
        field=field,
        value=value,
        quote=place.words[start:end],
        source=place.segment.source,
        start=place.segment.start + start,
        stated_ref=target.stated,
        po=target.po,
        line=target.line,
    )


def _target(place: _Place, at: int, asked: MailInput) -> Target:
    """The line named before the words in the sentence, or after them; the paragraph's; the mail's only one."""
    offset = place.segment.start + at
    named = [ref for ref in place.references if ref.target.line is not None]
    earlier = [ref for ref in named if ref.start <= offset]
    if nearest := (earlier[-1:] or named[:1]):
        return nearest[0].target
    if place.before is not None:
        return place.before
    if len(asked.known_lines) == 1:
        only = asked.known_lines[0]
        return Target(only.po, only.line)
    orders = {line.po for line in asked.known_lines}
    stated = next((ref.target.stated for ref in place.references if ref.target.stated), "")
    return Target(next(iter(orders)), None, stated) if len(orders) == 1 else Target(stated=stated)


def _once(facts: Sequence[RawFact]) -> tuple[RawFact, ...]:
    """Each fact once a line; the body before attachments and the subject, a vaguer one only where no other is."""
    kept: list[RawFact] = []
    for fact in sorted(facts, key=lambda one: (one.source != "body", one.source == "subject", one.source)):
        same = [one for one in kept if (one.field, one.value) == (fact.field, fact.value)]
        if not any(one.line in (fact.line, None) or fact.line is None for one in same):
            kept.append(fact)
    return tuple(kept)
