"""Operating: the kill switch, and taking things from the dead-letter list."""

from agent.access.model import Person, Right
from agent.actions.store import ActionState
from agent.audit.model import (
    InputRedriven,
    SystemHalted,
    SystemResumed,
    WorkRedriven,
)
from agent.errors import NotFound
from agent.kit.canonical import digest
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.receiving import Taken, receive_events, receive_mail


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
