"""What a mail wants to tell: scored rules over its words and its facts; several intents, most important first."""

from collections.abc import Sequence
from datetime import date

from agent.adapters.embedded import extract_cues as cues
from agent.suggestions.grounding import injection_signs
from agent.suggestions.model import FactField, Intent, LabelScore
from agent.suggestions.reader import RawFact

MIN_SCORE, MAX_INTENTS, REST = 0.9, 4, 0.6
QUALITY_TOLD, NEWS_TOLD = 2.6, 1.5  # scores of one clear cue
_NEWS_FIRST = (  # what outranks a mere confirmation or question in the same mail
    Intent.QUALITY, Intent.SUBSTITUTION, Intent.CANCELLATION, Intent.PARTIAL_SHIPMENT, Intent.QUANTITY_CHANGE,
    Intent.PRICE_CHANGE, Intent.DELAY,
)  # fmt: skip
_ORDER = (
    Intent.SUSPICIOUS,
    Intent.CANCELLATION,
    Intent.QUALITY,
    Intent.SUBSTITUTION,
    Intent.PARTIAL_SHIPMENT,
    Intent.QUANTITY_CHANGE,
    Intent.PRICE_CHANGE,
    Intent.DELAY,
    Intent.TRACKING,
    Intent.INVOICE,
    Intent.CONFIRMATION,
    Intent.REQUEST,
    Intent.OTHER,
)


def suspicions(text: str) -> list[str]:
    """Why this mail may be a fraud or speak to a machine; empty when nothing points to it."""
    return [*injection_signs(text), *fraud_signs(text)]


def fraud_signs(text: str) -> list[str]:
    """Signs of a changed bank account, or of a hunt for credentials or urgent money."""
    found: list[str] = []
    if cues.PAYMENT_CHANGE.search(text):
        found.append(
            "asks to pay to another account" if cues.ACCOUNT.search(text) else "speaks of changed bank or payment data"
        )
    if hit := cues.SCAM.search(text):
        found.append(f'asks for credentials or urgent payment: "{hit[0][:80]}"')
    return found


def intents_of(
    text: str, subject: str, facts: Sequence[RawFact], *, old_dates: Sequence[date] = ()
) -> tuple[LabelScore, ...]:
    """Intents with probabilities that sum to at most one, most important first; never empty."""
    whole = f"{subject}\n{text}"
    scores = dict.fromkeys(Intent, 0.0)
    told_often = False
    searched = cues.NO_CUE.sub(" ", whole[:50_000])
    causes = [hit.span() for hit in cues.CAUSE.finditer(searched)]
    for intent, weight, pattern in cues.CUES:
        found = list(pattern.finditer(searched))
        if intent is Intent.QUALITY:  # what is late because of cracks is late
            found = [hit for hit in found if not any(a <= hit.start() < b for a, b in causes)]
        told_often |= intent is Intent.QUALITY and (len(found) > 1 or any(hit.start() < len(subject) for hit in found))
        if hits := len({hit[0].lower() for hit in found}):
            in_subject = found[0].start() < len(subject)
            scores[intent] += weight * (1 + 0.25 * (min(hits, 3) - 1) + 0.4 * in_subject)
    _from_facts(scores, facts, old_dates)
    if suspicions(whole):
        scores[Intent.SUSPICIOUS] = 3.0 + max(scores.values())
    if cues.NEWS.search(whole) and not facts:
        scores[Intent.OTHER] = 2.0 + max(scores[intent] for intent in Intent if intent is not Intent.SUSPICIOUS)
    promises = any(fact.field in (FactField.ETA, FactField.SHIP_DATE) for fact in facts)
    faulty = scores[Intent.QUALITY] >= QUALITY_TOLD and (told_often or not promises)
    _weigh(scores, facts, faulty=faulty, promises=promises)
    chosen = [intent for intent in _ORDER if scores[intent] >= MIN_SCORE]
    if not chosen:
        scores[Intent.OTHER] += 1.0
        chosen = [Intent.OTHER]
    chosen.sort(key=lambda intent: (-scores[intent], _ORDER.index(intent)))
    total = sum(scores.values()) + REST
    return tuple(
        LabelScore(label=intent, probability=round(scores[intent] / total, 4)) for intent in chosen[:MAX_INTENTS]
    )


def _weigh(scores: dict[Intent, float], facts: Sequence[RawFact], *, faulty: bool, promises: bool) -> None:
    """News outranks what merely goes with it: a fault of the goods everything, any news a confirmation or question."""
    news = max(scores[intent] for intent in _NEWS_FIRST)
    if not faulty and promises:
        scores[Intent.QUALITY] *= 0.5  # goods that are promised after all
    if faulty:
        scores[Intent.QUALITY] = max(scores[Intent.QUALITY], 0.5 + news)
    if news >= NEWS_TOLD and facts:
        scores[Intent.CONFIRMATION] = min(scores[Intent.CONFIRMATION], 0.9 * news)
    told = max(scores[intent] for intent in Intent if intent is not Intent.REQUEST)
    if told >= MIN_SCORE and facts:
        scores[Intent.REQUEST] = min(0.6 * scores[Intent.REQUEST], 0.8 * told)


def _from_facts(scores: dict[Intent, float], facts: Sequence[RawFact], old_dates: Sequence[date]) -> None:
    fields = {fact.field for fact in facts}
    statuses = {fact.value for fact in facts if fact.field is FactField.STATUS}
    promised = [date.fromisoformat(fact.value) for fact in facts if fact.field in (FactField.ETA, FactField.SHIP_DATE)]
    quantities = [fact for fact in facts if fact.field is FactField.QUANTITY]
    if promised:
        late_already = scores[Intent.DELAY] >= 1.5  # noqa: PLR2004 - a cue of delay
        later = bool(old_dates) and max(promised) > max(old_dates)
        earlier = bool(old_dates) and max(promised) < max(old_dates)
        scores[Intent.DELAY] += 1.5 * later - (2.0 if earlier else 0)
        scores[Intent.CONFIRMATION] += 0.9 * (not late_already) + 2.0 * earlier
        scores[Intent.DELAY] = max(scores[Intent.DELAY], 0.0)
    if FactField.TRACKING in fields:
        scores[Intent.TRACKING] += 1.8
    if FactField.PRICE in fields and not promised:
        scores[Intent.PRICE_CHANGE] += 1.2
    for status, intent, weight in (
        ("confirmed", Intent.CONFIRMATION, 1.6),
        ("cancelled", Intent.CANCELLATION, 2.6),
        ("discontinued", Intent.SUBSTITUTION, 1.4),
        ("back-ordered", Intent.DELAY, 1.2),
        ("shipped", Intent.TRACKING, 0.8),
    ):
        scores[intent] += weight * (status in statuses)
    per_line = [(fact.po, fact.line) for fact in quantities]
    if len(per_line) > len(set(per_line)):
        scores[Intent.PARTIAL_SHIPMENT] += 1.8
    if promised and FactField.PRICE in fields and quantities:
        scores[Intent.CONFIRMATION] += 1.5
