"""The steps of the stories in `pipeline`: each loads what it needs, does one thing, and saves its outcome once.

# Size: every step of every story, in the order of the stories.

Run again, a step finds its outcome and answers the same; so a crash at any point loses and doubles nothing.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from agent.actions import service as action_service
from agent.actions.model import ContentRow, DecisionRow, LogRow, Receipt
from agent.actions.store import ActionState, StoredAction
from agent.audit.model import (
    ActionApplied,
    ActionAttempted,
    ActionRefusedByOdoo,
    CaseClosed,
    EvidenceCollected,
    LogDelivered,
    LogRefused,
    ReaderFellBack,
    ReviewOpened,
    SuggestionMade,
    SuggestionRouted,
    WorkDied,
)
from agent.cases.model import Case, Status, move
from agent.confidence.score import confidence as confidence_of
from agent.errors import ActionRefused, Halted, StateError
from agent.evidence.collect import collect as collect_evidence
from agent.evidence.impact import impact
from agent.evidence.model import Evidence
from agent.kit.canonical import digest
from agent.kit.ids import new_id
from agent.kit.values import Money
from agent.outbox.model import Failure, WorkItem, WorkKind
from agent.outbox.store import OwedRow
from agent.pipeline import App, Step
from agent.reviews.model import Level, Review, ReviewState, Verb
from agent.routing.model import Lane, RouteQuestion
from agent.routing.policy import decide
from agent.suggestions.model import Severity, Suggestion, Task
from agent.suggestions.service import suggest as make_suggestion
from agent.suggestions.tasks.catalogue import words
from agent.suggestions.tasks.compare import differs
from agent.suggestions.tasks.read_supplier_email import VALUED
from agent.work import Work

BATCH = 500
PRIORITY = {Severity.CRITICAL: 10, Severity.HIGH: 30, Severity.MEDIUM: 50, Severity.LOW: 70}
_LOG_ROW: TypeAdapter[DecisionRow | ContentRow] = TypeAdapter(LogRow)


# --- settle ---------------------------------------------------------------------------------------
def collect(app: App, case_id: str) -> list[str]:
    """Read all that the case needs and freeze it. Answers the evidence's id."""
    with app.look() as look:
        case = look.cases.get(case_id)
        if known := look.evidence.id_of(case.id, case.round):
            return [known]
        events, mails = look.intake.of_case(case.id)
    found = collect_evidence(case, events, mails, app.odoo, app.site_now())
    with app.work() as work:
        if known := work.evidence.id_of(case.id, case.round):
            return [known]
        document = work.evidence.add(found, case.thread)
        fresh = work.cases.get(case_id, hold=True)
        if fresh.round == found.round:
            work.cases.save(fresh.model_copy(update=_learnt(fresh, found)))
        work.cases.add_terms(case.id, _terms(found))
        event = EvidenceCollected(case_id=case.id, evidence_id=found.id, digest=document, missing=len(found.missing))
        work.audit.append([event], work.now)
    return [found.id]


def _learnt(case: Case, found: Evidence) -> dict[str, object]:
    """What the evidence tells about the case itself: its company, and what is at stake."""
    companies = [record.company for record in (*found.sales, *found.purchases, *found.bills) if record.company]
    guessed = found.mail is not None and not found.sender.matches_purchase  # no order of theirs is named
    purchases = [] if guessed else [order.total for order in found.purchases[:1]]
    totals = [order.total for order in found.sales[:1]] or purchases
    if found.supply is not None:
        totals = list(impact(found.supply, found.read_at.date()).totals[:1])
    risk: Money | None = totals[0] if totals else None
    return {"company": case.company or (companies[0] if companies else ""), "value_at_risk": risk}


def _terms(found: Evidence) -> list[str]:
    orders = [*found.sales, *found.purchases, *found.bills]
    parties = [order.customer.name for order in found.sales] + [order.supplier.name for order in found.purchases]
    references = [order.supplier_ref for order in found.purchases] + [bill.supplier_invoice for bill in found.bills]
    return [*(order.ref.name for order in orders), *parties, *references]


def suggest(app: App, evidence_id: str) -> list[str]:
    """Ask the readers and keep what they propose; owe prompt and output to Odoo's log. Answers the suggestion's id."""
    with app.look() as look:
        found = look.evidence.get(evidence_id)
        case = look.cases.get(found.case_id)
        if known := look.suggestions.of_round(case.id, found.round):
            return [known.id]
    made = make_suggestion(case, found, app.readers, app.site_now())
    suggestion = made.suggestion
    with app.work() as work:
        if known := work.suggestions.of_round(case.id, found.round):
            return [known.id]
        work.suggestions.add(suggestion, case.thread)
        rows = action_service.content_rows(case, suggestion)
        work.outbox.owe_log([(row.key, case.id, case.thread, row.model_dump_json()) for row in rows], work.now)
        fell_back = (
            [ReaderFellBack(case_id=case.id, task=suggestion.task, why=made.fell_back)] if made.fell_back else []
        )
        work.audit.append([*fell_back, _made_event(suggestion)], work.now)
    app.poke()
    return [suggestion.id]


