"""The tables of what is owed: `work_item` for the engine, `odoo_log` for the AI log in Odoo.

# Size: the life of owed work, read as a whole.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)

from agent.kit.db import Moment, SealedText, insert_once, metadata
from agent.kit.seal import Vault
from agent.kit.values import Value
from agent.outbox.model import PRIORITY, WorkItem, WorkKind, WorkState

RUN_FOR = timedelta(minutes=10)
ERROR_LENGTH = 2000
REVIVE = timedelta(minutes=10)
NO_WAIT = timedelta(0)
WANTED_BITS = 48  # counting begins at random: a row that was finished and is owed again never has an old run's name

work_item = Table(
    "work_item",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("wanted", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("accidents", Integer, nullable=False, server_default="0"),
    Column("state", String(8), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("running_until", Moment),
    Column("running_by", String(100), nullable=False, server_default=""),
    Column("running_as", String(130), nullable=False, server_default=""),
    Column("last_error", Text, nullable=False),
    Column("owed_since", Moment, nullable=False),
    Index("ix_work_item_state_due_at", "state", "due_at"),
)
odoo_log = Table(
    "odoo_log",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("key", String(100), nullable=False, unique=True),
    Column("case_id", String(36), nullable=False),
    Column("row", SealedText, nullable=False),
    Column("state", String(12), nullable=False),
    Column("last_error", Text, nullable=False),
    Column("owed_since", Moment, nullable=False),
    Column("delivered_at", Moment),
    Index("ix_odoo_log_state_seq", "state", "seq"),
)


class OwedRow(Value):
    """A row of the AI log that Odoo does not have yet: its key, its case and its JSON."""

    seq: int
    key: str
    case_id: str
    document: str


class OutboxStore:
    """Owes, claims, finishes and postpones work; owes and settles log rows."""

    def __init__(self, db: Connection, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    # --- work for the engine --------------------------------------------------------------------
    def owe(
        self,
        kind: WorkKind,
        key: str,
        now: datetime,
        *,
        due_at: datetime | None = None,
        priority: int | None = None,
        patient: bool = False,
    ) -> None:
        """Ask for a piece of work, at once or for later. Asked again while it waits or runs, it is done once more.

        `patient` leaves a wait after a failure as it is: for sinks that are asked again with every row.
        """
        fresh = {
            "kind": kind, "key": key, "wanted": secrets.randbits(WANTED_BITS), "attempts": 0, "state": WorkState.DUE,
            "priority": priority or PRIORITY[kind], "due_at": due_at or now, "last_error": "", "owed_since": now,
        }  # fmt: skip
        again = {
            "wanted": work_item.c.wanted + 1, "attempts": 0, "accidents": 0, "state": WorkState.DUE,
            "due_at": due_at or now,
        }  # fmt: skip
        mine = and_(work_item.c.kind == kind, work_item.c.key == key)
        waits = and_(mine, work_item.c.state == WorkState.DUE, work_item.c.attempts > 0)
        while not insert_once(self._db, work_item, fresh, key=["kind", "key"]):
            if patient and self._db.execute(update(work_item).where(waits).values(wanted=again["wanted"])).rowcount:
                return
            if self._db.execute(update(work_item).where(mine).values(**again)).rowcount:
                return  # else it was finished between the two statements: it is owed anew

    def ask(
        self, kind: WorkKind, key: str, now: datetime, *, wait: timedelta = NO_WAIT, most: timedelta = NO_WAIT
    ) -> None:
        """Ask for a piece of work that is asked for over and over, `wait` from now: of a source that may have news.

        Who asks while it waits moves it on, up to `most` after it was first asked for. A wait after a failure stays
        as it is; what is dead is tried again after REVIVE, and dies again at its next accident.
        """
        fresh = {
            "kind": kind, "key": key, "wanted": secrets.randbits(WANTED_BITS), "attempts": 0, "state": WorkState.DUE,
            "priority": PRIORITY[kind], "due_at": now + wait, "last_error": "", "owed_since": now,
        }  # fmt: skip
        mine = and_(work_item.c.kind == kind, work_item.c.key == key)
        while not insert_once(self._db, work_item, fresh, key=["kind", "key"]):
            row = self._db.execute(select(work_item).where(mine).with_for_update()).mappings().first()
            if row is None:
                continue  # it was finished between the two statements: it is asked for anew
            again: dict[str, object] = {"wanted": work_item.c.wanted + 1}
            item = _item(row)
            if item.state is WorkState.DEAD:
                again |= {"state": WorkState.DUE, "due_at": now + REVIVE}
            elif item.running_until is not None:
                again |= {"due_at": now + wait, "owed_since": now} if item.attempts == 0 else {}
            elif item.attempts == 0:
                again |= {"due_at": max(item.due_at, min(now + wait, item.owed_since + most))}
            self._db.execute(update(work_item).where(mine).values(**again))
            return

    def withdraw(self, kind: WorkKind, key: str) -> bool:
        """It is owed no more. False when it runs already, or is not owed."""
        mine = and_(work_item.c.kind == kind, work_item.c.key == key, work_item.c.running_until.is_(None))
        return self._db.execute(delete(work_item).where(mine)).rowcount == 1

    def claim_due(self, now: datetime, limit: int = 500, *, by: str = "") -> list[WorkItem]:
        """Take work that is due and that nobody runs, most urgent first. Answers it as it was before.

        A named executor keeps what it took until it is finished, released, or taken over when it is dead;
        nobody in particular (an inline runner) keeps it for RUN_FOR.
        """
        lapsed = and_(work_item.c.running_by == "", work_item.c.running_until < now)
        free = or_(work_item.c.running_until.is_(None), lapsed)
        due = (
            select(work_item)
            .where(work_item.c.state == WorkState.DUE, work_item.c.due_at <= now, free)
            .order_by(work_item.c.priority, work_item.c.due_at, work_item.c.key)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        items = [_item(row) for row in self._db.execute(due).mappings()]
        if items:
            taken = update(work_item).where(
                work_item.c.kind == bindparam("a_kind"), work_item.c.key == bindparam("a_key")
            )
            taken = taken.values(running_until=now + RUN_FOR, running_by=by, running_as=bindparam("a_name"))
            self._db.execute(taken, [{"a_kind": i.kind.value, "a_key": i.key, "a_name": i.name} for i in items])
        return items

    def any_due(self, now: datetime) -> bool:
        """Whether there may be something to claim; takes nothing and locks nothing."""
        due = select(work_item.c.key).where(work_item.c.state == WorkState.DUE, work_item.c.due_at <= now)
        free = or_(work_item.c.running_until.is_(None), work_item.c.running_by == "")
        return self._db.execute(due.where(free).limit(1)).first() is not None

    def claimed(self, by: str, limit: int = 500) -> list[WorkItem]:
        """What this executor took and what is not finished, the oldest first."""
        mine = and_(work_item.c.running_until.is_not(None), work_item.c.running_by == by)
        query = select(work_item).where(mine).order_by(work_item.c.running_until).limit(limit)
        return [_item(row) for row in self._db.execute(query).mappings()]

    def release(self, item: WorkItem) -> None:
        """Nobody runs it after all: it may be taken at once."""
        mine = and_(work_item.c.kind == item.kind, work_item.c.key == item.key)
        self._db.execute(update(work_item).where(mine, work_item.c.running_as == item.running_as).values(**_FREE))

    def runners(self) -> set[str]:
        """The executors that have taken work and not finished it."""
        return set(self._db.scalars(select(work_item.c.running_by).where(work_item.c.running_until.is_not(None))))

    def take_over(self, dead: str, by: str) -> int:
        """What a dead executor took is this one's to look after now; returns how many."""
        theirs = and_(work_item.c.running_until.is_not(None), work_item.c.running_by == dead)
        return self._db.execute(update(work_item).where(theirs).values(running_by=by)).rowcount

    def find(self, kind: WorkKind, key: str) -> WorkItem | None:
        """The work under this name, when it is still owed."""
        mine = and_(work_item.c.kind == kind, work_item.c.key == key)
        row = self._db.execute(select(work_item).where(mine)).mappings().first()
        return _item(row) if row else None

    def finish(self, item: WorkItem, now: datetime) -> None:
        """The request is fulfilled: its row goes, unless it was asked for once more meanwhile."""
        mine = and_(work_item.c.kind == item.kind, work_item.c.key == item.key)
        gone = self._db.execute(delete(work_item).where(mine, work_item.c.wanted == item.wanted)).rowcount
        if not gone:
            later = case(
                (work_item.c.due_at > now, work_item.c.due_at), else_=literal(now, Moment())
            )  # a hint asks for later
            self._db.execute(update(work_item).where(mine, _ran_as(item)).values(**_FREE, due_at=later))

    def postpone(self, item: WorkItem, error: str, due_at: datetime | None, *, accident: bool = False) -> bool:
        """After a failure: due again at `due_at`, or dead when None. False when a newer request stands already.

        An accident counts as one; an outage does not, however long.
        """
        values: dict[str, object] = {**_FREE, "attempts": item.attempts + 1, "last_error": error[:ERROR_LENGTH]}
        values |= {"accidents": work_item.c.accidents + 1} if accident else {}
        values |= {"state": WorkState.DEAD} if due_at is None else {"due_at": due_at}
        same = and_(
            work_item.c.kind == item.kind, work_item.c.key == item.key,
            work_item.c.wanted == item.wanted, work_item.c.attempts == item.attempts,
        )  # fmt: skip
        if self._db.execute(update(work_item).where(same).values(**values)).rowcount:
            return True
        mine = and_(work_item.c.kind == item.kind, work_item.c.key == item.key, work_item.c.wanted > item.wanted)
        self._db.execute(update(work_item).where(mine, _ran_as(item)).values(**_FREE))
        return False

    def redrive(self, kind: WorkKind, key: str, now: datetime) -> bool:
        """Take work from the dead-letter list. False when it is not there."""
        dead = and_(work_item.c.kind == kind, work_item.c.key == key, work_item.c.state == WorkState.DEAD)
        values = {
            "state": WorkState.DUE,
            "due_at": now,
            "wanted": work_item.c.wanted + 1,
            "attempts": 0,
            "accidents": 0,
        }
        return self._db.execute(update(work_item).where(dead).values(**_FREE, **values)).rowcount == 1

    def hasten(self, now: datetime) -> int:
        """What waits after a failure is due at once: what stood in its way is gone. Returns how many."""
        waits = and_(work_item.c.state == WorkState.DUE, work_item.c.due_at > now, work_item.c.attempts > 0)
        return self._db.execute(update(work_item).where(waits).values(due_at=now)).rowcount

    def listed(self, state: WorkState | None = None, limit: int = 200) -> list[WorkItem]:
        """What is owed, oldest first."""
        query = select(work_item).order_by(work_item.c.owed_since).limit(limit)
        if state is not None:
            query = query.where(work_item.c.state == state)
        return [_item(row) for row in self._db.execute(query).mappings()]

    def next_due(self) -> datetime | None:
        """When the earliest waiting work is due; None when nothing is owed."""
        return self._db.execute(select(func.min(work_item.c.due_at)).where(work_item.c.state == WorkState.DUE)).scalar()

    def counts(self) -> dict[str, int]:
        """Work and log rows by state: due, dead, log_due, log_dead, log_delivered."""
        found: dict[str, int] = dict.fromkeys(("due", "dead", "log_due", "log_dead", "log_delivered"), 0)
        for state, count in self._db.execute(select(work_item.c.state, func.count()).group_by(work_item.c.state)):
            found[state] = count  # noqa: PERF403 - the defaults stay
        for state, count in self._db.execute(select(odoo_log.c.state, func.count()).group_by(odoo_log.c.state)):
            found[f"log_{state}"] = count
        return found

    # --- rows of the AI log ---------------------------------------------------------------------
    def owe_log(self, rows: Sequence[tuple[str, str, str, str]], now: datetime) -> None:
        """Owe log rows to Odoo: (key, case id, thread, JSON), each key once; and the work to deliver them."""
        for key, case_id, thread, document in rows:
            values = {
                "key": key, "case_id": case_id, "row": self._vault.seal(thread, document),
                "state": "due", "last_error": "", "owed_since": now,
            }  # fmt: skip
            insert_once(self._db, odoo_log, values, key=["key"])
        if rows:
            self.owe(WorkKind.DELIVER_LOG, "odoo", now, patient=True)

    def log_due(self, limit: int = 500) -> list[OwedRow]:
        """The oldest rows that Odoo does not have yet, in order."""
        query = select(odoo_log).where(odoo_log.c.state == "due").order_by(odoo_log.c.seq).limit(limit)
        rows = self._db.execute(query).all()
        texts = self._vault.open_many(row.row for row in rows)
        return [
            OwedRow(seq=row.seq, key=row.key, case_id=row.case_id, document=text)
            for row, text in zip(rows, texts, strict=True)
        ]

    def log_settled(self, seqs: Sequence[int], now: datetime) -> None:
        """Odoo has these rows."""
        self._db.execute(
            update(odoo_log).where(odoo_log.c.seq.in_(seqs)).values(state="delivered", delivered_at=now, last_error="")
        )

    def log_dead(self, seq: int, error: str) -> None:
        """Odoo refuses this row."""
        self._db.execute(
            update(odoo_log).where(odoo_log.c.seq == seq).values(state="dead", last_error=error[:ERROR_LENGTH])
        )

    def redrive_log(self, now: datetime) -> int:
        """Take every refused log row from the dead-letter list; returns how many."""
        count = self._db.execute(update(odoo_log).where(odoo_log.c.state == "dead").values(state="due")).rowcount
        if count:
            self.owe(WorkKind.DELIVER_LOG, "odoo", now)
        return count

    def dead_log(self, limit: int = 200) -> list[tuple[str, str, datetime]]:
        """Refused log rows: key, reason, since when."""
        query = select(odoo_log.c.key, odoo_log.c.last_error, odoo_log.c.owed_since).where(odoo_log.c.state == "dead")
        return [(row[0], row[1], row[2]) for row in self._db.execute(query.order_by(odoo_log.c.seq).limit(limit))]


_FREE: dict[str, object] = {"running_until": None, "running_by": "", "running_as": ""}


def _ran_as(item: WorkItem) -> ColumnElement[bool]:
    """The run that ends now is the one that holds the row (or the row was never taken)."""
    return work_item.c.running_as.in_([item.name, ""])


_ITEM = TypeAdapter(WorkItem)


def _item(row: RowMapping) -> WorkItem:
    return _ITEM.validate_python(dict(row))
