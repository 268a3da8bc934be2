"""What people say of suggestions, kept beside their scores: blind labels certify and audit, decisions calibrate."""

from collections.abc import Mapping

from agent.audit.model import AuditEvent
from agent.cases.model import Case
from agent.confidence.labelling import wrong_against, wrong_by_decision
from agent.confidence.records import GoldLabel, LabelKind
from agent.confidence.service import audit_item
from agent.kit.ids import new_id
from agent.pipeline import App
from agent.reviews.model import MACHINE, Decision
from agent.suggestions.model import Suggestion
from agent.work import Work

Fields = Mapping[str, tuple[str, ...]]


def keep_blind(
    app: App, work: Work, case: Case, made: Suggestion, label: str, fields: Fields | None, by: str
) -> list[AuditEvent]:
    """Keep a blind label and what it says of the score; an audited item is counted. Answers the alarms it raised."""
    given = _label(work, case, made, LabelKind.BLIND, label, fields, by)
    if not work.trust.items.add_label(given, case.thread):
        return []
    wrong = wrong_against(made, label, fields)
    told: list[AuditEvent] = []
    for row in work.trust.items.of_suggestion(made.id):
        if row.replayed:
            continue  # what another version said of it is not known here
        work.trust.items.judge(made.id, row.version_hash, wrong=wrong, at=work.now)
        subject = app.policy.subject_of(made.task, made.label)
        if row.audited and wrong is not None and subject is not None:
            told += audit_item(work.trust, subject, wrong=wrong, now=work.now)
    return told


def keep_second(work: Work, case: Case, made: Suggestion, label: str, by: str) -> bool:
    """Keep a second person's blind label; False when there is one."""
    return work.trust.items.add_label(_label(work, case, made, LabelKind.SECOND, label, None, by), case.thread)


def keep_shown(work: Work, made: Decision) -> None:
    """Keep what a decision that stands says of a suggestion that was in view; a gold item has its blind label."""
    review = work.reviews.get(made.review_id)
    suggestion = work.suggestions.get(made.suggestion_id)
    changed = [change.what for change in made.changes]
    wrong = wrong_by_decision(suggestion, made.verb, made.reason_code, made.final.label, changed)
    if wrong is not None and not review.blind and made.decided_by != MACHINE:
        work.trust.items.judge_shown(suggestion.id, wrong=wrong)


def _label(
    work: Work, case: Case, made: Suggestion, kind: LabelKind, label: str, fields: Fields | None, by: str
) -> GoldLabel:
    return GoldLabel(
        id=new_id(),
        suggestion_id=made.id,
        case_id=case.id,
        company=case.company,
        task=made.task,
        kind=kind,
        label=label,
        fields=None if fields is None else dict(fields),
        by=by,
        at=work.now,
    )
