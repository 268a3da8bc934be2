"""What cue words and facts say about a mail's intents by fixed rules, and the signs of fraud."""

from collections.abc import Sequence

from agent.adapters.embedded import intent_cues as cues
from agent.suggestions.model import FactField, Intent
from agent.suggestions.reader import RawFact

MAX_TEXT, MANY_CUES = 50_000, 3
QUALITY_TOLD, NEWS_TOLD, TOLD = 2.6, 1.5, 0.9  # scores of one clear cue
_NEWS_FIRST = (  # what outranks a mere confirmation or question in the same mail
    Intent.QUALITY, Intent.SUBSTITUTION, Intent.CANCELLATION, Intent.PARTIAL_SHIPMENT, Intent.QUANTITY_CHANGE,
    Intent.PRICE_CHANGE, Intent.DELAY,
)  # fmt: skip
_BY_STATUS = (
    ("confirmed", Intent.CONFIRMATION, 1.6),
    ("cancelled", Intent.CANCELLATION, 2.6),
    ("discontinued", Intent.SUBSTITUTION, 1.4),
    ("substituted", Intent.SUBSTITUTION, 2.0),
    ("back_ordered", Intent.DELAY, 1.2),
    ("delayed", Intent.DELAY, 1.2),
    ("shipped", Intent.TRACKING, 0.8),
)


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


def cue_scores(subject: str, text: str) -> dict[Intent, float]:
    """How loudly the cue words of each intent sound; more for several ones, and in the subject."""
    whole = f"{subject}\n{text}"
    searched = cues.NO_CUE.sub(" ", whole[:50_000])
    causes = [hit.span() for hit in cues.CAUSE.finditer(searched)]
    scores = dict.fromkeys(Intent, 0.0)
    for intent, weight, pattern in cues.CUES:
        found = list(pattern.finditer(searched))
        if intent is Intent.QUALITY:  # what is late because of cracks is late
            found = [hit for hit in found if not any(a <= hit.start() < b for a, b in causes)]
        if hits := len({hit[0].lower() for hit in found}):
            in_subject = found[0].start() < len(subject)
            scores[intent] += weight * (1 + 0.25 * (min(hits, MANY_CUES) - 1) + 0.4 * in_subject)
    scores[Intent.SUSPICIOUS] += 3.0 * bool(fraud_signs(whole))
    scores[Intent.OTHER] += 3.0 * bool(cues.NEWS.search(whole))
    return scores


def rule_scores(subject: str, text: str, facts: Sequence[RawFact]) -> dict[Intent, float]:
    """The cue scores, moved by what was read: news outranks a confirmation, a fault of the goods everything."""
    scores = cue_scores(subject, text)
    promises = any(fact.field in (FactField.ETA, FactField.SHIP_DATE) for fact in facts)
    _from_facts(scores, facts, promises=promises)
    faulty = scores[Intent.QUALITY] >= QUALITY_TOLD and not promises
    news = max(scores[intent] for intent in _NEWS_FIRST)
    if not faulty and promises:
        scores[Intent.QUALITY] *= 0.5  # goods that are promised after all
    if faulty:
        scores[Intent.QUALITY] = max(scores[Intent.QUALITY], 0.5 + news)
    if news >= NEWS_TOLD and facts:
        scores[Intent.CONFIRMATION] = min(scores[Intent.CONFIRMATION], 0.9 * news)
    told = max(scores[intent] for intent in Intent if intent is not Intent.REQUEST)
    if told >= TOLD and facts:
        scores[Intent.REQUEST] = min(0.6 * scores[Intent.REQUEST], 0.8 * told)
    return scores


def _from_facts(scores: dict[Intent, float], facts: Sequence[RawFact], *, promises: bool) -> None:
    fields = {fact.field for fact in facts}
    states = {fact.value.replace("-", "_") for fact in facts if fact.field is FactField.STATUS}
    counted = [(fact.po, fact.line) for fact in facts if fact.field is FactField.QUANTITY]
    if promises and scores[Intent.DELAY] < NEWS_TOLD:
        scores[Intent.CONFIRMATION] += 0.9
    if FactField.TRACKING in fields:
        scores[Intent.TRACKING] += 1.8
    if FactField.PRICE in fields and not promises:
        scores[Intent.PRICE_CHANGE] += 1.2
    for status, intent, weight in _BY_STATUS:
        scores[intent] += weight * (status in states)
    if len(counted) > len(set(counted)):
        scores[Intent.PARTIAL_SHIPMENT] += 1.8
    if promises and FactField.PRICE in fields and counted:
        scores[Intent.CONFIRMATION] += 1.5
