"""Labelling a gold sample blind, the second label that measures people, and opening again what settled itself."""

from collections.abc import Mapping, Sequence

from agent.access.model import Person, Right
from agent.audit.model import AuditEvent, CaseReopened, ReviewLabelled, ReviewOpened
from agent.cases.model import Case, Status, move
from agent.confidence.labelling import clean_fields
from agent.confidence.records import LabelKind
from agent.errors import AlreadyDecided, InputError, NotAllowed, NotFound
from agent.kit.ids import new_id
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.reviews.model import MACHINE, Level, Review, ReviewState
from agent.reviews.service import may_decide
from agent.reviews.store import Fate
from agent.steps.labels import keep_blind, keep_second
from agent.steps.tend import tell_standings
from agent.suggestions.labels import labels_of
from agent.suggestions.model import Suggestion, Task
from agent.work import Work


def label_blind(
    app: App, review_id: str, label: str, by: Person, fields: Mapping[str, Sequence[str]] | None = None
) -> None:
    """Keep the label that a person gives before the suggestion is shown, once. Of a mail also the new values by field
    (eta, ship_date, quantity, price; none means that nothing changes): without them it cannot certify.

    Raises InputError, NotAllowed.
    """
    with app.work() as work:
        review = work.reviews.get(review_id)
        case = work.cases.get(review.case_id, hold=True)
        may_decide(review, case, by)
        _must_be_label(case, label)
        made = work.suggestions.get(review.suggestion_id)
        stated = clean_fields(fields) if fields is not None and made.task is Task.READ_SUPPLIER_EMAIL else None
        if not review.blind or not work.reviews.label_blind(review_id, label):
            raise NotAllowed("This item has its blind label already.", remedy="Reload it and decide.")
        labelled = ReviewLabelled(actor=by.login, case_id=case.id, review_id=review_id, label=label)
        alarms = keep_blind(app, work, case, made, label, stated, by.login)
        work.audit.append([labelled, *alarms, *tell_standings(app, work, made.task)], work.now)


def label_second(app: App, number: str, label: str, by: Person) -> None:
    """Keep a second person's blind label of a case that was drawn for two. Raises InputError, NotFound."""
    with app.work() as work:
        case = work.cases.get(number, hold=True)
        made = wants_second(work, case, by)
        if made is not None:
            _must_be_label(case, label)
        if made is None or not keep_second(work, case, made, label, by.login):
            raise NotFound(f"Case {case.number} wants no second label of yours.", remedy="Nothing to do.")
        review_id = _labelled_review(work, case)
        told = ReviewLabelled(actor=by.login, case_id=case.id, review_id=review_id, label=label, second=True)
        work.audit.append([told], work.now)


def wants_second(work: Work, case: Case, by: Person) -> Suggestion | None:
    """The suggestion of a case that this person may label as the second one: drawn for two, labelled by one other
    person, and not decided by this one. Raises NotFound for another company's case.
    """
    if not by.sees(case.company):
        raise NotFound(f"There is no case {case.number}.")
    drawn = work.trust.items.drawn(case.id)
    if drawn is None or not drawn.double or not by.may(Right.DECIDE):
        return None
    labels = work.trust.items.labels_of(case.id)
    first = next((one for one in labels if one.kind is LabelKind.BLIND), None)
    if first is None or first.by == by.login or any(one.kind is LabelKind.SECOND for one in labels):
        return None
    if any(made.decided_by == by.login for made in work.reviews.decisions_of(case.id)):
        return None
    return work.suggestions.get(first.suggestion_id)


def reopen(app: App, decision_id: str, by: Person) -> Review:
    """Have a person decide what was settled automatically. Before Odoo heard of it, it never does; what was done there
    (a note, a to-do) stays and can be taken back. Raises NotFound, NotAllowed, AlreadyDecided.
    """
    with app.work() as work:
        made = work.reviews.decision(decision_id)
        case = work.cases.get(made.case_id, hold=True)
        if not by.sees(case.company):
            raise NotFound(f"There is no decision {decision_id}.")
        by.must(Right.DECIDE)
        if made.decided_by != MACHINE:
            raise NotAllowed(f"{made.decided_by} decided it.", remedy="Ask who decided, or a manager.")
        newest = work.reviews.decisions_of(case.id)[-1].id == made.id
        if (
            not newest
            or case.status not in {Status.DECIDED, Status.CLOSED}
            or _overtaken(work, case, made.suggestion_id)
        ):
            raise AlreadyDecided(f"Case {case.number} has gone on meanwhile.")
        if work.reviews.settle(made.id, Fate.UNDONE, by.login, work.now):
            work.outbox.withdraw(WorkKind.CARRY_OUT, made.id)
        again = _asked_again(work, made.review_id)
        work.reviews.open(again)
        opened = move(case, Status.OPEN, work.now)
        work.cases.save(move(opened, Status.IN_REVIEW, work.now))
        told: list[AuditEvent] = [CaseReopened(actor=by.login, case_id=case.id, decision_id=made.id)]
        told.append(ReviewOpened(case_id=case.id, review_id=again.id, role=again.level, blind=False))
        work.audit.append(told, work.now)
    return again


def _overtaken(work: Work, case: Case, suggestion_id: str) -> bool:
    return work.suggestions.get(suggestion_id).round != case.round


def _asked_again(work: Work, review_id: str) -> Review:
    before = work.reviews.get(review_id)
    return Review(
        id=new_id(),
        case_id=before.case_id,
        suggestion_id=before.suggestion_id,
        level=Level.PLANNER,
        state=ReviewState.OPEN,
        blind=False,
        nth=before.nth + 1,
        opened_at=work.now,
    )


def _labelled_review(work: Work, case: Case) -> str:
    """The review in which the first label was given, as far as the log needs it."""
    made = work.reviews.decisions_of(case.id)
    return made[-1].review_id if made else ""


def _must_be_label(case: Case, label: str) -> None:
    if label not in labels_of(case.kind):
        raise InputError(f"{label!r} is no label of this kind of case.", remedy="Choose one of the list.")
