"""The commands that a person may give: decide, label blind, halt, re-drive, sign in. One transaction each."""

from datetime import timedelta

from agent.access.model import Person, Right, Session
from agent.actions import service as action_service
from agent.actions.store import ActionState
from agent.audit.model import (
    DecisionRefused,
    InputRedriven,
    PersonAdded,
    PersonSignedIn,
    ReviewLabelled,
    ReviewOpened,
    SignInRefused,
    SystemHalted,
    SystemResumed,
    WorkRedriven,
)
from agent.cases.model import Status, move
from agent.errors import InputError, NotAllowed, NotFound, NotSignedIn
from agent.kit.canonical import digest
from agent.kit.ids import new_id
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.receiving import Taken, receive_events, receive_mail
from agent.reviews.model import Decision, Level, Review, ReviewState, Verb, Verdict
from agent.reviews.service import decide as decide_review
from agent.reviews.service import may_decide
from agent.suggestions.labels import labels_of
from agent.work import Work


# --- deciding -------------------------------------------------------------------------------------
def decide(app: App, review_id: str, verdict: Verdict, by: Person) -> Decision:
    """Record a person's verdict, once; what follows from it is owed in the same transaction.

    Raises NotFound, NotAllowed, AlreadyDecided, InputError; a refusal is audited.
    """
    try:
        decision = _decide(app, review_id, verdict, by)
    except (NotAllowed, InputError) as refused:
        with app.work() as work:
            event = DecisionRefused(actor=by.login, review_id=review_id, why=refused.headline)
            work.audit.append([event], work.now)
        raise
    app.poke()
    return decision


def _decide(app: App, review_id: str, verdict: Verdict, by: Person) -> Decision:
    with app.work() as work:
        case = work.cases.get(work.reviews.get(review_id).case_id, hold=True)
        review = work.reviews.get(review_id)
        suggestion = work.suggestions.get(review.suggestion_id)
        decision, event = decide_review(review, case, suggestion, verdict, by, work.now)
        work.reviews.decide(decision, case.thread)
        found = work.evidence.get(suggestion.evidence_id)
        route, confidence = work.routing.get(suggestion.id)
        row = action_service.decision_row(case, found, suggestion, decision, route, confidence)
        work.outbox.owe_log([(row.key, case.id, case.thread, row.model_dump_json())], work.now)
        work.cases.add_terms(case.id, [decision.final.label])
        work.audit.append([event], work.now)
        if verdict.verb is Verb.ESCALATE:
            _escalate(work, review)
        else:
            work.cases.save(move(case, Status.DECIDED, work.now))
            work.outbox.owe(WorkKind.CARRY_OUT, decision.id, work.now)
    return decision


def _escalate(work: Work, review: Review) -> None:
    higher = Review(
        id=new_id(),
        case_id=review.case_id,
        suggestion_id=review.suggestion_id,
        level=Level.MANAGER,
        state=ReviewState.OPEN,
        blind=False,
        opened_at=work.now,
    )
    work.reviews.open(higher)
    opened = ReviewOpened(case_id=review.case_id, review_id=higher.id, role=higher.level, blind=False)
    work.audit.append([opened], work.now)


def label_blind(app: App, review_id: str, label: str, by: Person) -> None:
    """Keep the label that a person gives before the suggestion is shown, once. Raises InputError, NotAllowed."""
    with app.work() as work:
        review = work.reviews.get(review_id)
        case = work.cases.get(review.case_id)
        may_decide(review, case, by)
        if label not in labels_of(case.kind):
            raise InputError(f"{label!r} is no label of this kind of case.", remedy="Choose one of the list.")
        if not review.blind or not work.reviews.label_blind(review_id, label):
            raise NotAllowed("This item has its blind label already.", remedy="Reload it and decide.")
        labelled = ReviewLabelled(actor=by.login, case_id=case.id, review_id=review_id, label=label)
        work.audit.append([labelled], work.now)


# --- operating ------------------------------------------------------------------------------------
def halt(app: App, reason: str, by: Person) -> bool:
    """Set the kill switch: nothing is automatic and nothing is changed in Odoo until `resume`. False when it is set."""
    by.must(Right.HALT)
    with app.work() as work:
        done = work.routing.halt(reason, by.login, work.now)
        if done:
            work.audit.append([SystemHalted(actor=by.login, reason_digest=digest(reason.encode()))], work.now)
    return done


def resume(app: App, by: Person) -> bool:
    """Release the kill switch. False when it was not set."""
    by.must(Right.HALT)
    with app.work() as work:
        done = work.routing.resume()
        if done:
            work.outbox.hasten(work.now)
            work.audit.append([SystemResumed(actor=by.login)], work.now)
    app.poke()
    return done