def _made_event(made: Suggestion) -> SuggestionMade:
    return SuggestionMade(
        case_id=made.case_id,
        suggestion_id=made.id,
        task=made.task,
        label=made.label,
        reader=made.provenance.reader,
        model_id=made.provenance.model_id,
        prompt_version=made.provenance.prompt_version,
        prompt_digest=digest(made.prompt.encode()),
        output_digest=digest(made.output.encode()),
        tokens_in=made.usage.tokens_in,
        tokens_out=made.usage.tokens_out,
        dropped_sentences=made.dropped_sentences,
    )


def route(app: App, suggestion_id: str) -> list[str]:
    """Decide who acts next and open the review. An overtaken suggestion is routed no more."""
    with app.work() as work:
        made = work.suggestions.get(suggestion_id)
        case = work.cases.get(made.case_id, hold=True)
        if case.round != made.round or case.status is not Status.OPEN:
            return []
        confidence = confidence_of(made)
        chosen = decide(
            _question(made, case, confidence_halted=work.routing.halted() is not None, now=work.now), app.policy
        )
        if chosen.to is not Lane.REVIEW:
            raise StateError("An automatic route needs a certificate, and none has been issued.")
        work.routing.add(made.id, case.thread, chosen, confidence, work.now)
        review = Review(
            id=new_id(),
            case_id=case.id,
            suggestion_id=made.id,
            level=Level.PLANNER,
            state=ReviewState.OPEN,
            blind=case.gold,
            opened_at=work.now,
        )
        work.reviews.open(review)
        work.cases.save(move(case, Status.IN_REVIEW, work.now).model_copy(update=_headline(case, made)))
        work.cases.add_terms(case.id, [] if case.gold else [made.label, words(made.label)])
        routed = SuggestionRouted(
            case_id=case.id,
            suggestion_id=made.id,
            to=chosen.to,
            would=chosen.would,
            reasons=tuple(reason.code for reason in chosen.reasons),
            policy_version=chosen.policy_version,
            confidence_state=confidence.state,
        )
        opened = ReviewOpened(case_id=case.id, review_id=review.id, role=review.level, blind=review.blind)
        work.audit.append([routed, opened], work.now)
    return []


def _question(made: Suggestion, case: Case, *, confidence_halted: bool, now: datetime) -> RouteQuestion:
    proposed = made.task is Task.READ_SUPPLIER_EMAIL and any(
        fact.field in VALUED and differs(fact) for fact in made.facts
    )
    return RouteQuestion(
        task=made.task,
        label=made.label,
        confidence=confidence_of(made),
        findings=made.findings,
        proposes_floor_change=proposed,
        gold=case.gold,
        halted=confidence_halted,
        certificate=None,  # none can be issued yet: everything goes to a person
        now=now,
    )


def _headline(case: Case, made: Suggestion) -> dict[str, object]:
    """A blind case keeps the neutral priority and title, so that neither gives the label away."""
    return {} if case.gold else {"priority": PRIORITY[made.severity]}


# --- carry out ------------------------------------------------------------------------------------
def approved_actions(app: App, decision_id: str) -> list[str]:
    """Plan what the decision brings about in Odoo. Answers the actions' ids, in order."""
    with app.work() as work:
        made = work.reviews.decision(decision_id)
        case = work.cases.get(made.case_id)
        suggestion = work.suggestions.get(made.suggestion_id)
        found = work.evidence.get(suggestion.evidence_id)
        wanted = action_service.actions_of(
            case, found, made, app.desk_url, made.decided_at.astimezone(ZoneInfo(app.zone)).date()
        )
        work.actions.plan(decision_id, case.id, case.thread, wanted, work.now)
        planned = work.actions.of_decision(decision_id)
    return [item.id for item in planned if item.state in {ActionState.PLANNED, ActionState.ATTEMPTED}]


def act_in_odoo(app: App, action_id: str) -> list[str]:
    """Write ahead, have Odoo do it once, keep the receipt. A refusal is kept too, and the story goes on."""
    with app.work() as work:
        if work.routing.halted():
            raise Halted
        item = work.actions.get(action_id)
        if item.state in {ActionState.DONE, ActionState.REFUSED}:
            return []
        work.actions.mark(action_id, ActionState.ATTEMPTED)
        work.audit.append([_attempt(item)], work.now)
    try:
        receipt = app.writer.apply(item.action, key=item.key)
    except ActionRefused as refused:
        with app.work() as work:
            work.actions.mark(action_id, ActionState.REFUSED, error=str(refused), done_at=work.now)
            event = ActionRefusedByOdoo(case_id=item.case_id, action_id=action_id, why=refused.headline)
            work.audit.append([event], work.now)
        return []
    _keep_receipt(app, item, receipt)
    return []


