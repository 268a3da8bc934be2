"""Deciding a review: who may, what stands afterwards, and the audit event that tells of it. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime

from agent.access.model import Person, Right
from agent.audit.model import (
    AuditEvent,
    CaseEscalated,
    SuggestionAccepted,
    SuggestionEdited,
    SuggestionRejected,
)
from agent.cases.model import Case
from agent.errors import AlreadyDecided, InputError, NotAllowed, NotFound
from agent.kit.canonical import digest
from agent.kit.ids import new_id
from agent.reviews.model import (
    CONSENTS,
    Consented,
    Decision,
    Final,
    Level,
    Review,
    ReviewState,
    Verb,
    Verdict,
    final_of,
)
from agent.suggestions.labels import labels_of
from agent.suggestions.model import Suggestion


def may_decide(review: Review, case: Case, who: Person) -> None:
    """The one guard that every door passes. Raises NotFound for another company's case, NotAllowed without the
    right, AlreadyDecided when the review is open no more.
    """
    if not who.sees(case.company):
        raise NotFound(f"There is no review {review.id}.")
    who.must(Right.DECIDE_ESCALATED if review.level is Level.MANAGER else Right.DECIDE)
    if review.state is not ReviewState.OPEN:
        raise AlreadyDecided(f"Case {case.number} is {review.state}.")


Offered = Callable[[Final], Mapping[str, str]]
"""The changes in Odoo that can be consented to after an edit or without one: digest to document."""


def nothing(_: Final) -> Mapping[str, str]:
    """No change in Odoo is offered."""
    return {}


def decide(
    review: Review,
    case: Case,
    made: Suggestion,
    verdict: Verdict,
    who: Person,
    now: datetime,
    offered: Offered = nothing,
) -> tuple[Decision, AuditEvent]:
    """The decision and its audit event. Raises what `may_decide` raises, NotAllowed for a blind item that was not
    labelled first, InputError for an edit that does not fit or a ticked change that is not offered as it was seen.
    """
    may_decide(review, case, who)
    if made.round != case.round:
        raise AlreadyDecided(f"Case {case.number} has been overtaken by a newer event.")
    if not review.reveals:
        raise NotAllowed(f"Case {case.number} is a gold sample.", remedy="Give your own label first; then it is shown.")
    if verdict.verb is Verb.ESCALATE and review.level is Level.MANAGER:
        raise NotAllowed("It has been escalated already.", remedy="Accept, edit or reject it.")
    if verdict.label is not None and verdict.label not in labels_of(case.kind):
        raise InputError(f"{verdict.label!r} is no label of this kind of case.", remedy="Choose one of the list.")
    try:
        final, changes = final_of(made, verdict)
    except ValueError as error:
        raise InputError(f"{error}.", remedy="Reload the case and edit it again.") from error
    final = final.model_copy(update={"consented": _consented(verdict, final, offered)})
    decision = Decision(
        id=new_id(),
        review_id=review.id,
        case_id=case.id,
        suggestion_id=made.id,
        verb=verdict.verb,
        reason_code=verdict.reason_code,
        note=verdict.note.strip(),
        final=final,
        changes=changes,
        decided_by=who.login,
        decided_at=now,
    )
    return decision, _event(decision)


def _consented(verdict: Verdict, final: Final, offered: Offered) -> tuple[Consented, ...]:
    known = offered(final) if verdict.verb in CONSENTS else {}
    if unknown := [name for name in verdict.changes if name not in known]:
        raise InputError(
            f"A change that you ticked ({unknown[0][:10]}) is not what would be written to Odoo any more.",
            remedy="Look at the changes as they are now offered, and tick what shall be written.",
        )
    return tuple(Consented(digest=name, document=known[name]) for name in dict.fromkeys(verdict.changes))


def _event(made: Decision) -> AuditEvent:
    common = {
        "actor": made.decided_by,
        "case_id": made.case_id,
        "review_id": made.review_id,
        "decision_id": made.id,
        "reason_code": made.reason_code,
        "label": made.final.label,
        "final_digest": digest(made.final.model_dump_json().encode()),
    }
    match made.verb:
        case Verb.ACCEPT:
            return SuggestionAccepted.model_validate(common)
        case Verb.EDIT:
            return SuggestionEdited.model_validate(common | {"changed": tuple(change.what for change in made.changes)})
        case Verb.REJECT:
            return SuggestionRejected.model_validate(common)
        case Verb.ESCALATE:
            return CaseEscalated.model_validate(common | {"to_role": Level.MANAGER})
