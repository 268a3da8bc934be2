"""Task pattern_watch: a finding of the statistics over history, worded; nothing in it is read or guessed."""

from decimal import Decimal

from agent.errors import StateError
from agent.evidence.model import Evidence
from agent.evidence.pattern_model import Pattern, PatternKind
from agent.suggestions.model import LabelScore, PatternLabel, Severity
from agent.suggestions.reader import PatternSummaryInput, Reader
from agent.suggestions.tasks.assembled import Assembled, word
from agent.suggestions.tasks.catalogue import PATTERNS, words

STRONG = 0.01
DAYS_LATE = Decimal(7)
POINTS = Decimal(5)
TIMES = Decimal(3)


def run(found: Evidence, reader: Reader) -> Assembled:
    """The pattern, worded under the grounding rule. Raises what the reader raises."""
    pattern = found.pattern
    if pattern is None:
        raise StateError(f"Evidence {found.id} holds no pattern.")
    label = PatternLabel(pattern.kind)
    team, step = PATTERNS[label]
    said = word(reader, PatternSummaryInput(pattern=pattern), allowed(pattern), lambda: plain(pattern))
    return Assembled(
        label=label,
        scores=(LabelScore(label=label, probability=1.0 - min(pattern.q_value or 0.0, 1.0)),),
        severity=severity(pattern),
        team=team,
        next_step=step,
        summary=said.summary,
        dropped_sentences=said.dropped,
        findings=said.findings,
        provenance=said.provenance,
        usage=said.usage,
        prompt=said.prompt,
        output=said.output,
    )


def severity(pattern: Pattern) -> Severity:
    """High where the effect is great and hardly chance, or where nothing will be left; else medium."""
    if pattern.kind is PatternKind.COMING_SHORTAGE:
        return Severity.HIGH if pattern.recent.value <= 0 else Severity.MEDIUM
    great = {
        PatternKind.MARGIN_EROSION: -pattern.effect >= POINTS,
        PatternKind.SUPPLIER_SLIPPING: pattern.effect >= (DAYS_LATE if pattern.unit == "days" else TIMES),
    }.get(pattern.kind, pattern.effect >= TIMES)
    sure = pattern.q_value is not None and pattern.q_value <= STRONG
    return Severity.HIGH if great and sure else Severity.MEDIUM


def allowed(pattern: Pattern) -> list[str]:
    """Every figure, date and name that the words may speak of."""
    found = [pattern.subject, pattern.unit, pattern.company, words(pattern.kind), *pattern.records, "95", "30"]
    windows = [pattern.recent, *([pattern.baseline] if pattern.baseline else [])]
    for window in windows:
        days = (window.until - window.since).days + 1
        found += [window.since.isoformat(), window.until.isoformat(), str(window.count), str(window.value), str(days)]
    found += [str(value) for value in (pattern.effect, pattern.effect_low, pattern.effect_high) if value is not None]
    found += [f"{value:.4f}" for value in (pattern.p_value, pattern.q_value) if value is not None]
    found += [str(pattern.tested), *([str(pattern.threshold)] if pattern.threshold is not None else [])]
    found += [point.day.isoformat() for point in pattern.points] if not pattern.baseline else []
    return [text for text in found if text]


def plain(pattern: Pattern) -> str:
    """The finding in one sentence, by code alone."""
    return f"{words(pattern.kind)}: {pattern.subject} ({pattern.recent.count} observations)."
