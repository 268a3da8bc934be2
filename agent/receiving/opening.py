"""Opening cases: a new matter opens one, a later event on a matter that is not closed joins its case."""

from agent.audit.model import CaseJoined, CaseOpened, ReviewSuperseded
from agent.cases.model import Case, CaseKind, Status
from agent.confidence.records import GoldDraw
from agent.intake.gold import is_double, is_gold
from agent.kit.canonical import digest
from agent.kit.ids import new_id
from agent.kit.values import Value
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.suggestions.model import Task
from agent.suggestions.service import TASKS
from agent.work import Work

NEW_STATUS = frozenset({Status.OPEN, Status.IN_REVIEW, Status.DECIDED})


class Opening(Value):
    """What is needed to open a case."""

    key: str
    matter: str
    thread: str
    kind: CaseKind
    subject: str
    title: str
    company: str
    correlation_id: str


def open_or_join(app: App, work: Work, opening: Opening) -> Case:
    """Later events on a matter that is not closed join its case; the open review is superseded."""
    known = work.cases.hold_matter(opening.matter)
    case = _join(work, known, opening) if known and known.status in NEW_STATUS else _open(app, work, opening)
    work.intake.assign(opening.key, case.id)
    work.outbox.owe(WorkKind.SETTLE, case.id, work.now)
    return case


def _open(app: App, work: Work, opening: Opening) -> Case:
    task = TASKS[opening.kind]
    rho = gold_rho(app, work, task)
    gold = is_gold(app.master, opening.key, rho)
    case = Case(
        id=new_id(),
        number=work.cases.next_number(work.now),
        kind=opening.kind,
        status=Status.OPEN,
        company=opening.company,
        subject=opening.subject,
        title=opening.title,
        thread=opening.thread,
        correlation_id=opening.correlation_id,
        gold=gold,
        opened_at=work.now,
        changed_at=work.now,
    )
    work.cases.add(case, opening.matter, [case.subject, case.number])
    if gold:
        double = is_double(app.master, opening.key)
        work.trust.items.draw(
            GoldDraw(case_id=case.id, company=case.company, task=task, rho=rho, double=double, drawn_at=work.now)
        )
    event = CaseOpened(
        case_id=case.id, number=case.number, kind=case.kind, correlation_id=case.correlation_id, gold=case.gold
    )
    work.audit.append([event], work.now)
    return case


def gold_rho(app: App, work: Work, task: Task) -> float:
    """The share drawn for blind review now: policy's, or the greater one that was last worked out for the task."""
    share = work.trust.share(task)
    return max(app.policy.gold_share, share.rho) if share else app.policy.gold_share


def _join(work: Work, case: Case, opening: Opening) -> Case:
    gone = [ReviewSuperseded(case_id=case.id, review_id=review_id) for review_id in work.reviews.supersede(case.id)]
    changes = {"round": case.round + 1, "title": opening.title, "status": Status.OPEN, "changed_at": work.now}
    joined = work.cases.save(case.model_copy(update=changes))
    work.audit.append(
        [*gone, CaseJoined(case_id=case.id, round=joined.round, key=digest(opening.key.encode()))], work.now
    )
    return joined


def open_risk_summaries(app: App) -> list[str]:
    """Open today's risk summary of every company, once a day. Answers the cases' numbers."""
    companies = app.odoo.info().companies
    day = app.site_now().date()
    numbers = []
    with app.work() as work:
        work.intake.take_turn()
        for company in companies:
            key = f"risk:{company}:{day}"
            if work.cases.of_matter(key):
                continue
            opening = Opening(
                key=key, matter=key, thread=key, kind=CaseKind.RISK_SUMMARY, company=company,
                subject=company[:128], title=f"Supply risk on {day}", correlation_id=key,
            )  # fmt: skip
            numbers.append(open_or_join(app, work, opening).number)
        work.outbox.ask(WorkKind.INDICATE, "odoo", work.now)
    app.poke()
    return numbers
