"""What happened, in words: the timeline of a case, and what became of a review that somebody is late for."""

import json
import re
from datetime import datetime

from agent.audit.model import StoredEvent
from agent.kit.values import Value
from agent.reporting.views import CaseView
from agent.reviews.model import Review, ReviewState
from review_ui.speech import Speech

TELLS_TOO_MUCH = frozenset({"suggestion:made", "suggestion:routed"})
_FACT = re.compile(r"facts\[(\d+|\+)\]\.(\w+)")
TELLING = (
    "label", "scenario", "role", "reason_code", "to", "to_role", "why", "reason", "outcome", "kind", "state", "fields",
    "how", "missing",
)  # fmt: skip


class Told(Value):
    """One line of the timeline."""

    at: datetime
    what: str
    who: str
    detail: str


def timeline(view: CaseView, say: Speech) -> tuple[Told, ...]:
    """The case's events, oldest first. While an item is blind, what would give the suggestion away is left out."""
    blind = view.review is not None and not view.review.reveals
    return tuple(_told(event, say) for event in view.timeline if not (blind and event.name in TELLS_TOO_MUCH))


def _told(event: StoredEvent, say: Speech) -> Told:
    body = json.loads(event.body)
    parts = [_words(body[name], say) for name in TELLING if body.get(name)]
    return Told(
        at=event.at,
        what=say.word(event.name, "event"),
        who=event.actor,
        detail=" · ".join(part for part in parts if part),
    )


def _words(value: object, say: Speech) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)  # pyright: ignore[reportUnknownVariableType] - JSON
    text = str(value)
    return say.word(text) if text.replace("_", "").isalpha() and text.islower() else text


def what_happened(view: CaseView, late_for: Review | None, say: Speech) -> str:
    """Why a review can no longer be decided as it was shown."""
    decision = next((made for made in view.decisions if late_for and made.review_id == late_for.id), None)
    if decision is not None:
        values = {
            "who": decision.decided_by,
            "verb": say.word(decision.verb, "done"),
            "when": say.moment(decision.decided_at),
        }
        return say.gettext("This was decided already: %(verb)s by %(who)s, %(when)s.") % values
    if late_for is not None and late_for.state is ReviewState.SUPERSEDED:
        return say.gettext(
            "Something new joined this case while you worked on it, so the suggestion you saw no longer stands."
        )
    return say.gettext("This case changed while you worked on it. Nothing was recorded.")


def change_name(what: str, say: Speech) -> str:
    """The words for what a decision changed: a field of the suggestion, or a fact by its number."""
    match = _FACT.fullmatch(what)
    if match is None:
        return say.word(what, "change")
    index, field = match.groups()
    return f"{say.word(field, 'field')} ({say.gettext('added') if index == '+' else int(index) + 1})"


def change_value(what: str, value: str, say: Speech) -> str:
    """A changed value as people read it; empty when there was none."""
    match = _FACT.fullmatch(what)
    return say.value(value, match.group(2)) if match else say.word(value)