def redrive(app: App, name: str, by: Person) -> str:
    """Take something from the dead-letter list: `kind:key` of work or of an action, `log` for refused log rows, or the
    digest (or its start) of a rejected input. Answers in words what was done. Raises NotFound.
    """
    by.must(Right.REDRIVE)
    if name == "log":
        with app.work() as work:
            count = work.outbox.redrive_log(work.now)
        app.poke()
        return f"{count} log rows are owed again"
    kind, _, key = name.partition(":")
    if kind == "action":
        return _redrive_action(app, key, by)
    if kind in set(WorkKind):
        with app.work() as work:
            if not work.outbox.redrive(WorkKind(kind), key, work.now):
                raise NotFound(f"No dead work {name}.", remedy="`gatehouse jobs list` shows what there is.")
            work.audit.append([WorkRedriven(actor=by.login, kind=kind, key=key)], work.now)
        app.poke()
        return f"{name} is due again"
    return _redrive_input(app, name, by)


def _redrive_action(app: App, action_id: str, by: Person) -> str:
    with app.work() as work:
        item = work.actions.get(action_id)
        if item.state is not ActionState.REFUSED:
            raise NotFound(f"Action {action_id} was not refused.", remedy="`gatehouse jobs list` shows what there is.")
        work.actions.mark(action_id, ActionState.PLANNED)
        work.outbox.owe(WorkKind.CARRY_OUT, item.decision_id, work.now)
        again = WorkRedriven(actor=by.login, case_id=item.case_id, kind="action", key=action_id)
        work.audit.append([again], work.now)
    app.poke()
    return f"{item.action.kind} on {item.action.record.name} is asked for again"


def _redrive_input(app: App, start: str, by: Person) -> str:
    with app.look() as look:
        found = look.intake.rejected(limit=2, start=start)
        if len(found) != 1:
            raise NotFound(
                f"{len(found)} rejected inputs begin with {start}.", remedy="Name one: `gatehouse jobs list`."
            )
        raw = look.intake.rejected_raw(found[0].digest)
    if raw is None:
        raise NotFound("It was too large to keep.", remedy=f"Ingest the file {found[0].name} again.")
    take = receive_mail if found[0].kind == "mail" else receive_events
    taken = take(app, raw)
    with app.work() as work:
        work.intake.forget_rejected(found[0].digest)
        work.audit.append([InputRedriven(actor=by.login, digest=found[0].digest)], work.now)
    first = taken if isinstance(taken, Taken) else taken[0]
    return f"taken in as {first.number or first.key}"


# --- people ---------------------------------------------------------------------------------------
def add_person(app: App, new: Person, password: str | None, by: str) -> None:
    """Let somebody sign in. Raises ConfigurationError."""
    with app.work() as work:
        work.access.add_person(new, password)
        event = PersonAdded(actor=by, login=new.login, roles=tuple(sorted(new.roles)))
        work.audit.append([event], work.now)


def sign_in(app: App, login: str, password: str) -> tuple[str, Session]:
    """A session for login and password: the browser's token, and the session. Raises NotSignedIn.

    The slow comparison of the password happens between two transactions.
    """
    with app.look() as look:
        found = look.access.credentials(login, look.now)
    good = found.fit(password)
    with app.work() as work:
        who = work.access.record_attempt(found, good=good, now=work.now)
        if who is not None:
            work.audit.append([PersonSignedIn(actor=who.login, method="password")], work.now)
            return work.access.start_session(who, work.now)
        event = SignInRefused(actor="unknown", login_digest=digest(login.lower().encode()), why="wrong password")
        work.audit.append([event], work.now)
    raise NotSignedIn("Login or password is wrong.", remedy="Check both and try again.")


def make_ticket(app: App, login: str, lasts: timedelta) -> str:
    """A single-use sign-in ticket. Raises NotFound."""
    with app.work() as work:
        return work.access.make_ticket(login, work.now, lasts)


def sign_in_by_ticket(app: App, ticket: str) -> tuple[str, Session]:
    """A session for a single-use ticket, which is used up. Raises NotSignedIn."""
    with app.work() as work:
        who = work.access.use_ticket(ticket, work.now)
        if who is not None:
            work.audit.append([PersonSignedIn(actor=who.login, method="ticket")], work.now)
            return work.access.start_session(who, work.now)
    raise NotSignedIn("This sign-in link was used or has expired.", remedy="Ask for a new one.")
