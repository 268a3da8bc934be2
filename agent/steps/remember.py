"""Remembering decided cases and recalling the nearest: the rows are the truth, the memory is a cache of them.

What is resolved and was decided by a person is remembered; what is reopened, undone or erased leaves it. The log tells
which cases to look at again, in the order in which it was sealed, so that none is overlooked. Without the memory
everything else works.
"""

import logging
from collections.abc import Callable, Iterable, Sequence

from agent.cases.model import Case, CaseKind, Status
from agent.errors import NotFound, PrecedentsUnavailable, Sealed
from agent.evidence.model import Evidence
from agent.evidence.precedents import NEAREST, Precedent, Precedents, Recalled, compared
from agent.pipeline import App
from agent.reviews.model import CONSENTS, Decision, Verb
from agent.reviews.store import Fate
from agent.steps.route import MACHINE
from agent.suggestions.model import ExceptionLabel
from agent.suggestions.reader import Noticing
from agent.suggestions.recall import REMEMBERED, described
from agent.work import Work

LOG = logging.getLogger("gatehouse.precedents")
MOVES = (
    "case:closed", "case:settled_in_odoo", "case:joined", "decision:undone", "review:opened", "content:erased",
)  # fmt: skip
PORTION = 500  # links of the log a page
SPARE = 10  # more are asked for than needed: what does not stand any more is left out
Progress = Callable[[int, int], None]


def recalled(app: App, case: Case, company: str, found: Evidence) -> tuple[Recalled, ...]:
    """The decided cases nearest to this one, of its company and kind; none when the memory cannot be asked."""
    memory = app.precedents
    if memory is None or case.kind not in REMEMBERED:
        return ()
    with app.look() as look:
        if not look.reviews.any_decision():
            return ()  # nobody has decided anything yet: nothing is opened
    about = described(found, _notices(app))
    try:
        near = memory.nearest(
            compared(about.description, about.references), company=company, kind=case.kind, limit=NEAREST + SPARE
        )
    except PrecedentsUnavailable as error:
        LOG.warning("case %s is read without decided cases: %s", case.number, error)
        return ()
    with app.look() as look:
        standing = [one for one in near if one.precedent.case_id != case.id and _stands(look, one.precedent)]
    return tuple(standing[:NEAREST])


def _stands(look: Work, kept: Precedent) -> bool:
    """Whether the rows still say so: the cache may be behind."""
    try:
        case = look.cases.get(kept.case_id)
    except (NotFound, Sealed):
        return False
    same = case.status is Status.CLOSED and case.company == kept.company
    return same and look.reviews.fate(kept.decision_id) is not Fate.UNDONE


def remember(app: App, progress: Progress = lambda _done, _of: None) -> int:
    """Bring the memory up to the log; answers how many cases were looked at. Raises PrecedentsUnavailable."""
    memory = app.precedents
    if memory is None:
        return 0
    with app.look() as look:
        head = look.audit.head()[0] if look.reviews.any_decision() else 0
    if not head:
        return 0
    looked_at, until = 0, memory.read_until()
    if until > head:  # of another database, or one restored from its backup
        memory.clear()
        until = 0
    while until < head:
        after, until = until, min(until + PORTION, head)
        looked_at += _page(app, memory, after, until)
        memory.note_read(until)
        progress(until, head)
    return looked_at


def remember_quietly(app: App) -> None:
    """As `remember`, for a service thread: a memory that cannot be used is told, and harms nothing."""
    try:
        remember(app)
    except PrecedentsUnavailable as error:
        LOG.debug("decided cases cannot be remembered now: %s", error)


def rebuild(app: App, progress: Progress = lambda _done, _of: None) -> int:
    """Forget all and remember it anew from the rows; answers how many are remembered. Raises PrecedentsUnavailable."""
    if app.precedents is None:
        return 0
    app.precedents.clear()
    remember(app, progress)
    return app.precedents.count()


def _page(app: App, memory: Precedents, after: int, until: int) -> int:
    kept: list[Precedent] = []
    with app.look() as look:
        case_ids = look.audit.cases_between(after, until, MOVES)
        for case_id in case_ids:
            kept += _precedent(look, case_id, _notices(app))
    memory.put(kept)
    remembered = {item.case_id for item in kept}
    memory.forget([case_id for case_id in case_ids if case_id not in remembered])
    return len(case_ids)


def _precedent(look: Work, case_id: str, notices: Callable[[str], Iterable[str]]) -> list[Precedent]:
    """What is remembered of a case: nothing unless it is resolved and its last decision is a person's."""
    try:
        case = look.cases.get(case_id)
        decisions = look.reviews.decisions_of(case_id)
        last = _last_standing(decisions)
        label = label_of(case.kind, last) if last else ""
        if last is None or not label or case.kind not in REMEMBERED or case.status is not Status.CLOSED:
            return []
        made = look.suggestions.get(last.suggestion_id)
        about = described(look.evidence.get(made.evidence_id), notices)
    except (NotFound, Sealed):  # erased
        return []
    if case.settled or made.round != case.round:
        return []
    return [
        Precedent(
            decision_id=last.id,
            case_id=case.id,
            case_number=case.number,
            company=case.company,
            kind=case.kind,
            label=label,
            description=about.description,
            references=about.references,
            decided_at=last.decided_at,
        )
    ]


def _last_standing(decisions: Sequence[Decision]) -> Decision | None:
    standing = [made for made in decisions if not made.undone_by]
    return standing[-1] if standing and standing[-1].decided_by != MACHINE else None


def label_of(kind: CaseKind, made: Decision) -> str:
    """What the person called it; empty where the decision says nothing of that."""
    if made.verb in CONSENTS:
        return made.final.label
    said_no = made.verb is Verb.REJECT and made.reason_code == "no_exception"
    return ExceptionLabel.NO_EXCEPTION if said_no and kind is CaseKind.EXCEPTION else ""


def _notices(app: App) -> Callable[[str], Iterable[str]]:
    reader = app.readers.embedded
    return reader.notices if isinstance(reader, Noticing) else _nothing


def _nothing(_text: str) -> Iterable[str]:
    return ()
