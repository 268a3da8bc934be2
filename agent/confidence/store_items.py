"""The tables of what is scored, drawn and labelled: every row belongs to its case's company."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Float,
    Index,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    func,
    or_,
    select,
    update,
)

from agent.confidence.model import Features
from agent.confidence.records import GoldDraw, GoldLabel, LabelKind, Scored
from agent.kit.db import Moment, SealedText, as_dict, insert_all_once, insert_once, metadata
from agent.kit.seal import Vault
from agent.suggestions.model import Task

scored_item = Table(
    "scored_item",
    metadata,
    Column("suggestion_id", String(36), primary_key=True),
    Column("version_hash", String(64), primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("company", String(128), nullable=False),
    Column("thread", String(300), nullable=False),
    Column("task", String(32), nullable=False),
    Column("predicted", String(40), nullable=False),
    Column("model_id", String(200), nullable=False),
    Column("score", Float, nullable=False),
    Column("gated", Boolean, nullable=False),
    Column("gold", Boolean, nullable=False),
    Column("audited", Boolean, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("replayed", Boolean, nullable=False),
    Column("certificate_id", String(36)),
    Column("parts", Text, nullable=False),
    Column("drawn_at", Moment, nullable=False),
    Column("wrong", Boolean),
    Column("labelled_at", Moment),
    Column("shown_wrong", Boolean),
    Index("ix_scored_item_task_version_hash", "task", "version_hash", "predicted"),
    Index("ix_scored_item_drawn_at", "drawn_at"),
    Index("ix_scored_item_case_id", "case_id"),
)
gold_draw = Table(
    "gold_draw",
    metadata,
    Column("case_id", String(36), primary_key=True),
    Column("company", String(128), nullable=False),
    Column("task", String(32), nullable=False),
    Column("rho", Float, nullable=False),
    Column("double", Boolean, nullable=False),
    Column("drawn_at", Moment, nullable=False),
    Index("ix_gold_draw_drawn_at", "drawn_at"),
)
gold_label = Table(
    "gold_label",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("suggestion_id", String(36), nullable=False),
    Column("case_id", String(36), nullable=False),
    Column("company", String(128), nullable=False),
    Column("task", String(32), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("label", String(40), nullable=False),
    Column("fields", SealedText),
    Column("by_whom", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("suggestion_id", "kind"),
    Index("ix_gold_label_case_id", "case_id"),
)
_PARTS = TypeAdapter(tuple[Features, ...])
_FIELDS: TypeAdapter[dict[str, tuple[str, ...]]] = TypeAdapter(dict[str, tuple[str, ...]])


class ItemStore:
    """Scores are added; what people say of them is kept beside them."""

    def __init__(self, db: Connection, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    # --- scores -----------------------------------------------------------------------------------
    def add(self, rows: Iterable[Scored]) -> None:
        """Keep scores; what is there under the same version stays as it was."""
        values = [row.model_dump(exclude={"parts"}) | {"parts": _PARTS.dump_json(row.parts).decode()} for row in rows]
        if values:
            insert_all_once(self._db, scored_item, values, key=["suggestion_id", "version_hash"])

    def of_suggestion(self, suggestion_id: str) -> list[Scored]:
        """The scores of a suggestion, under every version that scored it."""
        return self._read(scored_item.c.suggestion_id == suggestion_id)

    def of_version(
        self, task: Task, version_hash: str, labels: Sequence[str], since: datetime | None = None
    ) -> list[Scored]:
        """Every score of these labels under a version, oldest first; all labels without any named."""
        mine = [scored_item.c.task == task, scored_item.c.version_hash == version_hash]
        mine += [scored_item.c.predicted.in_(labels)] if labels else []
        mine += [scored_item.c.drawn_at >= since] if since else []
        return self._read(and_(*mine))

    def of_task(self, task: Task, before: datetime) -> list[Scored]:
        """Every labelled score of a task whose item came in before, under whatever version, oldest first."""
        told = or_(scored_item.c.wrong.is_not(None), scored_item.c.shown_wrong.is_not(None))
        return self._read(and_(scored_item.c.task == task, scored_item.c.drawn_at < before, told))

    def of_task_since(self, task: Task, since: datetime) -> list[Scored]:
        """What came in for a task since then, oldest first."""
        mine = and_(scored_item.c.task == task, scored_item.c.drawn_at >= since, scored_item.c.replayed.is_(False))
        return self._read(mine)

    def unlabelled(self, task: Task, limit: int) -> list[str]:
        """The newest suggestions of a task that are not gold."""
        mine = and_(scored_item.c.task == task, scored_item.c.gold.is_(False), scored_item.c.replayed.is_(False))
        query = select(scored_item.c.suggestion_id).where(mine).order_by(scored_item.c.suggestion_id.desc())
        return list(self._db.execute(query.limit(limit)).scalars())

    def newest(self, task: Task) -> Scored | None:
        """The newest score of a task that was made when its item came in."""
        mine = (scored_item.c.task == task) & scored_item.c.replayed.is_(False)
        query = select(scored_item).where(mine).order_by(scored_item.c.suggestion_id.desc()).limit(1)
        row = self._db.execute(query).first()
        return _scored(row) if row else None

    def automatic_since(self, since: datetime, companies: Sequence[str] = ("*",), limit: int = 100) -> list[Scored]:
        """What nobody reviewed since then, newest first."""
        mine = and_(scored_item.c.automatic.is_(True), scored_item.c.drawn_at >= since, *_theirs(companies))
        query = select(scored_item).where(mine).order_by(scored_item.c.suggestion_id.desc()).limit(limit)
        return [_scored(row) for row in self._db.execute(query)]

    def shares_since(self, since: datetime, companies: Sequence[str] = ("*",)) -> tuple[int, int]:
        """How many items came in since then, and how many of them nobody reviewed."""
        mine = and_(scored_item.c.drawn_at >= since, scored_item.c.replayed.is_(False), *_theirs(companies))
        total = self._db.execute(select(func.count()).select_from(scored_item).where(mine)).scalar_one()
        alone = and_(mine, scored_item.c.automatic.is_(True))
        return total, self._db.execute(select(func.count()).select_from(scored_item).where(alone)).scalar_one()

    def above(
        self, task: Task, version_hash: str, labels: Sequence[str], bar: float, since: datetime
    ) -> tuple[int, datetime | None]:
        """How many items without a gate reached the bar as they came in since then, and when the first of them came."""
        mine = and_(
            _of(task, version_hash, labels, bar), scored_item.c.drawn_at >= since, scored_item.c.replayed.is_(False)
        )
        row = self._db.execute(select(func.count(), func.min(scored_item.c.drawn_at)).where(mine)).one()
        return row[0], row[1]

    def labelled_above(
        self, task: Task, version_hash: str, labels: Sequence[str], bar: float, since: datetime
    ) -> tuple[datetime, ...]:
        """When gold items without a gate that reached the bar were labelled."""
        told = and_(scored_item.c.gold.is_(True), scored_item.c.wrong.is_not(None), scored_item.c.labelled_at >= since)
        query = select(scored_item.c.labelled_at).where(and_(_of(task, version_hash, labels, bar), told))
        return tuple(self._db.execute(query).scalars())

    def due(self, task: Task, labels: Sequence[str], since: datetime, until: datetime) -> tuple[int, int]:
        """Gold cases of these labels that came in within this time, and how many of them nobody has labelled."""
        mine = and_(
            scored_item.c.task == task, scored_item.c.predicted.in_(labels), scored_item.c.gold.is_(True),
            scored_item.c.replayed.is_(False), scored_item.c.drawn_at >= since, scored_item.c.drawn_at < until,
        )  # fmt: skip
        query = select(func.max(scored_item.c.labelled_at)).where(mine).group_by(scored_item.c.case_id)
        found = list(self._db.execute(query).scalars())
        return len(found), sum(at is None for at in found)

    def judge(self, suggestion_id: str, version_hash: str, *, wrong: bool | None, at: datetime) -> None:
        """Keep what a blind label says of a score."""
        mine = and_(scored_item.c.suggestion_id == suggestion_id, scored_item.c.version_hash == version_hash)
        self._db.execute(update(scored_item).where(mine).values(wrong=wrong, labelled_at=at))

    def judge_shown(self, suggestion_id: str, *, wrong: bool) -> None:
        """Keep what a decision says of a suggestion that was in view."""
        mine = scored_item.c.suggestion_id == suggestion_id
        self._db.execute(update(scored_item).where(mine).values(shown_wrong=wrong))

    # --- gold -------------------------------------------------------------------------------------
    def draw(self, drawn: GoldDraw) -> None:
        """Keep that a case is in the gold stream."""
        insert_once(self._db, gold_draw, drawn.model_dump(), key=["case_id"])

    def drawn(self, case_id: str) -> GoldDraw | None:
        """The draw of a case; None when it is not gold."""
        row = self._db.execute(select(gold_draw).where(gold_draw.c.case_id == case_id)).first()
        return GoldDraw.model_validate(as_dict(row)) if row else None

    def draws(self, since: datetime, until: datetime) -> list[GoldDraw]:
        """The draws of a span of time."""
        mine = (gold_draw.c.drawn_at >= since) & (gold_draw.c.drawn_at < until)
        return [GoldDraw.model_validate(as_dict(row)) for row in self._db.execute(select(gold_draw).where(mine))]

    def add_label(self, given: GoldLabel, thread: str) -> bool:
        """Keep a label; False when the item has one of this kind."""
        fields = None if given.fields is None else self._vault.seal(thread, _FIELDS.dump_json(given.fields).decode())
        values = given.model_dump(exclude={"fields", "by"}) | {"fields": fields, "by_whom": given.by}
        return insert_once(self._db, gold_label, values, key=["suggestion_id", "kind"])

    def labels(self, kind: LabelKind, task: Task | None = None) -> list[GoldLabel]:
        """Every label of a kind, oldest first."""
        mine = gold_label.c.kind == kind
        return self._labels(mine & (gold_label.c.task == task) if task else mine)

    def labels_of(self, case_id: str) -> list[GoldLabel]:
        """The labels of a case, oldest first."""
        return self._labels(gold_label.c.case_id == case_id)

    def pairs(self, task: Task) -> list[tuple[str, str]]:
        """The labels of items that two people labelled, one after the other."""
        mine = gold_label.c.kind.in_([LabelKind.BLIND, LabelKind.SECOND]) & (gold_label.c.task == task)
        query = select(gold_label.c.suggestion_id, gold_label.c.kind, gold_label.c.label).where(mine)
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self._db.execute(query):
            found[row.suggestion_id][row.kind] = row.label
        return [(one[LabelKind.BLIND], one[LabelKind.SECOND]) for one in found.values() if len(one) == 2]  # noqa: PLR2004 - a pair

    def _labels(self, condition: ColumnElement[bool]) -> list[GoldLabel]:
        rows = self._db.execute(select(gold_label).where(condition).order_by(gold_label.c.at, gold_label.c.id)).all()
        texts = iter(self._vault.open_many(row.fields for row in rows if row.fields is not None))
        made: list[GoldLabel] = []
        for row in rows:
            values = as_dict(row)
            by, fields = values.pop("by_whom"), values.pop("fields")
            read = None if fields is None else _FIELDS.validate_json(next(texts))
            made.append(GoldLabel.model_validate({**values, "by": by, "fields": read}))
        return made

    def _read(self, condition: ColumnElement[bool]) -> list[Scored]:
        order = (scored_item.c.drawn_at, scored_item.c.suggestion_id)
        return [_scored(row) for row in self._db.execute(select(scored_item).where(condition).order_by(*order))]


def _of(task: Task, version_hash: str, labels: Sequence[str], bar: float) -> ColumnElement[bool]:
    return and_(
        scored_item.c.task == task, scored_item.c.version_hash == version_hash, scored_item.c.predicted.in_(labels),
        scored_item.c.gated.is_(False), scored_item.c.score >= bar,
    )  # fmt: skip


def _theirs(companies: Sequence[str]) -> list[ColumnElement[bool]]:
    return [] if "*" in companies else [scored_item.c.company.in_(companies)]


def _scored(row: Row[Any]) -> Scored:
    values = as_dict(row)
    return Scored.model_validate(values | {"parts": _PARTS.validate_json(values["parts"])})
