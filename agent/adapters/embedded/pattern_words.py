"""Words a pattern by templates: what changed, by how much between which windows, and how sure that is."""

from collections.abc import Iterator
from decimal import Decimal

from agent.adapters.embedded.say import Saying
from agent.evidence.pattern_model import Pattern, PatternKind, Window
from agent.locale import mark

DAYS = "days"
K = PatternKind
_HEADS = {
    K.MARGIN_EROSION: mark("{subject}: the median margin fell by {effect} percentage points."),
    K.ALLOCATION_CONFLICTS: mark("{subject}: allocation conflicts come {effect} times as often as before."),
    K.SUPPLIER_SLIPPING: mark("{subject}: deliveries now come {effect} days later against their dates than before."),
    K.FREIGHT_UPGRADES: mark("{subject}: costlier freight is needed {effect} times as often as before."),
    K.COMING_SHORTAGE: mark("{subject}: the forecast falls {effect} {unit} short, and no purchase is under way."),
}
_MORE_OFTEN = mark("{subject}: announced dates slip {effect} times as often as before.")


def tell(pattern: Pattern, saying: Saying) -> Iterator[str]:
    """At most three sentences."""
    effect = saying.number(abs(pattern.effect))
    head = _MORE_OFTEN if pattern.kind is K.SUPPLIER_SLIPPING and pattern.unit != DAYS else _HEADS[pattern.kind]
    yield saying.text(head, subject=pattern.subject, effect=effect, unit=pattern.unit)
    if pattern.baseline is None:
        if pattern.threshold is not None:
            yield saying.text(
                "By {day} the forecast is {value}; the minimum is {least}.",
                day=saying.date(pattern.recent.until),
                value=saying.number(pattern.recent.value),
                least=saying.number(pattern.threshold),
            )
        return
    yield saying.text(
        "{recent}, against {before}.",
        recent=_window(pattern.recent, pattern.unit, saying),
        before=_window(pattern.baseline, pattern.unit, saying),
    )
    if pattern.q_value is not None:
        share = Decimal(f"{pattern.q_value:.4f}")
        yield saying.counted(
            "With {count} comparison the rate of false findings is {share}.",
            "With {count} comparisons the rate of false findings is {share}.",
            pattern.tested,
            share=saying.number(share),
        )


def _window(window: Window, unit: str, saying: Saying) -> str:
    return saying.counted(
        "{value} {unit} in {count} observation from {since} to {until}",
        "{value} {unit} in {count} observations from {since} to {until}",
        window.count,
        value=saying.number(window.value),
        unit=unit,
        since=saying.date(window.since),
        until=saying.date(window.until),
    )