def _attempt(item: StoredAction) -> ActionAttempted:
    text = item.action.model_dump_json()
    return ActionAttempted(
        case_id=item.case_id, action_id=item.id, kind=item.action.kind, key=item.key, digest=digest(text.encode())
    )


def _keep_receipt(app: App, item: StoredAction, receipt: Receipt) -> None:
    with app.work() as work:
        if work.actions.get(item.id).state is ActionState.DONE:
            return
        work.actions.mark(
            item.id, ActionState.DONE, outcome=receipt.outcome, record_id=receipt.record_id, done_at=work.now
        )
        event = ActionApplied(
            case_id=item.case_id, action_id=item.id, outcome=receipt.outcome, record_id=receipt.record_id
        )
        work.audit.append([event], work.now)


def close(app: App, decision_id: str) -> list[str]:
    """Close the case, unless a newer event has opened it again."""
    with app.work() as work:
        made = work.reviews.decision(decision_id)
        case = work.cases.get(made.case_id, hold=True)
        round_ = work.suggestions.get(made.suggestion_id).round
        if case.status is Status.DECIDED and case.round == round_ and made.verb is not Verb.ESCALATE:
            work.cases.save(move(case, Status.CLOSED, work.now))
            work.audit.append([CaseClosed(case_id=case.id)], work.now)
    return []


# --- deliver the log ------------------------------------------------------------------------------
def deliver_batch(app: App, sink: str) -> list[str]:
    """Store the oldest owed rows in Odoo. Answers something as long as there may be more."""
    with app.look() as look:
        owed = look.outbox.log_due(BATCH)
    if not owed:
        return []
    try:
        app.log.append([_LOG_ROW.validate_json(row.document) for row in owed])
    except ActionRefused as refused:
        _deliver_around(app, owed, refused)
        return [sink]
    _settle_log(app, owed)
    return [sink] if len(owed) == BATCH else []


def _deliver_around(app: App, owed: list[OwedRow], refused: ActionRefused) -> None:
    """Odoo refused the batch: halve it until the row it refuses is found; keep the rest."""
    if len(owed) == 1:
        with app.work() as work:
            work.outbox.log_dead(owed[0].seq, str(refused))
            event = LogRefused(case_id=owed[0].case_id, key=owed[0].key, why=refused.headline)
            work.audit.append([event], work.now)
        return
    middle = len(owed) // 2
    for part in (owed[:middle], owed[middle:]):
        try:
            app.log.append([_LOG_ROW.validate_json(row.document) for row in part])
        except ActionRefused as again:
            _deliver_around(app, part, again)
        else:
            _settle_log(app, part)


def _settle_log(app: App, owed: list[OwedRow]) -> None:
    with app.work() as work:
        work.outbox.log_settled([row.seq for row in owed], work.now)
        rows_digest = digest("".join(row.key for row in owed).encode())
        work.audit.append([LogDelivered(rows=len(owed), digest=rows_digest)], work.now)


# --- the end of a story ---------------------------------------------------------------------------
def finish(app: App, kind: str, key: str, wanted: str, attempts: str) -> list[str]:
    """The work is done: it is owed no more."""
    with app.work() as work:
        if item := _same(work, kind, key, wanted, attempts):
            work.outbox.finish(item, work.now)
    return []


def postpone(app: App, kind: str, key: str, wanted: str, attempts: str, failure: str) -> list[str]:
    """The work failed: when it is tried again, or that a person must look."""
    why = Failure.model_validate_json(failure)
    with app.work() as work:
        if item := _same(work, kind, key, wanted, attempts):
            due_at = app.retry.next_run(why, item, work.now)
            mine = work.outbox.postpone(item, f"{why.message} {why.next_step}", due_at, accident=not why.known)
            if mine and due_at is None:
                work.audit.append([WorkDied(kind=kind, key=key, why=why.error)], work.now)
    return []


def _same(work: Work, kind: str, key: str, wanted: str, attempts: str) -> WorkItem | None:
    """The owed work as this run saw it; None when it is owed no more."""
    found = work.outbox.find(WorkKind(kind), key)
    return found.model_copy(update={"wanted": int(wanted), "attempts": int(attempts)}) if found else None


STEPS: dict[str, Step] = {
    step.__name__: step
    for step in (collect, suggest, route, approved_actions, act_in_odoo, close, deliver_batch, finish, postpone)
}
