"""Running the readers of today on stored gold inputs: a new model, prompt or weights certified from the same labels."""

from collections.abc import Callable, Sequence

from agent.confidence.labelling import wrong_against
from agent.confidence.model import Confidence
from agent.confidence.records import GoldLabel, LabelKind, Scored, scored
from agent.confidence.score import confidence as confidence_of
from agent.confidence.version import version_of
from agent.kit.values import Value
from agent.pipeline import App
from agent.steps.route import context_of
from agent.suggestions.model import Suggestion, Task
from agent.suggestions.service import suggest

REFERENCE = 400  # newest items without a label, for the thresholds
PORTION = 50


class Replayed(Value):
    """What a replay made: the version that answered, and how many items were labelled and unlabelled."""

    task: Task
    version_hash: str
    model_id: str
    labelled: int
    unlabelled: int


def replay(app: App, task: Task, progress: Callable[[], None] | None = None) -> Replayed | None:
    """Score the stored gold inputs of a task, and the newest others, with what answers today. Nobody's case changes.

    None when there is nothing to replay, or no version answered most of it (a model that is down answers nothing).
    """
    with app.look() as look:
        labels = {one.suggestion_id: one for one in look.trust.items.labels(LabelKind.BLIND, task)}
        others = look.trust.items.unlabelled(task, REFERENCE)
        epoch = look.trust.epoch(task)
    rows: list[Scored] = []
    for suggestion_id in [*labels, *others]:
        with app.look() as look:
            old = look.suggestions.get(suggestion_id)
            case, found = look.cases.get(old.case_id), look.evidence.get(old.evidence_id)
        made = suggest(
            case, found, app.readers, app.site_now(), app.matching, app.approvals.allocation, app.mail_relay
        ).suggestion
        confidence = confidence_of(made, context_of(found), epoch.scoring)
        version = version_of(made, epoch.scoring).hash
        row = _row(old, made, confidence, labels.get(suggestion_id), version, case.company, case.thread)
        rows.append(row.model_copy(update={"drawn_at": case.opened_at}))
        if progress is not None:
            progress()
    return _kept(app, task, rows, set(labels))


def _row(
    old: Suggestion,
    made: Suggestion,
    found: Confidence,
    label: GoldLabel | None,
    version: str,
    company: str,
    thread: str,
) -> Scored:
    told = {"wrong": wrong_against(made, label.label, label.fields), "labelled_at": label.at} if label else {}
    return scored(
        made.model_copy(update={"id": old.id}),
        found,
        company=company,
        thread=thread,
        gold=label is not None,
        drawn_at=made.made_at,
        version_hash=version,
        replayed=True,
        **told,
    )


def _kept(app: App, task: Task, rows: Sequence[Scored], labelled: set[str]) -> Replayed | None:
    """Keep the rows of the version that answered most of them."""
    versions = [row.version_hash for row in rows]
    if not versions:
        return None
    version = max(sorted(set(versions)), key=versions.count)
    mine = [row for row in rows if row.version_hash == version]
    for start in range(0, len(mine), PORTION):
        with app.work() as work:
            work.trust.items.add(mine[start : start + PORTION])
    known = sum(row.suggestion_id in labelled for row in mine)
    return Replayed(
        task=task,
        version_hash=version,
        model_id=mine[0].model_id,
        labelled=known,
        unlabelled=len(mine) - known,
    )
